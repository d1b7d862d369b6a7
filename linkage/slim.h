// Records as linkage holds them: a province has millions.
#pragma once

#include <cstdint>
#include <cstring>
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
  // f(value) of each that it has of the field, in order.
  template <class F>
  void each(Field field, const F& f) const {
    unpack([&](unsigned char tag, std::string_view value) {
      if (tag == static_cast<unsigned char>(field)) f(value);
      return true;
    });
  }
  std::vector<std::string_view> all(Field field) const;
  std::size_t count(Field field) const {
    std::size_t values = 0;
    each(field, [&](std::string_view) { ++values; });
    return values;
  }
  // Of a field that was set aside (SlimTexts): where its text lies.
  struct Aside {
    std::uint64_t at = 0;
    std::uint32_t size = 0;
  };
  Aside aside(Field field) const;

  store::RecordId id;
  Day event, public_date, last_seen, since;  // last_seen: the day it was stated for last; since: this version was read
  Day first_stated;                          // the first day this version was stated for
  std::uint32_t line;
  std::uint16_t source;  // index into Intake::sources
  RecordKind kind;
  bool estimated;

 private:
  friend class SlimTexts;
  static constexpr unsigned char kKeyTag = 255, kPartTag = 254;
  // What it points at: the number of values; tag and length of each; the values.
  using Count = std::uint16_t;
  using Length = std::uint32_t;
  static constexpr std::size_t kEntry = 1 + sizeof(Length);
  template <class T>
  static T number_at(const char* bytes) {
    T value = 0;
    std::memcpy(&value, bytes, sizeof value);
    return value;
  }
  // Calls f(tag, value) until it returns false.
  template <class F>
  void unpack(const F& f) const {
    const auto count = number_at<Count>(packed_);
    const char* entry = packed_ + sizeof(Count);
    const char* value = entry + count * kEntry;
    for (Count i = 0; i < count; ++i, entry += kEntry) {
      const auto length = number_at<Length>(entry + 1);
      if (!f(static_cast<unsigned char>(*entry), std::string_view(value, length))) return;
      value += length;
    }
  }
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
