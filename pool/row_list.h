// The rows of a returned sheet, as they were written and as they were understood, kept packed: a list of a hundred
// thousand rows stands in some ten megabytes while it is checked and planned.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <span>
#include <string>
#include <vector>

namespace tanmiao::pool {

struct SheetField;

struct ReturnedCell {
  std::string value;         // in one form, see FieldKind; empty: unknown, or refused when `problem` says so
  std::string as_written;    // as the program would show it
  std::string problem;       // empty: fine; else what is wrong and what was expected, in Chinese
  std::string remark;        // what was put right without asking: 全角字符已转换
  bool digits_lost = false;  // of a code that a program made a number of: only the name can tell whose row it is
  bool operator==(const ReturnedCell&) const = default;
};

struct ReturnedRow {
  std::string where;                // file!sheet!row or file:line, as in Error::where
  std::uint32_t line = 0;           // row of the sheet, or line of the file
  std::vector<ReturnedCell> cells;  // parallel to the fields
  std::vector<std::string> all;     // as written, parallel to ReturnedSheet::headings; may be shorter
  std::string problem;              // of the row as a whole: it could not be read
  std::string remark;               // of the row as a whole: 整行有删除线，请确认
  // The first of the row's and its cells' problems, each with its heading; empty: the row is fine.
  std::string problems(std::span<const SheetField> fields) const;
  bool operator==(const ReturnedRow&) const = default;
};

// Appended to, then read in any order; going forward is cheapest, for rows are unpacked a block at a time. A row comes
// out by value. Not for two threads at once, reading included.
class RowList {
 public:
  void push_back(const ReturnedRow& row);
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  ReturnedRow operator[](std::size_t i) const;  // i < size()
  ReturnedRow at(std::size_t i) const;          // throws std::out_of_range
  std::size_t packed_bytes() const;

  class Iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = ReturnedRow;
    using difference_type = std::ptrdiff_t;
    using pointer = void;
    using reference = ReturnedRow;
    Iterator(const RowList& list, std::size_t at) : list_(&list), at_(at) {}
    ReturnedRow operator*() const { return (*list_)[at_]; }
    Iterator& operator++() { return ++at_, *this; }
    bool operator==(const Iterator& other) const { return at_ == other.at_; }

   private:
    const RowList* list_;
    std::size_t at_;
  };
  Iterator begin() const { return {*this, 0}; }
  Iterator end() const { return {*this, size_}; }

 private:
  struct Block {
    std::size_t first;                  // row
    std::size_t length;                 // unpacked
    std::string packed;                 // deflate
    std::vector<std::uint32_t> starts;  // of rows, unpacked
  };
  // Rows that are not packed: those appended last, or a block that is being read.
  struct Open {
    std::size_t first = 0;
    std::string bytes;
    std::vector<std::uint32_t> starts;  // of rows in `bytes`
    bool has(std::size_t row) const { return row >= first && row - first < starts.size(); }
  };
  void pack();
  void open_block_of(std::size_t row) const;
  std::uint64_t place_of(const ReturnedRow& row);

  std::size_t size_ = 0;
  std::vector<std::string> places_;  // "file!sheet!": what stands before the line in `where`
  std::vector<Block> blocks_;
  Open tail_;
  mutable Open read_;
};

}  // namespace tanmiao::pool
