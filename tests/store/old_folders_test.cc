// Folders that earlier versions wrote stay readable: what was added since reads as its declared value, what they must
// hold is asked for.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <map>

#include "store/columns/run_table.h"
#include "store/columns/snapshot.h"
#include "store_fixture.h"

namespace tanmiao::store::old_folders_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// The columns of the first format, as written up to November 2026: name, and the bytes of an element or 0 for strings.
// Never to be changed: folders with exactly these lie in data folders.
struct FirstColumn {
  std::string_view name;
  int width;
};
constexpr std::array kFirstRun{FirstColumn{"firm", 4},
                               FirstColumn{"rank", 4},
                               FirstColumn{"lead_kind", 1},
                               FirstColumn{"judgement", 1},
                               FirstColumn{"score", 8},
                               FirstColumn{"known_points", 4},
                               FirstColumn{"most_points", 4},
                               FirstColumn{"gates", 4},
                               FirstColumn{"valid_inventions", 4},
                               FirstColumn{"valid_class_two", 4},
                               FirstColumn{"unverified", 4},
                               FirstColumn{"pending", 4},
                               FirstColumn{"dead", 4},
                               FirstColumn{"last_filing", 4},
                               FirstColumn{"industries", 0},
                               FirstColumn{"rd_signals", 0},
                               FirstColumn{"recognitions", 0},
                               FirstColumn{"basis", 0},
                               FirstColumn{"ask_first", 0},
                               FirstColumn{"hints", 0},
                               FirstColumn{"explanation", 0}};
// By table: what stands before the point.
constexpr std::array kFirstSnapshot{FirstColumn{"firm.name", 0},
                                    FirstColumn{"firm.code", 0},
                                    FirstColumn{"firm.former_names", 0},
                                    FirstColumn{"firm.address", 0},
                                    FirstColumn{"firm.scope", 0},
                                    FirstColumn{"firm.org_type", 0},
                                    FirstColumn{"firm.industry_code", 0},
                                    FirstColumn{"firm.industry_name", 0},
                                    FirstColumn{"firm.registration_no", 0},
                                    FirstColumn{"firm.status", 1},
                                    FirstColumn{"firm.region_basis", 1},
                                    FirstColumn{"firm.unit", 2},
                                    FirstColumn{"firm.zone", 2},
                                    FirstColumn{"firm.industry_edition", 2},
                                    FirstColumn{"firm.prefecture", 4},
                                    FirstColumn{"firm.county", 4},
                                    FirstColumn{"firm.township", 4},
                                    FirstColumn{"firm.flags", 4},
                                    FirstColumn{"firm.parent", 4},
                                    FirstColumn{"firm.successor", 4},
                                    FirstColumn{"firm.established", 4},
                                    FirstColumn{"firm.dissolved", 4},
                                    FirstColumn{"firm.seen", 4},
                                    FirstColumn{"firm.capital", 8},
                                    FirstColumn{"firm.capital_currency", 0},
                                    FirstColumn{"firm.insured_staff", 4},
                                    FirstColumn{"firm.lineage", 0},
                                    FirstColumn{"patent.application_no", 0},
                                    FirstColumn{"patent.title", 0},
                                    FirstColumn{"patent.abstract", 0},
                                    FirstColumn{"patent.ipc", 0},
                                    FirstColumn{"patent.publication_nos", 0},
                                    FirstColumn{"patent.source", 0},
                                    FirstColumn{"patent.url", 0},
                                    FirstColumn{"patent.kind", 1},
                                    FirstColumn{"patent.granted_by_kind", 1},
                                    FirstColumn{"patent.filing", 4},
                                    FirstColumn{"patent.published", 4},
                                    FirstColumn{"patent.granted", 4},
                                    FirstColumn{"patent.public_date", 4},
                                    FirstColumn{"patent.public_estimated", 1},
                                    FirstColumn{"patent.applicants", 2},
                                    FirstColumn{"patent.persons", 2},
                                    FirstColumn{"patent.inventors", 2},
                                    FirstColumn{"patent.claims", 2},
                                    FirstColumn{"patent.first_event", 4},
                                    FirstColumn{"patent.first_inventor", 4},
                                    FirstColumn{"event.event", 1},
                                    FirstColumn{"event.date", 4},
                                    FirstColumn{"event.public_date", 4},
                                    FirstColumn{"inventor.hash", 8},
                                    FirstColumn{"owner.patent", 4},
                                    FirstColumn{"owner.from", 4},
                                    FirstColumn{"owner.to", 4},
                                    FirstColumn{"owner.position", 1},
                                    FirstColumn{"owner.reason", 1},
                                    FirstColumn{"owner.through", 4},
                                    FirstColumn{"recognition.program", 0},
                                    FirstColumn{"recognition.level", 0},
                                    FirstColumn{"recognition.title", 0},
                                    FirstColumn{"recognition.certificate_no", 0},
                                    FirstColumn{"recognition.source", 0},
                                    FirstColumn{"recognition.url", 0},
                                    FirstColumn{"recognition.issued", 4},
                                    FirstColumn{"recognition.valid_to", 4},
                                    FirstColumn{"recognition.public_date", 4},
                                    FirstColumn{"recognition.year", 4},
                                    FirstColumn{"recognition.reason", 1},
                                    FirstColumn{"signal.type", 0},
                                    FirstColumn{"signal.level", 0},
                                    FirstColumn{"signal.title", 0},
                                    FirstColumn{"signal.source", 0},
                                    FirstColumn{"signal.url", 0},
                                    FirstColumn{"signal.date", 4},
                                    FirstColumn{"signal.public_date", 4},
                                    FirstColumn{"signal.amount", 8},
                                    FirstColumn{"signal.year", 4},
                                    FirstColumn{"signal.reason", 1},
                                    FirstColumn{"signal.numbers", 0},
                                    FirstColumn{"firm.first_ownership", 4},
                                    FirstColumn{"firm.first_recognition", 4},
                                    FirstColumn{"firm.first_signal", 4}};

