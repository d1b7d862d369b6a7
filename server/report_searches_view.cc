// 已存查询 of a run report: what each of them found that is new.
#include "server/json_reading.h"
#include "server/report_parts.h"
#include "server/saved_view.h"

namespace tanmiao::server {
namespace {

using boost::json::object;

Html fresh_firms(const object& search, const ReportNames& names) {
  Html items;
  each_of(search, "firms", [&](const object& firm) {
    const std::string_view code = text_of(firm, "code");
    const std::int64_t number = number_of(firm, "firm");
    items << "<li>";
    if (names.on_site && number > 0)
      items << "<a href=\"" << firm_path(code, static_cast<std::uint32_t>(number), "") << "\">" << text_of(firm, "name")
            << "</a>";
    else
      items << text_of(firm, "name");
    items << " <small class=\"id\">" << code << "</small></li>";
  });
  Html out;
  if (!items.empty()) out << "<ul class=\"firms\">" << items << "</ul>";
  return out;
}

}  // namespace

Html saved_searches(const object& report, const ReportNames& names) {
  Html items;
  each_of(report, "searches", [&](const object& search) {
    const std::string_view name = text_of(search, "name");
    items << "<h3>";
    if (names.on_site)
      items << "<a href=\"" << saved_path(name) << "\">" << name << "</a>";
    else
      items << name;
    items << "</h3><p>" << text_of(search, "query") << "：";
    if (search.contains("error")) {
      items << "未能运行：" << text_of(search, "error") << "</p>";
      return;
    }
    items << "共 " << count_text(search, "total") << " 家，";
    if (search.contains("since"))
      items << "较 " << text_of(search, "since") << " 新增 <strong>" << count_text(search, "new")
            << "</strong> 家，减少 " << count_text(search, "gone") << " 家";
    else
      items << "尚无可比的上一夜";
    items << "</p>" << fresh_firms(search, names);
  });
  Html out;
  if (!items.empty()) out << "<section class=\"sheet\"><h2>已存查询</h2>" << items << "</section>";
  return out;
}

}  // namespace tanmiao::server
