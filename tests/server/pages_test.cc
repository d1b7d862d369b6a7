// Pages and API over a mined world: counts that agree, escaping, errors, what is held back.
#include <algorithm>
#include <map>
#include <set>

#include "pool/candidate_columns.h"
#include "pool/export.h"
#include "tests/server/site_fixture.h"

namespace tanmiao::server::pages_test {
namespace {

namespace json = boost::json;

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
  EXPECT_EQ(count(list.body, "<td class=\"rank\""), 50u);
  EXPECT_EQ(count(get("/?page=2").body, "<td class=\"rank\""), 14u);
  EXPECT_TRUE(holds(get("/?page=9"), "没有第 9 页"));
  EXPECT_TRUE(holds(get("/?q=" + url_encode("并无此名")), "没有符合筛选条件的线索"));
}

TEST_F(Pages, WhatIsPrintedSaysThatItIsNotAllAndFiltersSayHowManyAreSet) {
  const std::string all = std::to_string(total(api_get("/api/v1/candidates")));
  EXPECT_TRUE(holds(get("/"), "只印本页：第 1 至 50 家，共 " + all + " 家"));
  EXPECT_TRUE(holds(get("/?page=2"), "只印本页：第 51 至 " + all + " 家"));
  const Response few = get("/?unit=boxing");
  EXPECT_FALSE(holds(few, "只印本页"));
  EXPECT_TRUE(holds(few, "<summary>筛选（已选 1 项）</summary>"));
  EXPECT_TRUE(holds(get("/"), "<summary>筛选</summary>"));
  EXPECT_TRUE(holds(get("/pool?unit=boxing&stage=LEAD"), "<summary>筛选（已选 2 项）</summary>"));
}

TEST_F(Pages, StartUpsHaveAHeadingOfTheirOwnWhereRanksCount) {
  constexpr std::string_view kHeading = "科技型初创（单独排名）";
  EXPECT_EQ(count(get("/").body, kHeading) + count(get("/?page=2").body, kHeading), 1u);
  EXPECT_EQ(count(get("/?lead_kind=start_up").body, kHeading), 1u);
  EXPECT_EQ(count(get("/?lead_kind=new").body, kHeading), 0u);
  EXPECT_EQ(count(get("/?sort=established").body, kHeading), 0u) << "the order is not that of the ranks";
}

TEST_F(Pages, NoPageHasInlineStyleScriptOrOutsideResources) {
  for (const char* target : {"/", "/search?q=%E9%93%9D", "/firm/91371600MA3WPBLW37", "/report", "/nothing", "/import",
                             "/pool", "/batches", "/conflicts", "/official", "/targets"}) {
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
  EXPECT_EQ(total(api_get("/api/v1/candidates?recognition=unicorn")), 0) << "what no firm has is no mistake";
  EXPECT_EQ(total(api_get("/api/v1/candidates?unit=" + url_encode("博兴县"))), 2) << "a label stands for its value";
}

TEST_F(Pages, AWordThatDoesNotExistIsAnsweredWithTheNearest) {
  const std::pair<std::string, std::string> kCases[] = {
      {"candidates?unit=" + url_encode("博星县"), "没有“博星县”这个责任单位，是否应为“博兴县”"},
      {"candidates?judgement=promissing", "没有“promissing”这个研判，是否应为“promising”"},
      {"candidates?sort=rnak", "没有“rnak”这个排序，是否应为“rank”"},
      {"candidates?unti=boxing", "没有“unti”这个参数，是否应为“unit”"},
      {"search?status=ACTVE", "没有“ACTVE”这个登记状态，是否应为“ACTIVE”"},
      {"export?format=xls", "没有“xls”这种格式，是否应为“xlsx”"}};
  for (const auto& [query, message] : kCases) {
    const Response response = get("/api/v1/" + query);
    EXPECT_EQ(response.status, 400) << query;
    const auto error = json::parse(response.body).as_object().at("error").as_object();
    EXPECT_EQ(error.at("code").as_string(), "usage") << query;
    EXPECT_EQ(error.at("message").as_string(), message);
  }
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
  for (const char* part : {"指标",
                           "证据",
                           "已知得分",
                           "可能区间",
                           "缺口",
                           "如何补",
                           "为何在此名次",
                           "为何未靠前",
                           "先问事项",
                           "达到分数线的可能性",
                           "其他认定标准",
                           "专利",
                           "资质",
                           "变更",
                           "来源",
                           "走访表",
                           "名单共 ",
                           "名次会怎样变",
                           "再有一件自有的有效发明专利：+",
                           "与登记过的企业比较",
                           "家，不足 10 家，不作比较"})
    EXPECT_TRUE(holds(page, part)) << part;
  EXPECT_TRUE(holds(page, "https://other.example/1"));
  EXPECT_TRUE(holds(page, "list.csv 第 7 行"));
  EXPECT_EQ(get("/firm/1").status, 200);
  EXPECT_EQ(get("/firm/nobody").status, 404);
  EXPECT_EQ(get("/firm/999999").status, 404);
  EXPECT_EQ(get("/firm/0").status, 404);
}

TEST_F(Pages, TheVisitFormHoldsEveryColumnThatComesBack) {
  EXPECT_TRUE(holds(get("/firm/91371600MA3WPBLW37"), "/firm/91371600MA3WPBLW37/visit"));
  const Response form = get("/firm/91371600MA3WPBLW37/visit");
  EXPECT_EQ(form.status, 200);
  for (const auto& column : pool::candidate_columns()) {
    if (column.text != nullptr) continue;
    EXPECT_EQ(count(form.body, "<th scope=\"row\">" + std::string(column.heading) + "</th>"), 1u) << column.heading;
  }
  for (const std::string& verdict : site_->pool_rules().verdict_texts())
    EXPECT_TRUE(holds(form, "□ " + verdict)) << verdict;
  EXPECT_TRUE(holds(form, "内部线索，不作为评价结论"));
  EXPECT_TRUE(holds(form, "工业路1号"));
  EXPECT_TRUE(holds(get("/firm/65/visit"), "待查")) << "a firm without a code";
  for (const char* bad : {"/firm/nobody/visit", "/firm/visit", "/firm//visit", "/firm/91371600MA3WPBLW7A/visit"})
    EXPECT_EQ(get(bad).status, 404) << bad;
}

TEST_F(Pages, AQueryThatCannotBeReadIsToldBesideItsBox) {
  const Response page = get("/search?q=" + url_encode("\"铝业 <b>"));
  EXPECT_EQ(page.status, 400);
  EXPECT_TRUE(holds(page, "第 1 个字：引号没有成对"));
  EXPECT_TRUE(holds(page, "value=\"&quot;铝业 &lt;b&gt;\"")) << "what was typed can be mended";
}

// What people read: text between tags, without codes, numbers and the names of files.
std::vector<std::string> english_words(std::string text) {
  for (std::size_t at = 0; (at = text.find('<', at)) != std::string::npos;)
    text.replace(at, std::min(text.find('>', at), text.size() - 1) + 1 - at, " ");
  std::vector<std::string> found;
  std::string word;
  for (const char c : text + " ") {
    const bool part =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_';
    if (part) {
      word += c;
      continue;
    }
    const bool code = word.find_first_of("0123456789.") != std::string::npos;
    // Formats by their names, entities, and the firm whose name means harm.
    static const std::set<std::string> kKnown{"Excel", "CSV", "JSON", "xlsx", "csv",    "jsonl",
                                              "quot",  "amp", "lt",   "gt",   "script", "alert"};
    if (word.size() > 2 && !code && !kKnown.contains(word)) found.push_back(word);
    word.clear();
  }
  return found;
}

TEST_F(Pages, WhatStaffReadIsChinese) {
  write_report("000001", R"({"outcome":"failed","night":{"civil_date":"2026-11-24"},"seconds":1,"stages":[],
    "error":{"stage":"mine","code":"io","message":"cannot read: Input/output error","where":"/data/x"}})");
  write_report("000002", R"({"outcome":"held","night":{"civil_date":"2026-11-25"},"seconds":1,"stages":[
    {"stage":"crawl","seconds":1,"rows_read":10,"rejected":1,"sources":[
      {"id":"registry","title":"企业登记","outcome":"held","why":"少于约定","rows_read":10,"rejected":1,
       "first_rejects":[{"part":"a.csv","line":3,"field":"credit_code","value":"91","expected":"18 位"}]},
      {"id":"other","title":"其他来源","outcome":"not_approved","why":"未批准，未抓取"}]},
    {"stage":"link","seconds":1,"firms":9},{"stage":"index","seconds":1,"documents":9},
    {"stage":"mine","campaign":"all","as_of":"2026-11-25","seconds":1}]})");
  for (const char* target :
       {"/", "/?sort=known&unit=boxing", "/?q=none.", "/search", "/search?q=%E9%93%9D", "/search?q=%22",
        "/firm/91371600MA3WPBLW37", "/firm/65", "/firm/4", "/firm/91371600MA3WPBLW37/visit", "/report/000001",
        "/nothing", "/?page=9", "/export?format=exe."}) {
    const auto words = english_words(get(target).body);
    EXPECT_TRUE(words.empty()) << target << ": " << words.front();
  }
  // The report is for those who run the program, too: it names sources as commands do.
  const auto words = english_words(get("/report").body);
  EXPECT_EQ(words, (std::vector<std::string>{"registry", "other"}));
}

