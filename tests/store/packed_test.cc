// Packed text: what goes in comes out, damage is an error, equal texts give equal columns.
#include "store/columns/packed.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstring>
#include <fstream>
#include <random>
#include <thread>

#include "store/columns/column.h"
#include "store_fixture.h"

namespace tanmiao::store::packed_test {
namespace {

class Packed : public ::testing::Test {
 protected:
  Packed() : folder_(fresh_folder()) { std::filesystem::create_directories(folder_); }
  ~Packed() override { std::filesystem::remove_all(folder_); }

  static PackedBuilder packed(const std::vector<std::string>& texts) {
    PackedBuilder builder;
    for (const std::string& text : texts) builder.push_back(text);
    return builder;
  }
  // Writes a folder with the one column "texts"; its digest.
  std::string write(const std::string& name, const PackedBuilder& builder) {
    auto writer = ColumnFolderWriter::create(folder_ / name).value();
    EXPECT_TRUE(writer.write("texts", builder));
    const std::string digest = writer.digest();
    EXPECT_TRUE(writer.finish("{}"));
    return digest;
  }
  PackedView open(const std::string& name) const {
    PackedView view;
    const auto reader = ColumnFolderReader::open(folder_ / name).value();
    const Status status = reader.read("texts", view);
    EXPECT_TRUE(status) << status.error().text();
    return view;
  }
  std::string bytes(const std::string& name) const {
    std::ifstream in(folder_ / name / "texts.col", std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  std::filesystem::path folder_;
};

// Like explanations: long, and much alike.
std::vector<std::string> explanations(std::size_t count) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < count; ++i) {
    std::string text = R"({"score":)" + std::to_string(i * 7 % 1000) + R"(,"rows":[)";
    for (int row = 0; row < 20; ++row)
      text += R"({"label":"研发投入","evidence":"未公开","gap":"需补充上年研发费用"},)";
    out.push_back(text + std::to_string(i * i) + "]}");
  }
  return out;
}

TEST_F(Packed, AnyTextsComeBackAsTheyWentIn) {
  for (unsigned seed = 0; seed < 12; ++seed) {
    std::mt19937 random(seed);
    std::vector<std::string> texts(random() % 900);
    for (std::string& text : texts) {
      text.resize(random() % 10 == 0 ? 0 : random() % 1500);
      const unsigned letters = 1 + random() % 256;
      for (char& c : text) c = static_cast<char>(random() % letters);
    }
    const std::string name = std::to_string(seed);
    write(name, packed(texts));
    const PackedView view = open(name);
    ASSERT_EQ(view.size(), texts.size());
    PackedReader in_order(view);
    for (std::size_t i = 0; i < texts.size(); ++i) {
      ASSERT_EQ(in_order.read(i).value(), texts[i]) << "seed " << seed << " row " << i;
      const std::size_t other = texts.size() - 1 - i;
      if (i % 16 == 0) {
        ASSERT_EQ(view.read(other).value(), texts[other]) << "seed " << seed << " row " << other;
      }
    }
    EXPECT_THAT(ColumnFolderReader::open(folder_ / name).value().check().value(), ::testing::IsEmpty());
  }
}

// Property: parts that were filled apart and joined hold what one that took all of them holds.
TEST_F(Packed, PartsComeBackBehindEachOther) {
  for (unsigned seed = 0; seed < 20; ++seed) {
    std::mt19937 random(seed);
    std::vector<std::string> texts;
    const auto fill = [&](PackedBuilder& builder) {
      for (std::size_t row = random() % 3 == 0 ? 0 : random() % 200; row > 0; --row) {
        texts.emplace_back(random() % 4 == 0 ? 0 : random() % 3000, static_cast<char>('a' + random() % 20));
        builder.push_back(texts.back());
      }
    };
    PackedBuilder joined;
    for (std::size_t part = 1 + random() % 6; part > 0; --part) {
      fill(joined);
      PackedBuilder builder;
      fill(builder);
      if (random() % 2 == 0) builder.end_block();
      joined.append(std::move(builder));
      EXPECT_EQ(builder.size(), 0u);  // NOLINT(bugprone-use-after-move): it is empty then, and can be filled again
    }
    const std::string name = std::to_string(seed);
    write(name, joined);
    const PackedView view = open(name);
    ASSERT_EQ(view.size(), texts.size());
    PackedReader reader(view);
    for (std::size_t i = 0; i < texts.size(); ++i) ASSERT_EQ(reader.read(i).value(), texts[i]) << seed << " " << i;
    EXPECT_THAT(ColumnFolderReader::open(folder_ / name).value().check().value(), ::testing::IsEmpty());
  }
}

TEST_F(Packed, TextsOfManyBlocksAreFoundInAnyOrder) {
  auto texts = explanations(3000);
  texts[1000] = std::string(5 * PackedBuilder::kBlock, 'x');  // larger than a block
  texts[1001].clear();
  write("p", packed(texts));
  const PackedView view = open("p");
  ASSERT_EQ(view.size(), texts.size());
  std::size_t raw = 0;
  for (const auto& text : texts) raw += text.size();
  EXPECT_LT(bytes("p").size() * 10, raw);
  PackedReader reader(view);
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const std::size_t row = i * 1013 % texts.size();
    EXPECT_EQ(reader.read(row).value(), texts[row]) << row;
  }
  EXPECT_EQ(reader.read(texts.size()).error().code, Errc::kUsage);
}

TEST_F(Packed, EmptyColumnsAndEmptyTexts) {
  write("none", PackedBuilder());
  EXPECT_EQ(open("none").size(), 0u);
  EXPECT_FALSE(open("none").read(0));
  write("empty", packed({"", "", ""}));
  EXPECT_EQ(open("empty").size(), 3u);
  EXPECT_EQ(open("empty").read(2).value(), "");
  EXPECT_EQ(PackedView().size(), 0u);
}

TEST_F(Packed, EqualTextsGiveEqualFiles) {
  const auto texts = explanations(500);
  const PackedBuilder builder = packed(texts);
  EXPECT_EQ(write("a", builder), write("b", builder)) << "writing does not use up the builder";
  EXPECT_EQ(write("c", packed(texts)), write("d", builder));
  EXPECT_EQ(bytes("a"), bytes("c"));
  auto other = texts;
  other[499] += " ";
  EXPECT_NE(write("e", packed(other)), write("f", builder));
  // The same text cut into rows elsewhere is another column.
  EXPECT_NE(write("g", packed({"ab", "c"})), write("h", packed({"a", "bc"})));
}

TEST_F(Packed, ATextBeyondTheBoundIsRefused) {
  PackedBuilder builder;
  builder.push_back(std::string(PackedBuilder::kMostRow + 1, 'x'));
  auto writer = ColumnFolderWriter::create(folder_ / "p").value();
  EXPECT_EQ(writer.write("texts", builder).error().code, Errc::kLimit);
  PackedBuilder most;
  most.push_back(std::string(PackedBuilder::kMostRow, 'x'));
  write("q", most);
  EXPECT_EQ(open("q").read(0).value().size(), PackedBuilder::kMostRow);
}

TEST_F(Packed, AnyNumberOfThreadsReadOneView) {
  const auto texts = explanations(2000);
  write("p", packed(texts));
  const PackedView view = open("p");
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      for (std::size_t i = t; i < texts.size(); i += 7) {
        const auto text = view.read(i);
        if (!text || *text != texts[i]) ++wrong;
      }
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

TEST_F(Packed, RowsThatWereLetGoAreReadAgain) {
  const auto texts = explanations(2000);
  write("p", packed(texts));
  const PackedView view = open("p");
  for (const auto& [begin, end] : std::vector<std::pair<std::size_t, std::size_t>>{
           {0, 2000}, {1, 2}, {700, 1300}, {5, 5}, {9, 3}, {0, 2001}, {1999, 2000}}) {
    view.let_go(begin, end);
    PackedReader reader(view);
    for (std::size_t i = 0; i < texts.size(); ++i) ASSERT_EQ(reader.read(i).value(), texts[i]) << begin << " " << i;
  }
  PackedView().let_go(0, 1);
}

// Whatever byte is damaged or wherever the file is cut: an error, or the texts as they were; and check() sees it.
TEST_F(Packed, DamageIsAnErrorAndNeverACrashOrAnotherText) {
  const auto texts = explanations(60);  // two blocks
  write("p", packed(texts));
  const auto path = folder_ / "p" / "texts.col";
  const std::string whole = bytes("p");
  std::size_t seen = 0;
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string changed = whole;
    changed[at] = static_cast<char>(changed[at] ^ (at % 2 == 0 ? 0xFF : 0x01));
    std::ofstream(path, std::ios::binary) << changed;
    const auto reader = ColumnFolderReader::open(folder_ / "p");
    if (!reader) continue;
    const auto damage = reader->check();
    ASSERT_TRUE(damage);
    PackedView view;
    bool refused = !reader->read("texts", view).has_value();
    for (std::size_t i = 0; !refused && i < view.size(); ++i) {
      const auto text = view.read(i);
      refused = !text.has_value();
      if (text) {
        EXPECT_EQ(*text, texts[i]) << "byte " << at;
      } else {
        EXPECT_EQ(text.error().code, Errc::kCorrupt);
      }
    }
    EXPECT_EQ(damage->empty(), !refused) << "byte " << at;
    seen += refused;
    if (at % 5 == 0) {
      std::ofstream(path, std::ios::binary) << whole.substr(0, at);
      EXPECT_FALSE(ColumnFolderReader::open(folder_ / "p")) << "cut at " << at;
    }
  }
  EXPECT_GT(seen, whole.size() / 2);
}

// A header that speaks the truth about the length and lies about the rest.
TEST_F(Packed, CountsThatCannotBeAreRefused) {
  write("p", packed(explanations(60)));
  const std::string whole = bytes("p");
  constexpr std::size_t kPayload = 64;
  for (const std::uint64_t value : {std::uint64_t{0}, std::uint64_t{3}, ~std::uint64_t{0}, ~std::uint64_t{0} / 24,
                                    std::uint64_t{1} << 61, std::uint64_t{1} << 40}) {
    for (std::size_t word = 0; word < 70; ++word) {
      std::string changed = whole;
      std::memcpy(changed.data() + kPayload + word * sizeof value, &value, sizeof value);
      if (changed == whole) continue;
      std::ofstream(folder_ / "p" / "texts.col", std::ios::binary) << changed;
      const auto reader = ColumnFolderReader::open(folder_ / "p").value();
      PackedView view;
      if (const Status status = reader.read("texts", view); !status) {
        EXPECT_EQ(status.error().code, Errc::kCorrupt);
        continue;
      }
      EXPECT_FALSE(reader.check().value().empty()) << "word " << word << " = " << value;
    }
  }
}

}  // namespace
}  // namespace tanmiao::store::packed_test
