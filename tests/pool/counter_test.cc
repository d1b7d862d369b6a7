// The counter and announcement lists: what is valid on a day, and four piles that lose nothing.
#include "pool/counter.h"

#include "list_fixture.h"

namespace tanmiao::pool::counter_test {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

class CounterTest : public ListTest {
 protected:
  CounterInputs counting(std::vector<Standing> standings) {
    return {*book_, *rules_, pool_revisions(people()).value(), {}, [standings](Date day) {
              std::vector<Standing> then = standings;
              for (Standing& s : then)
                if (s.until != kNoDay && s.until < to_day(day)) s.held = Held::kExpired;
              return Result<std::vector<Standing>>(then);
            }};
  }
  static Standing valid(store::FirmNo firm, Date until) { return {firm, "tech_sme", Held::kValid, to_day(until), "n"}; }
};

TEST_F(CounterTest, CountsWhatIsValidOnTheDayByUnit) {
  std::vector<Standing> standings = {valid(3, make_date(2027, 3, 31)), valid(4, make_date(2027, 3, 31)),
                                     valid(5, make_date(2026, 3, 31))};
  standings[1].held = Held::kRenewDue;
  const auto in = counting(standings);
  const auto counters = count_targets(in, kToday).value();
  ASSERT_THAT(counters, SizeIs(2));  // tech_sme and hnte have targets
  const Counter& c = counters[0];
  EXPECT_EQ(target_text(*c.target), "2023 年突破 600 家");
  EXPECT_EQ(c.lines.back().valid, 1U);
  EXPECT_EQ(c.lines.back().renew_due, 1U);
  EXPECT_EQ(*c.lines.back().gap, 600);  // 突破 600 is 601: one is there
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i + 1 < c.lines.size(); ++i) sum += c.lines[i].valid.value();
  EXPECT_EQ(sum, c.lines.back().valid);
  const auto unit = std::find_if(c.lines.begin(), c.lines.end(), [](const auto& l) { return l.unit == "高新区"; });
  EXPECT_EQ(unit->valid, 1U);
}

TEST_F(CounterTest, MovingTheDayPastAnExpiryLowersTheCount) {
  const auto in = counting({valid(3, make_date(2027, 3, 31)), valid(4, make_date(2026, 12, 31))});
  EXPECT_EQ(count_targets(in, kToday).value()[0].lines.back().valid, 2U);
  EXPECT_EQ(count_targets(in, make_date(2027, 1, 1)).value()[0].lines.back().valid, 1U);
  EXPECT_EQ(count_targets(in, make_date(2027, 4, 1)).value()[0].lines.back().valid, 0U);
}

TEST_F(CounterTest, AchievedInThePoolCountsWhileItsNumberIsValid) {
  store::PoolEntry entry = blank_entry(code(3), name(3), "tech_sme");
  entry.stage = "ACHIEVED";
  entry.stage_since = make_date(2026, 5, 1);
  entry.cells = {{"registration_no", "2026371600"}, {"registration_until", "2027-03-31"}};
  store::PeopleChange change;
  change.entries = {entry};
  ASSERT_TRUE(people().apply(change));
  const auto c = count_targets(counting({}), kToday).value()[0];
  EXPECT_EQ(c.lines.back().valid, 1U);
  ASSERT_THAT(c.months, SizeIs(13));
  EXPECT_EQ(c.months.front().valid, std::nullopt) << "a year ago nobody knew of any";
  EXPECT_EQ(c.months.back().valid, 1U);
  EXPECT_EQ(count_targets(counting({}), make_date(2027, 4, 1)).value()[0].lines.back().valid, 0U);
  EXPECT_EQ(count_targets(counting({}), make_date(2026, 4, 30)).value()[0].lines.back().valid, std::nullopt);
}

TEST_F(CounterTest, TheForecastIsARangeOfWhatIsCarriedRenewedAndOnItsWay) {
  for (const store::FirmNo n : {3U, 4U}) verify(n);
  const auto c = count_targets(counting({valid(5, make_date(2027, 3, 31))}), kToday).value()[0];
  EXPECT_EQ(c.forecast->carried, 1U);
  EXPECT_EQ(c.forecast->pipeline, 2U);
  EXPECT_LE(c.forecast->low, c.forecast->high);
  EXPECT_GE(c.forecast->low, c.forecast->carried);
  EXPECT_LE(c.forecast->high, c.forecast->carried + c.forecast->pipeline);
  EXPECT_EQ(c.lines.back().pipeline, 2U);
}

