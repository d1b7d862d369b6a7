#include "server/report_parts.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "core/messages.h"
#include "core/record.h"
#include "server/entry_view.h"
#include "server/json_reading.h"

namespace tanmiao::server {
namespace {

using boost::json::object;

std::string_view source_title(const object& source) {
  return text_of(source, "title").empty() ? text_of(source, "id") : text_of(source, "title");
}

// Where an item can be done on the pages; the others need the command.
struct TodoPage {
  std::string_view what, path, text;
};
constexpr std::array<TodoPage, 6> kTodoPages{{{"conflicts", "/conflicts", "打开“不一致”页"},
                                              {"reviews", "/review", "打开“待判定”页"},
                                              {"sheets", "/import", "打开“导入”页"},
                                              {"expired", "/pool", "打开“培育库”页"},
                                              {"overdue", "/pool", "打开“培育库”页"},
                                              {"leads", "/", "打开“候选名单”页"}}};

Html todo_link(const object& item) {
  Html out;
  for (const TodoPage& known : kTodoPages)
    if (known.what == text_of(item, "what"))
      out << " <a class=\"nowrap screen-only\" href=\"" << known.path << "\">" << known.text << "</a>";
  return out;
}

Html todo_section(const object& report, const ReportNames& names) {
  Html out;
  if (!report.contains("todo")) return out;
  out << "<section class=\"sheet\"><h2>需要处理的事项</h2>";
  Html items;
  each_of(report, "todo", [&](const object& item) {
    items << "<li";
    if (flag_of(item, "urgent")) items << " class=\"urgent\"";
    items << ">" << text_of(item, "text");
    if (names.on_site) items << todo_link(item);
    items << "<br><code>" << text_of(item, "command") << "</code></li>";
  });
  if (items.empty())
    out << "<p class=\"empty\">没有需要处理的事项。</p>";
  else
    out << "<ol class=\"todo\">" << items << "</ol>";
  out << "</section>";
  return out;
}

// "11-24：3476 行，新增 12".
std::string before_text(const object& source) {
  const object& before = object_of(source, "before");
  if (before.empty()) return source.contains("last_new") ? "无" : "未知";
  const std::string_view day = text_of(before, "civil_date");
  std::string out = std::string(day.size() > 5 ? day.substr(5) : day) + "：";
  const std::string read = read_text(before);
  out += read == "未重读" ? read : read + " 行";
  constexpr std::pair<std::string_view, std::string_view> kCounts[] = {
      {"rejected", "退回"}, {"new", "新增"}, {"changed", "变更"}, {"gone", "消失"}};
  for (const auto& [name, label] : kCounts)
    if (number_of(before, name) > 0) out += "，" + std::string(label) + " " + count_text(before, name);
  return out;
}

Html sources(const object& crawl) {
  Html out;
  out << "<section class=\"sheet\"><h2>来源</h2><table class=\"stack sources\"><thead><tr>";
  for (const std::string_view label : {"来源", "结果"}) out << "<th scope=\"col\">" << label << "</th>";
  for (const std::string_view label : {"读入", "预期", "退回", "新增", "变更", "消失"})
    out << "<th scope=\"col\" class=\"num\">" << label << "</th>";
  for (const std::string_view label : {"最近有新数据", "上次读取", "说明"})
    out << "<th scope=\"col\">" << label << "</th>";
  out << "</tr></thead><tbody>";
  each_of(crawl, "sources", [&](const object& source) {
    const std::string_view outcome = text_of(source, "outcome");
    const bool looked_at = outcome != "not_approved" && outcome != "not_now";
    const auto cell = [&](std::string_view label, const std::string& text) {
      out << "<td class=\"num\" data-label=\"" << label << "\">" << text << "</td>";
    };
    out << "<tr class=\"outcome-" << outcome << "\"><td class=\"lead\" data-label=\"来源\">" << source_title(source)
        << "<small class=\"id\">" << text_of(source, "id")
        << "</small></td><td data-label=\"结果\"><span class=\"badge outcome\">" << source_outcome_label(outcome)
        << "</span></td>";
    cell("读入", read_text(source)), cell("预期", expected_text(source));
    cell("退回", looked_at ? count_text(source, "rejected") : std::string("—"));
    cell("新增", change_text(source, "new")), cell("变更", change_text(source, "changed"));
    cell("消失", change_text(source, "gone"));
    out << "<td data-label=\"最近有新数据\">" << quiet_text(source) << "</td><td data-label=\"上次读取\">"
        << before_text(source) << "</td>";
    const std::string_view why = text_of(source, "why");
    out << "<td data-label=\"说明\">" << (why == source_outcome_label(outcome) ? std::string_view() : why)
        << "</td></tr>";
  });
  out << "</tbody></table></section>";
  return out;
}

std::string seconds_of(double value) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  return {text.data(), end};
}

// What each host's robots.txt says to us.
Html robots(const object& crawl) {
  Html rows;
  each_of(crawl, "sources", [&](const object& source) {
    each_of(source, "robots", [&](const object& host) {
      const std::string_view state = text_of(host, "state");
      const std::string_view label = state == "allowed"     ? "可抓取"
                                     : state == "forbidden" ? "不许抓取"
                                                            : "取不到，未抓取";
      std::string note(text_of(host, "note"));
      constexpr std::pair<std::string_view, std::string_view> kWishes[] = {
          {"noindex", "不得收录"}, {"noarchive", "不得存档"}, {"nofollow", "不得跟随链接"}};
      for (const auto& [name, wish] : kWishes)
        if (number_of(host, name, 0) > 0)
          note.append("；声明").append(wish).append("的页面 ").append(count_text(host, name)).append(" 个");
      if (const std::string_view over = text_of(host, "left_alone"); !over.empty())
        note.append("；今晚不再访问：").append(over);
      rows << "<tr><td data-label=\"主机\">" << text_of(host, "host") << "</td><td data-label=\"来源\">"
           << source_title(source) << "</td><td data-label=\"结论\">" << label << "</td><td data-label=\"说明\">"
           << note << "</td>";
      const auto* delay = host.if_contains("crawl_delay");
      const auto fetched = parse_iso_instant(text_of(host, "fetched_at"));
      const bool asks = delay != nullptr && delay->is_number();
      rows << "<td class=\"num\" data-label=\"要求间隔（秒）\">"
           << (asks ? seconds_of(real_of(host, "crawl_delay")) : std::string("—"))
           << "</td><td data-label=\"读取时间\">" << (fetched ? day_and_hour(*fetched) : std::string("—"))
           << "</td></tr>";
    });
  });
  Html out;
  if (rows.text().empty()) return out;
  out << "<section class=\"sheet\"><h2>各主机的 robots.txt</h2><table class=\"stack\"><thead><tr>";
  for (const std::string_view label : {"主机", "来源", "结论", "说明"}) out << "<th scope=\"col\">" << label << "</th>";
  out << "<th scope=\"col\" class=\"num\">要求间隔（秒）</th><th scope=\"col\">读取时间</th></tr></thead><tbody>"
      << rows << "</tbody></table></section>";
  return out;
}

std::string_view field_label(std::string_view name) {
  const auto field = field_from_name(name);
  return field ? field_spec(*field).label : name;
}

// Of each source with refused rows: how many wait, where all of them are, and the first of this night.
Html rejects(const object& crawl) {
  Html rows, files;
  each_of(crawl, "sources", [&](const object& source) {
    std::size_t shown = 0;
    each_of(source, "first_rejects", [&](const object& reject) {
      ++shown;
      rows << "<tr><td data-label=\"来源\">" << source_title(source) << "</td><td data-label=\"文件与行\">"
           << text_of(reject, "part");
      if (number_of(reject, "line") > 0) rows << "，第 " << number_of(reject, "line") << " 行";
      rows << "</td><td data-label=\"字段\">" << field_label(text_of(reject, "field"))
           << "</td><td data-label=\"内容\">" << text_of(reject, "value") << "</td><td data-label=\"应为或原因\">"
           << text_of(reject, "expected") << "</td></tr>";
    });
    const std::int64_t waiting = number_of(source, "rejects_waiting");
    if (waiting <= 0 && shown == 0) return;
    files << "<li>" << source_title(source) << "：";
    if (waiting > 0)
      files << "待改正 " << waiting << " 行，全部在 <code>rejects/" << text_of(source, "id") << ".csv</code>";
    if (shown > 0) {
      if (waiting > 0) files << "；";
      files << "本次退回 " << count_text(source, "rejected") << " 行，下表列出前 " << shown << " 行";
    }
    files << "</li>";
  });
  Html out;
  if (files.empty()) return out;
  out << "<section class=\"sheet\"><h2>退回的行</h2><ul class=\"plain\">" << files << "</ul>";
  if (!rows.empty())
    out << "<table class=\"stack\"><thead><tr><th>来源</th><th>文件与行</th><th>字段</th><th>内容</th>"
           "<th>应为或原因</th></tr></thead><tbody>"
        << rows << "</tbody></table>";
  out << "</section>";
  return out;
}

std::string change_of(std::int64_t now, std::int64_t before) {
  if (now < 0 || before < 0) return "未知";
  if (now == before) return "不变";
  return (now > before ? "+" : "−") + std::to_string(now > before ? now - before : before - now);
}

Html links(const object& link) {
  Html out;
  const object &counts = object_of(link, "links_by_reason"), &before = object_of(link, "before");
  if (counts.empty() && !link.contains("reviews")) return out;
  const object& past = object_of(before, "links_by_reason");
  out << "<section class=\"sheet\"><h2>归并</h2><table class=\"narrow\"><thead><tr><th>记录归到企业的理由</th>"
         "<th class=\"num\">条数</th><th class=\"num\">比上次</th></tr></thead><tbody>";
  for (const auto& [reason, value] : counts) {
    const std::int64_t was = past.empty() ? -1 : number_of(past, reason, 0);
    out << "<tr><td>" << link_reason_label(reason) << "</td><td class=\"num\">" << count_text(counts, reason)
        << "</td><td class=\"num\">" << change_of(number_of(counts, reason), was) << "</td></tr>";
  }
  if (counts.empty()) out << "<tr><td colspan=\"3\">本次未重新归并，各理由的条数未知</td></tr>";
  out << "<tr class=\"sum\"><td>待人工核对的名称</td><td class=\"num\">" << count_text(link, "reviews")
      << "</td><td class=\"num\">" << change_of(number_of(link, "reviews"), number_of(before, "reviews"))
      << "</td></tr></tbody></table></section>";
  return out;
}

Html folder_section(const object& report) {
  Html out;
  const object &folder = object_of(report, "folder"), &sizes = object_of(folder, "bytes");
  if (sizes.empty()) return out;
  constexpr std::pair<std::string_view, std::string_view> kNames[] = {
      {"facts.db", "事实库"},  {"people.db", "人工记录"}, {"captures", "网页存档"},
      {"columns", "列文件"},   {"index", "索引"},         {"runs", "挖掘结果"},
      {"reports", "运行报告"}, {"rejects", "退回的行"},   {"exports", "导出的表"}};
  out << "<section class=\"sheet\"><h2>磁盘与备份</h2><ul class=\"plain\"><li>可用空间 "
      << size_text(number_of(folder, "free_bytes")) << "</li><li>数据：";
  bool first = true;
  for (const auto& [name, label] : kNames) {
    if (!sizes.contains(name)) continue;
    out << std::string_view(first ? "" : "、") << label << " " << size_text(number_of(sizes, name));
    first = false;
  }
  out << "</li><li>最近一次备份：";
  const object& backup = object_of(report, "backup");
  if (backup.empty())
    out << "没有";
  else
    out << text_of(backup, "at").substr(0, 10) << "，<code>" << text_of(backup, "file") << "</code>";
  out << "</li></ul></section>";
  return out;
}

const object& stage_of(const object& report, std::string_view name) {
  static const object none;
  const object* found = &none;
  each_of(report, "stages", [&](const object& stage) {
    if (found == &none && text_of(stage, "stage") == name) found = &stage;
  });
  return *found;
}

}  // namespace

