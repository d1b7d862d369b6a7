#include "crawler/html_form.h"

#include <libxml/HTMLparser.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <vector>

#include "core/text/normalize.h"
#include "crawler/html_element.h"

namespace tanmiao::crawler {
namespace {

using Group = HtmlElement::Group;
using Content = HtmlElement::Content;

constexpr std::size_t kMostAttributes = 128;  // of an element
constexpr std::size_t kLongestEntity = 32;
constexpr std::uint32_t kNoCharacter = 0xFFFD;

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f'; }
bool is_letter(char c) { return static_cast<unsigned char>((c | 0x20) - 'a') < 26; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }
bool blank(std::string_view text) { return std::all_of(text.begin(), text.end(), is_space); }
// May stand in a name of XML.
bool in_name(char c) {
  return is_letter(c) || is_digit(c) || c == '-' || c == '_' || c == ':' || c == '.' ||
         static_cast<unsigned char>(c) > 127;
}

// Numbers 128 to 159 mean the characters of Windows-1252 (HTML, 13.2.5.80).
constexpr std::array<std::uint16_t, 32> kWindows1252 = {0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                                        0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D,   0x017D, 0x8F,
                                                        0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                                        0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};

std::uint32_t numbered(std::string_view digits, int base) {
  std::uint32_t c = 0;
  const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), c, base);
  if (failed != std::errc() || c == 0 || c > 0x10FFFF || (c >= 0xD800 && c < 0xE000)) return kNoCharacter;
  return c >= 128 && c < 160 ? kWindows1252[c - 128] : c;
}

// The character that `text`, which begins with '&', stands for, and how long it is written; 0: it stands for itself.
struct Entity {
  std::uint32_t character = 0;
  std::size_t length = 0;
};
Entity entity_at(std::string_view text, bool in_attribute) {
  std::size_t end = 1;
  if (text.size() > 2 && text[1] == '#') {
    const bool hex = lower(text[2]) == 'x';
    const std::size_t begin = hex ? 3 : 2;
    end = begin;
    while (end < text.size() && (is_digit(text[end]) || (hex && is_letter(text[end]) && lower(text[end]) <= 'f')))
      ++end;
    if (end == begin) return {};
    const std::uint32_t c = numbered(text.substr(begin, end - begin), hex ? 16 : 10);
    return {c, end < text.size() && text[end] == ';' ? end + 1 : end};
  }
  while (end < text.size() && end <= kLongestEntity && (is_letter(text[end]) || is_digit(text[end]))) ++end;
  const bool closed = end < text.size() && text[end] == ';';
  if (end == 1 || end > kLongestEntity || (in_attribute && !closed)) return {};  // "?a=1&copy=2" is an address
  std::array<xmlChar, kLongestEntity + 1> name{};
  std::memcpy(name.data(), text.data() + 1, end - 1);
  if (const htmlEntityDesc* const known = htmlEntityLookup(name.data())) return {known->value, closed ? end + 1 : end};
  if (closed && text.substr(1, end - 1) == "apos") return {'\'', end + 1};
  return {};
}

class Former {
 public:
  explicit Former(std::string_view html) : html_(html) {
    out_.reserve(html.size() + html.size() / 8 + 256);
    open_.reserve(32);
  }

  std::string form() {
    while (at_ < html_.size()) {
      const std::size_t tag = next('<');
      text(html_.substr(at_, tag - at_));
      at_ = tag;
      if (at_ < html_.size()) markup();
    }
    in_body();
    close_from(0);
    return std::move(out_);
  }

 private:
  struct Open {
    const HtmlElement* element;
    std::size_t name, length;  // where in out_
  };
  enum class Where { kBefore, kHead, kAfterHead, kBody };

  std::size_t next(char c) const { return std::min(html_.find(c, at_), html_.size()); }
  bool follows(std::size_t at, std::string_view what) const { return html_.substr(at, what.size()) == what; }

