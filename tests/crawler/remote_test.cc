// What servers say of their folders, and what the ledger makes of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "crawler/remote_ledger.h"
#include "crawler/remote_listing.h"
#include "crawler/source.h"

namespace tanmiao::crawler::remote_test {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(RemoteFolders, ADateStandsInOnePartOfThePath) {
  const auto folder = parse_remote_folder("/CN/X-10-A/data/{YYYYMMDD}rawdata/").value();
  EXPECT_EQ(folder.above, "/CN/X-10-A/data");
  EXPECT_EQ(folder.date_of("20261110rawdata"), make_date(2026, 11, 10));
  EXPECT_EQ(folder.path(make_date(2026, 11, 10)), "/CN/X-10-A/data/20261110rawdata");
  for (const char* const other :
       {"20261110rawdata.bak", "20261110", "20261310rawdata", "2026111rawdata", "rawdata", ""})
    EXPECT_FALSE(folder.date_of(other)) << other;
  const auto dashed = parse_remote_folder("/d-{YYYY-MM-DD}/zips").value();
  EXPECT_EQ(dashed.above, "");
  EXPECT_EQ(dashed.date_of("d-2026-11-10"), make_date(2026, 11, 10));
  EXPECT_EQ(dashed.path(make_date(2026, 11, 10)), "/d-2026-11-10/zips");
  EXPECT_FALSE(parse_remote_folder("/exchange/out").value().dated);
}

TEST(RemoteFolders, WhatLeadsElsewhereOrHasTwoDatesIsRefused) {
  for (const char* const bad : {"", "/", "CN/{YYYYMMDD}", "/a/../{YYYYMMDD}", "/a//b", "/{YYYYMMDD}/{YYYYMMDD}",
                                "/{YYYYMM}", "/a/.hidden", "/a!b"})
    EXPECT_FALSE(parse_remote_folder(bad)) << bad;
}

TEST(RemoteHosts, AUserOrAnotherSchemeIsRefused) {
  EXPECT_EQ(parse_remote_host("FTP://ftp1.example:2121/pub/").value().text(), "ftp://ftp1.example:2121/pub");
  EXPECT_EQ(parse_remote_host("sftp://h").value().origin(), "sftp://h");
  for (const char* const bad :
       {"h", "http://h", "ftp://user:pw@h", "ftp://h?x=1", "ftp://h#x", "file:///etc", "ftp://"})
    EXPECT_FALSE(parse_remote_host(bad)) << bad;
}

TEST(RemoteListing, BothFormsOfServersAreRead) {
  const auto mlsd = parse_mlsd(
      "modify=20261126105243;type=cdir;UNIX.mode=0755; .\r\n"
      "Type=dir;Modify=20261126105243; 20261110rawdata\r\n"
      "type=file;size=300000;modify=20261126105244;perm=r; a b; c.zip\r\n"
      "type=OS.unix=slink:/etc;modify=20261126105244; link\r\n");
  ASSERT_TRUE(mlsd) << mlsd.error().text();
  EXPECT_THAT(*mlsd, ElementsAre(RemoteEntry{"20261110rawdata", true, 0, "20261126105243"},
                                 RemoteEntry{"a b; c.zip", false, 300000, "20261126105244"}));
  const auto unix_list = parse_list(
      "total 12\r\n"
      "drwxr-xr-x   2 1000     1000         4096 Nov 26 10:52 20261110rawdata\r\n"
      "drwxr-xr-x   2 1000     1000         4096 Nov 26 10:52 ..\r\n"
      "-rw-r--r--+  1 ftp      ftp        300000 Nov  6  2025  two blanks.zip\r\n"
      "-rw-r--r--   1 owner          3000000000 Nov 26 10:52 big.zip\r\n"
      "lrwxrwxrwx   1 0        0               4 Nov 26 10:52 link -> /etc\r\n");
  ASSERT_TRUE(unix_list) << unix_list.error().text();
  EXPECT_THAT(*unix_list, ElementsAre(RemoteEntry{" two blanks.zip", false, 300000, "Nov  6  2025"},
                                      RemoteEntry{"20261110rawdata", true, 0, "Nov 26 10:52"},
                                      RemoteEntry{"big.zip", false, 3000000000, "Nov 26 10:52"}));
  const auto dos = parse_list(
      "11-26-26  10:52AM       <DIR>          20261110rawdata\r\n"
      "11-26-2026  10:52PM              1234 a.zip\r\n");
  ASSERT_TRUE(dos) << dos.error().text();
  EXPECT_THAT(*dos, ElementsAre(RemoteEntry{"20261110rawdata", true, 0, "11-26-26  10:52AM"},
                                RemoteEntry{"a.zip", false, 1234, "11-26-2026  10:52PM"}));
}

TEST(RemoteListing, ALineThatCannotBeReadIsAnErrorOfTheWhole) {
  for (const char* const bad :
       {"-rw-r--r-- 1 a b 12 26.11. 10:52 a.zip", "<html>", "-rw-r--r-- 1 a b x Nov 26 10:52 a"})
    EXPECT_FALSE(parse_list(bad)) << bad;
  for (const char* const bad : {"type=file; a.zip", "type=file;size=-1; a.zip", "a.zip", "size=1;type=file;", "x y"})
    EXPECT_FALSE(parse_mlsd(bad)) << bad;
}

TEST(RemoteListing, NamesThatLeadOutOfTheFolderCannotBeUsed) {
  EXPECT_EQ(usable_name("a.zip").value(), "a.zip");
  EXPECT_EQ(usable_name("\xD7\xA8\xC0\xFB.zip").value(), "专利.zip") << "GB18030";
  for (const char* const bad : {"..", "a/b", "a\\b", "a!b.zip", "", "a\x01"}) EXPECT_FALSE(usable_name(bad)) << bad;
}

class Ledger : public ::testing::Test {
 protected:
  static Date day(int number) { return make_date(2026, 3, 1) + std::chrono::days(number); }
  std::vector<std::string> alarms(int night) {
    RemoteLedger all;
    all.folders[folder_.pattern] = ledger_;
    return ledger_alarms(all, rules_, day(night));
  }
  void shown(int date, const std::string& name) {
    ledger_.open[day(date)].listed = true;
    ledger_.open[day(date)].files[name] = {10, "s", "h", 0, false};
  }
  void read_all(int night, const std::set<Date>& visited) {
    std::map<std::string, store::Part> parts;
    for (const auto& [date, open] : ledger_.open)
      for (const auto& [name, file] : open.files) parts[folder_.path(date).substr(1) + "/" + name];
    note_read(ledger_, folder_, parts, {}, visited, rules_, day(night));
  }

