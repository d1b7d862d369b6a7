// What people do on the pages: who may send, what is done, and that nothing that was typed is lost.
#include "tests/server/posts_fixture.h"

namespace tanmiao::server::posts_test {
namespace {

TEST_F(Posts, WithoutOurTokenNothingIsDoneAndWhatWasTypedIsKept) {
  for (const std::string& token : {std::string(), std::string(64, '0'), desk_.token() + "0"}) {
    const Response page = visit(kFirst, {{"token", token}, {"staff", "100"}, {"note", "打过电话"}});
    EXPECT_EQ(page.status, 403);
    EXPECT_TRUE(holds(page, "页面已过期"));
    EXPECT_TRUE(holds(page, "name=\"staff\" value=\"100\""));
    EXPECT_TRUE(holds(page, "打过电话</textarea>"));
    EXPECT_TRUE(holds(page, "value=\"" + desk_.token() + "\"")) << "so that it can be sent again";
  }
  EXPECT_TRUE(people([](store::People& p) { return p.self_reports().value(); }).empty());
}

TEST_F(Posts, WhoActsIsAskedForAndRemembered) {
  const Response nobody = visit(kFirst, {{"by", " "}, {"staff", "100"}});
  EXPECT_EQ(nobody.status, 400);
  EXPECT_TRUE(holds(nobody, "请填写经办"));
  EXPECT_TRUE(holds(nobody, "name=\"staff\" value=\"100\""));
  EXPECT_EQ(visit(kFirst, {{"by", std::string(300, 'x')}, {"staff", "100"}}).status, 400);
  const Response done = visit(kFirst, {{"by", "博兴县科技局"}, {"staff", "100"}});
  ASSERT_EQ(done.status, 303) << done.body;
  std::string cookie;
  for (const auto& [name, value] : done.headers)
    if (name == "Set-Cookie") cookie = value;
  EXPECT_NE(cookie.find("SameSite=Strict"), std::string::npos);
  EXPECT_NE(cookie.find("HttpOnly"), std::string::npos);
  Request next;
  next.method = "GET", next.path = "/import";
  next.headers["cookie"] = "other=1; " + cookie.substr(0, cookie.find(';'));
  EXPECT_TRUE(holds(handle(*site_, next), "name=\"by\" value=\"博兴县科技局\""));
  const auto trail = people([](store::People& p) { return p.audit_trail(0, 10).value(); });
  ASSERT_FALSE(trail.empty());
  EXPECT_EQ(trail.back().by, "博兴县科技局");
}

TEST_F(Posts, AVisitBecomesASelfReportAndVerifiesTheLead) {
  const Response done = visit(kFirst, {{"visited_by", "高新区科技局"},
                                       {"staff", "100"},
                                       {"technical_staff", "20"},
                                       {"sales_wan", "1,000"},
                                       {"rd_expense_wan", "60"},
                                       {"verdict", "有意申报"},
                                       {"note", "第一行\r\n\"第二行\", 完"}});
  ASSERT_EQ(done.status, 303) << done.body;
  const Response page = get(location(done));
  EXPECT_TRUE(holds(page, "企业自报已记录。已列为“已核实”。"));
  EXPECT_TRUE(holds(page, "上年销售收入 1000 万元") || holds(page, "1000 万元"));
  EXPECT_TRUE(holds(page, "第一行\n&quot;第二行&quot;, 完"));
  EXPECT_TRUE(holds(get("/"), "<span class=\"chip verdict\">有意申报</span>"));
  ASSERT_EQ(entries().size(), 1u);
  EXPECT_EQ(entries()[0].stage, "VERIFIED");
  const Response again = visit(kFirst, {{"visited_by", "高新区科技局"},
                                        {"staff", "100"},
                                        {"technical_staff", "20"},
                                        {"sales_wan", "1000"},
                                        {"rd_expense_wan", "60"},
                                        {"verdict", "有意申报"},
                                        {"note", "第一行\n\"第二行\", 完"}});
  EXPECT_TRUE(holds(get(location(again)), "没有重复记录"));
  EXPECT_EQ(people([](store::People& p) { return p.self_reports().value(); }).size(), 1u);
}

TEST_F(Posts, AVisitThatCannotBeTrueComesBackAsItWasTyped) {
  const Response page = visit(kFirst, {{"staff", "10"}, {"technical_staff", "20"}, {"note", "<b>注</b>"}});
  EXPECT_EQ(page.status, 400);
  EXPECT_TRUE(holds(page, "科技人员数大于职工总数"));
  EXPECT_TRUE(holds(page, "name=\"technical_staff\" value=\"20\""));
  EXPECT_TRUE(holds(page, "&lt;b&gt;注&lt;/b&gt;</textarea>"));
  EXPECT_FALSE(holds(page, "<b>注</b>"));
  EXPECT_EQ(visit(kFirst, {{"staff", "很多"}}).status, 400);
  EXPECT_EQ(visit(kFirst, {}).status, 400) << "a day alone is no visit";
  EXPECT_TRUE(!std::filesystem::exists(root_ / "exports") || std::filesystem::is_empty(root_ / "exports"))
      << "what stands in the form needs no workbook";
}

TEST_F(Posts, TwoPeopleWhoDifferAreShownBothAndOneIsChosen) {
  ASSERT_EQ(visit(kFirst, {{"visited_by", "甲科"}, {"staff", "100"}}).status, 303);
  const Response second = visit(kFirst, {{"visited_by", "乙科"}, {"staff", "90"}});
  EXPECT_TRUE(holds(get(location(second)), "不一致"));
  const Response page = get("/conflicts");
  EXPECT_TRUE(holds(page, "<strong>100</strong>"));
  EXPECT_TRUE(holds(page, "<strong>90</strong>"));
  EXPECT_TRUE(holds(page, "甲科"));
  EXPECT_TRUE(holds(page, "乙科"));
  const std::string id = hidden_value(page, "conflict");
  const Fields choice{{"form", "settle-" + id}, {"conflict", id}, {"taken", "offered"}};
  const Response without = send("/conflicts", choice);
  EXPECT_EQ(without.status, 400);
  EXPECT_TRUE(holds(without, "value=\"offered\" required checked")) << "the choice is kept";
  Fields with = choice;
  with.emplace_back("reason", "已电话核对");
  EXPECT_EQ(send("/conflicts", with).status, 303);
  EXPECT_TRUE(holds(get("/conflicts"), "没有待处理的不一致"));
  EXPECT_EQ(send("/conflicts", with).status, 409) << "somebody chose already";
  EXPECT_TRUE(holds(get(firm(kFirst)), "职工总数 90")) << "both reports are kept";
  EXPECT_TRUE(holds(get(firm(kFirst)), "职工总数 100"));
}

TEST_F(Posts, ASheetThatComesBackIsTakenRowByRow) {
  const std::string head = "企业名称,统一社会信用代码,责任单位,走访人,走访日期,职工总数,科技人员数,核实结论,备注\r\n";
  const Response done =
      upload("..\\名单.csv", head +
                                 "滨州甲铝业科技有限公司,91371600MA3WPBLW37,滨城区,高新区科技局,"
                                 "2026-11-20,100,20,有意申报,\r\n" +
                                 "滨州乙新材料有限公司,91371625MA3WPBLW48,博兴县,博兴县科技局,2026-11-20,"
                                 "无,,,\r\n");
  ASSERT_EQ(done.status, 303) << done.body;
  const Response page = get(location(done));
  EXPECT_TRUE(holds(page, "<strong>1</strong>新采纳")) << page.body;
  EXPECT_TRUE(holds(page, "<strong>1</strong>退回"));
  EXPECT_TRUE(holds(page, "滨州乙新材料有限公司"));
  std::smatch link;
  ASSERT_TRUE(std::regex_search(page.body, link, std::regex("href=\"(/rejects/[^\"]+)\"")));
  EXPECT_TRUE(get(link[1].str()).body.starts_with("PK"));
  EXPECT_EQ(get(firm(kFirst)).status, 200);
  EXPECT_EQ(people([](store::People& p) { return p.self_reports().value(); }).size(), 1u);
}

TEST_F(Posts, OnlyRejectsOfTheFolderCanBeFetched) {
  std::filesystem::create_directories(root_ / "exports");
  std::ofstream(root_ / "exports" / "退回_a_2026-11-26.xlsx") << "PK";
  std::ofstream(root_ / "exports" / "候选名单.xlsx") << "PK";
  EXPECT_EQ(get("/rejects/" + url_encode("退回_a_2026-11-26.xlsx")).status, 200);
  for (const char* name : {"候选名单.xlsx", "../people.db", "退回_../../people.db", "退回_b.xlsx", "."})
    EXPECT_EQ(get("/rejects/" + url_encode(name)).status, 404) << name;
}

TEST_F(Posts, RejectsThatCameBackNoLongerWait) {
  const auto refused = [](const std::string& day) {
    return "企业名称,统一社会信用代码,走访日期,职工总数\r\n滨州乙新材料有限公司,91371625MA3WPBLW48," + day + ",无\r\n";
  };
  for (const char* name : {"甲.csv", "乙.csv"}) ASSERT_EQ(upload(name, refused("2026-11-20")).status, 303);
  const std::string first = "退回_甲_2026-11-26.xlsx", other = "退回_乙_2026-11-26.xlsx";
  for (const auto& name : {first, other}) {
    EXPECT_TRUE(holds(get("/import"), name));  // written by the clock of the disk, not that of this site
    std::filesystem::last_write_time(root_ / "exports" / name,
                                     std::chrono::file_clock::from_sys(site_->now() - std::chrono::hours(1)));
  }
  ASSERT_EQ(upload(first, get("/rejects/" + url_encode(first)).body).status, 303);
  const Response page = get("/import");
  EXPECT_FALSE(holds(page, ">" + first + "</a>"));
  EXPECT_TRUE(holds(page, ">" + other + "</a>"));
  EXPECT_EQ(get("/rejects/" + url_encode(first)).status, 200) << "it is kept nevertheless";
}

TEST_F(Posts, AFileThatIsNoSheetIsRefusedWithAReason) {
  EXPECT_EQ(upload("a.xlsx", "not a sheet").status, 400);
  EXPECT_EQ(upload("a.xlsx", "").status, 400);
}

TEST_F(Posts, ListsAreMadeAnewAfterAVisitAndTheNightIsWaitedFor) {
  int made = 0;
  config_.remine = [&]() -> Status {
    ++made;
    return Error{Errc::kLocked, "held by process 1", ""};
  };
  const Response done = visit(kFirst, {{"staff", "100"}});
  EXPECT_EQ(made, 1);
  EXPECT_TRUE(holds(get(location(done)), "夜间任务正在运行，名单随后更新；企业页已按新填报显示。"));
}

TEST_F(Posts, ACorrectionIsKeptWithItsReasonAndCanBeWithdrawn) {
  const std::string to = firm(kFirst) + "/people";
  const Response bad =
      send(to, {{"form", "correct"}, {"field", "established"}, {"value", "很久以前"}, {"reason", "企业异议"}});
  EXPECT_EQ(bad.status, 400);
  EXPECT_TRUE(holds(bad, "name=\"value\" value=\"很久以前\""));
  EXPECT_EQ(send(to, {{"form", "correct"}, {"field", "established"}, {"value", "2015年6月2日"}}).status, 400);
  ASSERT_EQ(send(to, {{"form", "correct"}, {"field", "unit"}, {"value", "博兴县"}, {"reason", "企业异议"}}).status,
            303);
  EXPECT_TRUE(holds(get(firm(kFirst)), "data-label=\"更正为\">博兴县</td>"));
  EXPECT_TRUE(holds(get(firm(kFirst)), "待生效")) << "what is shown was made before it";
  ASSERT_EQ(send(to, {{"form", "correct"}, {"field", "unit"}, {"value", ""}, {"reason", "复核无误"}}).status, 303);
  const Response page = get(firm(kFirst));
  EXPECT_TRUE(holds(page, "已被后来的更正取代"));
  EXPECT_TRUE(holds(page, "已撤销"));
}

TEST_F(Posts, AFirmThatIsTakenOutIsGoneAtOnce) {
  const std::string to = firm(kEvil) + "/people";
  EXPECT_EQ(send(to, {{"form", "suppress"}, {"reason", "企业要求"}}).status, 400) << "it asks whether one is sure";
  EXPECT_EQ(send(to, {{"form", "suppress"}, {"reason", "企业要求"}, {"sure", "yes"}}).status, 303);
  EXPECT_EQ(get(firm(kEvil)).status, 404);
}

TEST_F(Posts, WhoWasTakenOutIsNamedOnOnePageAndCanBeBroughtBack) {
  admit();
  ASSERT_EQ(visit(kFirst, {{"visited_by", "乙科"}, {"verdict", "无研发"}, {"by", "乙科"}}).status, 303);
  const Response before = get("/conflicts");
  const std::string id = hidden_value(before, "conflict");
  ASSERT_TRUE(holds(before, "滨州甲铝业科技有限公司"));
  ASSERT_EQ(
      send("/conflicts", {{"form", "settle-" + id}, {"conflict", id}, {"taken", "stored"}, {"reason", "x"}}).status,
      303);
  ASSERT_EQ(send(firm(kFirst) + "/people", {{"form", "suppress"}, {"reason", "企业来函"}, {"sure", "yes"}}).status,
            303);
  for (const std::string& path : {std::string("/"), std::string("/pool"), std::string("/conflicts"), batch_})
    EXPECT_FALSE(holds(get(path), "滨州甲铝业科技有限公司")) << path;
  const auto batches = api_get("/api/v1/batches").at("batches").as_array();
  EXPECT_EQ(batches.at(0).at("members").as_array().size(), 1u);
  EXPECT_TRUE(holds(get("/batches"), "data-label=\"企业数\">1</td>"));
  const Response page = get("/suppressed");
  for (const char* text : {"滨州甲铝业科技有限公司", "企业来函", "高新区科技局", "2026-11-26 10:00"})
    EXPECT_TRUE(holds(page, text)) << text;
  const std::string form = "lift-" + std::string(kFirst);
  const Fields back{{"form", form}, {"firm", std::string(kFirst)}, {"reason", "企业同意"}};
  Fields tokenless = back;
  tokenless.emplace_back("token", "0");
  EXPECT_EQ(send("/suppressed", tokenless).status, 403);
  EXPECT_EQ(send("/suppressed", {{"form", form}, {"firm", std::string(kFirst)}}).status, 400)
      << "a reason is asked for";
  EXPECT_EQ(get(firm(kFirst)).status, 404);
  ASSERT_EQ(send("/suppressed", back).status, 303);
  EXPECT_EQ(send("/suppressed", back).status, 404) << "it is back";
  EXPECT_EQ(get(firm(kFirst)).status, 200);
  EXPECT_TRUE(holds(get("/suppressed"), "没有不再列示的企业"));
}

TEST_F(Posts, MarkupInWhatPeopleTypeIsTextOnEveryPage) {
  const std::string markup = "<script>alert(2)</script>\"'&";
  ASSERT_EQ(visit(kEvil, {{"visited_by", markup}, {"verdict", "有意申报"}, {"note", markup}, {"by", markup}}).status,
            303);
  ASSERT_EQ(visit(kEvil, {{"visited_by", "乙"}, {"verdict", "无研发"}}).status, 303);
  ASSERT_EQ(send(entry(kEvil), {{"form", "edit"}, {"revision", revision(entry(kEvil))}, {"owner", markup}}).status,
            303);
  ASSERT_EQ(send("/batches", {{"form", "open"}, {"track", "tech_sme"}, {"title", markup}}).status, 303);
  for (const std::string& path : {firm(kEvil), entry(kEvil), std::string("/pool"), std::string("/batches"),
                                  std::string("/conflicts"), std::string("/"), std::string("/targets")}) {
    const Response page = get(path);
    EXPECT_EQ(page.status, 200) << path;
    EXPECT_FALSE(holds(page, "<script>alert")) << path;
    EXPECT_FALSE(holds(page, " style=")) << path;
    EXPECT_EQ(count(page.body, "<form"), count(page.body, "</form>")) << path;
  }
}

TEST_F(Posts, AVisitFormOfAnotherPageIsNoForm) {
  EXPECT_EQ(send(firm(kFirst) + "/people", {{"form", "delete"}}).status, 404);
  EXPECT_EQ(send("/firm/nobody/people", {{"form", "visit"}}).status, 404);
  EXPECT_EQ(send("/batches/none", {{"form", "members"}}).status, 404);
}

}  // namespace
}  // namespace tanmiao::server::posts_test
