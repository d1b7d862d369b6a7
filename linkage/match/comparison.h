// Two names side by side: for each field the level on which they agree. Levels are what the model weighs and what
// people read; the table of their names is levels.def.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "core/date.h"
#include "linkage/match/anatomy.h"
#include "linkage/match/frequency.h"

namespace tanmiao::linkage {

enum class NameField : std::uint8_t {
#define TANMIAO_FIELD(id, name, chinese) id,
#define TANMIAO_LEVEL(field, id, name, chinese)
#include "linkage/match/levels.def"
};
enum class Level : std::uint8_t {
#define TANMIAO_FIELD(id, name, chinese)
#define TANMIAO_LEVEL(field, id, name, chinese) id,
#include "linkage/match/levels.def"
};
inline constexpr std::size_t kNameFields = 0
#define TANMIAO_FIELD(id, name, chinese) +1
#define TANMIAO_LEVEL(field, id, name, chinese)
#include "linkage/match/levels.def"
    ;
inline constexpr std::size_t kLevels = 0
#define TANMIAO_FIELD(id, name, chinese)
#define TANMIAO_LEVEL(field, id, name, chinese) +1
#include "linkage/match/levels.def"
    ;

std::string_view field_name(NameField field);
std::string_view field_label(NameField field);  // Chinese
std::string_view level_name(Level level);
std::string_view level_label(Level level);  // Chinese
NameField field_of(Level level);

// What is known of a name besides its letters. Codes of regions: county 371602, city 371600; 0 unknown.
struct NameFacts {
  std::uint32_t county = 0, prefecture = 0;
  Day day = kNoDay;  // of the firm: founded; of the mention: the day that it speaks of
  // Bits of IndustryMarks: of the firm by its name and business scope, of the mention by the classes of what it filed.
  std::uint32_t industries = 0;
};

struct Comparison {
  std::array<Level, kNameFields> levels{};
  Level at(NameField field) const { return levels[static_cast<std::size_t>(field)]; }
  void set(Level level) { levels[static_cast<std::size_t>(field_of(level))] = level; }
};

// `often`, of the list that the entry is of, tells which words trade names are made of; null: the tables alone do.
// `mention` is the name that is looked for, `entry` one of the list.
Comparison compare(const Anatomy& mention, const NameFacts& of_mention, const Anatomy& entry, const NameFacts& of_entry,
                   const Reference& reference, const Frequencies* often = nullptr);

}  // namespace tanmiao::linkage