class OldFolders : public ::testing::Test {
 protected:
  OldFolders() : folder_(fresh_folder()) { std::filesystem::create_directories(folder_); }
  ~OldFolders() override { std::filesystem::remove_all(folder_); }

  static void write(ColumnFolderWriter& writer, const FirstColumn& column, std::size_t rows, std::uint8_t value) {
    StringBuilder texts;
    for (std::size_t i = 0; i < rows; ++i) texts.push_back(std::string(column.name) + std::to_string(i));
    switch (column.width) {
      case 0: ASSERT_TRUE(writer.write(column.name, texts)); break;
      case 1: ASSERT_TRUE(writer.write(column.name, std::vector<std::uint8_t>(rows, value))); break;
      case 2: ASSERT_TRUE(writer.write(column.name, std::vector<std::uint16_t>(rows, value))); break;
      case 4: ASSERT_TRUE(writer.write(column.name, std::vector<std::uint32_t>(rows, value))); break;
      default: ASSERT_TRUE(writer.write(column.name, std::vector<std::uint64_t>(rows, value)));
    }
  }

  // Firms 0 and 1; one patent with one event, one recognition and one signal, all of firm 1. Without the columns in
  // `missing`.
  std::filesystem::path first_snapshot(const std::string& name, std::string_view missing = "") {
    auto writer = ColumnFolderWriter::create(folder_ / name).value();
    for (const FirstColumn& column : kFirstSnapshot) {
      if (column.name == missing) continue;
      const std::string_view table = column.name.substr(0, column.name.find('.'));
      if (column.name.starts_with("firm.first_")) {
        EXPECT_TRUE(writer.write(column.name, std::vector<std::uint32_t>{0, 0, 1}));
      } else if (column.name.starts_with("patent.first_")) {
        EXPECT_TRUE(writer.write(column.name, std::vector<std::uint32_t>{0, 1}));
      } else {
        const bool link = column.name == "owner.patent" || column.name == "firm.parent" ||
                          column.name == "firm.successor" || column.name == "owner.through";
        write(writer, column, table == "firm" ? 2 : 1, link ? 0 : 1);
      }
    }
    EXPECT_TRUE(writer.finish(R"({"kind":"snapshot","civil_date":"2026-11-25"})"));
    return folder_ / name;
  }
  std::filesystem::path first_run(const std::string& name, std::string_view missing = "") {
    auto writer = ColumnFolderWriter::create(folder_ / name).value();
    for (const FirstColumn& column : kFirstRun)
      if (column.name != missing) write(writer, column, 2, 1);
    EXPECT_TRUE(writer.finish("{}"));
    return folder_ / name;
  }
  std::filesystem::path folder_;
};

// Names of the columns that a folder must have, sorted.
struct Required {
  std::vector<std::string> names;
  template <class C>
  void operator()(std::string_view name, C&) {
    names.emplace_back(name);
  }
  template <class C, class T>
  void operator()(std::string_view, C&, const Added<T>&) {}
};