TEST_F(Pages, ASuppressedFirmIsNowhere) {
  EXPECT_EQ(get("/firm/91371600MA3WPBLW7A").status, 404);
  EXPECT_EQ(get("/firm/5").status, 404);
  EXPECT_FALSE(holds(get("/search?q=" + url_encode("保密")), "滨州戊"));
}

// The night knows nothing of it yet: lists, totals, facets and files must leave the firm out all the same.
TEST_F(Pages, AFirmTakenOutSinceTheNightIsNeitherShownNorCounted) {
  struct Case {
    std::string subject, firm, text;
  };
  std::int64_t shown = 64;
  for (const Case& c : {Case{"91371600MA3WPBLW37", "/firm/91371600MA3WPBLW37", "铝业"},
                        Case{std::string(kNameOnly), "/firm/65", "滨州第60科技"}}) {
    const std::string target = "/api/v1/search?q=" + url_encode(c.text);
    EXPECT_EQ(get(c.firm).status, 200) << c.subject;
    EXPECT_EQ(total(api_get(target)), 1) << c.subject;
    suppress(c.subject);
    --shown;
    EXPECT_EQ(get(c.firm).status, 404) << c.subject;
    EXPECT_EQ(total(api_get(target)), 0) << c.subject;
    EXPECT_FALSE(holds(get("/search?q=" + url_encode(c.text)), "滨州甲铝业"));
    for (const char* list : {"/api/v1/candidates", "/api/v1/search"}) {
      const json::object page = api_get(list);
      EXPECT_EQ(total(page), shown) << list;
      EXPECT_EQ(facet_count(page, "unit", "bincheng") + facet_count(page, "unit", "boxing"), shown) << list;
    }
    EXPECT_TRUE(holds(get("/"), "共 <strong>" + std::to_string(shown) + "</strong> 家"));
    EXPECT_EQ(count(get("/export?format=csv").body, "\n"), static_cast<std::size_t>(shown) + 1);
    EXPECT_FALSE(holds(get("/export?format=csv"), c.text));
  }
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
      {"id":"registry","title":"登记<数据>","outcome":"held","why":"少于预期的一半","rows_read":10,"expected_least":100,"expected_most":200,"new":0,"changed":0,"gone":90,"rejected":1,
       "first_rejects":[{"part":"a.csv","line":3,"field":"credit_code","value":"<b>","expected":"18 位"}]},
      {"id":"web","title":"网站","outcome":"not_approved","why":"未批准，未抓取","rows_read":0}]}]})");
  const Response report = get("/report");
  for (const char* text : {"本次未发布", "少于预期的一半", "未批准，未抓取", "100–200", "登记&lt;数据&gt;",
                           "a.csv，第 3 行", "&lt;b&gt;", "未发布 90"})
    EXPECT_TRUE(holds(report, text)) << text;
  EXPECT_TRUE(holds(report, "2026-11-24（第 1 次）")) << "earlier nights are named by their day";
  EXPECT_EQ(count(report.body, "未批准，未抓取"), 1u) << "the reason is not said twice";
  EXPECT_TRUE(holds(get("/"), "class=\"held\""));
  EXPECT_EQ(get("/report/000001").status, 200);
  EXPECT_EQ(api_get("/api/v1/report").at("held").as_array().size(), 1u);
  for (const char* bad : {"/report/000003", "/report/..", "/report/../000001", "/report/%2e%2e%2ffacts"})
    EXPECT_EQ(get(bad).status, 404) << bad;
}