TEST_F(CounterTest, AListComesInFourPilesAndNothingIsLost) {
  const auto list = official(
      "企业名称,所属县区,入库登记编号\n滨州第3科技有限公司,,2026371600A1\n滨州双名科技有限公司,,2026371600A2\n"
      "滨州双名科技有限公司,惠民县,2026371600A3\n从未见过的公司,,2026371600A4\n滨州第4科技有限公司,,2024371600A5\n"
      "滨州第5科技有限公司,,\n");
  ASSERT_THAT(list.rows, SizeIs(6));
  const std::vector<Pile> piles = {Pile::kFound,   Pile::kNamesakes, Pile::kFound,
                                   Pile::kUnknown, Pile::kLapsed,    Pile::kUnreadable};
  std::size_t sum = 0;
  for (std::size_t i = 0; i < piles.size(); ++i) EXPECT_EQ(list.rows[i].pile, piles[i]) << i << list.rows[i].why;
  for (const Pile pile : kPiles) sum += list.count(pile);
  EXPECT_EQ(sum, list.rows.size());
  EXPECT_EQ(list.rows[2].code, code(kTwinB));
  EXPECT_THAT(list.rows[5].why, HasSubstr("入库登记编号"));

  const std::string path = (root_ / "piles.xlsx").string();
  ASSERT_TRUE(write_piles(list, {}, *rules_, path, "市科技局"));
  const auto again = match_official({path}, matching());
  ASSERT_TRUE(again) << again.error().text();
  EXPECT_EQ(again->title, list.title) << "fed again it is the same list";
  EXPECT_THAT(again->rows, SizeIs(list.rows.size()));

  const InboxLock inbox = InboxLock::take(list.program, root_).value();
  const auto kept = keep_list(list, inbox).value();
  EXPECT_EQ(kept, keep_list(*again, inbox).value());
  EXPECT_THAT(kept, HasSubstr("lists-tech-sme"));
  const auto rows = cells_of(kept, "");
  ASSERT_THAT(rows, SizeIs(6)) << "a header and five rows that could be read";
  OfficialList pile = list;
  std::erase_if(pile.rows, [](const OfficialRow& row) { return row.pile != Pile::kNamesakes; });
  pile.rows.at(0).code = code(kTwinA);
  ASSERT_TRUE(keep_list(pile, inbox));
  EXPECT_THAT(cells_of(kept, ""), SizeIs(6)) << "one pile fed back replaces its rows and leaves the others";
}

TEST_F(CounterTest, ANameInAnotherCountyOrUnderAnotherCodeIsForAPerson) {
  const auto list = official(
      "企业名称,统一社会信用代码,所属县区,入库登记编号\n滨州第4科技有限公司,,无棣县,"
      "2026371600A1\n滨州第5科技有限公司," +
      code(6) + ",,2026371600A2\n滨州第4科技有限公司,,博兴县,2026371600A3\n");
  EXPECT_EQ(list.rows[0].pile, Pile::kNamesakes) << list.rows[0].why;
  EXPECT_EQ(list.rows[1].pile, Pile::kNamesakes) << list.rows[1].why;
  EXPECT_EQ(list.rows[2].pile, Pile::kFound);
  EXPECT_EQ(list.rows[1].code, "");
}

