#include "core/region.h"

#include <algorithm>
#include <unordered_map>

#include "core/phrase_table.h"
#include "core/text/normalize.h"

namespace tanmiao {
namespace {

constexpr std::uint32_t prefecture_of(std::uint32_t county) { return county / 100 * 100; }
constexpr std::uint32_t province_of(std::uint32_t code) { return code / 10000 * 10000; }

// What a found phrase means: its kind and the row or code.
enum class Kind : std::uint8_t { kProvince, kPrefecture, kCounty, kTownship, kZone };
struct Meaning {
  Kind kind;
  std::uint32_t value;   // code; row for zones
  std::uint32_t parent;  // code
  bool needs_suffix;     // the phrase is a bare name: a word of its kind must follow, or it must begin the text
  bool generic = false;  // a zone without the name of its place
};

bool followed_by(std::string_view rest, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return rest.starts_with(word); });
}

std::string_view cut(std::string_view name, std::initializer_list<std::string_view> suffixes) {
  for (const std::string_view suffix : suffixes)
    if (name.ends_with(suffix) && name.size() >= suffix.size() + 6) return name.substr(0, name.size() - suffix.size());
  return {};
}

void replace(std::vector<std::string>& names, std::string_view from, std::string_view to) {
  for (std::size_t i = 0, n = names.size(); i < n; ++i) {
    const std::size_t at = names[i].find(from);
    if (at != std::string::npos) names.push_back(std::string(names[i]).replace(at, from.size(), to));
  }
}

// The ways a zone's name is written.
std::vector<std::string> spellings(const std::string& name) {
  std::vector<std::string> names{name};
  replace(names, "高新技术产业开发区", "高新技术开发区");
  replace(names, "高新技术产业开发区", "高新区");
  replace(names, "经济技术开发区", "经济开发区");
  replace(names, "经济技术开发区", "开发区");
  replace(names, "北海经济开发区", "北海新区");
  return names;
}

struct Found {
  std::uint32_t prefecture = 0, county = 0;
  std::uint32_t province = 0;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> counties, townships;  // code, parent
  std::vector<Meaning> zones;
};

void keep_once(std::vector<std::pair<std::uint32_t, std::uint32_t>>& list, const Meaning& m) {
  const std::pair<std::uint32_t, std::uint32_t> row(m.value, m.parent);
  if (std::find(list.begin(), list.end(), row) == list.end()) list.push_back(row);
}

}  // namespace

struct RegionTable::Matcher {
  PhraseTable phrases;
  std::vector<Meaning> meanings;
  std::unordered_map<std::uint32_t, std::string> by_code;  // names; a copy of the table shares them
  std::unordered_map<std::uint32_t, std::uint16_t> zone_of_township;

  void add(std::string_view text, const Meaning& meaning) {
    phrases.add(text, static_cast<std::uint32_t>(meanings.size()));
    meanings.push_back(meaning);
  }

  void add_division(const Division& d) {
    using enum Kind;
    if (d.level == 1) {
      add(d.name, {kProvince, d.code, 0, false});
      add(cut(d.name, {"省", "市"}), {kProvince, d.code, 0, true});
    } else if (d.level == 2) {
      add(d.name, {kPrefecture, d.code, d.parent, false});
      add(cut(d.name, {"市", "地区"}), {kPrefecture, d.code, d.parent, true});
    } else if (d.level == 3) {
      add(d.name, {kCounty, d.code, d.parent, false});
      add(cut(d.name, {"区", "县", "市"}), {kCounty, d.code, d.parent, true});
    } else {
      add(d.name, {kTownship, d.code, d.parent, false});
      add(cut(d.name, {"街道", "镇", "乡"}), {kTownship, d.code, d.parent, true});
    }
  }

  // Whether the phrase stands as this kind of name here. `joined`: it begins the text or follows another name.
  static bool stands(const Meaning& m, std::string_view rest, bool joined) {
    if (!m.needs_suffix) return true;
    if (m.kind == Kind::kTownship) return followed_by(rest, {"街道", "办事处", "街办", "镇", "乡"});
    if (m.kind == Kind::kCounty && followed_by(rest, {"县", "市", "区"})) return true;
    return joined && !followed_by(rest, {"路", "街", "大道", "东路", "西路", "南路", "北路", "大街"});
  }

