#include "miner/shortlist.h"

#include <algorithm>
#include <boost/json.hpp>
#include <map>
#include <tuple>
#include <unordered_map>

#include "core/hash.h"
#include "core/text/normalize.h"
#include "miner/facts.h"
#include "miner/standings.h"

namespace tanmiao::miner {
namespace {

constexpr std::string_view kNoIndustry = "其他";

std::string_view kind_of_quota(Quota::Of of) {
  return of == Quota::Of::kUnit ? "责任单位" : of == Quota::Of::kIndustry ? "重点产业" : "线索类型";
}
std::string quota_name(const Quota& quota) {
  std::string value = quota.value;
  if (quota.of == Quota::Of::kKind)
    for (const LeadKind kind : {LeadKind::kDirect, LeadKind::kRenewal, LeadKind::kStartUp, LeadKind::kNew})
      if (word(kind) == quota.value) value = label(kind);
  return std::string(kind_of_quota(quota.of)) + " " + value;
}

// What of a row the caps and quotas look at.
struct Traits {
  std::string_view unit;
  std::vector<std::string_view> industries;  // at least one
  LeadKind kind;
  std::string address;
  store::FirmNo group;
};

class Picker {
 public:
  Picker(const store::Snapshot& snapshot, const store::Run& run, const Reference& reference, const ShortlistRule& rule)
      : snapshot_(snapshot), run_(run), reference_(reference), rule_(rule), of_quota_(rule.quotas.size(), 0) {}

  Shortlisted pick(const std::vector<store::FirmNo>& without) {
    Shortlisted out;
    taken_.assign(run_.size(), false);
    for (std::uint32_t row = 0; row < run_.size() && !without.empty(); ++row)
      taken_[row] = std::binary_search(without.begin(), without.end(), run_.firm[row]);
    for (std::size_t q = 0; q < rule_.quotas.size(); ++q) reserve(q, out);
    fill(out);
    std::sort(out.picks.begin(), out.picks.end(), [](const Pick& a, const Pick& b) { return a.row < b.row; });
    for (const auto& [why, n] : passed_) out.passed_over.emplace_back(why, n);
    return out;
  }

 private:
  bool full() const { return rule_.size > 0 && total_ >= rule_.size; }

  Traits traits(std::uint32_t row) const {
    const store::FirmNo firm = run_.firm[row];
    Traits t{snapshot_.unit_name(firm, reference_.regions), {}, static_cast<LeadKind>(run_.lead_kind[row]), {}, firm};
    for (std::string_view left = run_.industries[row]; !left.empty();) {
      constexpr std::string_view kBetween = "、";
      const std::size_t end = std::min(left.find(kBetween), left.size());
      t.industries.push_back(left.substr(0, end));
      left.remove_prefix(std::min(end + kBetween.size(), left.size()));
    }
    if (t.industries.empty()) t.industries.push_back(kNoIndustry);
    if (rule_.per_address > 0) t.address = address_key(snapshot_.firms.address[firm], reference_);
    t.group = root_of(firm);
    return t;
  }

  // A branch or daughter stands with its parent, who was absorbed with the heir. Rings end after a few steps.
  store::FirmNo root_of(store::FirmNo firm) const {
    constexpr int kMostSteps = 8;
    const auto& f = snapshot_.firms;
    for (int i = 0; i < kMostSteps; ++i) {
      const store::FirmNo next = f.heir[firm] != 0 ? f.heir[firm] : f.parent[firm];
      if (next == 0 || next > snapshot_.last_firm() || next == firm) return firm;
      firm = next;
    }
    return firm;
  }

  bool falls_under(const Quota& quota, const Traits& t) const {
    if (quota.of == Quota::Of::kUnit) return t.unit == quota.value;
    if (quota.of == Quota::Of::kKind) return word(t.kind) == quota.value;
    return std::any_of(t.industries.begin(), t.industries.end(),
                       [&](std::string_view industry) { return industry == industry_name(quota.value); });
  }
  std::string_view industry_name(std::string_view id_or_name) const {
    for (const KeyIndustry& industry : reference_.key_industries)
      if (industry.id == id_or_name) return industry.name;
    return id_or_name;
  }

  // The cap that the row would break; empty: none.
  std::string broken_cap(const Traits& t) const {
    const auto count = [](const auto& counts, const auto& key) {
      const auto at = counts.find(key);
      return at == counts.end() ? 0 : at->second;
    };
    if (rule_.per_address > 0 && !t.address.empty() && count(addresses_, t.address) >= rule_.per_address)
      return "同一地址已有 " + std::to_string(rule_.per_address) + " 家";
    if (rule_.per_group > 0 && count(groups_, t.group) >= rule_.per_group)
      return "同一集团已有 " + std::to_string(rule_.per_group) + " 家";
    if (rule_.per_unit > 0 && count(units_, t.unit) >= rule_.per_unit)
      return "该责任单位已有 " + std::to_string(rule_.per_unit) + " 家";
    const bool room = std::any_of(t.industries.begin(), t.industries.end(), [&](std::string_view industry) {
      return count(industries_, industry) < rule_.per_industry;
    });
    if (rule_.per_industry > 0 && !room) return "所属产业已有 " + std::to_string(rule_.per_industry) + " 家";
    for (std::size_t q = 0; q < rule_.quotas.size(); ++q) {
      const Quota& quota = rule_.quotas[q];
      if (quota.most > 0 && of_quota_[q] >= quota.most && falls_under(quota, t))
        return quota_name(quota) + " 已有 " + std::to_string(quota.most) + " 家";
    }
    return {};
  }

