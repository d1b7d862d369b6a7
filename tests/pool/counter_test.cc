// The counter and announcement lists: what is valid on a day, and four piles that lose nothing.
#include "pool/counter.h"

#include "office_fixture.h"
#include "pool/official.h"

namespace tanmiao::pool {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

class CounterTest : public OfficeTest {
 protected:
  CounterInputs counting(std::vector<Standing> standings) {
    return {*book_, *rules_, people().pool_entries().value(), {}, [standings](Date day) {
              std::vector<Standing> then = standings;
              for (Standing& s : then)
                if (s.until != kNoDay && s.until < to_day(day)) s.held = Held::kExpired;
              return Result<std::vector<Standing>>(then);
            }};
  }
  static Standing valid(store::FirmNo firm, Date until) { return {firm, "tech_sme", Held::kValid, to_day(until), "n"}; }
  OfficialList official(const std::string& csv, Date day = kToday) {
    const auto judge = [&](const std::vector<ListedRecognition>& listed) {
      std::vector<std::pair<Held, Day>> out;
      for (const auto& one : listed) {
        const Date until = make_date(one.year + 1, 3, 31);
        out.emplace_back(until < day ? Held::kExpired : Held::kValid, to_day(until));
      }
      return Result<std::vector<std::pair<Held, Day>>>(out);
    };
    auto list = match_official(csv, "第1批.csv", *rules_->official("tech_sme").value(), *book_, judge, day);
    EXPECT_TRUE(list) << list.error().text();
    return std::move(*list);
  }
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
  for (std::size_t i = 0; i + 1 < c.lines.size(); ++i) sum += c.lines[i].valid;
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
}

TEST_F(CounterTest, TheForecastIsARangeOfWhatIsCarriedRenewedAndOnItsWay) {
  for (const store::FirmNo n : {3U, 4U}) verify(n);
  const auto c = count_targets(counting({valid(5, make_date(2027, 3, 31))}), kToday).value()[0];
  EXPECT_EQ(c.forecast.carried, 1U);
  EXPECT_EQ(c.forecast.pipeline, 2U);
  EXPECT_LE(c.forecast.low, c.forecast.high);
  EXPECT_GE(c.forecast.low, c.forecast.carried);
  EXPECT_LE(c.forecast.high, c.forecast.carried + c.forecast.pipeline);
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
  ASSERT_TRUE(write_piles(list, path, "市科技局"));
  const auto again = match_official(
      std::filesystem::path(path), list.program, *book_,
      [](const std::vector<ListedRecognition>& listed) {
        return Result<std::vector<std::pair<Held, Day>>>(
            std::vector<std::pair<Held, Day>>(listed.size(), {Held::kValid, kNoDay}));
      },
      kToday);
  ASSERT_TRUE(again) << again.error().text();
  EXPECT_EQ(again->title, list.title) << "fed again it is the same list";
  EXPECT_THAT(again->rows, SizeIs(list.rows.size()));

  const auto kept = keep_list(list, root_).value();
  EXPECT_EQ(kept, keep_list(*again, root_).value());
  EXPECT_THAT(kept, HasSubstr("lists-tech-sme"));
  const auto rows = cells_of(kept, "");
  ASSERT_THAT(rows, SizeIs(6)) << "a header and five rows that could be read";
  OfficialList pile = list;
  std::erase_if(pile.rows, [](const OfficialRow& row) { return row.pile != Pile::kNamesakes; });
  pile.rows.at(0).code = code(kTwinA);
  ASSERT_TRUE(keep_list(pile, root_));
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
}  // namespace tanmiao::pool
