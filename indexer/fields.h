// The one table of term prefixes. Building and searching both go through it, so the two sides cannot drift apart.
//
// Only what text search and campaigns need is in the index. Facets and filters are answered from the snapshot's and the
// run's columns: exact, and never older than the data they speak of.
#pragma once

#include <array>
#include <string>
#include <string_view>

namespace tanmiao::indexer {

// Raised with every change of terms, tokens or fields: a new version is another generation.
inline constexpr int kIndexFormat = 3;

enum class Field { kName, kFormer, kPatent, kScope, kIndustry, kCode, kWholeName, kIpc, kPlace };

struct FieldRow {
  Field field;
  std::string_view prefix;  // no prefix begins another one
  std::string_view label;   // as staff read it under "matched in"
  double weight;            // of a match by word; 0: not searched by word
  bool positions;           // phrases are real phrases
};

inline constexpr std::array<FieldRow, 9> kFields{{
    {Field::kName, "XN:", "名称", 3.0, true},
    {Field::kFormer, "XF:", "曾用名", 2.0, true},
    {Field::kPatent, "XP:", "专利", 1.0, true},
    {Field::kScope, "XS:", "经营范围", 0.5, false},
    {Field::kIndustry, "XI:", "行业", 0.5, true},
    {Field::kCode, "XC:", "代码", 0, false},       // not indexed: read from its column
    {Field::kWholeName, "XW:", "名称", 0, false},  // name_key(): for exact names and beginnings
    {Field::kIpc, "XQ:", "专利分类", 0, false},    // "H02K17/02"
    {Field::kPlace, "XG:", "所在地区", 0, false},  // division codes, and "z" + zone id
}};

constexpr const FieldRow& row_of(Field field) { return kFields[static_cast<std::size_t>(field)]; }
inline std::string term_of(Field field, std::string_view text) {
  return std::string(row_of(field).prefix).append(text);
}

// A name without blanks, brackets and marks; long ones end in a hash, because terms are bounded.
std::string name_key(std::string_view folded);

}  // namespace tanmiao::indexer
