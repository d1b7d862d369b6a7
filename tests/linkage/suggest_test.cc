// Names that no rule links: what comes near waits for a person, what people say of a name holds wherever it stands.
#include "linkage/match/model.h"
#include "tabular/reference_reader.h"
#include "tests/linkage/small_world.h"

namespace tanmiao::linkage::suggest_test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::string kTaihua = "山东泰华纺织有限公司", kStock = "山东泰华纺织股份有限公司";

class Suggested : public Linkage {
 protected:
  Suggested() { reference_ = *tabular::load_reference("config/reference", 371600).value(); }
  LinkReport linked(std::vector<Record> records) {
    const auto model = load_match_model("config/linkage/weights.csv");
    EXPECT_TRUE(model) << (model ? "" : model.error().text());
    model_ = std::make_shared<const MatchModel>(*model);
    return night(std::move(records));
  }
  std::vector<store::ReviewItem> waiting() { return store_->facts().reviews(0, 99).value(); }
  // Firms of other trades, so that a trade name can be rare.
  std::vector<Record> city(std::vector<Record> more) {
    const std::vector<std::string> trades{"渤海", "黄河", "京博", "魏桥", "愉悦",
                                          "东方", "华创", "龙马", "三元", "金盾"};
    int number = 100;
    for (const auto& trade : trades)
      for (const char* work : {"机械", "化工", "食品"})
        more.push_back(firm("c" + std::to_string(number), "山东" + trade + work + "有限公司", code(number))), ++number;
    return more;
  }
};

TEST_F(Suggested, ANameThatComesNearWaitsOnceForAllItsRecords) {
  linked(city({firm("a", kTaihua, code(1)), patent("201110123456.2", {kStock}), patent("201110123457.7", {kStock}),
               patent("201110123458.1", {"滨州学院"})}));
  const auto items = waiting();
  ASSERT_EQ(items.size(), 1u);
  EXPECT_EQ(items[0].name, kStock);
  EXPECT_EQ(items[0].key, "201110123456.2");
  EXPECT_THAT(items[0].candidates, ElementsAre(coded(1)));
  EXPECT_THAT(items[0].why, HasSubstr(kTaihua));
  EXPECT_THAT(items[0].why, HasSubstr("2 条记录"));
  EXPECT_EQ(patents(coded(1)), 0u) << "nothing is linked that is only alike";
}

TEST_F(Suggested, WhatIsSaidOfTheNameHoldsOnAllRecordsAndLaterOnes) {
  linked(city({firm("a", kTaihua, code(1)), patent("201110123456.2", {kStock}), patent("201110123457.7", {kStock})}));
  judge(RecordKind::kPatent, "", kStock, 0, "code:" + code(1), true);
  linked({patent("201110123459.6", {kStock})});
  EXPECT_EQ(patents(coded(1)), 3u);
  EXPECT_THAT(waiting(), IsEmpty());
}

TEST_F(Suggested, WhatWasRuledOutIsNotPutAgain) {
  linked(city({firm("a", kTaihua, code(1)), patent("201110123456.2", {kStock})}));
  ASSERT_EQ(waiting().size(), 1u);
  judge(RecordKind::kPatent, "", kStock, 0, "code:" + code(1), false);
  linked({});
  EXPECT_THAT(waiting(), IsEmpty());
}

TEST_F(Suggested, OfContradictingDecisionsTheLastHolds) {
  linked(city({firm("a", kTaihua, code(1)), patent("201110123456.2", {kStock})}));
  judge(RecordKind::kPatent, "", kStock, 0, "code:" + code(1), true);
  judge(RecordKind::kPatent, "201110123456.2", kStock, 0, "code:" + code(1), false);
  linked({patent("201110123457.7", {kStock})});
  EXPECT_EQ(patents(coded(1)), 1u) << "the one record that was taken out stays out";
}

TEST_F(Suggested, WhatStandsOnMoreRecordsComesFirst) {
  linked(city({firm("a", kTaihua, code(1)), firm("b", "山东鼎信轴承有限公司", code(2)),
               patent("201110123456.2", {"山东鼎信轴承股份有限公司"}), patent("201110123457.7", {kStock}),
               patent("201110123458.1", {kStock}), patent("201110123459.6", {kStock})}));
  const auto items = waiting();
  ASSERT_EQ(items.size(), 2u);
  EXPECT_EQ(items[0].name, kStock);
}

// A night that remembers the last one, and one that has lost it, find the same.
TEST_F(Suggested, WithoutTheMemoryOfTheLastLinkTheResultIsTheSame) {
  linked(city({firm("a", kTaihua, code(1)), patent("201110123456.2", {kStock}), recognition("r", "泰华纺织")}));
  const auto report = linked({firm("b", "山东鼎信轴承有限公司", code(2)), patent("201110123457.7", {"鼎信轴承"})});
  EXPECT_EQ(report.names.questions, 3u);
  EXPECT_EQ(report.names.came, 1u);
  EXPECT_EQ(report.names.asked, 1u) << "鼎信轴承 alone";
  const auto kept = waiting();
  std::filesystem::remove_all(folder_ / "names");
  const auto again = linked({patent("201110123458.1", {"无关的某某学院"})});
  EXPECT_EQ(again.names.asked, 4u);
  EXPECT_EQ(again.names.model, report.names.model) << "the model is kept apart from it";
  const auto anew = waiting();
  ASSERT_EQ(kept.size(), anew.size());
  for (std::size_t i = 0; i < kept.size(); ++i) {
    EXPECT_EQ(kept[i].why, anew[i].why);
    EXPECT_EQ(kept[i].detail, anew[i].detail);
    EXPECT_EQ(kept[i].value, anew[i].value);
  }
}

TEST_F(Suggested, ARefitSaysWhatItChanges) {
  linked(city({firm("a", kTaihua, code(1)), patent("201110123456.2", {kStock})}));
  const auto n = begin();
  LinkConfig config;
  config.name_model = model_;
  config.suggest_from = 0.999999;
  config.refit_names = true;
  const auto report = link(*store_, n, config, reference_, silent_progress()).value();
  ASSERT_TRUE(report.refit);
  EXPECT_TRUE(report.names.frozen_now);
  EXPECT_EQ(report.refit->went, 1u);
  EXPECT_EQ(report.refit->came + report.refit->same + report.refit->other_firm, 0u);
  ASSERT_EQ(report.refit->greatest.size(), 1u);
  EXPECT_EQ(report.refit->greatest[0].name, kStock);
  EXPECT_THAT(report.refit->greatest[0].before, HasSubstr(kTaihua));
  EXPECT_EQ(report.refit->greatest[0].after, "");
}

TEST_F(Suggested, TheThreadsDoNotShow) {
  const auto records =
      city({firm("a", kTaihua, code(1)), patent("201110123456.2", {kStock}), recognition("r", "泰华纺织")});
  linked(records);
  const auto once = waiting();
  store_.reset();
  std::filesystem::remove_all(folder_);
  open();
  night(records, 8);
  const auto again = waiting();
  ASSERT_EQ(once.size(), again.size());
  for (std::size_t i = 0; i < once.size(); ++i) EXPECT_EQ(once[i].why, again[i].why);
}

}  // namespace
}  // namespace tanmiao::linkage::suggest_test
