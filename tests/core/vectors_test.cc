// The domain's vectors: each must pass in full.
#include <set>

#include "core/date.h"
#include "core/identifiers.h"
#include "core/money.h"
#include "core/patent.h"
#include "tests/core/support.h"

namespace tanmiao {
namespace {

TEST(Vectors, CreditCodes) {
  TANMIAO_VECTORS(rows, "usci_test_vectors.csv");
  for (const auto& row : rows) EXPECT_EQ(bool(CreditCode::parse(row[0])), row[2] == "1" && row[3] == "1") << row[0];
}

TEST(Vectors, RegistrationNumbers) {
  TANMIAO_VECTORS(rows, "regno15_test_vectors.csv");
  for (const auto& row : rows) EXPECT_EQ(bool(parse_registration_no(row[0])), row[1] == "1") << row[0];
}

TEST(Vectors, ApplicationNumbers) {
  TANMIAO_VECTORS(rows, "patent_appno_test_vectors.csv");
  for (const auto& row : rows) EXPECT_EQ(bool(parse_application_no(row[0])), row[1] != "0") << row[0];
}

TEST(Vectors, Dates) {
  TANMIAO_VECTORS(rows, "date_test_vectors.csv");
  for (const auto& row : rows) {
    const auto date = parse_loose_date(row[0]);
    const bool invalid = row[2].starts_with("invalid");
    ASSERT_EQ(bool(date), !invalid) << row[0];
    if (!invalid) {
      EXPECT_EQ(date->text(), row[1]) << row[0];
    }
  }
}

TEST(Vectors, Money) {
  TANMIAO_VECTORS(rows, "capital_test_vectors.csv");
  for (const auto& row : rows) {
    const auto money = parse_money(row[0]);
    ASSERT_TRUE(money) << row[0];
    ASSERT_EQ(money->has_value(), !row[1].empty()) << row[0];
    if (!*money) continue;
    EXPECT_EQ((*money)->minor, std::stoll(row[1]) * 100) << row[0];
    EXPECT_EQ((*money)->currency, row[2]) << row[0];
  }
}

TEST(Vectors, StatusWords) {
  TANMIAO_VECTORS(rows, "status_vocabulary.csv");
  for (const auto& row : rows) {
    const FirmStatus status = testing::reference().status_of(row[0]);
    EXPECT_EQ(status_word(status), row[1]) << row[0];
    EXPECT_EQ(alive(status), row[2] == "1" ? Alive::kYes : row[2] == "0" ? Alive::kNo : Alive::kUnknown) << row[0];
  }
}

TEST(Vectors, LegalEvents) {
  TANMIAO_VECTORS(rows, "patent_legal_events.csv");
  for (const auto& row : rows) EXPECT_EQ(patent_event_word(testing::reference().event_of(row[0])), row[1]) << row[0];
}

TEST(Reference, UnknownStatusIsNeverActive) {
  EXPECT_EQ(testing::reference().status_of("甲乙丙"), FirmStatus::kUnknown);
  EXPECT_FALSE(testing::reference().knows_status("甲乙丙"));
}

TEST(Reference, IndustryCodesResolveWithAndWithoutSection) {
  const IndustryTable& table = testing::reference().industry_2017;
  EXPECT_EQ(table.canonical("3252"), "C3252");
  EXPECT_EQ(table.name("C3252"), "铝压延加工");
  EXPECT_EQ(table.canonical("9999"), "");
}

TEST(Reference, AnotherCityGetsAUnitForEachCounty) {
  const auto taian = tabular::load_reference(testing::root() / "config/reference", 370900);
  ASSERT_TRUE(taian) << taian.error().text();
  const RegionTable& regions = (*taian)->regions;
  EXPECT_EQ(regions.unit_name(regions.resolve("山东省泰安市岱岳区甲路1号", "", "", 0).unit), "岱岳区");
  EXPECT_EQ(regions.unit_name(regions.unresolved_unit()), "待核");
}

}  // namespace
}  // namespace tanmiao