  void take(std::uint32_t row, const Traits& t, std::string why, Shortlisted& out) {
    taken_[row] = true;
    ++total_;
    if (!t.address.empty()) ++addresses_[t.address];
    ++groups_[t.group];
    ++units_[t.unit];
    for (const std::string_view industry : t.industries) ++industries_[industry];
    for (std::size_t q = 0; q < rule_.quotas.size(); ++q) of_quota_[q] += falls_under(rule_.quotas[q], t);
    out.picks.push_back({row, std::move(why)});
  }

  void reserve(std::size_t q, Shortlisted& out) {
    const Quota& quota = rule_.quotas[q];
    const std::string why = quota_name(quota) + " 至少 " + std::to_string(quota.least) + " 家";
    for (std::uint32_t row = 0; row < run_.size() && of_quota_[q] < quota.least && !full(); ++row) {
      if (taken_[row]) continue;
      const Traits t = traits(row);
      if (falls_under(quota, t) && broken_cap(t).empty()) take(row, t, why, out);
    }
    if (of_quota_[q] < quota.least) out.short_of.push_back(why + "，仅有 " + std::to_string(of_quota_[q]) + " 家");
  }

  void fill(Shortlisted& out) {
    for (std::uint32_t row = 0; row < run_.size() && !full(); ++row) {
      if (taken_[row]) continue;
      const Traits t = traits(row);
      if (std::string cap = broken_cap(t); !cap.empty())
        ++passed_[cap];
      else
        take(row, t, "按名次", out);
    }
  }

  const store::Snapshot& snapshot_;
  const store::Run& run_;
  const Reference& reference_;
  const ShortlistRule& rule_;
  int total_ = 0;
  std::vector<bool> taken_;
  std::vector<int> of_quota_;
  std::map<std::string, int> addresses_;
  std::unordered_map<store::FirmNo, int> groups_;
  std::map<std::string_view, int> units_, industries_;
  std::map<std::string, std::uint64_t> passed_;
};

bool is_digit(char32_t c) { return c >= U'0' && c <= U'9'; }

}  // namespace

std::string address_key(std::string_view address, const Reference& reference) {
  const std::vector<char32_t> all = text::code_points(text::without_blanks(text::fold(address, reference.simplified)));
  std::string key;
  std::size_t length = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i] == U'(') break;  // what stands in brackets explains
    text::append_utf8(key, all[i]), ++length;
    if (all[i] == U'号' && i > 0 && is_digit(all[i - 1])) return key;
  }
  constexpr std::size_t kLeast = 8;  // characters: a county and a street at least
  return length >= kLeast ? key : std::string();
}

Shortlisted shortlist(const store::Snapshot& snapshot, const store::Run& run, const Reference& reference,
                      const ShortlistRule& rule, const std::vector<store::FirmNo>& without) {
  return Picker(snapshot, run, reference, rule).pick(without);
}

Result<ShortlistRule> shortlist_rule(const Rules& rules, const store::RunEntry& run) {
  const auto& loaded = dynamic_cast<const LoadedRules&>(rules);
  TANMIAO_ASSIGN(const Campaign* campaign, loaded.campaign(run.campaign));
  boost::system::error_code failed;
  const auto inputs = boost::json::parse(run.inputs_json, failed);
  const auto* mined = !failed && inputs.is_object() ? inputs.get_object().if_contains("campaign") : nullptr;
  if (mined == nullptr || !mined->is_string() || mined->get_string() != campaign_hash(*campaign))
    return Error{Errc::kConflict, "the campaign was changed since this run was made: mine it again", run.campaign};
  if (!campaign->shortlist.any())
    return Error{Errc::kNotFound, "the campaign asks for no shortlist: see docs/campaigns.md", run.campaign};
  return campaign->shortlist;
}

Result<std::vector<Renewal>> renewals(const store::Snapshot& snapshot, const Rules& rules, const Reference& reference,
                                      const MineConfig& config, const store::Run* run) {
  TANMIAO_ASSIGN(const Context context, context_for(snapshot, rules, reference, config));
  TANMIAO_ASSIGN(const auto all, standings(snapshot, rules, reference, config.as_of));
  std::vector<Renewal> out;
  for (const Standing& standing : all) {
    if (standing.program != "tech_sme" && standing.program != "hnte") continue;
    const FirmFacts facts = gather(context, standing.firm);
    if (!in_campaign(context, facts)) continue;
    const std::string why = why_left_out(context, facts);
    if (!why.empty() && !facts.registered) continue;  // dead, a branch, of another city
    Renewal renewal{standing};
    const std::size_t row = run == nullptr ? 0 : run->row_of(standing.firm);
    if (run != nullptr && row < run->size()) {
      renewal.rank = run->rank[row];
      renewal.start_up = static_cast<LeadKind>(run->lead_kind[row]) == LeadKind::kStartUp;
    }
    out.push_back(std::move(renewal));
  }
  std::sort(out.begin(), out.end(), [](const Renewal& a, const Renewal& b) {
    const auto key = [](const Renewal& r) {
      return std::tuple(r.standing.until == kNoDay, r.standing.until, r.standing.firm, r.standing.program);
    };
    return key(a) < key(b);
  });
  return out;
}

}  // namespace tanmiao::miner
