// How often the right name is among the candidates that a name is compared with, before anything is compared:
//   blocking_bench AGAINST.csv NAMES.csv [--reference config/reference]
// Lists as bench/match_truth.py makes them: AGAINST has id and name, NAMES name and truth (an id; empty: the list does
// not have it). A table of recall by how many candidates are taken, the number that the matcher takes among them, and
// what it costs.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <map>

#include "linkage/match/roll.h"
#include "tabular/reader.h"
#include "tabular/reference_reader.h"

using namespace tanmiao;

namespace {

constexpr std::array<std::size_t, 7> kMost{1, 4, 10, 24, 160, 1000, 10000};

struct Rows {
  std::vector<std::string> first, second;
};

// The columns of that name; exits when the file cannot be read.
Rows read_columns(const std::string& path, std::string_view first, std::string_view second) {
  const auto die = [&](const std::string& why) {
    fmt::print(stderr, "{}: {}\n", path, why);
    std::exit(1);
  };
  auto reader = tabular::open_rows(path, {});
  if (!reader) die(reader.error().text());
  Rows rows;
  std::size_t a = 0, b = 0;
  bool header = true;
  tabular::Row row;
  for (;;) {
    const auto more = (*reader)->next(row);
    if (!more) die(more.error().text());
    if (!*more) return rows;
    if (!row.problem.empty()) die(row.problem);
    if (header) {
      const auto at = [&](std::string_view name) {
        const auto found = std::find(row.cells.begin(), row.cells.end(), name);
        if (found == row.cells.end()) die("no column " + std::string(name));
        return static_cast<std::size_t>(found - row.cells.begin());
      };
      a = at(first), b = at(second), header = false;
      continue;
    }
    rows.first.emplace_back(a < row.cells.size() ? row.cells[a] : "");
    rows.second.emplace_back(b < row.cells.size() ? row.cells[b] : "");
  }
}

struct Tally {
  std::size_t asked = 0, equal = 0;
  std::array<std::size_t, kMost.size()> found{};
  std::size_t candidates = 0, cut = 0;
};

void print_line(std::string_view what, const Tally& t) {
  if (t.asked == 0) return;
  const auto share = [&](std::size_t count) { return static_cast<double>(count) / static_cast<double>(t.asked); };
  std::string line = fmt::format("| {} | {} | {:.4f} |", what, t.asked, share(t.equal));
  for (const std::size_t found : t.found) line += fmt::format(" {:.4f} |", share(t.equal + found));
  fmt::print("{} {:.1f} |\n", line, static_cast<double>(t.candidates) / static_cast<double>(t.asked));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3 && argc != 5) {
    fmt::print(stderr, "blocking_bench AGAINST.csv NAMES.csv [--reference FOLDER]\n");
    return 2;
  }
  const auto reference = tabular::load_reference(argc == 5 ? argv[4] : "config/reference", 370000);
  if (!reference) {
    fmt::print(stderr, "{}\n", reference.error().text());
    return 1;
  }
  const Rows against = read_columns(argv[1], "id", "name"), asked = read_columns(argv[2], "name", "truth");
  const linkage::Anatomist anatomist(**reference);
  std::vector<linkage::RollName> names;
  std::map<std::string, std::uint32_t, std::less<>> row_of;
  for (std::uint32_t row = 0; row < against.first.size(); ++row) {
    names.push_back({against.second[row], row});
    row_of.emplace(against.first[row], row);
  }
  const linkage::Roll roll(anatomist, names, std::vector<linkage::NameFacts>(names.size()));
  linkage::Roll::Scratch scratch(roll);
  std::vector<std::uint32_t> found;
  Tally whole, shorter;
  const auto began = std::chrono::steady_clock::now();
  for (std::size_t i = 0; i < asked.first.size(); ++i) {
    const auto truth = row_of.find(asked.second[i]);
    if (truth == row_of.end()) continue;
    const auto name = anatomist.take_apart(asked.first[i]);
    Tally& tally = name.full && !name.latin ? whole : shorter;
    ++tally.asked;
    const auto is_truth = [&](std::uint32_t entry) { return roll.row_of(entry) == truth->second; };
    found.clear();
    roll.find_exact(name.exact, found);
    if (std::any_of(found.begin(), found.end(), is_truth)) {
      ++tally.equal;
      continue;
    }
    roll.candidates(name, kMost.back(), scratch, found);
    tally.candidates += found.size(), tally.cut += scratch.cut;
    const auto at = static_cast<std::size_t>(std::find_if(found.begin(), found.end(), is_truth) - found.begin());
    for (std::size_t k = 0; k < kMost.size(); ++k) tally.found[k] += at < std::min(kMost[k], found.size());
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  fmt::print("| names | asked | equal |");
  for (const std::size_t most : kMost) fmt::print(" {} |", most);
  fmt::print(" candidates |\n|---|---|---|{}---|\n", [] {
    std::string line;
    for (std::size_t k = 0; k < kMost.size(); ++k) line += "---|";
    return line;
  }());
  print_line("whole", whole);
  print_line("short, Latin", shorter);
  fmt::print("{:.1f} s on one thread, {} names in the list\n", took.count(), roll.size());
}
