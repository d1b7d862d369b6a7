// From addresses to county, township, zone and 责任单位: every row of the tables, and any text.
#include <algorithm>
#include <map>

#include "tests/core/generators.h"
#include "tests/core/support.h"

namespace tanmiao::region_property_test {
namespace {

using namespace testing;

const RegionTable& regions() { return reference().regions; }

Place place_of(std::string_view address, std::uint32_t authority = 0) {
  return regions().resolve(address, "", "", authority);
}

// Words that name no place.
std::string some_noise() {
  static constexpr std::array<std::string_view, 12> kNoise{"甲路", "1号",  "乙大厦", " ",    "（",   "）",
                                                           "A座",  "丙园", "二楼",   "-101", "丁村", "\xFF"};
  std::string out;
  for (int i = between(0, 4); i > 0; --i) out += one_of(kNoise);
  return out;
}

const std::vector<const Division*>& of_level(int level) {
  static const auto lists = [] {
    std::array<std::vector<const Division*>, 5> out;
    for (const Division& d : regions().divisions()) out[d.level].push_back(&d);
    return out;
  }();
  return lists[static_cast<std::size_t>(level)];
}

// The one unit that the tables give to a place, found the plain way: a zone of its own, else the county's.
std::uint16_t unit_by_the_tables(const Place& place) {
  std::uint16_t found = 0;
  int zones = 0, counties = 0;
  for (std::size_t i = 0; i < regions().units().size(); ++i) {
    const Unit& unit = regions().units()[i];
    const auto number = static_cast<std::uint16_t>(i + 1);
    const bool zone = !unit.zone_id.empty() && place.zone != 0 && regions().zones()[place.zone - 1U].id == unit.zone_id;
    const bool county = unit.zone_id.empty() && !unit.unresolved && unit.county == place.county;
    if (zone || (county && zones == 0)) found = number;
    zones += zone, counties += county;
  }
  RC_ASSERT(zones <= 1);
  RC_ASSERT(counties <= 1);
  return found == 0 ? regions().unresolved_unit() : found;
}

// What holds of every answer.
void check_consistent(const Place& place) {
  if (place.township != 0) RC_ASSERT(place.county == place.township / 1000);
  if (place.county != 0) RC_ASSERT(place.prefecture == place.county / 100 * 100);
  if (place.zone != 0) RC_ASSERT(place.county == regions().zones().at(place.zone - 1U).county);
  RC_ASSERT((place.basis == RegionBasis::kTownship) == (place.township != 0));
  RC_ASSERT((place.basis == RegionBasis::kNone) == (place.county == 0));
  RC_ASSERT(place.unit <= regions().units().size());
  if (place.prefecture != 0) RC_ASSERT((place.unit != 0) == regions().inside(place.prefecture));
  if (place.unit != 0 && place.basis != RegionBasis::kCode) RC_ASSERT(place.unit == unit_by_the_tables(place));
  if (place.basis == RegionBasis::kCode) RC_ASSERT((place.unit == 0 || place.unit == regions().unresolved_unit()));
}

TEST(Region, EveryTownshipWithItsCountyIsFoundAndHasOneUnit) {
  ASSERT_GT(of_level(4).size(), 1800U);
  for (const Division* township : of_level(4)) {
    const std::uint32_t county = township->parent, prefecture = county / 100 * 100;
    const std::string address = std::string(regions().name(prefecture)).append(regions().name(county)) + township->name;
    for (const std::string& text : {address, "山东省" + address + "甲路1号"}) {
      const Place place = place_of(text);
      EXPECT_EQ(place.township, township->code) << text;
      EXPECT_EQ(place.county, county) << text;
      EXPECT_EQ(place.prefecture, prefecture) << text;
      EXPECT_EQ(place.unit != 0, prefecture == regions().city()) << text;
      EXPECT_NE(place.unit, regions().unresolved_unit()) << text;
      check_consistent(place);
    }
  }
}

// Without its county a township is found where its prefecture has one of that name, and not guessed where it has more.
TEST(Region, ATownshipWithoutItsCountyIsFoundWhereItIsTheOnlyOne) {
  std::map<std::pair<std::uint32_t, std::string>, int> count;
  for (const Division* township : of_level(4)) ++count[{township->parent / 100, township->name}];
  int only = 0;
  for (const Division* township : of_level(4)) {
    const Place place = place_of(std::string(regions().name(township->parent / 100 * 100)) + township->name);
    const bool unique = count[{township->parent / 100, township->name}] == 1;
    EXPECT_EQ(place.township, unique ? township->code : 0U) << township->name;
    EXPECT_EQ(place.county, unique ? township->parent : 0U) << township->name;
    only += unique;
  }
  EXPECT_GT(only, 1500);
}

// So is a county without its prefecture: 市中区 is in two.
TEST(Region, ACountyWithoutItsPrefectureIsFoundWhereItIsTheOnlyOne) {
  std::map<std::string, int> count;
  for (const Division* county : of_level(3)) ++count[county->name];
  int several = 0;
  for (const Division* county : of_level(3)) {
    const bool unique = count[county->name] == 1;
    EXPECT_EQ(place_of(county->name + "甲路1号").county, unique ? county->code : 0U) << county->name;
    several += !unique;
  }
  EXPECT_GE(several, 2);
}

TEST(Region, EveryCountyIsFoundByItsNameAndItsBareName) {
  for (const Division* county : of_level(3)) {
    const std::string city(regions().name(county->parent));
    EXPECT_EQ(place_of(city + county->name + "甲路1号").county, county->code) << county->name;
    EXPECT_EQ(place_of("山东省" + city + county->name).county, county->code) << county->name;
    if (county->name.size() <= 6) continue;
    const std::string bare = county->name.substr(0, county->name.size() - 3);
    EXPECT_EQ(place_of(city + bare + "甲路1号").county, county->code) << bare;
    EXPECT_EQ(place_of(city + bare + "路1号").county, 0U) << bare;  // a road of that name is anywhere in the city
    EXPECT_EQ(place_of(city + "甲路1号" + bare + "大厦").county, 0U) << bare;  // and so is a house
  }
}

TEST(Region, EveryCodeThatIsRetiredHasALivingSuccessor) {
  const Rows rows = rows_of(root() / "config/reference/retired.csv");
  ASSERT_GE(rows.size(), 3U);
  for (const auto& row : rows) {
    const auto code = static_cast<std::uint32_t>(std::stoul(row[0])),
               next = static_cast<std::uint32_t>(std::stoul(row[2]));
    EXPECT_EQ(regions().successor(code), next);
    EXPECT_EQ(regions().successor(next), next);
    EXPECT_FALSE(regions().name(next).empty());
    const bool county = next % 100 != 0;
    EXPECT_EQ(place_of("", code).county, county ? next : 0U);
    EXPECT_EQ(place_of("", code).prefecture, next / 100 * 100);
    const Place named = place_of("山东省" + row[1] + "甲路1号");
    EXPECT_EQ(named.county, county ? next : 0U) << row[1];
    EXPECT_EQ(named.prefecture, next / 100 * 100) << row[1];
  }
  for (const Division& d : regions().divisions()) EXPECT_EQ(regions().successor(d.code), d.code);
}

TEST(Vectors, TownshipsOfTheCity) {
  TANMIAO_VECTORS(rows, "binzhou_townships.csv");
  int found = 0;
  for (const auto& row : rows) {
    const auto county = static_cast<std::uint32_t>(std::stoul(row[2]));
    const Place place = place_of("滨州市" + std::string(regions().name(county)) + row[1] + "甲村");
    EXPECT_EQ(place.township, std::stoul(row[0])) << row[1];
    EXPECT_EQ(place.county, county) << row[1];
    ++found;
  }
  EXPECT_GT(found, 90);
}

TEST(Vectors, ResponsibleUnitsOfTheCity) {
  TANMIAO_VECTORS(rows, "binzhou_responsible_units.csv");
  ASSERT_EQ(rows.size(), regions().units().size());
  for (const auto& row : rows) {
    const auto unit =
        std::find_if(regions().units().begin(), regions().units().end(), [&](const Unit& u) { return u.id == row[0]; });
    ASSERT_NE(unit, regions().units().end()) << row[0];
    EXPECT_EQ(unit->unresolved, row[2] == "unresolved") << row[0];
    EXPECT_EQ(unit->county, row[3].empty() ? 0U : std::stoul(row[3])) << row[0];
    EXPECT_EQ(unit->zone_id, row[4]) << row[0];
    if (!unit->unresolved) {
      EXPECT_EQ(regions().unit_name(place_of("滨州市" + row[1] + "甲路1号").unit), unit->name) << row[1];
    }
  }
}

TEST(Region, EveryZoneWithAUnitIsFoundByItsNameAndItsStreets) {
  int units = 0;
  for (std::size_t row = 0; row < regions().zones().size(); ++row) {
    const Zone& zone = regions().zones()[row];
    const std::string county(regions().name(zone.county));
    EXPECT_EQ(place_of("山东省" + zone.name + "甲路1号").zone, row + 1) << zone.name;
    EXPECT_EQ(place_of("滨州市" + county + zone.name).zone, row + 1) << zone.name;
    for (const std::string& street : zone.streets) {
      const Place place = place_of("滨州市" + county + street + "甲路1号");
      EXPECT_EQ(place.zone, row + 1) << street;
      EXPECT_EQ(place.unit, unit_by_the_tables(place)) << street;
    }
    for (const Unit& unit : regions().units()) {
      if (unit.zone_id != zone.id) continue;
      ++units;
      EXPECT_EQ(regions().unit_name(place_of("山东省" + zone.name).unit), unit.name);
    }
  }
  EXPECT_EQ(units, 3);
}

RC_GTEST_PROP(RegionProperty, NoiseInFrontAndBehindChangesNothing, ()) {
  const Division& township = *one_of(of_level(4));
  const std::string county(regions().name(township.parent)), city(regions().name(township.parent / 100 * 100));
  const std::string address = city + county + township.name;
  const std::string noisy =
      some_noise() + city + (chance(30) ? " " : "") + county + (chance(30) ? "(" : "") + township.name + some_noise();
  RC_LOG() << noisy << '\n';
  const Place plain = place_of(address), read = place_of(noisy);
  RC_ASSERT(read.township == township.code);
  RC_ASSERT(read.county == plain.county);
  RC_ASSERT(read.zone == plain.zone);
  RC_ASSERT(read.unit == plain.unit);
}

// The written county stands above fields of their own, and these above the authority.
RC_GTEST_PROP(RegionProperty, AnAddressStandsAboveAFieldAndAFieldAboveTheCode, ()) {
  const Division &written = *one_of(of_level(3)), &declared = *one_of(of_level(3)), &registered = *one_of(of_level(3));
  const auto city_of = [](const Division& d) { return std::string(regions().name(d.parent)); };
  const Place by_address =
      regions().resolve(city_of(written) + written.name + "甲路1号", declared.name, city_of(declared), registered.code);
  RC_ASSERT(by_address.county == written.code);
  RC_ASSERT(static_cast<int>(by_address.basis) == static_cast<int>(RegionBasis::kCounty));
  const Place by_field = regions().resolve("甲路1号", declared.name, city_of(declared), registered.code);
  RC_ASSERT(by_field.county == declared.code);
  RC_ASSERT(static_cast<int>(by_field.basis) == static_cast<int>(RegionBasis::kDeclared));
  const Place by_code = place_of("甲路1号", registered.code);
  RC_ASSERT(by_code.county == registered.code);
  RC_ASSERT(static_cast<int>(by_code.basis) == static_cast<int>(RegionBasis::kCode));
  for (const Place& place : {by_address, by_field, by_code}) check_consistent(place);
}

// Names of places in any order with anything between: the answer may be "unknown", but its parts agree, and inside the
// city exactly one unit is responsible.
RC_GTEST_PROP(RegionProperty, AnswersAgreeInThemselvesWhateverTheText, ()) {
  const auto soup = [] {
    std::string out;
    for (int i = between(0, 4); i > 0; --i) {
      out += some_noise();
      const Division& d = one_of(regions().divisions());
      const bool bare = chance(20) && d.name.size() > 6;
      if (chance(70)) out += bare ? d.name.substr(0, d.name.size() - 3) : d.name;
      if (chance(20)) out += one_of(regions().zones()).name;
      if (chance(10)) out += any_bytes();
    }
    return out;
  };
  const std::uint32_t authority =
      chance(50) ? one_of(regions().divisions()).code : static_cast<std::uint32_t>(between(0, 999999));
  check_consistent(regions().resolve(soup(), chance(50) ? soup() : "", chance(50) ? soup() : "", authority));
}

}  // namespace
}  // namespace tanmiao::region_property_test
