#include "tabular/header.h"

#include <unicode/normalizer2.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <optional>

namespace tanmiao::tabular {
namespace {

std::u16string fold(std::string_view heading) {
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2* nfkc = icu::Normalizer2::getNFKCCasefoldInstance(error);
  const icu::UnicodeString source =
      icu::UnicodeString::fromUTF8(icu::StringPiece(heading.data(), static_cast<int32_t>(heading.size())));
  const icu::UnicodeString folded = U_FAILURE(error) ? source : nfkc->normalize(source, error);
  std::u16string out;
  for (int32_t i = 0; i < folded.length(); ++i) {
    const char16_t c = folded.charAt(i);
    if (!u_isUWhiteSpace(c) && !u_iscntrl(c) && c != u'*') out += c;  // * marks columns that must be filled in
  }
  return out;
}

// "注册资本(万元)" -> "注册资本"; brackets are ASCII after folding.
std::u16string without_brackets(const std::u16string& folded) {
  std::u16string out;
  int depth = 0;
  for (const char16_t c : folded) {
    const bool opens = c == u'(' || c == u'[' || c == u'【', closes = c == u')' || c == u']' || c == u'】';
    if (opens) ++depth;
    if (depth == 0) out += c;
    if (closes && depth > 0) --depth;
  }
  return out;
}

std::size_t distance(const std::u16string& a, const std::u16string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0U : 1U)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

// How alike two headings are, 0 to 1; a heading that holds the other counts as rather alike.
double likeness(const std::u16string& a, const std::u16string& b) {
  if (a.empty() || b.empty()) return 0;
  const std::size_t longer = std::max(a.size(), b.size());
  const double near = 1.0 - static_cast<double>(distance(a, b)) / static_cast<double>(longer);
  const bool holds = a.find(b) != std::u16string::npos || b.find(a) != std::u16string::npos;
  return holds ? std::max(near, 0.6) : near;
}
constexpr double kAlike = 0.5;
constexpr std::size_t kLongestHeading = 200;  // bytes; longer cells are no headings

std::string nearest_of(std::string_view to, const std::vector<std::string>& choices) {
  const std::u16string wanted = fold(to);
  const std::string* best = nullptr;
  double best_score = kAlike;
  for (const std::string& choice : choices) {
    if (choice.size() > kLongestHeading) continue;
    const double score = likeness(wanted, fold(choice));
    if (score > best_score || (score == best_score && best == nullptr)) best = &choice, best_score = score;
  }
  return best == nullptr ? std::string() : *best;
}

std::string_view trimmed(std::string_view s) {
  constexpr std::string_view kWide = "\xE3\x80\x80", kNoBreak = "\xC2\xA0";  // U+3000, U+00A0
  const auto blank = [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); };
  // Most cells neither begin nor end with what a blank may begin or end with.
  const auto dense = [&](char c, char of_wide, char of_no_break) {
    return !blank(c) && c != of_wide && c != of_no_break;
  };
  if (s.empty() ||
      (dense(s.front(), kWide.front(), kNoBreak.front()) && dense(s.back(), kWide.back(), kNoBreak.back())))
    return s;
  for (bool more = true; more && !s.empty();) {
    if (blank(s.front()))
      s.remove_prefix(1);
    else if (s.starts_with(kWide))
      s.remove_prefix(kWide.size());
    else if (s.starts_with(kNoBreak))
      s.remove_prefix(kNoBreak.size());
    else
      more = false;
  }
  for (bool more = true; more && !s.empty();) {
    if (blank(s.back()))
      s.remove_suffix(1);
    else if (s.ends_with(kWide))
      s.remove_suffix(kWide.size());
    else if (s.ends_with(kNoBreak))
      s.remove_suffix(kNoBreak.size());
    else
      more = false;
  }
  return s;
}

struct FoldedWanted {
  std::vector<std::u16string> exact, bare;
};

std::vector<FoldedWanted> fold_wanted(std::span<const WantedColumn> wanted) {
  std::vector<FoldedWanted> out(wanted.size());
  for (std::size_t w = 0; w < wanted.size(); ++w) {
    for (const std::string& heading : wanted[w].headings) {
      out[w].exact.push_back(fold(heading));
      out[w].bare.push_back(without_brackets(out[w].exact.back()));
    }
  }
  return out;
}

// Exact headings of every column first, then those without brackets, so that 注册资本 and 注册资本(万元) can stand
// side by side. A cell serves one column, save where two columns ask for the same heading.
std::vector<int> match_cells(const std::vector<std::u16string>& cells, const std::vector<FoldedWanted>& wanted) {
  std::vector<int> position(wanted.size(), -1);
  std::vector<bool> taken(cells.size());
  const auto find = [&](const std::u16string& heading, bool bare) {
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (cells[i].empty() || (bare && taken[i])) continue;
      if ((bare ? without_brackets(cells[i]) : cells[i]) == heading) return static_cast<int>(i);
    }
    return -1;
  };
  for (const bool bare : {false, true}) {
    for (std::size_t w = 0; w < wanted.size(); ++w) {
      for (std::size_t h = 0; h < wanted[w].exact.size() && position[w] < 0; ++h) {
        const std::u16string& heading = bare ? wanted[w].bare[h] : wanted[w].exact[h];
        if (!heading.empty()) position[w] = find(heading, bare);
      }
    }
    for (const int p : position) {
      if (p >= 0) taken[static_cast<std::size_t>(p)] = true;
    }
  }
  return position;
}

