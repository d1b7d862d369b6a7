// Candidates out of a list: what survives a slip, and what a common word costs.
#include "linkage/match/roll.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "tests/core/generators.h"
#include "tests/linkage/match_fixture.h"

namespace tanmiao::linkage::match_roll_test {
namespace {

constexpr std::size_t kMost = 24;  // as for whole names

std::vector<Listed> many(std::size_t count) {
  std::vector<Listed> out;
  for (std::size_t n = 0; n < count; ++n) out.push_back({invented(n)});
  return out;
}

const ListOfNames& list() {
  static const ListOfNames made(many(6000));
  return made;
}

std::vector<std::uint32_t> candidates(const Roll& roll, std::string_view name, std::size_t most = kMost) {
  Roll::Scratch scratch(roll);
  std::vector<std::uint32_t> out;
  roll.candidates(anatomist().take_apart(name), most, scratch, out);
  return out;
}

bool has(const std::vector<std::uint32_t>& entries, std::uint32_t entry) {
  return std::find(entries.begin(), entries.end(), entry) != entries.end();
}

// Characters of `name` from `first` on; each is one of three bytes.
std::string without(std::string name, std::size_t at) { return name.erase(at * 3, 3); }
std::string twice(std::string name, std::size_t at) { return name.insert(at * 3, name.substr(at * 3, 3)); }
std::string exchanged(std::string name, std::size_t at) {
  const std::string one = name.substr(at * 3, 3);
  return name.erase(at * 3, 3).insert((at + 1) * 3, one);
}

TEST(Roll, FindsTheExactName) {
  const Roll& roll = list().roll();
  std::vector<std::uint32_t> found;
  for (const std::uint32_t n : {0u, 17u, 5999u}) {
    roll.find_exact(anatomist().take_apart(invented(n)).exact, found);
    ASSERT_THAT(found, ::testing::ElementsAre(n));
    EXPECT_EQ(roll.row_of(found[0]), n);
  }
  roll.find_exact(anatomist().take_apart(invented(6001)).exact, found);
  EXPECT_TRUE(found.empty());
}

TEST(Roll, AnEmptyKeyFindsNothing) {
  const ListOfNames nameless({{""}, {"  "}, {"()"}, {"滨州甲乙纺织有限公司"}});
  std::vector<std::uint32_t> found{1, 2, 3};
  nameless.roll().find_exact(0, found);
  EXPECT_TRUE(found.empty());
  EXPECT_TRUE(candidates(nameless.roll(), "").empty());
  EXPECT_TRUE(candidates(nameless.roll(), "   ").empty());
}

TEST(Roll, AnEmptyListHasNoCandidates) {
  const ListOfNames none({});
  EXPECT_EQ(none.roll().size(), 0u);
  EXPECT_TRUE(candidates(none.roll(), "滨州甲乙纺织有限公司").empty());
  EXPECT_TRUE(none.match("滨州甲乙纺织有限公司").empty());
}

TEST(Roll, UnpacksWhatWasPutIn) {
  const ListOfNames names({{"山东甲乙纺织集团有限公司滨州分公司"}, {"Shandong Jiayi Textile Co., Ltd."}, {"*ST甲乙"}});
  Anatomy out;
  for (std::uint32_t n = 0; n < names.roll().size(); ++n) {
    const Anatomy in = anatomist().take_apart(names.firms()[n].name);
    names.roll().unpack(n, out);
    EXPECT_EQ(out.text, in.text);
    EXPECT_EQ(out.end, in.end);
    EXPECT_EQ(out.unit, in.unit);
    EXPECT_EQ(out.latin, in.latin);
    EXPECT_EQ(out.full, in.full);
    EXPECT_EQ(out.exact, in.exact);
    EXPECT_EQ(out.form, in.form);
    EXPECT_EQ(out.region, in.region);
    EXPECT_EQ(out.words.size(), in.words.size());
  }
}

TEST(Roll, CountsTerms) {
  const ListOfNames names({{"滨州甲乙纺织有限公司"}, {"山东甲乙化工有限公司"}, {"滨州家已纺织有限公司"}});
  const Roll& roll = names.roll();
  EXPECT_EQ(roll.frequencies().trade(u"甲乙"), 2u);
  EXPECT_EQ(roll.frequencies().trade(u"丙丁"), 0u);
  EXPECT_EQ(roll.frequencies().industry(u"纺织"), 2u);
  EXPECT_EQ(roll.frequencies().region(u"滨州"), 2u);
  EXPECT_EQ(roll.frequencies().pinyin("jiayi"), 3u);
}

TEST(Roll, CountsWordsAndUnits) {
  const ListOfNames names({{"滨州甲乙油品有限公司"},
                           {"山东丙丁油品销售有限公司"},
                           {"滨州油品有限公司"},
                           {"滨州甲乙有限公司阳信支行"},
                           {"滨州丙丁有限公司阳信支行"}});
  const Frequencies& often = names.roll().frequencies();
  EXPECT_EQ(often.word(u"油品"), 2u) << "two characters alone are a trade name";
  EXPECT_EQ(often.word(u"销售"), 1u);
  EXPECT_EQ(often.unit(u"阳信支行"), 2u);
  const auto kept = Frequencies::parse(often.text());
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->word(u"油品"), 2u);
  EXPECT_EQ(kept->unit(u"阳信支行"), 2u);
}

// One slip in a trade name and industry of four characters and more. A trade name of which one character is left is
// any firm's that has it.
RC_GTEST_PROP(RollProperty, TheFirmIsAmongTheCandidatesAfterASlip, ()) {
  using tanmiao::testing::within;
  const auto row = within<std::uint32_t>(0, 6000);
  const std::string name = invented(row);
  const std::size_t core = 2;  // behind the region of two characters
  const std::size_t last = name.size() / 3 - 4;
  std::string slipped;
  switch (within(0, 4)) {
    case 0: slipped = without(name, within(row < 3364 ? core + 2 : core, last)); break;
    case 1: slipped = twice(name, within(core, last)); break;
    case 2: slipped = exchanged(name, within(core, last - 1)); break;
    default: slipped = name, slipped.replace(within(core, last) * 3, 3, "鼍"); break;
  }
  RC_LOG() << name << " as " << slipped << '\n';
  RC_ASSERT(has(candidates(list().roll(), slipped), row));
}

RC_GTEST_PROP(RollProperty, TheFirmIsAmongTheCandidatesOfItsShortName, ()) {
  const auto row = tanmiao::testing::within<std::uint32_t>(3364, 6000);  // of a trade name of three characters
  const std::string name = invented(row);
  const std::string trade = name.substr(6, 9);
  RC_PRE(anatomist().take_apart(trade).end[kRegionPart] == 0);  // 嘉祥 is a county
  RC_ASSERT(has(candidates(list().roll(), trade, 160), row));
  RC_ASSERT(has(candidates(list().roll(), trade.substr(0, 6), 160), row));
}

TEST(Roll, ADifferentCharacterOfTheSameSoundIsFound) {
  // No pair of characters is left of a trade name of two without industry.
  const ListOfNames names({{"滨州泰华有限公司"}, {"滨州甲乙有限公司"}, {"Binzhou Taihua Co., Ltd."}});
  EXPECT_TRUE(has(candidates(names.roll(), "太桦有限公司"), 0));
  EXPECT_TRUE(has(candidates(names.roll(), "Taihua Company"), 2));
  EXPECT_TRUE(has(candidates(names.roll(), "泰华"), 2));
}

// A list in which everyone has the trade name: what is looked at stays bounded, and the exact name is still found.
TEST(Roll, ACommonKeyIsNotWalkedToItsEnd) {
  constexpr std::size_t kCount = 60'000, kMostLookedAt = 25'000;
  std::vector<Listed> firms;
  for (std::size_t n = 0; n < kCount; ++n) firms.push_back({"甲乙" + std::to_string(n) + "有限公司"});
  const ListOfNames names(std::move(firms));
  Roll::Scratch scratch(names.roll());
  std::vector<std::uint32_t> out;
  for (const char* mention : {"甲乙有限公司", "甲乙", "甲乙31有限公司"}) {
    names.roll().candidates(anatomist().take_apart(mention), kMost, scratch, out);
    EXPECT_FALSE(out.empty()) << mention;
    EXPECT_LE(out.size(), kMost) << mention;
    EXPECT_TRUE(scratch.touched.empty());
    EXPECT_LT(scratch.touched.capacity(), 2 * kMostLookedAt) << mention;  // vectors grow by doubling
    EXPECT_TRUE(std::all_of(scratch.score.begin(), scratch.score.end(), [](float s) { return s == 0; }));
  }
  const auto found = names.match("甲乙31有限公司");
  ASSERT_FALSE(found.empty());
  EXPECT_EQ(found.front().row, 31u);
}

TEST(Roll, CandidatesAreTheSameForAnyNumberOfThreads) {
  const ListOfNames two(many(6000), 2), eight(many(6000), 8);
  for (std::size_t n = 0; n < 6500; n += 13) {
    const std::string name = without(invented(n), 3);
    const auto expected = candidates(list().roll(), name);
    EXPECT_EQ(candidates(two.roll(), name), expected) << name;
    EXPECT_EQ(candidates(eight.roll(), name), expected) << name;
  }
}

TEST(Roll, NoMoreThanAskedFor) {
  const std::string name = invented(77);
  const auto all = candidates(list().roll(), name, 1000);
  const auto few = candidates(list().roll(), name, 5);
  ASSERT_EQ(few.size(), 5u);
  EXPECT_TRUE(std::equal(few.begin(), few.end(), all.begin()));
  EXPECT_TRUE(candidates(list().roll(), name, 0).empty());
}

}  // namespace
}  // namespace tanmiao::linkage::match_roll_test
