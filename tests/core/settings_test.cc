// Configuration files: each complaint has its place and says what was expected.
#include "core/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tanmiao::settings_test {
namespace {

using ::testing::HasSubstr;

Settings parsed(std::string_view toml) { return std::move(Settings::parse(toml, "t.toml")).value(); }

TEST(Slips, NameTheNearestElseTheFewThatThereAre) {
  EXPECT_EQ(no_such("facet", "unti", {"unit", "zone"}).message, "there is no facet 'unti', did you mean 'unit'?");
  EXPECT_EQ(no_such("facet", "colour", {"unit", "zone"}).message, "there is no facet 'colour'; known: unit, zone");
  EXPECT_EQ(no_such("责任单位", "博星县", {"博兴县", "惠民县"}).message,
            "there is no 责任单位 '博星县', did you mean '博兴县'?");
  EXPECT_EQ(did_you_mean("colour", std::vector<std::string_view>(16, "unit")), "") << "a long list helps nobody";
}

TEST(Settings, BrokenTomlNamesLineAndColumn) {
  const auto broken = Settings::parse("name = \"a\"\npause = = 2\n", "t.toml");
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().code, Errc::kConfig);
  EXPECT_TRUE(broken.error().where.starts_with("t.toml:2:")) << broken.error().where;
}

TEST(Settings, UnknownKeyNamesItsPlaceAndTheNearestKnownOne) {
  Settings settings = parsed("name = \"a\"\n\n[fetch]\npuase = 2\n");
  settings.text("name");
  settings.table("fetch").integer("pause", 1, 0, 10);
  const Status status = settings.finish();
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().where, "t.toml:4:1");
  EXPECT_THAT(status.error().message, HasSubstr("unknown key 'fetch.puase', did you mean 'pause'?"));
}

TEST(Settings, AllComplaintsComeAtOnceInTheOrderOfTheFile) {
  Settings settings = parsed("pause = 99\nformat = \"cvs\"\nflag = 1\n");
  settings.flag("flag", false);
  EXPECT_EQ(settings.word("format", "csv", {"csv", "xlsx"}), "csv");
  EXPECT_EQ(settings.integer("pause", 1, 0, 10), 1);
  const std::string text = settings.finish().error().text();
  const auto pause = text.find("from 0 to 10"), format = text.find("did you mean 'csv'?"), flag = text.find("true or");
  ASSERT_NE(flag, std::string::npos) << text;
  EXPECT_LT(pause, format) << text;
  EXPECT_LT(format, flag) << text;
}

TEST(Settings, MissingKeyIsAnErrorOnlyWithoutFallback) {
  Settings settings = parsed("");
  EXPECT_EQ(settings.text("name", "x"), "x");
  EXPECT_TRUE(settings.finish());
  EXPECT_EQ(settings.text("name"), "");
  EXPECT_FALSE(settings.finish());
}

TEST(Settings, TablesKnowTheirNumber) {
  Settings settings = parsed("[[page]]\nurl = \"a\"\n[[page]]\nurl = 3\n");
  for (Settings& page : settings.tables("page")) page.text("url");
  EXPECT_THAT(settings.finish().error().text(), HasSubstr("page[2].url"));
}

TEST(NearestWord, IsGivenForASlipOnly) {
  EXPECT_EQ(nearest_word("puase", {"name", "pause"}), "pause");
  EXPECT_EQ(nearest_word("formt", {"name", "format"}), "format");
  EXPECT_FALSE(nearest_word("colour", {"name", "pause"}));
}

}  // namespace
}  // namespace tanmiao::settings_test