  // ---- text ----
  void text(std::string_view text) {
    if (text.empty()) return;
    if (shell_is_open() && where_ != Where::kBody) {
      if (blank(text)) return;
      in_body();
    }
    escape(text, false);
  }

  void escape(std::string_view text, bool in_attribute) {
    std::size_t from = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
      const char c = text[i];
      if (c != '&' && c != '<' && c != '"') continue;
      if (c == '"' && !in_attribute) continue;
      out_.append(text, from, i - from);
      std::size_t length = 1;
      if (c == '&') {
        const Entity entity = entity_at(text.substr(i), in_attribute);
        if (entity.length == 0) {
          out_ += "&amp;";
        } else {
          put(entity.character);
          length = entity.length;
        }
      } else {
        put(static_cast<unsigned char>(c));
      }
      i += length - 1;
      from = i + 1;
    }
    out_.append(text, from, text.size() - from);
  }

  void put(std::uint32_t character) {
    switch (character) {
      case '&': out_ += "&amp;"; break;
      case '<': out_ += "&lt;"; break;
      case '"': out_ += "&quot;"; break;
      default: text::append_utf8(out_, character);
    }
  }

  // As it stands, without entities.
  void escape_raw(std::string_view text) {
    std::size_t from = 0;
    for (std::size_t i = text.find_first_of("&<"); i != std::string_view::npos; i = text.find_first_of("&<", from)) {
      out_.append(text, from, i - from).append(text[i] == '&' ? "&amp;" : "&lt;");
      from = i + 1;
    }
    out_.append(text, from, text.size() - from);
  }

  // ---- tags ----
  // at_ is at a '<'.
  void markup() {
    const char c = at_ + 1 < html_.size() ? html_[at_ + 1] : '\0';
    if (is_letter(c)) return begin_tag();
    if (c == '/' && at_ + 2 < html_.size() && is_letter(html_[at_ + 2])) return end_tag();
    if (c == '!' || c == '?' || c == '/') return skip_comment();
    text("<");
    ++at_;
  }

  void skip_comment() {
    if (follows(at_, "<!--")) {
      const std::size_t end = follows(at_ + 4, ">") ? at_ + 4 : html_.find("-->", at_ + 4);
      at_ = end == std::string_view::npos ? html_.size() : end + (html_[end] == '>' ? 1 : 3);
      if (where_ == Where::kBody) out_ += "<!---->";  // texts before and after it are two
      return;
    }
    at_ = next('>');
    if (at_ < html_.size()) ++at_;
  }

  std::string_view tag_name(std::size_t from) {
    std::size_t end = from;
    while (end < html_.size() && !is_space(html_[end]) && html_[end] != '>' && html_[end] != '/') ++end;
    name_.assign(html_, from, end - from);
    for (char& c : name_) c = in_name(c) ? lower(c) : '_';
    at_ = end;
    return name_;
  }

  void begin_tag() {
    const std::string_view name = tag_name(at_ + 1);
    const HtmlElement& element = html_element(name);
    const bool dropped = !make_place(element, name);
    const std::size_t begin = out_.size();
    out_ += '<';
    const std::size_t name_at = out_.size();
    out_ += name;
    const std::size_t length = name.size();
    const bool closed = attributes();
    if (at_ >= html_.size() || dropped) {
      out_.resize(begin);
      if (at_ < html_.size()) ++at_;
      return;
    }
    ++at_;  // the '>'
    const bool leaf = element.content == Content::kNone || (closed && element.name.empty());
    if (leaf || open_.size() >= kDeepestHtml) {
      out_ += "/>";
    } else {
      out_ += '>';
      open_.push_back({&element, name_at, length});
    }
    if (element.content == Content::kRaw || element.content == Content::kText) skip_to_end_of(element, leaf_of(begin));
  }

  bool leaf_of(std::size_t begin) const { return out_.size() > begin + 1 && out_[out_.size() - 2] == '/'; }

  // The text of an element that holds no others.
  void skip_to_end_of(const HtmlElement& element, bool left_empty) {
    std::size_t end = at_;
    for (;; ++end) {
      end = std::min(html_.find("</", end), html_.size());
      const std::string_view behind = html_.substr(std::min(end + 2, html_.size()), element.name.size());
      const bool same =
          behind.size() == element.name.size() &&
          std::equal(behind.begin(), behind.end(), element.name.begin(), [](char a, char b) { return lower(a) == b; });
      if (end >= html_.size() || same) break;
    }
    const std::string_view inside = html_.substr(at_, end - at_);
    at_ = end;
    if (left_empty) return;
    if (element.content == Content::kRaw)
      escape_raw(inside);
    else
      escape(inside, false);
    close_from(open_.size() - 1);
  }

  // Whether the element has a place of its own: a second body has none. Ends what it ends.
  bool make_place(const HtmlElement& element, std::string_view name) {
    if (name == "html") return !std::exchange(any_html_, true);
    if (name == "head") {
      if (where_ != Where::kBefore) return false;
      in_html();
      where_ = Where::kHead;
      return true;
    }
    if (name == "body" || name == "frameset") {
      if (where_ == Where::kBody) return name == "frameset";
      leave_head();
      where_ = Where::kBody;
      return true;
    }
    if (where_ != Where::kBody) {
      if (!element.head) {
        in_body();
      } else if (where_ == Where::kBefore) {
        in_html();
        begin_shell("head");
        where_ = Where::kHead;
      }
    }
    end_implied(element);
    return true;
  }

  // html, head or body that the page does not write.
  void begin_shell(std::string_view name) {
    out_ += '<';
    open_.push_back({&html_element(name), out_.size(), name.size()});
    out_.append(name) += '>';
  }
  void in_html() {
    if (std::exchange(any_html_, true)) return;
    begin_shell("html");
  }
  void leave_head() {
    in_html();
    close_from(std::min<std::size_t>(1, open_.size()));
  }
  void in_body() {
    if (where_ == Where::kBody) return;
    leave_head();
    begin_shell("body");
    where_ = Where::kBody;
  }
  bool shell_is_open() const { return open_.empty() || open_.back().element->group == Group::kShell; }

  // What the element ends by beginning.
  void end_implied(const HtmlElement& element) {
    constexpr std::uint16_t kCells = Group::kTable | Group::kCell | Group::kCaption | Group::kShell;
    if (element.block) close_nearest(Group::kParagraph, kCells);
    switch (element.group) {
      case Group::kParagraph: close_nearest(Group::kParagraph, kCells); break;
      case Group::kItem: close_nearest(Group::kItem, kCells | Group::kList); break;
      case Group::kTerm: close_nearest(Group::kTerm, kCells | Group::kList); break;
      case Group::kOption: end_options(element); break;
      case Group::kCell: close_nearest(Group::kCell, Group::kRow | Group::kRows | Group::kTable); break;
      case Group::kRow:
        close_nearest(Group::kCaption, Group::kTable);
        close_nearest(Group::kRow, Group::kRows | Group::kTable);
        break;
      case Group::kRows:
      case Group::kCaption:
        for (const Group each : {Group::kCaption, Group::kRows, Group::kRow}) close_nearest(each, Group::kTable);
        break;
      case Group::kHeading:
        if (!open_.empty() && open_.back().element->group == Group::kHeading) close_from(open_.size() - 1);
        break;
      case Group::kAnchor: end_anchor(); break;
      default: break;
    }
  }

  void end_options(const HtmlElement& element) {
    while (!open_.empty() && open_.back().element->group == Group::kOption) {
      if (element.name == "option" && open_.back().element->name == "optgroup") return;
      close_from(open_.size() - 1);
    }
  }

  // Only out of what stands in a line.
  void end_anchor() {
    for (std::size_t i = open_.size(); i-- > 0;) {
      const HtmlElement& element = *open_[i].element;
      if (element.group == Group::kAnchor) return close_from(i);
      if (element.holds > 100) return;
    }
  }

  void close_nearest(std::uint16_t group, std::uint16_t behind) {
    for (std::size_t i = open_.size(); i-- > 0;) {
      if ((open_[i].element->group & group) != 0) return close_from(i);
      if ((open_[i].element->group & behind) != 0) return;
    }
  }

  void end_tag() {
    const std::string_view name = tag_name(at_ + 2);
    at_ = next('>');
    if (at_ < html_.size()) ++at_;
    if (name == "html" || name == "body") return;  // what follows belongs to the page all the same
    if (name == "br") return in_body(), void(out_ += "<br/>");
    const HtmlElement& element = html_element(name);
    if (name == "head") {
      if (where_ == Where::kHead) leave_head(), where_ = Where::kAfterHead;
      return;
    }
    for (std::size_t i = open_.size(); i-- > 0;) {
      const Open& open = open_[i];
      if (std::string_view(out_).substr(open.name, open.length) == name) return close_from(i);
      if (open.element->holds > element.ends) return;
    }
  }

  void close_from(std::size_t first) {
    while (open_.size() > first) {
      const Open& open = open_.back();
      out_ += "</";
      out_.append(out_, open.name, open.length);
      out_ += '>';
      open_.pop_back();
    }
  }

  // Up to the tag's '>', or the end of the text. true: "/>".
  bool attributes() {
    names_.clear();
    bool closed = false;
    while (at_ < html_.size() && html_[at_] != '>') {
      const char c = html_[at_];
      if (is_space(c) || c == '/') {
        closed = c == '/';
        ++at_;
        continue;
      }
      closed = false;
      attribute();
    }
    return closed;
  }

  void attribute() {
    const std::size_t before = out_.size();
    out_ += ' ';
    const std::size_t name = out_.size();
    if (!in_name(html_[at_]) || is_digit(html_[at_]) || html_[at_] == '-' || html_[at_] == '.') out_ += '_';
    for (bool first = true; at_ < html_.size(); ++at_, first = false) {
      const char c = html_[at_];
      if (is_space(c) || c == '/' || c == '>' || (c == '=' && !first)) break;
      if (in_name(c)) out_ += lower(c);
    }
    const std::size_t length = out_.size() - name;
    skip_spaces();
    out_ += "=\"";
    if (at_ < html_.size() && html_[at_] == '=') {
      ++at_;
      skip_spaces();
      value();
    }
    out_ += '"';
    const std::string_view own = std::string_view(out_).substr(name, length);
    const bool twice = std::any_of(names_.begin(), names_.end(), [&](const auto& known) {
      return std::string_view(out_).substr(known.first, known.second) == own;
    });
    if (twice || names_.size() >= kMostAttributes) return out_.resize(before);
    names_.emplace_back(name, length);
  }

  void value() {
    if (at_ >= html_.size()) return;
    const char quote = html_[at_];
    std::size_t begin = at_, end = at_;
    if (quote == '"' || quote == '\'') {
      ++begin, ++at_;
      end = next(quote);
      at_ = std::min(end + 1, html_.size());
    } else {
      while (end < html_.size() && !is_space(html_[end]) && html_[end] != '>') ++end;
      at_ = end;
    }
    escape(html_.substr(begin, end - begin), true);
  }

  void skip_spaces() {
    while (at_ < html_.size() && is_space(html_[at_])) ++at_;
  }

  std::string_view html_;
  std::size_t at_ = 0;
  std::string out_, name_;
  std::vector<Open> open_;
  std::vector<std::pair<std::size_t, std::size_t>> names_;  // of the attributes of a tag, where in out_
  Where where_ = Where::kBefore;
  bool any_html_ = false;
};

}  // namespace

std::string well_formed(std::string_view html) {
  if (html.find('\0') == std::string_view::npos) return Former(html).form();
  std::string without;
  for (const char c : html) {
    if (c == '\0')
      without += "\xEF\xBF\xBD";
    else
      without += c;
  }
  return Former(without).form();
}

}  // namespace tanmiao::crawler