Html report_body(const object& report, const ReportNames& names) {
  const object &crawl = stage_of(report, "crawl"), &link = stage_of(report, "link");
  Html out;
  if (const object& error = object_of(report, "error"); !error.empty())
    out << "<div class=\"held\" role=\"alert\"><p><strong>" << stage_label(text_of(error, "stage"))
        << "失败</strong><br>" << in_chinese(text_of(error, "message")) << "</p></div>";
  out << todo_section(report, names);
  if (!crawl.empty()) out << sources(crawl) << robots(crawl) << lost_files(crawl) << rejects(crawl);
  if (!link.empty()) out << links(link);
  out << candidate_changes(report, names) << ranking_section(report) << saved_searches(report, names)
      << stage_table(report, names) << folder_section(report);
  return out;
}

std::string without_firms(std::string text, const std::vector<std::uint32_t>& firms,
                          const std::set<std::string>& codes) {
  const auto speaks_of = [&](std::string_view member) { return text.find(member) != std::string::npos; };
  if ((firms.empty() && codes.empty()) || (!speaks_of("\"changes\"") && !speaks_of("\"searches\""))) return text;
  boost::system::error_code failed;
  boost::json::value report = boost::json::parse(text, failed);
  auto* stages = !failed && report.is_object() ? report.get_object().if_contains("stages") : nullptr;
  if (stages == nullptr || !stages->is_array()) return text;
  const auto taken_out = [&](const boost::json::value& item) {
    if (!item.is_object()) return false;
    if (codes.contains(std::string(text_of(item.get_object(), "code")))) return true;
    const std::int64_t firm = number_of(item.get_object(), "firm");
    return firm >= 0 && std::binary_search(firms.begin(), firms.end(), static_cast<std::uint32_t>(firm));
  };
  const auto clean = [&](boost::json::value* of) {
    auto* list = of != nullptr && of->is_object() ? of->get_object().if_contains("firms") : nullptr;
    if (list == nullptr || !list->is_array()) return;
    auto& array = list->get_array();
    array.erase(std::remove_if(array.begin(), array.end(), taken_out), array.end());
  };
  for (auto& stage : stages->get_array())
    if (stage.is_object()) clean(stage.get_object().if_contains("changes"));
  if (auto* searches = report.get_object().if_contains("searches"); searches != nullptr && searches->is_array())
    for (auto& search : searches->get_array()) clean(&search);
  return boost::json::serialize(report);
}

}  // namespace tanmiao::server
