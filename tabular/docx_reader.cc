#include "tabular/docx_reader.h"

#include <algorithm>
#include <charconv>
#include <utility>
#include <vector>

#include "tabular/grid.h"
#include "tabular/xml_pull.h"
#include "tabular/zip.h"

namespace tanmiao::tabular {
namespace {

constexpr std::string_view kBody = "word/document.xml";

class DocxReader {
 public:
  DocxReader(XmlPull xml, const std::string& name, const ReadOptions& options)
      : xml_(std::move(xml)), name_(name), limits_(options.limits), grid_(name, "docx", options.limits) {}

  Result<std::unique_ptr<Book>> read() {
    for (;;) {
      TANMIAO_ASSIGN(const XmlPull::Event event, xml_.next());
      if (event == XmlPull::Event::kDone) break;
      if (event == XmlPull::Event::kStart) TANMIAO_TRY(start(xml_.element()));
      if (event == XmlPull::Event::kEnd) TANMIAO_TRY(end(xml_.element()));
      if (event == XmlPull::Event::kText && in_text_ && in_cell()) TANMIAO_TRY(xml_.append_text(tables_.back().cell));
    }
    if (!grid_.any_sheet()) return Error{Errc::kFormat, "is a document without a table", name_};
    return grid_.finish();
  }

 private:
  struct Down {
    std::uint32_t first = 0, last = 0;  // lines of a vertical merge; 0: none
  };
  struct Table {
    std::size_t sheet = 0;
    std::uint32_t line = 0, column = 0, across = 1;
    bool in_cell = false, continued = false, began = false;
    std::string cell;
    std::vector<Down> down;  // by column
  };

  bool in_cell() const { return !tables_.empty() && tables_.back().in_cell; }

  Status start(std::string_view element) {
    // The same text a second time, for programs that do not know the first form.
    if (element == "Fallback") return xml_.skip();
    if (element == "tbl") return begin_table();
    if (tables_.empty()) return {};
    Table& table = tables_.back();
    if (element == "tr") {
      ++table.line;
      table.column = 0;
    } else if (element == "gridBefore") {
      TANMIAO_ASSIGN(table.column, number());
    } else if (element == "tc") {
      table.in_cell = true;
      table.continued = table.began = false;
      table.across = 1;
      table.cell.clear();
    } else if (element == "gridSpan") {
      TANMIAO_ASSIGN(table.across, number());
      table.across = std::max(table.across, 1U);
    } else if (element == "vMerge") {
      TANMIAO_ASSIGN(const std::string value, xml_.prefixed_attribute("val"));
      (value == "restart" ? table.began : table.continued) = true;
    } else if (element == "t") {
      in_text_ = true;
    } else if (table.in_cell && (element == "tab" || element == "noBreakHyphen")) {
      table.cell += element == "tab" ? ' ' : '-';
    } else if (table.in_cell && (element == "br" || (element == "p" && !table.cell.empty()))) {
      table.cell += '\n';
    }
    return {};
  }

  Result<std::uint32_t> number() {
    TANMIAO_ASSIGN(const std::string text, xml_.prefixed_attribute("val"));
    std::uint32_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return std::min(value, limits_.max_columns);
  }

  Status begin_table() {
    TANMIAO_TRY(grid_.begin_sheet("表" + std::to_string(++count_), false));
    Table table;
    table.sheet = grid_.selected();
    tables_.push_back(std::move(table));
    return {};
  }

  Status end(std::string_view element) {
    if (element == "t") in_text_ = false;
    if (tables_.empty()) return {};
    if (element == "tc") return end_cell(tables_.back());
    if (element != "tbl") return {};
    for (std::uint32_t column = 1; column <= tables_.back().down.size(); ++column)
      TANMIAO_TRY(end_merge(tables_.back(), column));
    tables_.pop_back();
    if (!tables_.empty()) grid_.select(tables_.back().sheet);
    return {};
  }

  Status end_merge(Table& table, std::uint32_t column) {
    const Down down = std::exchange(table.down[column - 1], Down{});
    return down.first == 0 ? Status() : grid_.merge(down.first, down.last, column);
  }

  Status end_cell(Table& table) {
    if (!table.in_cell) return {};
    table.in_cell = false;
    if (table.line == 0) table.line = 1;
    const std::uint32_t column = table.column + 1;
    table.column += table.across;
    if (column > limits_.max_columns) return grid_.cell(table.line, column, std::move(table.cell));
    if (table.down.size() < column) table.down.resize(column);
    Down& down = table.down[column - 1];
    if (table.continued && down.first != 0 && down.last + 1 == table.line) {
      down.last = table.line;  // its text stands in the first row
      return {};
    }
    TANMIAO_TRY(end_merge(table, column));
    if (table.began) down = {table.line, table.line};
    std::string text = std::move(table.cell);
    while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
    text.erase(0, std::min(text.find_first_not_of("\n "), text.size()));
    return grid_.cell(table.line, column, std::move(text));
  }

  XmlPull xml_;
  std::string name_;
  Limits limits_;
  GridBuilder grid_;
  std::vector<Table> tables_;  // the last one is read, the others are around it
  std::size_t count_ = 0;
  bool in_text_ = false;
};

}  // namespace

bool is_docx(std::string_view zip) {
  // The directory at the end of a zip names its parts in plain text.
  constexpr std::size_t kWithin = std::size_t{256} << 10;
  const std::string_view end = zip.substr(zip.size() - std::min(zip.size(), kWithin));
  return end.find(kBody) != std::string_view::npos;
}

Result<std::unique_ptr<Book>> open_docx(std::string_view bytes, const std::string& name, const ReadOptions& options) {
  TANMIAO_ASSIGN(auto body, open_entry(bytes, name, options.limits, kBody));
  XmlPull xml(std::move(body), name + "!" + std::string(kBody), options.limits);
  return DocxReader(std::move(xml), name, options).read();
}

}  // namespace tanmiao::tabular
