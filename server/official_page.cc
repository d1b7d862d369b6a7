// 公告名单: an announcement list is taken in, its piles are shown and go out as a workbook, and comes back corrected by
// the same form. Firms of the pool that it names are proposed as 已达成 and come there by a button alone.
#include <algorithm>
#include <filesystem>

#include "core/messages.h"
#include "miner/standings.h"
#include "server/download.h"
#include "server/form_html.h"
#include "server/people_posts.h"

namespace tanmiao::server {
namespace {

using pool::OfficialRow;
using pool::Pile;

constexpr std::size_t kShownRows = 50, kShownLists = 20;
constexpr std::string_view kPilesPrefix = "核对_";

Html piles_link(const std::string& path) {
  const std::string name = std::filesystem::path(path).filename().string();
  Html out;
  out << "<a href=\"/official/piles/" << url_encode(name) << "\" download>" << name << "</a>";
  return out;
}

std::string_view pile_css(Pile pile) {
  switch (pile) {
    case Pile::kFound: return "good";
    case Pile::kNamesakes:
    case Pile::kLapsed: return "warn";
    case Pile::kUnknown: return "";
    case Pile::kUnreadable: break;
  }
  return "bad";
}

Html firms_of(const OfficialRow& row) {
  Html out;
  bool first = true;
  for (const pool::FirmCard& card : row.firms) {
    if (!first) out << "<br>";
    first = false;
    out << "<a href=\"" << firm_path(card.code, card.firm, "") << "\">" << card.name << "</a> <small>"
        << std::string_view(card.code.empty() ? "代码待查" : std::string_view(card.code)) << " " << unit_text(card.unit)
        << "</small>";
  }
  if (row.firms.empty()) out << "—";
  return out;
}

Html pile_section(const pool::OfficialList& list, Pile pile) {
  Html out;
  const std::size_t count = list.count(pile);
  if (count == 0) return out;
  out << "<details class=\"pile\"" << std::string_view(pile == Pile::kFound ? "" : " open") << "><summary>"
      << label(pile) << " " << count
      << " 行</summary><table class=\"stack\"><thead><tr><th scope=\"col\">名单上的名称</th>"
         "<th scope=\"col\">县区</th><th scope=\"col\">编号</th><th scope=\"col\">状态</th>"
         "<th scope=\"col\">企业库中</th><th scope=\"col\">说明</th></tr></thead><tbody>";
  std::size_t shown = 0;
  for (const OfficialRow& row : list.rows) {
    if (row.pile != pile || ++shown > kShownRows) continue;
    const auto until = from_day(row.until);
    const std::string state = row.state + (until ? "，至 " + iso(*until) : "");
    const auto or_dash = [](const std::string& text) { return text.empty() ? std::string_view("—") : text; };
    out << "<tr><td class=\"lead\" data-label=\"名单上的名称\">"
        << (row.name.empty() ? std::string_view("（未写名称）") : std::string_view(row.name))
        << "</td><td class=\"nowrap\" data-label=\"县区\">" << or_dash(row.county)
        << "</td><td class=\"nowrap\" data-label=\"编号\">" << or_dash(row.number)
        << "</td><td class=\"nowrap\" data-label=\"状态\">" << or_dash(state)
        << "</td><td data-label=\"企业库中\"><span>" << firms_of(row) << "</span></td><td data-label=\"说明\">"
        << row.why << "</td></tr>";
  }
  out << "</tbody></table>";
  if (shown > kShownRows) out << "<p class=\"note\">只显示前 " << kShownRows << " 行，全部见核对表。</p>";
  out << "</details>";
  return out;
}

std::string reading_text(const ListResult& result) {
  if (!result.reading)
    return result.reading.error().code == Errc::kLocked
               ? "夜间任务正在运行：名单已存入收件目录，下一次夜间任务会读取，候选名单随后更新。"
               : "名单已存入收件目录，但候选名单尚未更新：" + in_chinese(result.reading.error()) +
                     "。下一次夜间任务会再读取。";
  switch (*result.reading) {
    case pool::TakenUp::kRead: return "名单已读入，候选名单和目标进度已更新。";
    case pool::TakenUp::kHeldBack: return "名单已存入收件目录，但来源的数据异常、本次未发布，请看运行报告。";
    case pool::TakenUp::kNoSource: break;
  }
  return "名单已存入收件目录；配置中没有读取这类名单的来源，候选名单不会因此改变。";
}

// What can still be done of the proposals, and what became of the others since.
Result<Html> proposals_section(const Site& site, const FormWriter& writer, const ListResult& result,
                               const std::string& id) {
  Html out;
  const auto& proposals = result.intake.proposals;
  if (proposals.empty()) return out;
  TANMIAO_ASSIGN(const auto entries, site.worlds.with_store([](store::Store& s) { return s.people().pool_entries(); }));
  const FormPart form = writer.form("achieve");
  std::size_t open = 0;
  Html rows;
  for (const pool::Achievement& one : proposals) {
    const auto now = std::find_if(entries.begin(), entries.end(),
                                  [&](const auto& e) { return e.firm == one.firm && e.track == one.track; });
    const bool same = now != entries.end() && now->revision == one.revision;
    rows << "<tr><td class=\"tick\" data-label=\"勾选\">";
    if (same) {
      ++open;
      rows << "<input type=\"checkbox\" name=\"entry\" value=\"" << one.firm + "@" + one.track << "\""
           << std::string_view(!form.refused() || form.ticked("entry", one.firm + "@" + one.track) ? " checked" : "")
           << " aria-label=\"" << one.name << "\">";
    }
    rows << "</td><td class=\"lead\" data-label=\"企业\"><a href=\"/pool/entry/" << url_encode(one.firm)
         << "?track=" << url_encode(one.track) << "\">" << one.name << "</a></td><td data-label=\"培育库\">"
         << site.pool_rules().track_label(one.track) << "</td><td class=\"nowrap\" data-label=\"当前阶段\">"
         << site.pool_rules().stage_label(now == entries.end() ? one.stage : now->stage)
         << "</td><td class=\"nowrap\" data-label=\"编号\">" << one.number
         << "</td><td class=\"nowrap\" data-label=\"有效期至\">" << iso(one.until)
         << "</td><td class=\"nowrap\" data-label=\"达成日期\">" << (one.renewal() ? "—" : iso(one.on))
         << "</td><td data-label=\"建议\">" << label(one) << "</td></tr>";
  }
  out << "<h3>建议列为“已达成”</h3><p class=\"sub\">在库、已在名单上找到且截至日有效的企业 " << proposals.size()
      << " 家；已达成而名单上是新编号的，建议更新编号和有效期（续评）。由经办确认后才记入台账。</p>";
  if (open > 0) out << form.open("/official?result=" + url_encode(id));
  out << "<table class=\"stack\"><thead><tr><th scope=\"col\" class=\"tick\">勾选</th><th scope=\"col\">企业</th><th "
         "scope=\"col\">培育库</th><th scope=\"col\">当前阶段</th><th scope=\"col\">编号</th><th "
         "scope=\"col\">有效期至</th><th scope=\"col\">达成日期</th><th scope=\"col\">建议</th></tr></thead><tbody>"
      << rows << "</tbody></table>";
  if (open > 0) out << form.close("把勾选的列为已达成或更新编号");
  return out;
}

Result<Html> list_result(const Site& site, const FormWriter& writer, const ListResult& result, const std::string& id) {
  const pool::OfficialList& list = result.intake.list;
  Html out;
  out << "<section class=\"sheet\" id=\"result\"><h2>核对结果：" << list.title << "</h2><p class=\"sub\">"
      << list.program.label << " · 截至 " << iso(list.as_of) << " · 共 " << list.rows.size()
      << " 行</p><ul class=\"tallies\">";
  for (const Pile pile : pool::kPiles) {
    const std::size_t count = list.count(pile);
    out << "<li class=\"" << std::string_view(count == 0 ? "zero" : pile_css(pile)) << "\"><strong>" << count
        << "</strong>" << label(pile) << "</li>";
  }
  out << "</ul><p class=\""
      << std::string_view(result.reading && *result.reading == pool::TakenUp::kRead ? "sub" : "needed") << "\">"
      << reading_text(result) << "</p><p>核对表：" << piles_link(result.intake.workbook)
      << "。在“统一社会信用代码”一栏改好代码（同名而不是本企业的填“非本企业”），整份再导入即可；每次核对另存一份，不会"
         "覆盖正在改的。</p>";
  for (const std::string& remark : list.remarks) out << "<p class=\"note\">" << remark << "</p>";
  TANMIAO_ASSIGN(const Html proposals, proposals_section(site, writer, result, id));
  out << proposals << "<h3>逐行核对</h3>";
  for (const Pile pile : {Pile::kNamesakes, Pile::kUnreadable, Pile::kUnknown, Pile::kLapsed, Pile::kFound})
    out << pile_section(list, pile);
  out << "</section>";
  return out;
}

Html list_form(const Site& site, const FormWriter& writer) {
  const FormPart form = writer.form("list");
  std::vector<Choice> programs;
  for (const pool::OfficialProgram& one : site.pool_rules().official_lists)
    programs.emplace_back(one.program, one.label);
  Input program{"program", "资质类别"};
  program.required = true;
  Input reason{"force", "类别不符仍要导入的理由"};
  reason.wide = true;
  reason.hint = "一般不填；名单因类别不符未予导入、经核对类别无误的再填，记入操作日志";
  Html out;
  out << "<section class=\"sheet screen-only\"><h2>导入公告名单</h2>" << form.open("/official", "", "", true)
      << "<div class=\"fields\">" << form.select(program, programs)
      << "<label class=\"wide-field\"><span>名单文件 <b class=\"must\" title=\"必填\">*</b></span><input type=\"file\" "
         "name=\"sheet\" required "
         "accept=\".xlsx,.xlsm,.xls,.ods,.csv,.txt,.html,.htm\"><small>公告附件，或改好的核对表；"
         "xlsx、xls、ods、csv、网页表格均可，不超过 16 MB</small></label>"
      << form.input(reason) << "</div>" << form.close("核对并存入")
      << "<ul "
         "class=\"note\"><li>不带代码的名单按名称和县区核对，分为已找到、同名待核、未找到、已失效四类，读不出的行另列；"
         "一行不漏。</li><li>名单存入收件目录，随即读入并更新候选名单；企业多时约需一两分钟，请勿重复提交。</li>"
         "<li>名单上的在库企业只建议列为“已达成”，由经办确认，不会自动变动。</li></ul></section>";
  return out;
}

Html lists_section(const Site& site) {
  const auto lists = pool::kept_lists(site.pool_rules(), site.config.lists);
  Html out;
  out << "<section class=\"sheet\"><h2>已存入的名单</h2>";
  if (lists.empty()) {
    out << "<p class=\"empty\">收件目录里还没有公告名单。</p></section>";
    return out;
  }
  out << "<table class=\"stack\"><thead><tr><th scope=\"col\">名单</th><th scope=\"col\">类别</th><th scope=\"col\" "
         "class=\"num\">行数</th><th scope=\"col\">存入日期</th></tr></thead><tbody>";
  for (std::size_t i = 0; i < std::min(lists.size(), kShownLists); ++i) {
    const auto program = site.pool_rules().official(lists[i].program);
    out << "<tr><td class=\"lead\" data-label=\"名单\">" << lists[i].title << "</td><td data-label=\"类别\">"
        << (program ? (*program)->label : lists[i].program) << "</td><td class=\"num\" data-label=\"行数\">";
    if (const auto rows = lists[i].rows)
      out << *rows;
    else
      out << "读不出";
    out << "</td><td class=\"nowrap\" data-label=\"存入日期\">" << iso(lists[i].stored) << "</td></tr>";
  }
  out << "</tbody></table>";
  if (lists.size() > kShownLists)
    out << "<p class=\"note\">共 " << lists.size() << " 份，显示最近 " << kShownLists << " 份。</p>";
  out << "</section>";
  return out;
}

Result<Done> achieve_done(const Posted& posted) {
  const std::string id(posted.request.parameter("result"));
  const auto result = posted.site.desk.list(id);
  if (result == nullptr) return Error{Errc::kNotFound, "服务重新启动过，这次核对的结果已不在：请把名单再导入一次", ""};
  const auto ticked = posted.form.all("entry");
  std::vector<pool::Achievement> chosen;
  for (const pool::Achievement& one : result->intake.proposals)
    if (std::find(ticked.begin(), ticked.end(), one.firm + "@" + one.track) != ticked.end()) chosen.push_back(one);
  if (chosen.empty()) return Error{Errc::kUsage, "请先勾选企业", ""};
  TANMIAO_ASSIGN(const auto world, posted.site.worlds.now(posted.site.config.campaign));
  TANMIAO_ASSIGN(const auto done, posted.site.with_office(*world, posted.actor, [&](pool::Office& office) {
    return pool::achieve(office, chosen, posted.site.pool_rules(), result->intake.list.title);
  }));
  const auto renewed = static_cast<std::size_t>(
      std::count_if(chosen.begin(), chosen.end(), [](const pool::Achievement& one) { return one.renewal(); }));
  std::string said;
  if (done.size() > renewed) said = std::to_string(done.size() - renewed) + " 家已列为“已达成”";
  if (renewed > 0) said += (said.empty() ? "" : "，") + std::to_string(renewed) + " 家已更新编号（续评）";
  return Done{"/official?result=" + url_encode(id), {said + "。", "/targets", "查看目标进度"}};
}

// Of some size it takes seconds: it has a connection of its own, so that pages are shown meanwhile.
Result<Done> list_done(const Posted& posted) {
  const Upload* file = posted.form.file("sheet");
  if (file == nullptr || file->bytes.empty()) return Error{Errc::kUsage, "请选择公告名单的文件", ""};
  const Site& site = posted.site;
  TANMIAO_ASSIGN(const pool::OfficialProgram* program, site.pool_rules().official(posted.text("program")));
  TANMIAO_ASSIGN(const auto world, site.worlds.now(site.config.campaign));
  TANMIAO_ASSIGN(auto store, store::Store::open(site.worlds.folder().root(), store::Access::kRead, "tanmiao serve"));
  const auto judge = [&](const std::vector<pool::ListedRecognition>& listed) {
    std::vector<miner::Listed> asked;
    asked.reserve(listed.size());
    for (const auto& one : listed) asked.push_back({one.program, one.issued, one.valid_to, one.year});
    return miner::judge_listed(*world->snapshot, site.worlds.rules(), site.worlds.reference(), asked, site.today());
  };
  const pool::MatchTools match{site.pool_rules(), *program, *world->book, judge, site.today()};
  const pool::IntakeTools tools{
      store->people(),     match, posted.actor, site.config.lists, site.worlds.folder().exports(), site.config.issuer,
      posted.text("force")};
  ListResult result{{}, pool::TakenUp::kNoSource};
  TANMIAO_ASSIGN(result.intake, pool::take_in_list({file->name, file->bytes}, tools));
  if (site.config.take_up) {
    const std::lock_guard guard(site.desk.remaking());
    result.reading = site.config.take_up(*program);
  }
  return Done{"/official?result=" + site.desk.keep(std::move(result)), {}};
}

}  // namespace

Result<Response> official_page(const Site& site, const Request& request, const Typed* typed) {
  const FormWriter writer(site, request, typed);
  Html body;
  body << "<div class=\"title\"><h1>公告名单</h1></div>" << writer.notice();
  const std::string id(request.parameter("result"));
  if (const auto result = site.desk.list(id); result != nullptr) {
    TANMIAO_ASSIGN(const Html shown, list_result(site, writer, *result, id));
    body << shown;
  } else if (!id.empty()) {
    body << "<p "
            "class=\"needed\">服务重新启动过，这次核对的结果不再显示；名单已存入收件目录，核对表可再导入一次得到。</p>";
  }
  body << list_form(site, writer) << lists_section(site);
  Frame frame;
  frame.waiting = site.waiting();
  frame.title = "公告名单";
  frame.active = "/official";
  return page(frame, body);
}

Result<Response> piles_file(const Site& site, std::string_view name) {
  std::error_code failed;
  // Compared with what is there: a name from outside never becomes a path.
  for (std::filesystem::directory_iterator at(site.worlds.folder().exports(), failed), end; !failed && at != end;
       at.increment(failed)) {
    const std::string known = at->path().filename().string();
    if (known == name && known.starts_with(kPilesPrefix) && known.ends_with(".xlsx") && at->is_regular_file(failed))
      return attachment(at->path(), kXlsxType, known, "piles.xlsx");
  }
  return Error{Errc::kNotFound, "没有这个文件", ""};
}

Result<Done> official_post(const Posted& posted) {
  return posted.text("form") == "achieve" ? achieve_done(posted) : list_done(posted);
}

}  // namespace tanmiao::server
