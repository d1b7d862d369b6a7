// A site that was rebuilt is found out early and held; a single odd page is a reject.
#include "crawler/template_change.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "crawling_hosts.h"

namespace tanmiao::crawler::template_change_test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Source source_of_pages() {
  return parse_source(R"(id = "a"
title = "a"
kind = "http"
hosts = ["h.test"]
[fetch]
start = ["http://h.test/"]
start_role = "list"
[[page]]
role = "list"
reader = "html"
[[page.link]]
xpath = "//a"
role = "detail"
[[page]]
role = "detail"
reader = "html"
kind = "firm"
key = ["org_code"]
[page.columns]
org_code = "td"
firm_name = "th"
)",
                      "a.toml")
      .value();
}

using Counts = std::map<std::string, std::int64_t>;

std::vector<std::string> marks_of(const Counts& read, const Counts& good, const std::string& scope = "page:detail") {
  std::vector<std::string> out;
  for (const Breach& breach : template_changes(source_of_pages(), {{scope, read}}, {{scope, good}}))
    out.push_back(breach.of);
  return out;
}

TEST(TemplateChange, IsWhatMostPagesLackAndNearlyAllHad) {
  const Counts good = {{"pages", 100}, {"has:records", 98}, {"has:field:firm_name", 98}, {"has:field:org_code", 60}};
  EXPECT_THAT(marks_of({{"pages", 6}, {"has:records", 2}, {"has:field:firm_name", 2}, {"has:field:org_code", 0}}, good),
              ElementsAre("detail has:records"))
      << "fields follow from the records; one that 60 % had may be missing";
  EXPECT_THAT(marks_of({{"pages", 6}, {"has:records", 6}, {"has:field:firm_name", 1}}, good),
              ElementsAre("detail has:field:firm_name"));
  EXPECT_THAT(marks_of({{"pages", 4}, {"has:records", 0}}, good), IsEmpty()) << "too few to go by";
  EXPECT_THAT(marks_of({{"pages", 6}, {"has:records", 3}}, good), IsEmpty()) << "half of them";
  EXPECT_THAT(marks_of({{"pages", 6}}, good), IsEmpty()) << "the description does not ask for it any more";
  EXPECT_THAT(marks_of({{"pages", 6}, {"has:records", 0}}, {}), IsEmpty()) << "a first delivery";
  EXPECT_THAT(marks_of({{"pages", 1}, {"has:link:detail", 0}}, {{"pages", 3}, {"has:link:detail", 3}}, "start:list"),
              ElementsAre("start list has:link:detail"))
      << "where the source begins one page is enough";
  EXPECT_THAT(marks_of({{"pages", 1}, {"has:link:list", 0}}, {{"pages", 3}, {"has:link:list", 3}}, "start:list"),
              IsEmpty())
      << "but a list may end with its first page";
  EXPECT_THAT(marks_of({{"pages", 1}, {"has:link:list", 0}}, {{"pages", 13}, {"has:link:list", 12}}, "page:list"),
              IsEmpty())
      << "and the last page of any leads to none";
}

TEST(TemplateChange, WhatIsKeptIsOfEnoughPages) {
  const Source source = source_of_pages();
  const Counts good = {{"pages", 100}, {"has:records", 98}, {"records", 300}};
  Counts kept = {{"records", 7}, {"pages", 2}, {"has:records", 0}};
  keep_marks(source, "page:detail", {{"pages", 2}, {"has:records", 0}}, &good, kept);
  EXPECT_EQ(kept, (Counts{{"records", 7}, {"pages", 100}, {"has:records", 98}}));
  keep_marks(source, "page:detail", {{"pages", 5}, {"has:records", 4}}, &good, kept);
  EXPECT_EQ(kept, (Counts{{"records", 7}, {"pages", 5}, {"has:records", 4}}));
  keep_marks(source, "page:detail", {{"pages", 1}, {"has:records", 1}}, nullptr, kept);
  EXPECT_EQ(kept, (Counts{{"records", 7}, {"pages", 1}, {"has:records", 1}}));
}

