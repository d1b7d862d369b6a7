// Paging: every firm once, whatever happens between two pages.
#include "indexer/cursor.h"

#include <algorithm>
#include <random>
#include <set>

#include "city_fixture.h"
#include "indexer/facets.h"

namespace tanmiao::indexer::cursor_test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<TestFirm> some_firms(unsigned seed, int count) {
  std::mt19937 random(seed);
  const std::vector<std::string> words{"铝业", "铝材", "陶瓷", "科技", "新材料"};
  std::vector<TestFirm> firms;
  for (int i = 0; i < count; ++i) {
    TestFirm firm;
    firm.name = "甲" + words[random() % words.size()] + std::string(random() % 3, 'x') + std::to_string(random() % 40);
    firm.scope = random() % 2 == 0 ? "铝材加工；" + words[random() % words.size()] : "";
    firm.status = random() % 4 == 0 ? FirmStatus::kCancelled : FirmStatus::kActive;
    firm.year = random() % 5 == 0 ? 0 : 2000 + static_cast<int>(random() % 8);
    firm.unit = static_cast<std::uint16_t>(1 + random() % 2);
    firms.push_back(std::move(firm));
  }
  return firms;
}

class Paged : public City {
 protected:
  void mine() {
    store::RunTable<store::Build> table;
    for (store::FirmNo firm = snapshot_->last_firm(); firm > 0; firm -= std::min<store::FirmNo>(firm, 7)) {
      table.each([](std::string_view, auto& column) { column.push_back({}); });
      table.firm.back() = firm;
    }
    ASSERT_TRUE(store::write_run(folder_.run("r1"), table, "{}"));
    run_ = store::Run::open(folder_.run("r1")).value();
    reopen();
  }
  void reopen() { searcher_ = Searcher::open(folder_, report_.generation, snapshot_, run_, reference_).value(); }
};

TEST_F(Paged, PagesJoinedAreTheWholeAnswerInEveryOrder) {
  build(some_firms(1, 700));
  mine();
  std::mt19937 random(2);
  for (const char* text : {"", "铝", "铝材 -陶瓷", "甲铝业x1", "scope:铝材 | 科技"})
    for (const Order order : {Order::kRelevance, Order::kRank, Order::kName, Order::kEstablished}) {
      Query query;
      query.text = text;
      query.order = order;
      if (random() % 2 == 0) query.filters = {{"unit", {"boxing"}}};
      const std::vector<store::FirmNo> whole = searcher_->all(query).value().firms;
      query.limit = 100000;
      const Page at_once = ask(query);
      EXPECT_EQ(at_once.next, "");
      EXPECT_EQ(numbers(at_once), whole);
      EXPECT_EQ(at_once.total, whole.size());
      std::vector<store::FirmNo> joined;
      do {
        query.limit = 1 + random() % 90;
        const Page page = ask(query);
        EXPECT_EQ(page.before, joined.size());
        EXPECT_EQ(page.total, whole.size());
        for (const store::FirmNo firm : numbers(page)) joined.push_back(firm);
        query.cursor = page.next;
      } while (!query.cursor.empty());
      EXPECT_EQ(joined, whole) << text << " in order " << static_cast<int>(order);
    }
}

// People take firms out and move them between stages while somebody pages: an offset would then skip or repeat firms.
TEST_F(Paged, NothingIsSkippedOrRepeatedWhenFirmsLeaveBetweenPages) {
  build(some_firms(3, 400));
  for (const Order order : {Order::kRelevance, Order::kName, Order::kEstablished}) {
    std::mt19937 random(4);
    Query query;
    query.text = "铝";
    query.order = order;
    query.limit = 20;
    std::set<store::FirmNo> left(query.without.begin(), query.without.end());
    const auto whole = searcher_->all(query).value().firms;
    std::set<store::FirmNo> seen, gone;
    for (;;) {
      const Page page = ask(query);
      for (const store::FirmNo firm : numbers(page)) EXPECT_TRUE(seen.insert(firm).second) << firm << " twice";
      if (page.next.empty()) break;
      query.cursor = page.next;
      for (int i = 0; i < 3; ++i) gone.insert(whole[random() % whole.size()]);  // also the one that was shown last
      gone.insert(page.hits.back().firm);
      query.without.assign(gone.begin(), gone.end());
    }
    for (const store::FirmNo firm : whole) EXPECT_TRUE(seen.contains(firm) || gone.contains(firm)) << firm << " lost";
  }
}

