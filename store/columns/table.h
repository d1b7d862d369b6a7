// A table: columns of equal length, declared once. struct FirmTable<Build> has builders, struct FirmTable<Mapped> has
// views, and `each` names the columns for whoever writes, reads or checks them.
//
// Folders are kept for years and never rewritten, while tables gain columns. A column that was not there from the first
// version on is declared with added(): a folder that lacks it reads as the given value in every row. A column declared
// as f("name", column) is required. Columns are neither renamed nor given another meaning, and the numbers of an
// enumeration that lies in a column are never used for something else.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "store/columns/column.h"

namespace tanmiao::store {

struct Build {
  template <class T>
  struct of {
    using type = ColumnBuilder<T>;
  };
};
template <>
struct Build::of<std::string> {
  using type = StringBuilder;
};
template <>
struct Build::of<PackedText> {
  using type = PackedBuilder;
};
struct Mapped {
  template <class T>
  struct of {
    using type = ColumnView<T>;
  };
};
template <>
struct Mapped::of<std::string> {
  using type = StringView;
};
template <>
struct Mapped::of<PackedText> {
  using type = PackedView;
};
template <class Mode, class T>
using Column = typename Mode::template of<T>::type;

template <class T>
struct Added {
  T value;  // of every row of a folder without the column
};

// Inside `each`. A visitor of (name, column) sees the column as any other; one that also takes an Added<T> learns of
// it.
template <class F, class C, class T>
void added(F& f, std::string_view name, C& column, T value) {
  if constexpr (std::is_invocable_v<F&, std::string_view, C&, const Added<T>&>)
    f(name, column, Added<T>{value});
  else
    f(name, column);
}

// The visitor that reads. The first column of a table says how many rows it has.
class TableReader {
 public:
  explicit TableReader(const ColumnFolderReader& folder) : folder_(folder) {}

  template <class Table>
  Status read(Table& table) {
    status_ = {};
    rows_.reset();
    table.each(*this);
    return status_;
  }

  template <class View>
  void operator()(std::string_view name, View& view) {
    if (status_) status_ = folder_.read(name, view);
    if (status_ && !rows_) rows_ = view.size();
  }
  template <class View, class T>
  void operator()(std::string_view name, View& view, const Added<T>& column) {
    if (folder_.has(name)) return (*this)(name, view);
    if (!rows_) rows_ = 0;
    view = View::repeated(column.value, *rows_);
  }

 private:
  const ColumnFolderReader& folder_;
  Status status_;
  std::optional<std::size_t> rows_;
};

// The visitor that writes: some columns at a time, because each waits for the disk.
class TableWriter {
 public:
  explicit TableWriter(ColumnFolderWriter& folder) : folder_(folder) {}
  template <class Table>
  Status write(const Table& table) {
    columns_.clear();
    const_cast<Table&>(table).each(*this);  // `each` has one form for both readings; this one only reads
    return write_all(columns_);
  }
  template <class Builder>
  void operator()(std::string_view name, const Builder& column) {
    columns_.push_back([this, name = std::string(name), &column] { return folder_.write(name, column); });
  }

 private:
  using Columns = std::vector<std::function<Status()>>;
  static Status write_all(const Columns& columns);

  ColumnFolderWriter& folder_;
  Columns columns_;
};

// The visitor that compares the lengths of columns; says what is wrong.
struct SameSize {
  std::string damage;
  std::optional<std::size_t> rows;
  template <class View>
  void operator()(std::string_view name, const View& view) {
    if (!rows) rows = view.size();
    if (view.size() != *rows && damage.empty())
      damage = std::string(name) + " has " + std::to_string(view.size()) + " rows, expected " + std::to_string(*rows);
  }
};

}  // namespace tanmiao::store
