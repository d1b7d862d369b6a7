// An office that takes announcement lists in. Numbers are valid until the end of March of the year behind theirs.
#pragma once

#include "office_fixture.h"
#include "pool/list_intake.h"
#include "pool/official_files.h"

namespace tanmiao::pool {

class ListTest : public OfficeTest {
 protected:
  static JudgeListed judge_on(Date day) {
    return [day](const std::vector<ListedRecognition>& listed) {
      std::vector<std::pair<Held, Day>> out;
      for (const auto& one : listed) {
        const Date until = make_date(one.year + 1, 3, 31);
        out.emplace_back(until < day ? Held::kExpired : Held::kValid, to_day(until));
      }
      return Result<std::vector<std::pair<Held, Day>>>(out);
    };
  }
  MatchTools matching(const std::string& program = "tech_sme", Date day = kToday) {
    return {*rules_, *rules_->official(program).value(), *book_, judge_on(day), day};
  }
  Result<ListIntake> take_in(const std::string& csv, const std::string& file = "第1批.csv",
                             const std::string& program = "tech_sme", const std::string& force = "") {
    const MatchTools match = matching(program);
    return take_in_list({file, csv}, {people(), match, actor(), root_, root_ / "exports", "市科技局", force});
  }
  OfficialList official(const std::string& csv, Date day = kToday) {
    auto list = match_official({"第1批.csv", csv}, matching("tech_sme", day));
    EXPECT_TRUE(list) << list.error().text();
    return std::move(*list);
  }
  // An entry of the pool as if it had come to its stage on the day.
  void put_entry(store::FirmNo firm, const std::string& stage, Date since) {
    store::PeopleChange change;
    store::PoolEntry entry = blank_entry(book_->key(firm), name(firm), "tech_sme");
    for (const auto& known : people().pool_entries().value())
      if (known.firm == entry.firm) entry = known;
    entry.stage = stage;
    entry.stage_since = since;
    change.entries = {entry};
    ASSERT_TRUE(people().apply(change));
  }
  std::string stage_of(store::FirmNo firm) {
    for (const auto& entry : people().pool_entries().value())
      if (entry.firm == book_->key(firm)) return entry.stage;
    return {};
  }
};

}  // namespace tanmiao::pool
