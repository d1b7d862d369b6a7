// The index against a linear scan that knows nothing of it: thousands of random queries on random firms. What a word is
// held by is said anew here: atoms (a Han character, a word of letters and digits), marks between them, and one list in
// the other without a gap.
#include <cctype>
#include <functional>
#include <optional>
#include <random>
#include <sstream>

#include "city_fixture.h"

namespace tanmiao::indexer::linear_scan_test {
namespace {

using Atoms = std::vector<std::string>;
using Test = std::function<bool(const TestFirm&)>;
constexpr std::int64_t kFenOfWan = 1'000'000;

class Source {
 public:
  explicit Source(unsigned seed) : random_(seed) {}
  unsigned below(std::size_t n) { return static_cast<unsigned>(random_() % n); }
  std::string one_of(const std::vector<std::string>& all) { return all[below(all.size())]; }

  std::string code(std::size_t signs) {
    std::string out;
    for (std::size_t i = 0; i < signs; ++i) out += one_of({"A", "B", "1", "2"});
    return out;
  }

  // Few characters, so that much fits by chance.
  std::string text(std::size_t pieces, bool marks) {
    static const std::vector<std::string> kHan{"铝", "合", "金", "化", "工", "研", "发", "新"};
    static const std::vector<std::string> kWords{"t6", "5g", "15g", "abc", "6061-T6", "a.b"};
    static const std::vector<std::string> kMarks{"、", "；", "（", " ", "-", "）"};
    std::string out;
    for (std::size_t i = 0; i < pieces; ++i) {
      const unsigned kind = below(12);
      if (kind == 0) {
        if (!out.empty() && static_cast<unsigned char>(out.back()) < 0x80) out += ' ';
        out += one_of(kWords);
      } else if (kind == 1 && marks) {
        out += one_of(kMarks);
      } else {
        out += one_of(kHan);
      }
    }
    return out;
  }

 private:
  std::mt19937 random_;
};

// "|" is a mark. Between words of letters - and . part without being one.
Atoms atoms_of(const std::string& text, bool keep_marks) {
  Atoms out;
  bool mark = false, joins = false;
  const auto add = [&](const std::string& atom) {
    if (mark && keep_marks && !out.empty()) out.emplace_back("|");
    mark = false;
    out.push_back(atom);
  };
  for (std::size_t i = 0; i < text.size();) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (std::isalnum(c)) {
      std::string word;
      for (; i < text.size() && std::isalnum(static_cast<unsigned char>(text[i])); ++i)
        word += static_cast<char>(std::tolower(text[i]));
      add(word);
      joins = true;
      continue;
    }
    const std::size_t size = c < 0x80 ? 1 : 3;
    const std::string character = text.substr(i, size);
    i += size;
    const bool han = c >= 0xE4 && c <= 0xE9;
    const bool word_follows = i < text.size() && std::isalnum(static_cast<unsigned char>(text[i]));
    if (han)
      add(character);
    else if (character != " " && !((character == "-" || character == ".") && joins && word_follows))
      mark = true;
    joins = false;
  }
  return out;
}

bool holds(const std::string& text, const std::string& word, bool keep_marks) {
  const Atoms in = atoms_of(text, keep_marks), wanted = atoms_of(word, keep_marks);
  return !wanted.empty() && std::search(in.begin(), in.end(), wanted.begin(), wanted.end()) != in.end();
}

bool any_holds(const std::vector<std::string>& texts, const std::string& word) {
  return std::any_of(texts.begin(), texts.end(), [&](const auto& t) { return holds(t, word, true); });
}

bool awarded(const TestFirm& firm, const std::string& word) {
  return any_holds(firm.awards, word) || (!firm.awards.empty() && holds("高新技术企业", word, true));
}

bool held_by(const TestFirm& firm, const std::string& word) {
  if (holds(firm.name, word, false) || holds(firm.scope, word, true)) return true;
  if (!firm.former.empty() && holds(firm.former, word, false)) return true;
  return any_holds(firm.titles, word) || any_holds(firm.signals, word) || awarded(firm, word);
}

struct Asked {
  std::string text;
  Test test;
};

class Asking {
 public:
  explicit Asking(Source& source) : s_(source) {}

