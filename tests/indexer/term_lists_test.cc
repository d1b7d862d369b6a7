#include "indexer/term_lists.h"

#include <fstream>
#include <map>
#include <random>
#include <set>

#include "city_fixture.h"
#include "core/text/normalize.h"
#include "core/text/search_form.h"
#include "indexer/document.h"
#include "indexer/term_numbers.h"
#include "indexer/texts.h"

namespace tanmiao::indexer::term_lists_test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<store::FirmNo> in_list(std::string_view list) {
  std::vector<store::FirmNo> firms;
  each_in_list(list, [&](store::FirmNo firm) { firms.push_back(firm); });
  return firms;
}

TEST(FirmList, GivesBackWhatWasWritten) {
  const std::vector<store::FirmNo> firms{1, 2, 128, 129, 256, 16'640, 2'097'400, 268'435'900, 4'294'967'295};
  std::string list;
  FirmListWriter writer(list);
  for (const store::FirmNo firm : firms) writer.push_back(firm);
  EXPECT_EQ(in_list(list), firms);
  EXPECT_THAT(in_list(""), IsEmpty());
}

TEST(FirmList, EndsBeforeANumberThatIsCutOff) {
  std::string list;
  FirmListWriter writer(list);
  for (const store::FirmNo firm : {5u, 300u}) writer.push_back(firm);
  list.pop_back();
  EXPECT_THAT(in_list(list), ElementsAre(5u));
  in_list(std::string(100, '\xFF'));  // nothing is shifted out of bounds
}

TEST(TermNumbers, OfManyTermsAreThoseOfAMap) {
  std::mt19937 random(7);
  TermNumbers numbers;
  std::map<std::string, std::uint32_t> known;
  for (int i = 0; i < 40'000; ++i) {
    std::string term;
    const auto length = 1 + random() % 12;  // shorter and longer than a key
    for (std::uint32_t k = 0; k < length; ++k) term += static_cast<char>('a' + random() % 5);
    const auto fresh = static_cast<std::uint32_t>(known.size());
    const std::uint32_t expected = known.try_emplace(term, fresh).first->second;
    ASSERT_EQ(numbers.of(term).number, expected) << term;
    ASSERT_EQ(numbers[expected], term);
  }
  EXPECT_EQ(numbers.size(), known.size());
  EXPECT_EQ(numbers[numbers.of("铝合金板").number], "铝合金板") << "longer than a key";
}

TEST(TermNumbers, KeysSortAsTermsDo) {
  EXPECT_LT(term_key("a"), term_key("ab"));
  EXPECT_LT(term_key("ab"), term_key("b"));
  EXPECT_LT(term_key("z"), term_key("铝"));
  EXPECT_EQ(term_key("abcdefgh"), term_key("abcdefghi"));
}

TEST(TermNumbers, KeysOfCharactersAreThoseOfTheirBytes) {
  EXPECT_EQ(key_of_three("铝"), term_key("铝"));
  EXPECT_EQ(key_of_six(key_of_three("铝"), key_of_three("龘")), term_key("铝龘"));
  for (const char* const term : {"a", "铝", "铝龘", "abcdefgh"}) EXPECT_EQ(term_of_key(term_key(term)), term);
}

class TermListsOfACity : public City {
 protected:
  static std::vector<TestFirm> some_firms() {
    std::mt19937 random(11);
    const std::vector<std::string> pieces{"石墨烯",           "涂层", "铝业", "一种",   "，", "6061-T6",
                                          " photosynthesis ", "鋁",   "轧辊", " photo "};
    std::vector<TestFirm> firms;
    for (int i = 0; i < 400; ++i) {
      TestFirm firm;
      firm.name = "试验" + std::to_string(i) + "公司";
      for (auto title = random() % 4; title > 0; --title) {
        firm.titles.emplace_back("一种轧辊");
        for (auto k = random() % 3; k > 0; --k) firm.titles.back() += pieces[random() % pieces.size()];
      }
      for (auto k = random() % 9; k > 0; --k) firm.abstract += pieces[random() % pieces.size()];
      if (i % 17 == 0) firm.flags = store::kFirmSuppressed;
      firms.push_back(firm);
    }
    return firms;
  }
  // Read from the columns, without the lists.
  std::map<std::string, std::set<store::FirmNo>> scanned(PatentText which) const {
    std::map<std::string, std::set<store::FirmNo>> found;
    const auto read = [&](store::FirmNo firm, std::string_view said) {
      if (snapshot_->firms.flags[firm] & store::kFirmSuppressed) return;
      text::each_term(text::search_form(text::fold(said, reference_->simplified), text::Marks::kKept),
                      [&](std::string_view term) { found[std::string(term)].insert(firm); });
    };
    for (const store::FirmNo firm : all())
      if (which == PatentText::kAbstract)
        each_abstract(*snapshot_, {firm}, read);
      else
        each_title(*snapshot_, firm, [&](std::string_view title) { read(firm, title); });
    return found;
  }
  std::vector<store::FirmNo> all() const {
    std::vector<store::FirmNo> firms;
    for (store::FirmNo firm = 1; firm <= snapshot_->last_firm(); ++firm) firms.push_back(firm);
    return firms;
  }
};

