// Pinyin in full and by initials, characters that sound alike, slips; against the shipped table of readings.
#include "indexer/sounds.h"
#include "city_fixture.h"
#include "tabular/reference_reader.h"

namespace tanmiao::indexer::sounds_test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class SoundsTest : public City {
 protected:
  SoundsTest() {
    static const auto shipped = tabular::load_reference("config/reference").value();
    reference_->han = shipped->han;
    reference_->name_readings = shipped->name_readings;
  }
  std::string corrected(const std::string& text) {
    std::string out;
    for (const Correction& c : ask(text).corrections) out += c.typed + ">" + c.as + ";";
    return out;
  }
};

TEST_F(SoundsTest, PinyinInFullAndInitials) {
  build({{"宏创铝业有限公司", "", "", ""}, {"泰开电气", "", "", ""}, {"洪窗旅业", "", "", ""}});
  EXPECT_THAT(firms("hongchuang"), UnorderedElementsAre(1, 3));
  EXPECT_THAT(firms("taikai"), ElementsAre(2));
  EXPECT_THAT(firms("TaiKai"), ElementsAre(2));
  EXPECT_THAT(firms("hongchuanglvye"), UnorderedElementsAre(1, 3)) << "ü is typed v";
  EXPECT_THAT(firms("tkdq"), ElementsAre(2));
  EXPECT_THAT(firms("hcly"), UnorderedElementsAre(1, 3));
  EXPECT_THAT(firms("pinyin:dianqi"), ElementsAre(2));
  EXPECT_THAT(firms("-taikai"), UnorderedElementsAre(1, 3));
  const Page page = ask("dianqi");
  EXPECT_EQ(page.hits.at(0).name_html, "泰开<mark>电气</mark>");
  EXPECT_EQ(page.hits.at(0).matched_in, "名称拼音");
}

// More ways to cut it than are held against names: those of few syllables are the likely ones.
TEST_F(SoundsTest, LongPinyinIsFoundWithoutMarks) {
  build({{"济南华宇新医疗器械", "", "", ""}, {"莒南县安家", "", "", ""}});
  EXPECT_THAT(firms("jinanhuayuxinyiliaoqi"), ElementsAre(1));
  EXPECT_THAT(firms("ji'nan'huayuxinyiliaoqi"), ElementsAre(1));
  EXPECT_THAT(firms("ji’nan’huayu"), ElementsAre(1)) << "as a Chinese keyboard types it";
  EXPECT_THAT(firms("junanxiananjia"), ElementsAre(2));
  EXPECT_THAT(firms("jnhyxylqx"), ElementsAre(1));
  EXPECT_THAT(firms(std::string(47, 'a') + "v"), IsEmpty()) << "and one that cannot be cut costs nothing";
}

// A quarter of all names have more letters than can be cut in all ways.
TEST_F(SoundsTest, NamesAreFoundByAllTheirLettersHoweverLong) {
  build({{"中国重汽集团青岛重工有限公司", "", "", ""},
         {"中国重汽集团青岛重型机械有限公司", "", "", ""},
         {"安安昂昂安安昂昂安安昂昂安安昂昂有限公司", "", "", ""}});
  EXPECT_THAT(firms("zhongguozhongqijituanqingdaozhonggongyouxiangongsi"), ElementsAre(1));
  EXPECT_THAT(firms("zhongguo'zhongqi'jituan'qingdao'zhongxingjixieyouxian"), ElementsAre(2));
  EXPECT_THAT(firms("guozhongqijituanqingdaozhonggongyouxiangongsi"), ElementsAre(1)) << "from its middle on";
  EXPECT_THAT(firms("zhongguozhongqijituanqingdaozhonggongyouxiangongsi2"), IsEmpty());
  EXPECT_THAT(firms("zhongguozhongqijituanqingdaozhonggongyouxiangongsix"), IsEmpty());
  EXPECT_THAT(firms("ananangangananangangananangangananangangyouxiangongsi"), ElementsAre(3)) << "thousands of ways";
  EXPECT_THAT(ask("zhongguozhongqijituanqingdaozhonggongyouxiangongsi").hits.at(0).name_html,
              "<mark>中国重汽集团青岛重工有限公司</mark>");
}

