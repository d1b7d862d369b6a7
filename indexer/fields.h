// The fields that search looks into. Building and searching both go through this table, so the two sides cannot drift
// apart.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "core/text/search_form.h"

namespace tanmiao::indexer {

// Raised with every change of terms, tokens, columns or fields: a new version is another generation.
inline constexpr int kIndexFormat = 7;

// In the order in which they are told.
enum class Field {
  kName,
  kPinyin,
  kCode,
  kFormer,
  kPatent,
  kAbstract,
  kScope,
  kIndustry,
  kIpc,
  kAward,
  kSignal,
  kPlace,
  kAddress,
  kFacet,
  kSynonym
};

struct FieldRow {
  Field field;
  std::string_view label;   // as staff read it under "matched in"
  std::string_view prefix;  // of its terms in the postings; empty: its terms have none, or it has no terms. No prefix
                            // begins another one.
};

inline constexpr std::array<FieldRow, 15> kFields{{
    {Field::kName, "名称", "N"},
    {Field::kPinyin, "名称拼音", ""},
    {Field::kCode, "代码", ""},
    {Field::kFormer, "曾用名", "F"},
    {Field::kPatent, "专利", ""},
    {Field::kAbstract, "专利摘要", ""},
    {Field::kScope, "经营范围", ""},
    {Field::kIndustry, "行业", ""},
    {Field::kIpc, "专利分类", ""},
    {Field::kAward, "资质", "R"},
    {Field::kSignal, "线索", "S"},
    {Field::kPlace, "所在地区", ""},
    {Field::kAddress, "地址", ""},
    {Field::kFacet, "条件", ""},
    {Field::kSynonym, "同义词", ""},
}};

constexpr const FieldRow& row_of(Field field) { return kFields[static_cast<std::size_t>(field)]; }

// Terms are bounded; a long word is found by its beginning and read afterwards.
inline constexpr std::size_t kLongestTerm = 64;
inline std::string_view bounded_term(std::string_view term) { return term.substr(0, kLongestTerm); }
inline std::string term_of(Field field, std::string_view term) {
  return std::string(row_of(field).prefix).append(bounded_term(term));
}

// Single characters of names would be half of all postings; the column of names is read instead, some milliseconds a
// million firms.
inline bool has_term(Field field, std::string_view term) {
  return field != Field::kName || !text::is_one_character(term);
}

}  // namespace tanmiao::indexer
