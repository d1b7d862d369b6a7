#include "server/report_view.h"

#include "tests/server/site_fixture.h"

namespace tanmiao::server::report_view_test {
namespace {

using boost::json::object;

class Report : public SiteTest {
 protected:
  static bool holds(const Response& response, std::string_view text) {
    return response.body.find(text) != std::string::npos;
  }
};

constexpr std::string_view kChanged = R"({"outcome":"done","night":{"id":2,"civil_date":"2026-11-25"},"seconds":1.5,
  "whole":true,"stages":[
  {"stage":"crawl","seconds":1,"peak_memory_bytes":0,"earlier":[{"night":1,"civil_date":"2026-11-24","seconds":0.25,
    "peak_memory_bytes":3145728}],"rows_read":0,"rejected":0,"new":0,"changed":0,"gone":0,"sources":[
    {"id":"files","title":"名录","outcome":"unchanged","rows_read":0,"parts":1,"parts_same":1,"rejected":0,"new":0,
     "changed":0,"gone":0,"last_new":"2026-10-01","days_since_new":55,"rejects_waiting":7,
     "before":{"night":1,"civil_date":"2026-11-24","rows_read":120,"new":3},
     "robots":[{"host":"https://a.example","state":"allowed","note":"无","fetched_at":"2026-11-24T17:05:36Z"}]}]},
  {"stage":"link","seconds":1,"firms":9,"reviews":5,"links_by_reason":{"code":8,"name_county":2},
   "before":{"reviews":3,"links_by_reason":{"code":9}}},
  {"stage":"mine","campaign":"all","title":"全部行业","run":"b","run_before":"a","candidates":3,"seconds":1,"changes":{
    "run":"a","as_of":"2026-11-24","rules":["计分表"],"new":1,"gone":1,"moved":2,"moved_of_itself":1,"taken_out":1,
    "new_by_reason":{"首次见到该企业":1},"gone_by_reason":{},"firms":[
    {"change":"new","firm":1,"name":"滨州甲铝业有限公司","code":"91371600MA3WPBLW37","unit":"滨城区","why":["首次见到该企业"],
     "now":{"rank":3,"list":"main"}},
    {"change":"moved","firm":2,"name":"滨州乙<b>有限公司","code":"","unit":"博兴县","of_itself":true,
     "why":["有效发明 1→2","可确认得分 12→18"],"before":{"rank":9,"list":"main"},"now":{"rank":1,"list":"start_up"}}]}}],
  "earlier":[],"folder":{"free_bytes":null,"bytes":{"facts.db":2097152,"exports":0}},
  "todo":[{"what":"held","urgent":true,"text":"来源未发布","command":"tanmiao run --only files"},
  {"what":"conflicts","urgent":false,"text":"2 处不一致","command":"tanmiao pool conflicts"}]})";

TEST_F(Report, SaysWhatCameAgainstBeforeAndWhy) {
  write_report("000002", std::string(kChanged));
  const Response page = get("/report");
  for (const char* text : {"未重读",
                           "55 天前",
                           "11-24：120 行，新增 3",
                           "待改正 7 行",
                           "rejects/files.csv",
                           "名称相同，按县区确定",
                           "+2",
                           "−1",
                           "<td class=\"num\">5</td><td class=\"num\">+2</td>",
                           "新增 1 家，退出 1 家，名次变动 2 家（其中自身数据有变 1 家）",
                           "两次之间有变更：计分表",
                           "9 → 初创 1",
                           "有效发明 1→2；可确认得分 12→18",
                           "滨州乙&lt;b&gt;有限公司",
                           "另有按要求撤下 1 家",
                           "/firm/91371600MA3WPBLW37",
                           "0.25",
                           "可用空间 未知",
                           "导出的表 0 KB",
                           "data-label=\"读取时间\">2026-11-25 01:05<",
                           "比上次（2026-11-24）新增",
                           "href=\"/conflicts\">打开“不一致”页</a><br><code>tanmiao pool conflicts",
                           "tanmiao run --only files",
                           "class=\"urgent\""})
    EXPECT_TRUE(holds(page, text)) << text;
}

