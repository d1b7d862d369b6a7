// Records, where they come from, and errors.
#include <algorithm>
#include <set>

#include "core/hash.h"
#include "core/record.h"
#include "core/stored_fields.h"
#include "tests/core/generators.h"

namespace tanmiao::record_property_test {
namespace {

using namespace testing;

Record some_record() {
  Record record;
  record.kind = static_cast<RecordKind>(between(1, 5));
  record.source = "s";
  record.key = some(kLettersAndDigits, 18);
  for (int i = between(0, 12); i > 0; --i) {
    const FieldSpec& spec = one_of(all_fields());
    if (spec.multiple || !record.has(spec.id)) record.add(spec.id, chance(90) ? any_text() : std::string());
  }
  if (chance(50)) record.event_date = make_date(2000, 1, 1) + std::chrono::days(between(0, 9000));
  record.origin = {static_cast<std::uint64_t>(between(0, 99)), any_text(), static_cast<std::uint32_t>(between(1, 99))};
  canonicalise(record);
  return record;
}

RC_GTEST_PROP(RecordProperty, FieldsReadBackFromTheStoredForm, ()) {
  const Record record = some_record();
  const std::string json = fields_json(record);
  RC_ASSERT(text::valid_utf8(json));
  RC_ASSERT((fields_from_json(json).value() == record.fields));
  std::vector<FieldValue> each;
  RC_ASSERT(static_cast<bool>(each_field_of_json(json, [&](Field field, std::string_view value) {
    each.push_back({field, std::string(value)});
  })));
  RC_ASSERT((each == record.fields));
}

RC_GTEST_PROP(RecordProperty, EachFieldOfDamagedJsonIsVisitedOrNone, ()) {
  const std::string json = near_miss(fields_json(some_record()));
  std::size_t visited = 0;
  const Status done = each_field_of_json(json, [&](Field, std::string_view) { ++visited; });
  RC_ASSERT((done || (done.error().code == Errc::kCorrupt && visited == 0)));
  if (const auto fields = fields_from_json(json)) RC_ASSERT(static_cast<bool>(done));
}

RC_GTEST_PROP(RecordProperty, TheCanonicalFormIsStableSortedAndWithoutRepetitions, ()) {
  Record record = some_record();
  const auto fields = record.fields;
  RC_ASSERT(
      (std::is_sorted(fields.begin(), fields.end(), [](const auto& a, const auto& b) { return a.field < b.field; })));
  for (std::size_t i = 0; i < fields.size(); ++i) {
    RC_ASSERT(!fields[i].value.empty());
    RC_ASSERT((std::count(fields.begin(), fields.end(), fields[i]) == 1));
  }
  // Another order of the fields, a value said twice and an empty one make no other record; within one field order
  // counts.
  const std::uint64_t hash = content_hash(record);
  if (!fields.empty()) record.fields.push_back(one_of(fields));
  record.fields.push_back({Field::kAddress, ""});
  std::stable_sort(record.fields.begin(), record.fields.end(),
                   [](const auto& a, const auto& b) { return a.field > b.field; });
  canonicalise(record);
  RC_ASSERT((record.fields == fields));
  RC_ASSERT(content_hash(record) == hash);
}

RC_GTEST_PROP(RecordProperty, WhereItCameFromAndWhenItWasReadAreNoPartOfTheContent, ()) {
  const Record record = some_record();
  Record moved = record;
  moved.origin = {record.origin.capture + 1, record.origin.part + "x", record.origin.line + 1};
  moved.source += "x";
  moved.public_date += std::chrono::days(1);
  moved.public_estimated = !record.public_estimated;
  moved.stated = make_date(2024, 1, 1);
  RC_ASSERT(content_hash(moved) == content_hash(record));
}

RC_GTEST_PROP(RecordProperty, AnyOtherContentIsAnotherHash, ()) {
  const Record record = some_record();
  Record changed = record;
  switch (between(0, 4)) {
    case 0: changed.key += "x"; break;
    case 1: changed.kind = static_cast<RecordKind>(static_cast<int>(record.kind) % 5 + 1); break;
    case 2: changed.event_date = record.event_date ? std::nullopt : std::optional(make_date(2020, 1, 1)); break;
    case 3: changed.add(Field::kTotalCost, "x"); break;
    default: RC_PRE(!record.fields.empty()); changed.fields[within<std::size_t>(0, record.fields.size())].value += "x";
  }
  canonicalise(changed);
  RC_ASSERT(content_hash(changed) != content_hash(record));
}

RC_GTEST_PROP(RecordProperty, DamagedJsonIsAnErrorOrAList, ()) {
  std::string json = fields_json(some_record());
  json = chance(20) ? any_bytes() : near_miss(json);
  const auto fields = fields_from_json(json);
  RC_ASSERT((fields || fields.error().code == Errc::kCorrupt));
}

TEST(Fields, EachHasItsNameItsPlaceAndItsKinds) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < all_fields().size(); ++i) {
    const FieldSpec& spec = all_fields()[i];
    EXPECT_EQ(static_cast<std::size_t>(spec.id), i);
    EXPECT_TRUE(names.insert(spec.name).second) << spec.name;
    EXPECT_EQ(field_from_name(spec.name), spec.id);
    EXPECT_NE(spec.kinds & 0b111110U, 0U) << spec.name;
    EXPECT_EQ(spec.kinds & ~0b111110U, 0U) << spec.name;
    EXPECT_FALSE(spec.label.empty()) << spec.name;
  }
  for (int kind = 1; kind <= 5; ++kind)
    EXPECT_EQ(kind_from_name(kind_name(static_cast<RecordKind>(kind))), static_cast<RecordKind>(kind));
  EXPECT_FALSE(kind_from_name(""));
  EXPECT_FALSE(field_from_name("Firm_name"));
}