  void scan(std::string_view text, Found& found) const {
    std::size_t joined = 0;
    for (std::size_t at = 0; at + 6 <= text.size();) {
      std::size_t length = 0;
      bool bare = false;
      phrases.match(text.substr(at), [&](const PhraseTable::Entry& entry) {
        if (length > entry.text.size()) return true;  // a longer one stood here
        const Meaning& m = meanings[entry.value];
        if (!stands(m, text.substr(at + entry.text.size()), at == joined)) return false;
        length = entry.text.size();
        bare = m.needs_suffix;
        take(m, found);
        return false;
      });
      if (length > 0) {
        at += length;
        if (bare && followed_by(text.substr(at), {"市", "县", "区"})) at += 3;
        joined = at;
      } else {
        at += static_cast<unsigned char>(text[at]) >= 0xE0 ? 3u : 1u;
      }
    }
  }

  static void take(const Meaning& m, Found& found) {
    switch (m.kind) {
      case Kind::kProvince:
        if (found.province == 0) found.province = m.value;
        break;
      case Kind::kPrefecture:
        if (found.prefecture == 0) found.prefecture = m.value;
        break;
      case Kind::kCounty: keep_once(found.counties, m); break;
      case Kind::kTownship: keep_once(found.townships, m); break;
      case Kind::kZone: found.zones.push_back(m); break;
    }
  }
};

RegionTable RegionTable::build(std::uint32_t city, std::vector<Division> divisions, std::vector<Zone> zones,
                               std::vector<Unit> units, std::vector<std::pair<std::uint32_t, std::uint32_t>> retired) {
  RegionTable table;
  table.city_ = city;
  table.divisions_ = std::move(divisions);
  table.zones_ = std::move(zones);
  table.units_ = std::move(units);
  table.retired_ = std::move(retired);
  auto matcher = std::make_shared<Matcher>();
  for (const Division& d : table.divisions_) {
    matcher->by_code.emplace(d.code, d.name);
    matcher->add_division(d);
  }
  for (std::uint32_t row = 0; row < table.zones_.size(); ++row) {
    const Zone& zone = table.zones_[row];
    for (const std::string& name : spellings(zone.name)) {
      matcher->add(name, {Kind::kZone, row, zone.county, false});
      if (zone.acts_as_county && name.size() > 12) {
        matcher->add(std::string_view(name).substr(6), {Kind::kZone, row, zone.county, false, true});
      }
    }
    for (const Division& d : table.divisions_) {
      const bool named = std::find(zone.streets.begin(), zone.streets.end(), d.name) != zone.streets.end();
      if (named && d.parent == zone.county)
        matcher->zone_of_township.emplace(d.code, static_cast<std::uint16_t>(row + 1));
    }
  }
  matcher->phrases.finish();
  for (std::size_t i = 0; i < table.units_.size(); ++i)
    if (table.units_[i].unresolved) table.unresolved_unit_ = static_cast<std::uint16_t>(i + 1);
  table.matcher_ = std::move(matcher);
  return table;
}

namespace {

// The one county the text names: of those of the known prefecture, or the only one by that name at all.
std::uint32_t pick_county(const Found& found) {
  std::uint32_t only = 0;
  std::size_t fitting = 0;
  for (const auto& [code, parent] : found.counties) {
    if (found.prefecture != 0 && parent != found.prefecture) continue;
    if (found.province != 0 && province_of(code) != found.province) continue;
    if (fitting++ == 0) only = code;
  }
  return found.prefecture != 0 || fitting == 1 ? only : 0;
}

std::uint32_t pick_township(const Found& found, std::uint32_t county) {
  std::uint32_t only = 0;
  std::size_t fitting = 0;
  for (const auto& [code, parent] : found.townships) {
    if (county != 0 ? parent != county : found.prefecture == 0 || prefecture_of(parent) != found.prefecture) continue;
    if (fitting++ == 0) only = code;
  }
  return county != 0 || fitting == 1 ? only : 0;
}

std::uint16_t pick_zone(const Found& found, std::uint32_t county, std::uint32_t city) {
  for (const Meaning& zone : found.zones) {
    if (county != 0 && county != zone.parent) continue;
    if (found.prefecture != 0 && prefecture_of(zone.parent) != found.prefecture) continue;
    if (zone.generic && (county != 0 ? county != zone.parent : found.prefecture != city)) continue;
    return static_cast<std::uint16_t>(zone.value + 1);
  }
  return 0;
}

// What is said of a place.
struct Said {
  Found address, county, city;  // the last two from fields of their own
  std::uint32_t code = 0;       // of the registering authority, as it is called today
};

// Prefecture: written in the address, declared, that of a county name which only one has (written, then declared), that
// of the authority.
void settle_prefecture(Said& said, bool code_is_county) {
  // Cities of county rank stand in fields of cities too: 邹平市; 莱芜, which was a prefecture once.
  if (said.city.prefecture == 0 && said.county.counties.empty()) said.county.counties = said.city.counties;
  std::uint32_t& prefecture = said.address.prefecture;
  for (const std::uint32_t declared : {said.city.prefecture, said.county.prefecture})
    if (prefecture == 0) prefecture = declared;
  for (const Found* words : {&said.address, &said.county})
    if (prefecture == 0) prefecture = prefecture_of(pick_county(*words));
  const bool fits = said.address.province == 0 || province_of(said.code) == said.address.province;
  if (prefecture == 0 && fits && code_is_county) prefecture = prefecture_of(said.code);
  said.county.prefecture = prefecture;
}

// Township, zone and county as far as the words go: the smallest that is written wins over what lies around it.
Place place_of_words(const Said& said, const std::vector<Zone>& zones, std::uint32_t city,
                     const std::unordered_map<std::uint32_t, std::uint16_t>& zone_of_township) {
  Found words = said.address;
  words.zones.insert(words.zones.end(), said.county.zones.begin(), said.county.zones.end());
  const std::uint32_t written = pick_county(words), declared = pick_county(said.county);
  const std::uint32_t county = written != 0 ? written : declared;
  Place place;
  place.prefecture = words.prefecture;
  place.township = pick_township(words, county);
  if (place.township == 0) place.township = pick_township(words, 0);
  if (place.township != 0) {
    place.county = place.township / 1000;
    place.basis = RegionBasis::kTownship;
    const auto zone = zone_of_township.find(place.township);
    place.zone = zone == zone_of_township.end() ? pick_zone(words, place.county, city) : zone->second;
    return place;
  }
  place.zone = pick_zone(words, county, city);
  if (place.zone != 0) {
    place.county = zones[place.zone - 1u].county;
    place.basis = RegionBasis::kZone;
  } else if (county != 0) {
    place.county = county;
    place.basis = written != 0 ? RegionBasis::kCounty : RegionBasis::kDeclared;
  }
  return place;
}

}  // namespace