class TemplateCrawl : public CrawlingHosts {
 protected:
  void rebuilt(int number) {
    server_.put(
        "/firm/" + std::to_string(number),
        {200, "<html><meta charset=utf-8><body><dl><dd>试验</dd><dd>" + code(number) + "</dd></dl></body></html>",
         "Content-Type: text/html; charset=utf-8\r\n"});
  }
  int asked(int number) { return server_.count("/firm/" + std::to_string(number)); }
  // The bytes of each page are others than before; of the first five three hold nothing, of the others all is as it
  // was.
  void alarm_of_three(const std::string& completeness) {
    city(100);
    http_source("complete = \"" + completeness + "\"");
    approve();
    crawl_once(1);
    for (int i = 1; i <= 100; ++i) detail(i, "试验" + std::to_string(i) + "科技有限公司 ");
    for (const int i : {1, 3, 5}) rebuilt(i);
    const SourceReport report = crawl_once(2);
    EXPECT_EQ(report.outcome, SourceOutcome::kHeld) << report.why;
    EXPECT_THAT(report.why, HasSubstr("页面结构与上次不同"));
    EXPECT_LT(asked(100), 2);
    EXPECT_EQ(records(), 100u);
  }
};

TEST_F(TemplateCrawl, ARebuiltSiteIsStoppedAndHeld) {
  city(20);
  http_source("complete = \"part\"");
  approve();
  crawl_once(1);
  for (int i = 1; i <= 20; ++i) rebuilt(i);
  const SourceReport report = crawl_once(2);
  EXPECT_EQ(report.outcome, SourceOutcome::kHeld) << report.why;
  ASSERT_EQ(report.breaches.size(), 1u) << report.why;
  EXPECT_EQ(report.breaches[0].kind, BreachKind::kTemplate);
  EXPECT_THAT(report.why, HasSubstr("页面结构与上次不同：“detail”页 "));
  EXPECT_THAT(report.why, HasSubstr("个没有记录（上次 100% 有），约定缺少不超过 50%"));
  EXPECT_EQ(asked(5), 2);
  EXPECT_EQ(asked(12), 1) << "nothing more is asked for";
  EXPECT_EQ(records(), 20u);
  // A person takes it for the new normal: read to the end.
  accept_held(*store_, "register", {"登记科", "网站改版", Instant(make_date(2026, 1, 3))}, config_).value();
  const SourceReport accepted = crawl_once(3);
  EXPECT_NE(accepted.outcome, SourceOutcome::kHeld) << accepted.why;
  EXPECT_EQ(asked(20), 2);
}

// What is still on its way when the alarm goes off cannot make a good delivery of it.
TEST_F(TemplateCrawl, AnAlarmHoldsACompleteSourceWhateverComesAfterIt) { alarm_of_three("complete"); }
TEST_F(TemplateCrawl, AnAlarmHoldsASourceInPartsWhateverComesAfterIt) { alarm_of_three("part"); }

TEST_F(TemplateCrawl, ASingleOddPageIsARejectAndTakesNothingAway) {
  city(12);
  http_source();  // complete: what is not seen would be gone
  approve();
  crawl_once(1);
  rebuilt(3);
  const SourceReport report = crawl_once(2);
  EXPECT_NE(report.outcome, SourceOutcome::kHeld) << report.why;
  EXPECT_EQ(report.counts.gone, 0u);
  EXPECT_EQ(records(), 12u);
  ASSERT_EQ(report.first_rejects.size(), 1u);
  EXPECT_EQ(report.first_rejects[0].part, server_.address("/firm/3"));
  EXPECT_THAT(report.first_rejects[0].expected, HasSubstr("予以保留"));
  detail(3, "改名科技有限公司");
  EXPECT_EQ(crawl_once(3).counts.changed, 1u) << "it is read anew when it is well again";
}

TEST_F(TemplateCrawl, TheLastPageOfALongListMayChangeAlone) {
  city(61);  // thirteen pages
  http_source("complete = \"part\"");
  approve();
  crawl_once(1);
  city(62);
  const SourceReport report = crawl_once(2);
  EXPECT_EQ(report.outcome, SourceOutcome::kPublished) << report.why;
  EXPECT_EQ(records(), 62u);
}

TEST_F(TemplateCrawl, AListThatLeadsNowhereHoldsTheSource) {
  city(12);
  http_source("complete = \"part\"");
  approve();
  crawl_once(1);
  server_.put("/list?page=1", {200, "<html><body><div id=app></div><p>企业名单</p></body></html>"});
  const SourceReport report = crawl_once(2);
  EXPECT_EQ(report.outcome, SourceOutcome::kHeld) << report.why;
  EXPECT_THAT(report.why, HasSubstr("通往“detail”的链接"));
  EXPECT_EQ(records(), 12u);
}

}  // namespace
}  // namespace tanmiao::crawler::template_change_test
