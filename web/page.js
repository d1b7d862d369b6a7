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
  // Names that wait for a person, gone through by keyboard: never while somebody types.
  const judging = document.querySelector("form.judging");
  const keys = document.querySelector("[data-keys]");
  if (document.querySelector("nav.walk")) {
    const reason = judging && judging.elements.reason;
    let chosen = null;  // the ruling that was asked for before its reason was given
    const typing = (element) => /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName) && element.type !== "checkbox";
    const press = (target) => {
      if (target.tagName !== "BUTTON" || reason.value.trim()) return target.click();
      if (chosen) chosen.classList.remove("asked");
      chosen = target;
      chosen.classList.add("asked");
      reason.focus();
    };
    document.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return;
      if (event.target === reason && event.key === "Enter") {
        event.preventDefault();  // Enter decides nothing but what was asked for
        if (chosen && reason.value.trim()) chosen.click();
        return;
      }
      if (event.target === reason && event.key === "Escape") return reason.blur();
      if (typing(event.target)) return;
      const target = /^[1-9]$/.test(event.key)
        ? document.querySelector(`[data-candidate="${event.key}"]`)
        : /^[sdujk]$/.test(event.key) && document.querySelector(`[data-key="${event.key}"]`);
      if (event.key === "?" && keys) keys.open = !keys.open;
      if (!target) return;
      event.preventDefault();
      press(target);
    });
  }
})();
