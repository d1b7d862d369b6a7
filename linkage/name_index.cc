#include <algorithm>
#include <optional>

#include "linkage/firms.h"

namespace tanmiao::linkage {

namespace {

using store::FirmNo;
using store::LinkReason;

class SnapshotNames : public NameIndex {
 public:
  SnapshotNames(const store::Snapshot& snapshot, const Reference& reference) : reference_(reference) {
    county_.resize(snapshot.firms.county.size());
    for (FirmNo n = 1; n <= snapshot.last_firm(); ++n) {
      county_[n] = snapshot.firms.county[n];
      table_.add(exact_name_key(snapshot.firms.name[n], reference), n, false);
      std::string_view rest = snapshot.firms.former_names[n];
      while (!rest.empty()) {
        const auto end = std::min(rest.find('\n'), rest.size());
        table_.add(exact_name_key(rest.substr(0, end), reference), n, true);
        rest.remove_prefix(std::min(end + 1, rest.size()));
      }
    }
  }

  NameMatch match(std::string_view name, std::string_view county) const override {
    const NameInfo info = name_info(name, reference_);
    const std::uint32_t place = county.empty() ? 0 : reference_.regions.resolve({}, county, {}, 0).county;
    if (info.key.empty()) return nothing("名称为空");
    if (auto found = choose(table_.find(info.key, false), place, LinkReason::kName, "名称一致")) return *found;
    if (auto found = choose(table_.find(info.key, true), place, LinkReason::kFormerName, "与曾用名一致")) return *found;
    if (auto found = choose(table_.find(info.parent_key, false), place, LinkReason::kBranch, "分支机构，归入所属企业"))
      return *found;
    return nothing("登记数据中没有这个名称");
  }

 private:
  static NameMatch nothing(std::string why) { return {store::kNoFirm, {}, LinkReason::kName, std::move(why)}; }
  std::optional<NameMatch> choose(const std::vector<FirmNo>& found, std::uint32_t county, LinkReason reason,
                                  std::string_view why) const {
    if (found.empty()) return std::nullopt;
    if (found.size() == 1) return NameMatch{found[0], {}, reason, std::string(why)};
    std::vector<FirmNo> near;
    for (const FirmNo n : found)
      if (county != 0 && county_[n] == county) near.push_back(n);
    if (near.size() == 1) return NameMatch{near[0], {}, LinkReason::kNameCounty, std::string(why) + "，按县区区分"};
    return NameMatch{store::kNoFirm, found, reason, std::to_string(found.size()) + " 家企业同名"};
  }

  const Reference& reference_;
  NameTable table_;
  std::vector<std::uint32_t> county_;
};

}  // namespace

std::shared_ptr<const NameIndex> NameIndex::build(const store::Snapshot& snapshot, const Reference& reference) {
  return std::make_shared<SnapshotNames>(snapshot, reference);
}

}  // namespace tanmiao::linkage
