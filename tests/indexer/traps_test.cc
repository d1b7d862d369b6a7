// What others paid for with Xapian and Chinese: each trap that was seen by measuring is a test of its own.
#include <fstream>
#include <thread>

#include "city_fixture.h"

namespace tanmiao::indexer::traps_test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// 1. An estimate said 2,000 where 1,093 firms were.
TEST_F(City, TrapCountsAreNeverEstimated) {
  std::vector<TestFirm> many;
  for (int i = 0; i < 3000; ++i)
    many.push_back({std::string(i % 3 == 0 ? "甲" : "乙") + "城" + (i % 7 < 2 ? "新材料" : "贸易"), "", "", ""});
  build(many);
  std::uint64_t right = 0;
  for (int i = 0; i < 3000; ++i) right += i % 3 == 0 && i % 7 < 2 ? 1U : 0U;
  Query query;
  query.text = "甲城 新材料";
  query.limit = 5;
  EXPECT_EQ(ask(query).total, right);
  query.offset = right - 1;
  EXPECT_EQ(ask(query).hits.size(), 1u);
  query.offset = right;
  EXPECT_THAT(ask(query).hits, IsEmpty());
}

// 2. Every character was marked by itself.
TEST_F(City, TrapMarksOfNeighboursAreOne) {
  build({{"山东氧化铝陶瓷公司", "", "", ""}});
  EXPECT_EQ(ask("氧化铝 陶瓷").hits.at(0).name_html, "山东<mark>氧化铝陶瓷</mark>公司");
}

// 3. Short texts came back with their HTML raw.
TEST_F(City, TrapShortTextsAreEscapedToo) {
  build({{"<b>铝", "", "<i>旧\"", "<script>"}, {"&'", "", "", "<img src=x>铝"}});
  for (const char* text : {"铝", "旧", "", "script"})
    for (const Hit& hit : ask(text).hits)
      for (const std::string& html : {hit.name_html, hit.snippet_html})
        for (const char* raw : {"<b>", "<i>", "<script", "<img", "\"", "'"}) EXPECT_THAT(html, Not(HasSubstr(raw)));
}

// 4. A reader open during commits failed: a generation is never written to again.
TEST_F(City, TrapReadersSurviveAnyNumberOfNewGenerations) {
  std::vector<TestFirm> many;
  for (int i = 0; i < 500; ++i) many.push_back({"宏创铝业" + std::to_string(i), "", "", "铝材"});
  build(many);
  std::atomic<bool> stop = false;
  std::atomic<int> wrong = 0, asked = 0;
  std::vector<std::thread> readers;
  for (int t = 0; t < 3; ++t)
    readers.emplace_back([&] {
      while (!stop || asked < 30) {
        Query query;
        query.text = "铝业 铝材";
        const auto page = searcher_->search(query);
        wrong += page && page->total == 500 ? 0 : 1;
        ++asked;
      }
    });
  for (int night = 0; night < 4; ++night) {
    many.push_back({"新厂" + std::to_string(night), "", "", ""});
    const auto next = write(many, "night" + std::to_string(night));
    const auto report = build_index(folder_, *next, {}, *reference_, silent_progress());
    ASSERT_TRUE(report) << report.error().text();
    EXPECT_EQ(report->documents, many.size());
    std::filesystem::remove_all(folder_.index(report->generation));  // cleaned up beside the reader
  }
  stop = true;
  for (auto& reader : readers) reader.join();
  EXPECT_EQ(wrong, 0);
}

// 5. and 6. A word was the AND of its n-grams, which may stand apart, and so was a phrase without positions.
TEST_F(City, TrapNeitherAWordNorAPhraseIsTheAndOfItsPairs) {
  build({{"氧化铝陶瓷制品", "", "", ""},
         {"陶瓷氧化锌化铝铝陶", "", "化铝陶瓷氧化", "氧化物；化铝；铝陶；陶瓷"},
         {"丁", "", "", "", {"氧化铝", "铝陶瓷"}}});
  EXPECT_THAT(firms("氧化铝陶瓷"), ElementsAre(1));
  EXPECT_THAT(firms("\"氧化铝陶瓷\""), ElementsAre(1));
  EXPECT_THAT(firms("patent:\"氧化铝陶瓷\""), IsEmpty()) << "over two titles";
}

