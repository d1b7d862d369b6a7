// Asking again only where something changed gives what asking everything gives.
#include "linkage/names_near.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <random>

#include "core/hash.h"
#include "tests/linkage/match_fixture.h"

namespace tanmiao::linkage::names_near_test {
namespace {

constexpr std::string_view kHeader = "a test";

class NamesNear : public ::testing::Test {
 protected:
  NamesNear() : root_(std::filesystem::temp_directory_path() / ("tanmiao_names_" + std::to_string(::getpid()))) {
    std::filesystem::remove_all(root_);
    std::filesystem::create_directories(root_);
  }
  ~NamesNear() override { std::filesystem::remove_all(root_); }

  // Firms by identity: names and where they sit.
  struct FirmOfList {
    std::vector<std::string> names;
    NameFacts facts;
  };
  using City = std::map<std::string, FirmOfList>;

  std::vector<NameAnswer> ask(const City& city, const std::vector<std::string>& mentions, NamesFrame& frame,
                              int threads = 2) {
    std::vector<ListedName> list;
    std::vector<NameFacts> facts;
    for (const auto& [identity, firm] : city) {
      for (const std::string& name : firm.names)
        list.push_back({identity, name, static_cast<std::uint32_t>(facts.size())});
      facts.push_back(firm.facts);
    }
    std::vector<NameQuestion> questions;
    for (const std::string& mention : mentions) questions.push_back({hash64(mention), mention, {}, false});
    auto answers = names_near(
        questions, list, facts, shipped_model(), reference(), {threads, 0.05},
        [](std::size_t, std::uint32_t) { return false; }, frame);
    EXPECT_TRUE(answers) << (answers ? "" : answers.error().text());
    return std::move(*answers);
  }
  // Keeps what the frame is to remember, and begins the next night.
  NamesFrame next_night(const NamesFrame& frame) {
    const auto note = NameMemory::keep(folder_, kHeader, frame.next, frame.memory.get());
    EXPECT_TRUE(note) << (note ? "" : note.error().text());
    note_ = *note;
    EXPECT_TRUE(NameMemory::sweep(folder_, note_));
    NamesFrame out;
    out.frozen = frame.frozen;
    out.memory = NameMemory::open(folder_, note_, kHeader, anatomist());
    EXPECT_NE(out.memory, nullptr);
    return out;
  }

  static std::string said(const std::vector<NameAnswer>& answers) {
    std::string out;
    for (const NameAnswer& answer : answers) {
      for (const NearFirm& firm : answer.firms)
        out += firm.identity + ' ' + std::to_string(firm.probability) + ' ' + std::to_string(firm.bits) + ' ' +
               firm.phrases + ' ' + firm.factors + '\n';
      out += "--\n";
    }
    return out;
  }

