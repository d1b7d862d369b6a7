// From an address to county, township, zone and 责任单位. Order of evidence: township or street in the address, zone
// name, county name, authority digits of the credit code (weak: a county is only taken from them when they name one),
// none. Retired codes map to their successors.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tanmiao {

enum class RegionBasis : std::uint8_t { kNone = 0, kCode, kDeclared, kCounty, kZone, kTownship };

struct Place {
  std::uint32_t prefecture = 0;  // 371600, 0 unknown
  std::uint32_t county = 0;      // 371602
  std::uint32_t township = 0;    // 371602001
  std::uint16_t zone = 0;        // 1 + row in RegionTable::zones; 0 none
  std::uint16_t unit = 0;        // 1 + row in RegionTable::units; the unresolved unit (待核) when the city is the
                                 // configured one and nothing said; 0 when the place is outside the city
  RegionBasis basis = RegionBasis::kNone;
};

struct Division {
  std::uint32_t code;
  std::string name;
  std::uint32_t parent;
  std::uint8_t level;
};  // 1 province .. 4 township
struct Zone {
  std::string id;
  std::string name;
  std::vector<std::string> streets;
  std::uint32_t county;
  bool acts_as_county;
};
struct Unit {
  std::string id;
  std::string name;
  std::uint32_t county;
  std::string zone_id;
  bool unresolved;
};

class RegionTable {
 public:
  // Rows come from config/reference; `city` is the prefecture code of the office (371600).
  static RegionTable build(std::uint32_t city, std::vector<Division> divisions, std::vector<Zone> zones,
                           std::vector<Unit> units, std::vector<std::pair<std::uint32_t, std::uint32_t>> retired);

  // `address` as written, `declared_county` and `declared_city` from fields of their own (may be empty), `authority`
  // digits 3-8 of the credit code or 0.
  Place resolve(std::string_view address, std::string_view declared_county, std::string_view declared_city,
                std::uint32_t authority) const;

  std::uint32_t city() const { return city_; }
  // The office may be a city's or, with a code that ends in 0000, a province's.
  bool inside(std::uint32_t prefecture) const {
    return city_ % 10000 == 0 ? prefecture / 10000 == city_ / 10000 : prefecture == city_;
  }
  std::string_view name(std::uint32_t code) const;    // county, prefecture, township; empty if unknown
  std::uint32_t successor(std::uint32_t code) const;  // itself when not retired
  const std::vector<Division>& divisions() const { return divisions_; }
  const std::vector<Zone>& zones() const { return zones_; }
  const std::vector<Unit>& units() const { return units_; }
  std::uint16_t unresolved_unit() const { return unresolved_unit_; }
  std::string_view unit_name(std::uint16_t unit) const;  // unit as in Place; empty for 0
  std::string_view zone_name(std::uint16_t zone) const;

 private:
  struct Matcher;
  std::uint16_t unit_of(const Place& place) const;
  std::uint32_t city_ = 0;
  std::uint16_t unresolved_unit_ = 0;
  std::vector<Division> divisions_;
  std::vector<Zone> zones_;
  std::vector<Unit> units_;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> retired_;
  std::shared_ptr<const Matcher> matcher_;
};

}  // namespace tanmiao
