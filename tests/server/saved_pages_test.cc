// 已存查询 and 相似企业: pages, forms, API.
#include "server/saved_query.h"
#include "site_fixture.h"

namespace tanmiao::server::saved_pages_test {
namespace {

namespace json = boost::json;

class SavedPages : public SiteTest {
 protected:
  Response keep(const std::string& name, const std::string& search, Fields more = {}) const {
    Fields fields{
        {"form", "keep"}, {"name", name}, {"reason", "招引名单"}, {"search", search}, {"back", "/search" + search}};
    for (auto& field : more) fields.push_back(std::move(field));
    return send("/saved", std::move(fields));
  }
  // As a night writes it down.
  void note(const std::string& name, const std::string& night, std::vector<std::string> keys) const {
    const auto all = people([](store::People& p) { return p.saved_searches().value(); });
    for (const store::SavedSearch& search : all) {
      if (search.name != name) continue;
      ASSERT_TRUE(note_matches(store::DataFolder(root_), name, {night, search.revision, std::move(keys)}));
      return;
    }
  }
  std::vector<store::SavedSearch> history(const std::string& name) const {
    return people([&](store::People& p) { return p.saved_search_history(name).value(); });
  }
};

TEST_F(SavedPages, ASearchIsKeptFromItsPageAndTellsWhatIsNew) {
  const std::string search = "?q=" + url_encode("科技") + "&unit=bincheng";
  const Response page = get("/search" + search);
  EXPECT_TRUE(holds(page, "保存本次查询"));
  EXPECT_FALSE(holds(get("/search"), "保存本次查询")) << "all firms are no search";
  const std::string slip = "?q=" + url_encode("甲铝铝业");
  EXPECT_TRUE(holds(get("/search" + slip), "以下是含有“甲铝业”"));
  const Response guessed = keep("错字", slip);
  EXPECT_EQ(guessed.status, 400) << "what had to be guessed is not kept";
  EXPECT_TRUE(holds(guessed, "请改查“甲铝业”后再保存"));
  const Response done = keep("科技企业/一", search);
  ASSERT_EQ(done.status, 303) << done.body;
  const std::string path = location(done).substr(0, location(done).find('?'));
  EXPECT_EQ(path, "/saved/" + url_encode("科技企业/一"));
  EXPECT_EQ(history("科技企业/一").at(0).query, R"({"text":"科技","filters":{"unit":["bincheng"]}})");
  EXPECT_EQ(history("科技企业/一").at(0).by, "高新区科技局");

  const Response first = get(location(done));
  EXPECT_TRUE(holds(first, "查询已保存"));
  EXPECT_TRUE(holds(first, "尚无可比的上一夜"));
  EXPECT_TRUE(holds(first, "href=\"/search?q=" + url_encode("科技") + "&amp;unit=bincheng\""));
  EXPECT_TRUE(holds(get("/saved"), "科技；责任单位：滨城区")) << "no ids";
  EXPECT_EQ(api_get("/api/v1/saved").at("searches").as_array().at(0).at("query").as_string(), "科技；责任单位：滨城区");

  note("科技企业/一", "2026-11-24", {"91371600MA3WPBLW6X"});
  note("科技企业/一", "2026-11-25", {"91371600MA3WPBLW37"});
  const json::object news = api_get("/api/v1" + path);
  EXPECT_EQ(news.at("since").as_string(), "2026-11-24") << "the night before the last one";
  EXPECT_EQ(news.at("total").to_number<int>(), 61);
  EXPECT_EQ(news.at("new").to_number<int>(), 61);
  EXPECT_EQ(news.at("gone").to_number<int>(), 1);
  EXPECT_EQ(news.at("firms").as_array().size(), kFreshTold);
  const Response told = get(path);
  EXPECT_TRUE(holds(told, "较 2026-11-24 新增 <strong>61</strong> 家，减少 1 家"));
  EXPECT_TRUE(holds(told, ">滨州第1科技有限公司</a>"));
  EXPECT_TRUE(holds(told, "另有 11 家"));
  suppress("913716000000010000");
  EXPECT_FALSE(holds(get(path), ">滨州第1科技有限公司</a>")) << "taken out since the night";
}

TEST_F(SavedPages, TheListTellsWhatTheLastNightFound) {
  ASSERT_EQ(keep("铝", "?q=" + url_encode("铝业")).status, 303);
  EXPECT_TRUE(holds(get("/saved"), "未运行"));
  write_report(
      "000001",
      R"({"outcome":"done","night":{"civil_date":"2026-11-25"},"seconds":1,"stages":[],"searches":[{"name":"铝","query":"铝业","revision":1,"total":9,)"
      R"("since":"2026-11-24","new":4,"gone":2,"firms":[]}]})");
  EXPECT_TRUE(holds(get("/saved"), "9 家，新增 <strong>4</strong>，减少 2"));
  write_report("000002",
               R"({"outcome":"done","whole":false,"night":{"civil_date":"2026-11-25"},"seconds":1,"stages":[]})");
  EXPECT_TRUE(holds(get("/saved"), "9 家，新增 <strong>4</strong>，减少 2")) << "a stage by itself is no night";
  ASSERT_EQ(keep("铝", "?q=" + url_encode("铝材"), {{"replace", "yes"}}).status, 303);
  EXPECT_TRUE(holds(get("/saved"), "未运行")) << "of another revision";
  const json::array all = api_get("/api/v1/saved").at("searches").as_array();
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all.at(0).at("query").as_string(), "铝材");
  EXPECT_EQ(all.at(0).at("revision").to_number<int>(), 2);
}

TEST_F(SavedPages, WhatCannotBeKeptIsShownAgainWithWhatWasTyped) {
  const std::string search = "?q=" + url_encode("铝业");
  const auto refused = [&](const Response& response, int status, std::string_view why) {
    EXPECT_EQ(response.status, status);
    EXPECT_TRUE(holds(response, why)) << why;
    EXPECT_TRUE(holds(response, "企业查询")) << "the page it came from";
  };
  refused(keep("", search), 400, "请填写名称");
  refused(keep("甲", search, {{"token", "x"}}), 403, "页面已过期");
  refused(keep("甲", search, {{"by", ""}}), 400, "经办");
  refused(keep("甲", "?q=" + url_encode("(铝")), 400, "括号");
  refused(keep("甲", "?colour=red"), 400, "colour");
  refused(keep("甲", ""), 400, "请先输入查询词");
  refused(keep(std::string(200, 'x'), search), 400, "至多 40 字");
  EXPECT_TRUE(history("甲").empty());
  ASSERT_EQ(keep("甲", search).status, 303);
  const Response again = keep("甲", "?q=" + url_encode("铝材"));
  refused(again, 409, "已有同名的查询");
  EXPECT_TRUE(holds(again, "value=\"甲\""));
  EXPECT_EQ(history("甲").size(), 1u);
}

TEST_F(SavedPages, OneIsStoppedWithAReasonAndItsNameMayBeUsedAgain) {
  const std::string search = "?q=" + url_encode("铝业");
  ASSERT_EQ(keep("甲", search).status, 303);
  const std::string path = "/saved/" + url_encode("甲");
  EXPECT_EQ(send(path, {{"form", "drop"}, {"revision", "1"}, {"reason", ""}}).status, 400);
  EXPECT_EQ(send(path, {{"form", "drop"}, {"revision", "7"}, {"reason", "办结"}}).status, 409);
  EXPECT_EQ(send(path, {{"form", "drop"}, {"revision", "1"}, {"reason", "办结"}, {"token", "x"}}).status, 403);
  const Response done = send(path, {{"form", "drop"}, {"revision", "1"}, {"reason", "办结"}});
  ASSERT_EQ(done.status, 303);
  EXPECT_TRUE(holds(get(location(done)), "“甲”不再运行"));
  EXPECT_FALSE(history("甲").back().kept);
  EXPECT_EQ(get(path).status, 404);
  EXPECT_EQ(send(path, {{"form", "drop"}, {"revision", "2"}, {"reason", "办结"}}).status, 404);
  ASSERT_EQ(keep("甲", search).status, 303) << "nobody has the name now";
  EXPECT_EQ(history("甲").size(), 3u);
  EXPECT_TRUE(people([](store::People& p) { return p.check({}).value().empty(); })) << "the audit has all of it";
}

TEST_F(SavedPages, FirmsAlikeStandOnTheFirmsPageWithTheReason) {
  const Response firm = get("/firm/91371600MA3WPBLW37");
  ASSERT_EQ(firm.status, 200);
  EXPECT_TRUE(holds(firm, "相似企业"));
  EXPECT_TRUE(holds(firm, "专利同类：C22C"));
  EXPECT_TRUE(holds(firm, "滨州乙新材料有限公司"));
  EXPECT_FALSE(holds(firm, "滨州戊保密")) << "suppressed";
  const std::string own = "/firm/91371600MA3WPBLW37/similar";
  EXPECT_TRUE(holds(get(own + "?where=inside"), "滨州乙新材料有限公司"));
  EXPECT_TRUE(holds(get(own + "?where=outside"), "所选范围内没有相近的企业")) << "all are of one city";
  const Response filtered = get(own + "?unit=bincheng&where=inside");
  EXPECT_FALSE(holds(filtered, "滨州乙新材料有限公司"));
  EXPECT_TRUE(holds(filtered, "责任单位：滨城区 ×")) << "a filter that nobody sees misleads";
  EXPECT_TRUE(holds(filtered, "href=\"" + own + "?where=inside\"")) << "and it can be taken away";
  EXPECT_EQ(get(own + "?where=here").status, 400);
  EXPECT_EQ(get("/firm/91371600MA3WPBLW7A/similar").status, 404);

  const json::object found = api_get("/api/v1/firms/91371600MA3WPBLW37/similar?where=inside");
  const json::object nearest = found.at("similar").as_array().at(0).as_object();
  EXPECT_EQ(nearest.at("code").as_string(), "91371625MA3WPBLW48");
  EXPECT_EQ(nearest.at("place").as_string(), "滨州市");
  EXPECT_GT(nearest.at("score").to_number<double>(), 0.5);
  EXPECT_FALSE(nearest.at("reasons").as_array().empty());
  suppress("91371625MA3WPBLW48");
  const auto after = api_get("/api/v1/firms/91371600MA3WPBLW37/similar");
  for (const auto& firm_near : after.at("similar").as_array())
    EXPECT_FALSE(firm_near.as_object().contains("code") && firm_near.at("code").as_string() == "91371625MA3WPBLW48");
}

}  // namespace
}  // namespace tanmiao::server::saved_pages_test