  Asked word() {
    std::string word;
    while (atoms_of(word, true).empty() || word.front() == ' ' || word.front() == '-' || word.front() == '(' ||
           word.starts_with("（") || word.starts_with("）") || word.find("）") != std::string::npos)
      word = s_.text(1 + s_.below(4), s_.below(8) == 0);
    const bool quoted = s_.below(4) == 0 || word.find(' ') != std::string::npos ||
                        word.find("（") != std::string::npos;  // a bracket that a word opens is the word's
    const std::string shown = quoted ? "\"" + word + "\"" : word;
    switch (s_.below(20)) {
      case 10:
        return {"曾用名:" + shown,
                [word](const TestFirm& f) { return !f.former.empty() && holds(f.former, word, false); }};
      case 11: return {"patent:" + shown, [word](const TestFirm& f) { return any_holds(f.titles, word); }};
      case 12: return {"资质:" + shown, [word](const TestFirm& f) { return awarded(f, word); }};
      case 13: return {"address:" + shown, [word](const TestFirm& f) { return holds(f.address, word, true); }};
      case 14: return symbol();
      case 15: return part_of_code();
      case 16:
        return range(s_.one_of({"capital", "注册资本"}), 6, [](const TestFirm& f) {
          return f.capital < 0 ? std::nullopt : std::optional(f.capital / kFenOfWan);
        });
      case 17:
        return range("staff", 6, [](const TestFirm& f) {
          return f.staff < 0 ? std::nullopt : std::optional(std::int64_t{f.staff});
        });
      case 18:
        return range("专利数", 4,
                     [](const TestFirm& f) { return std::optional(static_cast<std::int64_t>(f.titles.size())); });
      case 9:
        return {"abstract:" + shown, [word](const TestFirm& f) {
                  return !f.titles.empty() && !f.abstract.empty() && holds(f.abstract, word, true);
                }};
      case 8: return {"线索：" + shown, [word](const TestFirm& f) { return any_holds(f.signals, word); }};
      case 0: return {"name:" + shown, [word](const TestFirm& f) { return holds(f.name, word, false); }};
      case 1: return {"经营范围：" + shown, [word](const TestFirm& f) { return holds(f.scope, word, true); }};
      case 2: return {"status:吊销", [](const TestFirm& f) { return f.status == FirmStatus::kRevoked; }};
      case 3: {
        const int low = 2012 + static_cast<int>(s_.below(6)), high = low + static_cast<int>(s_.below(3));
        return {"established:" + std::to_string(low) + ".." + std::to_string(high),
                [low, high](const TestFirm& f) { return f.year >= low && f.year <= high; }};
      }
      default: return {shown, [word](const TestFirm& f) { return held_by(f, word); }};
    }
  }

  // A number stands behind a number of a group in no symbol that begins so: C22C2 is none of C22C21/00.
  Asked symbol() {
    const std::string said = s_.one_of({"C22C", "c22c21", "C22C 21/00", "C22C21/02", "C22C2", "C22C2/00", "B22D 11/00",
                                        "H02", "H02K1", "H02K17/0", "H02K17/02", "G"});
    std::string wanted;
    for (const char c : said)
      if (c != ' ') wanted += static_cast<char>(std::toupper(c));
    return {s_.one_of({"class:", "分类号："}) + said, [wanted](const TestFirm& f) {
              std::istringstream symbols(f.titles.empty() ? "" : f.ipc);
              for (std::string symbol; symbols >> symbol;) {
                if (!symbol.starts_with(wanted)) continue;
                const bool number = wanted.size() > 4 && std::isdigit(static_cast<unsigned char>(wanted.back()));
                if (!number || symbol.size() == wanted.size() ||
                    !std::isdigit(static_cast<unsigned char>(symbol[wanted.size()])))
                  return true;
              }
              return false;
            }};
  }

  Asked part_of_code() {
    std::string part = s_.code(1 + s_.below(3));
    const std::string upper = part;
    if (s_.below(2) == 0)
      for (char& c : part) c = static_cast<char>(std::tolower(c));
    return {"code:" + part, [upper](const TestFirm& f) { return f.code.find(upper) != std::string::npos; }};
  }