void name_strangers(std::span<const WantedColumn> wanted, Header& header) {
  std::vector<bool> used(header.headings.size());
  std::vector<std::string> open;
  for (std::size_t w = 0; w < wanted.size(); ++w) {
    if (header.position[w] >= 0) {
      used[static_cast<std::size_t>(header.position[w])] = true;
    } else {
      header.missing.push_back(wanted[w].name);
      open.insert(open.end(), wanted[w].headings.begin(), wanted[w].headings.end());
    }
  }
  for (std::size_t i = 0; i < used.size(); ++i) {
    if (used[i] || header.headings[i].empty()) continue;
    header.unknown.push_back({header.headings[i], nearest_of(header.headings[i], open)});
  }
}

Status require(std::span<const WantedColumn> wanted, const Header& header, const RowReader& rows) {
  std::string message;
  for (std::size_t w = 0; w < wanted.size(); ++w) {
    if (!wanted[w].required || header.position[w] >= 0) continue;
    if (!message.empty()) message += "; ";
    message += "no column for " + wanted[w].name + " (expected";
    for (std::size_t h = 0; h < wanted[w].headings.size(); ++h) {
      message += (h == 0 ? " " : " or ") + wanted[w].headings[h];
    }
    std::vector<std::string> strangers;
    strangers.reserve(header.unknown.size());
    for (const UnknownColumn& unknown : header.unknown) strangers.push_back(unknown.heading);
    std::string nearest;
    for (const std::string& heading : wanted[w].headings) {
      if (nearest.empty()) nearest = nearest_of(heading, strangers);
    }
    message += nearest.empty() ? ")" : "; the nearest here is \"" + nearest + "\")";
  }
  if (message.empty()) return {};
  return Error{Errc::kFormat, message, rows.where(header.line)};
}

std::vector<std::string> texts(const Row& row) {
  std::vector<std::string> out;
  out.reserve(row.cells.size());
  for (const std::string_view cell : row.cells) out.emplace_back(trimmed(cell));
  return out;
}

constexpr std::size_t kLongestPlain = 12;  // characters

