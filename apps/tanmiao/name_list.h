// A table of names as people have them: CSV or a workbook, with a column of names and, where there are any, of ids,
// codes, regions, addresses, dates, patent classes and business scopes. Columns are found by their headings.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "core/industry_marks.h"
#include "linkage/match/life.h"
#include "tabular/header.h"

namespace tanmiao::app {

struct NameRow {
  std::uint32_t line = 0;
  std::string id, name, code;        // id: the row's number when there is no such column; code: valid and canonical
  std::string bad_code;              // what stands in the column of codes and is none
  std::vector<std::string> aliases;  // former names, names in English
  std::size_t former = 0;            // how many of them are former ones; they come first
  std::string truth;                 // id of the firm that it is, where the table tells
  bool labelled = false;             // the table has such a column
  linkage::NameFacts facts;
  Day asked = kNoDay;               // the day that the row speaks of; of a firm of a list that is looked in: nothing
  linkage::FirmLife life;           // of a firm of a list
  std::vector<Day> former_until;    // of its former names, where the table has as many days as names
  std::vector<std::string> cells;   // all of the row, when they were asked for
  std::vector<std::uint8_t> marks;  // tabular::Mark of the cells; empty of delimited text
  std::string problem;              // of a row that could not be read; its cells are then its text as it stands
};

class NameList {
 public:
  // The first sheet that has the column; `column`: its heading, where it is none of the usual. Errors: as
  // tabular::open_rows; kFormat naming the headings that would do when no row of the first thirty has one, and for an
  // empty file or one that is a workbook by its name alone.
  static Result<std::unique_ptr<NameList>> open(const std::string& path, const Reference& reference, bool keep_cells,
                                                const std::string& column = "");
  // The next row that has a name or a valid code; with cells also those that have none or cannot be read. false: the
  // end.
  Result<bool> next(NameRow& row);
  const std::vector<std::string>& headings() const { return header_.headings; }
  std::uint64_t bad_rows() const { return bad_; }
  std::uint64_t nameless_rows() const { return nameless_; }
  std::uint64_t bad_codes() const { return bad_codes_; }
  const std::vector<std::string>& first_problems() const { return problems_; }  // at most ten
  const std::vector<std::string>& sheets_passed_over() const { return passed_over_; }

 private:
  NameList(const Reference& reference, bool keep_cells)
      : reference_(reference), marks_(reference.key_industries), keep_cells_(keep_cells) {}
  Status open_sheet(const std::string& path, const std::string& sheet);
  Status find_header();
  void take(const tabular::Row& row, NameRow& out);
  void take_life(const tabular::Row& row, NameRow& out);

  const Reference& reference_;
  IndustryMarks marks_;
  bool keep_cells_;
  std::unique_ptr<tabular::RowReader> rows_;
  std::vector<tabular::WantedColumn> wanted_;
  tabular::Header header_;
  std::uint32_t number_ = 0;
  std::uint64_t bad_ = 0, nameless_ = 0, bad_codes_ = 0;
  std::vector<std::string> problems_, passed_over_;
};

}  // namespace tanmiao::app
