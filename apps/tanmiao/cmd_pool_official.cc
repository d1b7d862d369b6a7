// pool official, targets: announcement lists in, and the counter against the targets.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/json.hpp>
#include <memory>

#include "apps/tanmiao/console.h"
#include "apps/tanmiao/office_desk.h"
#include "apps/tanmiao/pipeline.h"
#include "apps/tanmiao/report.h"
#include "miner/standings.h"
#include "pool/counter.h"
#include "pool/export.h"
#include "pool/official.h"

namespace tanmiao::app {
namespace {

struct OfficialOptions {
  std::string file, program, output, as_of;
  bool no_run = false;
};

Result<Date> day_given(const std::string& text, Date today) {
  if (text.empty()) return today;
  const auto date = parse_iso_date(text);
  if (!date) return Error{Errc::kUsage, date.error().message, "--as-of"};
  return *date;
}

// The list through the chain: its source alone, then link, index, mine.
Result<int> take_up(const Common& common, const pool::OfficialProgram& program) {
  auto opened = open_workplace(common, store::Access::kWrite, "tanmiao pool official");
  if (!opened && opened.error().code == Errc::kLocked) {
    say("the list is kept and read by the next night: " + opened.error().message);
    return kDone;
  }
  if (!opened) return opened.error();
  Workplace place = std::move(*opened);
  TANMIAO_ASSIGN(const auto sources, crawler::list_sources(place.config.crawl));
  const bool described =
      std::any_of(sources.begin(), sources.end(), [&](const auto& source) { return source.id == program.source; });
  if (!described) {
    say("the configuration has no source " + program.source + ": nothing reads the list yet");
    return kDone;
  }
  NightOptions night;
  night.only = {program.source};
  ConsoleProgress progress;
  Pipeline pipeline(place, night, progress, stop_flag());
  const NightReport report = pipeline.run_night();
  if (report.failure) return *report.failure;
  TANMIAO_TRY(write_report(place.folder(), report.night.id, report_json(report, surroundings_of(place, report))));
  say("the list is taken in and the runs are made anew");
  return report.held() ? kHeld : kDone;
}

Result<int> official(const Common& common, const OfficialOptions& options) {
  pool::OfficialProgram program;
  {
    TANMIAO_ASSIGN(auto desk, open_desk(common, "-", "tanmiao pool official"));
    TANMIAO_ASSIGN(const pool::OfficialProgram* known, desk.rules->official(options.program));
    program = *known;
    TANMIAO_ASSIGN(const Date day, day_given(options.as_of, desk.actor.today));
    TANMIAO_ASSIGN(const auto rules, desk.place.rules());
    const auto judge = [&](const std::vector<pool::ListedRecognition>& listed) {
      std::vector<miner::Listed> asked;
      asked.reserve(listed.size());
      for (const auto& one : listed) asked.push_back({one.program, one.issued, one.valid_to, one.year});
      return miner::judge_listed(*desk.snapshot, *rules, *desk.place.reference, asked, day);
    };
    TANMIAO_ASSIGN(const auto list, pool::match_official(options.file, program, *desk.book, judge, day));
    std::filesystem::path path = options.output;
    if (path.empty()) {
      std::error_code ignored;
      std::filesystem::create_directories(desk.place.folder().exports(), ignored);
      path = desk.place.folder().exports() / (pool::safe_file_name("核对_" + list.title) + ".xlsx");
    }
    TANMIAO_TRY(pool::write_piles(list, path.string(), desk.place.config.issuer));
    TANMIAO_ASSIGN(const std::string kept, pool::keep_list(list, desk.place.config.crawl.base));
    TANMIAO_TRY(desk.place.people().audit(
        desk.place.config.issuer.empty() ? "-" : desk.place.config.issuer, "list.official", list.title,
        boost::json::serialize(boost::json::object{{"program", program.program}, {"rows", list.rows.size()}}),
        desk.actor.at));
    std::string counts;
    boost::json::object piles;
    for (const pool::Pile pile : pool::kPiles) {
      piles[pool::word(pile)] = list.count(pile);
      counts += (counts.empty() ? "" : "，") + std::string(pool::label(pile)) + " " + std::to_string(list.count(pile));
    }
    for (const std::string& remark : list.remarks) say(remark);
    if (common.json)
      print_json(boost::json::object{{"title", list.title},
                                     {"program", program.program},
                                     {"rows", list.rows.size()},
                                     {"piles", std::move(piles)},
                                     {"file", path.string()},
                                     {"kept", kept}});
    else
      print(list.title + "：共 " + std::to_string(list.rows.size()) + " 行，" + counts + "\n核对表：" + path.string() +
            "\n名单存于：" + kept + "\n");
  }
  return options.no_run ? Result<int>(kDone) : take_up(common, program);
}

boost::json::object counter_object(const pool::Counter& c) {
  boost::json::array lines, months;
  for (const pool::CountLine& line : c.lines) {
    boost::json::object one{{"unit", line.unit},
                            {"valid", line.valid},
                            {"renew_due", line.renew_due},
                            {"unverified", line.unverified},
                            {"pipeline", line.pipeline}};
    if (line.target) one["target"] = *line.target;
    if (line.gap) one["gap"] = *line.gap;
    lines.push_back(std::move(one));
  }
  for (const pool::MonthCount& month : c.months)
    months.push_back(boost::json::object{
        {"day", iso(month.day)}, {"valid", month.valid ? boost::json::value(*month.valid) : boost::json::value()}});
  boost::json::object out{{"program", c.program},
                          {"label", c.label},
                          {"as_of", iso(c.as_of)},
                          {"units", std::move(lines)},
                          {"months", std::move(months)},
                          {"forecast", boost::json::object{{"day", iso(c.forecast.day)},
                                                           {"low", c.forecast.low},
                                                           {"high", c.forecast.high},
                                                           {"carried", c.forecast.carried},
                                                           {"renewals", c.forecast.renewals},
                                                           {"pipeline", c.forecast.pipeline}}}};
  if (c.target) out["target"] = pool::target_text(*c.target);
  return out;
}

Result<int> targets(const Common& common, const OfficialOptions& options) {
  TANMIAO_ASSIGN(auto desk, open_desk(common, "-", "tanmiao pool targets"));
  TANMIAO_ASSIGN(const Date day, day_given(options.as_of, desk.actor.today));
  TANMIAO_ASSIGN(const auto rules, desk.place.rules());
  TANMIAO_ASSIGN(auto entries, desk.place.people().pool_entries());
  TANMIAO_ASSIGN(const auto suppressed, suppressed_of(desk.place, *desk.snapshot));
  const pool::CounterInputs inputs{
      *desk.book, *desk.rules, std::move(entries), {suppressed.begin(), suppressed.end()}, [&](Date on) {
        return miner::standings(*desk.snapshot, *rules, *desk.place.reference, on);
      }};
  TANMIAO_ASSIGN(const auto counters, pool::count_targets(inputs, day));
  for (const pool::Counter& c : counters) {
    if (common.json) {
      print_json(counter_object(c));
      continue;
    }
    print(c.label + "，截至 " + iso(c.as_of) + "，目标 " + (c.target ? pool::target_text(*c.target) : "未设") + "\n");
    std::vector<std::vector<std::string>> rows;
    rows.reserve(c.lines.size());
    for (const pool::CountLine& line : c.lines)
      rows.push_back({line.unit, std::to_string(line.valid), std::to_string(line.renew_due),
                      std::to_string(line.unverified), std::to_string(line.pipeline),
                      line.target ? std::to_string(*line.target) : "", line.gap ? std::to_string(*line.gap) : ""});
    print(table({{"责任单位"},
                 {"有效", true},
                 {"待续评", true},
                 {"效力待核", true},
                 {"在途", true},
                 {"目标", true},
                 {"差额", true}},
                rows));
    print("\n年底（" + iso(c.forecast.day) + "）预计 " + std::to_string(c.forecast.low) + "–" +
          std::to_string(c.forecast.high) + " 家\n\n");
  }
  if (!options.output.empty())
    TANMIAO_TRY(pool::export_counters(counters, options.output, desk.place.config.city_name + "目标进度",
                                      desk.place.config.issuer));
  return kDone;
}

}  // namespace

void declare_pool_official(CLI::App& app, Common& common, PoolLeaves& leaves) {
  auto options = std::make_shared<OfficialOptions>();
  CLI::App* in = add_leaf(app, common, "official", "an announcement list, matched by name and county into four piles",
                          "tanmiao pool official 2026年第一批.xlsx --program tech_sme");
  in->add_option("FILE", options->file, "xlsx, ods, xls, html, csv; also a workbook of piles that was corrected")
      ->required();
  in->add_option("--program", options->program, "资质类别, by id or name")->required();
  in->add_option("-o,--output", options->output, "workbook of the piles (default: exports/ of the data folder)");
  in->add_option("--as-of", options->as_of, "the day on which it is lapsed or not (default: today)");
  in->add_flag("--no-run", options->no_run, "keep the list and leave it to the next night");
  leaves.push_back({in, [=, &common] { return official(common, *options); }});
  auto counting = std::make_shared<OfficialOptions>();
  CLI::App* count = add_leaf(app, common, "targets", "what is valid on a day, by unit, against the targets",
                             "tanmiao pool targets --as-of 2026-12-31 -o 目标进度.xlsx");
  count->add_option("--as-of", counting->as_of, "the day (default: today)");
  count->add_option("-o,--output", counting->output, "the same as a workbook");
  leaves.push_back({count, [=, &common] { return targets(common, *counting); }});
}

}  // namespace tanmiao::app
