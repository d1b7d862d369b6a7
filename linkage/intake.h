// What linkage takes in: the visible records in a packed form, and what people decided.
#pragma once

#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "linkage/link.h"
#include "linkage/long_texts.h"
#include "linkage/slim.h"

namespace tanmiao::linkage {

// What a register said of a firm before: a version of its record that the next one changed in name, place, code or
// successor.
struct Earlier {
  std::string name, address, county, city, code, successor;
  Day until;  // the day from which the source said otherwise
  bool says_the_same(const Earlier& other) const {
    return name == other.name && address == other.address && county == other.county && city == other.city &&
           code == other.code && successor == other.successor;
  }
};

struct Intake {
  std::vector<std::string> sources;
  std::vector<std::uint32_t> rank;  // of a source in survivorship, by index; smaller is trusted more
  std::vector<Slim> firms, patents, events, recognitions, signals;
  SlimTexts texts;                                                    // that they point at
  LongTexts aside;                                                    // abstracts (Slim::aside)
  std::unordered_map<store::RecordId, std::vector<Earlier>> earlier;  // of `firms`, the newest first
  std::vector<store::IdentityDecision> decisions;                     // in the order they were made
  std::vector<store::IdentityDecision> doubts;                        // who looked and could not say
  std::set<std::string> suppressed;            // credit codes, and identities of firms that have none
  std::vector<store::Correction> corrections;  // values that people found wrong, by firm
  std::vector<store::FirmEntry> firm_register;

  // Order of survivorship: source, then what was seen last, then the key.
  bool before(const Slim& a, const Slim& b) const;
  std::uint64_t records() const {
    return firms.size() + patents.size() + events.size() + recognitions.size() + signals.size();
  }
};

Result<Intake> take_in(store::Store& store, const store::View& view, const LinkConfig& config, Progress& progress);

}  // namespace tanmiao::linkage
