// The stage as a whole: same bytes on any number of threads, the index never changes the answer, explanations.
#include "miner/mine.h"

#include <gmock/gmock.h>

#include <boost/json.hpp>
#include <fstream>

#include "fixture.h"
#include "miner/questions.h"
#include "tabular/reference_reader.h"

namespace tanmiao::miner::mine_test {
namespace {

const Date kToday = make_date(2026, 11, 20);

std::vector<TestFirm> many(std::size_t count) {
  std::vector<TestFirm> firms;
  for (std::size_t i = 0; i < count; ++i) {
    TestFirm firm{(i % 3 == 0 ? "甲电机" : "乙商贸") + std::to_string(i) + "有限公司",
                  i % 4 == 0 ? "电机研发、制造" : ""};
    if (i % 7 == 0) firm.established = day(2025, 3, 1);
    for (std::size_t k = 0; k < i % 5; ++k) {
      firm.patents.push_back({PatentKind::kUtility, day(2021, 1, 1 + static_cast<unsigned>(k)), day(2021, 9, 1), true});
    }
    firms.push_back(firm);
  }
  return firms;
}

std::string mined(const World& world, const std::string& folder, int threads) {
  MineConfig config{"all", kToday, threads};
  const auto report =
      mine(world.folder(folder), *world.snapshot, *world.rules, world.reference, config, nullptr, silent_progress());
  EXPECT_TRUE(report) << report.error().text();
  return store::Run::open(world.folder(folder).run(report->run.id)).value()->digest() + report->run.id;
}

TEST(Mine, GivesTheSameBytesOnAnyNumberOfThreads) {
  const World world(many(500));
  const std::string one = mined(world, "one", 1);
  EXPECT_EQ(one, mined(world, "two", 2));
  EXPECT_EQ(one, mined(world, "eight", 8));
}

TEST(Mine, RanksStartUpsAmongThemselvesAndBreaksTiesByNumber) {
  const World world(many(60));
  MineConfig config{"all", kToday, 1};
  const auto data = world.folder();
  const auto report = mine(data, *world.snapshot, *world.rules, world.reference, config, nullptr, silent_progress());
  const auto run = store::Run::open(data.run(report->run.id)).value();
  std::uint32_t main_list = 0, start_ups = 0;
  for (std::size_t i = 0; i < run->size(); ++i) {
    const bool start_up = run->lead_kind[i] == static_cast<std::uint8_t>(LeadKind::kStartUp);
    EXPECT_EQ(run->rank[i], start_up ? ++start_ups : ++main_list);
    if (i == 0 || run->rank[i] == 1) continue;
    EXPECT_GE(run->score[i - 1], run->score[i]);
    if (run->score[i - 1] == run->score[i]) {
      EXPECT_LT(run->firm[i - 1], run->firm[i]);
    }
  }
  EXPECT_EQ(main_list + start_ups, 60U);
  EXPECT_EQ(start_ups, 9U);
}

TEST(Mine, ACompleteRunIsNotMadeAgainAndReportsTheSame) {
  const World world(many(40));
  MineConfig config{"all", kToday, 1};
  const auto data = world.folder();
  const auto once = mine(data, *world.snapshot, *world.rules, world.reference, config, nullptr, silent_progress());
  const auto again = mine(data, *world.snapshot, *world.rules, world.reference, config, nullptr, silent_progress());
  EXPECT_EQ(once->run.id, again->run.id);
  EXPECT_EQ(once->candidates, again->candidates);
  EXPECT_EQ(once->by_judgement, again->by_judgement);
  EXPECT_EQ(once->left_out, again->left_out);
  config.as_of = make_date(2025, 1, 1);
  EXPECT_NE(mine(data, *world.snapshot, *world.rules, world.reference, config, nullptr, silent_progress())->run.id,
            once->run.id);
}

TEST(Campaign, TheIndexOnlySpeedsItUp) {
  World world(many(120));
  LoadedRules rules = world.loaded();
  Campaign motors = parse_campaign("title = \"电机\"\nindustries = [\"I9\"]\n", "motors", "motors.toml").value();
  rules.campaigns_.push_back(motors);
  MineConfig config{"motors", kToday, 2};
  const auto find = [&](const auto& words, const auto& ipc, const auto& gbt) {
    EXPECT_THAT(words, testing::ElementsAre("电机"));
    EXPECT_FALSE(ipc.empty() || gbt.empty());
    std::vector<store::FirmNo> firms;
    for (store::FirmNo n = 1; n <= world.snapshot->last_firm(); ++n) {
      const bool word =
          (std::string(world.snapshot->firms.name[n]) + std::string(world.snapshot->firms.scope[n])).find("电机") !=
          std::string::npos;
      const auto [first, last] = world.snapshot->ownerships_of(n);
      if (word || first != last) firms.push_back(n);
    }
    EXPECT_LT(firms.size(), world.snapshot->last_firm());
    return Result<std::vector<store::FirmNo>>(firms);
  };
  const Superset superset{world.snapshot->info().digest, find};
  const auto slow =
      mine(world.folder("a"), *world.snapshot, rules, world.reference, config, nullptr, silent_progress());
  const auto fast =
      mine(world.folder("b"), *world.snapshot, rules, world.reference, config, &superset, silent_progress());
  ASSERT_TRUE(slow && fast);
  EXPECT_GT(slow->candidates, 0U);
  EXPECT_LT(slow->candidates, 120U);
  EXPECT_EQ(slow->left_out, fast->left_out);
  EXPECT_EQ(store::Run::open(world.folder("a").run(slow->run.id)).value()->digest(),
            store::Run::open(world.folder("b").run(fast->run.id)).value()->digest());
}

// Codes and words of the campaign's own, with weights: the same result with the index and without.
TEST(Campaign, CodesOfItsOwnHaveWeightsAndTheIndexOnlySpeedsThemUp) {
  auto firms = many(60);
  for (std::size_t i = 0; i < firms.size(); ++i)
    firms[i].industry = i % 2 == 0 ? "C3812" : i % 5 == 0 ? "C3411" : "F5179";
  World world(firms);
  world.reference = *tabular::load_reference("config/reference", 371600).value();
  LoadedRules rules = world.loaded();
  const auto with = [&](const std::string& more) {
    return parse_campaign("title = \"甲\"\n" + more, "own", "own.toml").value();
  };
  const auto found = [&](const std::string& toml, bool index) {
    LoadedRules own = rules;
    own.campaigns_.push_back(with(toml));
    std::size_t asked = 0;
    const auto all = [&](const auto& words, const auto& ipc, const auto& gbt) {
      asked = words.size() + ipc.size() + gbt.size();
      std::vector<store::FirmNo> some;  // a superset: every firm with one of the codes or words
      for (store::FirmNo n = 1; n <= world.snapshot->last_firm(); ++n) {
        const std::string text =
            std::string(world.snapshot->firms.name[n]) + std::string(world.snapshot->firms.scope[n]);
        const std::string code(world.snapshot->firms.industry_code[n]);
        const auto [first, last] = world.snapshot->ownerships_of(n);
        const bool by_word =
            std::any_of(words.begin(), words.end(), [&](const auto& w) { return text.find(w) != std::string::npos; });
        const bool by_code = std::any_of(gbt.begin(), gbt.end(), [&](const auto& g) { return code.starts_with(g); });
        if (by_word || by_code || (first != last && !ipc.empty())) some.push_back(n);
      }
      return Result<std::vector<store::FirmNo>>(some);
    };
    const Superset superset{world.snapshot->info().digest, all};
    const std::string folder = "own" + std::to_string(std::hash<std::string>{}(toml)) + (index ? "i" : "s");
    const auto report = mine(world.folder(folder), *world.snapshot, own, world.reference, {"own", kToday, 1},
                             index ? &superset : nullptr, silent_progress());
    EXPECT_TRUE(report) << report.error().text();
    EXPECT_EQ(asked > 0, index);
    return std::pair{report->candidates, store::Run::open(world.folder(folder).run(report->run.id)).value()->digest()};
  };
  for (const std::string toml :
       {"gbt = [\"C38\"]\n", "ipc = [\"H02K\"]\n", "[[word]]\ntext = \"电机\"\n",
        "gbt = [\"C34\"]\nleast = 2\n[[code]]\ngbt = [\"C38\"]\nweight = 2\n",
        "least = 1.5\n[[code]]\nipc = [\"H02K\"]\nweight = 1.5\n[[minus_word]]\ntext = \"商贸\"\n"}) {
    EXPECT_EQ(found(toml, true), found(toml, false)) << toml;
    EXPECT_GT(found(toml, false).first, 0U) << toml;
    EXPECT_LT(found(toml, false).first, 60U) << toml;
  }
  EXPECT_EQ(found("gbt = [\"C34\"]\nleast = 2\n[[code]]\ngbt = [\"C38\"]\nweight = 2\n", false).first, 30U)
      << "a code of weight 1 does not reach 2";
  EXPECT_FALSE(parse_campaign("title = \"甲\"\n[[code]]\nweight = 2\n", "own", "own.toml"));
}

// Firm numbers of an index are those of its snapshot: under another one they would name other firms without a word.
TEST(Campaign, AnIndexOfAnotherSnapshotIsRefused) {
  World world(many(40));
  const World other(many(41));
  LoadedRules rules = world.loaded();
  rules.campaigns_.push_back(
      parse_campaign("title = \"电机\"\nindustries = [\"I9\"]\n", "motors", "motors.toml").value());
  bool asked = false;
  const Superset superset{other.snapshot->info().digest, [&](const auto&, const auto&, const auto&) {
                            asked = true;
                            return Result<std::vector<store::FirmNo>>(std::vector<store::FirmNo>{1});
                          }};
  for (const char* campaign : {"motors", "all"}) {
    const auto report = mine(world.folder(), *world.snapshot, rules, world.reference, {campaign, kToday, 1}, &superset,
                             silent_progress());
    ASSERT_FALSE(report) << campaign;
    EXPECT_EQ(report.error().code, Errc::kConflict);
  }
  EXPECT_FALSE(asked);
}

TEST(Mine, TheExplanationOfARowIsThatOfItsFirm) {
  const World world(many(300));
  MineConfig config{"all", kToday, 4};
  const auto data = world.folder();
  const auto report = mine(data, *world.snapshot, *world.rules, world.reference, config, nullptr, silent_progress());
  const auto run = store::Run::open(data.run(report->run.id)).value();
  const Context context = world.context();
  ASSERT_EQ(run->size(), 300U);
  store::PackedReader explanations(run->explanation);
  for (std::size_t i = 0; i < run->size(); ++i) {
    const FirmFacts facts = gather(context, run->firm[i]);
    const Assessment a = assess(context, facts);
    const std::string ask = Questions(context, world.loaded().priors_.get()).line(facts, a);
    EXPECT_EQ(run->ask_first[i], ask) << i;
    EXPECT_EQ(explanations.read(i).value(), explanation(context, facts, a, ask)) << i;
  }
}

// From a line of evidence to the record, and to where it stood.
TEST(Explain, EveryLineOfEvidenceNamesItsRecordAndWhereItStood) {
  TestFirm firm{"甲电机有限公司"};
  firm.patents.push_back({PatentKind::kUtility,
                          day(2021, 1, 1),
                          day(2021, 9, 1),
                          true,
                          {{PatentEvent::kGrant, day(2021, 9, 1)}, {PatentEvent::kPledge, day(2024, 5, 1)}}});
  firm.recognitions.push_back({"hnte", 2025, day(2025, 1, 1)});
  firm.signals.push_back({"rd_subsidy", day(2025, 1, 1)});
  const World world({firm});
  const MineConfig config{"all", kToday, 1};
  std::vector<std::string> asked;
  const OriginOf origin = [&](RecordKind kind, std::string_view source,
                              std::string_view key) -> Result<std::optional<store::RecordOrigin>> {
    asked.push_back(std::string(kind_name(kind)) + " " + std::string(source) + " " + std::string(key));
    if (key == "S0") return std::optional<store::RecordOrigin>();
    return std::optional(store::RecordOrigin{make_date(2026, 11, 20), "名单.csv", 12, "", 0});
  };
  const auto explained = [&](const OriginOf& where) {
    return boost::json::parse(
        explain_json(*world.snapshot, *world.rules, world.reference, config, 1, nullptr, where).value());
  };
  const auto with = explained(origin), without = explained(nullptr);
  for (const char* line : {"recognition 名单 R0", "signal 名单 S0", "patent 专利文件 P0",
                           "patent_event legal-events E0", "patent_event legal-events E1"})
    EXPECT_THAT(asked, testing::Contains(line));
  ASSERT_EQ(with.at("evidence").as_array().size(), 3U);
  const auto& recognition = with.at("evidence").at(0).as_object();
  EXPECT_EQ(recognition.at("key").as_string(), "R0");
  EXPECT_EQ(recognition.at("url").as_string(), "名单.csv");
  EXPECT_EQ(recognition.at("line").to_number<int>(), 12);
  EXPECT_EQ(recognition.at("seen").as_string(), "2026-11-20");
  EXPECT_FALSE(with.at("evidence").at(1).as_object().contains("seen")) << "the store does not have this record";
  const auto& pledge = with.at("patents").at(0).at("events").at(1).as_object();
  EXPECT_EQ(pledge.at("event").as_string(), "PLEDGE");
  EXPECT_EQ(pledge.at("line").to_number<int>(), 12);
  for (const auto& line : without.at("evidence").as_array()) {
    EXPECT_FALSE(line.as_object().contains("line"));
    EXPECT_FALSE(line.at("key").as_string().empty());
  }
  const OriginOf broken = [](RecordKind, std::string_view,
                             std::string_view) -> Result<std::optional<store::RecordOrigin>> {
    return Error{Errc::kIo, "gone", "facts.db"};
  };
  EXPECT_EQ(explain_json(*world.snapshot, *world.rules, world.reference, config, 1, nullptr, broken).error().code,
            Errc::kIo);
}

TEST(Explain, SaysWhyAndNeverSpeaksAsAnEvaluation) {
  auto firms = many(3);
  firms[0].recognitions.push_back({"tech_sme", 2026});
  const World world(firms);
  MineConfig config{"all", kToday, 1};
  const auto data = world.folder();
  const auto report = mine(data, *world.snapshot, *world.rules, world.reference, config, nullptr, silent_progress());
  const auto run = store::Run::open(data.run(report->run.id)).value();
  const auto no_lead = explain_json(*world.snapshot, *world.rules, world.reference, config, 1, run.get()).value();
  const auto lead = explain_json(*world.snapshot, *world.rules, world.reference, config, 2, run.get()).value();
  EXPECT_EQ(boost::json::parse(no_lead).at("why_not_a_lead").as_string(), "已登记有效");
  const auto parsed = boost::json::parse(lead);
  EXPECT_EQ(parsed.at("patents").as_array().size(), 1U);
  EXPECT_TRUE(parsed.as_object().contains("rank"));
  double sum = 0;
  for (const auto& c : parsed.at("contributions").as_array()) sum += c.at("points").to_number<double>();
  EXPECT_DOUBLE_EQ(sum, parsed.at("score").to_number<double>());
  for (const std::string_view word : {"符合", "通过"}) EXPECT_EQ(lead.find(word), std::string::npos);
}

TEST(Rules, AMistakenKeyNamesTheNearestRightOne) {
  const auto got = parse_campaign("title = \"x\"\nindustrys = [\"I1\"]\n", "x", "x.toml");
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, Errc::kConfig);
  EXPECT_NE(got.error().text().find("industries"), std::string::npos) << got.error().text();
  const World world({});
  const auto unknown = world.loaded().campaign("alumnium");
  ASSERT_FALSE(unknown);
  EXPECT_NE(unknown.error().message.find("aluminium"), std::string::npos);
}

}  // namespace
}  // namespace tanmiao::miner::mine_test
