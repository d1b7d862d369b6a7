// Names that wait for a person, on their pages: what is shown, what is taken and refused, what is taken back, and the
// API.
#include "core/firm_name.h"
#include "tests/server/posts_fixture.h"

namespace tanmiao::server::review_pages_test {
namespace {

using store::Ruling;

const std::string kStock = "滨州甲铝业科技股份有限公司";
const std::string kEvilRow = "<b>坏</b>\"'&有限公司";
const std::string kHidden = "滨州戊保密有限公司";

// Where a browser goes on from here: the first address of the item page with this name in the list.
std::string href_before(const std::string& body, const std::string& text) {
  const std::size_t end = body.find("\">" + text);
  const std::size_t begin = body.rfind("href=\"", end);
  if (end == std::string::npos || begin == std::string::npos) return {};
  std::string href = body.substr(begin + 6, end - begin - 6);
  for (std::size_t at = 0; (at = href.find("&amp;", at)) != std::string::npos; ++at) href.replace(at, 5, "&");
  return href;
}

class ReviewPages : public Posts {
 protected:
  ReviewPages() {
    auto store = store::Store::open(root_, store::Access::kWrite, "test").value();
    const Date day = make_date(2026, 11, 25);
    const auto night = store->facts().begin_night(day, Instant(day)).value();
    crawl(*store, night, "patents",
          {record(
              RecordKind::kPatent, "patents", "Q1",
              {{Field::kTitle, "一种铝材"}, {Field::kApplicant, kStock}, {Field::kInventorHash, "0123456789abcdef"}})});
    crawl(*store, night, "lists",
          {listed("r1", kEvilRow, ""), listed("r2", "滨州乙新材料", "91371600MA3000002U"), listed("r3", kHidden, ""),
           listed("r4", "无人知晓有限公司", "")});
    store::Facts::LinkUpdate update;
    update.generation = "s1";
    update.reviews = {
        {"patents",
         "Q1",
         0,
         kStock,
         {1},
         "与“滨州甲铝业科技有限公司”相近",
         RecordKind::kPatent,
         2500,
         R"([{"firm":1,"probability":0.83,"bits":2.3,"factors":[{"field":"trade","text":"字号：一致<i>","bits":7.1},
             {"field":"form","text":"组织形式：有限与股份之别","bits":-2.6}]}])"},
        {"lists", "r1", 0, kEvilRow, {2, 3}, "2 家企业同名", RecordKind::kRecognition, 1000, {}},
        {"lists", "r2", 0, "滨州乙新材料", {1, 2}, "两家相近", RecordKind::kRecognition, 900, {}},
        {"lists", "r3", 0, kHidden, {5}, "与“" + kHidden + "”相近", RecordKind::kRecognition, 800, {}},
        {"lists", "r4", 0, "无人知晓有限公司", {}, "登记数据中没有这个名称", RecordKind::kRecognition, 0, {}}};
    const auto batch = store->facts().open_batch(night, store::Stage::kLink, "").value();
    EXPECT_TRUE(store->facts().publish_links(batch.id, update));
    EXPECT_TRUE(store->facts().finish_night(night.id));
  }
  static Record record(RecordKind kind, std::string source, std::string key, std::vector<FieldValue> fields) {
    Record r;
    r.kind = kind, r.source = std::move(source), r.key = std::move(key), r.fields = std::move(fields);
    r.public_date = make_date(2026, 11, 20), r.public_estimated = false;
    r.origin = {0, "名录<1>.csv", 7};
    canonicalise(r);
    return r;
  }
  static Record listed(std::string key, std::string name, std::string code) {
    return record(
        RecordKind::kRecognition, "lists", std::move(key),
        {{Field::kFirmName, std::move(name)}, {Field::kCreditCode, std::move(code)}, {Field::kProgram, "hnte"}});
  }
  static void crawl(store::Store& store, const store::Night& night, const std::string& source,
                    std::vector<Record> records) {
    const auto batch = store.facts().open_batch(night, store::Stage::kCrawl, source).value();
    store::CrawlGroup group;
    group.records = std::move(records);
    group.parts = {{"名录<1>.csv", 1, 1, "", ""}};
    EXPECT_TRUE(store.facts().commit(batch.id, group));
    EXPECT_TRUE(store.facts().publish_crawl(batch.id, store::Completeness::kComplete));
  }
  static std::string item(const std::string& source, RecordKind kind, const std::string& key,
                          const std::string& firm = "") {
    return "/review/item?source=" + source + "&kind=" + std::string(kind_name(kind)) + "&key=" + key + "&slot=0" +
           (firm.empty() ? "" : "&firm=" + firm);
  }
  static std::string patent() { return item("patents", RecordKind::kPatent, "Q1", std::string(kFirst)); }
  static std::string row(const std::string& key, std::string_view firm) {
    return item("lists", RecordKind::kRecognition, key, std::string(firm));
  }
  // A ruling as the page sends it.
  Response rule(const std::string& target, const std::string& ruling, Fields more = {}) const {
    Fields fields{{"form", "ruling"}, {"mark", hidden_value(get(target), "mark")}, {"ruling", ruling}};
    fields.insert(fields.end(), more.begin(), more.end());
    return send(target, fields);
  }
  std::vector<store::IdentityDecision> decisions() const {
    return people([](store::People& p) { return p.identity_decisions().value(); });
  }
  // The form of the notice with which a ruling is taken back at once.
  static Fields take_back(const Response& page) {
    Fields fields{{"form", "take-back"}};
    const std::size_t begin = page.body.find("class=\"desk take-back\"");
    EXPECT_NE(begin, std::string::npos);
    Response part;
    part.body = page.body.substr(begin, page.body.find("</form>", begin) - begin);
    for (const char* name : {"source", "kind", "key", "slot", "name", "firm", "at", "then", "item", "reason"}) {
      std::string value = hidden_value(part, name);
      for (std::size_t at = 0; (at = value.find("&amp;", at)) != std::string::npos; ++at) value.replace(at, 5, "&");
      fields.emplace_back(name, value);
    }
    return fields;
  }
};

