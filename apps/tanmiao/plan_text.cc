#include "apps/tanmiao/plan_text.h"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "apps/tanmiao/console.h"

namespace tanmiao::app {
namespace {

namespace json = boost::json;
using std::chrono::milliseconds;

double in_seconds(milliseconds time) { return static_cast<double>(time.count()) / 1000; }

// Of pauses that are rounded up: no crawl is faster.
std::string span_text(milliseconds time) {
  const auto s = std::chrono::ceil<std::chrono::seconds>(time).count();
  if (s < 60) return fmt::format("{} 秒", s);
  if (s < 3600) return fmt::format("{} 分 {} 秒", s / 60, s % 60);
  return fmt::format("{} 小时 {} 分", s / 3600, s / 60 % 60);
}

json::object robots_json(const crawler::RobotsState& robots) {
  json::object out{{"state", robots.state},
                   {"status", robots.status},
                   {"read_at", iso(robots.fetched_at)},
                   {"rules", robots.rules},
                   {"note", robots.note}};
  if (robots.crawl_delay) out["crawl_delay"] = *robots.crawl_delay;
  return out;
}

json::object host_json(const crawler::PlannedHost& host) {
  json::object out{{"host", host.host},
                   {"requests", host.requests},
                   {"addresses", host.addresses},
                   {"not_due", host.not_due},
                   {"pause", in_seconds(host.pause)},
                   {"rests", in_seconds(host.rests)},
                   {"seconds", in_seconds(host.takes)},
                   {"left_alone", host.left_alone}};
  out["robots"] = host.robots ? json::value(robots_json(*host.robots)) : json::value();
  return out;
}

json::object source_json(const crawler::SourcePlan& source) {
  json::array hosts, addresses;
  for (const auto& host : source.hosts) hosts.push_back(host_json(host));
  for (const std::string& address : source.addresses) addresses.emplace_back(address);
  json::object out{{"id", source.id},
                   {"title", source.title},
                   {"kind", source.remote   ? "remote"
                            : source.folder ? "folder"
                                            : "http"},
                   {"obstacle", source.obstacle},
                   {"note", source.note},
                   {"first", source.first},
                   {"resumed", source.resumed},
                   {"requests", source.requests},
                   {"known_bytes", source.known_bytes},
                   {"seconds", in_seconds(source.takes)}};
  if (source.folder) {
    out["files"] = source.files;
    out["files_same"] = source.files_same;
  } else {
    out["not_due"] = source.not_due;
    out["refused"] = source.refused;
    out["most_requests"] = source.most_requests;
    out["most_bytes"] = source.most_bytes;
    out["hosts"] = std::move(hosts);
  }
  out["addresses"] = std::move(addresses);
  return out;
}

std::string robots_text(const crawler::PlannedHost& host) {
  return host.robots ? host.robots->note + "，" + iso(civil_day(host.robots->fetched_at)) + " 读取" : "尚未读取";
}

void add(std::string& text, const std::string& more) { text += (text.empty() ? "" : "；") + more; }

std::string remarks(const crawler::SourcePlan& source) {
  std::string out = source.obstacle;
  if (!source.note.empty()) add(out, source.note);
  if (source.folder) {
    add(out, fmt::format("收件夹 {} 个文件，{} 个未变", source.files, source.files_same));
    return out;
  }
  if (source.first && source.remote) add(out, "首次抓取：只知道要列的目录");
  if (source.first && !source.remote) add(out, "首次抓取：只知道起始页，其链接指向的页面未计入");
  if (source.resumed) add(out, "接着上次中断处");
  if (source.not_due > 0) add(out, fmt::format("{} 个页面未到复查日", source.not_due));
  if (source.refused > 0) add(out, fmt::format("{} 个网址上次为 robots.txt 所不允许", source.refused));
  return out;
}

}  // namespace

json::object plan_json(const crawler::CrawlPlan& plan) {
  json::array sources;
  for (const auto& source : plan.sources) sources.push_back(source_json(source));
  return {{"date", iso(plan.day)},
          {"obstacle", plan.obstacle},
          {"requests", plan.requests},
          {"seconds", in_seconds(plan.takes)},
          {"sources", std::move(sources)}};
}

std::string plan_lines(const crawler::CrawlPlan& plan) {
  std::vector<std::vector<std::string>> sources, hosts;
  for (const auto& source : plan.sources) {
    const std::string takes = source.folder || source.requests == 0 ? "" : span_text(source.takes);
    sources.push_back({source.id, std::to_string(source.addresses.size()),
                       source.folder ? "" : std::to_string(source.requests), takes, remarks(source)});
    for (const auto& host : source.hosts)
      hosts.push_back({host.host, source.id, std::to_string(host.requests),
                       fmt::format("{:.3g} 秒", in_seconds(host.pause)),
                       host.requests == 0 ? "" : span_text(host.takes),
                       !host.left_alone.empty() ? "今晚不再访问：" + host.left_alone
                       : source.remote          ? "不适用"
                                                : robots_text(host)});
  }
  std::string out =
      table({{"来源"}, {"网址/文件", true}, {"请求", true}, {"至少需要", true}, {"说明", false, 70, true}}, sources) +
      "\n";
  if (!hosts.empty())
    out +=
        table({{"主机"}, {"来源"}, {"请求", true}, {"间隔", true}, {"至少需要", true}, {"robots.txt", false, 60, true}},
              hosts) +
        "\n";
  if (!plan.obstacle.empty()) out += "现在不会开始抓取：" + plan.obstacle + "。以下为腾出空间后的试算。\n";
  return out + fmt::format(
                   "试算 {}：现在会发出 {} 次请求，按约定间隔至少需要 "
                   "{}（主机应答所需时间另计）。未访问网络，未写入任何数据。\n",
                   iso(plan.day), plan.requests, span_text(plan.takes));
}

}  // namespace tanmiao::app