template <class Table, std::size_t N>
void expect_required(Table table, const std::array<FirstColumn, N>& first) {
  Required required;
  table.each(required);
  std::vector<std::string> wanted;
  for (const FirstColumn& column : first) wanted.emplace_back(column.name);
  EXPECT_THAT(required.names, testing::UnorderedElementsAreArray(wanted))
      << "a column that is new must be declared with added(), and none may go";
}

TEST_F(OldFolders, WhatWasNotThereFromTheStartIsDeclaredAsAdded) {
  expect_required(RunTable<Mapped>(), kFirstRun);
  expect_required(SnapshotTables<Mapped>(), kFirstSnapshot);
}

TEST_F(OldFolders, ASnapshotOfTheFirstFormatReadsWithTheDeclaredValues) {
  const auto folder = first_snapshot("s");
  const auto opened = Snapshot::open(folder);
  ASSERT_TRUE(opened) << opened.error().text();
  const Snapshot& s = **opened;
  EXPECT_EQ(s.last_firm(), 1u);
  EXPECT_EQ(s.firms.lineage.read(1).value(), "firm.lineage1") << "a plain column that is packed now";
  EXPECT_EQ(s.patents.abstract.read(0).value(), "patent.abstract0");
  EXPECT_EQ(s.recognitions_of(1), std::pair(0u, 1u));
  EXPECT_EQ(s.recognitions.source[0], "recognition.source0");
  ASSERT_EQ(s.recognitions.key.size(), 1u);
  EXPECT_EQ(s.recognitions.key[0], "");
  EXPECT_EQ(s.signals.key[0], "");
  EXPECT_EQ(s.patents.key[0], "");
  EXPECT_EQ(s.events.key.read(0).value(), "");
  EXPECT_EQ(s.events.record_kind[0], 0);
  // Unit and zone 1 of a snapshot without its tables mean what the tables of today have there.
  EXPECT_EQ(s.units.name.size(), 0u);
  const RegionTable now =
      RegionTable::build(371600, {{371600, "滨州市", 370000, 2}, {371602, "滨城区", 371600, 3}},
                         {{"park", "高新区", {}, 371602, false}}, {{"bincheng", "滨城区", 371602, "", true}}, {});
  EXPECT_EQ(s.unit_name(1, now), "滨城区");
  EXPECT_EQ(s.unit_id(1, now), "bincheng");
  EXPECT_TRUE(s.unit_unresolved(1, now));
  EXPECT_EQ(s.zone_name(1, now), "高新区");
  EXPECT_EQ(s.zone_id(1, now), "park");
}

TEST_F(OldFolders, ARunOfTheFirstFormatReads) {
  const auto opened = Run::open(first_run("r"));
  ASSERT_TRUE(opened) << opened.error().text();
  EXPECT_EQ((*opened)->explanation.read(1).value(), "explanation1");
  EXPECT_EQ((*opened)->ask_first[0], "ask_first0");
}

TEST_F(OldFolders, AMissingColumnThatIsRequiredIsNamedWithItsFolder) {
  int number = 0;
  for (std::size_t i = 0; i < kFirstRun.size(); i += 4) {
    const FirstColumn& column = kFirstRun[i];
    const auto folder = first_run("r" + std::to_string(++number), column.name);
    const auto opened = Run::open(folder);
    ASSERT_FALSE(opened) << column.name;
    EXPECT_EQ(opened.error().code, Errc::kCorrupt);
    EXPECT_EQ(opened.error().where, (folder / (std::string(column.name) + ".col")).string());
  }
  for (const char* name : {"firm.name", "firm.lineage", "patent.abstract", "event.date", "inventor.hash", "owner.to",
                           "recognition.year", "signal.numbers", "firm.first_signal"}) {
    const FirstColumn column{name, 0};
    const auto folder = first_snapshot("s" + std::to_string(++number), column.name);
    const auto opened = Snapshot::open(folder);
    ASSERT_FALSE(opened) << column.name;
    EXPECT_EQ(opened.error().code, Errc::kCorrupt);
    EXPECT_EQ(opened.error().where, (folder / (std::string(column.name) + ".col")).string());
  }
}

TEST_F(OldFolders, AFileThatTheManifestNamesMayNotBeLost) {
  const auto folder = first_snapshot("s");
  std::filesystem::remove(folder / "signal.level.col");
  const auto opened = Snapshot::open(folder);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, Errc::kCorrupt);
  EXPECT_THAT(opened.error().where, HasSubstr("signal.level"));
}

}  // namespace
}  // namespace tanmiao::store::old_folders_test