TEST_F(ReviewPages, TheListStandsInOrderOfValueAndNamesNobodyWhoWasTakenOut) {
  const Response list = get("/review");
  EXPECT_EQ(list.status, 200);
  const auto at = [&](const std::string& text) { return list.body.find(text); };
  EXPECT_LT(at(kStock), at("滨州乙新材料<"));
  EXPECT_LT(at("滨州乙新材料<"), at("无人知晓有限公司"));
  EXPECT_TRUE(holds(list, "83%"));
  EXPECT_TRUE(holds(list, "待判定 <span class=\"waiting\">3</span>")) << "in the navigation";
  EXPECT_TRUE(holds(get("/"), "待判定 <span class=\"waiting\">3</span>")) << "of every page";
  EXPECT_FALSE(holds(list, kHidden));
  EXPECT_FALSE(holds(list, "<b>坏"));
  EXPECT_TRUE(holds(list, escape_html(kEvilRow)));
  EXPECT_TRUE(holds(get("/review?source=patents"), kStock));
  EXPECT_FALSE(holds(get("/review?source=patents"), "无人知晓"));
  EXPECT_FALSE(holds(get("/review?kind=recognition"), kStock));
  EXPECT_TRUE(holds(get("/review?state=nothing_near"), "无人知晓有限公司"));
  EXPECT_TRUE(holds(get("/review?page=9"), "没有第 9 页"));
  EXPECT_EQ(get("/review?kind=trademark").status, 400);
  EXPECT_EQ(get("/review?page=0").status, 400);
  EXPECT_EQ(get("/review?colour=red").status, 400);
}

