#include "crawler/page_charset.h"

#include <algorithm>
#include <vector>

#include "tabular/charset.h"

namespace tanmiao::crawler {
namespace {

constexpr std::size_t kSample = std::size_t{1} << 20;
constexpr std::size_t kFewestCharacters = 6;  // beyond ASCII; fewer may be text of another charset by chance

bool single_byte(std::string_view charset) {
  return charset.starts_with("iso-8859-") || charset.starts_with("windows-125") || charset == "latin1";
}

// What a claim that is wrong may give way to: in single-byte charsets any bytes are text, so that they prove nothing.
bool of_chinese(std::string_view charset) { return charset == "utf-8" || charset == "gb18030" || charset == "big5"; }

// Decodes without a fault into enough characters beyond ASCII for that to be no accident.
bool decodes(const std::string& charset, std::string_view bytes) {
  const auto decoder = tabular::make_decoder(charset, 0);
  if (!decoder) return false;
  std::string text;
  (*decoder)->decode(bytes, true, text);
  const auto begins = [](char c) { return static_cast<unsigned char>(c) >= 0xC0; };
  return (*decoder)->bad_offsets().empty() &&
         static_cast<std::size_t>(std::count_if(text.begin(), text.end(), begins)) >= kFewestCharacters;
}

}  // namespace

Result<PageCharset> page_charset(std::string_view bytes, const std::string& declared, const std::string& http,
                                 const std::string& in_text) {
  const std::string_view sample = bytes.substr(0, kSample);
  // Most pages are what they say.
  constexpr std::string_view kMarked = "\xEF\xBB\xBF";
  const auto plain = [&] { return !sample.starts_with(kMarked) && tabular::valid_prefix(sample) == sample.size(); };
  const std::string& first = http.empty() ? in_text : http;
  if (const auto claim = tabular::canonical_charset(first); declared.empty() && claim && *claim == "utf-8" && plain())
    return PageCharset{*claim, 0, {}};
  const tabular::Detected marked = tabular::byte_order_mark(sample);
  if (!declared.empty()) {
    TANMIAO_ASSIGN(std::string charset, tabular::canonical_charset(declared));
    return PageCharset{std::move(charset), marked.bom, {}};
  }
  if (marked.bom > 0) return PageCharset{marked.charset, marked.bom, {}};
  std::vector<std::string> claims;
  for (const std::string& name : {http, in_text})
    if (auto charset = tabular::canonical_charset(name)) claims.push_back(std::move(*charset));  // nonsense is no claim
  // The detector costs more than all else that is done to a page: it is asked when what is claimed may be wrong.
  std::string detected;
  const auto found = [&]() -> const std::string& {
    if (detected.empty()) detected = tabular::detect_charset(sample).charset;
    if (detected.empty()) detected = "utf-8";
    return detected;
  };
  if (claims.empty()) return PageCharset{found(), 0, {}};
  const auto falls = [&](const std::string& claim) {
    return !tabular::misfit(claim, sample).empty() || (single_byte(claim) && of_chinese(found()));
  };
  if (!falls(claims.front())) return PageCharset{claims.front(), 0, {}};
  claims.push_back(found());
  for (auto other = claims.begin() + 1; other != claims.end(); ++other)
    if (*other != claims.front() && of_chinese(*other) && !falls(*other) && decodes(*other, bytes))
      return PageCharset{*other, 0, claims.front()};
  return PageCharset{claims.front(), 0, {}};
}

}  // namespace tanmiao::crawler
