#include "tabular/ods_reader.h"

#include <algorithm>
#include <charconv>
#include <set>
#include <vector>

#include "tabular/cell_format.h"
#include "tabular/grid.h"
#include "tabular/xml_pull.h"
#include "tabular/zip.h"

namespace tanmiao::tabular {
namespace {

using OdsEvent = XmlPull::Event;
constexpr std::string_view kOdsType = "application/vnd.oasis.opendocument.spreadsheet";
constexpr std::uint32_t kMostRepeats = 1U << 24;

struct OdsCell {
  std::uint32_t column = 0, repeats = 1, rows_spanned = 1;
  std::string text;
  std::uint8_t marks = 0;
};

class OdsReader {
 public:
  OdsReader(XmlPull xml, std::string name, const Limits& limits)
      : xml_(std::move(xml)), grid_(std::move(name), "ods", limits), limits_(limits) {}

  Result<std::unique_ptr<Book>> read() {
    for (;;) {
      TANMIAO_ASSIGN(const OdsEvent event, xml_.next());
      if (event == OdsEvent::kDone) return grid_.finish();
      if (event != OdsEvent::kStart) continue;
      const std::string_view element = xml_.element();
      if (element == "style") {
        TANMIAO_TRY(style());
      } else if (element.ends_with("-style") && element != "list-style") {
        TANMIAO_TRY(data_style());
      } else if (element == "table") {
        TANMIAO_TRY(table());
      } else if (element == "tracked-changes" || element == "shapes" || element == "scripts") {
        TANMIAO_TRY(xml_.skip());
      } else if (element == "table-row" && grid_.any_sheet()) {
        TANMIAO_TRY(row());
      }
    }
  }

 private:
  Status data_style() {
    const std::size_t outside = xml_.depth() - 1;
    TANMIAO_ASSIGN(const std::string name, xml_.attribute("style:name"));
    while (xml_.depth() > outside) {
      TANMIAO_ASSIGN(const OdsEvent event, xml_.next());
      if (event != OdsEvent::kStart || xml_.element() != "number") continue;
      TANMIAO_ASSIGN(const std::string factor, xml_.attribute("number:display-factor"));
      if (!factor.empty() && factor != "1") scaled_data_.insert(name);
    }
    return {};
  }

  Status style() {
    const std::size_t outside = xml_.depth() - 1;
    TANMIAO_ASSIGN(const std::string name, xml_.attribute("style:name"));
    TANMIAO_ASSIGN(const std::string data, xml_.attribute("style:data-style-name"));
    if (scaled_data_.contains(data)) scaled_.insert(name);
    while (xml_.depth() > outside) {
      TANMIAO_ASSIGN(const OdsEvent event, xml_.next());
      if (event != OdsEvent::kStart) continue;
      TANMIAO_ASSIGN(const std::string display, xml_.attribute("table:display"));
      TANMIAO_ASSIGN(const std::string line, xml_.attribute("style:text-line-through-style"));
      if (display == "false") hidden_.insert(name);
      if (!line.empty() && line != "none") struck_.insert(name);
    }
    return {};
  }

  Status table() {
    TANMIAO_ASSIGN(const std::string name, xml_.attribute("table:name"));
    TANMIAO_ASSIGN(const std::string look, xml_.attribute("table:style-name"));
    line_ = 0;
    return grid_.begin_sheet(name, hidden_.contains(look));
  }

  Result<std::uint32_t> count(std::string_view attribute) {
    TANMIAO_ASSIGN(const std::string text, xml_.attribute(attribute));
    std::uint32_t value = 1;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return std::clamp(value, 1U, kMostRepeats);
  }

  Status row() {
    TANMIAO_ASSIGN(const std::uint32_t repeats, count("table:number-rows-repeated"));
    TANMIAO_ASSIGN(const std::string visibility, xml_.attribute("table:visibility"));
    const bool hidden = visibility == "collapse" || visibility == "filter";
    std::vector<OdsCell> cells;
    std::uint32_t column = 1;
    for (;;) {
      TANMIAO_ASSIGN(const OdsEvent event, xml_.next());
      if (event == OdsEvent::kEnd && xml_.element() == "table-row") break;
      if (event != OdsEvent::kStart) continue;
      const bool covered = xml_.element() == "covered-table-cell";
      if (!covered && xml_.element() != "table-cell") continue;
      TANMIAO_ASSIGN(const std::uint32_t columns, count("table:number-columns-repeated"));
      if (covered) {
        TANMIAO_TRY(xml_.skip());
      } else {
        TANMIAO_ASSIGN(OdsCell cell, read_cell());
        cell.column = column;
        cell.repeats = columns;
        if (!cell.text.empty() || cell.marks != 0) cells.push_back(std::move(cell));
      }
      column = std::min(column + columns, kMostRepeats);
    }
    for (std::uint32_t n = 0; n < repeats && !cells.empty(); ++n) TANMIAO_TRY(put(line_ + n + 1, hidden, cells));
    line_ = std::min(line_ + repeats, kMostRepeats);
    return {};
  }

  Status put(std::uint32_t line, bool hidden, const std::vector<OdsCell>& cells) {
    if (hidden) TANMIAO_TRY(grid_.hide_row(line));
    for (const OdsCell& cell : cells) {
      const std::uint32_t most = std::min(cell.repeats, limits_.max_columns);
      for (std::uint32_t n = 0; n < most; ++n) TANMIAO_TRY(grid_.cell(line, cell.column + n, cell.text, cell.marks));
      TANMIAO_TRY(grid_.merge(line, line + cell.rows_spanned - 1, cell.column));
    }
    return {};
  }

