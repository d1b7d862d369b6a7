#include "tabular/xml_pull.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

#include "tabular/charset.h"

namespace tanmiao::tabular {
namespace {

constexpr std::size_t kLongestToken = std::size_t{2} << 20;
constexpr std::size_t kFirstWindow = std::size_t{16} << 10;  // most streams are short: grows as more comes
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

std::string_view local(std::string_view name) {
  const std::size_t colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

void append_utf8(char32_t c, std::string& out) {
  if (c < 0x80) {
    out += static_cast<char>(c);
    return;
  }
  const int more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
  constexpr std::array<unsigned, 4> kLead = {0, 0xC0, 0xE0, 0xF0};
  out += static_cast<char>(kLead[static_cast<std::size_t>(more)] | (c >> (6 * more)));
  for (int i = more - 1; i >= 0; --i) out += static_cast<char>(0x80 | ((c >> (6 * i)) & 0x3F));
}

struct Entity {
  std::string_view name;
  char c;
};
constexpr std::array<Entity, 5> kEntities = {{{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}}};

}  // namespace

XmlPull::XmlPull(std::string_view bytes, std::string name, const Limits& limits)
    : bytes_(bytes), name_(std::move(name)), max_depth_(limits.max_depth) {
  if (bytes_.starts_with(kByteOrderMark)) bytes_.remove_prefix(kByteOrderMark.size());
}

XmlPull::XmlPull(std::unique_ptr<ByteSource> source, std::string name, const Limits& limits)
    : name_(std::move(name)), max_depth_(limits.max_depth), source_(std::move(source)) {}

// Sees to it that a token of up to kLongestToken bytes stands in the window as a whole.
Status XmlPull::fill() {
  if (!source_ || bytes_.size() - at_ >= kLongestToken) return {};
  const bool first = window_.empty();
  const std::string_view rest = bytes_.substr(at_);
  gone_lines_ +=
      static_cast<std::uint64_t>(std::count(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(at_), '\n'));
  gone_bytes_ += at_;
  std::size_t end = rest.size();
  if (end > 0) std::memmove(window_.data(), rest.data(), end);
  at_ = 0;
  bytes_ = std::string_view(window_).substr(0, end);
  while (end < 2 * kLongestToken) {
    if (end == window_.size()) {
      window_.resize(std::clamp(2 * end, kFirstWindow, 2 * kLongestToken));
      bytes_ = std::string_view(window_).substr(0, end);
    }
    TANMIAO_ASSIGN(const std::size_t got, source_->read({window_.data() + end, window_.size() - end}));
    if (got == 0) {
      source_.reset();
      break;
    }
    end += got;
  }
  bytes_ = std::string_view(window_).substr(0, end);
  if (first && bytes_.starts_with(kByteOrderMark)) at_ = kByteOrderMark.size();
  return {};
}

std::string_view XmlPull::innermost() const { return std::string_view(open_names_).substr(open_.back()); }

void XmlPull::close_innermost() {
  open_names_.resize(open_.back());
  open_.pop_back();
}

Error XmlPull::fail(const std::string& message) const {
  const auto lines =
      std::count(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(std::min(at_, bytes_.size())), '\n');
  return {Errc::kFormat, "damaged XML at byte " + std::to_string(gone_bytes_ + at_) + ": " + with_bytes_shown(message),
          name_ + ":" + std::to_string(gone_lines_ + static_cast<std::uint64_t>(lines) + 1)};
}

Error XmlPull::too_long() const {
  return {Errc::kLimit, "holds a text or tag of more than " + std::to_string(kLongestToken) + " bytes", name_};
}

Result<XmlPull::Event> XmlPull::next() {
  if (end_follows_) {
    end_follows_ = false;
    close_innermost();
    return Event::kEnd;
  }
  for (;;) {
    TANMIAO_TRY(fill());
    if (at_ >= bytes_.size()) break;
    if (bytes_[at_] != '<') {
      const std::size_t end = std::min(bytes_.find('<', at_), bytes_.size());
      if (end == bytes_.size() && source_) return too_long();
      text_ = bytes_.substr(at_, end - at_);
      at_ = end;
      cdata_ = false;
      if (open_.empty()) continue;
      return Event::kText;
    }
    const char second = at_ + 1 < bytes_.size() ? bytes_[at_ + 1] : '\0';
    if (second == '/') return end_tag();
    if (second != '?' && second != '!') return start_tag();
    TANMIAO_ASSIGN(const bool text, declaration());
    if (text) return Event::kText;
  }
  if (!open_.empty()) return fail("the end of the file inside <" + std::string(innermost()) + ">");
  return Event::kDone;
}

// An instruction, a comment or CDATA; the last is text.
Result<bool> XmlPull::declaration() {
  const std::string_view rest = bytes_.substr(at_);
  if (rest.starts_with("<?")) {
    TANMIAO_TRY(markup("?>", 2));
    return false;
  }
  if (rest.starts_with("<!--")) {
    TANMIAO_TRY(markup("-->", 4));
    return false;
  }
  if (!rest.starts_with("<![CDATA[")) return fail("a document type or entity declaration, which is not accepted");
  const std::size_t end = rest.find("]]>");
  if (end == std::string_view::npos && source_) return too_long();
  if (end == std::string_view::npos || open_.empty()) return fail("CDATA that does not end");
  text_ = rest.substr(9, end - 9);
  at_ += end + 3;
  cdata_ = true;
  return true;
}

Status XmlPull::markup(std::string_view end, std::size_t from) {
  const std::size_t found = bytes_.find(end, at_ + from);
  if (found == std::string_view::npos) return source_ ? too_long() : fail("a comment or instruction that does not end");
  at_ = found + end.size();
  return {};
}

Result<XmlPull::Event> XmlPull::start_tag() {
  std::size_t end = at_ + 1;
  for (char quote = 0; end < bytes_.size() && (quote != 0 || bytes_[end] != '>'); ++end) {
    const char c = bytes_[end];
    if (quote == 0 && (c == '"' || c == '\''))
      quote = c;
    else if (c == quote)
      quote = 0;
    else if (quote == 0 && c == '<')
      return fail("\"<\" inside a tag");
  }
  if (end >= bytes_.size()) return source_ ? too_long() : fail("a tag that does not end");
  std::string_view tag = bytes_.substr(at_ + 1, end - at_ - 1);
  end_follows_ = tag.ends_with('/');
  if (end_follows_) tag.remove_suffix(1);
  std::size_t name_end = 0;
  while (name_end < tag.size() && !blank(tag[name_end])) ++name_end;
  const std::string_view whole = tag.substr(0, name_end);
  if (whole.empty()) return fail("a tag without a name");
  if (open_.size() >= max_depth_) {
    return Error{Errc::kLimit, "XML elements nest deeper than " + std::to_string(max_depth_), name_};
  }
  open_.push_back(open_names_.size());
  open_names_ += whole;
  element_ = local(whole);
  attributes_ = tag.substr(name_end);
  at_ = end + 1;
  return Event::kStart;
}

Result<XmlPull::Event> XmlPull::end_tag() {
  const std::size_t end = bytes_.find('>', at_);
  if (end == std::string_view::npos) return source_ ? too_long() : fail("a tag that does not end");
  std::string_view whole = bytes_.substr(at_ + 2, end - at_ - 2);
  while (!whole.empty() && blank(whole.back())) whole.remove_suffix(1);
  if (open_.empty() || innermost() != whole) {
    return fail("</" + std::string(whole.substr(0, 40)) + "> where " +
                (open_.empty() ? "nothing is open" : "</" + std::string(innermost().substr(0, 40)) + "> was expected"));
  }
  close_innermost();
  element_ = local(whole);
  at_ = end + 1;
  return Event::kEnd;
}

Result<std::string> XmlPull::attribute(std::string_view name) const {
  return find_attribute([&](std::string_view key) { return key == name; });
}
Result<std::string> XmlPull::prefixed_attribute(std::string_view name) const {
  return find_attribute(
      [&](std::string_view key) { return local(key) == name && key.find(':') != std::string_view::npos; });
}

template <class Fits>
Result<std::string> XmlPull::find_attribute(Fits fits) const {
  std::string_view rest = attributes_;
  std::string out;
  for (;;) {
    while (!rest.empty() && blank(rest.front())) rest.remove_prefix(1);
    if (rest.empty()) return out;
    const std::size_t equals = rest.find('=');
    if (equals == std::string_view::npos) return fail("an attribute without a value");
    std::string_view key = rest.substr(0, equals);
    while (!key.empty() && blank(key.back())) key.remove_suffix(1);
    rest.remove_prefix(equals + 1);
    while (!rest.empty() && blank(rest.front())) rest.remove_prefix(1);
    if (rest.empty() || (rest[0] != '"' && rest[0] != '\'')) return fail("an attribute without quotes");
    const std::size_t close = rest.find(rest[0], 1);
    if (close == std::string_view::npos) return fail("an attribute without an end");
    if (fits(key)) {
      TANMIAO_TRY(decode(rest.substr(1, close - 1), out));
      return out;
    }
    rest.remove_prefix(close + 1);
  }
}

Status XmlPull::append_text(std::string& out) const {
  if (!cdata_) return decode(text_, out);
  out.append(text_);
  return {};
}

Status XmlPull::decode(std::string_view raw, std::string& out) const {
  for (std::size_t i = 0; i < raw.size();) {
    const std::size_t amp = std::min(raw.find('&', i), raw.size());
    out.append(raw.substr(i, amp - i));
    if (amp == raw.size()) return {};
    const std::size_t end = raw.find(';', amp);
    if (end == std::string_view::npos || end - amp > 12) return fail("\"&\" that begins no entity");
    const std::string_view entity = raw.substr(amp + 1, end - amp - 1);
    i = end + 1;
    if (entity.starts_with('#')) {
      const bool hex = entity.size() > 1 && (entity[1] == 'x' || entity[1] == 'X');
      const std::string_view digits = entity.substr(hex ? 2 : 1);
      std::uint32_t c = 0;
      const auto [stop, code] = std::from_chars(digits.data(), digits.data() + digits.size(), c, hex ? 16 : 10);
      const bool whole = code == std::errc() && stop == digits.data() + digits.size();
      if (!whole || c == 0 || c > 0x10FFFF || (c >= 0xD800 && c < 0xE000))
        return fail("a character that does not exist");
      append_utf8(c, out);
      continue;
    }
    const auto* known =
        std::find_if(kEntities.begin(), kEntities.end(), [&](const Entity& e) { return e.name == entity; });
    if (known == kEntities.end()) return fail("unknown entity &" + std::string(entity) + ";");
    out += known->c;
  }
  return {};
}

Status XmlPull::skip() {
  const std::size_t outside = open_.size() - 1;
  while (open_.size() > outside) TANMIAO_TRY(next());
  return {};
}

}  // namespace tanmiao::tabular
