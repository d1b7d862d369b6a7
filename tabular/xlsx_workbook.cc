#include "tabular/xlsx_workbook.h"

#include <charconv>
#include <map>

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
    if (target != target_by_id.end()) book.sheets.push_back({title, target->second, state.ends_with("idden")});
    return {};
  });
}

// Text of <si>: its <t> elements joined, those of readings (<rPh>) left out.
Status read_strings(XmlPull xml, StringPool& strings) {
  std::string text;
  bool in_text = false;
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
    } else if (event == Event::kEnd && xml.element() == "si") {
      strings.add(without_escapes(std::move(text)));
      text.clear();
    }
  }
}

Status read_styles(XmlPull xml, std::vector<NumberFormat>& formats) {
  std::map<std::uint32_t, NumberFormat> custom;
  std::size_t cell_formats_depth = 0;
  return each_element(xml, [&]() -> Status {
    if (xml.element() == "numFmt") {
      TANMIAO_ASSIGN(auto id, xml.attribute("numFmtId"));
      TANMIAO_ASSIGN(auto code, xml.attribute("formatCode"));
      custom[number(id, 0)] = parse_format(code);
    } else if (xml.element() == "cellXfs") {
      cell_formats_depth = xml.depth();
    } else if (xml.element() == "xf" && cell_formats_depth > 0 && xml.depth() == cell_formats_depth + 1) {
      TANMIAO_ASSIGN(auto id, xml.attribute("numFmtId"));
      const auto known = custom.find(number(id, 0));
      formats.push_back(known == custom.end() ? builtin_format(number(id, 0)) : known->second);
    } else if (xml.element() == "cellStyles" || xml.element() == "dxfs") {
      cell_formats_depth = 0;
    }
    return {};
  });
}

}  // namespace

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
  constexpr std::string_view kStrings = "xl/sharedStrings.xml", kStyles = "xl/styles.xml";
  TANMIAO_ASSIGN(const auto files, unzip(bytes, name, limits, [&](std::string_view path) {
                   return path == kBook || path == kRelations || path == kStrings || path == kStyles;
                 }));
  const auto xml = [&](std::string_view path) {
    const auto found = files.find(std::string(path));
    return XmlPull(found == files.end() ? std::string_view() : found->second, name + "!" + std::string(path), limits);
  };
  if (!files.contains(std::string(kBook)) || !files.contains(std::string(kRelations))) {
    return Error{Errc::kFormat, "is a zip but no xlsx workbook: xl/workbook.xml or its relations are missing", name};
  }
  Workbook book;
  std::map<std::string, std::string> target_by_id;
  TANMIAO_TRY(read_relations(xml(kRelations), target_by_id));
  TANMIAO_TRY(read_sheet_list(xml(kBook), target_by_id, book));
  TANMIAO_TRY(read_strings(xml(kStrings), book.strings));
  TANMIAO_TRY(read_styles(xml(kStyles), book.formats));
  if (book.sheets.empty()) return Error{Errc::kFormat, "has no sheets", name};
  return book;
}

}  // namespace tanmiao::tabular
