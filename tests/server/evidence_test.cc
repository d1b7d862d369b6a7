// From a line of evidence on the page of a firm to where it stood.
#include "tests/server/site_fixture.h"

namespace tanmiao::server::evidence_test {
namespace {

using Evidence = SiteTest;

TEST_F(Evidence, TheFirmPageSaysFileLineAndDay) {
  const Response page = get("/firm/91371600MA3WPBLW37");
  for (const char* part :
       {"文件 week.xml 第 11 行", "文件 week.xml 第 13 行", "取得 2026-11-20", "文件 list.csv 第 7 行"})
    EXPECT_NE(page.body.find(part), std::string::npos) << part;
  EXPECT_EQ(page.body.find("第 14 行"), std::string::npos) << "the fourth patent is another firm's";
}

TEST_F(Evidence, TheApiNamesTheRecord) {
  const auto firm = api_get("/api/v1/firms/91371625MA3WPBLW48");
  for (const char* list : {"evidence", "patents"}) {
    ASSERT_EQ(firm.at(list).as_array().size(), 1u) << list;
    const auto& line = firm.at(list).at(0).as_object();
    EXPECT_EQ(line.at("source").as_string(), "registry");
    EXPECT_EQ(line.at("key").as_string(), "P3");
    EXPECT_EQ(line.at("url").as_string(), "week.xml");
    EXPECT_EQ(line.at("line").to_number<int>(), 14);
    EXPECT_EQ(line.at("seen").as_string(), "2026-11-20");
  }
}

}  // namespace
}  // namespace tanmiao::server::evidence_test
