// 导入: a spreadsheet that was filled in comes back. What was taken, what is in conflict, what was refused and why.
#include <algorithm>
#include <filesystem>

#include "core/messages.h"
#include "pool/waiting.h"
#include "server/download.h"
#include "server/entry_view.h"
#include "server/form_html.h"
#include "server/people_posts.h"

namespace tanmiao::server {
namespace {

namespace fs = std::filesystem;
using pool::RowNote;

constexpr std::size_t kShownRejects = 20;

// Workbooks with refused rows. Only what stands in the folder under a name that pool/import.h
// gives can be fetched: a name from outside is compared with these and never becomes a path.
std::vector<std::string> kept_rejects(const Site& site) {
  std::vector<std::string> names;
  std::error_code failed;
  for (fs::directory_iterator at(site.worlds.folder().exports(), failed), end; !failed && at != end;
       at.increment(failed)) {
    std::string name = at->path().filename().string();
    if (name.starts_with(pool::kRejectsPrefix) && name.ends_with(".xlsx") && at->is_regular_file(failed))
      names.push_back(std::move(name));
  }
  return names;
}

Html rejects_link(std::string_view name) {
  Html out;
  out << "<a href=\"/rejects/" << url_encode(name) << "\" download>" << name << "</a>";
  return out;
}

std::string_view outcome_word(RowNote::Outcome outcome) {
  switch (outcome) {
    case RowNote::Outcome::kTaken: return "已采纳（有更正）";
    case RowNote::Outcome::kConflict: return "不一致，待处理";
    case RowNote::Outcome::kRejected: return "退回";
  }
  return "";
}

std::string_view outcome_css(RowNote::Outcome outcome) {
  if (outcome == RowNote::Outcome::kRejected) return "not-yet";
  return outcome == RowNote::Outcome::kConflict ? "needs-data" : "little";
}

void tally(Html& out, std::string_view label, std::size_t count, std::string_view css = {}) {
  out << "<li class=\"" << std::string_view(count == 0 ? "zero" : css) << "\"><strong>" << count << "</strong>" << label
      << "</li>";
}

Html import_result(const ImportResult& result) {
  const pool::ImportReport& report = result.report;
  Html out;
  out << "<section class=\"sheet\" id=\"result\"><h2>导入结果：" << report.file << "</h2><p class=\"sub\">"
      << label(report.use) << " · 共 " << report.rows << " 行</p><ul class=\"tallies\">";
  tally(out, "新采纳", report.taken, "good");
  if (report.use == pool::SheetUse::kPool || report.steps > 0) tally(out, "阶段变动", report.steps, "good");
  tally(out, "与已有相同", report.same);
  tally(out, report.use == pool::SheetUse::kPool ? "未改动" : "未填写", report.blank);
  tally(out, "不一致待处理", report.conflicts, "warn");
  tally(out, "退回", report.rejected, "bad");
  out << "</ul>";
  if (!report.rejects.empty())
    out << "<p class=\"needed\">退回的行连同原因另存为：" << rejects_link(fs::path(report.rejects).filename().string())
        << "。改好后把它再导入一次即可。</p>";
  if (report.conflicts > 0)
    out << "<p class=\"needed\">有 " << report.conflicts
        << " 处与他人填写不一致，暂按先前的值：<a href=\"/conflicts\">逐项选择</a></p>";
  if (!result.remined)
    out << "<p class=\"needed\">"
        << std::string_view(result.remined.error().code == Errc::kLocked
                                ? "夜间任务正在运行，名单随后更新；企业页已按新填报显示。"
                                : "名单尚未更新，下一次夜间任务会更新；企业页已按新填报显示。")
        << "</p>";
  for (const std::string& remark : report.remarks) out << "<p class=\"note\">" << remark << "</p>";
  if (!report.notes.empty()) {
    out << "<table class=\"stack\"><thead><tr><th scope=\"col\">企业</th><th scope=\"col\">结果</th><th "
           "scope=\"col\">说明</th><th scope=\"col\">位置</th></tr></thead><tbody>";
    for (const RowNote& note : report.notes)
      out << "<tr><td class=\"lead\" data-label=\"企业\">"
          << (note.firm.empty() ? std::string_view("（未写名称）") : std::string_view(note.firm))
          << "</td><td class=\"nowrap\" data-label=\"结果\"><span class=\"badge " << outcome_css(note.outcome) << "\">"
          << outcome_word(note.outcome) << "</span></td><td data-label=\"说明\">" << note.text
          << "</td><td data-label=\"位置\">" << origin_text(note.where) << "</td></tr>";
    out << "</tbody></table>";
  }
  out << "</section>";
  return out;
}

Html upload_form(const FormWriter& writer) {
  const FormPart form = writer.form("upload");
  Html out;
  out << "<section class=\"sheet screen-only\"><h2>导入填好的表</h2>" << form.open("/import", "", "", true)
      << "<div class=\"fields\"><label class=\"wide-field\"><span>表格文件 <b class=\"must\" "
         "title=\"必填\">*</b></span>"
         "<input type=\"file\" name=\"sheet\" required accept=\".xlsx,.xlsm,.xls,.ods,.csv,.txt,.html,.xml\">"
         "<small>由本系统导出后填写的候选名单（走访填写）或培育库表，xlsx、xls、ods、csv 均可，不超过 16 "
         "MB</small></label></div>"
      << form.close("导入")
      << "<ul class=\"note\"><li>空白不改变任何数据，0 表示确认为零；走访日期必填。</li>"
         "<li>同一份表重复导入不会重复记录。读不了的行连同原因退回，其余行照常采纳。</li>"
         "<li>与他人填写不一致的，暂按先前的值，到<a "
         "href=\"/conflicts\">待处理的不一致</a>逐项选择。</li></ul></section>";
  return out;
}

}  // namespace

Result<Response> import_page(const Site& site, const Request& request, const Typed* typed) {
  const FormWriter writer(site, request, typed);
  Html body;
  body << "<div class=\"title\"><h1>导入</h1></div>" << writer.notice();
  if (const auto result = site.desk.import(request.parameter("result")); result != nullptr && typed == nullptr)
    body << import_result(*result);
  else if (!request.parameter("result").empty() && typed == nullptr)
    body << "<p "
            "class=\"needed\">服务重新启动过，这次导入的结果不再显示；采纳的内容都已保存，退回的行在下面的文件里。</p>";
  body << upload_form(writer);
  TANMIAO_ASSIGN(const auto waiting, site.worlds.with_store([&](store::Store& store) {
    return pool::waiting_sheets(store.people(), site.worlds.folder().exports());
  }));
  if (!waiting.empty()) {
    body << "<section class=\"sheet screen-only\"><h2>退回待改的表</h2><p "
            "class=\"note\">下载后按“退回原因”一栏改好，在上"
            "面再导入；再导入之后这里不再列出。</p><ul class=\"files\">";
    for (std::size_t i = 0; i < std::min(waiting.size(), kShownRejects); ++i)  // the newest name first
      body << "<li>" << rejects_link(waiting[waiting.size() - 1 - i]) << "</li>";
    body << "</ul>";
    if (waiting.size() > kShownRejects)
      body << "<p class=\"note\">共 " << waiting.size() << " 份，显示最近 " << kShownRejects << " 份。</p>";
    body << "</section>";
  }
  Frame frame;
  frame.waiting = site.waiting();
  frame.title = "导入";
  frame.active = "/import";
  return page(frame, body);
}

Result<Response> rejects_file(const Site& site, std::string_view name) {
  for (const std::string& known : kept_rejects(site))
    if (known == name) return attachment(site.worlds.folder().exports() / known, kXlsxType, known, "rejects.xlsx");
  return Error{Errc::kNotFound, "没有这个文件", ""};
}

// A sheet of some size takes seconds: it has a connection of its own, so that pages are shown meanwhile.
Result<Done> import_sheet_post(const Posted& posted) {
  const Upload* file = posted.form.file("sheet");
  if (file == nullptr || file->bytes.empty()) return Error{Errc::kUsage, "请选择要导入的表格文件", ""};
  const Site& site = posted.site;
  TANMIAO_ASSIGN(const auto world, site.worlds.now(site.config.campaign));
  TANMIAO_ASSIGN(auto store, store::Store::open(site.worlds.folder().root(), store::Access::kRead, "tanmiao serve"));
  const pool::ImportTools tools{store->people(), *world->book, site.pool_rules(), posted.actor,
                                site.worlds.folder().exports()};
  ImportResult result;
  TANMIAO_ASSIGN(result.report, pool::import_sheet(tools, file->bytes, file->name));
  Notice unsaid;
  if (result.report.use == pool::SheetUse::kVisits && result.report.taken > 0) result.remined = site.remine(unsaid);
  return Done{"/import?result=" + site.desk.keep(std::move(result)), {}};
}

}  // namespace tanmiao::server