// What a word is taken for finds what it finds when it is typed.
TEST_F(SoundsTest, AGuessLosesNoneThatTheRightWordFinds) {
  build({{"滨州魏桥供销社", "", "", ""},
         {"魏桥纺织", "", "", ""},
         {"魏桥路口", "", "", "", {}, 2},
         {"甲", "", "滨州魏桥厂", ""}});
  EXPECT_EQ(corrected("滨州魏乔"), "滨州魏乔>滨州魏桥;");
  EXPECT_THAT(numbers(ask("滨州魏乔")), ::testing::UnorderedElementsAreArray(firms("滨州魏桥")));
  EXPECT_EQ(firms("滨州魏桥").size(), 4u);
}

TEST_F(SoundsTest, APlaceBehindAWordIsWhereTheFirmLies) {
  build({{"万华化学", "", "", "", {}, 2}, {"万舟博兴货运", "", "", ""}, {"乙(博兴)万华", "", "", "", {}, 1}});
  for (const char* typed : {"万华博兴", "万华(博兴)", "万华（博兴）"}) {
    EXPECT_THAT(firms(typed), UnorderedElementsAre(1, 3)) << typed;
    EXPECT_EQ(ask(typed).corrections.at(0).as, "万华 博兴") << typed;
  }
  EXPECT_THAT(firms("万舟博兴"), ElementsAre(2)) << "what stands so is no guess";
  EXPECT_THAT(firms("\"万华博兴\""), IsEmpty());
}

TEST_F(SoundsTest, TheLegalFormMayBeAnother) {
  reference_->legal_forms = {{"有限责任公司", FormClass::kCompany, true}, {"有限公司", FormClass::kCompany, true}};
  build({{"山东魏桥创业集团有限公司", "", "", ""}, {"海尔股份有限公司", "", "", ""}});
  EXPECT_THAT(firms("魏桥创业集团有限责任公司"), ElementsAre(1));
  EXPECT_EQ(corrected("魏桥创业集团有限责任公司"), "魏桥创业集团有限责任公司>魏桥创业集团;");
  EXPECT_THAT(firms("浪潮集团有限责任公司"), IsEmpty());
}

// Staff type the trade and any form; a slip is in the name, never in the form or in the place.
TEST_F(SoundsTest, AShortTradeWithAnyFormFindsTheTradeAndAPlaceIsNotAltered) {
  reference_->legal_forms = {{"有限责任公司", FormClass::kCompany, true},
                             {"集团公司", FormClass::kCompany, true},
                             {"有限公司", FormClass::kCompany, true},
                             {"公司", FormClass::kCompany, true},
                             {"大学", FormClass::kUniversity, false}};
  build({{"浪潮集团有限公司", "", "", ""},
         {"天桥公司", "", "", ""},
         {"魏桥纺织股份有限公司", "", "", ""},
         {"博城公司", "", "", ""},
         {"宏创铝业控股", "", "", ""}});
  EXPECT_THAT(firms("浪潮公司"), ElementsAre(1));
  EXPECT_THAT(firms("浪潮集团公司"), ElementsAre(1));
  EXPECT_THAT(firms("魏桥公司"), ElementsAre(3)) << "not 天桥公司";
  EXPECT_THAT(firms("魏乔有限责任公司"), ElementsAre(3)) << "a slip and another form";
  EXPECT_THAT(firms("宏创吕业控股有限公司"), ElementsAre(5));
  EXPECT_THAT(firms("博兴公司"), IsEmpty()) << "a place alone is no name, and another one is not meant";
  EXPECT_THAT(firms("博兴大学"), IsEmpty());
}

TEST_F(SoundsTest, ASlipBeforeAPlace) {
  build({{"魏桥纺织", "", "", "", {}, 2}, {"魏桥路口", "", "", "", {}, 1}});
  EXPECT_THAT(firms("魏乔博兴"), ElementsAre(1));
  EXPECT_EQ(corrected("魏乔博兴"), "魏乔博兴>魏桥 博兴;");
}

TEST_F(SoundsTest, AGuessFindsOtherNamesOfTheProductToo) {
  reference_->product_words = {{"烧碱", {"氢氧化钠"}, {}, {}, "test"}};
  build({{"甲", "", "", "烧碱"}, {"乙", "", "", "氢氧化钠"}});
  EXPECT_THAT(firms("烧减"), UnorderedElementsAre(1, 2));
}

