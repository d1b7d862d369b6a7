#include "tabular/page_table.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace tanmiao::tabular {
namespace {

using PageCells = std::vector<std::vector<std::string>>;
constexpr double kNear = 2.5;              // points within which two rules are one, and a word touches one
constexpr double kShortest = 4;            // of a rule
constexpr double kColumnGap = 4;           // between columns without rules
constexpr std::size_t kMostLines = 2'000;  // of a grid, each way

double middle_x(const PageWord& word) { return (word.x0 + word.x1) / 2; }
double middle_y(const PageWord& word) { return (word.y0 + word.y1) / 2; }

bool ascii_end(const std::string& text, bool front) {
  return !text.empty() && static_cast<unsigned char>(front ? text.front() : text.back()) < 0x80;
}

// Chinese lines are broken anywhere: only between two words of ASCII stands a blank.
void join(std::string& to, const std::string& more) {
  if (!to.empty() && ascii_end(to, false) && ascii_end(more, true)) to += ' ';
  to += more;
}

// Words in reading order: lines from above, each from the left.
std::string text_of(std::vector<const PageWord*> words) {
  std::sort(words.begin(), words.end(), [](const auto* a, const auto* b) { return middle_y(*a) < middle_y(*b); });
  std::string out;
  for (std::size_t from = 0; from < words.size();) {
    std::size_t to = from + 1;
    const double height = words[from]->y1 - words[from]->y0;
    while (to < words.size() && middle_y(*words[to]) - middle_y(*words[from]) < height / 2) ++to;
    std::sort(words.begin() + static_cast<std::ptrdiff_t>(from), words.begin() + static_cast<std::ptrdiff_t>(to),
              [](const auto* a, const auto* b) { return a->x0 < b->x0; });
    for (; from < to; ++from) join(out, words[from]->text);
  }
  return out;
}

// Values that lie near each other as one, sorted.
std::vector<double> clustered(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  std::vector<double> out;
  for (std::size_t from = 0; from < values.size();) {
    std::size_t to = from + 1;
    while (to < values.size() && values[to] - values[to - 1] < kNear) ++to;
    out.push_back((values[from] + values[to - 1]) / 2);
    from = to;
  }
  return out;
}

std::size_t nearest(const std::vector<double>& lines, double value) {
  const auto at = std::lower_bound(lines.begin(), lines.end(), value);
  if (at == lines.end()) return lines.size() - 1;
  if (at == lines.begin()) return 0;
  return static_cast<std::size_t>(at - lines.begin()) - (value - *(at - 1) < *at - value ? 1 : 0);
}

struct Groups {
  explicit Groups(std::size_t n) : of(n) { std::iota(of.begin(), of.end(), std::size_t{0}); }
  std::size_t find(std::size_t i) {
    while (of[i] != i) i = of[i] = of[of[i]];
    return i;
  }
  void unite(std::size_t a, std::size_t b) {
    a = find(a), b = find(b);
    of[std::max(a, b)] = std::min(a, b);
  }
  std::vector<std::size_t> of;
};

bool horizontal(const PageRule& rule) { return std::abs(rule.y1 - rule.y0) <= std::abs(rule.x1 - rule.x0); }

bool touch(const PageRule& a, const PageRule& b) {
  return a.x0 <= b.x1 + kNear && b.x0 <= a.x1 + kNear && a.y0 <= b.y1 + kNear && b.y0 <= a.y1 + kNear;
}

// A grid of rules that hang together.
class RuledGrid {
 public:
  explicit RuledGrid(const std::vector<PageRule>& rules) {
    std::vector<double> xs, ys;
    for (const PageRule& rule : rules) horizontal(rule) ? ys.push_back(rule.y0) : xs.push_back(rule.x0);
    x_ = clustered(std::move(xs));
    y_ = clustered(std::move(ys));
    if (!any()) return;
    // Which sides of the cells are ruled.
    below_.assign(y_.size() * columns(), false);
    right_.assign(rows() * x_.size(), false);
    for (const PageRule& rule : rules) horizontal(rule) ? mark_below(rule) : mark_right(rule);
  }

