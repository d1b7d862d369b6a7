#include "store/suppression.h"

#include <algorithm>
#include <map>
#include <set>

namespace tanmiao::store {
namespace {

// A name that came back after its number was merged bears a '+' (linkage/numbers.cc): to people it is the same name.
std::string_view without_marks(std::string_view identity) {
  while (identity.ends_with('+')) identity.remove_suffix(1);
  return identity;
}

// "name:<key>@<place>" without the place, which changes when a better address is found.
std::string_view without_place(std::string_view identity) { return identity.substr(0, identity.rfind('@')); }

void make_ascending(std::vector<FirmNo>& firms) {
  std::sort(firms.begin(), firms.end());
  firms.erase(std::unique(firms.begin(), firms.end()), firms.end());
}

// What the register knows of a suppressed identity; the first that is not empty is meant.
struct Meant {
  std::vector<FirmNo> itself, successors, elsewhere;
  const std::vector<FirmNo>& firms() const {
    return !itself.empty() ? itself : !successors.empty() ? successors : elsewhere;
  }
};

}  // namespace

std::vector<FirmNo> firms_of_identities(const std::vector<FirmEntry>& firm_register,
                                        const std::set<std::string>& suppressed,
                                        const std::function<bool(FirmNo)>& present) {
  std::multimap<std::string_view, std::pair<std::string_view, Meant>> wanted;  // by name
  for (const std::string& what : suppressed)
    if (names_identity(what)) wanted.insert({without_place(what), {without_marks(what), {}}});
  std::vector<FirmNo> firms;
  if (wanted.empty()) return firms;
  for (const FirmEntry& entry : firm_register) {
    if (!names_identity(entry.identity)) continue;
    const auto [begin, end] = wanted.equal_range(without_place(entry.identity));
    for (auto at = begin; at != end; ++at) {
      auto& [identity, meant] = at->second;
      const bool same = identity == without_marks(entry.identity);
      if (present(entry.no)) (same ? meant.itself : meant.elsewhere).push_back(entry.no);
      if (same && !present(entry.no) && entry.successor != kNoFirm) meant.successors.push_back(entry.successor);
    }
  }
  for (const auto& [name, found] : wanted) {
    const auto& meant = found.second.firms();
    firms.insert(firms.end(), meant.begin(), meant.end());
  }
  make_ascending(firms);
  return firms;
}

Result<std::vector<FirmNo>> suppressed_firms(Facts& facts, const std::set<std::string>& suppressed,
                                             const Snapshot& snapshot) {
  std::vector<FirmNo> firms;
  std::set<std::string_view> codes;
  for (const std::string& what : suppressed)
    if (!what.empty() && !names_identity(what)) codes.insert(what);
  if (!codes.empty())
    for (FirmNo n = 1; n <= snapshot.last_firm(); ++n)
      if (codes.contains(snapshot.firms.code[n])) firms.push_back(n);
  if (std::any_of(suppressed.begin(), suppressed.end(), names_identity)) {
    TANMIAO_ASSIGN(const auto entries, facts.firm_register());
    const auto present = [&](FirmNo n) {
      return n <= snapshot.last_firm() && (snapshot.firms.flags[n] & kFirmMerged) == 0 &&
             !snapshot.firms.name[n].empty();
    };
    const auto named = firms_of_identities(entries, suppressed, present);
    firms.insert(firms.end(), named.begin(), named.end());
  }
  make_ascending(firms);
  return firms;
}

std::set<std::string> suppressed_names(const std::vector<std::pair<std::string, std::string>>& suppressions) {
  std::set<std::string> out;
  for (const auto& [what, reason] : suppressions) out.insert(what);
  return out;
}

}  // namespace tanmiao::store
