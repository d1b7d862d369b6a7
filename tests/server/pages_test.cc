// Pages and API over a mined world: counts that agree, escaping, errors, what is held back.
#include <algorithm>
#include <map>

#include "tests/server/site_fixture.h"

namespace tanmiao::server {
namespace {

namespace json = boost::json;

bool holds(const Response& response, std::string_view text) { return response.body.find(text) != std::string::npos; }

std::size_t count(std::string_view text, std::string_view part) {
  std::size_t n = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string_view::npos; at += part.size()) ++n;
  return n;
}

std::int64_t facet_count(const json::object& page, std::string_view facet, std::string_view value) {
  for (const auto& f : page.at("facets").as_array()) {
    if (f.at("facet").as_string() != facet) continue;
    for (const auto& v : f.at("values").as_array())
      if (v.at("value").as_string() == value) return v.at("count").to_number<std::int64_t>();
  }
  return 0;
}

std::int64_t total(const json::object& page) { return page.at("total").to_number<std::int64_t>(); }

using Pages = SiteTest;

TEST_F(Pages, TheListSaysWhatItIsAndShowsFiftyRows) {
  const Response list = get("/");
  EXPECT_EQ(list.status, 200);
  EXPECT_TRUE(holds(list, "内部线索，不作为评价结论"));
  EXPECT_TRUE(holds(list, "截至 2026-11-25"));
  EXPECT_TRUE(holds(list, "共 <strong>64</strong> 家")) << list.body.substr(0, 3000);
  EXPECT_EQ(count(list.body, "<tr><td class=\"rank\""), 50u);
  EXPECT_EQ(count(get("/?page=2").body, "<tr><td class=\"rank\""), 14u);
  EXPECT_TRUE(holds(get("/?page=9"), "没有符合筛选条件的线索"));
}

TEST_F(Pages, NoPageHasInlineStyleScriptOrOutsideResources) {
  for (const char* target : {"/", "/search?q=%E9%93%9D", "/firm/91371600MA3WPBLW37", "/report", "/nothing"}) {
    const Response page = get(target);
    EXPECT_FALSE(holds(page, " style=")) << target;
    EXPECT_FALSE(holds(page, " onclick=")) << target;
    EXPECT_EQ(count(page.body, "<script"), 1u) << target;
    EXPECT_TRUE(holds(page, "<script src=\"/assets/page.js\" defer></script>")) << target;
    EXPECT_FALSE(holds(page, "src=\"http")) << target;
  }
}

TEST_F(Pages, ANameWithMarkupIsTextEverywhere) {
  for (const char* target : {"/?q=script", "/search?q=script", "/firm/91371625MA3WPBLW59",
                             "/?q=%3Cscript%3Ealert(1)%3C/script%3E", "/firm/%3Cscript%3Ealert(1)"}) {
    EXPECT_FALSE(holds(get(target), "<script>alert")) << target;
  }
  EXPECT_TRUE(holds(get("/firm/91371625MA3WPBLW59"), "&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;"));
  EXPECT_TRUE(holds(get("/firm/91371600MA3WPBLW37"), "一种铝材&lt;模具&gt;0"));
}

TEST_F(Pages, FacetCountsAreWhatTheFilterFinds) {
  const json::object all = api_get("/api/v1/candidates");
  std::map<std::string, std::int64_t> units;
  for (const auto& facet : all.at("facets").as_array()) {
    const std::string name(facet.at("facet").as_string());
    for (const auto& value : facet.at("values").as_array()) {
      const std::string word(value.at("value").as_string());
      const std::int64_t counted = value.at("count").to_number<std::int64_t>();
      EXPECT_EQ(total(api_get("/api/v1/candidates?" + name + "=" + url_encode(word))), counted) << name << " " << word;
      if (name == "unit") units[word] = counted;
    }
  }
  EXPECT_EQ(units["bincheng"] + units["boxing"], total(all)) << "sums over units equal the city";
}

TEST_F(Pages, ValuesOfAFacetAreAlternativesAndDoNotReduceTheirOwnCounts) {
  const json::object one = api_get("/api/v1/candidates?unit=boxing");
  EXPECT_EQ(total(one), 2);
  EXPECT_EQ(facet_count(one, "unit", "bincheng"), 62);
  EXPECT_EQ(facet_count(one, "unit", "boxing"), 2);
  EXPECT_EQ(total(api_get("/api/v1/candidates?unit=boxing&unit=bincheng")), 64);
  const json::object both = api_get("/api/v1/candidates?unit=boxing&patent=unverified");
  EXPECT_EQ(total(both), 1);
  EXPECT_EQ(facet_count(both, "unit", "bincheng"), 1);
  EXPECT_EQ(total(api_get("/api/v1/candidates?unit=gone")), 0);
  EXPECT_EQ(total(api_get("/api/v1/candidates?unit=" + url_encode("博兴县"))), 2) << "a label stands for its value";
}

TEST_F(Pages, TextIsFoundInNamesAndCodes) {
  EXPECT_EQ(total(api_get("/api/v1/candidates?q=" + url_encode("铝业"))), 1);
  EXPECT_EQ(total(api_get("/api/v1/candidates?q=" + url_encode("滨州 新材料"))), 1);
  EXPECT_EQ(total(api_get("/api/v1/candidates?q=91371600ma3wpblw37")), 1);
}

TEST_F(Pages, SortingKeepsTheSet) {
  for (const char* sort : {"rank", "known", "most", "established", "name"}) {
    const json::object page = api_get("/api/v1/candidates?sort=" + std::string(sort));
    EXPECT_EQ(total(page), 64) << sort;
    EXPECT_EQ(page.at("candidates").as_array().size(), 50u);
  }
  const json::object young = api_get("/api/v1/candidates?sort=established");
  EXPECT_EQ(young.at("candidates").at(0).at("name").as_string(), "滨州丁智能装备有限公司");
}

TEST_F(Pages, TheExportIsTheFilterAndNotThePage) {
  const Response csv = get("/export?format=csv&page=2&unit=bincheng");
  EXPECT_EQ(csv.status, 200);
  EXPECT_EQ(count(csv.body, "\n"), 63u) << "heading and 62 firms";
  const auto header =
      std::find_if(csv.headers.begin(), csv.headers.end(), [](const auto& h) { return h.first == "X-Tanmiao-Count"; });
  ASSERT_NE(header, csv.headers.end());
  EXPECT_EQ(header->second, "62");
  EXPECT_EQ(get("/export?format=xlsx").body.substr(0, 2), "PK");
  EXPECT_EQ(count(get("/export?format=jsonl").body, "\n"), 64u);
  EXPECT_EQ(get("/export?format=exe").status, 400);
  EXPECT_TRUE(holds(get("/?unit=bincheng"), "导出 62 家"));
}

TEST_F(Pages, TheFirmPageShowsEveryPart) {
  const Response page = get("/firm/91371600MA3WPBLW37");
  EXPECT_EQ(page.status, 200);
  for (const char* part : {"指标", "证据", "已知得分", "可能区间", "缺口", "如何补", "为何在此名次", "为何未靠前",
                           "先问事项", "专利", "资质", "变更", "来源", "走访表"})
    EXPECT_TRUE(holds(page, part)) << part;
  EXPECT_TRUE(holds(page, "https://other.example/1"));
  EXPECT_TRUE(holds(page, "list.csv 第 7 行"));
  EXPECT_EQ(get("/firm/1").status, 200);
  EXPECT_EQ(get("/firm/nobody").status, 404);
  EXPECT_EQ(get("/firm/999999").status, 404);
  EXPECT_EQ(get("/firm/0").status, 404);
}

TEST_F(Pages, ASuppressedFirmIsNowhere) {
  EXPECT_EQ(get("/firm/91371600MA3WPBLW7A").status, 404);
  EXPECT_EQ(get("/firm/5").status, 404);
  EXPECT_FALSE(holds(get("/search?q=" + url_encode("保密")), "滨州戊"));
  worlds_->with_store([](store::Store& store) {
    EXPECT_TRUE(store.people().suppress("91371600MA3WPBLW37", "企业要求", "test", Instant{}));
    return 0;
  });
  EXPECT_EQ(get("/firm/91371600MA3WPBLW37").status, 404);
  EXPECT_EQ(total(api_get("/api/v1/candidates")), 63);
  EXPECT_FALSE(holds(get("/search?q=" + url_encode("铝业")), "91371600MA3WPBLW37"));
  EXPECT_FALSE(holds(get("/export?format=csv"), "91371600MA3WPBLW37"));
}

TEST_F(Pages, TheSearchFindsFirmsByTheirPatents) {
  const json::object page = api_get("/api/v1/search?q=" + url_encode("模具"));
  EXPECT_EQ(total(page), 2);
  EXPECT_NE(page.at("hits").at(0).at("matched_in").as_string().find("专利"), std::string::npos);
  EXPECT_EQ(get("/search?unit=boxing").status, 200);
}

TEST_F(Pages, AHeldSourceIsABannerOnReportAndList) {
  EXPECT_EQ(get("/report").status, 404);
  write_report("000001", R"({"outcome":"done","night":{"civil_date":"2026-11-24"},"seconds":1,"stages":[]})");
  EXPECT_FALSE(holds(get("/"), "本次未发布"));
  write_report("000002", R"({"outcome":"held","night":{"civil_date":"2026-11-25"},"seconds":1,"stages":[
    {"stage":"crawl","seconds":1,"rows_read":10,"rejected":1,"sources":[
      {"id":"registry","title":"登记<数据>","outcome":"held","why":"少于预期的一半","rows_read":10,"expected_least":100,"expected_most":200,"new":0,"changed":0,"gone":0,"rejected":1,
       "first_rejects":[{"part":"a.csv","line":3,"field":"credit_code","value":"<b>","expected":"18 位"}]},
      {"id":"web","title":"网站","outcome":"not_approved","why":"","rows_read":0}]}]})");
  const Response report = get("/report");
  for (const char* text :
       {"本次未发布", "少于预期的一半", "未批准，未抓取", "100–200", "登记&lt;数据&gt;", "a.csv，第 3 行", "&lt;b&gt;"})
    EXPECT_TRUE(holds(report, text)) << text;
  EXPECT_TRUE(holds(get("/"), "class=\"held\""));
  EXPECT_EQ(get("/report/000001").status, 200);
  EXPECT_EQ(api_get("/api/v1/report").at("held").as_array().size(), 1u);
  for (const char* bad : {"/report/000003", "/report/..", "/report/../000001", "/report/%2e%2e%2ffacts"})
    EXPECT_EQ(get(bad).status, 404) << bad;
}

