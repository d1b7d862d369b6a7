// The patent office's pages: zips of bibliographic XML (one a year of the backlog, one a week lately) and of legal
// events.
#include <algorithm>

#include "apps/demo_city/patent_documents.h"
#include "apps/demo_city/site.h"

namespace demo_city {
namespace {

constexpr int kRecentWeeks = 6;
constexpr std::string_view kPatentProlog = R"(<?xml version="1.0" encoding="utf-8" standalone="no"?>)";

// Deliveries: a zip for each year of the backlog, then one a week; a new week comes with each day of the demo.
struct Delivery {
  std::string name;
  Date first, after;
};
std::vector<Delivery> deliveries(const World& world, int day) {
  std::vector<Delivery> out;
  const Date recent = world.config.today - std::chrono::days(7 * kRecentWeeks);
  const int last_year = tanmiao::year_of(recent);
  for (int year = last_year - 9; year <= last_year; ++year) {
    const Date first = tanmiao::make_date(year, 1, 1), next = tanmiao::make_date(year + 1, 1, 1);
    out.push_back({std::to_string(year) + "1231rawdata", first, std::min(next, recent)});
  }
  for (int week = 0; week < kRecentWeeks - 3 + day && week < kRecentWeeks; ++week) {
    const Date first = recent + std::chrono::days(7 * week);
    out.push_back({compact(first + std::chrono::days(6)) + "rawdata-w", first, first + std::chrono::days(7)});
  }
  return out;
}

}  // namespace

Site patent_site(const World& world, int day) {
  const std::vector<PatentDocument> documents = patent_documents(world), events = patent_events(world);
  std::map<std::string, Answer> pages;
  pages["/robots.txt"] = {.status = 404, .body = "no robots"};
  std::string bibliographic, legal;
  for (const Delivery& delivery : deliveries(world, day)) {
    std::vector<Member> members;
    std::string records;
    const auto in = [&](Date date) { return delivery.first <= date && date < delivery.after; };
    for (const PatentDocument& document : documents)
      if (in(document.date)) members.push_back(document.file);
    for (const PatentDocument& event : events)
      if (in(event.date)) records += event.file.second;
    const std::string bib = "/bib/" + delivery.name + ".zip", prs = "/legal/" + delivery.name + ".zip";
    if (!members.empty()) {
      pages[bib] = {.type = "application/zip", .body = make_zip(members)};
      bibliographic += "<li><a href=\"" + bib + "\">" + delivery.name + "</a></li>\n";
    }
    if (!records.empty()) {
      pages[prs] = {.type = "application/zip",
                    .body = make_zip({{delivery.name + ".XML", patent_event_file(records)}})};
      legal += "<li><a href=\"" + prs + "\">" + delivery.name + "</a></li>\n";
    }
  }
  // The last delivery of another data set arrived cut short: it can be listed but not read.
  std::string broken = make_zip({{"broken.XML", std::string(kPatentProlog) + std::string(4000, ' ')}});
  broken.resize(broken.size() / 2);
  pages["/bib/broken.zip"] = {.type = "application/zip", .body = broken};
  pages["/bib/"] = {
      .body = page("专利著录数据", "<ul>" + bibliographic + "<li><a href=\"/bib/broken.zip\">（残缺）</a></li></ul>")};
  pages["/legal/"] = {.body = page("专利法律状态", "<ul>" + legal + "</ul>")};
  return fixed_site("patents", "专利数据（演示）", std::move(pages));
}

}  // namespace demo_city