  template <class ValueOf>
  Asked range(const std::string& field, unsigned most, const ValueOf& value_of) {
    const std::int64_t low = s_.below(most), high = low + s_.below(3);
    const unsigned kind = s_.below(3);  // both ends, open above, open below
    const std::string said = (kind == 2 ? "" : std::to_string(low)) + ".." + (kind == 1 ? "" : std::to_string(high));
    return {field + ":" + said, [low, high, kind, value_of](const TestFirm& f) {
              const auto value = value_of(f);
              return value && (kind == 2 || *value >= low) && (kind == 1 || *value <= high);
            }};
  }

  Asked query(int depth) {
    if (depth == 0) return word();
    switch (s_.below(5)) {
      case 0: {
        const Asked part = query(depth - 1);
        const std::string mark = s_.one_of({"-", "！", "NOT ", "非 ", "not ", "\u2014", "\u2013"});
        return {mark + "(" + part.text + ")", [part](const TestFirm& f) { return !part.test(f); }};
      }
      case 1:
      case 2: {
        const Asked a = query(depth - 1), b = query(depth - 1);
        const std::string join = s_.one_of({" OR ", " | ", "｜", " 或 ", " or ", " 或者 "});
        return {"(" + a.text + ")" + join + "（" + b.text + "）",
                [a, b](const TestFirm& f) { return a.test(f) || b.test(f); }};
      }
      case 3: {
        const Asked a = query(depth - 1), b = query(depth - 1);
        const std::string join = s_.one_of({" ", " AND ", " & ", "＆", "　", " and ", " 并且 "});
        return {"(" + a.text + ")" + join + "(" + b.text + ")",
                [a, b](const TestFirm& f) { return a.test(f) && b.test(f); }};
      }
      default: return word();
    }
  }

