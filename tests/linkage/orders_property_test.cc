// The same deliveries in whatever order: what rules and people link is the same in the end, and so is what probability
// links by a model of the same names. A model that was made on fewer of them is an older one: it stands until the list
// or the questions have doubled, and making it anew (link --refit-names) gives the same whatever came first.
#include <algorithm>
#include <map>
#include <random>

#include "linkage/match/model.h"
#include "tabular/reference_reader.h"
#include "tests/linkage/small_world.h"

namespace tanmiao::linkage::orders_property_test {
namespace {

class Orders : public Linkage, public ::testing::WithParamInterface<unsigned> {
 protected:
  static constexpr std::size_t kFirms = 400, kPatents = 700;
  Orders() {
    reference_ = *tabular::load_reference("config/reference", 371600).value();
    model_ = std::make_shared<const MatchModel>(*load_match_model("config/linkage/weights.csv"));
    config_.link_from = {{RecordKind::kPatent, 0.5}, {RecordKind::kRecognition, 0.5}};
  }

  static std::string name(std::size_t n, const std::string& form) {
    static const std::vector<std::string> places{"山东", "滨州"}, works{"机械", "化工", "食品", "纺织", "铝业"},
        first{"渤", "京", "愉", "东", "华", "龙", "三", "金", "泰", "魏", "瑞", "宏"},
        second{"海", "博", "悦", "方", "创", "马", "元", "盾", "安", "桥", "达", "鑫"};
    return places[n % 2] + first[n / 2 % 12] + second[n / 24 % 12] + works[n / 3 % 5] + form;
  }

  // Registrations, a list, and patents under names that are a form or a character away from a firm's, or nobody's.
  std::vector<std::vector<Record>> deliveries(std::mt19937& dice) {
    std::vector<std::vector<Record>> out(5);
    for (std::size_t n = 0; n < kFirms; ++n)
      out[n % 2].push_back(firm("f" + std::to_string(n), name(n, "有限公司"), code(static_cast<int>(n))));
    for (std::size_t n = 0; n < 5; ++n)
      out[2].push_back(recognition("r" + std::to_string(n), "滨州无此" + std::to_string(n) + "号科技有限公司"));
    for (std::size_t n = 0; n < kPatents; ++n) {
      const std::size_t of = dice() % (dice() % 4 == 0 ? kFirms * 2 : kFirms);
      std::string applicant = name(of, dice() % 2 == 0 ? "股份有限公司" : "有限公司");
      if (dice() % 5 == 0) applicant.replace(9, 3, "鼍");
      out[3 + n % 2].push_back(patent("2011101" + std::to_string(10000 + n) + ".2", {applicant}));
    }
    return out;
  }

  // By identity, since numbers are given night by night.
  std::vector<std::string> links(bool near) {
    std::vector<std::string> out;
    std::map<FirmNo, std::string> identity;
    for (const auto& entry : store_->facts().firm_register().value()) identity[entry.no] = entry.identity;
    const auto& owned = snapshot_->ownerships;
    for (FirmNo n = 1; n <= snapshot_->last_firm(); ++n)
      for (auto [at, end] = snapshot_->ownerships_of(n); at < end; ++at)
        if (near || static_cast<LinkReason>(owned.reason[at]) != LinkReason::kNear)
          out.push_back(identity[n] + ' ' + std::string(snapshot_->patents.application_no[owned.patent[at]]) + ' ' +
                        std::to_string(owned.reason[at]));
    std::sort(out.begin(), out.end());
    return out;
  }
  std::vector<std::string> waiting() {
    std::vector<std::string> out;
    for (const auto& item : store_->facts().reviews(0, 100000).value())
      out.push_back(item.key + ' ' + item.name + ' ' + std::to_string(item.value) + ' ' + item.why);
    std::sort(out.begin(), out.end());
    return out;
  }
  std::size_t near_links() { return links(true).size() - links(false).size(); }
};

TEST_P(Orders, EndAlike) {
  std::mt19937 dice(GetParam());
  const auto all = deliveries(dice);
  std::vector<Record> at_once;
  for (const auto& one : all) at_once.insert(at_once.end(), one.begin(), one.end());
  ASSERT_GE(night(at_once).names.habits, kHabitsFrom);
  const auto by_rule = links(false), with_near = links(true), reviews = waiting();
  ASSERT_GT(near_links(), 0u) << "nothing is linked by probability, so nothing was shown";
  for (int order = 0; order < 4; ++order) {
    SCOPED_TRACE(order);
    store_.reset();
    std::filesystem::remove_all(folder_);
    open();
    std::vector<std::size_t> turn{0, 1, 2, 3, 4};
    if (order > 0) std::shuffle(turn.begin(), turn.end(), dice);
    LinkReport last;
    for (const std::size_t n : turn) {
      last = night(all[n]);
      if (last.names.habits < kHabitsFrom) {
        EXPECT_EQ(near_links(), 0u) << "before their habits were known";
      }
    }
    EXPECT_EQ(links(false), by_rule);
    config_.refit_names = true;
    night({});
    config_.refit_names = false;
    EXPECT_EQ(links(true), with_near);
    EXPECT_EQ(waiting(), reviews);
  }
}

// As a reviewer found it: a register and five names one night, the patents the next.
TEST_P(Orders, FiveNamesOfTheFirstNightDecideNothing) {
  std::mt19937 dice(GetParam());
  const auto all = deliveries(dice);
  std::vector<Record> first = all[0], second = all[3], at_once;
  first.insert(first.end(), all[1].begin(), all[1].end()), first.insert(first.end(), all[2].begin(), all[2].end());
  second.insert(second.end(), all[4].begin(), all[4].end());
  at_once = first, at_once.insert(at_once.end(), second.begin(), second.end());
  night(first);
  const auto report = night(second);
  EXPECT_TRUE(report.names.frozen_now);
  const auto two_nights = links(true), items = waiting();
  store_.reset();
  std::filesystem::remove_all(folder_);
  open();
  EXPECT_EQ(night(at_once).names.model, report.names.model);
  EXPECT_EQ(two_nights, links(true));
  EXPECT_EQ(items, waiting());
}

INSTANTIATE_TEST_SUITE_P(Seeds, Orders, ::testing::Values(3u, 11u));

}  // namespace
}  // namespace tanmiao::linkage::orders_property_test
