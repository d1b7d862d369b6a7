#include "crawler/parties.h"

#include <algorithm>
#include <array>

#include "core/firm_name.h"

namespace tanmiao::crawler {
namespace {

struct PartyFields {
  Field bodies, persons;
  bool nobody_counts;  // zero persons and no body is worth saying: the owner before a transfer who adds another one
};
constexpr std::array<PartyFields, 4> kParties{{{Field::kApplicant, Field::kPersonApplicants, false},
                                               {Field::kAssignee, Field::kPersonAssignees, false},
                                               {Field::kFromOwner, Field::kFromPersons, true},
                                               {Field::kToOwner, Field::kToPersons, true}}};

}  // namespace

bool is_party(Field field) {
  return std::any_of(kParties.begin(), kParties.end(), [field](const PartyFields& p) { return p.bodies == field; });
}

void Parties::add(Field field, std::vector<std::string> names, Record& record) {
  Count& count = counts_[field];
  for (std::string& name : names) {
    if (name.empty()) {
      ++count.places, ++count.persons;
      continue;
    }
    if (count.of_bodies.empty()) {
      count.first = name;
    } else {
      if (count.keys.empty()) count.keys.push_back(exact_name_key(count.first, reference_));
      std::string key = exact_name_key(name, reference_);
      if (std::find(count.keys.begin(), count.keys.end(), key) != count.keys.end()) continue;
      count.keys.push_back(std::move(key));
    }
    count.of_bodies.push_back(++count.places);
    record.add(field, std::move(name));
  }
}

void Parties::add_nobody(Field field) { counts_[field]; }

void Parties::finish(bool one_a_row, Record& record) const {
  for (const PartyFields& party : kParties) {
    const auto found = counts_.find(party.bodies);
    if (found == counts_.end()) continue;
    const Count& count = found->second;
    if (count.persons > 0 || (party.nobody_counts && count.of_bodies.empty()))
      record.set(party.persons, std::to_string(count.persons));
  }
  const auto found = counts_.find(Field::kApplicant);
  if (found == counts_.end()) return;
  const Count& applicants = found->second;
  const bool a_person_first =
      applicants.persons > 0 && (applicants.of_bodies.empty() || applicants.of_bodies.front() != 1);
  if (a_person_first) record.set(Field::kApplicantAddress, {});
  if (record.has(Field::kApplicantPosition) || (one_a_row && applicants.places == 1)) return;
  for (const int place : applicants.of_bodies) record.add(Field::kApplicantPosition, std::to_string(place));
}

}  // namespace tanmiao::crawler
