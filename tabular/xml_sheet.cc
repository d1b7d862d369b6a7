#include "tabular/xml_sheet.h"

#include <algorithm>
#include <charconv>
#include <map>

#include "core/text/normalize.h"
#include "tabular/cell_format.h"
#include "tabular/grid.h"
#include "tabular/html_table.h"
#include "tabular/xml_pull.h"

namespace tanmiao::tabular {
namespace {

using SheetEvent = XmlPull::Event;
constexpr std::string_view kNamespace = "urn:schemas-microsoft-com:office:spreadsheet";
constexpr std::uint32_t kMostIndex = 1U << 20;

NumberFormat named_format(const std::string& name) {
  if (name.ends_with("Date")) return {NumberFormat::Kind::kDate, 0, false};
  if (name.ends_with("Time")) return {NumberFormat::Kind::kTime, 0, false};
  if (name == "Percent") return {NumberFormat::Kind::kPercent, 0, false};
  const bool word = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == ' ';
  });
  const bool shape = name.find_first_of("yY") != std::string::npos && name.find("Currency") == std::string::npos;
  return word && !shape ? NumberFormat{} : parse_format(name);  // "General Number", "Fixed", "Euro Currency"
}

std::string without_midnight(std::string date) {
  const std::size_t clock = date.find('T');
  if (clock == std::string::npos) return date;
  if (date.substr(clock).starts_with("T00:00:00")) return date.substr(0, clock);
  date[clock] = ' ';
  return date.substr(0, date.find('.'));
}

class XmlSheetReader {
 public:
  XmlSheetReader(std::string_view text, std::string name, const Limits& limits)
      : xml_(text, name, limits), grid_(std::move(name), "xml", limits) {}

  Result<std::unique_ptr<Book>> read() {
    for (;;) {
      TANMIAO_ASSIGN(const SheetEvent event, xml_.next());
      if (event == SheetEvent::kDone) return grid_.finish();
      if (event != SheetEvent::kStart) continue;
      const std::string_view element = xml_.element();
      if (element == "Date1904") {
        grid_.set_epoch_1904();
      } else if (element == "Style") {
        TANMIAO_TRY(style());
      } else if (element == "Worksheet") {
        TANMIAO_ASSIGN(const std::string name, xml_.prefixed_attribute("Name"));
        TANMIAO_TRY(grid_.begin_sheet(name, false));
        line_ = 0;
      } else if (element == "Row" && grid_.any_sheet()) {
        TANMIAO_TRY(row());
      } else if (element == "Visible" && grid_.any_sheet()) {
        TANMIAO_TRY(visible());
      }
    }
  }

 private:
  Result<std::uint32_t> count(std::string_view attribute, std::uint32_t otherwise) const {
    TANMIAO_ASSIGN(const std::string text, xml_.prefixed_attribute(attribute));
    std::uint32_t value = otherwise;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return std::min(value, kMostIndex);
  }

  Status style() {
    const std::size_t outside = xml_.depth() - 1;
    TANMIAO_ASSIGN(const std::string id, xml_.prefixed_attribute("ID"));
    Style& style = styles_[id];
    while (xml_.depth() > outside) {
      TANMIAO_ASSIGN(const SheetEvent event, xml_.next());
      if (event != SheetEvent::kStart) continue;
      TANMIAO_ASSIGN(const std::string format, xml_.prefixed_attribute("Format"));
      TANMIAO_ASSIGN(const std::string strike, xml_.prefixed_attribute("StrikeThrough"));
      if (xml_.element() == "NumberFormat") style.format = named_format(format);
      if (xml_.element() == "Font") style.struck = strike == "1";
    }
    return {};
  }

  Status visible() {
    TANMIAO_ASSIGN(const std::string state, text_of());
    if (state.starts_with("SheetHidden") || state.starts_with("SheetVeryHidden")) grid_.hide_sheet();
    return {};
  }

  // All text inside the element that just started.
  Result<std::string> text_of() {
    const std::size_t outside = xml_.depth() - 1;
    std::string out;
    while (xml_.depth() > outside) {
      TANMIAO_ASSIGN(const SheetEvent event, xml_.next());
      if (event == SheetEvent::kText) TANMIAO_TRY(xml_.append_text(out));
      if (event == SheetEvent::kStart && xml_.element() == "S") struck_ = true;
    }
    return out;
  }

