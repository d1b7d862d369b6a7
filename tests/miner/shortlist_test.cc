// The shortlist: quotas, caps, and that it depends on nothing but the run.
#include "miner/shortlist.h"

#include <map>

#include "miner/rules.h"
#include "tests/miner/fixture.h"

namespace tanmiao::miner::shortlist_test {
namespace {

// Twelve leads in rank order by their subsidies: nine of 博兴县, three weak ones of 邹平市; three at one address.
std::vector<TestFirm> office_city() {
  std::vector<TestFirm> firms;
  for (int i = 0; i < 12; ++i) {
    TestFirm firm{.name = "企业" + std::to_string(i)};
    for (int n = 0; n < 12 - i; ++n)
      firm.signals.push_back({"contest", day(2026, 1, 1U + static_cast<unsigned>(n)), "", day(2026, 1, 20)});
    if (i < 6)
      firm.patents.assign(static_cast<std::size_t>(6 - i),
                          {.kind = PatentKind::kInvention, .filing = day(2025, 1, 1), .public_date = day(2025, 9, 1)});
    firm.unit = i < 9 ? 1 : 2;
    firm.address = i < 3 ? "山东省滨州市博兴县兴业路12号A座" + std::to_string(i) + "室"
                         : "博兴县工业路" + std::to_string(100 + i) + "号";
    if (i == 4) firm.parent = 4;  // a daughter of 企业3, which has the number 4
    firms.push_back(firm);
  }
  return firms;
}

struct Mined {
  World world{office_city()};
  std::shared_ptr<const store::Run> run;
  Mined() {
    const auto folder = world.folder();
    const auto report = mine(folder, *world.snapshot, *world.rules, world.reference,
                             {"all", make_date(2026, 11, 20), 1}, nullptr, silent_progress());
    EXPECT_TRUE(report) << report.error().text();
    run = store::Run::open(folder.run(report->run.id)).value();
  }
  Shortlisted pick(const ShortlistRule& rule, const std::vector<store::FirmNo>& without = {}) const {
    return shortlist(*world.snapshot, *run, world.reference, rule, without);
  }
  std::map<std::string, int> by_unit(const Shortlisted& list) const {
    std::map<std::string, int> out;
    for (const Pick& pick : list.picks)
      ++out[std::string(world.snapshot->unit_name(run->firm[pick.row], world.reference.regions))];
    return out;
  }
};

TEST(Shortlist, TheBestOfEachUnit) {
  const Mined mined;
  ASSERT_EQ(mined.run->size(), 12U);
  ShortlistRule rule;
  rule.per_unit = 2;
  const Shortlisted list = mined.pick(rule);
  EXPECT_EQ(mined.by_unit(list), (std::map<std::string, int>{{"博兴县", 2}, {"邹平市", 2}}));
  for (std::size_t i = 1; i < list.picks.size(); ++i) EXPECT_LT(list.picks[i - 1].row, list.picks[i].row);
  EXPECT_EQ(list.picks[0].row, 0U) << "the best of all is the best of its unit";
}

TEST(Shortlist, AQuotaTakesItsLeastFromTheTopAndTheRestGoByRank) {
  const Mined mined;
  ShortlistRule rule;
  rule.size = 5;
  EXPECT_EQ(mined.by_unit(mined.pick(rule)).count("邹平市"), 0U) << "by rank alone none of them would come";
  rule.quotas = {{Quota::Of::kUnit, "邹平市", 2, 0}};
  const Shortlisted list = mined.pick(rule);
  EXPECT_EQ(list.picks.size(), 5U);
  EXPECT_EQ(mined.by_unit(list)["邹平市"], 2);
  int by_quota = 0;
  for (const Pick& pick : list.picks) by_quota += pick.why == "责任单位 邹平市 至少 2 家";
  EXPECT_EQ(by_quota, 2);
  rule.quotas = {{Quota::Of::kUnit, "邹平市", 4, 0}};
  EXPECT_EQ(mined.pick(rule).short_of, std::vector<std::string>{"责任单位 邹平市 至少 4 家，仅有 3 家"});
  rule.quotas = {{Quota::Of::kUnit, "博兴县", 0, 1}};
  EXPECT_EQ(mined.by_unit(mined.pick(rule))["博兴县"], 1) << "most bounds it";
}

TEST(Shortlist, OneAddressAndOneGroupDoNotFillTheList) {
  const Mined mined;
  ShortlistRule rule;
  rule.size = 4;
  rule.per_address = 1, rule.per_group = 1;
  const Shortlisted list = mined.pick(rule);
  std::map<std::string, int> addresses;
  for (const Pick& pick : list.picks)
    ++addresses[address_key(mined.world.snapshot->firms.address[mined.run->firm[pick.row]], mined.world.reference)];
  EXPECT_EQ(addresses.size(), list.picks.size());
  ASSERT_EQ(list.passed_over.size(), 2U);
  EXPECT_EQ(list.passed_over[0].first, "同一地址已有 1 家");
  EXPECT_EQ(list.passed_over[0].second, 2U);
  EXPECT_EQ(list.passed_over[1].first, "同一集团已有 1 家");
  ShortlistRule three;
  three.size = 3;
  EXPECT_EQ(mined.pick(three, {mined.run->firm[0]}).picks.front().row, 1U) << "who was taken out is passed over";
}

TEST(Shortlist, AddressesAreComparedUpToTheirHouse) {
  const Reference reference;
  EXPECT_EQ(address_key("黄河五路１２号A座1203室", reference), address_key("黄河五路12号 B座", reference));
  EXPECT_NE(address_key("黄河五路12号", reference), address_key("黄河五路13号", reference));
  EXPECT_EQ(address_key("开发区", reference), "") << "too little to tell";
}

TEST(CampaignFile, MistakesAreNamedWithLineAndColumn) {
  const auto told = [](const std::string& toml) {
    const auto read = parse_campaign(toml, "c", "c.toml");
    return read ? std::string() : read.error().text();
  };
  EXPECT_EQ(
      told("title = 'a'\n[shortlist]\nsize = 10\nper_unit = 2\n[[shortlist.quota]]\nunit = '博兴县'\nleast = 3\n"), "");
  EXPECT_NE(told("title = 'a'\n[shortlist]\nper_unti = 2\n").find("c.toml:3:"), std::string::npos)
      << told("title = 'a'\n[shortlist]\nper_unti = 2\n");
  EXPECT_NE(told("title = 'a'\n[shortlist]\nper_unti = 2\n").find("per_unit"), std::string::npos);
  EXPECT_NE(told("title = 'a'\n[shortlist]\nsize = 0\n").find("whole number from 1"), std::string::npos);
  EXPECT_NE(
      told("title = 'a'\n[shortlist]\nsize = 3\n[[shortlist.quota]]\nkind = 'new'\nleast = 4\n").find("more than size"),
      std::string::npos);
  EXPECT_NE(told("title = 'a'\n[shortlist]\nsize = 3\n[[shortlist.quota]]\nleast = 2\n").find("exactly one of"),
            std::string::npos);
  EXPECT_NE(
      told("title = 'a'\n[shortlist]\nsize = 9\n[[shortlist.quota]]\nkind = 'start-up'\nleast = 2\n").find("start_up"),
      std::string::npos);
  EXPECT_NE(told("title = 'a'\n[shortlist]\nper_group = 2\n").find("expected size"), std::string::npos);
}

TEST(CampaignFile, NamesThatTheReferenceLacksAreNamedWithTheirPlace) {
  const World world({{.name = "甲"}});
  auto rules = std::make_shared<LoadedRules>(world.loaded());
  rules->campaigns_ = {*parse_campaign(
      "title = 'a'\n[shortlist]\nsize = 3\n[[shortlist.quota]]\nindustry = '电级'\nleast = 2\n", "c", "c.toml")};
  const auto context = context_for(*world.snapshot, *rules, world.reference, {"c", make_date(2026, 11, 20), 1});
  ASSERT_FALSE(context);
  EXPECT_NE(context.error().text().find("c.toml:5:"), std::string::npos) << context.error().text();
  EXPECT_NE(context.error().text().find("电机"), std::string::npos) << context.error().text();
}

TEST(Renewals, HoldersAndFormerHoldersStandApartFromLeads) {
  const Date today = make_date(2026, 11, 20);
  const World world(
      {{.name = "有效",
        .recognitions =
            {{.program = "tech_sme", .year = 2026, .issued = day(2026, 6, 1), .public_date = day(2026, 6, 1)}}},
       {.name = "去年",
        .recognitions =
            {{.program = "tech_sme", .year = 2024, .issued = day(2024, 6, 1), .public_date = day(2024, 6, 1)}}},
       {.name = "高企到期",
        .recognitions = {{.program = "hnte", .issued = day(2023, 1, 5), .public_date = day(2023, 1, 9)}}},
       {.name = "注销",
        .recognitions = {{.program = "hnte", .issued = day(2025, 1, 5), .public_date = day(2025, 1, 9)}},
        .status = FirmStatus::kCancelled},
       {.name = "无", .signals = {{"contest", day(2026, 1, 1), "", day(2026, 1, 20)}}}});
  const auto list = renewals(*world.snapshot, *world.rules, world.reference, {"all", today, 1}, nullptr);
  ASSERT_TRUE(list) << list.error().text();
  std::vector<std::string> told;
  for (const Renewal& one : *list)
    told.push_back(std::string(world.snapshot->firms.name[one.standing.firm]) + " " +
                   std::string(held_label(one.standing.held)));
  EXPECT_EQ(told, (std::vector<std::string>{"去年 已失效", "高企到期 已失效", "有效 有效"}));
}

}  // namespace
}  // namespace tanmiao::miner::shortlist_test