Place RegionTable::resolve(std::string_view address, std::string_view declared_county, std::string_view declared_city,
                           std::uint32_t authority) const {
  Said said;
  matcher_->scan(text::nfkc(declared_city), said.city);
  matcher_->scan(text::nfkc(declared_county), said.county);
  matcher_->scan(text::nfkc(address), said.address);
  said.code = successor(authority);
  const std::uint32_t of_code = prefecture_of(said.code);
  settle_prefecture(said, matcher_->by_code.contains(of_code) && of_code != province_of(said.code));

  Place place = place_of_words(said, zones_, city_, matcher_->zone_of_township);
  if (place.basis == RegionBasis::kNone && said.code % 100 != 0 && of_code == place.prefecture &&
      matcher_->by_code.contains(said.code)) {
    place.county = said.code;
    place.basis = RegionBasis::kCode;
  }
  if (place.county != 0) place.prefecture = prefecture_of(place.county);
  const bool silent =
      place.prefecture == 0 && said.address.province == 0 && (said.code == 0 || said.code == province_of(city_));
  // The county of the code is where a firm was once registered: a hint, and no address. Its unit waits for one.
  const bool only_code = place.basis == RegionBasis::kCode;
  if (silent || inside(place.prefecture)) place.unit = only_code ? unresolved_unit_ : unit_of(place);
  return place;
}

// The zone's own unit before the county's; the unresolved one when neither is known.
std::uint16_t RegionTable::unit_of(const Place& place) const {
  std::uint16_t found = unresolved_unit_;
  for (std::size_t i = 0; i < units_.size(); ++i) {
    const Unit& unit = units_[i];
    if (unit.unresolved) continue;
    const auto number = static_cast<std::uint16_t>(i + 1);
    if (!unit.zone_id.empty()) {
      if (place.zone != 0 && zones_[place.zone - 1u].id == unit.zone_id) return number;
    } else if (unit.county != 0 && (unit.county == place.county || unit.county == place.prefecture)) {
      found = number;
    }
  }
  return found;
}

std::string_view RegionTable::name(std::uint32_t code) const {
  const auto found = matcher_->by_code.find(code);
  return found == matcher_->by_code.end() ? std::string_view() : std::string_view(found->second);
}

std::uint32_t RegionTable::successor(std::uint32_t code) const {
  for (const auto& [old_code, new_code] : retired_)
    if (old_code == code) return new_code;
  return code;
}

std::string_view RegionTable::unit_name(std::uint16_t unit) const {
  return unit == 0 || unit > units_.size() ? std::string_view() : std::string_view(units_[unit - 1u].name);
}

std::string_view RegionTable::zone_name(std::uint16_t zone) const {
  return zone == 0 || zone > zones_.size() ? std::string_view() : std::string_view(zones_[zone - 1u].name);
}

}  // namespace tanmiao