  Status row() {
    TANMIAO_ASSIGN(const std::uint32_t index, count("Index", line_ + 1));
    TANMIAO_ASSIGN(const std::uint32_t span, count("Span", 0));
    TANMIAO_ASSIGN(const std::string hidden, xml_.prefixed_attribute("Hidden"));
    line_ = std::max(index, 1U);
    if (hidden == "1") TANMIAO_TRY(grid_.hide_row(line_));
    std::uint32_t column = 0;
    for (;;) {
      TANMIAO_ASSIGN(const SheetEvent event, xml_.next());
      if (event == SheetEvent::kDone || (event == SheetEvent::kEnd && xml_.element() == "Row")) break;
      if (event != SheetEvent::kStart || xml_.element() != "Cell") continue;
      TANMIAO_ASSIGN(column, count("Index", column + 1));
      TANMIAO_ASSIGN(const std::uint32_t across, count("MergeAcross", 0));
      TANMIAO_ASSIGN(const std::uint32_t down, count("MergeDown", 0));
      TANMIAO_TRY(cell(std::max(column, 1U)));
      if (down > 0) TANMIAO_TRY(grid_.merge(line_, line_ + down, std::max(column, 1U)));
      column += across;
    }
    line_ = std::min(line_ + span, kMostIndex);
    return {};
  }

  Status cell(std::uint32_t column) {
    const std::size_t outside = xml_.depth() - 1;
    TANMIAO_ASSIGN(const std::string id, xml_.prefixed_attribute("StyleID"));
    TANMIAO_ASSIGN(const std::string formula, xml_.prefixed_attribute("Formula"));
    const auto known = styles_.find(id);
    const Style style = known == styles_.end() ? Style{} : known->second;
    struck_ = style.struck;
    bool stored = false;
    while (xml_.depth() > outside) {
      TANMIAO_ASSIGN(const SheetEvent event, xml_.next());
      if (event != SheetEvent::kStart) continue;
      if (xml_.element() == "Comment") {
        TANMIAO_TRY(xml_.skip());
      } else if (xml_.element() == "Data") {
        stored = true;
        TANMIAO_TRY(data(column, style));
      }
    }
    return formula.empty() || stored ? Status() : grid_.cell(line_, column, {}, kNoResultMark);
  }

  struct Style {
    NumberFormat format;
    bool struck = false;
  };

  Status data(std::uint32_t column, const Style& style) {
    TANMIAO_ASSIGN(const std::string type, xml_.prefixed_attribute("Type"));
    TANMIAO_ASSIGN(std::string text, text_of());
    std::uint8_t marks = 0;
    if (type == "Number") {
      text = shown_number(text::trim(text), style.format, grid_.epoch_1904());
      marks = marks_of(style.format);
    } else if (type == "DateTime") {
      text = without_midnight(text::trim(text));
      marks = kNumberMark | kDateMark;
    } else if (type == "Boolean") {
      text = text == "1" ? "TRUE" : "FALSE";
    } else if (type == "Error") {
      marks = kFaultMark;
    }
    if (struck_ && !text.empty()) marks |= kStruckMark;
    return grid_.cell(line_, column, std::move(text), marks);
  }

  XmlPull xml_;
  GridBuilder grid_;
  std::map<std::string, Style> styles_;
  std::uint32_t line_ = 0;
  bool struck_ = false;
};

std::string declared_encoding(std::string_view head) {
  const std::string_view prolog = head.substr(0, std::min(head.find("?>"), std::size_t{200}));
  const std::size_t at = prolog.find("encoding=");
  if (at == std::string_view::npos || at + 10 >= prolog.size()) return {};
  const std::size_t end = prolog.find_first_of("\"'", at + 10);
  return std::string(prolog.substr(at + 10, end == std::string_view::npos ? end : end - at - 10));
}

}  // namespace

bool is_xml_sheet(std::string_view head) {
  return head.find(kNamespace) != std::string_view::npos && head.find("Workbook") != std::string_view::npos &&
         head.find("<html") == std::string_view::npos;
}

Result<std::unique_ptr<Book>> open_xml_sheet(std::string_view bytes, std::string name, const ReadOptions& options) {
  TANMIAO_ASSIGN(const std::string text, decode_markup(bytes, declared_encoding(bytes)));
  return XmlSheetReader(text, std::move(name), options.limits).read();
}

}  // namespace tanmiao::tabular