  std::filesystem::path root_;
  store::DataFolder folder_{root_};
  std::string note_;
};

std::string slipped(std::string name, std::mt19937& dice) {
  const auto at = [&](std::size_t below) { return std::uniform_int_distribution<std::size_t>(0, below - 1)(dice); };
  const std::size_t place = at(name.size() / 3 - 4);
  switch (at(4)) {
    case 0: return name.erase(place * 3, 3);
    case 1: return name.insert(place * 3, name.substr(place * 3, 3));
    case 2: return name.substr(6, 6);  // the trade name alone
    default: return name.replace(place * 3, 3, "鼍");
  }
}

TEST_F(NamesNear, WhatIsKeptGivesWhatAskingEverythingGives) {
  for (const unsigned seed : {1U, 2U}) {
    std::mt19937 dice(seed);
    const auto at = [&](std::size_t below) { return std::uniform_int_distribution<std::size_t>(0, below - 1)(dice); };
    City city;
    for (std::size_t n = 0; n < 1500; ++n)
      city["code:" + std::to_string(10000 + n)] = {{invented(n)}, {371602, 371600, 0}};
    std::vector<std::string> mentions;
    for (std::size_t n = 0; n < 500; ++n) mentions.push_back(slipped(invented(at(2200)), dice));
    std::sort(mentions.begin(), mentions.end());
    mentions.erase(std::unique(mentions.begin(), mentions.end()), mentions.end());
    NamesFrame frame;
    ask(city, mentions, frame);
    EXPECT_TRUE(frame.report.frozen_now);
    EXPECT_EQ(frame.report.asked, mentions.size());
    for (int night = 0; night < 3; ++night) {
      NamesFrame now = next_night(frame);
      for (int change = 0; change < 6; ++change) {
        auto one = std::next(city.begin(), static_cast<std::ptrdiff_t>(at(city.size())));
        switch (at(4)) {
          case 0: city.erase(one); break;
          case 1: one->second.names.push_back(invented(4000 + at(2000))); break;
          case 2: one->second.facts.county = 371625; break;
          default: city["name:" + std::to_string(at(100000))] = {{invented(1500 + at(1500))}, {}}; break;
        }
      }
      mentions[at(mentions.size())] = slipped(invented(at(2200)), dice);
      std::sort(mentions.begin(), mentions.end());
      mentions.erase(std::unique(mentions.begin(), mentions.end()), mentions.end());
      const std::string kept = said(ask(city, mentions, now, night % 2 == 0 ? 1 : 4));
      NamesFrame anew;
      anew.frozen = now.frozen;
      EXPECT_EQ(kept, said(ask(city, mentions, anew))) << "seed " << seed << ", night " << night;
      EXPECT_LT(now.report.asked, mentions.size() / 2) << "and most are not asked again";
      EXPECT_GT(now.report.asked, 0u);
      frame = std::move(now);
    }
  }
}

TEST_F(NamesNear, TheIndexIsMadeAnewWhenTheListHasChangedMuch) {
  City city;
  for (std::size_t n = 0; n < 400; ++n) city["code:" + std::to_string(10000 + n)] = {{invented(n)}, {}};
  const std::vector<std::string> mentions{"滨州甲乙纺织", "山东乙甲化工有限责任公司"};
  NamesFrame first;
  ask(city, mentions, first);
  ASSERT_NE(first.next.roll, nullptr);
  NamesFrame second = next_night(first);
  city.erase(city.begin());
  ask(city, mentions, second);
  EXPECT_EQ(second.next.roll, nullptr) << "one name of 400: the index stays";
  EXPECT_EQ(second.report.went, 1u);
  NamesFrame third = next_night(second);
  for (std::size_t n = 0; n < 200; ++n) city["code:" + std::to_string(20000 + n)] = {{invented(1000 + n)}, {}};
  ask(city, mentions, third);
  EXPECT_NE(third.next.roll, nullptr);
  EXPECT_FALSE(third.report.frozen_now);
  EXPECT_EQ(third.report.came, 200u);
}

TEST_F(NamesNear, TheModelIsFrozenAnewWhenTheListHasDoubled) {
  City city;
  for (std::size_t n = 0; n < 40; ++n) city["code:" + std::to_string(10000 + n)] = {{invented(n)}, {}};
  NamesFrame first;
  ask(city, {"滨州甲乙纺织"}, first);
  NamesFrame second = next_night(first);
  for (std::size_t n = 0; n < 41; ++n) city["code:" + std::to_string(20000 + n)] = {{invented(1000 + n)}, {}};
  ask(city, {"滨州甲乙纺织"}, second);
  EXPECT_TRUE(second.report.frozen_now);
  EXPECT_NE(second.report.model, first.report.model);
}

std::vector<std::string> mentions_of(std::size_t count) {
  std::mt19937 dice(5);
  std::vector<std::string> out;
  for (std::size_t n = 0; n < count; ++n) out.push_back(slipped(invented(n), dice));
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

// Five names tell nothing of the habits of what comes later.
TEST_F(NamesNear, AModelWithoutHabitsIsMadeAnewWhenTheyCanBeLearnt) {
  City city;
  for (std::size_t n = 0; n < 600; ++n) city["code:" + std::to_string(10000 + n)] = {{invented(n)}, {}};
  const auto many = mentions_of(400);
  NamesFrame first;
  ask(city, {many.begin(), many.begin() + 5}, first);
  EXPECT_FALSE(first.learnt);
  EXPECT_EQ(first.report.habits, 0u);
  NamesFrame second = next_night(first);
  ask(city, {many.begin(), many.begin() + 9}, second);
  EXPECT_FALSE(second.report.frozen_now) << "still too few: the model stands";
  EXPECT_FALSE(second.learnt);
  NamesFrame third = next_night(second);
  const std::string later = said(ask(city, many, third));
  EXPECT_TRUE(third.report.frozen_now);
  EXPECT_TRUE(third.learnt);
  EXPECT_GE(third.report.habits, kHabitsFrom);
  NamesFrame at_once;
  EXPECT_EQ(later, said(ask(city, many, at_once))) << "as if all had come in one night";
  EXPECT_EQ(third.report.model, at_once.report.model);
}

TEST_F(NamesNear, TheModelIsFrozenAnewWhenTheQuestionsHaveDoubled) {
  City city;
  for (std::size_t n = 0; n < 900; ++n) city["code:" + std::to_string(10000 + n)] = {{invented(n)}, {}};
  const auto many = mentions_of(700);
  NamesFrame first;
  ask(city, {many.begin(), many.begin() + 200}, first);
  ASSERT_TRUE(first.learnt);
  NamesFrame second = next_night(first);
  ask(city, {many.begin(), many.begin() + 400}, second);
  EXPECT_FALSE(second.report.frozen_now);
  NamesFrame past = next_night(second);
  past.fixed = true;
  ask(city, {many.begin(), many.begin() + 401}, past);
  EXPECT_FALSE(past.report.frozen_now) << "a past day is answered by the model of today";
  NamesFrame third = next_night(second);
  ask(city, {many.begin(), many.begin() + 401}, third);
  EXPECT_TRUE(third.report.frozen_now);
  EXPECT_EQ(third.report.why, "the names without a firm grew from 200 to 401");
}

TEST_F(NamesNear, ADamagedOrForeignMemoryIsNone) {
  City city;
  for (std::size_t n = 0; n < 50; ++n)
    city["code:" + std::to_string(10000 + n)] = {{invented(n), "Lutai Textile Co., Ltd."}, {}};
  NamesFrame first;
  ask(city, {"滨州甲乙纺织"}, first);
  next_night(first);
  EXPECT_EQ(NameMemory::open(folder_, note_, "another header", anatomist()), nullptr);
  EXPECT_EQ(NameMemory::open(folder_, "asked-0000", kHeader, anatomist()), nullptr);
  EXPECT_EQ(NameMemory::open(folder_, "../" + note_, kHeader, anatomist()), nullptr);
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root_)) {
    if (entry.path().filename() != "roll.arena.col") continue;
    std::fstream file(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(100);
    file.put('x');
  }
  EXPECT_EQ(NameMemory::open(folder_, note_, kHeader, anatomist()), nullptr);
}

TEST_F(NamesNear, AFrozenModelIsReadBackAsItWas) {
  City city;
  for (std::size_t n = 0; n < 300; ++n) city["code:" + std::to_string(10000 + n)] = {{invented(n)}, {}};
  NamesFrame frame;
  ask(city, {"滨州甲乙纺织"}, frame);
  const auto again = NameModel::parse(frame.frozen->text);
  ASSERT_TRUE(again);
  EXPECT_EQ((*again)->version, frame.frozen->version);
  EXPECT_EQ((*again)->frequencies.text(), frame.frozen->frequencies.text());
  EXPECT_EQ((*again)->frequencies.names(), 300u);
  const auto habits = NameModel::freeze(shipped_model(), frame.frozen->frequencies, {123, 4567});
  ASSERT_TRUE(habits);
  EXPECT_EQ((*habits)->habits.sample, 123u);
  EXPECT_EQ((*habits)->habits.questions, 4567u);
  std::string lost = (*habits)->text;
  lost.erase(lost.find("habits 123"), std::string("habits 123 4567\n").size());
  EXPECT_FALSE(NameModel::parse(lost)) << "of a program that did not write it down";
  for (const char* bad :
       {"", "x", "writing,field,level,bits\n--\n", "writing,field,level,bits\nfull,no,no,1\n--\nnames 1 1\n",
        "writing,field,level,bits\n--\nnames 1 1\nt zz\n"})
    EXPECT_FALSE(NameModel::parse(bad)) << bad;
}

}  // namespace
}  // namespace tanmiao::linkage::names_near_test
