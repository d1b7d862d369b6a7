// What people did with one firm, for its page.
#pragma once

#include <vector>

#include "server/form_html.h"

namespace tanmiao::server {

struct FirmPeople {
  std::vector<store::SelfReport> reports;  // by day of visit
  std::vector<store::PoolEntry> entries;
  std::vector<store::Correction> corrections;  // in the order they were made
  std::size_t open_conflicts = 0;              // of self-reports
  std::uint64_t last_report = 0;               // newest of all firms
  std::string key;                             // FirmBook::key()
};
Result<FirmPeople> firm_people(const Site& site, const World& world, store::FirmNo firm);

// 企业自报 with the form of a visit, 培育库. `action`: where the forms are sent.
Html people_sections(const Site& site, const FormWriter& writer, const FirmPeople& people, std::string_view action);
// 更正, 不再列示.
Html objection_sections(const Site& site, const FormWriter& writer, const FirmPeople& people, std::string_view action);

}  // namespace tanmiao::server
