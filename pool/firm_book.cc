#include "pool/firm_book.h"

#include <algorithm>

#include "core/firm_name.h"

namespace tanmiao::pool {
namespace {

template <class F>
void each_name(const store::Snapshot& s, store::FirmNo n, const F& f) {
  f(std::string_view(s.firms.name[n]));
  std::string_view former = s.firms.former_names[n];
  while (!former.empty()) {
    const std::size_t end = std::min(former.find('\n'), former.size());
    f(former.substr(0, end));
    former.remove_prefix(std::min(end + 1, former.size()));
  }
}

}  // namespace

FirmBook::FirmBook(std::shared_ptr<const store::Snapshot> snapshot, std::shared_ptr<const store::Run> run,
                   std::shared_ptr<const Reference> reference, const std::vector<store::FirmEntry>& firm_register)
    : snapshot_(std::move(snapshot)), run_(std::move(run)), reference_(std::move(reference)) {
  const auto& firms = snapshot_->firms;
  std::vector<store::FirmNo> successor(snapshot_->last_firm() + std::size_t{1});
  for (store::FirmNo n = 1; n <= snapshot_->last_firm(); ++n) {
    successor[n] = firms.successor[n];
    if (present(n) && !firms.code[n].empty()) keys_.emplace(firms.code[n], n);
  }
  for (const store::FirmEntry& entry : firm_register) {
    store::FirmNo n = entry.no;
    for (int steps = 0; n <= snapshot_->last_firm() && successor[n] != store::kNoFirm && steps < 64; ++steps)
      n = successor[n];
    if (n > snapshot_->last_firm() || !present(n)) continue;
    if (entry.identity.starts_with("name:")) keys_.emplace(entry.identity, n);
    if (n == entry.no && firms.code[n].empty()) identities_.emplace(n, entry.identity);
  }
}

bool FirmBook::present(store::FirmNo n) const {
  return n != store::kNoFirm && n <= snapshot_->last_firm() && (snapshot_->firms.flags[n] & store::kFirmMerged) == 0 &&
         !snapshot_->firms.name[n].empty();
}

store::FirmNo FirmBook::number(std::string_view key) const {
  const auto at = keys_.find(std::string(key));
  return at == keys_.end() ? store::kNoFirm : at->second;
}

std::string FirmBook::key(store::FirmNo firm) const {
  if (!present(firm)) return {};
  if (const std::string_view code = snapshot_->firms.code[firm]; !code.empty()) return std::string(code);
  const auto at = identities_.find(firm);
  return at == identities_.end() ? std::string() : at->second;
}

FirmCard FirmBook::card(store::FirmNo n) const {
  FirmCard card;
  if (!present(n)) return card;
  const auto& firms = snapshot_->firms;
  const RegionTable& regions = reference_->regions;
  card.firm = n;
  card.key = key(n);
  card.name = firms.name[n];
  card.code = firms.code[n];
  card.unit = firms.unit[n] == 0 ? regions.unit_name(regions.unresolved_unit()) : snapshot_->unit_name(n, regions);
  card.township = regions.name(firms.township[n]);
  card.zone = snapshot_->zone_name(n, regions);
  if (run_ == nullptr) return card;
  const std::size_t row = run_->row_of(n);
  if (row == run_->size()) return card;
  card.industries = run_->industries[row];
  card.known_points = run_->known_points[row];
  card.most_points = run_->most_points[row];
  card.gap = run_->ask_first[row];
  return card;
}

bool FirmBook::in_place(store::FirmNo n, std::string_view county) const {
  const RegionTable& regions = reference_->regions;
  const std::string unit =
      snapshot_->unit_name(n, regions).empty() ? std::string() : std::string(snapshot_->unit_name(n, regions));
  const std::string own(regions.name(snapshot_->firms.county[n]));
  const auto fits = [&](const std::string& place) {
    return !place.empty() && (place.find(county) != std::string::npos || county.find(place) != std::string_view::npos);
  };
  return fits(unit) || fits(own);
}

std::vector<store::FirmNo> FirmBook::by_name(std::string_view name, std::string_view county) const {
  std::call_once(named_, [&] {
    for (store::FirmNo n = 1; n <= snapshot_->last_firm(); ++n) {
      if (!present(n)) continue;
      each_name(*snapshot_, n, [&](std::string_view one) {
        auto& firms = names_[exact_name_key(one, *reference_)];
        if (firms.empty() || firms.back() != n) firms.push_back(n);
      });
    }
  });
  const std::string key = exact_name_key(name, *reference_);
  const auto at = key.empty() ? names_.end() : names_.find(key);
  if (at == names_.end()) return {};
  if (county.empty()) return at->second;
  std::vector<store::FirmNo> there;
  for (const store::FirmNo n : at->second)
    if (in_place(n, county)) there.push_back(n);
  return there.empty() ? at->second : there;
}

bool FirmBook::lies_in(store::FirmNo firm, std::string_view county) const {
  if (!present(firm)) return false;
  const bool known = snapshot_->firms.county[firm] != 0 && !snapshot_->unit_unresolved(firm, reference_->regions);
  return !known || in_place(firm, county);
}

bool FirmBook::bears(store::FirmNo firm, std::string_view name) const {
  if (!present(firm)) return false;
  const std::string key = exact_name_key(name, *reference_);
  bool found = false;
  each_name(*snapshot_, firm, [&](std::string_view one) { found |= exact_name_key(one, *reference_) == key; });
  return found;
}

}  // namespace tanmiao::pool
