// A night that takes over what did not change answers as one that makes everything anew, and its columns are the same
// bytes.
#include <fstream>
#include <map>
#include <random>

#include "city_fixture.h"

namespace tanmiao::indexer::increment_test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Nights : public City {
 protected:
  Nights() : whole_(fresh_folder()), random_(17) {}
  ~Nights() override { std::filesystem::remove_all(whole_.root()); }

  unsigned below(std::size_t n) { return static_cast<unsigned>(random_() % n); }
  std::string text(std::size_t characters) {
    static const std::vector<std::string> kPieces{"铝", "合", "金", "化", "工", "研", "发", "新", "t6 ", "；"};
    std::string out;
    for (std::size_t i = 0; i < characters; ++i) out += kPieces[below(kPieces.size())];
    return out;
  }
  TestFirm firm() {
    TestFirm out{"铝" + text(1 + below(6)), "", below(4) == 0 ? "化" + text(3) : "", text(below(12))};
    if (below(3) != 0) out.code = "91" + std::to_string(1000000000000000 + random_());
    for (unsigned k = below(3); k > 0; --k) out.titles.push_back(text(1 + below(5)));
    out.abstract = text(below(20));
    if (below(3) == 0) out.signals.push_back(text(4));
    if (below(5) == 0) out.awards.push_back(text(3));
    if (below(4) == 0) out.industry = below(2) == 0 ? "C3252" : "F51";
    return out;
  }
  std::vector<TestFirm> some(std::size_t count) {
    std::vector<TestFirm> out;
    for (std::size_t i = 0; i < count; ++i) out.push_back(firm());
    return out;
  }

  // The next night, from the one before.
  IndexReport night(const std::vector<TestFirm>& firms) {
    snapshot_ = write(firms, "s" + std::to_string(++nights_));
    const auto made = build_index(folder_, *snapshot_, {2, live_}, *reference_, silent_progress());
    EXPECT_TRUE(made) << made.error().text();
    live_ = made->generation;
    return *made;
  }
  void expect_as_if_made_anew(const std::string& when) {
    const auto anew = build_index(whole_, *snapshot_, {2, ""}, *reference_, silent_progress()).value();
    ASSERT_EQ(anew.generation, live_);
    EXPECT_EQ(bytes(folder_), bytes(whole_)) << when;
    EXPECT_EQ(check_index(folder_, live_, snapshot_->info().digest), "") << when;
    const auto one = Searcher::open(folder_, live_, snapshot_, nullptr, reference_).value();
    const auto other = Searcher::open(whole_, live_, snapshot_, nullptr, reference_).value();
    EXPECT_EQ(dump(*one), dump(*other)) << when;
    static const std::vector<std::string> kFields{
        "", "name:", "former:", "patent:", "abstract:", "signal:", "scope:", "about:"};
    for (int i = 0; i < 200; ++i) {
      Query query;
      query.text = kFields[below(kFields.size())] + "\"铝" + text(1 + below(2)) + "\"";
      if (i % 10 == 0) query.text = "t*";
      query.limit = 1000;
      const auto a = one->search(query), b = other->search(query);
      ASSERT_EQ(a.has_value(), b.has_value()) << query.text;
      if (!a) continue;
      ASSERT_EQ(numbers(*a), numbers(*b)) << query.text << " " << when;
    }
    std::filesystem::remove_all(whole_.index(live_));
  }
  // Of the columns, by file.
  std::map<std::string, std::string> bytes(const store::DataFolder& folder) const {
    std::map<std::string, std::string> out;
    for (const auto& entry : std::filesystem::directory_iterator(folder.index(live_) / "columns")) {
      std::ifstream in(entry.path(), std::ios::binary);
      out[entry.path().filename().string()].assign(std::istreambuf_iterator<char>(in), {});
    }
    EXPECT_GT(out.size(), 10u);
    return out;
  }
  static std::vector<std::string> dump(const Searcher& searcher) {
    std::vector<std::string> lines;
    EXPECT_TRUE(searcher.dump([&](std::string_view line) { lines.emplace_back(line); }));
    return lines;
  }

  store::DataFolder whole_;
  std::mt19937 random_;
  std::string live_;
  int nights_ = 0;
};

