// pool official, targets: announcement lists in, and the counter against the targets.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/json.hpp>
#include <memory>
#include <optional>

#include "apps/tanmiao/console.h"
#include "apps/tanmiao/office_desk.h"
#include "apps/tanmiao/pipeline.h"
#include "apps/tanmiao/report.h"
#include "apps/tanmiao/who_and_why.h"
#include "core/messages.h"
#include "crawler/pdf_file.h"
#include "miner/standings.h"
#include "pool/counter.h"
#include "pool/export.h"
#include "pool/list_intake.h"

namespace tanmiao::app {
namespace {

struct OfficialOptions {
  std::string file, program, output, as_of, by, force;
  bool no_run = false, achieve = false;
};

Result<Date> day_given(const std::string& text, Date today) {
  if (text.empty()) return today;
  const auto date = parse_iso_date(text);
  if (!date) return Error{Errc::kUsage, date.error().message, "--as-of"};
  return *date;
}

// The list through the chain: its source alone, then link, index, mine.
Result<int> take_up(const Common& common, const pool::OfficialProgram& program) {
  ConsoleProgress progress;
  const auto taken = taken_up(common, program, "tanmiao pool official", progress);
  if (!taken && taken.error().code == Errc::kLocked) {
    say("夜间任务正在运行：名单已存入收件目录，下一次夜间任务会读取（" + taken.error().message + "）");
    return kDone;
  }
  if (!taken) return taken.error();
  if (*taken == pool::TakenUp::kNoSource)
    say("名单已存入收件目录；配置中没有来源 " + program.source + "，目前没有程序读取它");
  else
    say("名单已读入，候选名单和目标进度已更新");
  return *taken == pool::TakenUp::kHeldBack ? kHeld : kDone;
}

boost::json::object proposal_object(const pool::Achievement& one) {
  return {{"code", one.firm},     {"name", one.name},        {"track", one.track}, {"stage", one.stage},
          {"number", one.number}, {"until", iso(one.until)}, {"on", iso(one.on)},  {"renewal", one.renewal()}};
}

void print_proposals(const std::vector<pool::Achievement>& proposals, const pool::PoolRules& rules) {
  if (proposals.empty()) return;
  std::vector<std::vector<std::string>> rows;
  rows.reserve(proposals.size());
  for (const pool::Achievement& one : proposals)
    rows.push_back({one.name, one.firm, rules.track_label(one.track), rules.stage_label(one.stage), one.number,
                    iso(one.until), one.renewal() ? std::string() : iso(one.on), std::string(label(one))});
  print(
      "建议列为“已达成”或更新编号的在库企业（" + std::to_string(proposals.size()) + " 家，--achieve 才列入）：\n" +
      table({{"企业名称"}, {"代码"}, {"培育库"}, {"当前阶段"}, {"编号"}, {"有效期至"}, {"达成日期"}, {"建议"}}, rows));
}

// `done`: whether the proposals were carried out.
void tell_intake(const Common& common, const pool::ListIntake& in, const pool::PoolRules& rules, bool done) {
  const auto renewed = done ? std::count_if(in.proposals.begin(), in.proposals.end(),
                                            [](const pool::Achievement& one) { return one.renewal(); })
                            : 0;
  const auto achieved = done ? std::ssize(in.proposals) - renewed : 0;
  const pool::OfficialList& list = in.list;
  std::string counts;
  boost::json::object piles;
  for (const pool::Pile pile : pool::kPiles) {
    piles[pool::word(pile)] = list.count(pile);
    counts += (counts.empty() ? "" : "，") + std::string(pool::label(pile)) + " " + std::to_string(list.count(pile));
  }
  for (const std::string& remark : list.remarks) say(remark);
  if (!common.json) {
    print(list.title + "：共 " + std::to_string(list.rows.size()) + " 行，" + counts + "\n核对表：" + in.workbook +
          "\n名单存于：" + in.kept + "\n");
    print_proposals(in.proposals, rules);
    if (achieved > 0) print("已列为“已达成” " + std::to_string(achieved) + " 家\n");
    if (renewed > 0) print("已更新编号（续评） " + std::to_string(renewed) + " 家\n");
    return;
  }
  boost::json::array proposals;
  for (const pool::Achievement& one : in.proposals) proposals.push_back(proposal_object(one));
  print_json(boost::json::object{{"title", list.title},
                                 {"program", list.program.program},
                                 {"rows", list.rows.size()},
                                 {"piles", std::move(piles)},
                                 {"proposals", std::move(proposals)},
                                 {"achieved", achieved},
                                 {"renewed", renewed},
                                 {"file", in.workbook},
                                 {"kept", in.kept}});
}

Result<int> official(const Common& common, const OfficialOptions& options) {
  pool::OfficialProgram program;
  std::optional<Error> refused;
  if (options.achieve && options.by.empty())
    return Error{Errc::kUsage, in_chinese("say who makes the steps: --by OFFICE"), "--achieve"};
  {
    TANMIAO_ASSIGN(auto desk, open_desk(common, options.by.empty() ? "-" : options.by, "tanmiao pool official"));
    if (options.by.empty() && !desk.place.config.issuer.empty()) desk.actor.by = desk.place.config.issuer;
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
    const pool::MatchTools match{*desk.rules, program, *desk.book, judge, day};
    const std::filesystem::path workbook =
        options.output.empty() ? desk.place.folder().exports() : std::filesystem::path(options.output);
    const pool::IntakeTools tools{
        desk.place.people(),      match,        desk.actor, desk.place.config.crawl.base, workbook,
        desk.place.config.issuer, options.force};
    TANMIAO_ASSIGN(auto tables, crawler::open_pdf_file(options.file));
    TANMIAO_ASSIGN(const auto in, pool::take_in_list({options.file, std::nullopt, std::move(tables)}, tools));
    bool achieved = false;
    if (options.achieve && !in.proposals.empty()) {
      auto office = desk.office();
      const auto done = pool::achieve(office, in.proposals, *desk.rules, in.list.title);
      if (done)
        achieved = true;
      else
        refused = done.error();  // the list is kept all the same
    }
    tell_intake(common, in, *desk.rules, achieved);
  }
  TANMIAO_ASSIGN(const int code, options.no_run ? Result<int>(kDone) : take_up(common, program));
  if (refused) return *refused;
  return code;
}

boost::json::value count_or_null(const std::optional<std::uint32_t>& count) {
  return count ? boost::json::value(*count) : boost::json::value();
}

// Unknown is no zero.
std::string count_text(const std::optional<std::uint32_t>& count) { return count ? std::to_string(*count) : "未知"; }

boost::json::object counter_object(const pool::Counter& c) {
  boost::json::array lines, months;
  for (const pool::CountLine& line : c.lines) {
    boost::json::object one{{"unit", line.unit},
                            {"valid", count_or_null(line.valid)},
                            {"renew_due", count_or_null(line.renew_due)},
                            {"unverified", count_or_null(line.unverified)},
                            {"pipeline", line.pipeline}};
    if (line.target) one["target"] = *line.target;
    if (line.gap) one["gap"] = *line.gap;
    lines.push_back(std::move(one));
  }
  for (const pool::MonthCount& month : c.months)
    months.push_back(boost::json::object{{"day", iso(month.day)}, {"valid", count_or_null(month.valid)}});
  boost::json::object out{{"program", c.program},        {"label", c.label},
                          {"as_of", iso(c.as_of)},       {"units", std::move(lines)},
                          {"months", std::move(months)}, {"forecast", nullptr}};
  if (c.forecast)
    out["forecast"] = boost::json::object{{"day", iso(c.forecast->day)},      {"low", c.forecast->low},
                                          {"high", c.forecast->high},         {"carried", c.forecast->carried},
                                          {"renewals", c.forecast->renewals}, {"pipeline", c.forecast->pipeline}};
  if (c.target) out["target"] = pool::target_text(*c.target);
  return out;
}

Result<int> targets(const Common& common, const OfficialOptions& options) {
  TANMIAO_ASSIGN(auto desk, open_desk(common, "-", "tanmiao pool targets"));
  TANMIAO_ASSIGN(const Date day, day_given(options.as_of, desk.actor.today));
  TANMIAO_ASSIGN(const auto rules, desk.place.rules());
  TANMIAO_ASSIGN(auto revisions, pool::pool_revisions(desk.place.people()));
  TANMIAO_ASSIGN(const auto suppressed, suppressed_of(desk.place, *desk.snapshot));
  const pool::CounterInputs inputs{
      *desk.book, *desk.rules, std::move(revisions), {suppressed.begin(), suppressed.end()}, [&](Date on) {
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
      rows.push_back({line.unit, count_text(line.valid), count_text(line.renew_due), count_text(line.unverified),
                      std::to_string(line.pipeline), line.target ? std::to_string(*line.target) : "",
                      line.gap ? std::to_string(*line.gap) : ""});
    print(table({{"责任单位"},
                 {"有效", true},
                 {"待续评", true},
                 {"效力待核", true},
                 {"在途", true},
                 {"目标", true},
                 {"差额", true}},
                rows));
    if (c.forecast)
      print("\n年底（" + iso(c.forecast->day) + "）预计 " + std::to_string(c.forecast->low) + "–" +
            std::to_string(c.forecast->high) + " 家\n\n");
    else
      print("\n截至日之前没有公告名单，有效家数未知\n\n");
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
  in->add_option("FILE", options->file, "xlsx, ods, xls, html, csv, pdf; also a workbook of piles that was corrected")
      ->required();
  in->add_option("--program", options->program, "资质类别, by id or name")->required();
  in->add_option("-o,--output", options->output, "workbook of the piles (default: exports/ of the data folder)");
  in->add_option("--as-of", options->as_of, "the day on which it is lapsed or not (default: today)");
  in->add_flag(
      "--achieve", options->achieve,
      "bring the proposed firms of the pool to 已达成 or to their new number, all of them or none; needs --by");
  in->add_option("--by", options->by, "who acts: an office or a role (default: the office of the configuration)")
      ->transform(who());
  in->add_option("--force", options->force,
                 "why the list is of this programme although it looks like another's; it stands in the audit")
      ->transform(why());
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
