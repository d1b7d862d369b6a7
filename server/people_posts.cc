#include "server/people_posts.h"

#include <algorithm>
#include <set>

#include "core/messages.h"
#include "pool/candidate_columns.h"
#include "pool/import.h"
#include "server/download.h"
#include "server/entry_view.h"

namespace tanmiao::server {
namespace {

constexpr std::size_t kToldFailures = 5;

std::string csv_cell(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

// A visit as the sheet of one row that it would come back in: one set of rules for both.
std::string visit_sheet(const Posted& posted, const pool::FirmCard& card) {
  std::string head = "\xEF\xBB\xBF", row;
  const auto add = [&](std::string_view heading, std::string_view value) {
    if (!row.empty()) head += ",", row += ",";
    head += csv_cell(heading);
    row += csv_cell(value);
  };
  add("企业名称", card.name);
  add("统一社会信用代码", card.code);
  add("责任单位", card.unit);
  add(pool::kVersionHeading, posted.text("version"));
  for (const pool::CandidateColumn& column : pool::candidate_columns())
    if (column.text == nullptr) add(column.heading, posted.text(column.word));
  return head + "\r\n" + row + "\r\n";
}

Result<Done> visit_done(const Posted& posted, const World& world, store::FirmNo firm) {
  const Site& site = posted.site;
  const pool::FirmCard card = world.book->card(firm);
  // A refused row needs no workbook here: it stands in the form.
  TANMIAO_ASSIGN(const auto folder, TemporaryFolder::make());
  TANMIAO_ASSIGN(const pool::ImportReport report, site.worlds.with_store([&](store::Store& store) {
    const pool::ImportTools tools{store.people(), *world.book, site.pool_rules(), posted.actor, folder.path()};
    return pool::import_sheet(tools, visit_sheet(posted, card), std::string(kTypedOnPage));
  }));
  if (report.rejected > 0)
    return Error{Errc::kUsage, report.notes.empty() ? std::string("填写内容无法采纳") : report.notes.back().text, ""};
  const std::string back = firm_path(card.code, firm, "");
  if (report.blank > 0) return Error{Errc::kUsage, "没有填写内容", ""};
  if (report.same > 0) return Done{back, {"与已有的企业自报相同，没有重复记录。", "", ""}};
  Notice notice{"企业自报已记录。", "", ""};
  if (report.steps > 0) notice.text += "已列为“已核实”。";
  if (report.conflicts > 0) {
    notice.text += "有 " + std::to_string(report.conflicts) + " 处与他人填写不一致，暂按先前的值。";
    notice.link = "/conflicts", notice.link_text = "逐项选择", notice.doubtful = true;
  }
  (void)site.remine(notice);
  return Done{back, std::move(notice)};
}

Result<Done> correction_done(const Posted& posted, const World& world, store::FirmNo firm) {
  TANMIAO_ASSIGN(const auto made, posted.site.with_office(world, posted.actor, [&](pool::Office& office) {
    return office.correct(firm, posted.text("field"), posted.text("value"), posted.text("reason"));
  }));
  const pool::FirmCard card = world.book->card(firm);
  const std::string did = made.value.empty() ? "更正已撤销" : "更正已记录";
  return Done{firm_path(card.code, firm, ""),
              {did + "，下一次夜间任务起生效（在此之前为“待生效”），以后重新采集也不会改回。", "", ""}};
}

Result<Done> suppression_done(const Posted& posted, const World& world, store::FirmNo firm) {
  const std::string name = world.book->card(firm).name;
  if (posted.text("sure") != "yes") return Error{Errc::kUsage, "请勾选确认", ""};
  TANMIAO_TRY(posted.site.with_office(
      world, posted.actor, [&](pool::Office& office) { return office.suppress(firm, posted.text("reason")); }));
  return Done{
      "/",
      {name + "不再列示：名单、查询、合计和导出中即时不再出现，记录本身保留。", "/suppressed", "查看不再列示的企业"}};
}

// Of a report of this firm: a number from elsewhere is refused.
Result<Done> withdrawal_done(const Posted& posted, const World& world, store::FirmNo firm) {
  const std::string id = posted.text("report"), reason = posted.text("reason");
  if (reason.empty()) return Error{Errc::kUsage, "请写明撤回的原因", ""};
  TANMIAO_TRY(posted.site.worlds.with_store([&](store::Store& store) -> Status {
    TANMIAO_ASSIGN(const auto reports, store.people().self_reports());
    for (const store::SelfReport& report : reports) {
      if (std::to_string(report.id) != id || world.book->number(report.firm) != firm) continue;
      return store.people().withdraw({report.id, true, reason, posted.actor.by, posted.actor.at});
    }
    return Error{Errc::kNotFound, "没有这次填报", ""};
  }));
  Notice notice{"这次填报已撤回，不再计入；记录本身保留。", "", ""};
  (void)posted.site.remine(notice);
  return Done{firm_path(world.book->card(firm).code, firm, ""), std::move(notice)};
}

Result<Done> lead_done(const Posted& posted, const World& world, store::FirmNo firm) {
  TANMIAO_ASSIGN(const auto entry, posted.site.with_office(world, posted.actor, [&](pool::Office& office) {
    return office.add_lead(firm, posted.text("track"), posted.text("reason"));
  }));
  return Done{entry_path(entry), {"已列为线索。", "", ""}};
}

}  // namespace

Result<Done> firm_post(const Posted& posted) {
  TANMIAO_ASSIGN(const auto world, posted.site.worlds.now(posted.site.config.campaign));
  TANMIAO_ASSIGN(const store::FirmNo firm, posted.site.find_firm(*world, posted.rest));
  const std::string form = posted.text("form");
  if (form == "visit") return visit_done(posted, *world, firm);
  if (form == "correct") return correction_done(posted, *world, firm);
  if (form == "suppress") return suppression_done(posted, *world, firm);
  if (form == "withdraw") return withdrawal_done(posted, *world, firm);
  if (form == "lead") return lead_done(posted, *world, firm);
  return Error{Errc::kNotFound, "没有这个表单", ""};
}

Result<Done> leads_post(const Posted& posted) {
  const Site& site = posted.site;
  TANMIAO_ASSIGN(const auto world, site.worlds.now(site.config.campaign));
  TANMIAO_ASSIGN(const auto firms, ticked_firms(posted, *world));
  const std::string back = back_to(posted.form, "/"), way = posted.text("way");
  if (way.starts_with("batch:")) {
    const std::string batch = way.substr(6);
    TANMIAO_ASSIGN(const std::size_t count, site.with_office(*world, posted.actor, [&](pool::Office& office) {
      return office.tick(batch, firms, true);
    }));
    return Done{back, {std::to_string(count) + " 家已列入批次。", "/batches/" + url_encode(batch), "查看批次"}};
  }
  const std::string track = way.starts_with("lead:") ? way.substr(5) : site.pool_rules().tracks.front().id;
  TANMIAO_ASSIGN(const auto entries, site.worlds.with_store([](store::Store& s) { return s.people().pool_entries(); }));
  std::set<store::FirmNo> on_track;  // where no step leads to a lead: it is one already, or more
  for (const auto& entry : entries)
    if (entry.track == track && site.pool_rules().transition(entry.stage, "LEAD") == nullptr)
      on_track.insert(world->book->number(entry.firm));
  std::size_t done = 0, known = 0;
  std::vector<Error> failed;
  for (const store::FirmNo firm : firms) {
    if (on_track.contains(firm)) {
      ++known;
      continue;
    }
    const auto entry = site.with_office(*world, posted.actor, [&](pool::Office& office) {
      return office.add_lead(firm, track, posted.text("reason"));
    });
    if (entry)
      ++done;
    else
      failed.push_back(entry.error());
  }
  std::string why;
  for (std::size_t i = 0; i < std::min(failed.size(), kToldFailures); ++i)
    why += (i == 0 ? "" : "；") + in_chinese(failed[i]);
  if (done == 0 && !failed.empty()) return Error{failed.front().code, why, ""};
  Notice notice{std::to_string(done) + " 家已列为线索。", "/pool?track=" + url_encode(track), "查看培育库"};
  if (known > 0)
    notice.text +=
        "另 " + std::to_string(known) + " 家已在" + site.pool_rules().track_label(track) + "，没有重复列入。";
  if (!failed.empty())
    notice.text += std::to_string(failed.size()) + " 家没有列入：" + why + "。", notice.doubtful = true;
  return Done{back, std::move(notice)};
}

Result<Done> settle_post(const Posted& posted) {
  const Site& site = posted.site;
  const std::string id = posted.text("conflict"), taken = posted.text("taken"), reason = posted.text("reason");
  if (taken != "stored" && taken != "offered") return Error{Errc::kUsage, "请选择采用哪一个值", ""};
  if (reason.empty()) return Error{Errc::kUsage, "请写明选择的依据", ""};
  TANMIAO_ASSIGN(const auto world, site.worlds.now(site.config.campaign));
  TANMIAO_ASSIGN(const auto all, site.worlds.with_store([](store::Store& s) { return s.people().conflicts(false); }));
  const auto at = std::find_if(all.begin(), all.end(), [&](const auto& c) { return std::to_string(c.id) == id; });
  if (at == all.end()) return Error{Errc::kNotFound, "没有这一处不一致", ""};
  if (!at->taken.empty()) return Error{Errc::kConflict, at->settled_by + "已经选择过：" + at->settled_reason, ""};
  TANMIAO_TRY(site.with_office(*world, posted.actor,
                               [&](pool::Office& office) { return office.settle(at->id, taken, reason); }));
  Notice notice{"已采用所选的值。", "", ""};
  if (at->track.empty() && taken == "offered") (void)site.remine(notice);
  return Done{"/conflicts", std::move(notice)};
}

}  // namespace tanmiao::server