TEST_F(Nights, ChangesAreTakenInAndTheRestIsTakenOver) {
  auto firms = some(600);
  EXPECT_EQ(night(firms).written, 600u) << "nothing to take over from";
  std::uint64_t written = 0;
  for (int i = 0; i < 6; ++i) {
    for (int k = 0; k < 8; ++k) firms[below(firms.size())] = firm();  // another name, another code, everything
    firms[below(firms.size())].scope += "；" + text(4);               // one item more
    firms[below(firms.size())].abstract = text(9);                    // of an abstract alone
    firms[below(firms.size())].flags = store::kFirmMerged;            // gone
    for (TestFirm& back : firms)
      if (back.flags != 0 && below(3) == 0) back.flags = 0;           // and some come back
    for (unsigned k = below(4); k > 0; --k) firms.push_back(firm());  // new ones stand behind
    const IndexReport made = night(firms);
    EXPECT_GT(made.written, 0u);
    EXPECT_LT(made.written, 100u);
    written = std::max(written, made.written);
    expect_as_if_made_anew("night " + std::to_string(i));
  }
  EXPECT_GT(written, 30u) << "what differs from the whole build adds up";
}

TEST_F(Nights, WhatGoesLeavesNothingBehind) {
  auto firms = some(40);
  firms[7] = {"独角兽", "", "", "独角兽养殖"};
  night(firms);
  firms[7] = {"寻常", "", "", "百货"};
  EXPECT_EQ(night(firms).written, 1u);
  expect_as_if_made_anew("another firm");
  searcher_ = Searcher::open(folder_, live_, snapshot_, nullptr, reference_).value();
  EXPECT_THAT(this->firms("独角兽"), IsEmpty());
  EXPECT_THAT(this->firms("寻常"), ElementsAre(8));
  firms.pop_back();  // the last number is gone: a snapshot with fewer firms
  night(firms);
  expect_as_if_made_anew("fewer firms");
}

TEST_F(Nights, AReaderOutlivesTheGenerationThatWasTakenOverFrom) {
  auto firms = some(100);
  night(firms);
  const std::string first = live_;
  firms[3].name = "铝独一无二";
  night(firms);
  std::filesystem::remove_all(folder_.index(first));
  expect_as_if_made_anew("the first generation is gone");
  firms[4].name = "铝独二无三";
  EXPECT_EQ(night(firms).written, 2u) << "both differ from the whole build";
  expect_as_if_made_anew("and the next night");
}

TEST_F(Nights, EverythingIsMadeAnewWhereItMust) {
  auto firms = some(80);
  night(firms);
  firms[1].name = "铝甲";
  reference_->simplified[U'銅'] = U'铜';
  EXPECT_EQ(night(firms).written, 80u) << "characters are folded otherwise";
  for (std::size_t i = 0; i < 20; ++i) firms[i] = firm();
  EXPECT_EQ(night(firms).written, 80u) << "a quarter of the firms changed";
  firms[1].name = "铝乙";
  std::filesystem::remove_all(folder_.index(live_) / "columns");
  EXPECT_EQ(night(firms).written, 80u) << "its columns are lost";
  expect_as_if_made_anew("made anew");
  firms[2].name = "铝丙";
  live_ = "index5-never";
  EXPECT_EQ(night(firms).written, 80u) << "there is no such generation";
}

// Carried on it would have a new hash, and be sound by it.
TEST_F(Nights, ADamagedColumnIsNotTakenOver) {
  auto firms = some(80);
  night(firms);
  for (const char* const column : {"columns/name.col", "abstracts/list.col"}) {
    {
      std::fstream file(folder_.index(live_) / column, std::ios::in | std::ios::out | std::ios::binary);
      file.seekg(-1, std::ios::end);
      const char other = static_cast<char>(file.get() ^ 1);
      file.seekp(-1, std::ios::end);
      file.put(other);
    }
    firms[3].name += "铝";
    EXPECT_EQ(night(firms).written, 80u) << column;
    EXPECT_EQ(check_index(folder_, live_, {}), "");
    expect_as_if_made_anew(column);
  }
}

// What lies there under the right name and cannot be opened is made anew by the same night.
TEST_F(Nights, ADamagedGenerationIsMadeAnew) {
  auto firms = some(80);
  night(firms);
  const auto place = folder_.index(live_);
  for (const char* const part : {"columns", "abstracts", "columns/name.col", "postlist.glass"}) {
    if (std::filesystem::is_directory(place / part))
      std::filesystem::remove_all(place / part);
    else
      std::filesystem::resize_file(place / part, 100);
    EXPECT_FALSE(night(firms).unchanged) << part;
    EXPECT_EQ(check_index(folder_, live_, {}), "") << part;
  }
  EXPECT_TRUE(night(firms).unchanged);
}

TEST_F(Nights, ANightWithoutChangesKeepsItsGenerationAndOneOfColumnsThatAreNotIndexedTakesAllOver) {
  auto firms = some(60);
  night(firms);
  EXPECT_TRUE(night(firms).unchanged);
  firms[5].year = 2001;  // a facet, and no text
  const IndexReport made = night(firms);
  EXPECT_FALSE(made.unchanged);
  EXPECT_EQ(made.written, 0u);
  expect_as_if_made_anew("nothing that is indexed changed");
}

}  // namespace
}  // namespace tanmiao::indexer::increment_test
