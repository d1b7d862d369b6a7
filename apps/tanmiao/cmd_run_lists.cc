// runs shortlist, runs renewals, runs filings.
#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <boost/json.hpp>
#include <memory>

#include "apps/tanmiao/console.h"
#include "apps/tanmiao/run_lists.h"
#include "miner/windows.h"

namespace tanmiao::app {
namespace {

namespace json = boost::json;

struct ListOptions {
  std::string run, campaign, until, program;
  std::size_t each = 10;
  miner::ShortlistRule rule;
};

std::string_view held_word(Held held) {
  switch (held) {
    case Held::kValid: return "valid";
    case Held::kRenewDue: return "renew_due";
    case Held::kUnverified: return "unverified";
    case Held::kExpired: break;
  }
  return "expired";
}
// Who holds the tech-SME number is no lead; a valid HNTE is one, and passes directly.
std::string_view held_text(Held held, std::string_view program) {
  switch (held) {
    case Held::kValid: return program == "tech_sme" ? "有效，不列入线索" : "有效，可直接确认";
    case Held::kRenewDue: return "待续评";
    case Held::kUnverified: return "待核";
    case Held::kExpired: break;
  }
  return "已失效";
}

struct FirmLine {
  std::string name, code, unit;
};
FirmLine firm_line(const Workplace& place, const store::Snapshot& snapshot, store::FirmNo firm) {
  return {std::string(snapshot.firms.name[firm]), std::string(snapshot.firms.code[firm]),
          std::string(snapshot.unit_name(firm, place.reference->regions))};
}

Result<LoadedRun> loaded_run(Workplace& place, const ListOptions& options) {
  return load_run(place, options.run, options.campaign.empty() ? place.config.campaigns.front() : options.campaign);
}

void show_shortlist(const Workplace& place, const LoadedRun& run, const miner::Shortlisted& list) {
  std::vector<std::vector<std::string>> rows;
  rows.reserve(list.picks.size());
  for (const miner::Pick& pick : list.picks) {
    const FirmLine firm = firm_line(place, *run.snapshot, run.run->firm[pick.row]);
    const bool start_up = static_cast<LeadKind>(run.run->lead_kind[pick.row]) == LeadKind::kStartUp;
    const std::string_view basis = run.run->basis[pick.row];
    rows.push_back({std::to_string(rows.size() + 1),
                    (start_up ? "初创 " : "") + std::to_string(run.run->rank[pick.row]), firm.name, firm.unit,
                    std::string(run.run->industries[pick.row]), pick.why,
                    std::string(basis.substr(0, basis.find('\n')))});
  }
  print(table({{"序号", true},
               {"名次", true},
               {"企业", false, 34},
               {"责任单位"},
               {"重点产业", false, 20},
               {"列入理由"},
               {"主要依据", false, 40}},
              rows));
  for (const std::string& text : list.short_of) print("不足：" + text + "\n");
  for (const auto& [why, n] : list.passed_over) print(fmt::format("跳过 {} 家：{}\n", n, why));
}

Result<int> shortlist(const Common& common, const ListOptions& options) {
  TANMIAO_ASSIGN(auto place, open_workplace(common, store::Access::kRead, "tanmiao runs shortlist"));
  TANMIAO_ASSIGN(const auto run, loaded_run(place, options));
  TANMIAO_ASSIGN(const auto list,
                 shortlist_of(place, run, options.rule.any() ? std::optional(options.rule) : std::nullopt));
  if (!common.json) return show_shortlist(place, run, list), kDone;
  json::array picks, passed, short_of;
  for (const miner::Pick& pick : list.picks) {
    const FirmLine firm = firm_line(place, *run.snapshot, run.run->firm[pick.row]);
    const auto kind = static_cast<LeadKind>(run.run->lead_kind[pick.row]);
    picks.push_back(json::object{{"firm", run.run->firm[pick.row]},
                                 {"name", firm.name},
                                 {"code", firm.code},
                                 {"unit", firm.unit},
                                 {"industries", run.run->industries[pick.row]},
                                 {"kind", word(kind)},
                                 {"rank", run.run->rank[pick.row]},
                                 {"score", run.run->score[pick.row]},
                                 {"why", pick.why}});
  }
  for (const auto& [why, n] : list.passed_over) passed.push_back(json::object{{"why", why}, {"firms", n}});
  for (const std::string& text : list.short_of) short_of.emplace_back(text);
  print_json(json::object{{"run", run.entry.id},
                          {"campaign", run.entry.campaign},
                          {"as_of", iso(run.entry.as_of)},
                          {"picks", std::move(picks)},
                          {"passed_over", std::move(passed)},
                          {"short_of", std::move(short_of)}});
  return kDone;
}

Result<int> list_renewals(const Common& common, const ListOptions& options) {
  std::optional<Date> until;
  if (!options.until.empty()) {
    const auto day = parse_iso_date(options.until);
    if (!day) return Error{Errc::kUsage, day.error().message, "--until"};
    until = *day;
  }
  TANMIAO_ASSIGN(auto place, open_workplace(common, store::Access::kRead, "tanmiao runs renewals"));
  TANMIAO_ASSIGN(const auto rules, place.rules());
  TANMIAO_ASSIGN(const auto run, loaded_run(place, options));
  const miner::MineConfig config{run.entry.campaign, run.entry.as_of};
  TANMIAO_ASSIGN(const auto all, miner::renewals(*run.snapshot, *rules, *place.reference, config, run.run.get()));
  TANMIAO_ASSIGN(const auto suppressed, suppressed_of(place, *run.snapshot));
  std::vector<std::vector<std::string>> rows;
  for (const miner::Renewal& one : all) {
    const Standing& s = one.standing;
    const auto end = from_day(s.until);
    if (until && (!end || *end > *until)) continue;
    if (!options.program.empty() && s.program != options.program) continue;
    if (std::binary_search(suppressed.begin(), suppressed.end(), s.firm)) continue;
    const FirmLine firm = firm_line(place, *run.snapshot, s.firm);
    const std::string day = end ? iso(*end) : std::string();
    if (common.json) {
      json::object line{{"firm", s.firm},       {"name", firm.name},         {"code", firm.code}, {"unit", firm.unit},
                        {"program", s.program}, {"held", held_word(s.held)}, {"until", day},      {"number", s.number}};
      if (one.rank > 0) line["rank"] = one.rank, line["list"] = one.start_up ? "start_up" : "main";
      print_json(line);
      continue;
    }
    rows.push_back({firm.name, firm.unit, s.program == "hnte" ? "高新技术企业" : "科技型中小企业", s.number,
                    day.empty() ? "未知" : day, std::string(held_text(s.held, s.program)),
                    one.rank > 0 ? (one.start_up ? "初创 " : "") + std::to_string(one.rank) : std::string("—")});
  }
  if (!common.json && rows.empty()) print("检索范围内没有已登记或曾登记的企业\n");
  if (!rows.empty())
    print(table({{"企业", false, 34}, {"责任单位"}, {"资质"}, {"编号"}, {"有效期至"}, {"状态"}, {"名次", true}}, rows));
  return kDone;
}

// Who filed most in the last three years, unit by unit: of all firms of the snapshot, also those that are no leads.
Result<int> list_filings(const Common& common, const ListOptions& options) {
  TANMIAO_ASSIGN(auto place, open_workplace(common, store::Access::kRead, "tanmiao runs filings"));
  TANMIAO_ASSIGN(const auto run, loaded_run(place, options));
  const store::Snapshot& s = *run.snapshot;
  const auto windows = miner::filing_windows(s, miner::window_edges(run.entry.as_of), 0);
  TANMIAO_ASSIGN(const auto suppressed, suppressed_of(place, s));
  std::vector<std::uint32_t> scores(windows.size()), units(windows.size());
  constexpr std::uint32_t kNotListed =
      store::kFirmMerged | store::kFirmOutside | store::kFirmSuppressed | store::kFirmBranch;
  for (store::FirmNo n = 1; n < windows.size(); ++n) {
    if ((s.firms.flags[n] & kNotListed) != 0 || std::binary_search(suppressed.begin(), suppressed.end(), n)) continue;
    scores[n] = windows[n].three(), units[n] = s.firms.unit[n];
  }
  std::vector<std::vector<std::string>> rows;
  for (const auto& best : miner::best_of_each(scores, units, options.each, 0)) {
    for (const store::FirmNo n : best) {
      const FirmLine firm = firm_line(place, s, n);
      const miner::FilingWindows& w = windows[n];
      const std::size_t row = run.run->row_of(n);
      const std::uint32_t rank = row < run.run->size() ? run.run->rank[row] : 0;
      if (common.json)
        print_json(json::object{{"unit", firm.unit},
                                {"firm", n},
                                {"name", firm.name},
                                {"code", firm.code},
                                {"one_year", w.one()},
                                {"three_years", w.three()},
                                {"five_years", w.five()},
                                {"rank", rank == 0 ? json::value() : json::value(rank)}});
      else
        rows.push_back({firm.unit, firm.name, std::to_string(w.one()), std::to_string(w.three()),
                        std::to_string(w.five()), rank == 0 ? "—" : std::to_string(rank)});
    }
  }
  if (!rows.empty())
    print(table(
        {{"责任单位"}, {"企业", false, 34}, {"近一年申请", true}, {"近三年", true}, {"近五年", true}, {"名次", true}},
        rows));
  return kDone;
}

void add_run_options(CLI::App& leaf, ListOptions& options) {
  leaf.add_option("--run", options.run, "id of a run (default: the live one of the campaign)");
  leaf.add_option("--campaign", options.campaign, "campaign (default: the first of the configuration)");
}

}  // namespace

Result<miner::Shortlisted> shortlist_of(Workplace& place, const LoadedRun& run,
                                        const std::optional<miner::ShortlistRule>& rule) {
  miner::ShortlistRule asked;
  if (rule) {
    asked = *rule;
  } else {
    TANMIAO_ASSIGN(const auto rules, place.rules());
    TANMIAO_ASSIGN(asked, miner::shortlist_rule(*rules, run.entry));
  }
  TANMIAO_ASSIGN(const auto suppressed, suppressed_of(place, *run.snapshot));
  return miner::shortlist(*run.snapshot, *run.run, *place.reference, asked, suppressed);
}

Action declare_shortlist(CLI::App& leaf, Common& common) {
  auto options = std::make_shared<ListOptions>();
  add_run_options(leaf, *options);
  const CLI::Range counts(1, 10'000'000);
  leaf.add_option("--size", options->rule.size, "so many in all, instead of what the campaign asks for")->check(counts);
  leaf.add_option("--per-unit", options->rule.per_unit, "the best of each 责任单位, so many")->check(counts);
  leaf.add_option("--per-industry", options->rule.per_industry, "the best of each 重点产业, so many")->check(counts);
  leaf.add_option("--per-address", options->rule.per_address, "at most so many of one house, with the others")
      ->check(counts);
  leaf.add_option("--per-group", options->rule.per_group, "at most so many of a firm with its branches and heirs")
      ->check(counts);
  return [options, &common] { return shortlist(common, *options); };
}

Action declare_filings(CLI::App& leaf, Common& common) {
  auto options = std::make_shared<ListOptions>();
  add_run_options(leaf, *options);
  leaf.add_option("--each", options->each, "so many of each 责任单位")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  return [options, &common] { return list_filings(common, *options); };
}

Action declare_renewals(CLI::App& leaf, Common& common) {
  auto options = std::make_shared<ListOptions>();
  add_run_options(leaf, *options);
  leaf.add_option("--until", options->until, "only what ends by this day, YYYY-MM-DD");
  leaf.add_option("--program", options->program, "tech_sme or hnte")->check(CLI::IsMember({"tech_sme", "hnte"}));
  return [options, &common] { return list_renewals(common, *options); };
}

}  // namespace tanmiao::app
