// 企业自报 as the miner reads it: what people brought back from visits, by firm number. Of two people who differ only
// the value counts that stood first, until somebody chose (People::settle).
#pragma once

#include <map>
#include <string>
#include <vector>

#include "store/columns/snapshot.h"
#include "store/store.h"

namespace tanmiao::store {

struct FirmAnswers {
  std::map<FirmNo, std::vector<SelfReport>> by_firm;  // by day of visit, then as they came in
  std::string digest;                                 // of all that counts; empty: there is nothing

  const std::vector<SelfReport>& of(FirmNo firm) const {
    static const std::vector<SelfReport> none;
    const auto found = by_firm.find(firm);
    return found == by_firm.end() ? none : found->second;
  }
};

// Numbers of a snapshot that keys stand for: a credit code, or an identity of the register, whose number may point on.
// Keys that the snapshot does not know are left out. Reads the register only when an identity is among them.
Result<std::map<std::string, FirmNo, std::less<>>> firms_of_keys(Facts& facts, const std::vector<std::string>& keys,
                                                                 const Snapshot& snapshot);

// Reports that were not withdrawn, without the values that do not count. Of two in conflict the chosen one counts;
// while nobody chose, the one that stood first, as long as it counts itself: of several visitors one value is always
// left.
std::vector<SelfReport> settled_reports(std::vector<SelfReport> reports, const std::vector<Conflict>& conflicts);

// The day to explain a firm for: that of the run, or of a visit since.
Date day_with_answers(const FirmAnswers& answers, FirmNo firm, Date as_of);

// Visits until the view's day, brought in until its instant; what was withdrawn later counted then.
Result<FirmAnswers> firm_answers(Facts& facts, People& people, const Snapshot& snapshot, const View& view);

}  // namespace tanmiao::store
