// Rows -> records: the columns, rules, required fields, key and dates of a page description.
#pragma once

#include <re2/re2.h>

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crawler/normalise.h"
#include "crawler/reading.h"
#include "crawler/recollection.h"

namespace tanmiao::crawler {

struct RawValue {
  std::size_t column;  // position in PageRule::columns; one column may come several times (applicants of an XML)
  std::string_view text;
  std::string_view unit = {};  // of bare amounts, as the heading says it: "万元"; empty: as the page declares
  std::size_t cell = 0;        // of a table: its place in the row, from 0
};

struct RawRow {
  std::uint32_t line = 0;
  std::vector<RawValue> values;
  std::size_t cells = 0;  // of a table: how many stand in the row, so that a refused row keeps its shape; else 0
};

class Mapper {
 public:
  Mapper(const Source& source, const PageRule& page, const Document& document, const ReadContext& context);

  // A record, a reject, or nothing: of a list that came back most rows may not have been filled in.
  Status row(const RawRow& row, ReadingSink& sink);
  // A row of another number of cells than the header has, for the `fault` told. Its cells are read from the left up to
  // the first that does not fit, which is told too. `csv`: the row, or empty when it must not be kept.
  Status misfit(const RawRow& row, std::string_view fault, std::string_view csv, ReadingSink& sink);
  // A row that could not be cut into values at all.
  Status reject(std::uint32_t line, std::string_view expected, std::string_view csv, ReadingSink& sink) const;

 private:
  struct Rule {
    Field field;
    const FieldRule* declared = nullptr;  // nullptr: none
    const re2::RE2* match = nullptr;      // of pattern()
    std::string separators{};             // between the values of one text; empty: it is one value
    bool multiple = false, party = false;
    std::optional<Recollection> known{};  // of a field whose values come again and again
  };
  struct Draft;  // a record in the making
  Rule compile(Field field) const;
  static std::string_view matched(const Rule& rule, std::string_view text);
  void take(Rule& rule, const RawValue& value, Draft& draft) const;
  void take_one(Rule& rule, std::string_view text, std::string_view unit, Draft& draft) const;
  std::string without_persons(Field field, std::string_view raw) const;
  std::string_view replaced(const FieldRule& rule, std::string_view raw) const;
  bool says_nothing(const RawRow& row) const;
  std::string column_of(Field field) const;
  void complete(Draft& draft) const;
  void settle_industry(Draft& draft) const;
  void set_dates(Record& record) const;
  Draft draft_of(RecordKind kind, const RawRow& row) const;
  store::Reject reject_of(const RawRow& row, const Draft& draft) const;
  std::string csv_of(const RawRow& row) const;

  const Source& source_;
  const PageRule& page_;
  const Document& document_;
  const ReadContext& context_;
  std::optional<Date> stated_;
  std::vector<Rule> columns_, constants_;
};

// Told of a row that is not kept because a person may stand in it.
inline constexpr std::string_view kNotKept =
    "；可能有个人信息，整行不留存，请在原文件中改正，或把改好的整行填入“原行”送回";
// The same of what is no table: such rows cannot be fed again.
inline constexpr std::string_view kNotKeptAnywhere = "；可能有个人信息，整行不留存，请在原文件中改正";

// One line of CSV from cells, quoted where needed.
std::string csv_line(std::span<const std::string> cells);

}  // namespace tanmiao::crawler