  bool any() const { return x_.size() >= 2 && y_.size() >= 2 && x_.size() < kMostLines && y_.size() < kMostLines; }
  std::size_t columns() const { return x_.size() - 1; }
  std::size_t rows() const { return y_.size() - 1; }
  double top() const { return y_.front(); }

  bool holds(const PageWord& word) const {
    return middle_x(word) > x_.front() && middle_x(word) < x_.back() && middle_y(word) > y_.front() &&
           middle_y(word) < y_.back();
  }
  void put(const PageWord& word) { words_.push_back(&word); }

  PageCells cells() const {
    Groups groups(rows() * columns());
    for (std::size_t r = 0; r < rows(); ++r) {
      for (std::size_t c = 0; c < columns(); ++c) {
        if (c + 1 < columns() && !right_[r * x_.size() + c + 1]) groups.unite(at(r, c), at(r, c + 1));
        if (r + 1 < rows() && !below_[(r + 1) * columns() + c]) groups.unite(at(r, c), at(r + 1, c));
      }
    }
    std::vector<std::vector<const PageWord*>> words(rows() * columns());
    for (const PageWord* word : words_) words[groups.find(at(row_of(*word), column_of(*word)))].push_back(word);
    std::vector<std::string> texts(words.size());
    for (std::size_t i = 0; i < words.size(); ++i)
      if (!words[i].empty()) texts[i] = text_of(std::move(words[i]));
    PageCells out(rows(), std::vector<std::string>(columns()));
    for (std::size_t r = 0; r < rows(); ++r)
      for (std::size_t c = 0; c < columns(); ++c) {
        const std::size_t group = groups.find(at(r, c));
        if (c == 0 || groups.find(at(r, c - 1)) != group) out[r][c] = texts[group];
      }
    return out;
  }

 private:
  std::size_t at(std::size_t row, std::size_t column) const { return row * columns() + column; }
  static std::size_t place(const std::vector<double>& lines, double value) {
    const auto at = std::upper_bound(lines.begin(), lines.end(), value) - lines.begin();
    return std::clamp<std::size_t>(static_cast<std::size_t>(at), 1, lines.size() - 1) - 1;
  }
  std::size_t row_of(const PageWord& word) const { return place(y_, middle_y(word)); }
  std::size_t column_of(const PageWord& word) const { return place(x_, middle_x(word)); }

  void mark_below(const PageRule& rule) {
    const std::size_t line = nearest(y_, rule.y0);
    for (std::size_t c = 0; c < columns(); ++c) {
      const double middle = (x_[c] + x_[c + 1]) / 2;
      if (rule.x0 <= middle && middle <= rule.x1) below_[line * columns() + c] = true;
    }
  }
  void mark_right(const PageRule& rule) {
    const std::size_t line = nearest(x_, rule.x0);
    for (std::size_t r = 0; r < rows(); ++r) {
      const double middle = (y_[r] + y_[r + 1]) / 2;
      if (rule.y0 <= middle && middle <= rule.y1) right_[r * x_.size() + line] = true;
    }
  }

