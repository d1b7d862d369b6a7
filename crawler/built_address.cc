#include "crawler/built_address.h"

#include "crawler/address.h"
#include "crawler/secrets.h"

namespace tanmiao::crawler {
namespace {

constexpr std::string_view kJsonBody = "#POST:json:";

int digit_of(char c) {
  const std::size_t at =
      std::string_view("0123456789ABCDEF").find(c >= 'a' && c <= 'f' ? static_cast<char>(c - 32) : c);
  return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

std::string unescaped_component(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape =
        text[i] == '%' && i + 2 < text.size() && digit_of(text[i + 1]) >= 0 && digit_of(text[i + 2]) >= 0;
    out += escape ? static_cast<char>(digit_of(text[i + 1]) * 16 + digit_of(text[i + 2])) : text[i];
    if (escape) i += 2;
  }
  return out;
}

}  // namespace

std::string escape_all(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '%' ? std::string("%25") : escape_component({&c, 1});
  return out;
}

std::string built_address(std::string_view form, const PlaceValue& value) {
  const std::size_t body = form.find(kPostMark), json = form.find(kJsonBody);
  std::string out;
  const auto put = [&](std::size_t at, std::string_view name) {
    const std::string component = value(name);
    out += at > json && json != std::string_view::npos ? escape_all(json_escaped(unescaped_component(component)))
                                                       : component;
  };
  for (std::size_t i = 0; i < form.size(); ++i) {
    const std::size_t close = form[i] == '{' ? form.find('}', i) : std::string_view::npos;
    const std::string_view name =
        close == std::string_view::npos ? std::string_view() : form.substr(i + 1, close - i - 1);
    const bool group = form[i] == '$' && i + 1 < form.size() && form[i + 1] >= '1' && form[i + 1] <= '9';
    // A brace of JSON begins no place: those are names or pointers.
    if (!name.empty() && name.find_first_of("\"{:, ") == std::string_view::npos) {
      put(i, name);
      i = close;
    } else if (name.starts_with("secret:")) {
      out += i < body ? "%7B" + std::string(name) + "%7D" : "{" + std::string(name) + "}";
      i = close;
    } else if (group) {
      put(i, form.substr(i, 2));
      ++i;
    } else {
      out += form[i];
    }
  }
  return out;
}

}  // namespace tanmiao::crawler