// All that is required stands there, each once, and nothing that is too long for a heading: 序号, 企业名称, 批次.
// Twice: two lists side by side, of which one would be lost.
bool names_the_required(const std::vector<int>& position, const std::vector<std::u16string>& cells,
                        std::span<const WantedColumn> wanted) {
  bool any = false;
  for (std::size_t w = 0; w < wanted.size(); ++w) {
    if (!wanted[w].required) continue;
    if (position[w] < 0) return false;
    const std::u16string& heading = cells[static_cast<std::size_t>(position[w])];
    if (std::count(cells.begin(), cells.end(), heading) != 1) return false;
    any = true;
  }
  return any && std::all_of(cells.begin(), cells.end(), [](const auto& cell) { return cell.size() <= kLongestPlain; });
}

bool is_header(const std::vector<int>& position, const std::vector<std::u16string>& cells,
               std::span<const WantedColumn> wanted) {
  const auto found = std::count_if(position.begin(), position.end(), [](int p) { return p >= 0; });
  const auto filled = std::count_if(cells.begin(), cells.end(), [](const auto& c) { return !c.empty(); });
  return found >= 3 || (found >= 1 && found * 10 >= filled * 6) || names_the_required(position, cells, wanted);
}

// Six digits in a row are of a code or a telephone: such a row is data, may speak of persons, and is not quoted.
bool holds_data(std::string_view row) {
  int digits = 0;
  for (const char c : row) {
    digits = c >= '0' && c <= '9' ? digits + 1 : 0;
    if (digits == 6) return true;
  }
  return false;
}

// The row that comes nearest to a header, and the line at which it stands.
std::string row_told(std::string_view row, std::uint32_t line) {
  if (row.empty()) return "; the table is empty";
  const std::string which = line <= 1 ? "; the first row is " : "; row " + std::to_string(line) + " is ";
  if (holds_data(row)) return which + "data";
  std::size_t end = std::min(row.size(), kLongestHeading);
  while (end < row.size() && (static_cast<unsigned char>(row[end]) & 0xC0) == 0x80) --end;  // no half character
  return which + "\"" + std::string(row.substr(0, end)) + "\"";
}

std::string some_headings(std::span<const WantedColumn> wanted) {
  std::string out;
  for (std::size_t w = 0; w < wanted.size() && w < 6; ++w) {
    if (!wanted[w].headings.empty()) out += (out.empty() ? "" : ", ") + wanted[w].headings.front();
  }
  return out;
}

}  // namespace

std::string_view Header::cell(const Row& row, std::size_t w) const {
  const int at = position[w];
  if (at < 0 || static_cast<std::size_t>(at) >= row.cells.size()) return {};
  return trimmed(row.cells[static_cast<std::size_t>(at)]);
}

Header match_header(std::span<const std::string> headings, std::span<const WantedColumn> wanted) {
  Header header;
  header.headings.assign(headings.begin(), headings.end());
  std::vector<std::u16string> cells;
  for (const std::string& heading : headings) cells.push_back(fold(heading));
  header.position = match_cells(cells, fold_wanted(wanted));
  name_strangers(wanted, header);
  return header;
}

namespace {

// Two rows of a header as one: what stands below counts, what stands above where nothing stands below.
std::vector<std::string> joined(const std::vector<std::string>& upper, const std::vector<std::string>& lower) {
  std::vector<std::string> out = lower;
  out.resize(std::max(upper.size(), lower.size()));
  for (std::size_t i = 0; i < upper.size(); ++i)
    if (out[i].empty()) out[i] = upper[i];
  return out;
}

std::ptrdiff_t columns_found(const Header& header) {
  return std::count_if(header.position.begin(), header.position.end(), [](int p) { return p >= 0; });
}

std::vector<std::u16string> folded_cells(const std::vector<std::string>& cells) {
  std::vector<std::u16string> out;
  out.reserve(cells.size());
  for (const std::string& cell : cells) out.push_back(cell.size() > kLongestHeading ? u"\uFFFD" : fold(cell));
  return out;
}

bool is_header(const std::vector<std::string>& cells, const std::vector<FoldedWanted>& folded,
               std::span<const WantedColumn> wanted) {
  const std::vector<std::u16string> each = folded_cells(cells);
  return is_header(match_cells(each, folded), each, wanted);
}

std::string in_one_line(const std::vector<std::string>& cells) {
  std::string line;
  for (const std::string& text : cells) line += (line.empty() || text.empty() ? "" : " ") + text;
  return line;
}

// The rows down to a header, one at a time.
class HeaderSearch {
 public:
  HeaderSearch(const RowReader& rows, std::span<const WantedColumn> wanted)
      : rows_(rows), wanted_(wanted), folded_(fold_wanted(wanted)) {}

