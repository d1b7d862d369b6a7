// Contracts as pure functions: what breaks one, and that neither order nor size of steps changes the verdict.
#include "crawler/contract.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <random>

#include "crawler/tally.h"
#include "tests/crawler/reading_fixture.h"

namespace tanmiao::crawler::contract_test {
namespace {

using store::Completeness;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kPage = R"([[page]]
role = "file"
reader = "csv"
kind = "firm"
key = ["firm_name"]
[page.columns]
firm_name = "企业名称"
county = "县区"
capital = "注册资本"
)";

Source source_with(std::string_view contract) {
  return source_of("[contract]\n" + std::string(contract) + "\n" + std::string(kPage));
}

std::string fault_of(std::string_view contract) {
  const auto file = std::filesystem::temp_directory_path() / ("contract_" + std::to_string(getpid()) + ".toml");
  std::ofstream(file) << "id = \"t\"\ntitle = \"t\"\nkind = \"folder\"\ninbox = \"x\"\n[contract]\n"
                      << contract << "\n"
                      << kPage;
  const auto source = load_source(file);
  std::filesystem::remove(file);
  return source ? std::string() : source.error().text();
}

std::vector<BreachKind> kinds(const std::vector<Breach>& breaches) {
  std::vector<BreachKind> out;
  for (const Breach& breach : breaches) out.push_back(breach.kind);
  return out;
}

Delivery complete(std::uint64_t known, std::uint64_t rows) {
  Delivery d;
  d.completeness = Completeness::kComplete;
  d.known = known;
  d.counts.parts = 1;
  d.counts.read = rows;
  d.counts.same = std::min(known, rows);
  d.counts.fresh = rows - d.counts.same;
  d.counts.gone = known - d.counts.same;
  d.night = make_date(2026, 1, 2);
  return d;
}

Record firm(int number, std::string_view county = "滨城区", bool capital = true) {
  Record r;
  r.kind = RecordKind::kFirm;
  r.key = "试验" + std::to_string(number) + "科技有限公司";
  r.fields = {{Field::kFirmName, r.key}};
  if (capital) r.fields.push_back({Field::kCapital, "100 CNY"});
  r.fields.push_back({Field::kCounty, std::string(county)});
  canonicalise(r);
  return r;
}

store::Tallies tally_of(const Source& source, const std::vector<Record>& records, std::string_view part = "a.csv") {
  store::Tallies out;
  PageTally page(source, source.pages.front(), part, make_date(2026, 1, 2));
  for (const Record& r : records) page.record(r);
  page.add_to(out);
  return out;
}

Delivery by_part(store::Tallies read, store::Tallies good) {
  Delivery d;
  d.counts.parts = 1;
  for (const auto& [scope, counts] : read) d.counts.read += static_cast<std::uint64_t>(counts.at("records"));
  d.counts.fresh = d.counts.read;
  d.read = std::move(read);
  d.good = std::move(good);
  d.night = make_date(2026, 1, 2);
  return d;
}

std::vector<Record> firms(int number, int without_capital = 0) {
  std::vector<Record> out;
  for (int i = 0; i < number; ++i) out.push_back(firm(i, "滨城区", i >= without_capital));
  return out;
}

TEST(Contract, TheDefaultBandIsFourFifthsToTwiceTheLastGoodDelivery) {
  const Source source = source_with("most_gone = 1.0");
  EXPECT_THAT(breaches_of(source, complete(1000, 800)), IsEmpty());
  EXPECT_THAT(breaches_of(source, complete(1000, 2000)), IsEmpty());
  const auto few = breaches_of(source, complete(1000, 799)), many = breaches_of(source, complete(1000, 2001));
  ASSERT_THAT(kinds(few), ElementsAre(BreachKind::kFewer));
  EXPECT_EQ(few[0].expected, 800);
  EXPECT_EQ(few[0].found, 799);
  EXPECT_EQ(few[0].text, "比上次少：本次 799 条，上次 1000 条（80%），约定不低于 80%");
  EXPECT_THAT(kinds(many), ElementsAre(BreachKind::kMore));
}

TEST(Contract, AFirstOrSmallDeliveryIsHeldAgainstNothingBefore) {
  const Source source = source_with("most_gone = 1.0");
  EXPECT_THAT(breaches_of(source, complete(0, 5000)), IsEmpty());
  EXPECT_THAT(breaches_of(source, complete(19, 1)), IsEmpty());
  EXPECT_THAT(kinds(breaches_of(source, complete(20, 1))), ElementsAre(BreachKind::kFewer));
}

// Property: the rows that pass are one interval, and it holds the size of the last delivery.
TEST(Contract, TheBandIsMonotone) {
  std::mt19937 random(20260102);
  for (int turn = 0; turn < 300; ++turn) {
    Source source = source_with("most_gone = 1.0");
    source.contract.least_share = std::uniform_real_distribution<>(0, 1)(random);
    source.contract.most_share = std::uniform_real_distribution<>(1, 4)(random);
    const std::uint64_t known = std::uniform_int_distribution<std::uint64_t>(20, 400)(random);
    int changes = 0;
    bool before = false;
    for (std::uint64_t rows = 0; rows <= known * 5; ++rows) {
      const bool passes = breaches_of(source, complete(known, rows)).empty();
      if (rows > 0 && passes != before) ++changes;
      before = passes;
      ASSERT_TRUE(passes || rows != known) << known;
    }
    EXPECT_LE(changes, 2) << known << " " << source.contract.least_share << " " << source.contract.most_share;
    const Band band = band_of(source, complete(known, known));
    EXPECT_TRUE(breaches_of(source, complete(known, band.least)).empty());
    EXPECT_TRUE(band.least == 0 || !breaches_of(source, complete(known, band.least - 1)).empty());
    EXPECT_TRUE(breaches_of(source, complete(known, band.most)).empty());
    EXPECT_FALSE(breaches_of(source, complete(known, band.most + 1)).empty());
  }
}

// Property: rows in any order, in one document or cut into pages of any size, come to the same counters.
TEST(Contract, TheOrderOfRowsAndPagesDoesNotMatter) {
  std::mt19937 random(7);
  Source source = source_with("[contract.values]\ncounty = [\"滨城区\"]");
  source.pages.front().reader = "html";
  std::vector<Record> records = firms(60, 13);
  for (int i = 0; i < 9; ++i) records.push_back(firm(100 + i, i % 2 ? "博兴县" : "惠民县"));
  for (Record& r : records) r.event_date = make_date(2025, 1, 1) + std::chrono::days(random() % 300);
  const store::Tallies whole = tally_of(source, records);
  for (int turn = 0; turn < 50; ++turn) {
    std::shuffle(records.begin(), records.end(), random);
    EXPECT_EQ(tally_of(source, records), whole);
    store::Tallies sum;
    for (std::size_t at = 0; at < records.size();) {
      const std::size_t end = std::min(records.size(), at + 1 + random() % 20);
      PageTally page(source, source.pages.front(), "p" + std::to_string(at), make_date(2026, 1, 2));
      for (; at < end; ++at) page.record(records[at]);
      page.add_to(sum);
    }
    const auto without_values = [](store::Tallies tallies) {  // which are counted once a document
      for (auto& [scope, counts] : tallies)
        std::erase_if(counts, [](const auto& c) {
          return c.first.starts_with("value:") || c.first.starts_with("has:") || c.first == "pages";
        });
      return tallies;
    };
    EXPECT_EQ(without_values(sum), without_values(whole));
  }
}

TEST(Contract, ATableOfASourceInPartsIsHeldAgainstItself) {
  const Source source = source_with("");
  const auto good = tally_of(source, firms(100));
  EXPECT_THAT(breaches_of(source, by_part(tally_of(source, firms(80)), good)), IsEmpty());
  const auto found = breaches_of(source, by_part(tally_of(source, firms(60)), good));
  ASSERT_THAT(kinds(found), ElementsAre(BreachKind::kFewer));
  EXPECT_EQ(found[0].of, "a.csv");
  EXPECT_THAT(breaches_of(source, by_part(tally_of(source, firms(60), "b.csv"), good)), IsEmpty());
}

// Absences say nothing there, but a file that had 100 rows and has 2 was cut.
TEST(Contract, AFileOfAnAppendedSourceIsHeldAgainstItselfAsWell) {
  const Source source = source_with("");
  const auto good = tally_of(source, firms(100));
  Delivery append = by_part(tally_of(source, firms(2)), good);
  append.completeness = Completeness::kAppendOnly;
  EXPECT_THAT(kinds(breaches_of(source, append)), ElementsAre(BreachKind::kFewer));
  append.read = tally_of(source, firms(2), "b.csv");  // another day's
  EXPECT_THAT(breaches_of(source, append), IsEmpty());
}

// Pages of rows in a source whose absences say nothing.
class PagesOfRows : public ::testing::Test {
 protected:
  PagesOfRows() : source_(source_with("")) {
    source_.completeness = Completeness::kAppendOnly;
    source_.pages.front().reader = "html";
    source_.pages.front().rows = "//tr";
  }
  void add(store::Tallies& out, std::string_view address, int rows) const {
    for (const auto& [scope, counts] : tally_of(source_, firms(rows), address))
      for (const auto& [what, n] : counts) out[scope][what] += n;
  }
  store::Tallies pages(const std::vector<std::pair<std::string, int>>& rows) const {
    store::Tallies out;
    for (const auto& [address, n] : rows) add(out, address, n);
    return out;
  }
  Delivery delivery(const store::Tallies& read, const store::Tallies& good) const {
    Delivery d;
    d.completeness = Completeness::kAppendOnly;
    d.counts.parts = 1;
    d.counts.fresh = 1;
    d.read = read;
    d.good = good;
    d.night = make_date(2026, 1, 2);
    return d;
  }
  Source source_;
};

TEST_F(PagesOfRows, EachIsHeldAgainstItself) {
  const auto good = good_after(source_, delivery(pages({{"http://h/a", 100}, {"http://h/b", 100}}), {}));
  const auto found = breaches_of(source_, delivery(pages({{"http://h/a", 2}, {"http://h/b", 100}}), good));
  ASSERT_THAT(kinds(found), ElementsAre(BreachKind::kFewer));
  EXPECT_EQ(found[0].of, "http://h/a");
  EXPECT_EQ(found[0].text, "比上次少：http://h/a 本次 2 条，上次 100 条（2%），约定不低于 80%");
  EXPECT_THAT(kinds(breaches_of(source_, delivery(pages({{"http://h/a", 0}}), good))), ElementsAre(BreachKind::kFewer));
  EXPECT_THAT(kinds(breaches_of(source_, delivery(pages({{"http://h/b", 201}}), good))),
              ElementsAre(BreachKind::kMore));
  EXPECT_THAT(breaches_of(source_, delivery(pages({{"http://h/a", 80}, {"http://h/c", 5}}), good)), IsEmpty());
}

// Rows move from page to page as the list grows or shrinks: all its pages count, those that are the same as well.
class PagesOfAList : public PagesOfRows {
 protected:
  PagesOfAList() { source_.pages.front().paging.kind = PagingRule::Kind::kCounter; }
  Delivery night(const store::Tallies& read, std::set<std::string> met = {}, bool whole = true) const {
    Delivery d = delivery(read, good_);
    d.met = std::move(met);
    d.whole = whole;
    return d;
  }
  static std::string at(int page) { return "http://h/list?page=" + std::to_string(page); }
  store::Tallies good_ =
      good_after(source_, delivery(pages({{"http://h/list", 50}, {at(2), 50}, {at(3), 50}, {at(4), 20}}), {}));
};

TEST_F(PagesOfAList, AreComparedTogether) {
  const std::set<std::string> first = {"http://h/list", at(2), at(3)};
  EXPECT_THAT(breaches_of(source_, night(pages({{at(4), 45}}), first)), IsEmpty()) << "grown by 15 %";
  EXPECT_THAT(breaches_of(source_, night(pages({{at(4), 50}, {at(5), 5}}), first)), IsEmpty()) << "onto a new page";
  EXPECT_THAT(breaches_of(source_, night(pages({{at(3), 42}}), {"http://h/list", at(2)})), IsEmpty())
      << "shrunk by 16 %";
  const auto found = breaches_of(source_, night(pages({{at(3), 2}, {at(4), 2}}), {"http://h/list", at(2)}));
  ASSERT_THAT(kinds(found), ElementsAre(BreachKind::kFewer));
  EXPECT_EQ(found[0].text, "比上次少：列表 file http://h/list 本次 104 条，上次 170 条（61%），约定不低于 80%");
}

TEST_F(PagesOfAList, PagesThatAreNotThereAnyMoreHaveNoRows) {
  EXPECT_THAT(kinds(breaches_of(source_, night(pages({{"http://h/list", 40}})))), ElementsAre(BreachKind::kFewer))
      << "four pages became one";
  EXPECT_THAT(breaches_of(source_, night(pages({{"http://h/list", 50}}), {}, false)), IsEmpty())
      << "the night ended before the rest was asked for";
  EXPECT_THAT(breaches_of(source_, night(pages({{"http://h/list", 50}, {at(5), 50}, {at(6), 50}}), {}, false)),
              IsEmpty())
      << "and what it came to for the first time is no growth";
  good_ = good_after(source_, night(pages({{"http://h/list", 40}})));
  EXPECT_TRUE(good_.at("rows:file\t" + at(3)).empty()) << "what was accepted is the measure";
}

TEST_F(PagesOfAList, EachListIsHeldAgainstItself) {
  good_ = good_after(source_, delivery(pages({{"http://h/a/index.html", 40}, {"http://h/b/index.html", 400}}), {}));
  const auto found = breaches_of(source_, night(pages({{"http://h/a/index.html", 2}}), {"http://h/b/index.html"}));
  ASSERT_THAT(kinds(found), ElementsAre(BreachKind::kFewer));
  EXPECT_EQ(found[0].of, "file http://h/a/index.html");
}

TEST(ListOfPages, HasOneNameWhateverThePage) {
  PageRule page;
  page.role = "l";
  const auto same = [&](std::string_view a, std::string_view b) { EXPECT_EQ(list_of(page, a), list_of(page, b)) << a; };
  const auto other = [&](std::string_view a, std::string_view b) {
    EXPECT_NE(list_of(page, a), list_of(page, b)) << a;
  };
  same("http://h/list", "http://h/list?page=2");
  same("http://h/list?c=a&page=1", "http://h/list?c=a&page=12");
  same("http://h/col/index.html", "http://h/col/index_2.html");
  same("http://h/col/list", "http://h/col/list/3");
  same("http://h/q#POST:form:start=0&n=20", "http://h/q#POST:form:start=20&n=20");
  other("http://h/col/a/index.html", "http://h/col/b/index_2.html");
  other("http://h/list?c=a&page=2", "http://h/list?c=b&page=2");
  other("http://h/col/101/index.html", "http://h/col/102/index.html");
  page.paging.kind = PagingRule::Kind::kCursor;
  page.paging.param = "after";
  same("http://h/list?c=a&after=xYz", "http://h/list?c=a&after=Qr9");
  other("http://h/list?c=a&after=xYz", "http://h/list?c=b&after=xYz");
}

// What is small is no measure, until it has been one: what a person accepted is the new one.
TEST_F(PagesOfRows, WhatWasPublishedIsTheMeasure) {
  auto good = good_after(source_, delivery(pages({{"a", 19}}), {}));
  EXPECT_EQ(good.count("rows:file\ta"), 0U);
  good = good_after(source_, delivery(pages({{"a", 20}}), {}));
  EXPECT_EQ(good.at("rows:file\ta").at("rows"), 20);
  good = good_after(source_, delivery(pages({{"a", 3}}), good));
  EXPECT_EQ(good.at("rows:file\ta").at("rows"), 3);
  EXPECT_THAT(breaches_of(source_, delivery(pages({{"a", 3}}), good)), IsEmpty());
}

TEST_F(PagesOfRows, APageThatIsOneRecordIsNotCounted) {
  source_.pages.front().rows.clear();
  for (const auto& [scope, counts] : pages({{"a", 1}})) EXPECT_FALSE(scope.starts_with("rows:")) << scope;
}

TEST(Contract, AFieldThatWasFilledAndIsNotAnyMore) {
  const Source source = source_with("");
  const auto good = tally_of(source, firms(100));
  EXPECT_THAT(breaches_of(source, by_part(tally_of(source, firms(100, 50)), good)), IsEmpty());
  const auto found = breaches_of(source, by_part(tally_of(source, firms(100, 51)), good));
  ASSERT_THAT(kinds(found), ElementsAre(BreachKind::kEmptied));
  EXPECT_EQ(found[0].text, "“注册资本”填写率由上次的 100% 降到 49%（a.csv）");
  Source fewer = source;  // the description does not read it any more: nothing is missing
  std::erase_if(fewer.pages.front().columns, [](const auto& c) { return c.first == Field::kCapital; });
  EXPECT_THAT(breaches_of(fewer, by_part(tally_of(fewer, firms(100, 100)), good)), IsEmpty());
}

TEST(Contract, DeclaredFillRatesValuesAndKeys) {
  const Source source = source_with(
      "most_repeated = 0.1\nmost_outside = 0.05\n[contract.fill]\ncapital = 0.9\n[contract.values]\ncounty = "
      "[\"滨城区\", \"沾化区\"]");
  EXPECT_THAT(breaches_of(source, by_part(tally_of(source, firms(100, 10)), {})), IsEmpty());
  EXPECT_THAT(kinds(breaches_of(source, by_part(tally_of(source, firms(100, 11)), {}))),
              ElementsAre(BreachKind::kFill));
  std::vector<Record> records = firms(94);
  for (int i = 0; i < 6; ++i) records.push_back(firm(200 + i, "博兴县"));
  const auto outside = breaches_of(source, by_part(tally_of(source, records), {}));
  ASSERT_THAT(kinds(outside), ElementsAre(BreachKind::kOutside));
  EXPECT_EQ(outside[0].text, "“所属县区”有 6%（6/100）不在约定的取值内：博兴县");
  records = firms(88);
  for (int i = 0; i < 12; ++i) records.push_back(firm(i));
  EXPECT_THAT(kinds(breaches_of(source, by_part(tally_of(source, records), {}))), ElementsAre(BreachKind::kRepeated));
}

TEST(Contract, WhatIsOldBreaksAContractThatAsksForNews) {
  const Source source = source_with("most_age_days = 30");
  std::vector<Record> records = firms(3);
  EXPECT_THAT(breaches_of(source, by_part(tally_of(source, records), {})), IsEmpty()) << "no day is unknown, not old";
  records[0].event_date = make_date(2025, 12, 3);
  records[1].event_date = make_date(2027, 1, 1);  // still to come: a slip of the pen
  EXPECT_THAT(breaches_of(source, by_part(tally_of(source, records), {})), IsEmpty());
  records[0].event_date = make_date(2025, 12, 2);
  const auto found = breaches_of(source, by_part(tally_of(source, records), {}));
  ASSERT_THAT(kinds(found), ElementsAre(BreachKind::kStale));
  EXPECT_EQ(found[0].found, 31);
}

TEST(Contract, AFewChangedPagesDoNotReplaceTheMeasureOfMany) {
  Source source = source_with("");
  source.pages.front().reader = "html";
  const auto many = tally_of(source, firms(100)), few = tally_of(source, firms(5, 5)),
             next = tally_of(source, firms(20));
  EXPECT_EQ(good_after(source, by_part(few, many)), many);
  EXPECT_EQ(good_after(source, by_part(next, many)), next);
  source.pages.front().reader = "csv";
  const auto table = tally_of(source, firms(5));
  EXPECT_EQ(good_after(source, by_part(table, tally_of(source, firms(100)))), table);
}

TEST(Contract, AnAcceptanceCoversItsKindAndFigure) {
  const Breach few{BreachKind::kFewer, "", 800, 600, "x"};
  const auto with = [&](double found) {
    Breach other = few;
    other.found = found;
    return other;
  };
  EXPECT_THAT(not_accepted({with(600)}, {few}), IsEmpty());
  EXPECT_THAT(not_accepted({with(570)}, {few}), IsEmpty());
  EXPECT_THAT(not_accepted({with(569)}, {few}), ElementsAre(with(569)));
  const Breach more{BreachKind::kRejected, "", 0.2, 0.4, "x"};
  EXPECT_THAT(not_accepted({few, more}, {few}), ElementsAre(more));
  Breach worse = more;
  worse.found = 0.43;
  EXPECT_THAT(not_accepted({worse}, {more}), ElementsAre(worse));
  EXPECT_EQ(breaches_from_json(breaches_json({few, more})), (std::vector<Breach>{few, more}));
}

// Members of rows, each once, and nothing that looks like a key or a sentence.
TEST(Contract, MembersOfJsonRowsThatNoRuleReads) {
  const Source source = source_of(R"([[page]]
role = "file"
reader = "json"
kind = "firm"
rows = "data"
key = ["firm_name"]
[page.columns]
firm_name = "name"
county = "place.county"
)");
  const std::string bytes =
      R"({"total": 2, "data": [{"name": "试验一科技有限公司", "place": {"county": "滨城区", "town": "x"},
    "rd_staff": 4}, {"name": "试验二科技有限公司", "rd_staff": 5, "371600000001": "x"}]})";
  struct Sink : Gathered {
    explicit Sink(PageTally t) : tally(std::move(t)) {}
    void unmapped(std::string_view name) override { tally.unmapped(name); }
    PageTally tally;
  } sink(PageTally(source, source.pages.front(), "p", make_date(2026, 1, 2)));
  Document document;
  document.part = "p";
  document.bytes = bytes;
  ASSERT_TRUE(read_document(source, source.pages.front(), document, {no_tables(), "key", make_date(2026, 1, 2)}, sink));
  store::Tallies read;
  sink.tally.add_to(read);
  const auto fields = unmapped_fields(read, {});
  ASSERT_EQ(fields.size(), 1u);
  EXPECT_EQ(fields[0].name, "rd_staff");
  EXPECT_EQ(fields[0].documents, 1u);
  EXPECT_FALSE(fields[0].fresh) << "a first delivery has nothing that is new";
}

TEST(Contract, SlipsInTheDescriptionAreNamed) {
  EXPECT_THAT(fault_of("least_shar = 0.8"), HasSubstr("did you mean 'least_share'"));
  EXPECT_THAT(fault_of("[contract.fill]\ncapitel = 0.5"), HasSubstr("did you mean 'capital'"));
  EXPECT_THAT(fault_of("[contract.fill]\nstatus = 0.5"), HasSubstr("no [[page]] reads a field 'status'"));
  EXPECT_THAT(fault_of("[contract.fill]\ncapital = 80"), HasSubstr("capital"));
  EXPECT_THAT(fault_of("[contract.values]\ncounty = []"), HasSubstr("lists no value"));
  EXPECT_THAT(fault_of("most_share = 0.5"), HasSubstr("below 1"));
  EXPECT_THAT(fault_of("least_rows = 5\nmost_rows = 4"), HasSubstr("most_rows"));
  EXPECT_EQ(fault_of("least_share = 0.5\nmost_share = 0\n[contract.fill]\ncapital = 0.5"), "");
}

}  // namespace
}  // namespace tanmiao::crawler::contract_test