TEST_F(ReviewPages, AnItemShowsBothSidesAndWhatSpeaksForIt) {
  const Response page = get(href_before(get("/review").body, kStock));
  EXPECT_EQ(page.status, 200);
  EXPECT_TRUE(holds(page, "滨州甲铝业科技<mark>股份</mark>有限公司"));
  EXPECT_TRUE(holds(page, "<dt>申请人</dt>"));
  EXPECT_TRUE(holds(page, "第 7 行"));
  EXPECT_TRUE(holds(page, "名录&lt;1&gt;.csv"));
  EXPECT_TRUE(holds(page, std::string(kFirst)));
  EXPECT_TRUE(holds(page, "<dd>3 件</dd>")) << "patents of the firm";
  EXPECT_TRUE(holds(page, "+7.1"));
  EXPECT_TRUE(holds(page, "-2.6"));
  EXPECT_TRUE(holds(page, "+4.5")) << "their sum";
  EXPECT_TRUE(holds(page, "一致&lt;i&gt;"));
  EXPECT_FALSE(holds(page, "<i>"));
  EXPECT_FALSE(holds(page, "0123456789abcdef")) << "nothing of a person";
  EXPECT_TRUE(holds(page, "name=\"everywhere\" value=\"yes\" checked")) << "patents name a firm many times";
  EXPECT_FALSE(holds(get(row("r2", kSecond)), "value=\"yes\" checked"));
  EXPECT_EQ(get(row("r3", "")).status, 404) << "its firm was taken out";
  EXPECT_EQ(get(row("r2", "91371600MA3WPBLW7A")).status, 404) << "nor can it be compared with";
  EXPECT_EQ(get(row("nowhere", "")).status, 404);
  EXPECT_TRUE(holds(get(row("r4", "")), "没有相近的企业"));
  EXPECT_TRUE(holds(get(row("r4", kFirst)), "name=\"ruling\"")) << "somebody knows the firm";
  EXPECT_TRUE(holds(get(row("r4", url_encode("滨州乙新材料有限公司"))), std::string(kSecond))) << "by its name, too";
  EXPECT_EQ(get(row("r4", url_encode(kHidden))).status, 404);
}

TEST_F(ReviewPages, ARulingLeadsToTheNextAndIsTakenBackWithOneClick) {
  const Response done = rule(patent(), "same", {{"reason", "字号、行业一致"}, {"everywhere", "yes"}});
  ASSERT_EQ(done.status, 303) << done.body;
  EXPECT_TRUE(location(done).starts_with(item("lists", RecordKind::kRecognition, "r1")));
  const Response next = get(location(done));
  EXPECT_TRUE(holds(next, "判为“是同一家”"));
  EXPECT_TRUE(holds(next, "待判定 <span class=\"waiting\">2</span>"));
  ASSERT_EQ(decisions().size(), 1u);
  EXPECT_EQ(decisions()[0].key, "") << "of all records of the source";
  EXPECT_EQ(decisions()[0].firm_identity, "code:" + std::string(kFirst));
  EXPECT_EQ(decisions()[0].by, "高新区科技局");
  EXPECT_TRUE(holds(get("/review"), "已判定，下一夜生效"));
  EXPECT_TRUE(holds(get("/review/decisions"), "字号、行业一致"));
  const Response back = send("/review/decisions", take_back(next));
  ASSERT_EQ(back.status, 303) << back.body;
  EXPECT_TRUE(location(back).starts_with("/review/item?source=patents")) << location(back);
  EXPECT_EQ(decisions().at(0).ruling, Ruling::kUndone);
  EXPECT_FALSE(holds(get("/review"), "下一夜生效</th>"));
  EXPECT_TRUE(holds(get(location(send("/review/decisions", take_back(next)))), "先前已经撤销过"));
  const auto audit = people([](store::People& p) { return p.audit_trail(0, 9).value(); });
  ASSERT_EQ(audit.size(), 2u);
  EXPECT_EQ(audit[0].action, "identity.same");
  EXPECT_EQ(audit[1].action, "identity.undone");
}

