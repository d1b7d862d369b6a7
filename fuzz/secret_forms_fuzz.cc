// A secret, and what a host writes around it when it gives it back: in whatever form it comes, one of ours is in it.
// The first line is the secret, the next what stands before it, the rest what stands behind.
#include "crawler/secret_forms.h"

#include <sodium.h>

#include <algorithm>

#include "crawler/built_address.h"
#include "crawler/secrets.h"
#include "fuzz/fuzz.h"

namespace {

using namespace tanmiao;
using fuzz::must;

std::string base64(std::string_view text, int variant) {
  std::string out(sodium_base64_encoded_len(text.size(), variant), '\0');
  sodium_bin2base64(out.data(), out.size(), reinterpret_cast<const unsigned char*>(text.data()), text.size(), variant);
  out.pop_back();
  return out;
}

// Both halves of a character are told by the bytes beside it.
std::string hex(std::string_view text) {
  std::string out(text.size() * 2 + 1, '\0');
  sodium_bin2hex(out.data(), out.size(), reinterpret_cast<const unsigned char*>(text.data()), text.size());
  out.pop_back();
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = fuzz::view(data, size);
  const std::size_t line = input.find('\n');
  if (line == std::string_view::npos || line < 8 || line > 200) return 0;  // shorter ones are refused when loaded
  const std::string_view secret = input.substr(0, line), rest = input.substr(line + 1);
  const std::size_t cut = std::min(rest.find('\n'), rest.size());
  const std::string before(rest.substr(0, cut)), behind(rest.substr(std::min(cut + 1, rest.size())));
  const std::vector<std::string> forms = crawler::secret_forms(secret);
  must(std::is_sorted(forms.begin(), forms.end()) && std::adjacent_find(forms.begin(), forms.end()) == forms.end());
  const std::string whole = before + std::string(secret) + behind;
  const auto holds = [&](const std::string& answer) {
    must(std::any_of(forms.begin(), forms.end(),
                     [&](const std::string& form) { return !form.empty() && answer.find(form) != std::string::npos; }));
  };
  holds(whole);
  holds(crawler::escape_all(whole));
  holds(crawler::escape_all(crawler::escape_all(whole)));
  holds(crawler::json_escaped(whole));
  holds(hex(whole));
  for (const int variant : {sodium_base64_VARIANT_ORIGINAL, sodium_base64_VARIANT_URLSAFE_NO_PADDING}) {
    holds(base64(whole, variant));
    holds(crawler::escape_all(base64(whole, variant)));
  }
  return 0;
}