  std::vector<double> x_, y_;
  std::vector<bool> below_;  // by line and column: is the piece of the horizontal line there
  std::vector<bool> right_;  // by row and line
  std::vector<const PageWord*> words_;
};

// Rules in order of position, those that are no lines left out.
std::vector<PageRule> tidied(std::vector<PageRule> rules) {
  for (PageRule& rule : rules) {
    if (rule.x0 > rule.x1) std::swap(rule.x0, rule.x1);
    if (rule.y0 > rule.y1) std::swap(rule.y0, rule.y1);
  }
  std::erase_if(rules, [](const PageRule& rule) {
    const double length = std::max(rule.x1 - rule.x0, rule.y1 - rule.y0);
    const double width = std::min(rule.x1 - rule.x0, rule.y1 - rule.y0);
    return !std::isfinite(length) || !std::isfinite(width) || length < kShortest || width > kNear;
  });
  std::sort(rules.begin(), rules.end(), [](const PageRule& a, const PageRule& b) { return a.y0 < b.y0; });
  return rules;
}

std::vector<RuledGrid> grids_of(const std::vector<PageRule>& rules) {
  Groups groups(rules.size());
  for (std::size_t i = 0; i < rules.size(); ++i)
    for (std::size_t j = i + 1; j < rules.size() && rules[j].y0 <= rules[i].y1 + kNear; ++j)
      if (touch(rules[i], rules[j])) groups.unite(i, j);
  std::vector<std::vector<PageRule>> each(rules.size());
  for (std::size_t i = 0; i < rules.size(); ++i) each[groups.find(i)].push_back(rules[i]);
  std::vector<RuledGrid> out;
  for (const auto& one : each) {
    if (one.size() < 4) continue;
    RuledGrid grid(one);
    if (grid.any() && (grid.columns() > 1 || grid.rows() > 1)) out.push_back(std::move(grid));
  }
  std::stable_sort(out.begin(), out.end(), [](const RuledGrid& a, const RuledGrid& b) { return a.top() < b.top(); });
  return out;
}

// A line of text: words of about one height.
struct TextLine {
  double y = 0;
  std::vector<const PageWord*> words;  // from the left
};

std::vector<TextLine> lines_of(const std::vector<PageWord>& words) {
  std::vector<const PageWord*> sorted;
  sorted.reserve(words.size());
  for (const PageWord& word : words) sorted.push_back(&word);
  std::stable_sort(sorted.begin(), sorted.end(), [](auto* a, auto* b) { return middle_y(*a) < middle_y(*b); });
  std::vector<TextLine> out;
  for (const PageWord* word : sorted) {
    const double half = (word->y1 - word->y0) / 2;
    if (out.empty() || middle_y(*word) - out.back().y > half) out.push_back({middle_y(*word), {}});
    out.back().words.push_back(word);
  }
  for (TextLine& line : out)
    std::stable_sort(line.words.begin(), line.words.end(), [](auto* a, auto* b) { return a->x0 < b->x0; });
  return out;
}

std::size_t segments_of(const TextLine& line) {
  std::size_t out = 1;
  for (std::size_t i = 1; i < line.words.size(); ++i)
    if (line.words[i]->x0 - line.words[i - 1]->x1 >= kColumnGap) ++out;
  return out;
}

std::size_t column_of(const std::vector<double>& columns, const PageWord& word) {
  const auto at = std::upper_bound(columns.begin(), columns.end(), middle_x(word)) - columns.begin();
  return at == 0 ? 0 : static_cast<std::size_t>(at) - 1;
}

// Left edges of what lies between gaps that are free in all lines of three pieces and more.
std::vector<double> pieces_of(const std::vector<TextLine>& lines) {
  std::vector<std::pair<double, double>> taken;
  for (const TextLine& line : lines)
    if (segments_of(line) >= 3)
      for (const PageWord* word : line.words) taken.emplace_back(word->x0, word->x1);
  std::sort(taken.begin(), taken.end());
  std::vector<double> out;
  double end = 0;
  for (const auto& [x0, x1] : taken) {
    if (out.empty() || x0 - end >= kColumnGap) out.push_back(x0);
    end = std::max(out.size() == 1 && out.back() == x0 ? x1 : end, x1);
  }
  return out;
}

// A heading that stands in the middle over a column of short entries makes a piece of its own: a piece that is filled
// in one or two lines, in none of which the next to it is, is the same column.
std::vector<double> columns_of(const std::vector<TextLine>& lines) {
  std::vector<double> columns = pieces_of(lines);
  for (std::size_t c = 0; c + 1 < columns.size();) {
    std::size_t here = 0, next = 0, both = 0;
    for (const TextLine& line : lines) {
      if (segments_of(line) < 3) continue;
      bool in_here = false, in_next = false;
      for (const PageWord* word : line.words) {
        in_here = in_here || column_of(columns, *word) == c;
        in_next = in_next || column_of(columns, *word) == c + 1;
      }
      here += in_here, next += in_next, both += in_here && in_next;
    }
    if (both == 0 && std::min(here, next) <= 2)
      columns.erase(columns.begin() + static_cast<std::ptrdiff_t>(c) + 1);
    else
      ++c;
  }
  return columns;
}

bool is_number(const std::string& text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

PageCells unruled(const std::vector<PageWord>& words) {
  const std::vector<TextLine> lines = lines_of(words);
  const std::vector<double> columns = columns_of(lines);
  if (columns.size() < 2) return {};
  // Lines with something in the first column begin a row; of numbered lists others belong to the nearest of them.
  std::vector<std::size_t> anchors;
  std::size_t numbered = 0;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const PageWord& first = *lines[i].words.front();
    if (column_of(columns, first) != 0 || segments_of(lines[i]) < 2) continue;
    anchors.push_back(i);
    if (is_number(first.text)) ++numbered;
  }
  const bool by_number = numbered >= 2 && numbered * 10 >= anchors.size() * 8;
  std::vector<std::vector<std::vector<const PageWord*>>> rows;
  std::vector<double> at;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const bool anchor = std::binary_search(anchors.begin(), anchors.end(), i);
    if (by_number ? !anchor : segments_of(lines[i]) < 2) continue;
    rows.emplace_back(columns.size());
    at.push_back(lines[i].y);
  }
  if (rows.size() < 2) return {};
  const double apart = (at.back() - at.front()) / static_cast<double>(at.size() - 1);
  for (const TextLine& line : lines) {
    const std::size_t row = nearest(at, line.y);
    if (std::abs(at[row] - line.y) > apart * 0.75 || segments_of(line) > columns.size()) continue;
    for (const PageWord* word : line.words) rows[row][column_of(columns, *word)].push_back(word);
  }
  PageCells out;
  for (auto& row : rows) {
    std::vector<std::string>& cells = out.emplace_back();
    for (auto& cell : row) cells.push_back(text_of(std::move(cell)));
  }
  return out;
}