TEST_F(Paged, ACursorOfAnotherGenerationRunOrQueryIsAnErrorThatSaysSo) {
  const auto firms = some_firms(5, 200);
  build(firms);
  mine();
  Query query;
  query.text = "铝";
  query.limit = 10;
  const std::string next = ask(query).next;
  query.order = Order::kRank;
  const std::string ranked = ask(query).next;
  const auto error_of = [&](const Query& asked) {
    const auto page = searcher_->search(asked);
    EXPECT_FALSE(page);
    return page ? Error{} : page.error();
  };
  query.cursor = next;  // by rank, with a cursor by relevance
  EXPECT_EQ(error_of(query).code, Errc::kUsage);
  EXPECT_THAT(error_of(query).message, HasSubstr("another query or order"));
  query.order = Order::kRelevance;
  query.text = "陶瓷";
  EXPECT_EQ(error_of(query).code, Errc::kUsage);
  query.text = "铝";
  query.limit = 3;
  query.facets = {"unit"};  // neither is part of what is asked for
  EXPECT_EQ(ask(query).before, 10u);

  run_ = nullptr;
  reopen();
  EXPECT_EQ(ask(query).before, 10u) << "this order does not rest on the run";
  query.cursor = ranked;
  EXPECT_EQ(error_of(query).code, Errc::kConflict);

  auto more = firms;
  more.push_back({"新来的铝业", "", "", ""});
  snapshot_ = write(more, "s2");
  report_ = build_index(folder_, *snapshot_, {}, *reference_, silent_progress()).value();
  reopen();
  query.cursor = next;
  EXPECT_EQ(error_of(query).code, Errc::kConflict);
  EXPECT_FALSE(searcher_->goes_on(decode_cursor(next).value()));
}

TEST_F(Paged, ATamperedCursorIsRefusedAtEveryLetter) {
  build(some_firms(6, 60));
  Query query;
  query.limit = 10;
  const std::string next = ask(query).next;
  ASSERT_EQ(next.size(), 52u);
  for (std::size_t at = 0; at < next.size(); ++at) {
    query.cursor = next;
    query.cursor[at] = next[at] == 'Q' ? 'R' : 'Q';
    const auto page = searcher_->search(query);
    ASSERT_FALSE(page) << at;
    EXPECT_EQ(page.error().code, Errc::kUsage);
    EXPECT_EQ(page.error().where, "cursor");
  }
  for (const std::string& bad : {next.substr(1), next + "A", std::string("x"), std::string(52, '='),
                                 std::string(52, 'A'), std::string(100000, 'A')})
    EXPECT_EQ(decode_cursor(bad).error().code, Errc::kUsage);
}

TEST(CursorText, ComesBackAsItWasAtTheEndsOfItsRanges) {
  for (const Cursor& cursor : {Cursor{}, Cursor{~0ull, ~0ull, ~0ull, ~0u, ~0u}, Cursor{1, 0, 2, 3, 4}}) {
    const auto back = decode_cursor(encode(cursor));
    ASSERT_TRUE(back);
    EXPECT_EQ(*back, cursor);
  }
}

// A bound on time gives an error that says what to do, and no part of the answer.
TEST_F(Paged, AQueryOverItsTimeIsAnErrorAndNeverAPartOfTheAnswer) {
  build(some_firms(7, 300));
  Query query;
  query.text = "铝 科技";
  query.most_time = std::chrono::milliseconds(0);
  for (int times = 0; times < 3; ++times) {
    const auto page = searcher_->search(query);
    ASSERT_FALSE(page);
    EXPECT_EQ(page.error().code, Errc::kLimit);
    EXPECT_THAT(page.error().message, HasSubstr("took more than 0 ms"));
    EXPECT_EQ(searcher_->all(query).error().code, Errc::kLimit);
  }
  const std::uint64_t hurried = [&] {
    query.most_time = std::chrono::hours(1);
    return ask(query).total;
  }();
  query.most_time.reset();
  EXPECT_EQ(ask(query).total, hurried) << "nothing half was kept";
}

