#include "tabular/page_rows.h"

#include <boost/json.hpp>

#include "tabular/grid.h"

namespace tanmiao::tabular {
namespace {

class PageRows {
 public:
  PageRows(const std::string& name, const Limits& limits) : name_(name), grid_(name, "pdf", limits) {}

  Status line(std::string_view text) {
    boost::system::error_code failed;
    const boost::json::value value = boost::json::parse(boost::json::string_view(text.data(), text.size()), failed);
    const auto* row = failed ? nullptr : value.if_object();
    const auto* table = row == nullptr ? nullptr : row->if_contains("table");
    const auto* cells = row == nullptr ? nullptr : row->if_contains("cells");
    if (table == nullptr || !table->is_int64() || cells == nullptr || !cells->is_array())
      return Error{Errc::kFormat, "the reader of PDF gave a line that is no row", name_};
    if (!grid_.any_sheet() || table->get_int64() != table_) {
      table_ = table->get_int64();
      line_ = 0;
      TANMIAO_TRY(grid_.begin_sheet("表" + std::to_string(table_), false));
    }
    ++line_;
    std::uint32_t column = 0;
    for (const boost::json::value& cell : cells->get_array()) {
      ++column;
      if (const auto* words = cell.if_string())
        TANMIAO_TRY(grid_.cell(line_, column, std::string(words->data(), words->size())));
    }
    return {};
  }

  Result<std::unique_ptr<Book>> finish() {
    if (!grid_.any_sheet()) return Error{Errc::kFormat, "is a document without a table", name_};
    return grid_.finish();
  }

 private:
  std::string name_;
  GridBuilder grid_;
  std::int64_t table_ = 0;
  std::uint32_t line_ = 0;
};

}  // namespace

Result<std::unique_ptr<Book>> open_page_rows(std::string_view lines, const std::string& name, const Limits& limits) {
  PageRows rows(name, limits);
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find('\n'), lines.size());
    TANMIAO_TRY(rows.line(lines.substr(0, end)));
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
  return rows.finish();
}

}  // namespace tanmiao::tabular
