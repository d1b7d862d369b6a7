// Names that are joined to a firm, by a rule or by a person: the way from its page to each, and rulings on them though
// nobody waits for them.
#include "tests/server/posts_fixture.h"

namespace tanmiao::server::firm_records_test {
namespace {

using store::LinkReason;
using store::Ruling;

const std::string kName = "滨州甲铝业科技有限公司", kOther = "滨州乙新材料有限公司", kHidden = "滨州戊保密有限公司";
const std::string kList = "/firm/" + std::string(kFirst) + "/records";

class FirmRecords : public Posts {
 protected:
  FirmRecords() {
    auto store = store::Store::open(root_, store::Access::kWrite, "test").value();
    store::Facts& facts = store->facts();
    const Date day = make_date(2026, 11, 25);
    const auto night = facts.begin_night(day, Instant(day)).value();
    std::vector<Record> patents, lists;
    // The key of the first firm's first patent in the snapshot: its row of the page has its way.
    patents.push_back(
        record(RecordKind::kPatent, "registry", "P0", {{Field::kTitle, "一种铝材"}, {Field::kApplicant, kOther}}));
    patents.back().fields.push_back({Field::kApplicant, kName});
    for (const std::string key : {"P1", "P2"})
      patents.push_back(record(RecordKind::kPatent, "registry", key,
                               {{Field::kTitle, "一种<b>模具</b>"}, {Field::kApplicant, kName}}));
    patents.push_back(record(RecordKind::kPatent, "registry", "P9", {{Field::kApplicant, kHidden}}));
    patents.push_back(record(RecordKind::kPatent, "registry", "P10", {{Field::kApplicant, "无人知晓有限公司"}}));
    lists.push_back(
        record(RecordKind::kRecognition, "lists", "r1",
               {{Field::kFirmName, kName}, {Field::kCreditCode, std::string(kFirst)}, {Field::kProgram, "hnte"}}));
    crawl(*store, night, "registry", std::move(patents));
    crawl(*store, night, "lists", std::move(lists));
    store::Facts::LinkUpdate update;
    update.generation = "s1";
    const auto join = [&](RecordKind kind, const std::string& source, const std::string& key, std::uint16_t slot,
                          store::FirmNo firm, LinkReason reason) {
      update.links.push_back({facts.history(source, kind, key).value().back().id, firm, reason, slot});
    };
    join(RecordKind::kPatent, "registry", "P0", 0, 2, LinkReason::kName);
    join(RecordKind::kPatent, "registry", "P0", 1, 1, LinkReason::kFormerName);
    for (const std::string key : {"P1", "P2"}) join(RecordKind::kPatent, "registry", key, 0, 1, LinkReason::kName);
    join(RecordKind::kPatent, "registry", "P9", 0, 5, LinkReason::kName);
    join(RecordKind::kRecognition, "lists", "r1", 0, 1, LinkReason::kCode);
    std::sort(update.links.begin(), update.links.end(),
              [](const auto& a, const auto& b) { return std::tie(a.record, a.slot) < std::tie(b.record, b.slot); });
    const auto batch = facts.open_batch(night, store::Stage::kLink, "").value();
    EXPECT_TRUE(facts.publish_links(batch.id, update));
    EXPECT_TRUE(facts.finish_night(night.id));
  }
  static Record record(RecordKind kind, std::string source, std::string key, std::vector<FieldValue> fields) {
    Record r;
    r.kind = kind, r.source = std::move(source), r.key = std::move(key), r.fields = std::move(fields);
    r.public_date = make_date(2026, 11, 20), r.public_estimated = false;
    r.origin = {0, "导出.csv", 7};
    canonicalise(r);
    return r;
  }
  static void crawl(store::Store& store, const store::Night& night, const std::string& source,
                    std::vector<Record> records) {
    const auto batch = store.facts().open_batch(night, store::Stage::kCrawl, source).value();
    store::CrawlGroup group;
    group.records = std::move(records);
    group.parts = {{"导出.csv", 1, 1, "", ""}};
    EXPECT_TRUE(store.facts().commit(batch.id, group));
    EXPECT_TRUE(store.facts().publish_crawl(batch.id, store::Completeness::kAppendOnly));
  }
  static std::string item(const std::string& source, RecordKind kind, const std::string& key, int slot,
                          std::string_view firm) {
    return "/review/item?source=" + source + "&kind=" + std::string(kind_name(kind)) + "&key=" + key +
           "&slot=" + std::to_string(slot) + "&firm=" + std::string(firm) + "&in_firm=" + std::string(kFirst);
  }
  static std::string patent(const std::string& key, int slot = 0, std::string_view firm = kFirst) {
    return item("registry", RecordKind::kPatent, key, slot, firm);
  }
  static std::string listed(std::string_view firm = kFirst) {
    return item("lists", RecordKind::kRecognition, "r1", 0, firm);
  }
  Response rule(const std::string& target, const std::string& ruling, Fields more = {}) const {
    Fields fields{{"form", "ruling"}, {"mark", hidden_value(get(target), "mark")}, {"ruling", ruling}};
    fields.insert(fields.end(), more.begin(), more.end());
    return send(target, fields);
  }
  std::vector<store::IdentityDecision> decisions() const {
    return people([](store::People& p) { return p.identity_decisions().value(); });
  }
  std::vector<std::string> actions() const {
    std::vector<std::string> out;
    for (const auto& entry : people([](store::People& p) { return p.audit_trail(0, 9).value(); }))
      out.push_back(entry.action);
    return out;
  }
};

TEST_F(FirmRecords, TheFirmsPageLeadsToEachRecordThatIsJoinedToIt) {
  const Response page = get(firm(kFirst));
  EXPECT_TRUE(holds(page, "href=\"" + kList + "\"")) << "the list of all";
  for (const auto& [key, slot] : {std::pair("P0", 1), std::pair("P1", 0), std::pair("P2", 0)})
    EXPECT_TRUE(holds(page, "href=\"" + escape_html(patent(key, slot)) + "\"")) << key;
  EXPECT_EQ(count(page.body, ">核对</a>"), 3u);
  EXPECT_FALSE(holds(get(firm(kSecond)), ">核对</a>"))
      << "its patent in the snapshot has no name that was joined to it";
  const Response list = get(kList);
  EXPECT_EQ(list.status, 200);
  for (const std::string_view text : {"全部 4", "专利 3", "资质 1", "按曾用名", "信用代码一致", "名称一致"})
    EXPECT_TRUE(holds(list, text)) << text;
  EXPECT_TRUE(holds(list, "一种&lt;b&gt;模具"));
  EXPECT_TRUE(holds(list, escape_html(listed())));
  EXPECT_FALSE(holds(list, "P9"));
  EXPECT_FALSE(holds(get(kList + "?kind=recognition"), "P1"));
  EXPECT_TRUE(holds(get(kList + "?page=2"), "没有第 2 页"));
  EXPECT_EQ(get(kList + "?colour=red").status, 400);
  EXPECT_EQ(get("/firm/91371600MA3WPBLW7A/records").status, 404) << "it was taken out";
}

TEST_F(FirmRecords, ARecordStandsBesideItsFirmThoughItDoesNotWait) {
  const Response page = get(patent("P0", 1));
  EXPECT_EQ(page.status, 200);
  for (const std::string& text :
       std::initializer_list<std::string>{"已归入" + kName + "（按曾用名）", "现归入“" + kName + "”：按曾用名",
                                          "导出.csv", "name=\"ruling\" value=\"different\""})
    EXPECT_TRUE(holds(page, text)) << text;
  EXPECT_TRUE(holds(page, "第 1 / 4 项"));
  EXPECT_TRUE(holds(page, "href=\"" + escape_html(patent("P1")) + "\" data-key=\"j\"")) << "on to its next record";
  EXPECT_FALSE(holds(page, "value=\"yes\" checked")) << "what a rule joined is not judged everywhere unasked";
  EXPECT_FALSE(holds(get("/review"), "P0"));
  EXPECT_EQ(get(patent("P0", 2)).status, 404) << "it has no third name";
  EXPECT_EQ(get(patent("P9")).status, 404) << "its firm was taken out";
  EXPECT_EQ(get(patent("P10")).status, 404) << "joined to nobody";
  EXPECT_EQ(get(patent("P404")).status, 404);
  suppress(kFirst);
  EXPECT_EQ(get(patent("P1", 0, kSecond)).status, 404);
}

TEST_F(FirmRecords, ARulingIsKeptWithItsEntryAndTakenBack) {
  const Response done = rule(patent("P1"), "different", {{"reason", "同名的另一家"}});
  ASSERT_EQ(done.status, 303) << done.body;
  EXPECT_TRUE(location(done).starts_with(kList)) << location(done);
  const Response list = get(location(done));
  EXPECT_TRUE(holds(list, "判为“不是”，下一次夜间任务起生效"));
  EXPECT_TRUE(holds(list, "ruling-different"));
  ASSERT_EQ(decisions().size(), 1u);
  const auto said = decisions()[0];
  EXPECT_EQ(std::tie(said.source, said.key, said.reason, said.by),
            std::tuple("registry", "P1", "同名的另一家", "高新区科技局"));
  EXPECT_EQ(said.ruling, Ruling::kDifferent);
  EXPECT_EQ(said.firm_identity, "code:" + std::string(kFirst));
  EXPECT_EQ(actions(), std::vector<std::string>{"identity.different"});
  EXPECT_TRUE(holds(get(patent("P1")), "已判定，下一夜生效"));
  EXPECT_TRUE(holds(get("/review/decisions"), "同名的另一家"));
  const Response back = send("/review/decisions", {{"form", "undo"},
                                                   {"source", said.source},
                                                   {"kind", "patent"},
                                                   {"key", said.key},
                                                   {"slot", "0"},
                                                   {"name", said.name},
                                                   {"firm", said.firm_identity},
                                                   {"at", iso(said.decided_at)},
                                                   {"then", "item"},
                                                   {"item", patent("P1")},
                                                   {"reason", "误判"}});
  ASSERT_EQ(back.status, 303) << back.body;
  EXPECT_TRUE(location(back).starts_with("/review/item?source=registry")) << "back to the record";
  EXPECT_EQ(decisions().at(0).ruling, Ruling::kUndone);
  EXPECT_EQ(actions(), (std::vector<std::string>{"identity.different", "identity.undone"}));
  EXPECT_FALSE(holds(get(patent("P1")), "下一夜生效</strong>"));
}

TEST_F(FirmRecords, AnotherFirmCanBeMeantAndADoubtTakesNothingAway) {
  const Response other = rule(patent("P2", 0, kSecond), "same", {{"reason", "电话核实"}});
  ASSERT_EQ(other.status, 303) << other.body;
  EXPECT_EQ(decisions().at(0).firm_identity, "code:" + std::string(kSecond));
  EXPECT_TRUE(holds(get(patent("P2")), "已判定，下一夜生效"));
  const Response doubt = rule(patent("P1"), "unsure", {{"reason", "无从核实"}});
  ASSERT_EQ(doubt.status, 303);
  EXPECT_TRUE(holds(get(location(doubt)), "记为“说不准”，仍按规则归入"));
  EXPECT_FALSE(holds(get(patent("P1")), "搁置</strong>"));
}

TEST_F(FirmRecords, WhatContradictsACodeOrIsNotWholeIsRefused) {
  const auto refused = [&](const Response& page, int status, std::string_view why) {
    EXPECT_EQ(page.status, status) << page.body.substr(0, 200);
    EXPECT_TRUE(holds(page, why)) << why;
  };
  refused(rule(listed(kSecond), "same", {{"reason", "地址一致"}}), 403, "与所选企业的");
  EXPECT_TRUE(holds(rule(listed(kSecond), "same", {{"reason", "地址一致"}}), "value=\"地址一致\"")) << "what was typed";
  refused(rule(patent("P1"), "different"), 400, "依据");
  refused(rule(patent("P1"), "different", {{"reason", "x"}, {"token", "stale"}}), 403, "页面已过期");
  refused(rule(patent("P1"), "different", {{"reason", "x"}, {"by", ""}}), 400, "经办");
  EXPECT_EQ(rule(patent("P9"), "different", {{"reason", "x"}}).status, 404);
  std::string nowhere = patent("P1");
  nowhere.replace(nowhere.find("in_firm="), std::string::npos, "in_firm=91371600MA3WPBLW7A");
  EXPECT_EQ(rule(nowhere, "different", {{"reason", "x"}}).status, 404) << "nothing is written before all is known";
  EXPECT_TRUE(decisions().empty());
  const std::string mark = hidden_value(get(patent("P1")), "mark");
  ASSERT_EQ(rule(patent("P1"), "different", {{"reason", "甲看过"}, {"by", "甲科"}}).status, 303);
  refused(send(patent("P1"), {{"form", "ruling"}, {"mark", mark}, {"ruling", "same"}, {"reason", "乙看过"}}), 409,
          "甲科已判定：不是（甲看过）");
}

}  // namespace
}  // namespace tanmiao::server::firm_records_test
