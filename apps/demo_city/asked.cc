// What a site may ask of a request.
#include "apps/demo_city/site.h"

namespace demo_city {
namespace {

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape =
        text[i] == '%' && i + 2 < text.size() && digit_of(text[i + 1]) >= 0 && digit_of(text[i + 2]) >= 0;
    if (escape) {
      out += static_cast<char>(digit_of(text[i + 1]) * 16 + digit_of(text[i + 2]));
      i += 2;
    } else {
      out += text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

std::string value_of(std::string_view pairs, std::string_view name) {
  while (!pairs.empty()) {
    const std::string_view pair = pairs.substr(0, pairs.find('&'));
    const std::size_t equals = pair.find('=');
    if (equals != std::string_view::npos && pair.substr(0, equals) == name) return unescaped(pair.substr(equals + 1));
    pairs.remove_prefix(std::min(pairs.size(), pair.size() + 1));
  }
  return {};
}

}  // namespace

std::string Asked::header(const std::string& name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? std::string() : found->second;
}

std::string Asked::query(std::string_view name) const {
  const std::size_t mark = target.find('?');
  return mark == std::string::npos ? std::string() : value_of(std::string_view(target).substr(mark + 1), name);
}

std::string Asked::form(std::string_view name) const {
  return header("content-type").starts_with("application/x-www-form-urlencoded") ? value_of(body, name) : std::string();
}

Answer json_answer(std::string body, int status) {
  return {.status = status, .type = "application/json;charset=UTF-8", .body = std::move(body)};
}

}  // namespace demo_city
