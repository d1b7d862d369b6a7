#include "tests/core/support.h"

namespace tanmiao::region_test {
namespace {

using testing::reference;

std::string unit(std::string_view address, std::uint32_t authority = 0, std::string_view county = "",
                 std::string_view city = "") {
  const RegionTable& regions = reference().regions;
  return std::string(regions.unit_name(regions.resolve(address, county, city, authority).unit));
}

TEST(Region, StreetOfAZoneGoesToTheZone) {
  EXPECT_EQ(unit("山东省滨州市滨城区小营街道甲路1号"), "高新区");
  EXPECT_EQ(unit("滨州市小营办事处甲村"), "高新区");
  EXPECT_EQ(unit("滨州市滨城区小营街道办事处", 371602), "高新区");
  EXPECT_EQ(unit("滨州高新区甲路1号"), "高新区");
}

TEST(Region, CountyGoesToItsUnit) {
  EXPECT_EQ(unit("山东省滨州市博兴县甲路1号"), "博兴县");
  EXPECT_EQ(unit("邹平县魏桥镇甲村"), "邹平市");
  EXPECT_EQ(unit("沾化甲路1号", 371600), "沾化区");
  EXPECT_EQ(unit("", 0, "惠民县", "滨州市"), "惠民县");
}

TEST(Region, AddressWithoutCountyWaitsForAPerson) {
  EXPECT_EQ(unit("山东省滨州市甲路1号", 371600), "待核");
  EXPECT_EQ(unit("", 371600), "待核");
}

TEST(Region, RetiredCodesMeanTheirSuccessors) {
  EXPECT_EQ(reference().regions.successor(371624), 371603U);
  EXPECT_EQ(reference().regions.successor(371626), 371681U);
  EXPECT_EQ(reference().regions.resolve("", "", "", 371626).county, 371681U);
}

TEST(Region, CityOfCountyRankInTheFieldOfCitiesIsACounty) {
  EXPECT_EQ(unit("", 0, "", "邹平市"), "邹平市");
  EXPECT_EQ(unit("甲路1号", 370100, "", "邹平市"), "邹平市");
  const Place place = reference().regions.resolve("", "", "莱芜", 0);  // a prefecture until 2019
  EXPECT_EQ(place.prefecture, 370100U);
  EXPECT_EQ(reference().regions.unit_name(place.unit), "");
}

TEST(Region, AuthorityIsWeakerThanTheAddress) {
  EXPECT_EQ(unit("滨州市博兴县甲路1号", 371602), "博兴县");
  const Place place = reference().regions.resolve("甲路1号", "", "", 371602);
  EXPECT_EQ(place.county, 371602U);
  EXPECT_EQ(place.basis, RegionBasis::kCode);
  EXPECT_EQ(unit("甲路1号", 371602), "待核");  // where it was registered is not where it is
}

TEST(Region, PlacesOutsideTheCityHaveNoUnit) {
  EXPECT_EQ(unit("山东省济南市历下区甲路1号"), "");
  EXPECT_EQ(unit("北京市海淀区甲路1号", 371600), "");
}

// Tables are passed about by value: a copy does not lean on the one it was made of.
TEST(Region, ACopyOutlivesTheTableItWasMadeOf) {
  RegionTable copy;
  {
    const RegionTable table =
        RegionTable::build(371600, {{371600, "滨州市", 370000, 2}, {371602, "滨城区", 371600, 3}}, {}, {}, {});
    copy = table;
  }
  EXPECT_EQ(copy.name(371602), "滨城区");
}

}  // namespace
}  // namespace tanmiao::region_test
