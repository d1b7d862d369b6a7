// What linkage takes in: the visible records in a packed form, and what people decided.
#pragma once

#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "linkage/link.h"

namespace tanmiao::linkage {

// A record in one allocation: key, part and fields behind each other. A province has millions of them.
class Slim {
 public:
  Slim(const store::StoredRecord& stored, std::uint16_t source_index);
  std::string_view key() const { return find(kKeyTag); }
  std::string_view part() const { return find(kPartTag); }
  std::string_view get(Field field) const { return find(static_cast<unsigned char>(field)); }
  std::vector<std::string_view> all(Field field) const;

  store::RecordId id;
  Day event, public_date, last_seen, since;  // last_seen: the day it was stated for last; since: this version was read
  std::uint32_t line;
  std::uint16_t source;  // index into Intake::sources
  RecordKind kind;
  bool estimated;

 private:
  static constexpr unsigned char kKeyTag = 255, kPartTag = 254;
  std::string_view find(unsigned char tag) const;
  std::string packed_;
};

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
