#include "tabular/html_table.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include "core/text/normalize.h"
#include "tabular/cell_format.h"
#include "tabular/charset.h"
#include "tabular/grid.h"

namespace tanmiao::tabular {
namespace {

constexpr std::size_t kSample = std::size_t{64} << 10, kHead = 4096;
constexpr std::uint32_t kMostSpan = 65'536;

struct HtmlEntity {
  std::string_view name, text;
};
constexpr std::array<HtmlEntity, 8> kHtmlEntities = {{{"amp", "&"},
                                                      {"lt", "<"},
                                                      {"gt", ">"},
                                                      {"quot", "\""},
                                                      {"apos", "'"},
                                                      {"nbsp", "\xC2\xA0"},
                                                      {"ensp", " "},
                                                      {"emsp", " "}}};

bool html_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t end = text[i] == '&' ? text.find(';', i) : std::string_view::npos;
    if (end == std::string_view::npos || end - i > 12) {
      out += text[i++];
      continue;
    }
    const std::string_view entity = text.substr(i + 1, end - i - 1);
    const auto* known =
        std::find_if(kHtmlEntities.begin(), kHtmlEntities.end(), [&](const HtmlEntity& e) { return e.name == entity; });
    std::uint32_t c = 0;
    if (entity.starts_with('#')) {
      const bool hex = entity.size() > 1 && (entity[1] | 0x20) == 'x';
      std::from_chars(entity.data() + (hex ? 2 : 1), entity.data() + entity.size(), c, hex ? 16 : 10);
    }
    if (known != kHtmlEntities.end()) {
      out += known->text;
    } else if (c > 0 && c <= 0x10FFFF && (c < 0xD800 || c >= 0xE000)) {
      text::append_utf8(out, c);
    } else {
      out += text.substr(i, end + 1 - i);
    }
    i = end + 1;
  }
  return out;
}

// A tag: its name in lower case, "/" in front of an end, and its attributes.
struct Tag {
  std::string name;
  std::string_view attributes;

  std::string value(std::string_view wanted) const {
    const std::string lower = text::ascii_lower(attributes);
    for (std::size_t at = lower.find(wanted); at != std::string::npos; at = lower.find(wanted, at + 1)) {
      std::size_t i = at + wanted.size();
      if (at == 0 || !html_blank(lower[at - 1])) continue;
      while (i < lower.size() && html_blank(lower[i])) ++i;
      if (i >= lower.size() || lower[i] != '=') continue;
      for (++i; i < lower.size() && html_blank(lower[i]);) ++i;
      if (i >= lower.size()) return {};
      const char quote = attributes[i];
      if (quote == '"' || quote == '\'')
        return unescaped(attributes.substr(i + 1, attributes.find(quote, i + 1) - i - 1));
      std::size_t end = i;
      while (end < attributes.size() && !html_blank(attributes[end])) ++end;
      return unescaped(attributes.substr(i, end - i));
    }
    return {};
  }

  std::uint32_t span(std::string_view wanted) const {
    const std::string text = value(wanted);
    std::uint32_t n = 1;
    std::from_chars(text.data(), text.data() + text.size(), n);
    return std::clamp(n, 1U, kMostSpan);
  }
};

class HtmlReader {
 public:
  HtmlReader(std::string_view text, std::string name, const ReadOptions& options)
      : text_(text),
        limits_(options.limits),
        each_table_(options.documents),
        name_(name),
        grid_(std::move(name), "html", options.limits) {}

  Result<std::unique_ptr<Book>> read() {
    std::size_t at = 0;
    while (at < text_.size()) {
      const std::size_t open = std::min(text_.find('<', at), text_.size());
      if (now_.in_cell) append(text_.substr(at, open - at));
      at = open;
      if (at < text_.size()) TANMIAO_TRY(markup(at));
    }
    TANMIAO_TRY(end_cell());
    while (!outer_.empty()) {
      back_to_outer();
      TANMIAO_TRY(end_cell());
    }
    if (!grid_.any_sheet()) {
      return Error{Errc::kFormat, "is a web page without a table, not a workbook", name_};
    }
    return grid_.finish();
  }

