// Links of a page we do not know: whatever stands there, an address has one normal form and goes nowhere but http.
#include "crawler/robots.h"
#include "crawler/scope.h"
#include "crawler/url.h"
#include "fuzz/fuzz.h"

using namespace tanmiao::crawler;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = tanmiao::fuzz::view(data, size);
  static const Url base = parse_url("http://example.test/a/b?page=1").value();
  static const Scope scope{ScopeRules{}};
  for (const auto& url : {parse_url(text), resolve_url(base, text)}) {
    if (!url) continue;
    tanmiao::fuzz::must(url->scheme == "http" || url->scheme == "https");
    tanmiao::fuzz::must(url->path.starts_with('/') && (url->query.empty() || url->query.starts_with('?')));
    const auto again = normal_url(url->text());
    // An address may grow beyond the bound by being escaped; else it stays what it is.
    tanmiao::fuzz::must(again ? *again == url->text() : url->text().size() > 8192);
    const Url plain = scope.plain(*url);
    tanmiao::fuzz::must(scope.plain(plain).text() == plain.text());
    (void)scope.refusal(plain, &base);
  }
  tanmiao::fuzz::must(robots_target(text).starts_with('/'));
  return 0;
}