TEST_F(CounterTest, WhoIsFoundOnAListIsProposedAndComesThereOnlyByAPerson) {
  put_entry(3, "FILING", make_date(2026, 9, 1));
  put_entry(4, "ADMITTED", make_date(2026, 9, 1));
  put_entry(5, "VERIFIED", make_date(2026, 9, 1));
  put_entry(6, "FILING", make_date(2026, 9, 1));  // its number has run out
  const std::string csv = "企业名称,入库登记编号\n" + name(3) + ",2026371600A1\n" + name(4) + ",2026371600A2\n" +
                          name(5) + ",2026371600A3\n" + name(6) + ",2024371600A4\n" + name(7) + ",2026371600A5\n";
  auto in = take_in(csv).value();
  ASSERT_THAT(in.proposals, SizeIs(2));
  EXPECT_EQ(in.proposals[0].firm, code(3));
  EXPECT_EQ(in.proposals[0].number, "2026371600A1");
  EXPECT_EQ(in.proposals[0].until, make_date(2027, 3, 31));
  EXPECT_EQ(in.proposals[1].through, (std::vector<std::string>{"FILING", "ACHIEVED"}));
  EXPECT_EQ(stage_of(3), "FILING") << "nothing moves by itself";
  EXPECT_THAT(cells_of(in.workbook, std::string(kProposalSheet)).back(), testing::Contains(code(4)));

  auto office = this->office("高新科");
  const auto done = achieve(office, in.proposals, *rules_, in.list.title);
  ASSERT_TRUE(done) << done.error().text();
  const auto entry = people().pool_history(code(4), "tech_sme").value().back();
  EXPECT_EQ(entry.stage, "ACHIEVED");
  EXPECT_EQ(entry.cells.at("registration_no"), "2026371600A2");
  EXPECT_EQ(entry.cells.at("registration_until"), "2027-03-31");
  EXPECT_EQ(entry.by, "高新科");
  EXPECT_THAT(entry.reason, HasSubstr("第1批"));
  EXPECT_THAT(people().pool_history(code(4), "tech_sme").value(), SizeIs(3)) << "the step between is kept, too";
  EXPECT_TRUE(people().check({}).value().empty());
  EXPECT_THAT(take_in(csv).value().proposals, SizeIs(0)) << "who is there already is not proposed again";
}

TEST_F(CounterTest, ProposalsAreMadeAllOrNoneAndNotOfAnEntryThatChanged) {
  put_entry(3, "FILING", make_date(2026, 9, 1));
  put_entry(4, "FILING", make_date(2026, 9, 1));
  const auto in =
      take_in("企业名称,入库登记编号\n" + name(3) + ",2026371600A1\n" + name(4) + ",2026371600A2\n").value();
  ASSERT_TRUE(office("别人").edit(store::FirmNo{4}, "tech_sme", {{"note", "另有情况"}}, std::nullopt));
  auto office = this->office();
  const auto done = achieve(office, in.proposals, *rules_, in.list.title);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Errc::kConflict);
  EXPECT_THAT(done.error().message, HasSubstr(name(4)));
  EXPECT_EQ(stage_of(3), "FILING");
}

TEST_F(CounterTest, AListOfAnotherProgrammeIsRefusedAndNothingKept) {
  const std::string by_number = "企业名称,编号\n" + name(3) + ",GR202637000001\n" + name(4) + ",GR202637000002\n";
  const auto refused = take_in(by_number);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::kRefused);
  for (const char* part : {"高新技术企业", "GR202637000001", "--program hnte"})
    EXPECT_THAT(refused.error().message, HasSubstr(part));
  const std::string by_title = "2026年高新技术企业备案名单\n企业名称,编号\n" + name(3) + ",1\n" + name(4) + ",2\n";
  EXPECT_EQ(take_in(by_title).error().code, Errc::kRefused);
  EXPECT_EQ(take_in("企业名称,编号\n" + name(3) + ",2026371600A1\n", "x.csv", "hnte").error().code, Errc::kRefused);
  EXPECT_FALSE(std::filesystem::exists(root_ / "inbox"));
  EXPECT_TRUE(std::filesystem::is_empty(root_ / "exports"));

  const auto forced = take_in(by_title, "第1批.csv", "tech_sme", "附件标题写错");
  ASSERT_TRUE(forced) << forced.error().text();
  EXPECT_THAT(people().audit_trail(0, 100).value().back().detail_json, HasSubstr("附件标题写错"));
  // A title that names both and numbers of its own is no reason to refuse.
  EXPECT_TRUE(take_in("高新技术企业和科技型中小企业名单\n企业名称,入库登记编号\n" + name(3) + ",2026371600A1\n"));
}