 private:
  Status markup(std::size_t& at) {
    const std::string_view rest = text_.substr(at);
    if (rest.starts_with("<!--")) {
      const std::size_t end = rest.find("-->");
      at = end == std::string_view::npos ? text_.size() : at + end + 3;
      return {};
    }
    const bool tag = rest.size() > 1 && (rest[1] == '/' || rest[1] == '!' || rest[1] == '?' ||
                                         ((rest[1] | 0x20) >= 'a' && (rest[1] | 0x20) <= 'z'));
    if (!tag) {
      if (now_.in_cell) append("<");
      ++at;
      return {};
    }
    std::size_t end = 1;
    for (char quote = 0; end < rest.size() && (quote != 0 || rest[end] != '>'); ++end) {
      if (quote == 0 && (rest[end] == '"' || rest[end] == '\'') && rest[end - 1] == '=')
        quote = rest[end];
      else if (rest[end] == quote)
        quote = 0;
    }
    const std::string_view inside = rest.substr(1, end - 1);
    std::size_t name = inside.starts_with('/') ? 1 : 0;
    while (name < inside.size() && !html_blank(inside[name]) && inside[name] != '/') ++name;
    at = std::min(at + end + 1, text_.size());
    const Tag found{text::ascii_lower(inside.substr(0, name)), inside.substr(name)};
    for (const std::string_view hidden : {"script", "style", "title", "xml"}) {
      if (found.name == hidden) skip_to_end(hidden, at);
    }
    return element(found);
  }

  void skip_to_end(std::string_view name, std::size_t& at) const {
    for (; at < text_.size(); ++at) {
      at = std::min(text_.find("</", at), text_.size());
      if (text::ascii_lower(text_.substr(std::min(at + 2, text_.size()), name.size())) == name) return;
    }
  }

  Status element(const Tag& tag) {
    if (tag.name == "table") {
      const bool in_it = depth_ == outer_.size() + 1;
      if (depth_ == 0 || (each_table_ && in_it && outer_.size() < limits_.max_depth)) TANMIAO_TRY(begin_table());
      ++depth_;
    }
    if (tag.name == "/table" && depth_ > 0) TANMIAO_TRY(end_table());
    if (depth_ != outer_.size() + 1) {
      if (now_.in_cell && (tag.name == "td" || tag.name == "tr")) append(" ");
      return {};
    }
    if (tag.name == "tr") {
      TANMIAO_TRY(end_cell());
      ++now_.line;
      now_.column = 0;
      const std::string look = tag.value("style");
      return look.find("display:none") != std::string::npos ? grid_.hide_row(now_.line) : Status();
    }
    if (tag.name == "td" || tag.name == "th") {
      TANMIAO_TRY(end_cell());
      return begin_cell(tag);
    }
    if (tag.name == "/td" || tag.name == "/th" || tag.name == "/tr") return end_cell();
    if (!now_.in_cell) return {};
    if (tag.name == "br" || tag.name == "br/" || ((tag.name == "p" || tag.name == "div") && !now_.cell.empty()))
      now_.cell += '\n';
    if (tag.name == "s" || tag.name == "strike" || tag.name == "del") now_.marks |= kStruckMark;
    return {};
  }

  Status begin_table() {
    if (depth_ > 0) outer_.push_back(std::move(now_));
    now_ = {};
    TANMIAO_TRY(grid_.begin_sheet("表" + std::to_string(++tables_), false));
    now_.sheet = grid_.selected();
    return {};
  }

  Status end_table() {
    if (depth_ == outer_.size() + 1) {
      TANMIAO_TRY(end_cell());
      if (!outer_.empty()) back_to_outer();
    }
    --depth_;
    return {};
  }

  void back_to_outer() {
    now_ = std::move(outer_.back());
    outer_.pop_back();
    grid_.select(now_.sheet);
  }