TEST_F(ReviewPages, WhatIsRefusedIsShownWithWhatWasTyped) {
  const auto refused = [&](const Response& page, int status, std::string_view why) {
    EXPECT_EQ(page.status, status) << page.body.substr(0, 200);
    EXPECT_TRUE(holds(page, why)) << why;
    EXPECT_TRUE(holds(page, "是同一家企业吗")) << "the page it came from";
  };
  const Response none = rule(patent(), "", {{"reason", "打过的<字>"}});
  refused(none, 400, "请按“是同一家”");
  EXPECT_TRUE(holds(none, "value=\"打过的&lt;字&gt;\""));
  EXPECT_FALSE(holds(none, "value=\"yes\" checked")) << "it was not ticked";
  refused(rule(patent(), "same"), 400, "依据");
  refused(rule(patent(), "undone", {{"reason", "x"}}), 400, "请按“是同一家”");
  refused(rule(patent(), "same", {{"reason", "x"}, {"token", "stale"}}), 403, "页面已过期");
  refused(rule(patent(), "same", {{"reason", "x"}, {"by", ""}}), 400, "经办");
  refused(rule(row("r2", kFirst), "same", {{"reason", "x"}}), 403, "与所选企业的");
  EXPECT_EQ(rule(row("nowhere", kFirst), "same", {{"reason", "x"}}).status, 404);
  EXPECT_EQ(rule(row("r2", "91371600MA3WPBLW7A"), "same", {{"reason", "x"}}).status, 404);
  EXPECT_TRUE(decisions().empty());
}

TEST_F(ReviewPages, TwoPeopleWhoRuleAtOnceAreToldOfEachOther) {
  const std::string mark = hidden_value(get(patent()), "mark");
  ASSERT_EQ(rule(patent(), "same", {{"reason", "甲看过"}, {"by", "甲科"}}).status, 303);
  const Response late = send(
      patent(), {{"form", "ruling"}, {"mark", mark}, {"ruling", "different"}, {"reason", "乙看过"}, {"by", "乙科"}});
  EXPECT_EQ(late.status, 409);
  EXPECT_TRUE(holds(late, "甲科已判定：是同一家（甲看过）"));
  EXPECT_TRUE(holds(late, "value=\"乙看过\""));
  EXPECT_EQ(decisions().size(), 1u);
  Fields again{{"form", "ruling"}, {"mark", hidden_value(late, "mark")}, {"ruling", "different"}, {"reason", "乙看过"}};
  EXPECT_EQ(send(patent(), again).status, 303) << "having seen it";
  EXPECT_EQ(decisions().at(0).ruling, Ruling::kDifferent);
}

TEST_F(ReviewPages, OneOfTwoIsRuledOutAndTheOtherIsAskedFor) {
  const Response first = rule(row("r1", kSecond), "different", {{"reason", "地区不同"}});
  ASSERT_EQ(first.status, 303);
  EXPECT_TRUE(location(first).starts_with(item("lists", RecordKind::kRecognition, "r1"))) << "it still waits";
  const Response other = get(location(first));
  EXPECT_TRUE(holds(other, "firm=" + std::string(kEvil))) << "and asks for the other";
  EXPECT_FALSE(holds(other, "<script>alert"));
  const Response second = rule(row("r1", kEvil), "different", {{"reason", "地区不同"}});
  EXPECT_TRUE(location(second).starts_with(item("lists", RecordKind::kRecognition, "r2")));
  EXPECT_TRUE(holds(get("/review?state=settled"), escape_html(kEvilRow)));
}

TEST_F(ReviewPages, WhatNobodyCanSayIsPutAside) {
  ASSERT_EQ(rule(patent(), "unsure", {{"reason", "资料不足"}}).status, 303);
  EXPECT_TRUE(holds(get("/review?state=shelved"), kStock));
  EXPECT_FALSE(holds(get("/review?state=waiting"), kStock));
  EXPECT_TRUE(holds(get("/review"), "搁置（说不准的）"));
  EXPECT_EQ(rule(patent(), "same", {{"reason", "补充核实"}}).status, 303) << "it can be ruled on later";
}

TEST_F(ReviewPages, DecisionsOfFirmsThatWereTakenOutAreNotShown) {
  ASSERT_EQ(rule(patent(), "same", {{"reason", "一致"}}).status, 303);
  suppress(kFirst);
  EXPECT_FALSE(holds(get("/review/decisions"), kStock));
  EXPECT_FALSE(holds(get("/review"), kStock));
  EXPECT_FALSE(holds(get("/review"), "滨州甲铝业科技有限公司"));
  EXPECT_FALSE(holds(get(row("r2", "")), "两家相近")) << "what it says may name the firm";
  const auto decision = decisions().at(0);
  EXPECT_EQ(send("/review/decisions", {{"form", "x"},
                                       {"source", decision.source},
                                       {"kind", "patent"},
                                       {"key", decision.key},
                                       {"slot", "0"},
                                       {"name", decision.name},
                                       {"firm", decision.firm_identity},
                                       {"at", iso(decision.decided_at)},
                                       {"reason", "x"}})
                .status,
            404);
}

