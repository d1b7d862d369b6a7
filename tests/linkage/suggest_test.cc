// Names that no rule links: what comes near waits for a person, what people say of a name holds wherever it stands.
#include <boost/json.hpp>
#include <map>

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

// The name is a firm's own, and people say that it is not that firm: who else comes near?
TEST_F(Suggested, AfterAnEqualNameWasRuledOutTheNextIsLookedFor) {
  linked(city({firm("a", kStock, code(1)), firm("b", kTaihua, code(2)), patent("201110123456.2", {kStock})}));
  ASSERT_EQ(patents(coded(1)), 1u);
  judge(RecordKind::kPatent, "", kStock, 0, "code:" + code(1), false);
  linked({});
  ASSERT_EQ(waiting().size(), 1u);
  EXPECT_THAT(waiting()[0].candidates, ElementsAre(coded(2)));
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

// A row without a code whose name comes near a firm's is a firm of its own until a person says that it is not.
TEST_F(Suggested, AFirmWithoutACodeThatComesNearOneWithACodeWaits) {
  linked(city({firm("a", kTaihua, code(1)), firm("u", kStock, "")}));
  const auto items = waiting();
  ASSERT_EQ(items.size(), 1u);
  EXPECT_EQ(items[0].kind, RecordKind::kFirm);
  EXPECT_EQ(items[0].name, kStock);
  EXPECT_THAT(items[0].candidates, ElementsAre(coded(1)));
  judge(RecordKind::kFirm, "u", kStock, 0, "code:" + code(1), true);
  const auto report = linked({});
  EXPECT_THAT(waiting(), IsEmpty());
  EXPECT_EQ(report.firms, 31u) << "it is no firm of its own any more";
}

// People are asked first where their answer changes most: an invention before two utility models, by what ranks.
TEST_F(Suggested, TheQueueIsInTheOrderOfWhatARulingWouldChange) {
  config_.worth = {5, 2, 2, 1.2, 4, 4};
  const std::string other = "山东鼎信轴承股份有限公司";
  linked(
      city({firm("a", kTaihua, code(1)), firm("b", "山东鼎信轴承有限公司", code(2)), patent("201110123456.3", {kStock}),
            patent("201120123457.3", {other}), patent("201120123458.8", {other})}));
  const auto items = waiting();
  ASSERT_EQ(items.size(), 2u);
  EXPECT_EQ(items[0].name, kStock);
  const auto points = [](const store::ReviewItem& item) {
    const auto detail = boost::json::parse(item.detail);
    return static_cast<double>(item.value) / 1000 / detail.at(0).at("probability").to_number<double>();
  };
  EXPECT_NEAR(points(items[0]), 5, 0.01) << "an invention";
  EXPECT_NEAR(points(items[1]), 4, 0.01) << "two utility models";
}

TEST_F(Suggested, SpellingsOfOneBodyStandTogetherWorthWhatAllAreWorth) {
  linked(
      city({firm("a", kTaihua, code(1)), firm("b", "山东鼎信轴承有限公司", code(2)), patent("201110123456.2", {kStock}),
            recognition("r", "山东泰华纺织股分有限公司"), patent("201110123457.7", {"山东鼎信轴承股份有限公司"}),
            patent("201110123458.1", {"山东鼎信轴承股份有限公司"})}));
  const auto items = waiting();
  ASSERT_EQ(items.size(), 3u);
  std::map<std::string, store::ReviewItem> by_name;
  for (const auto& item : items) by_name[item.name] = item;
  const auto& one = by_name.at(kStock);
  const auto& other = by_name.at("山东泰华纺织股分有限公司");
  EXPECT_EQ(one.value, other.value);
  EXPECT_THAT(one.why, HasSubstr("其他写法：“" + other.name + "”"));
  EXPECT_THAT(other.why, HasSubstr("“" + kStock + "”"));
  EXPECT_THAT(by_name.at("山东鼎信轴承股份有限公司").why, ::testing::Not(HasSubstr("其他写法")));
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

double bits_of(const store::ReviewItem& item, const std::string& field) {
  const std::size_t at = item.detail.find("{\"field\":\"" + field + "\"");
  if (at == std::string::npos) return 0;
  return std::stod(item.detail.substr(item.detail.find("\"bits\":", at) + 7));
}

// What a firm does by its business scope, beside what was filed under the name.
TEST_F(Suggested, ClassesOfPatentsSpeakForAFirmOfThatTradeAndAgainstAnother) {
  Record textile = firm("a", kTaihua, code(1));
  textile.fields.push_back({Field::kScope, "毛巾、床上用品的制造"});
  canonicalise(textile);
  const auto filed = [&](const std::string& ipc) {
    Record p = patent("201110123456.2", {kStock});
    p.fields.push_back({Field::kIpc, ipc});
    canonicalise(p);
    return p;
  };
  linked(city({textile, filed("D03D15/00")}));
  ASSERT_EQ(waiting().size(), 1u);
  const double same = bits_of(waiting()[0], "classes");
  linked({filed("C22C21/00")});
  ASSERT_EQ(waiting().size(), 1u);
  const double other = bits_of(waiting()[0], "classes");
  EXPECT_GT(same, 0);
  EXPECT_LT(other, 0);
}

// Two names in one record are two bodies, however much they are alike.
TEST_F(Suggested, WhoStandsInTheSameRecordIsSomebodyElse) {
  linked(city({firm("a", kTaihua, code(1)), patent("201110123456.2", {kTaihua, kStock})}));
  EXPECT_THAT(waiting(), IsEmpty());
}

TEST_F(Suggested, APartnerInCommonSpeaksForAFirm) {
  linked(city({firm("a", kTaihua, code(1)), patent("201110123456.2", {kStock, "滨州学院"}),
               patent("201110123457.7", {kTaihua, "滨州学院"})}));
  ASSERT_EQ(waiting().size(), 1u);
  EXPECT_GT(bits_of(waiting()[0], "partners"), 0);
  EXPECT_THAT(waiting()[0].why, HasSubstr("合作方"));
}

class LinkedByProbability : public Suggested {
 protected:
  LinkedByProbability() {
    config_.link_from = {{RecordKind::kPatent, 0.5}, {RecordKind::kPatentEvent, 0.5}, {RecordKind::kRecognition, 1}};
    config_.habits_from = 0;
  }
  void doubt(RecordKind kind, std::string key, const std::string& name) {
    store_->people()
        .decide_identity({"src", std::move(key), 0, "code:" + code(1), store::Ruling::kUnsure, "某单位", "看过",
                          Instant(make_date(2026, 1, 9)), kind, exact_name_key(name, reference_)})
        .value();
  }
};

TEST_F(LinkedByProbability, WhatIsProbableEnoughIsLinkedAndListed) {
  const auto report = linked(city({firm("a", kTaihua, code(1)), patent("201110123456.2", {kStock}),
                                   patent("201110123457.7", {kStock}), recognition("r", kStock)}));
  EXPECT_EQ(patents(coded(1)), 2u);
  EXPECT_EQ(recognitions(coded(1)), 0u) << "never, for this use";
  EXPECT_THAT(report.links_by_reason, ::testing::Contains(::testing::Pair("near", 2u)));
  EXPECT_EQ(report.reviews, 1u) << "what is linked waits for nobody";
  const auto items = waiting();
  ASSERT_EQ(items.size(), 2u);
  EXPECT_EQ(items[0].name, kStock);
  EXPECT_EQ(items[0].kind, RecordKind::kPatent);
  EXPECT_EQ(items[0].linked, coded(1));
  EXPECT_THAT(items[0].detail, HasSubstr("\"factors\""));
  EXPECT_EQ(items[1].kind, RecordKind::kRecognition);
  EXPECT_EQ(items[1].linked, kNoFirm);
}

// Weights do not know of how many such names a register has the firm at all.
TEST_F(LinkedByProbability, UntilHabitsAreLearntAPersonIsAsked) {
  config_.habits_from = kHabitsFrom;
  const auto report = linked(city({firm("a", kTaihua, code(1)), patent("201110123456.2", {kStock})}));
  EXPECT_EQ(patents(coded(1)), 0u);
  EXPECT_FALSE(report.links_by_reason.contains("near"));
  EXPECT_EQ(report.names.habits, 0u);
  ASSERT_EQ(waiting().size(), 1u);
  EXPECT_THAT(waiting()[0].candidates, ElementsAre(coded(1)));
  EXPECT_EQ(waiting()[0].linked, kNoFirm);
}

// What is reckoned of a past day rests on the same patents.
TEST_F(LinkedByProbability, APastDayIsLinkedByTheModelOfToday) {
  linked(city({firm("a", kTaihua, code(1)), patent("201110123456.2", {kStock}),
               patent("201310123457.7", {kStock}, make_date(2014, 1, 1))}));
  LinkConfig config = config_;
  config.name_model = model_;
  store::View view;
  view.as_of = make_date(2013, 1, 1);
  const auto past = assemble_as_of(*store_, view, config, reference_, silent_progress()).value();
  const auto [first, last] = past->ownerships_of(past->find_code(code(1)));
  EXPECT_EQ(last - first, 1u);
}

// Two firms of one name: the county of neither is said, but what was filed is of the trade of one of them.
TEST_F(LinkedByProbability, OfTwoFirmsOfOneNameWhatElseIsKnownDecides) {
  Record textile = firm("a", kTaihua, code(1), "滨城区"), other = firm("b", kTaihua, code(2), "博兴县");
  textile.fields.push_back({Field::kScope, "毛巾、床上用品的制造"});
  other.fields.push_back({Field::kScope, "铝合金制品的生产"});
  canonicalise(textile), canonicalise(other);
  Record filed = patent("201110123456.2", {kTaihua});
  filed.fields.push_back({Field::kIpc, "D03D15/00"});
  canonicalise(filed);
  const auto report = linked(city({textile, other, filed, recognition("r", kTaihua)}));
  EXPECT_EQ(patents(coded(1)), 1u);
  EXPECT_THAT(report.links_by_reason, ::testing::Contains(::testing::Pair("near", 1u)));
  for (const auto& item : waiting()) {
    if (item.kind != RecordKind::kRecognition) continue;
    EXPECT_THAT(item.why, HasSubstr("2 家企业同名"));
    EXPECT_THAT(item.detail, HasSubstr("\"factors\"")) << "what speaks for either is told";
  }
}

// Whichever record it is: the answer of the others does not hang on the one that was judged.
TEST_F(LinkedByProbability, WhoObjectsTakesItAway) {
  for (const char* judged : {"201110123456.2", "201110123457.7"}) {
    SCOPED_TRACE(judged);
    store_.reset();
    std::filesystem::remove_all(folder_);
    open();
    linked(city({firm("a", kTaihua, code(1)), firm("b", "山东泰华纺织品有限公司", code(2)),
                 patent("201110123456.2", {kStock}), patent("201110123457.7", {kStock})}));
    ASSERT_EQ(patents(coded(1)), 2u);
    judge(RecordKind::kPatent, judged, kStock, 0, "code:" + code(1), false);
    linked({});
    EXPECT_EQ(patents(coded(1)), 1u) << "of this record";
    judge(RecordKind::kPatent, "", kStock, 0, "code:" + code(1), false);
    linked({patent("201110123458.1", {kStock})});
    EXPECT_EQ(patents(coded(1)), 0u) << "wherever the name stands, and what comes later";
  }
}

TEST_F(LinkedByProbability, RecordsOfAnotherPlaceAreAskedForThemselves) {
  const auto of = [&](std::string no, std::string address) {
    Record p = patent(std::move(no), {kStock});
    p.fields.push_back({Field::kApplicantAddress, std::move(address)});
    canonicalise(p);
    return p;
  };
  linked(city({firm("a", kTaihua, code(1)), of("201110123457.7", "山东省滨州市滨城区渤海路1号")}));
  ASSERT_EQ(patents(coded(1)), 1u);
  linked({of("201110123456.2", "山东省东营市东营区西四路2号")});
  const auto [first, last] = snapshot_->ownerships_of(coded(1));
  bool stays = false;
  for (auto i = first; i < last; ++i)
    stays |= snapshot_->patents.application_no[snapshot_->ownerships.patent[i]] == "201110123457.7";
  EXPECT_TRUE(stays) << "one of a smaller key elsewhere takes nothing away";
}

// Two spellings beside each other are two bodies, in one record or in a record each.
TEST_F(LinkedByProbability, OfTwoNamesBesideEachOtherOneAloneIsTheFirm) {
  const std::string slip = "山东泰华纺织股分有限公司";
  linked(city({firm("a", kTaihua, code(1)), patent("201110123456.2", {kStock, slip})}));
  EXPECT_EQ(patents(coded(1)), 1u);
  const auto row = [&](std::string key, std::string name) {
    Record p = patent("201110123457.7", {std::move(name)});
    p.key = std::move(key);
    return p;
  };
  linked({row("201110123457.7|a", kTaihua), row("201110123457.7|b", kStock)});
  for (const auto& item : waiting()) EXPECT_NE(item.key, "201110123457.7|b");
  EXPECT_EQ(patents(coded(1)), 2u);
}

// A publication of thousands of applicants is bounded work.
TEST_F(LinkedByProbability, ThousandsOfApplicantsInOneRecordAreBorne) {
  std::vector<std::string> names;
  for (int n = 0; n < 4000 / kLess; ++n) names.push_back("某某" + std::to_string(n) + "号研究院");
  names.push_back(kStock);
  linked(city({firm("a", kTaihua, code(1)), patent("201110123456.2", names)}));
  EXPECT_EQ(patents(coded(1)), 1u);
}

TEST_F(LinkedByProbability, ADoubtIsEnough) {
  linked(city({firm("a", kTaihua, code(1)), patent("201110123456.2", {kStock}), patent("201110123457.7", {kStock})}));
  doubt(RecordKind::kPatent, "201110123456.2", kStock);
  const auto report = linked({});
  EXPECT_EQ(patents(coded(1)), 1u);
  EXPECT_EQ(report.reviews, 1u) << "the doubtful record waits again";
  doubt(RecordKind::kPatent, "", kStock);
  linked({});
  EXPECT_EQ(patents(coded(1)), 0u);
}

TEST_F(LinkedByProbability, WhoDidNotExistOnTheDayIsNotLinked) {
  Record late = firm("a", kTaihua, code(1));
  late.fields.push_back({Field::kEstablished, "2014-05-06"});
  canonicalise(late);
  linked(city({late, patent("201110123456.2", {kStock})}));
  EXPECT_EQ(patents(coded(1)), 0u);
}

TEST_F(LinkedByProbability, TheThreadsDoNotShow) {
  const auto records = city({firm("a", kTaihua, code(1)), patent("201110123456.2", {kStock}),
                             patent("201110123457.7", {"山东泰华纺织股分有限公司"})});
  const std::string once = linked(records).digest;
  store_.reset();
  std::filesystem::remove_all(folder_);
  open();
  nights_ = 0;
  EXPECT_EQ(night(records, 8).digest, once);
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
