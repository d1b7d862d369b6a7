#include "crawler/unpack_names.h"

#include <algorithm>

#include "core/text/normalize.h"
#include "tabular/charset.h"

namespace tanmiao::crawler {
namespace {

std::string gb18030_of(std::string_view raw) {
  const auto decoder = tabular::make_decoder("gb18030", 0);
  std::string marked, out;
  if (!decoder) return out;
  (*decoder)->decode(raw, true, marked);
  for (std::size_t i = 0; i < marked.size(); ++i) {
    if (marked[i] != tabular::kMark) {
      out += marked[i];
      continue;
    }
    out += "\xEF\xBF\xBD";
    i += 2;  // the two hex digits of the byte
  }
  return out;
}

unsigned char byte_at(std::string_view text, std::size_t i) { return static_cast<unsigned char>(text[i]); }

// Valid UTF-8 whose characters beyond ASCII all take two bytes, and there is one.
bool two_byte_only(std::string_view text) {
  bool any = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (byte_at(text, i) < 0x80) continue;
    if (byte_at(text, i) >= 0xE0) return false;
    any = true;
    ++i;
  }
  return any;
}

// Nothing beyond ASCII but characters of U+4E00 to U+9FFF (three bytes, E4 to E9).
bool chinese_only(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (byte_at(text, i) < 0x80) continue;
    if (byte_at(text, i) < 0xE4 || byte_at(text, i) > 0xE9) return false;
    i += 2;
  }
  return true;
}

}  // namespace

std::string member_name(std::string_view raw) {
  if (!text::valid_utf8(raw)) return gb18030_of(raw);
  if (!two_byte_only(raw)) return std::string(raw);
  std::string chinese = gb18030_of(raw);
  return chinese_only(chinese) ? chinese : std::string(raw);
}

std::string unsafe_name(std::string_view name) {
  constexpr std::string_view kWhy = "its name is refused: ";
  if (name.empty()) return "has no name";
  const bool drive = name.size() > 1 && name[1] == ':';
  if (drive || name.front() == '/' || name.front() == '\\') return std::string(kWhy) + "an absolute path";
  for (std::size_t from = 0; from <= name.size();) {
    const std::size_t end = std::min(name.find_first_of("/\\", from), name.size());
    if (name.substr(from, end - from) == "..") return std::string(kWhy) + "it leads out of its folder";
    from = end + 1;
  }
  for (const char c : name)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) return std::string(kWhy) + "a control character";
  return {};
}

std::string tidy_name(std::string_view name) {
  std::string out;
  for (std::size_t from = 0; from <= name.size();) {
    const std::size_t end = std::min(name.find_first_of("/\\", from), name.size());
    const std::string_view piece = name.substr(from, end - from);
    if (!piece.empty() && piece != ".") out.append(out.empty() ? "" : "/").append(piece);
    from = end + 1;
  }
  return out;
}

}  // namespace tanmiao::crawler
