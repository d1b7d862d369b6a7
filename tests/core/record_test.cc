// The content hash: what makes a new version of a record, and what does not.
#include "core/record.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace tanmiao::record_test {
namespace {

Record firm() {
  Record record;
  record.kind = RecordKind::kFirm;
  record.source = "s";
  record.key = "91371602MA9ABCD16T";
  record.fields = {
      {Field::kFirmName, "山东甲乙有限公司"}, {Field::kCapital, "500000000 CNY"}, {Field::kCounty, "滨城区"}};
  canonicalise(record);
  return record;
}

TEST(ContentHash, IsTheSameForFieldsInAnotherOrder) {
  Record turned = firm();
  std::reverse(turned.fields.begin(), turned.fields.end());
  canonicalise(turned);
  EXPECT_EQ(content_hash(turned), content_hash(firm()));
}

TEST(ContentHash, LeavesOutWhatIsNotSaid) {
  Record moved = firm();
  moved.origin = {7, "other.csv", 12};
  moved.set(Field::kAddress, "");
  canonicalise(moved);
  EXPECT_EQ(content_hash(moved), content_hash(firm()));
}

TEST(ContentHash, LeavesOutThePublicDateWhichFollowsFromTheFields) {
  Record record = firm();
  record.public_estimated = !record.public_estimated;
  record.public_date = make_date(2020, 1, 1);
  EXPECT_EQ(content_hash(record), content_hash(firm()));
}

TEST(ContentHash, ChangesWithKindKeyFieldAndEventDate) {
  const std::uint64_t plain = content_hash(firm());
  Record key = firm(), kind = firm(), field = firm(), event = firm();
  key.key += "x";
  kind.kind = RecordKind::kSignal;
  field.set(Field::kCounty, "沾化区");
  event.event_date = make_date(2020, 1, 1);
  for (const Record* changed : {&key, &kind, &field, &event}) EXPECT_NE(content_hash(*changed), plain);
}

TEST(Record, FieldsReadBackFromTheStoredForm) {
  EXPECT_EQ(fields_from_json(fields_json(firm())).value(), firm().fields);
}

}  // namespace
}  // namespace tanmiao::record_test