TEST_F(Report, NamesTheFilesThatCouldNotBeRead) {
  write_report("000002", R"({"outcome":"done","night":{"id":2,"civil_date":"2026-11-25"},"seconds":1,"whole":true,
    "stages":[{"stage":"crawl","seconds":1,"rows_read":0,"rejected":0,"new":0,"changed":0,"gone":0,"sources":[
      {"id":"notices","title":"公告","outcome":"published","lost_files":["http://a.example/1.xls（损坏<b>）",
       "http://a.example/2.xls（损坏）"],"lost_count":25,"lost_new":1},
      {"id":"files","title":"名录","outcome":"published","lost_files":["坏.xlsx（不是表格）"],"lost_count":1},
      {"id":"good","title":"完好","outcome":"published","lost_files":[],"lost_count":0,"lost_new":0}]}]})");
  const Response page = get("/report");
  for (const char* text :
       {"<h2>读不了的文件</h2>", "http://a.example/1.xls（损坏&lt;b&gt;）</td><td data-label=\"情况\">附件，首次遇到",
        "http://a.example/2.xls（损坏）</td><td data-label=\"情况\">附件，与以前相同", "共 25 个，只列出前 2 个",
        "坏.xlsx（不是表格）</td><td data-label=\"情况\">收件夹"})
    EXPECT_TRUE(holds(page, text)) << text;
  write_report("000002", std::string(kChanged));
  EXPECT_FALSE(holds(get("/report"), "读不了的文件"));
}

TEST_F(Report, AFirmTakenOutSinceIsNotNamedInOldReports) {
  write_report("000002", std::string(kChanged));
  EXPECT_TRUE(holds(get("/report/2"), "滨州甲铝业"));
  suppress("91371600MA3WPBLW37");
  for (const char* target : {"/report", "/report/2", "/api/v1/report", "/api/v1/report/000002"}) {
    EXPECT_EQ(get(target).status, 200) << target;
    EXPECT_FALSE(holds(get(target), "滨州甲铝业")) << target;
    EXPECT_FALSE(holds(get(target), "91371600MA3WPBLW37")) << target;
  }
  // By number alone, and by the code alone when the firm has no row any more.
  EXPECT_EQ(without_firms(std::string(kChanged), {2}, {}).find("滨州乙"), std::string::npos);
  EXPECT_EQ(without_firms(std::string(kChanged), {}, {"91371600MA3WPBLW37"}).find("滨州甲"), std::string::npos);
  EXPECT_EQ(without_firms("no report", {2}, {}), "no report");
}

TEST_F(Report, WhatAnOlderReportDoesNotSayIsUnknown) {
  constexpr std::string_view kOld = R"({"outcome":"done","night":{"civil_date":"2026-10-01"},"stages":[
    {"stage":"crawl","sources":[{"id":"a","title":"甲","outcome":"published","rows_read":5}]},
    {"stage":"mine","campaign":"all","as_of":"2026-10-01","candidates":4}]})";
  write_report("000001", std::string(kOld));
  const Response page = get("/report/000001");
  EXPECT_TRUE(holds(page, "data-label=\"新增\">未知"));
  EXPECT_TRUE(holds(page, "data-label=\"最近有新数据\">未知"));
  EXPECT_TRUE(holds(page, "变化未知"));
  EXPECT_TRUE(holds(page, "用时 未知 秒"));
  EXPECT_FALSE(holds(page, "需要处理的事项")) << "that nothing is to be done is not known";
  EXPECT_FALSE(holds(page, "磁盘与备份"));
  const ReportTables tables = report_tables(kOld);
  ASSERT_EQ(tables.sources.size(), 1u);
  EXPECT_EQ(tables.sources[0][2], "5");
  EXPECT_EQ(tables.sources[0][5], "未知");
  EXPECT_NE(standalone_report(kOld).find("未知"), std::string::npos);
  EXPECT_EQ(report_tables("{").sources.size(), 0u);
}

TEST_F(Report, EveryNightStaysWithinReach) {
  for (int night = 1; night <= 45; ++night)
    write_report(std::string(6 - std::to_string(night).size(), '0') + std::to_string(night),
                 R"({"outcome":"done","night":{"civil_date":"2026-10-01"},"seconds":1,"stages":[]})");
  const Response page = get("/report");
  for (int night = 1; night <= 45; ++night) EXPECT_TRUE(holds(page, "第 " + std::to_string(night) + " 次")) << night;
  EXPECT_TRUE(holds(page, "更早的 15 次"));
}

}  // namespace
}  // namespace tanmiao::server::report_view_test
