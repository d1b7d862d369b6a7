// The pool on its pages: leads, batches, steps, edits of two people, totals, and the API that reads it.
#include "tests/server/posts_fixture.h"

namespace tanmiao::server::pool_pages_test {
namespace {

using PoolPages = Posts;

TEST_F(PoolPages, FirmsBecomeLeadsAndTheSelectionIsKeptWhenItCannotBe) {
  const Response refused =
      send("/leads", {{"form", "ticks"}, {"back", "/?unit=boxing"}, {"way", "lead:tech_sme"}, {"firm", "2"}});
  EXPECT_EQ(refused.status, 403) << "without a reason";
  EXPECT_TRUE(holds(refused, "value=\"2\" aria-label=\"选择 滨州乙新材料有限公司\" checked"));
  EXPECT_FALSE(holds(refused, "滨州甲铝业科技有限公司")) << "the filtered list that it was";
  const Fields fields{
      {"form", "ticks"}, {"back", "/?unit=boxing"}, {"way", "lead:tech_sme"}, {"reason", "安排走访"}, {"firm", "2"},
      {"firm", "3"}};
  const Response done = send("/leads", fields);
  ASSERT_EQ(done.status, 303) << done.body;
  EXPECT_TRUE(location(done).starts_with("/?unit=boxing&notice="));
  EXPECT_TRUE(holds(get(location(done)), "2 家已列为线索"));
  EXPECT_TRUE(holds(get(location(send("/leads", fields))), "另 2 家已在"));
  EXPECT_EQ(send("/leads", {{"form", "ticks"}, {"way", "lead:tech_sme"}, {"reason", "x"}}).status, 400);
}

TEST_F(PoolPages, BackLeadsOnlyToOurOwnList) {
  for (const char* back : {"https://evil.example/", "//evil.example", "/firm/2", "/\r\nX: y", "/pool?stage=LEAD"}) {
    const Response done = send("/leads", {{"form", "ticks"},
                                          {"back", back},
                                          {"way", "lead:hnte"},
                                          {"reason", "x"},
                                          {"firm", std::to_string(10 + count(back, "e"))}});
    EXPECT_TRUE(location(done).starts_with("/?notice=") || done.status >= 400) << back;
  }
}

TEST_F(PoolPages, FromVisitToBatchToFiling) {
  admit();
  ASSERT_EQ(entries().size(), 2u);
  for (const auto& one : entries()) EXPECT_EQ(one.stage, "ADMITTED");
  EXPECT_TRUE(holds(get(batch_), "已签批"));
  const Response early = state_to("draft", {{"reason", "x"}});
  EXPECT_EQ(early.status, 403) << "what was signed cannot go back";
  const std::string path = entry(kFirst);
  EXPECT_EQ(send(path, {{"form", "step-FILING"}, {"to", "FILING"}, {"revision", revision(path)}}).status, 303);
  const Response numberless = send(path, {{"form", "step-ACHIEVED"},
                                          {"to", "ACHIEVED"},
                                          {"revision", revision(path)},
                                          {"registration_no", "202637160008000001"}});
  EXPECT_EQ(numberless.status, 403);
  EXPECT_TRUE(holds(numberless, "value=\"202637160008000001\""));
  const Response achieved = send(path, {{"form", "step-ACHIEVED"},
                                        {"to", "ACHIEVED"},
                                        {"revision", revision(path)},
                                        {"registration_no", "202637160008000001"},
                                        {"registration_until", "2027-03-31"}});
  EXPECT_EQ(achieved.status, 303) << achieved.body;
  const Response page = get(path);
  for (const char* text : {"<del>申报中</del> → 已达成", "202637160008000001", "2027-03-31", "高新区科技局"})
    EXPECT_TRUE(holds(page, text)) << text;
}

TEST_F(PoolPages, EveryStepThatTheTableLacksIsRefused) {
  admit();
  const std::string path = entry(kFirst);
  for (const auto& stage : config_.pool_rules->stages) {
    const auto after = config_.pool_rules->after("ADMITTED");
    if (std::find(after.begin(), after.end(), stage.id) != after.end()) continue;
    const Response refused = send(path, {{"form", "step-" + stage.id},
                                         {"to", stage.id},
                                         {"revision", revision(path)},
                                         {"reason", "x"},
                                         {"registration_no", "1"},
                                         {"registration_until", "2027-01-01"}});
    EXPECT_EQ(refused.status, 403) << stage.id;
  }
  EXPECT_EQ(send(path, {{"form", "step-LEFT"}, {"to", "LEFT"}, {"revision", revision(path)}, {"leave_reason", "其他"}})
                .status,
            403)
      << "其他 must say what";
  EXPECT_EQ(entries()[0].stage, "ADMITTED");
}

TEST_F(PoolPages, AnEditOnAnOldRevisionShowsBothSidesAndKeepsWhatWasTyped) {
  admit();
  const std::string path = entry(kFirst), old = revision(path);
  ASSERT_EQ(send(path, {{"form", "edit"}, {"revision", old}, {"by", "甲科"}, {"owner", "成长科"}, {"note", "甲的备注"}})
                .status,
            303);
  const Response clash = send(
      path,
      {{"form", "edit"}, {"revision", old}, {"by", "乙科"}, {"owner", ""}, {"note", "乙的备注"}, {"measures", "辅导"}});
  EXPECT_EQ(clash.status, 409);
  for (const char* text :
       {"的台账已由甲科于", "甲的备注", "乙的备注</textarea>", "辅导</textarea>", "name=\"by\" value=\"乙科\""})
    EXPECT_TRUE(holds(clash, text)) << text;
  EXPECT_TRUE(holds(clash, "name=\"owner\" value=\"成长科\"")) << "what one did not touch is as the other left it";
  EXPECT_LT(clash.body.find("<h2>修改台账"), clash.body.find("<h2>现状")) << "both sides stand first";
  EXPECT_GT(get(path).body.find("<h2>修改台账"), get(path).body.find("<h2>现状"));
  EXPECT_EQ(entries()[0].cells.at("note"), "甲的备注") << "nothing was written";
  ASSERT_EQ(send(path, {{"form", "edit"},
                        {"revision", hidden_value(clash, "revision")},
                        {"owner", "成长科"},
                        {"note", "乙的备注"},
                        {"measures", "辅导"}})
                .status,
            303);
  EXPECT_EQ(entries()[0].cells.at("note"), "乙的备注");
  EXPECT_TRUE(holds(get(path), "<del>甲的备注</del> → 乙的备注")) << "the history keeps both";
  const Response late = send(path, {{"form", "step-FILING"}, {"to", "FILING"}, {"revision", old}});
  EXPECT_EQ(late.status, 409);
  EXPECT_TRUE(holds(late, "现在的内容见“现状”"));
  EXPECT_FALSE(holds(late, "并列两边的值")) << "of a step there are no two values";
  EXPECT_TRUE(holds(late, "填写的内容保留在下面"));
  ASSERT_EQ(send(path, {{"form", "step-FILING"}, {"to", "FILING"}, {"revision", revision(path)}}).status, 303);
  const Response gone = send(path, {{"form", "step-FILING"}, {"to", "FILING"}, {"revision", old}});
  EXPECT_EQ(gone.status, 409);
  EXPECT_FALSE(holds(gone, "填写的内容保留在下面")) << "this step is no longer offered";
}

TEST_F(PoolPages, ABatchIsNamedByItsTitleAndSaysWhenItIsOver) {
  admit();
  const std::string title = "2026年11月26日第1批";
  const Response page = get(entry(kFirst));
  EXPECT_TRUE(holds(page, "批次：<del>（空）</del> → " + title));
  EXPECT_TRUE(holds(page, "批次“" + title + "”签批"));
  EXPECT_FALSE(holds(page, "2026-11-26-1"));
  EXPECT_TRUE(holds(get(batch_), "data-label=\"序号\">2</td>"));
  EXPECT_FALSE(holds(get(batch_), "批次已办结"));
  ASSERT_EQ(state_to("published").status, 303);
  EXPECT_TRUE(holds(get(batch_), "批次已办结，不再变动"));
  EXPECT_FALSE(holds(get(batch_), "<h2>下一步"));
}

TEST_F(PoolPages, TotalsOfThePoolAreThoseOfItsList) {
  admit();
  ASSERT_EQ(send("/leads", {{"form", "ticks"}, {"way", "lead:tech_sme"}, {"reason", "x"}, {"firm", "3"}, {"firm", "9"}})
                .status,
            303);
  for (const char* query : {"", "?unit=boxing", "?stage=ADMITTED", "?stage=LEAD&unit=bincheng", "?q=91371625"}) {
    const auto listed = api_get("/api/v1/pool" + std::string(query));
    const auto total = listed.at("total").to_number<std::size_t>();
    EXPECT_EQ(listed.at("entries").as_array().size(), total);
    std::size_t units = 0, stages = 0;
    for (const auto& sum : listed.at("sums").as_array()) {
      if (sum.at("unit").as_string() == "全市合计") {
        EXPECT_EQ(sum.at("total").to_number<std::size_t>(), total) << query;
        continue;
      }
      units += sum.at("total").to_number<std::size_t>();
      for (const auto& stage : sum.at("stages").as_object()) stages += stage.value().to_number<std::size_t>();
    }
    EXPECT_EQ(units, total) << query;
    EXPECT_EQ(stages, total) << query;
    const Response page = get("/pool" + std::string(query));
    EXPECT_EQ(count(page.body, "<td class=\"tick\">"), total) << query;
    EXPECT_TRUE(holds(page, "共 <strong>" + std::to_string(total) + "</strong> 家")) << query;
    const Response file = get("/pool/export" + std::string(query));
    EXPECT_TRUE(file.body.starts_with("PK")) << query;
    for (const auto& [name, value] : file.headers) {
      if (name != "X-Tanmiao-Count") continue;
      EXPECT_EQ(value, std::to_string(total)) << query;
    }
  }
  EXPECT_EQ(get("/pool?unit=" + url_encode("博星县")).status, 400);
  EXPECT_EQ(get("/pool?unti=boxing").status, 400);
}

TEST_F(PoolPages, ApiOfWhatPeopleDidIsReadOnly) {
  admit();
  EXPECT_EQ(api_get("/api/v1/batches").at("batches").as_array().size(), 1u);
  EXPECT_EQ(api_get("/api/v1/conflicts").at("conflicts").as_array().size(), 0u);
  EXPECT_EQ(api_get("/api/v1/targets?as_of=2026-11-26").at("programs").as_array().size(), 2u);
  EXPECT_EQ(get("/api/v1/targets?as_of=gestern").status, 400);
  EXPECT_FALSE(post_limit("/api/v1/pool"));
  EXPECT_FALSE(post_limit("/api/v1/pool/entry/1"));
}

}  // namespace
}  // namespace tanmiao::server::pool_pages_test
