// The domain's vectors: each must pass in full.
#include <set>

#include "core/date.h"
#include "core/identifiers.h"
#include "core/money.h"
#include "core/patent.h"
#include "tests/core/generators.h"
#include "tests/core/support.h"

namespace tanmiao::vectors_test {
namespace {

// kind, usci_check_ok, org_check_ok: the form of GB 32100, then the two checks apart.
TEST(Vectors, CreditCodes) {
  TANMIAO_VECTORS(rows, "usci_test_vectors.csv");
  std::set<std::string> valid;
  for (const auto& row : rows) {
    const auto code = CreditCode::parse(row[0]);
    const std::string typed = testing::as_typed(row[0]);
    const bool formed = typed.size() == 18 && typed.find_first_of("IOSVZ") == std::string::npos;
    const bool check = credit_code_check_ok(typed), org = formed && org_code_check_ok(typed.substr(8, 9));
    EXPECT_EQ(check, row[2] == "1") << row[0];
    EXPECT_EQ(org, row[3] == "1") << row[0];
    ASSERT_EQ(bool(code), row[2] == "1" && row[3] == "1") << row[0];
    if (row[1].ends_with("valid") && row[1] != "invalid") {
      EXPECT_EQ(code.value().text(), row[0]);
      valid.insert(row[0]);
    } else if (code) {  // to be normalised: lower case and full width are other spellings of a code above
      EXPECT_TRUE(valid.contains(code->text())) << row[0];
    } else {
      const std::string why = typed.size() != 18 ? "expected 18 characters"
                              : !formed          ? "is not of 0-9 A-Z"
                              : !check           ? "check character is"
                                                 : "fails the check of GB 11714";
      EXPECT_NE(code.error().message.find(why), std::string::npos) << code.error().message;
    }
  }
}

TEST(Vectors, RegistrationNumbers) {
  TANMIAO_VECTORS(rows, "regno15_test_vectors.csv");
  for (const auto& row : rows) {
    const auto number = parse_registration_no(row[0]);
    ASSERT_EQ(bool(number), row[1] == "1") << row[0];
    if (number) {
      EXPECT_EQ(*number, row[0]);
      continue;
    }
    EXPECT_EQ(row[2], "wrong check digit");
    const std::string& message = number.error().message;
    ASSERT_NE(message.find("check digit is wrong, expected "), std::string::npos) << message;
    EXPECT_TRUE(parse_registration_no(row[0].substr(0, 14) + message.back())) << message;
  }
}

TEST(Vectors, ApplicationNumbers) {
  TANMIAO_VECTORS(rows, "patent_appno_test_vectors.csv");
  const std::string example = rows[0][0];  // the rows that say "strip", "split" and "compute" spell it otherwise
  for (const auto& row : rows) {
    const auto number = parse_application_no(row[0]);
    const std::string& note = row[2];
    ASSERT_EQ(bool(number), row[1] != "0") << row[0];
    if (!number) {
      EXPECT_NE(number.error().message.find(std::string("expected '") + application_check(row[0]) + "'"),
                std::string::npos);
      continue;
    }
    const bool respelt = note.find(": ") != std::string::npos && row[0].find(example.substr(5, 7)) != std::string::npos;
    EXPECT_EQ(number->text, respelt ? example : row[0]) << note;
    const bool old = number->text.size() == 8;
    EXPECT_EQ(number->year, old ? 1900 + std::stoi(row[0].substr(0, 2)) : std::stoi(number->text.substr(0, 4)));
    constexpr std::string_view kKind = "kind digit ";
    const std::size_t said = note.find(kKind);
    const char digit = said == std::string::npos ? number->text[old ? 2 : 4] : note[said + kKind.size()];
    EXPECT_EQ(number->pct, digit == '8' || digit == '9') << row[0];
    EXPECT_EQ(static_cast<int>(number->kind), (digit - '1') % 7 + 1) << row[0];  // 8 and 9 are 1 and 2 by PCT
  }
}

TEST(Vectors, KindsOfPatentDocuments) {
  TANMIAO_VECTORS(rows, "patent_kind_codes.csv");
  for (const auto& row : rows) {
    const char kind = row[0][0];
    EXPECT_EQ(static_cast<int>(kind_of_kind_code(kind)), row[4][0] - '0') << row[0];
    EXPECT_EQ(kind_code_is_grant(kind), row[6] == "1") << row[0];
    EXPECT_TRUE(parse_publication_no("CN" + row[4] + "0000001" + kind)) << row[0];
  }
}

TEST(Vectors, Dates) {
  TANMIAO_VECTORS(rows, "date_test_vectors.csv");
  using Kind = LooseDate::Kind;
  for (const auto& row : rows) {
    const auto date = parse_loose_date(row[0]);
    const std::string& note = row[2];
    ASSERT_EQ(bool(date), !note.starts_with("invalid")) << row[0];
    if (!date) continue;
    EXPECT_EQ(date->text(), row[1]) << row[0];
    const Kind kind = note.starts_with("month")                   ? Kind::kMonth
                      : note.starts_with("year")                  ? Kind::kYear
                      : note.starts_with("open end")              ? Kind::kOpenEnd
                      : note.find("missing") != std::string::npos ? Kind::kMissing
                                                                  : Kind::kDay;
    EXPECT_EQ(date->kind, kind) << row[0];
    if (kind == Kind::kDay) {
      EXPECT_EQ(iso(date->first), row[1]) << row[0];
    }
  }
}

TEST(Vectors, Money) {
  TANMIAO_VECTORS(rows, "capital_test_vectors.csv");
  for (const auto& row : rows) {
    const auto money = parse_money(row[0]);
    ASSERT_TRUE(money) << row[0];
    ASSERT_EQ(money->has_value(), row[3] != "missing") << row[0];
    if (!*money) continue;
    EXPECT_EQ((*money)->minor, std::stoll(row[1]) * 100) << row[0];
    EXPECT_EQ((*money)->yuan(), std::stod(row[1])) << row[0];
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
}  // namespace tanmiao::vectors_test