TEST_F(Pages, ASourceThatCouldNotBeFetchedIsInTheBannerToo) {
  write_report("000001", R"({"outcome":"held","night":{"civil_date":"2026-11-25"},"seconds":1,"stages":[
    {"stage":"crawl","seconds":1,"sources":[{"id":"web","title":"网站","outcome":"failed","why":"连接不上主机"}]}]})");
  EXPECT_TRUE(holds(get("/"), "网站：本次抓取失败，此前也无数据"));
  EXPECT_TRUE(holds(get("/report"), "连接不上主机"));
}

TEST_F(Pages, ManyHeldSourcesAreOneLineAboveTheList) {
  std::string sources;
  for (const char* title : {"甲源", "乙源", "丙源"})
    sources += std::string(sources.empty() ? "" : ",") + R"({"id":")" + title + R"(","title":")" + title +
               R"(","outcome":"held","why":"少于约定"})";
  write_report("000001", R"({"outcome":"held","night":{"civil_date":"2026-11-25"},"seconds":1,"stages":[
    {"stage":"crawl","seconds":1,"sources":[)" +
                             sources + "]}]}");
  EXPECT_TRUE(holds(get("/"), "3 个来源本次未更新，沿用此前数据</strong>：甲源、乙源、丙源"));
  EXPECT_EQ(count(get("/report").body, "本次未发布，此前也无数据"), 3u) << "the report tells them apart";
  // A list that came in afterwards, alone: the others are held as before, and the night is what /report opens.
  write_report("000002", R"({"outcome":"done","whole":false,"night":{"civil_date":"2026-11-26"},"seconds":1,"stages":[
    {"stage":"crawl","seconds":1,"sources":[{"id":"乙源","title":"乙源","outcome":"published"}]}]})");
  EXPECT_TRUE(holds(get("/"), "甲源：本次未发布"));
  EXPECT_FALSE(holds(get("/"), "乙源：本次未发布")) << "read since";
  EXPECT_TRUE(holds(get("/report"), "2026-11-25")) << "the last whole night";
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
}  // namespace tanmiao::server::pages_test
