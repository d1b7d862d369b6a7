#include "miner/belief_learn.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/hash.h"
#include "miner/belief.h"

namespace tanmiao::miner {
namespace {

constexpr std::size_t kFolds = 10;

struct Visited {
  Evidence known, asked;  // with the answers, and as it was before them
  std::size_t fold = 0;
  bool settled = false, passes = false;
};

// Settled: nothing but rights whose state is not known is left open, and they do not decide.
std::vector<Visited> visited_firms(const Context& context, const Priors& priors) {
  std::vector<Visited> out;
  for (store::FirmNo n = 1; n <= context.snapshot.last_firm(); ++n) {
    const auto [first, last] = context.snapshot.signals_of(n);
    if (first == last && context.reports_of(n).empty()) continue;
    const FirmFacts facts = gather(context, n);
    if (!facts.numbers.any() || !why_left_out(context, facts).empty()) continue;
    Visited one;
    one.known = evidence_of(context, priors, facts, assess(context, facts));
    if (!one.known.staff && !one.known.rd) continue;
    FirmFacts before = facts;
    before.numbers = {};
    one.asked = evidence_of(context, priors, before, assess(context, before));
    one.fold =
        hash64(std::string(context.snapshot.firms.code[n]) + "\n" + std::string(context.snapshot.firms.name[n])) %
        kFolds;
    const double chance = chance_to_pass(context.rubric, priors, one.known);
    one.settled = one.known.staff && one.known.rd && (chance < 1e-6 || chance > 1 - 1e-6);
    one.passes = chance > .5;
    out.push_back(std::move(one));
  }
  return out;
}

template <class Take>
std::vector<Evidence> evidence_where(const std::vector<Visited>& firms, const Take& take) {
  std::vector<Evidence> out;
  for (const Visited& firm : firms)
    if (take(firm)) out.push_back(firm.known);
  return out;
}

void hold_out(const Rubric& rubric, const Priors& priors, const std::vector<Visited>& firms, LearnedBeliefs& out) {
  double n = 0;
  for (std::size_t fold = 0; fold < kFolds; ++fold) {
    const Priors others = learned(priors, evidence_where(firms, [&](const Visited& v) { return v.fold != fold; }));
    for (const Visited& firm : firms) {
      if (firm.fold != fold || !firm.settled) continue;
      const double was = chance_to_pass(rubric, priors, firm.asked), is = chance_to_pass(rubric, others, firm.asked);
      const double truth = firm.passes ? 1 : 0;
      out.error_before += (was - truth) * (was - truth), out.error_now += (is - truth) * (is - truth);
      out.said_before += was, out.said_now += is;
      ++n;
    }
  }
  if (n == 0) return;
  for (double* sum : {&out.error_before, &out.error_now, &out.said_before, &out.said_now}) *sum /= n;
}

void add_changes(const Priors& before, const Priors& now, std::vector<BeliefChange>& out) {
  const auto weight = [&](std::string what, double a, double b, double sd_a, double sd_b) {
    out.push_back({std::move(what), false, a, b, sd_a, sd_b});
  };
  weight("基数", before.base, now.base, before.base_sd, now.base_sd);
  for (std::size_t g = 0; g < before.groups().size(); ++g) {
    const auto &was = *before.groups().at(g), &is = *now.groups().at(g);
    for (std::size_t i = 0; i < was.size(); ++i)
      weight(was[i].label, was[i].log_odds, is[i].log_odds, was[i].sd, is[i].sd);
  }
  for (std::size_t i = 0; i < before.signals.size(); ++i)
    weight(before.signals[i].feature.label, before.signals[i].feature.weight, now.signals[i].feature.weight,
           before.signals[i].sd, now.signals[i].sd);
  constexpr std::pair<Priors::Kind Priors::*, std::string_view> kKinds[] = {{&Priors::active, "有研发活动"},
                                                                            {&Priors::inactive, "无研发活动"}};
  constexpr std::tuple<Shares Priors::Kind::*, std::string_view, std::string_view> kShares[] = {
      {&Priors::Kind::staff, "科技人员", "分"},
      {&Priors::Kind::rd, "研发投入", "分"},
      {&Priors::Kind::software, "软件著作权", "件"}};
  for (const auto& [kind, kind_name] : kKinds)
    for (const auto& [shares, name, unit] : kShares)
      for (const auto& [points, share] : now.*kind.*shares) {
        const Shares& then = before.*kind.*shares;
        const auto at = then.find(points);
        out.push_back({fmt::format("{}：{} {} {}", kind_name, name, points, unit), true,
                       at == then.end() ? 0 : at->second, share});
      }
  std::erase_if(out, [](const BeliefChange& c) { return std::abs(c.now - c.before) < 1e-3; });
  std::stable_sort(out.begin(), out.end(), [](const BeliefChange& a, const BeliefChange& b) {
    return a.share != b.share ? b.share : std::abs(a.now - a.before) > std::abs(b.now - b.before);
  });
}

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

std::string shares_toml(std::string_view table, const Shares& shares) {
  std::string out = fmt::format("[{}]\n", table);
  double rest = 1;
  std::size_t left = shares.size();
  for (const auto& [points, share] : shares) {
    // What is written adds up to 1, whatever rounding did.
    const double written = --left == 0 ? rest : std::round(share * 1e6) / 1e6;
    rest -= written;
    out += fmt::format("{} = {:.6f}\n", points, std::max(0.0, written));
  }
  return out;
}

std::string priors_toml(const Priors& p, const std::string& head) {
  std::string out =
      head + fmt::format(
                 "id = {}\nbase = {:.4f}\nbase_sd = {:.4f}\nfirms = {:.1f}\ntogether = {}\n\n[cost]\n"
                 "staff_band = {}\nrd_band = {}\nclass_two = {}\nclass_one = {}\n\n",
                 quoted(p.id), p.base, p.base_sd, p.firms, p.together, p.cost_staff, p.cost_rd, p.cost_two, p.cost_one);
  for (const auto& r : p.rights)
    out += fmt::format("[[right]]\nkind = \"{}\"\ngranted = {}\nyears = {}\nchance = {}\n",
                       r.one ? "invention" : "other", r.granted, r.least, r.chance);
  for (const auto& w : p.industries)
    out += fmt::format("[[industry]]\ngbt = {}\nlog_odds = {:.4f}\nsd = {:.4f}\n", quoted(w.prefix), w.log_odds, w.sd);
  for (const auto& w : p.sizes)
    out += fmt::format("[[size]]\nleast = {}\nlog_odds = {:.4f}\nsd = {:.4f}\n", w.least, w.log_odds, w.sd);
  for (const auto& w : p.ages)
    out += fmt::format("[[age]]\n{}\nlog_odds = {:.4f}\nsd = {:.4f}\n",
                       w.known ? fmt::format("years = {}", w.least) : "known = false", w.log_odds, w.sd);
  for (const auto& s : p.signals) {
    const FeatureWeight& f = s.feature;
    const std::string_view curve = f.curve == Curve::kFlag ? "flag" : f.curve == Curve::kCount ? "count" : "log";
    out += fmt::format("[[signal]]\nid = {}\nlabel = {}\nweight = {:.4f}\nsd = {:.4f}\ncurve = \"{}\"\nmost = {}\n",
                       quoted(f.id), quoted(f.label), f.weight, s.sd, curve, f.most);
  }
  for (const auto& [name, kind] : {std::pair("active", &p.active), std::pair("inactive", &p.inactive)})
    out += shares_toml(fmt::format("{}.staff", name), kind->staff) + shares_toml(fmt::format("{}.rd", name), kind->rd) +
           shares_toml(fmt::format("{}.software", name), kind->software);
  return out;
}

}  // namespace

Result<LearnedBeliefs> learn_beliefs(const store::Snapshot& snapshot, const Rules& rules, const Reference& reference,
                                     const MineConfig& config) {
  TANMIAO_ASSIGN(const Context context, context_for(snapshot, rules, reference, config));
  const auto& loaded = dynamic_cast<const LoadedRules&>(rules);
  if (loaded.priors_ == nullptr) return Error{Errc::kUsage, "the rules have no belief.toml to start from", ""};
  const Priors& before = *loaded.priors_;
  const std::vector<Visited> firms = visited_firms(context, before);
  if (firms.empty())
    return Error{Errc::kUsage, "no firm is known whose staff or R&D was asked: bring visits in first", ""};
  Priors now = learned(before, evidence_where(firms, [](const Visited&) { return true; }));
  LearnedBeliefs out;
  out.visited = firms.size();
  for (const Visited& firm : firms) out.settled += firm.settled, out.passed += firm.settled && firm.passes;
  // Whoever learns again starts from what is in the file, so its firms count for what they are worth by now.
  now.firms = before.firms + static_cast<double>(firms.size());
  now.id = before.id.substr(0, before.id.find('+')) + "+" + std::to_string(firms.size()) + "-" + iso(config.as_of);
  add_changes(before, now, out.changes);
  hold_out(context.rubric, before, firms, out);
  out.id = now.id;
  out.toml = priors_toml(now, fmt::format("# 由 {} 家已走访企业的答复从“{}”学得（tanmiao beliefs），截至 "
                                          "{}。各项含义见所从学的文件与 docs/standards.md。\n"
                                          "# 再学一次要从原来的文件起，否则同一批企业算了两遍。\n",
                                          firms.size(), before.id, iso(config.as_of)));
  TANMIAO_TRY(parse_priors(out.toml, "learned"));
  return out;
}

}  // namespace tanmiao::miner