bool blank(const std::vector<std::string>& cells) {
  return std::all_of(cells.begin(), cells.end(), [](const std::string& cell) { return cell.empty(); });
}

}  // namespace

void PageTables::append(std::uint32_t page, Rows rows) {
  std::erase_if(rows, blank);
  if (rows.empty()) return;
  const std::size_t columns = rows.front().size();
  const bool goes_on = columns == columns_ && !rows_.empty();
  if (columns != columns_) ++tables_;
  columns_ = columns;
  std::size_t first = 0;
  // Torn by the page break: every row of this table has something in its first column but this one.
  const bool torn = goes_on && rows.front().front().empty() && !rows_.back().cells.front().empty() &&
                    std::all_of(rows.begin() + 1, rows.end(), [](const auto& row) { return !row.front().empty(); });
  if (torn) {
    for (std::size_t c = 0; c < columns; ++c)
      if (!rows.front()[c].empty()) join(rows_.back().cells[c], rows.front()[c]);
    first = 1;
  }
  for (std::size_t i = first; i < rows.size(); ++i) rows_.push_back({page, tables_, std::move(rows[i])});
}

void PageTables::add(PageContent page) {
  std::erase_if(page.words, [](const PageWord& word) {
    return word.text.empty() ||
           !(std::isfinite(word.x0) && std::isfinite(word.x1) && std::isfinite(word.y0) && std::isfinite(word.y1));
  });
  if (page.rules.size() > kMostRules || page.words.size() > kMostWords) {
    ++left_out_;
    return;
  }
  std::vector<RuledGrid> grids = grids_of(tidied(std::move(page.rules)));
  bool any = false;
  for (const PageWord& word : page.words)
    for (RuledGrid& grid : grids)
      if (grid.holds(word)) {
        grid.put(word);
        any = true;
        break;
      }
  if (!any) return append(page.number, unruled(page.words));
  for (const RuledGrid& grid : grids) append(page.number, grid.cells());
}

std::vector<PageRow> PageTables::take(bool last) {
  std::vector<PageRow> out;
  const std::size_t keep = last || rows_.empty() ? 0 : 1;  // the last row may go on
  out.assign(std::make_move_iterator(rows_.begin()),
             std::make_move_iterator(rows_.end() - static_cast<std::ptrdiff_t>(keep)));
  rows_.erase(rows_.begin(), rows_.end() - static_cast<std::ptrdiff_t>(keep));
  return out;
}

}  // namespace tanmiao::tabular