TEST_F(CounterTest, AWrongFileIsRefusedAndNothingKept) {
  const std::string pool = (root_ / "pool.xlsx").string();
  put_entry(3, "FILING", make_date(2026, 9, 1));
  ASSERT_TRUE(
      export_pool(pool_rows(inputs(), PoolFilter{}), *rules_, *reference_, pool, {"培育库", "市科技局", kToday, {}}));
  const auto match = matching();
  const IntakeTools tools{people(), match, actor(), root_, root_ / "exports", "市科技局", ""};
  const auto of_ours = take_in_list({pool}, tools);
  ASSERT_FALSE(of_ours);
  EXPECT_THAT(of_ours.error().message, HasSubstr("培育库"));
  EXPECT_THAT(take_in("企业名称,统一社会信用代码,所属县区,走访日期,核实结论\n" + name(3) + ",,,,\n").error().message,
              HasSubstr("候选名单"));
  EXPECT_THAT(take_in("项目,金额,编号\n一,2,2026371600A1\n").error().message, HasSubstr("企业名称"));
  EXPECT_THAT(take_in("企业名称,所属县区\n" + name(3) + ",博兴县\n").error().message, HasSubstr("没有一行读得出来"));
  EXPECT_FALSE(std::filesystem::exists(root_ / "inbox"));
  EXPECT_TRUE(std::filesystem::is_empty(root_ / "exports"));
}

TEST_F(CounterTest, ANamesakeThatIsNoneOfTheFirmsIsRemembered) {
  const std::string list =
      "企业名称,统一社会信用代码,入库登记编号\n" + name(kTwinA) + ",,2026371600A1\n" + name(3) + ",,2026371600A2\n";
  EXPECT_EQ(take_in(list).value().list.rows[0].pile, Pile::kNamesakes);
  const auto marked =
      take_in("企业名称,统一社会信用代码,入库登记编号\n" + name(kTwinA) + ",非本企业,2026371600A1\n").value();
  EXPECT_EQ(marked.list.rows[0].pile, Pile::kUnknown);
  EXPECT_THAT(marked.list.rows[0].why, HasSubstr("非本企业"));
  const auto decisions = people().identity_decisions().value();
  ASSERT_THAT(decisions, SizeIs(2)) << "one for each firm of the name";
  EXPECT_FALSE(decisions[0].same());
  EXPECT_EQ(decisions[0].key, "tech_sme|2026371600A1");
  const auto again = take_in(list).value();
  EXPECT_EQ(again.list.rows[0].pile, Pile::kUnknown) << "the same list again: " << again.list.rows[0].why;
  EXPECT_THAT(cells_of(again.kept, ""), SizeIs(3)) << "the row is kept, without a code";
  EXPECT_EQ(cells_of(again.kept, "")[1][1], "");
  EXPECT_EQ(cells_of(again.workbook, std::string(label(Pile::kUnknown))).back()[2], "非本企业");
  EXPECT_THAT(people().identity_decisions().value(), SizeIs(2)) << "said once";
  // A person who finds the firm after all fills in its code.
  const auto mended =
      take_in("企业名称,统一社会信用代码,入库登记编号\n" + name(kTwinA) + "," + code(kTwinA) + ",2026371600A1\n")
          .value();
  EXPECT_EQ(mended.list.rows[0].pile, Pile::kFound);
  EXPECT_EQ(take_in(list).value().list.rows[0].pile, Pile::kNamesakes) << "and the mark is gone";
}

TEST_F(CounterTest, OnTheWayIsAsItWasOnTheDay) {
  put_entry(3, "VERIFIED", make_date(2026, 3, 1));
  put_entry(3, "REJECTED", make_date(2026, 6, 1));
  put_entry(4, "VERIFIED", make_date(2026, 5, 1));
  const auto in = counting({valid(5, make_date(2030, 3, 31))});
  const auto on = [&](unsigned month, unsigned day) {
    return count_targets(in, make_date(2026, month, day)).value()[0].lines.back().pipeline;
  };
  EXPECT_EQ(on(2, 28), 0U);
  EXPECT_EQ(on(3, 1), 1U);
  EXPECT_EQ(on(5, 31), 2U);
  EXPECT_EQ(on(6, 1), 1U) << "one was turned down since";
}

TEST_F(CounterTest, BeforeAnyListNothingIsKnownAndThatIsNoZero) {
  verify(3);
  const auto c = count_targets(counting({}), kToday).value()[0];
  for (const CountLine& line : c.lines) {
    EXPECT_FALSE(line.valid || line.renew_due || line.unverified || line.gap) << line.unit;
  }
  EXPECT_EQ(c.lines.back().pipeline, 1U) << "the pool is our own and known";
  EXPECT_EQ(*c.lines.back().target, 600U);
  EXPECT_FALSE(c.forecast);
  const std::string path = (root_ / "targets.xlsx").string();
  ASSERT_TRUE(export_counters({c}, path, "目标进度", "市科技局"));
  EXPECT_EQ(cells_of(path, c.label).back()[1], "");
}