TEST_F(SoundsTest, OneCharacterTooManyOrTooFew) {
  build({{"山东魏桥创业集团有限公司", "", "", ""}, {"魏桥纺织", "", "", ""}});
  EXPECT_THAT(firms("魏桥创集团"), ElementsAre(1));
  EXPECT_EQ(corrected("魏桥创集团"), "魏桥创集团>魏桥创业集团;");
  EXPECT_THAT(firms("魏桥创创业"), ElementsAre(1));
  EXPECT_EQ(corrected("魏桥创创业"), "魏桥创创业>魏桥创业;");
  EXPECT_THAT(firms("魏桥纺纺织"), ElementsAre(2));
  EXPECT_THAT(firms("魏桥创建设"), IsEmpty()) << "two characters are no slip";
}

TEST_F(SoundsTest, AListIsHeldWhole) {
  build({{"甲", "", "", "铝箔轧制；铜管加工"}, {"乙", "", "", "铝箔轧制"}, {"丙", "", "", "铜管；铝箔"}});
  EXPECT_THAT(firms("铝箔，铜管"), UnorderedElementsAre(1, 3));
  EXPECT_EQ(ask("铝箔，铜管").corrections.at(0).as, "铝箔 铜管");
}

TEST_F(SoundsTest, ASlipBehindAPlaceIsToldAsWhatStandsThere) {
  build({{"宏创铝业", "", "", "", {}, 2}, {"鸿创铝业", "", "", ""}, {"鸿创科技", "", "", ""}, {"鸿创", "", "", ""}});
  EXPECT_THAT(firms("博兴洪创"), ElementsAre(1));
  EXPECT_EQ(corrected("博兴洪创"), "博兴洪创>博兴宏创;");
}

TEST_F(SoundsTest, PinyinInTheFieldOfNamesIsNotTakenForASlip) {
  build({{"信发铝电", "", "", ""}, {"鑫达铝电", "", "", ""}});
  EXPECT_THAT(firms("name:xinfa"), ElementsAre(1));
}

TEST_F(SoundsTest, InitialsBehindAMinusLeaveOutNothing) {
  build({{"宏创铝业公司", "", "", ""}, {"泰开铝业", "", "", ""}});
  EXPECT_THAT(firms("铝业 -gs"), UnorderedElementsAre(1, 2));
  EXPECT_THAT(firms("铝业 NOT tk"), UnorderedElementsAre(1, 2));
  EXPECT_THAT(firms("铝业 -taikai"), ElementsAre(1));
}

// A slip in a word of scopes: the search is made again with the word, wherever words stand.
TEST_F(SoundsTest, ASlipInAWordOfScopes) {
  build({{"甲公司", "", "", "氧化铝；铝材"}, {"乙氧化铝厂", "", "", ""}, {"丙公司", "", "", "化工", {"氧化铝装置"}}});
  EXPECT_THAT(firms("氧化吕"), UnorderedElementsAre(1, 2, 3));
  EXPECT_EQ(corrected("氧化吕"), "氧化吕>氧化铝;");
  EXPECT_THAT(firms("name:氧化吕"), ElementsAre(2));
}

// What the writing of a schoolbook has: marks of tones, and ü.
TEST_F(SoundsTest, PinyinWithTones) {
  build({{"宏星绿业", "", "", ""}, {"虐待公司", "", "", ""}, {"红光旅业", "", "", ""}});
  for (const char* const text : {"lüye", "lǚyè", "lǜ'yè", "lvye", "LÜYÈ", "lu\u0308ye", "pinyin:lǚyè"})
    EXPECT_THAT(firms(text), UnorderedElementsAre(1, 3)) << text;
  EXPECT_THAT(firms("hóngxīng"), ElementsAre(1));
  EXPECT_THAT(firms("nüèdài"), ElementsAre(2));
  EXPECT_THAT(firms("hóngxīnlǜye"), ElementsAre(1)) << "a letter is missing";
  EXPECT_THAT(firms("café"), IsEmpty());
}

// Two characters that sound alike are a less likely slip than one of whatever sound.
TEST_F(SoundsTest, OneOtherCharacterIsLikelierThanTwoThatSoundAlike) {
  build({{"弘欣铝业", "", "", ""}, {"济南红星铝业", "", "", ""}, {"红日铝业二", "", "", ""}, {"红星铝业", "", "", ""}});
  EXPECT_EQ(corrected("红辛铝业"), "红辛铝业>红星铝业;");
  const Page page = ask("红辛铝业");
  EXPECT_THAT(numbers(page), ElementsAre(4, 2, 1, 3));
  EXPECT_EQ(page.hits.at(1).name_html, "济南<mark>红星铝业</mark>");
  EXPECT_EQ(page.hits.at(2).name_html, "<mark>弘欣铝业</mark>");
  EXPECT_THAT(firms("红欣铝业"), ElementsAre(1)) << "one that sounds alike leaves no doubt";
}

