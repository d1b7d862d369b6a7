#include "crawler/secret_forms.h"

#include <sodium.h>

#include <algorithm>

#include "crawler/built_address.h"
#include "crawler/secrets.h"
#include "crawler/url.h"

namespace tanmiao::crawler {
namespace {

char other_case(char c, bool small) {
  if (small) return c >= 'A' && c <= 'F' ? static_cast<char>(c + ('a' - 'A')) : c;
  return c >= 'a' && c <= 'f' ? static_cast<char>(c - ('a' - 'A')) : c;
}

std::string with_small_escapes(std::string text) {
  for (std::size_t i = 0; i + 2 < text.size(); ++i) {
    if (text[i] != '%') continue;
    for (const std::size_t at : {i + 1, i + 2}) text[at] = other_case(text[at], true);
  }
  return text;
}

std::string replaced(std::string text, std::string_view what, std::string_view with) {
  replace_all(text, what, with);
  return text;
}

std::string html_escaped(std::string_view text, std::string_view apostrophe) {
  std::string out = replaced(std::string(text), "&", "&amp;");
  out = replaced(replaced(std::move(out), "<", "&lt;"), ">", "&gt;");
  return replaced(replaced(std::move(out), "\"", "&quot;"), "'", apostrophe);
}

std::string hex(std::string_view text, bool small) {
  std::string out(text.size() * 2 + 1, '\0');
  sodium_bin2hex(out.data(), out.size(), reinterpret_cast<const unsigned char*>(text.data()), text.size());
  out.pop_back();
  for (char& c : out) c = other_case(c, small);
  return out;
}

// Three bytes make four characters: behind `before` bytes of something else the first ones hang on those as well, the
// last one on what follows.
std::string base64_within(std::string_view text, std::size_t before, int variant) {
  const std::string padded = std::string(before, '\0').append(text);
  std::string out(sodium_base64_encoded_len(padded.size(), variant), '\0');
  sodium_bin2base64(out.data(), out.size(), reinterpret_cast<const unsigned char*>(padded.data()), padded.size(),
                    variant);
  const std::size_t first = (before * 8 + 5) / 6, whole = padded.size() * 8 / 6;
  return out.substr(first, whole - first);
}

}  // namespace

std::vector<std::string> secret_forms(std::string_view secret) {
  const std::string plain(secret), escaped = escape_all(secret), json = json_escaped(secret);
  std::vector<std::string> forms = {plain,
                                    escaped,
                                    with_small_escapes(escaped),
                                    replaced(escaped, "%20", "+"),
                                    replaced(with_small_escapes(escaped), "%20", "+"),
                                    escape_all(escaped),
                                    normal_escapes(secret),
                                    json,
                                    replaced(json, "/", "\\/"),
                                    html_escaped(secret, "&#39;"),
                                    html_escaped(secret, "'"),
                                    hex(secret, true),
                                    hex(secret, false)};
  for (std::size_t before = 0; before < 3; ++before)
    for (const int variant : {sodium_base64_VARIANT_ORIGINAL_NO_PADDING, sodium_base64_VARIANT_URLSAFE_NO_PADDING}) {
      const std::string piece = base64_within(secret, before, variant);
      forms.insert(forms.end(), {piece, escape_all(piece), replaced(piece, "/", "\\/")});
    }
  std::sort(forms.begin(), forms.end());
  forms.erase(std::unique(forms.begin(), forms.end()), forms.end());
  return forms;
}

}  // namespace tanmiao::crawler
