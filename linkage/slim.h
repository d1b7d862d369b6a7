// Records as linkage holds them: a province has millions.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/date.h"
#include "core/error.h"
#include "core/record.h"
#include "store/types.h"

namespace tanmiao::linkage {

// A record without an allocation of its own. It points at a list of its values' tags and lengths, and the values behind
// it: what a field is looked for in are a few bytes beside each other.
class Slim {
 public:
  Slim(const store::StoredRecord& head, std::uint16_t source_index);  // points at nothing yet
  void point_at(std::string_view packed) { packed_ = packed.data(); }
  std::string_view key() const { return find(kKeyTag); }
  std::string_view part() const { return find(kPartTag); }
  std::string_view get(Field field) const { return find(static_cast<unsigned char>(field)); }
  std::vector<std::string_view> all(Field field) const;
  // Of a field that was set aside (SlimTexts): where its text lies.
  struct Aside {
    std::uint64_t at = 0;
    std::uint32_t size = 0;
  };
  Aside aside(Field field) const;

  store::RecordId id;
  Day event, public_date, last_seen, since;  // last_seen: the day it was stated for last; since: this version was read
  std::uint32_t line;
  std::uint16_t source;  // index into Intake::sources
  RecordKind kind;
  bool estimated;

 private:
  friend class SlimTexts;
  static constexpr unsigned char kKeyTag = 255, kPartTag = 254;
  std::string_view find(unsigned char tag) const;
  const char* packed_ = nullptr;
};

// What Slims point at, in large pieces that stay where they are. Abstracts are set aside: nothing is decided by them.
class SlimTexts {
 public:
  // `fields`: as fields_json() wrote them. kCorrupt when they are not, with the record's key. Abstracts go to the end
  // of `aside`, which will lie at `aside_at`.
  Result<std::string_view> pack(std::string_view key, std::string_view part, std::string_view fields,
                                std::uint64_t aside_at, std::string& aside);
  void take(SlimTexts&& other);  // what points at the other's texts stays right

 private:
  void add(unsigned char tag, std::string_view value);
  std::string_view keep();

  std::string list_, values_;  // of the record that is being packed
  std::vector<std::unique_ptr<char[]>> pieces_;
  std::size_t used_ = 0, room_ = 0;  // of the last piece
};

}  // namespace tanmiao::linkage