RC_GTEST_PROP(HashProperty, HexIsOfTheLengthAskedForAndBeginsAlike, ()) {
  const std::string bytes = any_bytes(), other = any_bytes();
  const auto digits = static_cast<std::size_t>(between(1, 16)) * 2;
  const std::string hex = hash_hex(bytes, digits);
  RC_ASSERT(hex.size() == digits);
  RC_ASSERT(hex.find_first_not_of("0123456789abcdef") == std::string::npos);
  RC_ASSERT((hash64(bytes) == hash64(other)) == (bytes == other));
}

// Hashes of persons join records of one person of one data folder: however the name was typed, never without the key.
RC_GTEST_PROP(HashProperty, APersonIsTheSameHoweverTypedAndAnotherWithAnotherKey, ()) {
  const std::string name = one_of(std::array<std::string, 3>{"张某某", "Lee A", "阿卜杜拉·某某"}),
                    key = some(kLettersAndDigits, between(0, 80));
  std::string typed;
  for (const char c : name) typed += c > ' ' && c < 0x7F && chance(50) ? full_width(c) : std::string(1, c);
  RC_ASSERT(person_hash(" " + typed + "\u3000", key) == person_hash(name, key));
  RC_ASSERT(person_hash(name, key).size() == 16U);
  RC_ASSERT(person_hash(name, key) != person_hash(name, key + "x"));
  RC_ASSERT(person_hash(name, key) != person_hash(name + "甲", key));
}

RC_GTEST_PROP(ErrorProperty, TheTextNamesThePlaceBeforeTheMessage, ()) {
  const Error error{static_cast<Errc>(between(0, static_cast<int>(Errc::kCancelled))), any_text(), any_text()};
  RC_ASSERT(error.text() == (error.where.empty() ? error.message : error.where + ": " + error.message));
  const bool callers = error.code == Errc::kUsage || error.code == Errc::kConfig;
  RC_ASSERT(exit_code(error.code) == (callers ? 2 : 1));
  try {
    (void)Result<int>(error).value();
    RC_FAIL("an error has no value");
  } catch (const std::runtime_error& thrown) {
    RC_ASSERT(std::string(thrown.what()) == std::string(error.text().c_str()));
  }
}

TEST(Errors, EachCodeHasItsOwnName) {
  std::set<std::string_view> names;
  for (int code = 0; code <= static_cast<int>(Errc::kCancelled); ++code)
    EXPECT_TRUE(names.insert(errc_name(static_cast<Errc>(code))).second) << code;
  EXPECT_FALSE(names.contains("unknown"));
}

}  // namespace
}  // namespace tanmiao::record_property_test