// Any pool on any day: the city is the sum of its units, in every column.
TEST_F(CounterTest, UnitsAddUpToTheCityForGeneratedPools) {
  std::uint64_t state = 20261125;
  const auto below = [&](std::uint64_t bound) {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    return (state >> 33) % bound;
  };
  for (int round = 0; round < 200; ++round) {
    CounterInputs in = counting({});
    std::vector<Standing> standings;
    for (store::FirmNo firm = 1; firm <= kFirms; ++firm) {
      if (below(3) > 0) continue;
      standings.push_back(valid(firm, make_date(2026 + static_cast<int>(below(3)), 3, 31)));
      standings.back().held = static_cast<Held>(below(4));
    }
    in.standings = [standings](Date) { return Result<std::vector<Standing>>(standings); };
    for (store::FirmNo firm = 1; firm <= kFirms; ++firm) {
      Date since = make_date(2025, 1, 1);
      for (std::uint64_t n = below(4); n > 0; --n) {
        store::PoolEntry entry = blank_entry(book_->key(firm), name(firm), "tech_sme");
        entry.stage = rules_->stages[below(rules_->stages.size())].id;
        entry.stage_since = since += std::chrono::days(below(400));
        if (below(2) == 0)
          entry.cells = {{"registration_no", "1"}, {"registration_until", iso(since + std::chrono::days(below(500)))}};
        in.revisions.push_back(std::move(entry));
      }
      if (below(9) == 0) in.suppressed.insert(firm);
    }
    const Date day = make_date(2025, 1, 1) + std::chrono::days(below(1000));
    for (const Counter& c : count_targets(in, day).value()) {
      const CountLine& city = c.lines.back();
      const auto sum = [&](const auto& of) {
        std::uint32_t all = 0;
        for (std::size_t i = 0; i + 1 < c.lines.size(); ++i) all += of(c.lines[i]);
        return all;
      };
      for (const auto column : {&CountLine::valid, &CountLine::renew_due, &CountLine::unverified}) {
        ASSERT_EQ(sum([&](const CountLine& l) { return (l.*column).value_or(0); }), (city.*column).value_or(0))
            << round;
        for (const CountLine& line : c.lines)
          ASSERT_EQ((line.*column).has_value(), c.forecast.has_value()) << "known for all or for none";
      }
      ASSERT_EQ(sum([](const CountLine& l) { return l.pipeline; }), city.pipeline) << round;
      ASSERT_EQ(c.months.back().valid, city.valid);
    }
  }
}

TEST(PoolRulesTest, SumsOfTargetsAndWordsAreChecked) {
  const auto reference = tabular::load_reference("config/reference").value();
  const auto folder = std::filesystem::path(testing::TempDir()) / ("pool_rules_" + std::to_string(::getpid()));
  std::filesystem::remove_all(folder);
  std::filesystem::copy("config/pool", folder);
  const auto with = [&](const std::string& file, const std::string& text) {
    std::filesystem::copy_file("config/pool/" + file, folder / file, std::filesystem::copy_options::overwrite_existing);
    FILE* out = std::fopen((folder / file).c_str(), "a");
    std::fputs(text.c_str(), out);
    std::fclose(out);
    const auto loaded = PoolRules::load(folder, *reference);
    std::filesystem::copy_file("config/pool/" + file, folder / file, std::filesystem::copy_options::overwrite_existing);
    return loaded ? std::string() : loaded.error().text();
  };
  EXPECT_EQ(with("targets.csv", ""), "");
  EXPECT_THAT(with("targets.csv", "tech_sme,2023,博兴县,10,1,x\n"), HasSubstr("add up to 10"));
  EXPECT_THAT(with("targets.csv", "tech_sme,2023,博星县,10,1,x\n"), HasSubstr("targets.csv:4"));
  EXPECT_THAT(with("targets.csv", "tech_smee,2024,,10,1,x\n"), HasSubstr("tech_sme"));
  EXPECT_THAT(with("transitions.csv", "LEAD,DONE,\n"), HasSubstr("transitions.csv:17"));
  EXPECT_THAT(with("transitions.csv", "LEAD,FILING,resaon\n"), HasSubstr("reason"));
  EXPECT_THAT(with("forecast.csv", "LEAD,0.9,0.1,\n"), HasSubstr("low"));
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace tanmiao::pool::counter_test