// Of spellings that sound so the one with the fewest other characters, and only then what most names hold.
TEST_F(SoundsTest, FewerOtherCharactersAreLikelier) {
  build({{"通利电梯", "", "", ""}, {"统力电梯", "", "", ""}, {"统力电梯二", "", "", ""}, {"同力电梯", "", "", ""}});
  EXPECT_EQ(corrected("同利电梯"), "同利电梯>同力电梯;");
}

TEST_F(SoundsTest, ASlipBehindAPlace) {
  build({{"宏创铝业", "", "", ""}, {"宏创铝业二", "", "", "", {}, 2}});
  EXPECT_THAT(firms("博兴县宏创吕业"), ElementsAre(2));
  EXPECT_EQ(corrected("博兴县宏创吕业"), "博兴县宏创吕业>博兴县宏创铝业;");
}

// ICU says sha men, dan xian, le ling, hui ji, yin xing, zhang jiang.
TEST_F(SoundsTest, PlacesAndWordsThatAreReadOtherwise) {
  build({{"厦门公司", "", "", ""},
         {"单县公司", "", "", ""},
         {"乐陵公司", "", "", ""},
         {"会计公司", "", "", ""},
         {"银行公司", "", "", ""},
         {"长江公司", "", "", ""},
         {"六安公司", "", "", ""}});
  const std::pair<const char*, store::FirmNo> kRight[] = {{"xiamen", 1},     {"shanxian", 2}, {"leling", 3},
                                                          {"laoling", 3},    {"kuaiji", 4},   {"yinhang", 5},
                                                          {"changjiang", 6}, {"lu'an", 7},    {"liuan", 7}};
  for (const auto& [text, firm] : kRight) EXPECT_THAT(firms(text), ElementsAre(firm)) << text;
}

TEST_F(SoundsTest, InitialsAreListenedToOnlyWhereNothingElseIsFound) {
  build({{"led照明", "", "", ""}, {"李二东", "", "", ""}});
  EXPECT_THAT(firms("led"), ElementsAre(1));
  EXPECT_THAT(firms("led1"), IsEmpty());
}

TEST_F(SoundsTest, AWordThatNothingHoldsIsTakenForWhatSoundsAlikeOrIsOneCharacterOff) {
  build({{"山东宏创铝业", "", "", ""}, {"山东泰开电气", "", "", ""}});
  EXPECT_THAT(firms("宏闯铝业"), ElementsAre(1));
  EXPECT_EQ(corrected("宏闯铝业"), "宏闯铝业>宏创铝业;");
  EXPECT_THAT(firms("宏大铝业"), ElementsAre(1)) << "one other character of four";
  EXPECT_EQ(corrected("宏大铝业"), "宏大铝业>宏创铝业;");
  EXPECT_THAT(firms("宏大锌业"), IsEmpty()) << "two other characters";
  EXPECT_THAT(firms("taikia"), ElementsAre(2)) << "two letters swapped";
  EXPECT_EQ(corrected("taikia"), "taikia>泰开;");
  EXPECT_THAT(firms("\"宏闯铝业\""), IsEmpty()) << "in quotation marks nothing is guessed";
  EXPECT_THAT(firms("泰开 -宏闯"), ElementsAre(2)) << "nor of what must not be there";
  EXPECT_EQ(corrected("宏创铝业"), "");
  Query query;
  query.text = "宏闯铝业";
  query.correcting = false;
  EXPECT_EQ(ask(query).total, 0u);
}

// Every spelling of a name of the patterns against taking it apart by hand.
TEST_F(SoundsTest, EveryNameIsFoundByEachOfItsReadings) {
  const std::string syllables[] = {"bin", "zhou", "lv", "ye", "xi", "an", "zhuang"};
  const Sounds sounds(*reference_);
  for (const auto& a : syllables)
    for (const auto& b : syllables) {
      const auto patterns = sounds.full(a + b);
      ASSERT_FALSE(patterns.empty()) << a + b;
      EXPECT_TRUE(std::any_of(patterns.begin(), patterns.end(), [](const auto& p) { return p.size() == 2; })) << a + b;
    }
  EXPECT_TRUE(sounds.full("bcd").empty());
  EXPECT_EQ(sounds.full("xian").size(), 2u) << "xian and xi'an";
  EXPECT_EQ(sounds.full("xi'an").size(), 1u);
}

}  // namespace
}  // namespace tanmiao::indexer::sounds_test