TEST_F(ReviewPages, TheApiGivesTheQueue) {
  const auto all = api_get("/api/v1/review");
  EXPECT_EQ(all.at("total").to_number<int>(), 4);
  EXPECT_EQ(all.at("states").at("waiting").to_number<int>(), 3);
  const auto& first = all.at("items").at(0).as_object();
  EXPECT_EQ(first.at("name").as_string(), kStock);
  EXPECT_EQ(first.at("state").as_string(), "waiting");
  const auto& candidate = first.at("candidates").at(0).as_object();
  EXPECT_EQ(candidate.at("code").as_string(), kFirst);
  EXPECT_EQ(candidate.at("probability").as_double(), 0.83);
  EXPECT_EQ(candidate.at("factors").as_array().size(), 2u);
  EXPECT_FALSE(holds(get("/api/v1/review"), kHidden));
  EXPECT_EQ(api_get("/api/v1/review?kind=patent&state=waiting").at("total").to_number<int>(), 1);
  EXPECT_EQ(get("/api/v1/review?kind=x").status, 400);
  EXPECT_TRUE(api_get("/api/v1/review?page=2").at("items").as_array().empty());
}

// Two records from before the firm was founded: one item, one ruling.
class ReviewCases : public ReviewPages {
 protected:
  ReviewCases() {
    auto store = store::Store::open(root_, store::Access::kWrite, "test").value();
    const Date day = make_date(2026, 11, 26);
    const auto night = store->facts().begin_night(day, Instant(day)).value();
    store::Facts::LinkUpdate update;
    update.generation = "s1";
    std::vector<Record> records;
    for (const std::string key : {"Q2", "Q3"}) {
      records.push_back(record(RecordKind::kPatent, "patents", key, {{Field::kApplicant, kStock}}));
      update.reviews.push_back({"patents",
                                key,
                                0,
                                kStock,
                                {1},
                                "记录日期 2011-03-04 早于该名称企业的成立日期 2020-01-01",
                                RecordKind::kPatent,
                                2000,
                                {}});
    }
    crawl(*store, night, "patents", std::move(records));
    const auto batch = store->facts().open_batch(night, store::Stage::kLink, "").value();
    EXPECT_TRUE(store->facts().publish_links(batch.id, update));
    EXPECT_TRUE(store->facts().finish_night(night.id));
  }
};

TEST_F(ReviewCases, StandOnceAndAreRuledOnAndTakenBackTogether) {
  const std::string target = item("patents", RecordKind::kPatent, "Q2", std::string(kFirst));
  const Response page = get(target);
  EXPECT_TRUE(holds(page, "此名称另有 1 条记录情形相同"));
  EXPECT_FALSE(holds(page, "value=\"yes\" checked")) << "what is said of these is not said of all";
  EXPECT_TRUE(holds(get("/review"), "待判定 <span class=\"waiting\">1</span>"));
  const Response done = rule(target, "different", {{"reason", "当时尚未成立"}});
  ASSERT_EQ(done.status, 303) << done.body;
  const auto said = decisions();
  ASSERT_EQ(said.size(), 2u);
  EXPECT_EQ(said[0].key, "Q2");
  EXPECT_EQ(said[1].key, "Q3");
  const Response next = get(location(done));
  EXPECT_TRUE(holds(next, "判为“不是”，共 2 条记录"));
  const Response back = send("/review/decisions", take_back(next));
  ASSERT_EQ(back.status, 303) << back.body;
  for (const auto& decision : decisions()) EXPECT_EQ(decision.ruling, Ruling::kUndone) << decision.key;
  const Response told = get(location(back));
  EXPECT_TRUE(holds(told, "已撤销：“" + kStock)) << "what was taken back is said";
  EXPECT_TRUE(holds(told, "当时尚未成立"));
}

}  // namespace
}  // namespace tanmiao::server::review_pages_test
