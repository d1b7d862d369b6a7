#include "tabular/xlsx_workbook.h"

#include <charconv>
#include <map>

#include "tabular/charset.h"
#include "tabular/xml_pull.h"
#include "tabular/zip.h"

namespace tanmiao::tabular {
namespace {

using Event = XmlPull::Event;

std::uint32_t number(std::string_view text, std::uint32_t otherwise) {
  std::uint32_t value = otherwise;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

// Calls on_start(xml) for every element.
template <class OnStart>
Status each_element(XmlPull& xml, OnStart on_start) {
  for (;;) {
    TANMIAO_ASSIGN(const Event event, xml.next());
    if (event == Event::kDone) return {};
    if (event == Event::kStart) TANMIAO_TRY(on_start());
  }
}

// A target of a relation as a path of the zip.
Result<std::string> path_of(Result<std::string> target) {
  if (!target) return target;
  if (!target->empty() && target->front() == '/') return target->substr(1);
  return "xl/" + *target;
}

Status read_relations(XmlPull xml, std::map<std::string, std::string>& target_by_id) {
  return each_element(xml, [&]() -> Status {
    if (xml.element() != "Relationship") return {};
    TANMIAO_ASSIGN(auto id, xml.attribute("Id"));
    TANMIAO_ASSIGN(target_by_id[id], path_of(xml.attribute("Target")));
    return {};
  });
}

Status read_sheet_list(XmlPull xml, const std::map<std::string, std::string>& target_by_id, Workbook& book) {
  return each_element(xml, [&]() -> Status {
    if (xml.element() == "workbookPr") {
      TANMIAO_ASSIGN(auto flag, xml.attribute("date1904"));
      book.epoch_1904 = flag == "1" || flag == "true";
    }
    if (xml.element() != "sheet") return {};
    TANMIAO_ASSIGN(auto title, xml.attribute("name"));
    TANMIAO_ASSIGN(auto state, xml.attribute("state"));
    TANMIAO_ASSIGN(auto id, xml.prefixed_attribute("id"));
    const auto target = target_by_id.find(id);
    if (target != target_by_id.end())
      book.sheets.push_back({with_bytes_shown(title), target->second, state.ends_with("idden")});
    return {};
  });
}

// Text of <si>: its <t> elements joined, those of readings (<rPh>) left out.
Status read_strings(XmlPull xml, StringPool& strings) {
  std::string text;
  bool in_text = false, struck = false;
  for (;;) {
    TANMIAO_ASSIGN(const Event event, xml.next());
    if (event == Event::kDone) return {};
    if (event == Event::kText) {
      if (in_text) TANMIAO_TRY(xml.append_text(text));
      continue;
    }
    in_text = event == Event::kStart && xml.element() == "t";
    if (event == Event::kStart && xml.element() == "rPh") {
      TANMIAO_TRY(xml.skip());
    } else if (event == Event::kStart && xml.element() == "strike") {
      TANMIAO_ASSIGN(const bool run, strikes(xml));
      struck = struck || run;
    } else if (event == Event::kEnd && xml.element() == "si") {
      text = without_escapes(std::move(text));
      strings.add(text, struck);
      text.clear();
      struck = false;
    }
  }
}

// The parts of styles.xml that tell how a value is shown; each list stands in an element of its own.
class StyleReader {
 public:
  StyleReader(XmlPull xml, std::vector<CellStyle>& styles) : xml_(std::move(xml)), styles_(styles) {}

  Status read() {
    return each_element(xml_, [&]() -> Status {
      if (xml_.depth() <= list_depth_) list_ = {};
      for (const std::string_view list : {"numFmts", "fonts", "cellXfs"}) {
        if (xml_.element() == list) list_ = list, list_depth_ = xml_.depth();
      }
      if (list_ == "numFmts" && xml_.element() == "numFmt") return number_format();
      if (list_ == "fonts" && xml_.element() == "font" && xml_.depth() == list_depth_ + 1) struck_.push_back(false);
      if (list_ == "fonts" && xml_.element() == "strike" && !struck_.empty()) {
        TANMIAO_ASSIGN(const bool struck, strikes(xml_));
        struck_.back() = struck;
      }
      if (list_ == "cellXfs" && xml_.element() == "xf" && xml_.depth() == list_depth_ + 1) return style();
      return {};
    });
  }

 private:
  Status number_format() {
    TANMIAO_ASSIGN(const auto id, xml_.attribute("numFmtId"));
    TANMIAO_ASSIGN(const auto code, xml_.attribute("formatCode"));
    custom_[number(id, 0)] = parse_format(code);
    return {};
  }

  Status style() {
    TANMIAO_ASSIGN(const auto id, xml_.attribute("numFmtId"));
    TANMIAO_ASSIGN(const auto font, xml_.attribute("fontId"));
    const auto known = custom_.find(number(id, 0));
    const std::uint32_t f = number(font, 0);
    styles_.push_back(
        {known == custom_.end() ? builtin_format(number(id, 0)) : known->second, f < struck_.size() && struck_[f]});
    return {};
  }

  XmlPull xml_;
  std::vector<CellStyle>& styles_;
  std::map<std::uint32_t, NumberFormat> custom_;
  std::vector<bool> struck_;  // by font
  std::string_view list_;
  std::size_t list_depth_ = 0;
};

}  // namespace

Result<bool> strikes(const XmlPull& xml) {
  TANMIAO_ASSIGN(const std::string value, xml.attribute("val"));
  return value != "0" && value != "false";
}

std::string without_escapes(std::string text) {
  for (std::size_t at = text.find("_x"); at != std::string::npos; at = text.find("_x", at + 1)) {
    if (at + 7 > text.size() || text[at + 6] != '_') continue;
    std::uint32_t c = 0;
    const char* digits = text.data() + at + 2;
    const auto [stop, code] = std::from_chars(digits, digits + 4, c, 16);
    if (code == std::errc() && stop == digits + 4 && c < 0x80 && c > 0) text.replace(at, 7, 1, static_cast<char>(c));
  }
  return text;
}

Result<Workbook> open_workbook(std::string_view bytes, const std::string& name, const Limits& limits) {
  constexpr std::string_view kBook = "xl/workbook.xml", kRelations = "xl/_rels/workbook.xml.rels";
  constexpr std::string_view kBinary = "xl/workbook.bin";
  constexpr std::string_view kStrings = "xl/sharedStrings.xml", kStyles = "xl/styles.xml";
  TANMIAO_ASSIGN(const auto files, unzip(bytes, name, limits, [&](std::string_view path) {
                   return path == kBook || path == kRelations || path == kStrings || path == kStyles || path == kBinary;
                 }));
  const auto xml = [&](std::string_view path) {
    const auto found = files.find(std::string(path));
    return XmlPull(found == files.end() ? std::string_view() : found->second, name + "!" + std::string(path), limits);
  };
  if (files.contains(std::string(kBinary))) {
    return Error{Errc::kFormat, "is a binary workbook (.xlsb); save it as .xlsx", name};
  }
  if (!files.contains(std::string(kBook)) || !files.contains(std::string(kRelations))) {
    return Error{Errc::kFormat, "is a zip but no xlsx workbook: xl/workbook.xml or its relations are missing", name};
  }
  Workbook book;
  std::map<std::string, std::string> target_by_id;
  TANMIAO_TRY(read_relations(xml(kRelations), target_by_id));
  TANMIAO_TRY(read_sheet_list(xml(kBook), target_by_id, book));
  TANMIAO_TRY(read_strings(xml(kStrings), book.strings));
  TANMIAO_TRY(StyleReader(xml(kStyles), book.styles).read());
  if (book.sheets.empty()) return Error{Errc::kFormat, "has no sheets", name};
  return book;
}

}  // namespace tanmiao::tabular