 private:
  Source& s_;
};

std::vector<TestFirm> some_firms(Source& source, std::size_t count) {
  std::vector<TestFirm> firms;
  for (std::size_t i = 0; i < count; ++i) {
    TestFirm firm;
    firm.name = "铝" + source.text(1 + source.below(6), true);
    if (source.below(4) == 0) firm.former = "化" + source.text(3, true);
    firm.scope = source.text(source.below(14), true);
    for (unsigned k = source.below(3); k > 0; --k) firm.titles.push_back(source.text(1 + source.below(6), true));
    firm.abstract = source.text(source.below(30), true);
    for (unsigned k = source.below(2); k > 0; --k) firm.signals.push_back(source.text(1 + source.below(6), true));
    if (source.below(5) == 0) firm.awards.push_back(source.text(3, true));
    firm.ipc = source.one_of({"C22C21/00 B22D11/00", "C22C21/02", "C22C2/00", "H02K17/02", "H02K1/00 C22C21/00"});
    firm.address = source.text(source.below(8), true);
    if (source.below(4) != 0) firm.code = source.code(8);
    firm.capital = source.below(5) == 0 ? -1 : kFenOfWan * source.below(8);
    firm.staff = source.below(5) == 0 ? -1 : static_cast<std::int32_t>(source.below(8));
    firm.unit = static_cast<std::uint16_t>(1 + source.below(2));
    firm.status = source.below(3) == 0 ? FirmStatus::kRevoked : FirmStatus::kActive;
    firm.year = 2010 + static_cast<int>(source.below(10));
    if (source.below(20) == 0) firm.flags = store::kFirmMerged;
    firms.push_back(firm);
  }
  return firms;
}

std::vector<store::FirmNo> scan(const std::vector<TestFirm>& firms, const Test& test) {
  std::vector<store::FirmNo> out;
  for (std::size_t i = 0; i < firms.size(); ++i)
    if (firms[i].flags == 0 && test(firms[i])) out.push_back(static_cast<store::FirmNo>(i + 1));
  return out;
}

std::uint64_t counted(const Page& page, const std::string& facet, const std::string& value) {
  for (const FacetCounts& counts : page.facets)
    for (const FacetValue& v : counts.values)
      if (counts.facet == facet && v.value == value) return v.count;
  return 0;
}

TEST_F(City, RandomQueriesAnswerAsALinearScanDoes) {
  std::uint64_t cases = 0, some = 0;
  for (const unsigned seed : {1u, 2u, 3u, 4u}) {
    Source source(seed);
    const auto firms = some_firms(source, 400);
    build(firms, static_cast<int>(seed));
    Asking asking(source);
    for (int i = 0; i < 600; ++i) {
      const Asked asked = asking.query(static_cast<int>(source.below(4)));
      Query query;
      query.text = asked.text;
      query.limit = 1000;
      query.correcting = false;
      const auto page = searcher_->search(query);
      if (!page && page.error().code == Errc::kLimit) continue;  // more than 16 words
      ASSERT_TRUE(page) << asked.text << ": " << page.error().text();
      auto numbers = this->numbers(*page);
      std::sort(numbers.begin(), numbers.end());
      const auto expected = scan(firms, asked.test);
      ASSERT_EQ(numbers, expected) << asked.text << " (seed " << seed << ")";
      ASSERT_EQ(page->total, expected.size()) << asked.text;
      ++cases, some += expected.empty() ? 0U : 1U;
    }
  }
  EXPECT_GT(cases, 2000u);
  EXPECT_GT(some, cases / 3) << "queries that find something";
}

TEST_F(City, NotIsTheRestAndExclusiveFacetsAddUp) {
  Source source(9);
  const auto firms = some_firms(source, 500);
  build(firms);
  Asking asking(source);
  const std::uint64_t all = ask("").total;
  for (int i = 0; i < 300; ++i) {
    const Asked asked = asking.query(2);
    Query query;
    query.text = asked.text;
    query.facets = {"status", "unit", "age", "capital", "patent_kind"};
    query.correcting = false;
    const Page page = ask(query);
    query.text = "-(" + asked.text + ")";
    EXPECT_EQ(page.total + ask(query).total, all) << asked.text;
    for (const FacetCounts& counts : page.facets) {
      std::uint64_t sum = 0;
      for (const FacetValue& value : counts.values) sum += value.count;
      EXPECT_EQ(sum, page.total) << counts.facet << " of " << asked.text;
    }
    query.text = asked.text;
    query.filters = {{"unit", {"boxing"}}, {"status", {"REVOKED"}}};
    const Page filtered = ask(query);
    const auto with = [&](int unit, int status) {
      return scan(firms,
                  [&](const TestFirm& f) {
                    return asked.test(f) && (unit == 0 || f.unit == unit) &&
                           (status < 0 || f.status == static_cast<FirmStatus>(status));
                  })
          .size();
    };
    const int revoked = static_cast<int>(FirmStatus::kRevoked);
    EXPECT_EQ(filtered.total, with(2, revoked));
    EXPECT_EQ(counted(filtered, "unit", "bincheng"), with(1, revoked)) << "its own filter does not count";
    EXPECT_EQ(counted(filtered, "status", "ACTIVE"), with(2, static_cast<int>(FirmStatus::kActive)));
  }
}

// What a campaign looks for holds characters, also a part of a word; the index may offer more and never less.
TEST_F(City, TheSupersetMissesNoFirm) {
  Source source(5);
  const auto firms = some_firms(source, 400);
  build(firms);
  for (int i = 0; i < 400; ++i) {
    std::string word = source.text(1 + source.below(4), true);
    if (source.below(3) == 0) word = source.one_of({"1", "g", "6", "06", "5g"}) + word;
    const auto offered = searcher_->superset({{word}, {}, {}}).value();
    const auto right = scan(firms, [&](const TestFirm& f) {
      const auto lower = [](std::string s) {
        for (char& c : s) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
        return s;
      };
      return lower(f.name).find(lower(word)) != std::string::npos ||
             lower(f.scope).find(lower(word)) != std::string::npos;
    });
    EXPECT_TRUE(std::includes(offered.begin(), offered.end(), right.begin(), right.end())) << word;
  }
}

}  // namespace
}  // namespace tanmiao::indexer::linear_scan_test