  // The header that ends with this row, if it does.
  std::optional<Header> row(std::vector<std::string> cells, std::uint32_t line) {
    std::optional<Header> found = candidate(cells, line);
    if (!above_cells_.empty()) {
      std::optional<Header> both = candidate(joined(above_cells_, cells), line);
      if (both && (!found || columns_found(*both) > columns_found(*found))) found = std::move(both);
    }
    if (found) return found;
    const std::string text = in_one_line(cells);
    const auto filled = std::count_if(cells.begin(), cells.end(), [](const auto& cell) { return !cell.empty(); });
    if (filled > most_cells_) nearest_ = text, nearest_line_ = line, most_cells_ = filled;
    if (!text.empty()) above_.push_back(text);
    above_cells_ = std::move(cells);
    return std::nullopt;
  }
  // Nothing more can make a header of what lacks a required column: it was the row before this one.
  bool too_late() { return lacking_ && rows_since_++ > 0; }
  Error none(std::uint32_t searched) const {
    if (lacking_) return *lacking_;
    return {Errc::kFormat,
            "no header row found in the first " + std::to_string(searched) + " rows; expected columns such as " +
                some_headings(wanted_) + row_told(nearest_, nearest_line_),
            rows_.name()};
  }

 private:
  std::optional<Header> candidate(const std::vector<std::string>& cells, std::uint32_t line) {
    if (!is_header(cells, folded_, wanted_)) return std::nullopt;
    Header header = match_header(cells, wanted_);
    header.line = line;
    header.above = above_;
    const Status complete = require(wanted_, header, rows_);
    if (complete) return header;
    if (!lacking_) lacking_ = complete.error();
    return std::nullopt;
  }

  const RowReader& rows_;
  std::span<const WantedColumn> wanted_;
  std::vector<FoldedWanted> folded_;
  std::vector<std::string> above_, above_cells_;
  std::string nearest_;  // the first of the rows with the most cells: titles have one
  std::uint32_t nearest_line_ = 0;
  std::ptrdiff_t most_cells_ = 0;
  std::optional<Error> lacking_;
  int rows_since_ = 0;
};

}  // namespace

bool Header::takes(const Row& row, std::span<const WantedColumn> wanted) {
  const bool below = row.line == line + 1;
  bool like = below;
  for (std::size_t w = 0; w < position.size() && !like; ++w)
    like = position[w] >= 0 && cell(row, w) == headings[static_cast<std::size_t>(position[w])];
  if (!like) return false;
  const std::vector<std::string> cells = texts(row);
  if (!tabular::is_header(cells, fold_wanted(wanted), wanted)) return false;
  if (!below) return true;
  Header both = match_header(joined(headings, cells), wanted);
  if (columns_found(both) < columns_found(*this)) return true;
  both.line = line;
  both.above = std::move(above);
  *this = std::move(both);
  return true;
}

Result<Header> read_header(RowReader& rows, std::span<const WantedColumn> wanted, const HeaderOptions& options) {
  HeaderSearch search(rows, wanted);
  Row row;
  for (std::uint32_t n = 0; n < options.search_rows && !search.too_late(); ++n) {
    TANMIAO_ASSIGN(const bool more, rows.next(row));
    if (!more) break;
    if (std::optional<Header> found = search.row(texts(row), row.line)) return std::move(*found);
  }
  return search.none(options.search_rows);
}

}  // namespace tanmiao::tabular
