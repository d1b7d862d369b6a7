// Comforts only: every page works without this file.
(() => {
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
  // "/" goes to the search box, as in other lists.
  document.addEventListener("keydown", (event) => {
    const box = document.querySelector("form.search input[type=search]");
    if (event.key !== "/" || !box || /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName)) return;
    event.preventDefault();
    box.focus();
    box.select();
  });
  // On a narrow screen the filters begin folded.
  if (window.matchMedia("(max-width: 60rem)").matches)
    for (const fold of document.querySelectorAll("[data-fold]")) fold.open = false;
  // On paper everything stands open that a wide screen shows open.
  window.addEventListener("beforeprint", () => {
    for (const fold of document.querySelectorAll("[data-fold]")) fold.open = true;
  });
})();