TEST_F(TermListsOfACity, DocumentsOfManyFirmsAreThoseOfEach) {
  auto firms = some_firms();
  firms[3].name = "甲乙-6061-T6（试验）abcdefghijk𠀀公司";
  firms[4].former = "轧辊一厂\nＡ铝合金-abcdefghij厂";
  build(firms);
  const text::Folder folder(reference_->simplified);
  DocumentMaker maker(*snapshot_, *reference_, folder);
  for (const store::FirmNo firm : all())
    EXPECT_EQ(maker.make(firm).serialise(), make_document(*snapshot_, *reference_, firm).serialise()) << firm;
}

TEST_F(TermListsOfACity, AreThoseOfAScan) {
  build(some_firms());
  const auto opened = open_term_lists(folder_.index(report_.generation), true);
  ASSERT_TRUE(opened) << opened.error().text();
  for (const TermListFolders& folders : kTermListFolders) {
    const auto lists = opened->of(folders.which).base;
    std::map<std::string, std::set<store::FirmNo>> listed;
    std::string before;
    lists->each_beginning("", [&](std::string_view term) {
      EXPECT_LT(before, term);
      before = term;
      const std::string wanted(term);
      lists->each_firm(wanted, [&](store::FirmNo firm) { listed[wanted].insert(firm); });
      EXPECT_EQ(lists->firms_with(wanted), listed[wanted].size()) << wanted;
    });
    EXPECT_EQ(listed, scanned(folders.which)) << folders.whole;
    EXPECT_NE(lists->firms_with("photosynthesis"), 0u) << folders.whole;
    EXPECT_EQ(lists->firms_with("photosynth"), 0u) << "a beginning is no term";
    EXPECT_EQ(lists->firms_with("龘"), 0u);
  }
}

TEST_F(TermListsOfACity, AreTheSameBytesOnAnyNumberOfThreads) {
  std::map<std::string, std::string> one;
  for (const int threads : {1, 4}) {
    build(some_firms(), threads);
    for (const TermListFolders& folders : kTermListFolders) {
      const std::string digest =
          store::ColumnFolderReader::open(folder_.index(report_.generation) / folders.whole).value().digest();
      EXPECT_EQ(one.try_emplace(folders.whole, digest).first->second, digest) << folders.whole;
    }
    std::filesystem::remove_all(folder_.root());
  }
}

TEST_F(TermListsOfACity, DamageIsNamed) {
  for (const TermListFolders& folders : kTermListFolders) {
    build(some_firms());
    const auto generation = folder_.index(report_.generation);
    EXPECT_EQ(check_index(folder_, report_.generation, snapshot_->info().digest), "");
    EXPECT_TRUE(open_term_lists(generation, true));
    const auto column = generation / folders.whole / "list.col";
    {
      std::fstream file(column, std::ios::in | std::ios::out | std::ios::binary);
      file.seekp(-1, std::ios::end);
      file.put('\x7e');
    }
    EXPECT_THAT(check_index(folder_, report_.generation, snapshot_->info().digest), ::testing::HasSubstr("list"));
    std::filesystem::remove(column);
    EXPECT_FALSE(open_term_lists(generation, true)) << folders.whole;
    std::filesystem::remove_all(folder_.root());
  }
}

}  // namespace
}  // namespace tanmiao::indexer::term_lists_test
