// Packed attachments of announcements: opened, and their lists read as the attachment itself would be.
#include "archives.h"
#include "crawler/lost_parts.h"
#include "crawling_hosts.h"

namespace tanmiao::crawler::attachment_test {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

class Attachments : public CrawlingHosts {
 protected:
  void announcement() {
    write("sources/register.toml", std::string(R"(id = "register"
title = "公告"
hosts = ["127.0.0.1"]
terms = "无"
basis = "试验"
[contract]
most_gone = 1
most_rejected = 0.6
[fetch]
start = [")") + server_.address("/notice") +
                                       R"("]
start_role = "notice"
pause = 0
[[page]]
role = "notice"
reader = "html"
[[page.link]]
xpath = "//a/@href"
role = "list"
[[page]]
role = "list"
reader = "table"
kind = "firm"
key = ["org_code"]
required = ["firm_name", "org_code"]
[page.columns]
firm_name = "企业名称"
org_code = "编号"
established = "成立日期"
address = "住所"
)");
    server_.put("/notice", {200, "<html><meta charset=utf-8><a href='/list.zip'>附件</a></html>"});
    approve();
  }
  static std::string table(int first, int last) {
    std::string out(kColumns);
    for (int i = first; i <= last; ++i) out += firm_row(i);
    return out;
  }
  std::vector<std::string> parts() {
    std::vector<std::string> names;
    for (const auto& [name, part] : store_->facts().parts("register").value()) names.push_back(name);
    return names;
  }
};

TEST_F(Attachments, AnArchiveIsOpenedAndItsListsAreParts) {
  announcement();
  const std::string inner = packed({{"滨城区/名单.csv", table(11, 13)}});
  server_.put("/list.zip", {200, packed({{"一.csv", table(1, 5)},
                                         {"二.html",
                                          "<table><tr><td>企业名称</td><td>编号</td></tr><tr><td>试验6科技有限公司"
                                          "</td><td>" +
                                              code(6) + "</td></tr></table>"},
                                         {"内.zip", inner},
                                         {"说明.csv", "没有表头\n"},
                                         {"照片.jpg", "\xFF\xD8\xFF"}})});
  const SourceReport first = crawl_once(1);
  EXPECT_EQ(first.outcome, SourceOutcome::kPublished) << first.why;
  EXPECT_EQ(first.counts.fresh, 9u);
  ASSERT_EQ(first.first_rejects.size(), 1u);
  EXPECT_EQ(first.first_rejects[0].part, server_.address("/list.zip!说明.csv"));
  EXPECT_THAT(first.why, HasSubstr("1 个附件的格式读不了（首个 " + server_.address("/list.zip!照片.jpg") + "）"));
  EXPECT_THAT(parts(), Contains(server_.address("/list.zip!内.zip!滨城区/名单.csv")));
  std::set<std::string> named;
  for (const int firm : {1, 6, 12}) {
    const auto history = store_->facts().history("register", RecordKind::kFirm, code(firm)).value();
    ASSERT_EQ(history.size(), 1u) << firm;
    named.insert(history[0].record.origin.part);
    EXPECT_GT(history[0].record.origin.capture, 0u) << "of the archive that came";
  }
  EXPECT_EQ(named.size(), 3u);
}

TEST_F(Attachments, AnArchiveThatIsTheSameChangesNothingAndOneThatChangedItsMembers) {
  announcement();
  server_.put("/list.zip", {200, packed({{"一.csv", table(1, 5)}, {"二.csv", table(6, 9)}})});
  crawl_once(1);
  const auto before = parts();
  const SourceReport same = crawl_once(2);
  EXPECT_EQ(same.outcome, SourceOutcome::kUnchanged) << same.why;
  EXPECT_EQ(same.counts.parts_same, 4u) << "the notice, the archive and its two members";
  server_.put("/list.zip", {200, packed({{"一.csv", table(1, 4)}, {"二.csv", table(6, 10)}})});
  const SourceReport changed = crawl_once(3);
  EXPECT_EQ(changed.counts.fresh, 1u);
  EXPECT_EQ(changed.counts.gone, 1u);
  EXPECT_EQ(parts(), before);
}

TEST_F(Attachments, OneThatCannotBeReadIsCountedEachNightAndNewOnce) {
  using ::testing::ElementsAre;
  using ::testing::IsEmpty;
  announcement();
  server_.put("/notice",
              {200, "<html><meta charset=utf-8><a href='/list.zip'>附件</a><a href='/old.xls'>附件</a></html>"});
  server_.put("/list.zip", {200, packed({{"一.csv", table(1, 5)}})});
  const auto damaged = [&](const std::string& more) { server_.put("/old.xls", {200, "\xD0\xCF\x11\xE0" + more}); };
  const auto told = [&](const SourceReport& report, std::uint64_t count, std::uint64_t fresh) {
    EXPECT_EQ(report.lost_count, count) << report.why;
    EXPECT_EQ(report.lost_new, fresh);
    EXPECT_EQ(report.lost_files.size(), count);
    EXPECT_EQ(report.failed_urls, count);
    EXPECT_EQ(records(), 5u);
  };
  damaged("");
  const SourceReport first = crawl_once(1, false);
  told(first, 1, 1);
  EXPECT_THAT(first.lost_files, ElementsAre(HasSubstr(server_.address("/old.xls（无法读取："))));
  const SourceReport taken_up = crawl_once(1);
  EXPECT_EQ(taken_up.lost_files, first.lost_files) << "a night that goes on knows it";
  EXPECT_EQ(taken_up.lost_new, 1u);
  told(crawl_once(1), 1, 1);  // another run of the same night
  told(crawl_once(2), 1, 0);
  damaged("other bytes");
  told(crawl_once(3), 1, 1);
  told(crawl_once(4), 1, 0);
  server_.put("/old.xls", {200, table(1, 5)});
  EXPECT_THAT(crawl_once(5).lost_files, IsEmpty());
  damaged("other bytes");
  told(crawl_once(6), 1, 1);  // it was mended in between
  server_.remove("/old.xls");
  EXPECT_EQ(crawl_once(7).lost_count, 0u) << "gone";
}

TEST_F(Attachments, ManyAreNamedTheNewOnesFirst) {
  announcement();
  const auto notice = [&](int many) {
    std::string page = "<html><meta charset=utf-8><a href='/list.zip'>附件</a>";
    for (int i = 1; i <= many; ++i) {
      page += "<a href='/z" + std::to_string(i) + ".xls'>附件</a>";
      server_.put("/z" + std::to_string(i) + ".xls", {200, "\xD0\xCF\x11\xE0"});
    }
    server_.put("/notice", {200, page + "</html>"});
  };
  server_.put("/list.zip", {200, packed({{"一.csv", table(1, 5)}})});
  notice(22);
  EXPECT_EQ(crawl_once(1).lost_new, 22u);
  notice(24);
  const SourceReport report = crawl_once(2);
  EXPECT_EQ(report.lost_count, 24u);
  EXPECT_EQ(report.lost_new, 2u);
  ASSERT_EQ(report.lost_files.size(), kMostLostNamed);
  EXPECT_THAT(report.lost_files[0], HasSubstr("/z23.xls"));
  EXPECT_THAT(report.lost_files[1], HasSubstr("/z24.xls"));
}

// What nothing links to any more makes room for what is damaged tonight.
TEST_F(Attachments, LostPartsAreForgottenAfterAWhileAndWhenThereIsNoRoom) {
  const Date day = make_date(2026, 11, 1);
  const auto lose = [&](Date on, const std::string& prefix, std::size_t count) {
    LostParts parts(store_->facts(), "register", on);
    EXPECT_TRUE(parts.open());
    for (std::size_t i = 0; i < count; ++i) parts.lost(prefix + std::to_string(i), i + 1, "损坏");
    EXPECT_TRUE(parts.save());
    SourceReport report;
    parts.tell(report);
    return report;
  };
  EXPECT_EQ(lose(day, "a", 1200).lost_count, 1200u);
  const SourceReport next = lose(add_months(day, 1), "b", 1);
  EXPECT_EQ(next.lost_count, 1u);
  EXPECT_EQ(next.lost_new, 1u) << "though a thousand are remembered";
  ASSERT_EQ(next.lost_files.size(), 1u);
  EXPECT_THAT(next.lost_files[0], HasSubstr("b0"));
  EXPECT_EQ(lose(add_months(day, 1), "b", 1).lost_new, 1u) << "in the same night it stays new";
  EXPECT_EQ(lose(add_months(day, 2), "b", 1).lost_new, 0u) << "the same bytes";
  EXPECT_EQ(lose(add_months(day, 8), "b", 1).lost_new, 1u) << "after so long nobody remembers it";
}

TEST_F(Attachments, ReplayReadsTheArchiveAsTheCrawlDid) {
  announcement();
  server_.put("/list.zip", {200, packed({{"一.csv", table(1, 5)}, {"二.csv", table(6, 9)}})});
  crawl_once(1);
  const auto before = parts();
  const auto replayed = replay(*store_, night(2), "register", std::nullopt, config_, *reference_);
  ASSERT_TRUE(replayed) << replayed.error().text();
  EXPECT_EQ(replayed->counts.fresh + replayed->counts.changed + replayed->counts.gone, 0u);
  EXPECT_EQ(parts(), before);
  EXPECT_EQ(records(), 9u);
}

}  // namespace
}  // namespace tanmiao::crawler::attachment_test