// 7. The pair 州市 found nothing where the name has no 市.
TEST_F(City, TrapAPlaceThatTheNameLacksLosesNothing) {
  build({{"滨州宏创铝业", "", "", ""}, {"宏创铝业", "", "", ""}});
  EXPECT_THAT(firms("滨州市宏创铝业"), testing::UnorderedElementsAre(1, 2));
}

// ICU's words cut 滨州市宏创铝业 into 滨|州|市|宏|创|铝|业 and 氧化铝 into 氧化|铝; every part of a name is found here.
TEST_F(City, TrapEveryPartOfANameIsFound) {
  build({{"甲宏创氧化铝业集团", "", "", ""}, {"别家公司", "", "", ""}});
  const std::string name = "甲宏创氧化铝业集团";
  for (std::size_t begin = 0; begin < name.size(); begin += 3)
    for (std::size_t size = 3; begin + size <= name.size(); size += 3)
      EXPECT_THAT(firms(name.substr(begin, size)), ElementsAre(1)) << name.substr(begin, size);
}

// NFKC maps brackets and letters of full width, and ㈱ to (株): documents and queries go the same way.
TEST_F(City, TrapWidthsAndSquaredSignsAreOneThing) {
  build({{"㈱滨州ＡＢＣ铝业（中国）", "", "", "６０６１－Ｔ６ 铝板"}, {"别家铝业", "", "", ""}});
  for (const char* text :
       {"㈱滨州", "(株)滨州", "株滨州abc", "ABC铝业(中国)", "ａｂｃ铝业（中国）", "6061-T6", "６０６１－Ｔ６"})
    EXPECT_THAT(firms(text), ElementsAre(1)) << text;
}

// A page said "3651 to 3675 of 51,892" and its last one "of 3,681": every page says the same.
TEST_F(City, TrapEveryPageSaysTheSameTotal) {
  std::vector<TestFirm> many;
  for (int i = 0; i < 300; ++i) many.push_back({"铝业" + std::to_string(i), "", "", i % 2 == 0 ? "铝材" : ""});
  build(many);
  Query query;
  query.text = "铝材";
  query.limit = 7;
  for (query.offset = 0; query.offset < 200; query.offset += 7) EXPECT_EQ(ask(query).total, 150u) << query.offset;
}

// A long word is cut in the postings (245 bytes are Xapian's bound) and still told from its like.
TEST_F(City, TrapLongWordsAreWhole) {
  const std::string same(300, 'x');
  build({{"铝" + same + "a", "", "", ""}, {"铝" + same + "b", "", "", same + "b"}});
  Query query;
  query.text = "name:" + same.substr(0, 190);
  EXPECT_EQ(ask(query).total, 0u);
  query.text += "*";
  EXPECT_EQ(ask(query).total, 2u);
}

// The index is compared with the snapshot, and whoever checks it later sees a damaged column.
TEST_F(City, ADamagedColumnIsNamed) {
  build({{"宏创铝业", "", "", "铝材"}});
  EXPECT_EQ(check_index(folder_, report_.generation, snapshot_->info().digest), "");
  const auto column = folder_.index(report_.generation) / "columns" / "scope.text.col";
  std::fstream file(column, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(-1, std::ios::end);
  file.put('?');
  file.close();
  EXPECT_THAT(check_index(folder_, report_.generation, snapshot_->info().digest), HasSubstr("scope.text"));
}

// What readers map is the same on any number of threads.
TEST_F(City, ColumnsAreTheSameBytesOnAnyNumberOfThreads) {
  std::vector<TestFirm> many;
  for (int i = 0; i < 2000; ++i)
    many.push_back(
        {"铝" + std::to_string(i * 7919 % 2000) + "厂", "", "", "铝材；化工" + std::to_string(i % 90), {"装置"}});
  std::map<std::string, std::string> first;
  for (const int threads : {1, 2, 8}) {
    build(many, threads);
    for (const auto& entry : std::filesystem::directory_iterator(folder_.index(report_.generation) / "columns")) {
      std::ifstream file(entry.path(), std::ios::binary);
      const std::string bytes((std::istreambuf_iterator<char>(file)), {});
      const auto [known, fresh] = first.try_emplace(entry.path().filename().string(), bytes);
      EXPECT_EQ(known->second, bytes) << entry.path();
    }
    std::filesystem::remove_all(folder_.index(report_.generation));
  }
  EXPECT_GE(first.size(), 14u);
}

}  // namespace
}  // namespace tanmiao::indexer::traps_test