  RemoteRules rules_;
  RemoteFolder folder_ = parse_remote_folder("/x/{YYYYMMDD}").value();
  FolderLedger ledger_;
};

TEST_F(Ledger, ADateIsTakenWhenALaterListingShowsNothingNew) {
  EXPECT_TRUE(note_dates(ledger_, {day(0)}, rules_, day(1)));
  EXPECT_THAT(dates_to_visit(ledger_, rules_, day(1)), ElementsAre(day(0)));
  shown(0, "a");
  read_all(1, {day(0)});
  EXPECT_EQ(ledger_.open.at(day(0)).read, day(1));
  EXPECT_THAT(ledger_.taken, IsEmpty());
  // The next night shows another file of it: it is read, and looked at once more.
  shown(0, "b");
  ledger_.open[day(0)].read.reset();
  read_all(2, {day(0)});
  EXPECT_THAT(ledger_.taken, IsEmpty());
  EXPECT_THAT(dates_to_visit(ledger_, rules_, day(3)), ElementsAre(day(0)));
  read_all(3, {day(0)});
  EXPECT_EQ(ledger_.taken.at(day(0)).files, 2u);
  EXPECT_THAT(ledger_.open, IsEmpty());
  EXPECT_TRUE(note_dates(ledger_, {day(0), day(3)}, rules_, day(4)));
  EXPECT_THAT(dates_to_visit(ledger_, rules_, day(4)), ElementsAre(day(3))) << "only what is new";
}

TEST_F(Ledger, WhatIsAboutToLeaveIsAnAlarmAndWhatHasLeftAGap) {
  note_dates(ledger_, {day(0)}, rules_, day(1));
  EXPECT_THAT(alarms(22), IsEmpty());
  ledger_.listed = day(23);
  EXPECT_THAT(alarms(23), ElementsAre(HasSubstr("再过 7 天")));
  ledger_.listed = day(29);
  note_dates(ledger_, {day(20)}, rules_, day(29));
  EXPECT_THAT(ledger_.gaps, IsEmpty()) << "a mirror that is behind: it has a day yet";
  note_dates(ledger_, {day(20)}, rules_, day(30));
  ASSERT_THAT(ledger_.gaps, SizeIs(1));
  EXPECT_EQ(ledger_.gaps[0].from, day(0));
  EXPECT_THAT(alarms(30), ElementsAre(HasSubstr("2026-03-01 期没有取全")));
  EXPECT_THAT(alarms(400), SizeIs(3)) << "for ever; and what else is late by then";
  ledger_.gaps[0].accepted = Acceptance{"x", "y", {}};
  EXPECT_THAT(alarms(30), IsEmpty());
}

TEST_F(Ledger, DaysThatNobodyLookedAtAreAGapUnlessTheWindowsMeet) {
  note_dates(ledger_, {day(0), day(3)}, rules_, day(4));
  ledger_.open.clear();
  FolderLedger met = ledger_;
  note_dates(met, {day(3), day(7)}, rules_, day(40));
  EXPECT_THAT(met.gaps, IsEmpty());
  FolderLedger soon = ledger_;
  note_dates(soon, {day(30)}, rules_, day(33));
  EXPECT_THAT(soon.gaps, IsEmpty()) << "29 days: whatever came in between would still be there";
  note_dates(ledger_, {day(14), day(17)}, rules_, day(40));
  ASSERT_THAT(ledger_.gaps, SizeIs(1));
  EXPECT_EQ(ledger_.gaps[0].from, day(4));
  EXPECT_EQ(ledger_.gaps[0].to, day(13));
  EXPECT_THAT(alarms(40), Contains(HasSubstr("2026-03-05 至 2026-03-14 之间")));
}

TEST_F(Ledger, AFolderWithoutFilesIsLookedAtUntilItIsAboutToLeave) {
  note_dates(ledger_, {day(0)}, rules_, day(1));
  for (int night = 1; night < 23; ++night) {
    ledger_.open[day(0)].listed = true;
    read_all(night, {day(0)});
    ASSERT_THAT(dates_to_visit(ledger_, rules_, day(night + 1)), ElementsAre(day(0))) << night;
  }
  read_all(23, {day(0)});
  read_all(24, {day(0)});
  EXPECT_TRUE(ledger_.taken.contains(day(0)));
}

TEST_F(Ledger, AListingOfNothingIsNoProofThatAllIsGone) {
  note_dates(ledger_, {day(0)}, rules_, day(1));
  EXPECT_FALSE(note_dates(ledger_, {}, rules_, day(2)));
  EXPECT_EQ(ledger_.listed, day(1));
  EXPECT_THAT(alarms(24), SizeIs(2)) << "the date, and that it was not listed for 23 days";
}

TEST_F(Ledger, AFileThatCannotBeReadIsFetchedOnceMore) {
  note_dates(ledger_, {day(0)}, rules_, day(1));
  shown(0, "a");
  const std::set<std::string> here = {folder_.path(day(0)).substr(1) + "/a"};
  note_read(ledger_, folder_, {}, here, {day(0)}, rules_, day(1));
  EXPECT_TRUE(ledger_.open[day(0)].files["a"].again);
  ledger_.open[day(0)].files["a"].again = false;
  note_read(ledger_, folder_, {}, here, {day(0)}, rules_, day(2));
  EXPECT_FALSE(ledger_.open[day(0)].files["a"].again) << "what it is like on the server, it seems";
  EXPECT_FALSE(ledger_.open[day(0)].read);
}

TEST_F(Ledger, WhatIsKeptIsWhatWasWritten) {
  note_dates(ledger_, {day(0), day(1)}, rules_, day(1));
  shown(0, "专利 \"a\".zip");
  read_all(1, {day(0)});
  read_all(2, {day(0)});
  note_dates(ledger_, {day(50)}, rules_, day(60));
  RemoteLedger all;
  all.night = 7, all.requests = 3, all.bytes = 1ull << 40;
  all.folders[folder_.pattern] = ledger_;
  all.folders[folder_.pattern].gaps.at(0).accepted = Acceptance{"科技局", "补到了", Instant(day(60))};
  const std::string text = ledger_json(all);
  const auto again = parse_ledger(text);
  ASSERT_TRUE(again) << again.error().text();
  EXPECT_EQ(ledger_json(*again), text);
  EXPECT_EQ(again->folders.at(folder_.pattern).gaps.at(0).accepted->reason, "补到了");
  EXPECT_FALSE(parse_ledger("{"));
  EXPECT_TRUE(parse_ledger(""));
}

TEST(RemoteSourceFile, WhatIsMissingOrUnsafeIsNamed) {
  const std::string head =
      "id = \"x\"\ntitle = \"x\"\nkind = \"remote\"\ninbox = \"inbox/x\"\n"
      "[[page]]\nreader = \"csv\"\nkind = \"firm\"\nkey = [\"org_code\"]\ncolumns = {org_code = \"a\"}\n";
  const std::string good = "folders = [\"/x/{YYYYMMDD}\"]\nfiles = [\"*.zip\"]\n";
  const auto fault = [&](const std::string& remote) {
    const auto source = parse_source(head + "[remote]\n" + remote, "x.toml");
    return source ? std::string() : source.error().text();
  };
  EXPECT_EQ(fault("hosts = [\"ftp://h\"]\n" + good), "");
  EXPECT_THAT(fault(good), HasSubstr("names one host"));
  EXPECT_THAT(fault("hosts = [\"ftp://h\"]\nfiles = [\"*.zip\"]\n"), HasSubstr("names one folder"));
  EXPECT_THAT(fault("hosts = [\"ftp://u:p@h\"]\n" + good), HasSubstr("no user"));
  EXPECT_THAT(fault("hosts = [\"ftp://h\"]\npassword = \"plain-text\"\n" + good),
              HasSubstr("does not stand in a source"));
  EXPECT_THAT(fault("hosts = [\"ftp://h\"]\npassword = \"{secret:P}\"\n" + good), HasSubstr("secret:P"));
  EXPECT_THAT(fault("hosts = [\"sftp://h\"]\n" + good), HasSubstr("without a named key"));
  EXPECT_THAT(fault("hosts = [\"sftp://h\"]\nhost_keys = {h = [\"MD5:00\"]}\n" + good), HasSubstr("SHA256:"));
}

}  // namespace
}  // namespace tanmiao::crawler::remote_test
