// The words and marks of the query language: what a field is called, and which characters join, group and part.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "indexer/query_text.h"

namespace tanmiao::indexer {

struct QueryFieldName {
  std::string_view english, chinese;
  QueryField field;
};
inline constexpr std::array<QueryFieldName, 20> kQueryFields{
    {{"name", "名称", QueryField::kName},           {"former", "曾用名", QueryField::kFormer},
     {"brand", "字号", QueryField::kBrand},         {"pinyin", "拼音", QueryField::kPinyin},
     {"patent", "专利", QueryField::kPatent},       {"abstract", "摘要", QueryField::kAbstract},
     {"award", "资质", QueryField::kAward},         {"signal", "线索", QueryField::kSignal},
     {"scope", "经营范围", QueryField::kScope},     {"trade", "行业名称", QueryField::kIndustry},
     {"code", "代码", QueryField::kCode},           {"class", "分类号", QueryField::kIpc},
     {"place", "地区", QueryField::kPlace},         {"address", "地址", QueryField::kAddress},
     {"about", "相关", QueryField::kAbout},         {"established", "成立", QueryField::kEstablished},
     {"capital", "注册资本", QueryField::kCapital}, {"staff", "参保人数", QueryField::kStaff},
     {"patents", "专利数", QueryField::kPatents},   {"points", "得分", QueryField::kPoints}}};

// Words that join two others. In capitals they always do; written otherwise they may be looked for where nothing stands
// before or behind them.
struct QueryJoin {
  enum class Join : std::uint8_t { kNone, kAnd, kOr, kNot };
  std::string_view spelling;
  Join join;
  bool always = false;
};
inline constexpr std::size_t kLongestJoin = 3;
inline constexpr std::array<QueryJoin, 15> kQueryJoins{{{"AND", QueryJoin::Join::kAnd, true},
                                                        {"and", QueryJoin::Join::kAnd},
                                                        {"And", QueryJoin::Join::kAnd},
                                                        {"与", QueryJoin::Join::kAnd},
                                                        {"且", QueryJoin::Join::kAnd},
                                                        {"并且", QueryJoin::Join::kAnd},
                                                        {"OR", QueryJoin::Join::kOr, true},
                                                        {"or", QueryJoin::Join::kOr},
                                                        {"Or", QueryJoin::Join::kOr},
                                                        {"或", QueryJoin::Join::kOr},
                                                        {"或者", QueryJoin::Join::kOr},
                                                        {"NOT", QueryJoin::Join::kNot, true},
                                                        {"not", QueryJoin::Join::kNot},
                                                        {"Not", QueryJoin::Join::kNot},
                                                        {"非", QueryJoin::Join::kNot}}};

inline bool is_blank(char32_t c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == 0x3000 || c == 0xA0; }
// A minus, and the hyphens and dashes that keyboards and word processors make of it.
inline bool is_not(char32_t c) {
  constexpr char32_t kHyphen = 0x2010, kHorizontalBar = 0x2015, kMinus = 0x2212, kSmallHyphen = 0xFE63, kFull = 0xFF0D;
  return c == '-' || (c >= kHyphen && c <= kHorizontalBar) || c == kMinus || c == kSmallHyphen || c == kFull ||
         c == '!' || c == 0xFF01;
}
inline bool is_open(char32_t c) { return c == '(' || c == 0xFF08; }
inline bool is_close(char32_t c) { return c == ')' || c == 0xFF09; }
inline bool is_or(char32_t c) { return c == '|' || c == 0xFF5C; }
inline bool is_and(char32_t c) { return c == '&' || c == 0xFF06; }
inline bool is_colon(char32_t c) { return c == ':' || c == 0xFF1A; }
inline bool is_star(char32_t c) { return c == '*' || c == 0xFF0A; }
inline bool is_letter(char32_t c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= 0xFF10 && c <= 0xFF5A);
}

inline bool is_digit(char c) { return c >= '0' && c <= '9'; }
// "e21f", in small letters.
inline bool is_subclass(std::string_view symbol) {
  return symbol.size() == 4 && symbol[0] >= 'a' && symbol[0] <= 'h' && is_digit(symbol[1]) && is_digit(symbol[2]) &&
         symbol[3] >= 'a' && symbol[3] <= 'z';
}
// "17/00"
inline bool is_group(std::string_view symbol) {
  const std::size_t slash = symbol.find('/');
  if (slash == 0 || slash == std::string_view::npos || slash + 1 == symbol.size()) return false;
  for (std::size_t i = 0; i < symbol.size(); ++i)
    if (i != slash && !is_digit(symbol[i])) return false;
  return true;
}

// What closes the phrase that `c` opens; empty when it opens none.
inline std::u32string_view closers(char32_t c) {
  switch (c) {
    case '"':
    case 0xFF02:
    case U'“':
    case U'”': return U"\"＂“”";
    case U'「': return U"」";
    case U'『': return U"』";
    default: return {};
  }
}

}  // namespace tanmiao::indexer
