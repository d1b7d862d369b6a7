#include "apps/tanmiao/who_and_why.h"

#include <algorithm>

#include "core/text/normalize.h"

namespace tanmiao::app {
namespace {

// Takes no place on paper: controls, blanks of all widths, marks of direction and of joining.
bool invisible(char32_t c) {
  return c <= 0x20 || (c >= 0x7F && c <= 0xA0) || c == 0xAD || c == 0x115F || c == 0x1160 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200F) || (c >= 0x2028 && c <= 0x202F) || (c >= 0x205F && c <= 0x2064) || c == 0x3000 ||
         c == 0x3164 || c == 0xFEFF;
}

CLI::Validator not_blank(const std::string& expected) {
  return {[expected](std::string& given) {
            const auto text = text::code_points(given);
            const auto first = std::find_if_not(text.begin(), text.end(), invisible);
            const auto last = std::find_if_not(text.rbegin(), text.rend(), invisible).base();
            if (first == text.end()) return expected;
            given.clear();
            std::for_each(first, last, [&](char32_t c) { text::append_utf8(given, c); });
            return std::string();
          },
          ""};
}

}  // namespace

CLI::Validator who() { return not_blank("不能空白，应写明由谁决定（单位或岗位）"); }
CLI::Validator why() { return not_blank("不能空白，应写明理由"); }

}  // namespace tanmiao::app
