#include "miner/one_firm.h"

#include <algorithm>
#include <numeric>
#include <string>
#include <tuple>

#include "core/firm_name.h"
#include "core/hash.h"

namespace tanmiao::miner {
namespace {

// Sets of rows. What is not sure joins no two codes.
class FirmSets {
 public:
  explicit FirmSets(std::size_t count) : parent_(count), code_(count, 0) {
    std::iota(parent_.begin(), parent_.end(), std::size_t{0});
  }
  void know(std::size_t row, std::uint64_t code) { code_[row] = std::max(code_[row], code); }
  std::size_t find(std::size_t a) {
    while (parent_[a] != a) a = parent_[a] = parent_[parent_[a]];
    return a;
  }
  void join(std::size_t a, std::size_t b, bool sure) {
    a = find(a), b = find(b);
    if (a == b || (!sure && code_[a] != 0 && code_[b] != 0 && code_[a] != code_[b])) return;
    code_[a] = code_[b] = std::max(code_[a], code_[b]);
    parent_[std::max(a, b)] = std::min(a, b);
  }

 private:
  std::vector<std::size_t> parent_;
  std::vector<std::uint64_t> code_;  // hash; 0: none known
};

// What a firm is known by: a code, a merged number or a name, as a hash; whose it is; the hash of its code, 0 for none.
struct Mark {
  std::uint64_t what;
  std::size_t row;
  std::uint64_t code;
};

class Marks {
 public:
  explicit Marks(const Reference& reference) : reference_(reference) {}

  void add(const store::Snapshot& s, store::FirmNo firm, std::size_t row) {
    if (firm > s.last_firm()) return;
    const std::string_view code = s.firms.code[firm];
    const std::uint64_t hash = code.empty() ? 0 : hash64(code);
    if (!code.empty()) sure_.push_back({hash, row, hash});
    const store::FirmNo successor = s.firms.successor[firm];
    sure_.push_back({hash64("number " + std::to_string(successor != 0 ? successor : firm)), row, 0});
    add_name(s.firms.name[firm], row, hash);
    for (std::string_view rest = s.firms.former_names[firm]; !rest.empty();) {
      const std::size_t end = std::min(rest.find('\n'), rest.size());
      add_name(rest.substr(0, end), row, hash);
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }

  void join(FirmSets& sets) {
    for (const Mark& mark : names_) sets.know(mark.row, mark.code);
    each_mark(sure_, [&](auto begin, auto end) {
      for (auto at = begin + 1; at < end; ++at) sets.join(begin->row, at->row, true);
    });
    each_mark(names_, [&](auto begin, auto end) {
      std::uint64_t code = 0;
      for (auto at = begin; at < end; ++at) {
        if (code != 0 && at->code != 0 && at->code != code) return;  // two firms of one name
        code = std::max(code, at->code);
      }
      for (auto at = begin + 1; at < end; ++at) sets.join(begin->row, at->row, false);
    });
  }

 private:
  void add_name(std::string_view name, std::size_t row, std::uint64_t code) {
    if (const std::string key = exact_name_key(name, reference_); !key.empty())
      names_.push_back({hash64(key), row, code});
  }
  template <class Visit>
  static void each_mark(std::vector<Mark>& marks, const Visit& visit) {
    std::sort(marks.begin(), marks.end(), [](const Mark& a, const Mark& b) {
      return std::tie(a.what, a.row, a.code) < std::tie(b.what, b.row, b.code);
    });
    for (auto begin = marks.begin(); begin != marks.end();) {
      const auto end = std::find_if(begin, marks.end(), [&](const Mark& m) { return m.what != begin->what; });
      visit(begin, end);
      begin = end;
    }
  }

  const Reference& reference_;
  std::vector<Mark> sure_, names_;
};

}  // namespace

std::vector<store::FirmNo> one_firm(const store::Snapshot& past, const store::Snapshot& now, const Reference& reference,
                                    const std::vector<store::FirmNo>& firms) {
  Marks marks(reference);
  for (std::size_t row = 0; row < firms.size(); ++row) {
    marks.add(past, firms[row], row);
    if (&now != &past) marks.add(now, firms[row], row);
  }
  FirmSets sets(firms.size());
  marks.join(sets);
  std::vector<store::FirmNo> least(firms.size(), 0), out(firms.size());
  for (std::size_t row = 0; row < firms.size(); ++row) {
    store::FirmNo& number = least[sets.find(row)];
    number = number == 0 ? firms[row] : std::min(number, firms[row]);
  }
  for (std::size_t row = 0; row < firms.size(); ++row) out[row] = least[sets.find(row)];
  return out;
}

}  // namespace tanmiao::miner
