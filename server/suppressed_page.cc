// 不再列示的企业: firms that were taken out of every list, and lifting that again. The one page that names them.
#include <algorithm>

#include "server/entry_view.h"
#include "server/form_html.h"
#include "server/people_posts.h"
#include "store/suppression.h"

namespace tanmiao::server {
namespace {

struct TakenOutLine {
  store::Suppression last;
  std::string name, code;  // empty: not known
};

// "name:<key>@<place>" without what is ours.
std::string name_in_identity(const std::string& identity) {
  const auto begin = identity.find(':') + 1;
  return identity.substr(begin, identity.rfind('@') - begin);
}

// The newest first.
Result<std::vector<TakenOutLine>> taken_out_lines(const Site& site) {
  TANMIAO_ASSIGN(const auto world, site.worlds.now(site.config.campaign));
  std::vector<TakenOutLine> out;
  const auto read = [&](store::Store& store) -> Status {
    TANMIAO_ASSIGN(const auto history, store.people().suppression_history());
    TANMIAO_ASSIGN(const auto entries, store.people().pool_entries());
    std::map<std::string, store::Suppression> last;
    for (const store::Suppression& step : history) last[step.firm] = step;
    for (auto& [key, step] : last) {
      if (!step.out) continue;
      TakenOutLine line{step, world->book->card(world->book->number(key)).name, key};
      if (store::names_identity(key)) line.name = name_in_identity(key), line.code.clear();
      for (const auto& entry : entries)
        if (line.name.empty() && entry.firm == key) line.name = entry.name;
      out.push_back(std::move(line));
    }
    return {};
  };
  TANMIAO_TRY(site.worlds.with_store(read));
  std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.last.at > b.last.at; });
  return out;
}

Html lift_form(const FormWriter& writer, const TakenOutLine& line) {
  const FormPart form = writer.form("lift-" + line.last.firm);
  Html out;
  out << "<details class=\"step screen-only\"" << std::string_view(form.refused() ? " open" : "")
      << "><summary>恢复列示</summary>" << form.open("/suppressed") << form.hidden("firm", line.last.firm)
      << "<div class=\"fields\">" << form.input({"reason", "原因", "text", "", "如：企业来函同意列示", true, true})
      << "</div>" << form.close("恢复列示") << "</details>";
  return out;
}

}  // namespace

Result<Response> suppressed_page(const Site& site, const Request& request, const Typed* typed) {
  TANMIAO_ASSIGN(const auto lines, taken_out_lines(site));
  const FormWriter writer(site, request, typed);
  Html body;
  body << "<div class=\"title\"><h1>不再列示的企业</h1><p class=\"sub\">共 <strong>" << lines.size()
       << "</strong> 家</p></div>" << writer.notice();
  if (lines.empty()) {
    body << "<div class=\"sheet none\"><p>没有不再列示的企业。</p></div>";
  } else {
    body << "<section class=\"sheet\"><table class=\"stack\"><thead><tr>";
    for (const std::string_view head : {"企业名称", "统一社会信用代码", "原因", "日期", "经办"})
      body << "<th scope=\"col\">" << head << "</th>";
    body << "<th scope=\"col\" class=\"screen-only\">恢复</th></tr></thead><tbody>";
    for (const TakenOutLine& line : lines)
      body << "<tr><td class=\"lead\" data-label=\"企业名称\">"
           << (line.name.empty() ? std::string_view("名称不详") : std::string_view(line.name))
           << "</td><td class=\"code\" data-label=\"统一社会信用代码\">"
           << (line.code.empty() ? std::string_view("代码待查") : std::string_view(line.code))
           << "</td><td data-label=\"原因\">" << line.last.reason << "</td><td class=\"nowrap\" data-label=\"日期\">"
           << day_and_hour(line.last.at) << "</td><td data-label=\"经办\">" << line.last.by
           << "</td><td class=\"screen-only act\">" << lift_form(writer, line) << "</td></tr>";
    body << "</tbody></table></section>";
  }
  body << "<p class=\"note\">不再列示的企业在名单、查询、合计、导出和企业页中都不出现，只列在这里；记录本身保留。"
          "恢复后最迟从下一次夜间任务起重新列示。</p>";
  Frame frame;
  frame.waiting = site.waiting();
  frame.title = "不再列示的企业";
  frame.active = "/suppressed";
  return page(frame, body);
}

Result<Done> lift_post(const Posted& posted) {
  const std::string key = posted.text("firm");
  if (posted.text("form") != "lift-" + key) return Error{Errc::kNotFound, "没有这个表单", ""};
  TANMIAO_ASSIGN(const auto world, posted.site.worlds.now(posted.site.config.campaign));
  TANMIAO_TRY(posted.site.with_office(*world, posted.actor,
                                      [&](pool::Office& office) { return office.lift(key, posted.text("reason")); }));
  return Done{"/suppressed", {"已恢复列示，最迟从下一次夜间任务起在名单和查询中出现。", "", ""}};
}

}  // namespace tanmiao::server