  Status begin_cell(const Tag& tag) {
    std::vector<std::uint32_t>& busy = now_.busy;
    if (now_.line == 0) now_.line = 1;
    do ++now_.column;
    while (now_.column <= busy.size() && busy[now_.column - 1] >= now_.line);
    now_.in_cell = true;
    now_.cell.clear();
    now_.marks = 0;
    now_.exact = tag.value("x:num");
    now_.across = std::min(tag.span("colspan"), limits_.max_columns);
    const std::uint32_t down = tag.span("rowspan"), column = now_.column;
    if (down == 1) return {};
    const std::uint32_t last = now_.line + down - 1;
    if (column + now_.across <= limits_.max_columns) {
      if (busy.size() < column + now_.across - 1) busy.resize(column + now_.across - 1);
      for (std::uint32_t c = column; c < column + now_.across; ++c) busy[c - 1] = last;
    }
    return grid_.merge(now_.line, last, column);
  }

  Status end_cell() {
    if (!now_.in_cell) return {};
    now_.in_cell = false;
    std::string text = unescaped(now_.cell);
    while (!text.empty() && html_blank(text.back())) text.pop_back();
    text.erase(0, std::min(text.find_first_not_of(" \t\r\n"), text.size()));
    if (!now_.exact.empty()) {
      text = shown_number(now_.exact, {}, false);
      now_.marks |= kNumberMark;
    }
    const std::uint32_t column = now_.column;
    now_.column += now_.across - 1;
    return text.empty() ? Status() : grid_.cell(now_.line, column, std::move(text), now_.marks);
  }

  // Runs of white space are one blank.
  void append(std::string_view text) {
    for (const char c : text) {
      if (!html_blank(c))
        now_.cell += c;
      else if (!now_.cell.empty() && !html_blank(now_.cell.back()))
        now_.cell += ' ';
    }
  }

  struct Table {
    std::size_t sheet = 0;
    std::uint32_t line = 0, column = 0, across = 1;
    std::vector<std::uint32_t> busy;  // by column: last line that a cell from above takes
    bool in_cell = false;
    std::string cell, exact;
    std::uint8_t marks = 0;
  };

  std::string_view text_;
  Limits limits_;
  bool each_table_;
  std::string name_;
  GridBuilder grid_;
  std::size_t depth_ = 0, tables_ = 0;
  Table now_;
  std::vector<Table> outer_;  // of which the current one is a part, when each table is a sheet
};

std::string declared_charset(std::string_view head) {
  const std::string lower = text::ascii_lower(head.substr(0, kHead));
  std::size_t at = lower.find("charset=");
  if (at == std::string::npos) return {};
  at = lower.find_first_not_of("\"' ", at + 8);
  if (at == std::string::npos) return {};
  return lower.substr(at, lower.find_first_of("\"' />;", at) - at);
}

}  // namespace

bool is_html(std::string_view head) {
  if (head.starts_with("\xEF\xBB\xBF")) head.remove_prefix(3);
  head.remove_prefix(std::min(head.find_first_not_of(" \t\r\n"), head.size()));
  if (!head.starts_with('<')) return false;
  const std::string lower = text::ascii_lower(head);
  for (const std::string_view tag : {"<html", "<table", "<!doctype html", "<head", "<meta", "<body", "<style"}) {
    if (lower.starts_with(tag)) return true;
  }
  return lower.find("<html") != std::string::npos || lower.find("<table") != std::string::npos;
}

Result<std::string> decode_markup(std::string_view bytes, std::string_view declared) {
  const std::string_view sample = bytes.substr(0, kSample);
  Detected found = detect_charset(sample);
  if (found.bom == 0 && !declared.empty()) {
    const auto known = canonical_charset(declared);
    if (known && misfit(*known, sample).empty()) found.charset = *known;
  }
  if (found.charset.empty()) found.charset = "utf-8";
  TANMIAO_ASSIGN(const auto decoder, make_decoder(found.charset, found.bom));
  std::string marked, out;
  decoder->decode(bytes.substr(found.bom), true, marked);
  for (std::size_t i = 0; i < marked.size(); ++i) {
    if (marked[i] != kMark) {
      out += marked[i];
      continue;
    }
    out += "\xEF\xBF\xBD";
    i += 2;  // the two hex digits of the byte
  }
  return out;
}

Result<std::unique_ptr<Book>> open_html(std::string_view bytes, std::string name, const ReadOptions& options) {
  TANMIAO_ASSIGN(const std::string text, decode_markup(bytes, declared_charset(bytes)));
  return HtmlReader(text, std::move(name), options).read();
}

}  // namespace tanmiao::tabular
