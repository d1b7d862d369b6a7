// The parts of an xlsx workbook besides its sheets: list of sheets, shared strings, number formats.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tabular/cell_format.h"
#include "tabular/reader.h"

namespace tanmiao::tabular {

struct SheetRef {
  std::string name, path;
  bool hidden = false;
};

// Strings laid end to end: a workbook may have millions.
class StringPool {
 public:
  void add(std::string_view s) {
    bytes_.append(s);
    ends_.push_back(bytes_.size());
  }
  std::size_t size() const { return ends_.size(); }
  std::string_view at(std::size_t i) const {
    const std::size_t begin = i == 0 ? 0 : ends_[i - 1];
    return std::string_view(bytes_).substr(begin, ends_[i] - begin);
  }

 private:
  std::string bytes_;
  std::vector<std::size_t> ends_;
};

struct Workbook {
  std::vector<SheetRef> sheets;
  StringPool strings;
  std::vector<NumberFormat> formats;  // by style index of a cell
  bool epoch_1904 = false;
};

// Reads everything but the sheets. kFormat when the zip holds no workbook.
Result<Workbook> open_workbook(std::string_view bytes, const std::string& name, const Limits& limits);

// "_x000D_" -> CR: how workbooks write characters that XML cannot.
std::string without_escapes(std::string text);

}  // namespace tanmiao::tabular