TEST_F(Paged, StagesAreAFacetWithoutAnotherIndex) {
  build({{"铝一", "", "", ""}, {"铝二", "", "", ""}, {"铝三", "", "", ""}, {"铜", "", "", ""}});
  const auto stages = [&](std::vector<std::pair<store::FirmNo, std::string>> of) {
    return std::make_shared<const FacetColumn>(joined_facet("stage", "培育阶段", *snapshot_,
                                                            {{"LEAD", "线索"}, {"VERIFIED", "已核实"}}, std::move(of),
                                                            {"none", "未入库"}));
  };
  Query query;
  query.text = "铝";
  query.facets = {"stage"};
  const auto counts = [&] {
    std::vector<std::pair<std::string, std::uint64_t>> out;
    const Page page = ask(query);
    for (const FacetValue& value : page.facets.at(0).values) out.emplace_back(value.label, value.count);
    return out;
  };
  query.joined = {stages({{3, "LEAD"}, {1, "LEAD"}, {1, "VERIFIED"}})};
  EXPECT_THAT(counts(), ElementsAre(std::pair("线索", 2u), std::pair("已核实", 1u), std::pair("未入库", 1u)));
  query.joined = {stages({{3, "VERIFIED"}})};  // somebody moved them
  EXPECT_THAT(counts(), ElementsAre(std::pair("已核实", 1u), std::pair("未入库", 2u)));
  query.filters = {{"stage", {"已核实"}}};
  EXPECT_THAT(counts(), ElementsAre(std::pair("已核实", 1u), std::pair("未入库", 2u))) << "its own filter";
  EXPECT_THAT(numbers(ask(query)), ElementsAre(3));
  query.filters.clear();
  query.text = "铝 -stage:none";
  EXPECT_THAT(numbers(ask(query)), ElementsAre(3));
  query.joined.clear();
  query.facets.clear();
  EXPECT_EQ(searcher_->search(query).error().code, Errc::kUsage) << "nobody joined it";
}

TEST_F(Paged, CodesAreCountedLevelByLevel) {
  reference_->industry_2017.name_by_code = {{"C", "制造业"},         {"C32", "有色金属冶炼"}, {"C325", "有色金属压延"},
                                            {"C3252", "铝压延加工"}, {"I", "信息"},           {"I65", "软件"}};
  build({{"甲", "", "", "", {"装置"}}, {"乙", "", "", ""}});
  Query query;
  const auto values = [&](const std::string& facet) {
    query.facets = {facet};
    std::vector<std::string> out;
    const Page page = ask(query);
    for (const FacetValue& value : page.facets.at(0).values) out.push_back(value.value);
    return out;
  };
  EXPECT_THAT(values("ipc"), ElementsAre("B22D", "C22C", "none"));
  EXPECT_THAT(values("ipc:"), ElementsAre("B", "C", "none"));
  EXPECT_THAT(values("ipc:C"), ElementsAre("C22"));
  EXPECT_THAT(values("ipc:C22"), ElementsAre("C22C"));
  for (const char* bad : {"ipc:C22C", "age:1", "unit:", "ipc:Z99", "industry:Q"}) {
    query.facets = {bad};
    const auto page = searcher_->search(query);
    ASSERT_FALSE(page) << bad;
    EXPECT_EQ(page.error().code, Errc::kUsage);
  }
}

// Of facets of which a firm has exactly one value, counts add up to the total; under filters too.
TEST_F(Paged, CountsOfExclusiveFacetsAddUpToTheTotal) {
  build(some_firms(8, 1500));
  std::mt19937 random(9);
  const std::vector<std::string> texts{"", "铝", "科技 -x", "铝 | 陶瓷", "-铝", "established:2003..2005"};
  const std::vector<std::string> exclusive{"unit", "township", "zone",     "status",
                                           "age",  "capital",  "industry", "region"};
  for (int round = 0; round < 400; ++round) {
    Query query;
    query.text = texts[random() % texts.size()];
    query.limit = 1;
    query.facets = {"unit", "township", "zone", "status", "age", "capital", "industry:", "region:", "ipc"};
    if (random() % 2 == 0) query.filters.push_back({"unit", {random() % 2 == 0 ? "boxing" : "bincheng"}});
    if (random() % 3 == 0) query.filters.push_back({"status", {"ACTIVE"}});
    if (random() % 4 == 0) query.filters.push_back({"age", {"10-", "unknown"}});
    const Page page = ask(query);
    for (const FacetCounts& facet : page.facets) {
      if (std::find(exclusive.begin(), exclusive.end(), facet.facet) == exclusive.end()) continue;
      std::uint64_t sum = 0;
      for (const FacetValue& value : facet.values) sum += value.count;
      Query without = query;  // a facet's own filter does not reduce its counts
      std::erase_if(without.filters, [&](const Filter& filter) { return filter.facet == facet.facet; });
      EXPECT_EQ(sum, ask(without).total) << facet.facet << " of " << query.text;
    }
  }
}

}  // namespace
}  // namespace tanmiao::indexer::cursor_test