  Result<OdsCell> read_cell() {
    OdsCell cell;
    TANMIAO_ASSIGN(cell.rows_spanned, count("table:number-rows-spanned"));
    TANMIAO_ASSIGN(const std::string type, xml_.attribute("office:value-type"));
    TANMIAO_ASSIGN(const std::string value, xml_.attribute("office:value"));
    TANMIAO_ASSIGN(const std::string date, xml_.attribute("office:date-value"));
    TANMIAO_ASSIGN(const std::string truth, xml_.attribute("office:boolean-value"));
    TANMIAO_ASSIGN(const std::string words, xml_.attribute("office:string-value"));
    TANMIAO_ASSIGN(const std::string formula, xml_.attribute("table:formula"));
    TANMIAO_ASSIGN(const std::string precise, xml_.attribute("calcext:value-type"));
    TANMIAO_ASSIGN(const std::string look, xml_.attribute("table:style-name"));
    bool struck = struck_.contains(look);
    TANMIAO_ASSIGN(const std::string text, read_text(struck));
    if (!formula.empty() && type.empty() && text.empty()) cell.marks |= kNoResultMark;
    if (precise == "error") {
      cell.text = text.empty() ? "#N/A" : text;
      cell.marks |= kFaultMark;
    } else if (type == "float" || type == "currency") {
      cell.text = number(value, text);
      cell.marks |= static_cast<std::uint8_t>(kNumberMark | (scaled_.contains(look) ? kScaledMark : 0));
    } else if (type == "percentage") {
      cell.text = shown_number(value, {NumberFormat::Kind::kPercent, 0, false}, false);
      cell.marks |= kNumberMark | kPercentMark;
    } else if (type == "date") {
      cell.text = date.ends_with("T00:00:00") ? date.substr(0, date.size() - 9) : date;
      std::replace(cell.text.begin(), cell.text.end(), 'T', ' ');
      cell.marks |= kNumberMark | kDateMark;
    } else if (type == "time") {
      cell.text = text;
      cell.marks |= kNumberMark | kDateMark;
    } else if (type == "boolean") {
      cell.text = truth == "true" ? "TRUE" : "FALSE";
    } else {
      cell.text = text.empty() ? words : text;
    }
    if (struck && !cell.text.empty()) cell.marks |= kStruckMark;
    return cell;
  }

  // A code that is a number shown with leading zeros has them in its text alone.
  static std::string number(const std::string& value, const std::string& text) {
    std::string plain = shown_number(value, {}, false);
    const bool zeros = text.size() > plain.size() && text.ends_with(plain) &&
                       text.find_first_not_of('0') == text.size() - plain.size() &&
                       text.find_first_not_of("0123456789") == std::string::npos;
    return zeros ? text : plain;
  }

  // Paragraphs of the cell, one a line, notes left out; ends behind the cell.
  Result<std::string> read_text(bool& struck) {
    const std::size_t outside = xml_.depth() - 1;
    std::string text;
    std::size_t paragraphs = 0, in_paragraph = 0;
    for (;;) {
      TANMIAO_ASSIGN(const OdsEvent event, xml_.next());
      if (event == OdsEvent::kDone || (event == OdsEvent::kEnd && xml_.depth() == outside)) return text;
      if (event == OdsEvent::kText && in_paragraph > 0) TANMIAO_TRY(xml_.append_text(text));
      if (event == OdsEvent::kEnd && xml_.element() == "p" && in_paragraph > 0) --in_paragraph;
      if (event != OdsEvent::kStart) continue;
      const std::string_view element = xml_.element();
      if (element == "annotation" || element == "table" || element == "ruby-text") {
        TANMIAO_TRY(xml_.skip());
      } else if (element == "p") {
        if (paragraphs++ > 0) text += '\n';
        ++in_paragraph;
      } else if (element == "line-break") {
        text += '\n';
      } else if (element == "tab") {
        text += '\t';
      } else if (element == "s") {
        TANMIAO_ASSIGN(const std::uint32_t blanks, count("text:c"));
        text.append(std::min(blanks, 1'000U), ' ');
      } else if (element == "span") {
        TANMIAO_ASSIGN(const std::string look, xml_.attribute("text:style-name"));
        struck = struck || struck_.contains(look);
      }
    }
  }

  XmlPull xml_;
  GridBuilder grid_;
  Limits limits_;
  std::set<std::string> scaled_data_, scaled_, hidden_, struck_;  // names of styles
  std::uint32_t line_ = 0;
};

}  // namespace

bool is_ods(std::string_view bytes) {
  // The type stands uncompressed in the first entry, behind its header of 30 bytes and the name "mimetype".
  return bytes.substr(0, 200).find(kOdsType) != std::string_view::npos;
}

bool is_flat_ods(std::string_view head) {
  return head.find("<office:document") != std::string_view::npos && head.find(kOdsType) != std::string_view::npos;
}

Result<std::unique_ptr<Book>> open_ods(std::string_view bytes, std::string name, const ReadOptions& options) {
  if (!bytes.starts_with("PK")) {
    return OdsReader(XmlPull(bytes, name, options.limits), name, options.limits).read();
  }
  constexpr std::string_view kManifest = "META-INF/manifest.xml";
  TANMIAO_ASSIGN(const auto files,
                 unzip(bytes, name, options.limits, [&](std::string_view path) { return path == kManifest; }));
  if (!files.empty() && files.begin()->second.find("encryption-data") != std::string::npos) {
    return Error{Errc::kFormat, "is a workbook protected by a password; save it without", name};
  }
  TANMIAO_ASSIGN(auto content, open_entry(bytes, name, options.limits, "content.xml"));
  XmlPull xml(std::move(content), name + "!content.xml", options.limits);
  return OdsReader(std::move(xml), std::move(name), options.limits).read();
}

}  // namespace tanmiao::tabular