TEST_F(Pages, PathsNeverLeaveTheTable) {
  for (const char* bad : {"/assets/../facts.db", "/assets/%2e%2e/facts.db", "/assets//etc/passwd", "/../etc/passwd",
                          "/facts.db", "/captures/a", "/assets/", "/firm/", "/api/v1/../../facts.db"})
    EXPECT_EQ(get(bad).status, 404) << bad;
  EXPECT_EQ(get("/assets/style.css").type, "text/css; charset=utf-8");
  EXPECT_GT(get("/assets/page.js").body.size(), 100u);
}

TEST_F(Pages, ErrorsArePlainChinesePagesAndJsonInTheApi) {
  const Response page = get("/?sort=nonsense");
  EXPECT_EQ(page.status, 400);
  EXPECT_TRUE(holds(page, "请求有误"));
  const Response answer = get("/api/v1/candidates?sort=nonsense");
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(json::parse(answer.body).at("error").at("code").as_string(), "usage");
  EXPECT_EQ(get("/?campaign=nonsense").status, 404);
  EXPECT_EQ(get("/api/v1/nothing").status, 404);
}

TEST_F(Pages, TheApiSaysTheSameAsThePage) {
  const json::object firm = api_get("/api/v1/firms/91371600MA3WPBLW37");
  EXPECT_EQ(firm.at("registration").at("name").as_string(), "滨州甲铝业科技有限公司");
  EXPECT_FALSE(firm.at("origins").as_array().empty());
  const json::object list = api_get("/api/v1/candidates?q=91371600MA3WPBLW37");
  const json::object& row = list.at("candidates").at(0).as_object();
  EXPECT_EQ(row.at("rank").to_number<int>(), firm.at("rank").to_number<int>());
  EXPECT_EQ(row.at("known_points").to_number<int>(), firm.at("rubric").at("known").to_number<int>());
  EXPECT_FALSE(row.contains("capital_minor")) << "unknown is left out";
  EXPECT_FALSE(api_get("/api/v1/campaigns").at("campaigns").as_array().empty());
}

}  // namespace
}  // namespace tanmiao::server
