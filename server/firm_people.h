// What people did with one firm, for its page.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "server/form_html.h"

namespace tanmiao::server {

// What the lineage of a value says when it is a correction: why, by whom, on which day.
struct CorrectionMark {
  std::string reason, by, day;
  bool operator==(const CorrectionMark&) const = default;
};

struct FirmPeople {
  std::vector<store::SelfReport> reports;  // by day of visit
  std::vector<store::PoolEntry> entries;
  std::vector<store::Correction> corrections;                    // in the order they were made
  std::map<std::string, CorrectionMark, std::less<>> corrected;  // in force in what is shown, by field
  std::size_t open_conflicts = 0;                                // of self-reports
  std::uint64_t last_report = 0;                                 // newest of all firms
  std::string key;                                               // FirmBook::key()
};
Result<FirmPeople> firm_people(const Site& site, const World& world, store::FirmNo firm);

// 企业自报 with the form of a visit, 培育库. `action`: where the forms are sent.
Html people_sections(const Site& site, const FormWriter& writer, const FirmPeople& people, std::string_view action);
// 更正, 不再列示.
Html objection_sections(const Site& site, const FormWriter& writer, const FirmPeople& people, std::string_view action);

}  // namespace tanmiao::server
