// The parts of an xlsx workbook besides its sheets: list of sheets, shared strings, number formats.
#pragma once

#include <set>
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

// How cells of one style are shown.
struct CellStyle {
  NumberFormat format;
  bool struck = false;
};

// Strings laid end to end: a workbook may have millions.
class StringPool {
 public:
  void add(std::string_view s, bool struck = false) {
    bytes_.append(s);
    if (struck) struck_.insert(ends_.size());
    ends_.push_back(bytes_.size());
  }
  bool struck(std::size_t i) const { return !struck_.empty() && struck_.contains(i); }
  std::size_t size() const { return ends_.size(); }
  std::string_view at(std::size_t i) const {
    const std::size_t begin = i == 0 ? 0 : ends_[i - 1];
    return std::string_view(bytes_).substr(begin, ends_[i] - begin);
  }

 private:
  std::string bytes_;
  std::vector<std::size_t> ends_;
  std::set<std::size_t> struck_;  // with a run that is struck through
};

struct Workbook {
  std::vector<SheetRef> sheets;
  StringPool strings;
  std::vector<CellStyle> styles;  // by style index of a cell
  bool epoch_1904 = false;
};

// Reads everything but the sheets. kFormat when the zip holds no workbook.
Result<Workbook> open_workbook(std::string_view bytes, const std::string& name, const Limits& limits);

class XmlPull;
// Of kStart: <strike/>, whose attribute may say that it is none.
Result<bool> strikes(const XmlPull& xml);

// "_x000D_" -> CR: how workbooks write characters that XML cannot.
std::string without_escapes(std::string text);

}  // namespace tanmiao::tabular
