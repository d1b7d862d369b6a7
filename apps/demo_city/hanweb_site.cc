// A department's site made with the Hanweb content system (../shared/domain/sd_open_data.json, hanweb): a column whose
// list comes from dataproxy.jsp by a form, notices below /art/, attachments below /module/download/.
#include <algorithm>
#include <charconv>

#include "apps/demo_city/random.h"
#include "apps/demo_city/site.h"

namespace demo_city {
namespace {

constexpr std::string_view kList = "/module/web/jpage/dataproxy.jsp";
constexpr std::size_t kNotices = 100, kMostAtOnce = 45;
// What the form must say; the rest of it is taken as it comes.
constexpr std::pair<std::string_view, std::string_view> kForm[] = {
    {"col", "1"}, {"appid", "1"}, {"webid", "73"}, {"columnid", "13360"}, {"unitid", "734277"}};

struct Notice {
  std::string title, address, file;  // file: address of its attachment, or empty
  Date date{};
};

std::string hex_name(Random& random) {
  std::string out;
  for (int i = 0; i < 32; ++i) out += "0123456789abcdef"[random.below(16)];
  return out;
}

Rows contest_list(const World& world, int group) {
  Rows rows = {{"序号", "企业名称", "项目名称", "奖项", "年度"}};
  const std::string year = std::to_string(tanmiao::year_of(world.config.today) - 1);
  for (const Firm& firm : world.firms)
    if (firm.truth.does_rd && firm.number % 9 == group)
      rows.push_back({std::to_string(rows.size()), firm.name, std::string(firm.trade->thing) + "项目", "优胜奖", year});
  return rows;
}

Rows late_list(const World& world) {
  const std::string year = std::to_string(tanmiao::year_of(world.config.today));
  Rows rows = {{"序号", "企业名称", "入库登记编号", "所属县区"}};
  for (const Firm& firm : world.firms)
    if (firm.tech_sme_year > 0 && firm.number % 5 == 3)
      rows.push_back({std::to_string(rows.size()), firm.name, firm.tech_sme_number, std::string(firm.place->county)});
  return rows;
}

std::size_t place_of(const std::string& text) {
  std::size_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::string item(const Notice& notice) {
  return "<record><![CDATA[<li><a target=\"_blank\" href=\"" + notice.address + "\" title=\"" + escape(notice.title) +
         "\">" + escape(notice.title) + "</a><span>" + tanmiao::iso(notice.date) + "</span></li>]]></record>\n";
}

// Records from `startrecord` to `endrecord`, from 1; no more than three pages of fifteen.
Answer listed(const std::vector<Notice>& notices, const Asked& asked) {
  if (asked.method != "POST") return {.status = 405, .type = "text/plain", .body = "POST"};
  for (const auto& [name, value] : kForm)
    if (asked.form(name) != value) return {.status = 400, .type = "text/plain", .body = "param error"};
  const std::size_t first = std::max<std::size_t>(place_of(asked.query("startrecord")), 1);
  const std::size_t last = std::min({place_of(asked.query("endrecord")), first + kMostAtOnce - 1, notices.size()});
  const std::string total = std::to_string(notices.size());
  std::string out =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<datastore>\n<nextgroup><![CDATA[]]></nextgroup>\n"
      "<totalrecord>" +
      total + "</totalrecord>\n<recordset>\n";
  for (std::size_t i = first; i <= last; ++i) out += item(notices[i - 1]);
  return {.type = "text/xml;charset=UTF-8", .body = out + "</recordset>\n</datastore>\n"};
}

}  // namespace

Site hanweb_site(const World& world, int) {
  Random random(world.config.seed, "hanweb");
  std::vector<Notice> notices;
  std::map<std::string, Answer> pages;
  pages["/robots.txt"] = {.status = 404, .type = "text/plain", .body = "none"};
  for (std::size_t i = 0; i < kNotices; ++i) {
    Notice notice;
    notice.date = world.config.today - std::chrono::days(3 + 7 * i);
    const std::chrono::year_month_day day(notice.date);
    notice.address = "/art/" + std::to_string(static_cast<int>(day.year())) + "/" +
                     std::to_string(static_cast<unsigned>(day.month())) + "/" +
                     std::to_string(static_cast<unsigned>(day.day())) + "/art_13360_" + std::to_string(90000 + i) +
                     ".html";
    const bool contest = i == 5 || i == 50 || i == 97, list = i == 60;
    notice.title = contest ? "关于创新创业大赛获奖名单的公示（演示）"
                   : list  ? "关于科技型中小企业补充入库的公告（演示）"
                           : "工作动态" + std::to_string(i + 1);
    if (contest || list) {
      notice.file = "/module/download/downfile.jsp?classid=0&filename=" + hex_name(random) + ".xlsx";
      const Rows rows = list ? late_list(world) : contest_list(world, i == 5 ? 2 : i == 50 ? 4 : 6);
      pages[notice.file] = {.type = "application/octet-stream", .body = make_xlsx("名单", rows)};
    }
    const std::string link =
        notice.file.empty() ? "" : "<p><a href=\"" + escape(notice.file) + "\">附件：名单.xlsx</a></p>";
    pages[notice.address] = {.body = page(notice.title, "<p>" + tanmiao::iso(notice.date) + "</p>" + link)};
    notices.push_back(std::move(notice));
  }
  return {"hanweb", "科技厅公告（演示）", [notices = std::move(notices), pages = std::move(pages)](const Asked& asked) {
            if (asked.path() == kList) return listed(notices, asked);
            const auto found = pages.find(asked.target);
            return found == pages.end() ? not_found() : found->second;
          }};
}

}  // namespace demo_city
