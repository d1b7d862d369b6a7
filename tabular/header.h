// Finds the header of a table (below titles, if any) and the positions of the columns someone wants, by name or
// synonym.
//
// Names are compared after NFKC with blanks, line breaks and bracketed units removed where that makes the difference
// ("注册资本(万元)" is found by "注册资本(万元)" and, failing that, by "注册资本").
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tabular/reader.h"

namespace tanmiao::tabular {

struct WantedColumn {
  std::string name;                   // the caller's own name of it, in messages
  std::vector<std::string> headings;  // what it may be called in the file, best first
  bool required = false;
};

struct HeaderOptions {
  std::uint32_t search_rows = 30;  // how far down a header is looked for
};

struct UnknownColumn {
  std::string heading;  // as in the file
  std::string nearest;  // the wanted heading that is not there and looks most like it; may be empty
};

struct Header {
  std::uint32_t line = 0;              // where it was found
  std::vector<std::string> headings;   // all of them, as in the file
  std::vector<int> position;           // for each wanted column its cell index, -1: not there
  std::vector<std::string> missing;    // names of wanted columns that are not there
  std::vector<UnknownColumn> unknown;  // headings nobody asked for
  std::vector<std::string> above;      // text of the rows above it (title, date, 编制单位), for provenance

  // The cell of wanted column `w` in a row, trimmed; empty when the row is short or the column is not there.
  std::string_view cell(const Row& row, std::size_t w) const;
  // Is a row below it the header once more (tables repeat theirs on each page), or, right below it, the second row of a
  // header whose cells are merged? Then it is no data, and of a second row the headings and positions are taken in.
  bool takes(const Row& row, std::span<const WantedColumn> wanted);
};

// Reads rows up to and with the header; the next row of the reader is data (or takes() it). The header is the first row
// in which at least three wanted columns, or 60 % of the row's non-empty cells (and one at least), or all required
// columns, each once and beside short cells only, are found; where it lacks a required column, together with the row
// above or below it (企业情况 over 名称 and 代码). Error kFormat when there is none or a required column is missing:
// names what was expected and the nearest heading that stands there.
Result<Header> read_header(RowReader& rows, std::span<const WantedColumn> wanted, const HeaderOptions& options = {});

// The same for a file whose header row is known to be the first row, or (headings given) that has none.
Header match_header(std::span<const std::string> headings, std::span<const WantedColumn> wanted);

}  // namespace tanmiao::tabular
