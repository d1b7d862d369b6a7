// The record: what one source says of one thing on one day. It is the only thing that passes from the crawler to
// linkage, and every value that anyone sees leads back to one.
//
// A record is a header and a list of fields. Fields come from one closed table (record_fields.def): the name in source
// files and JSON, the kinds of records that may carry it, its value type and its Chinese label. Values are normalised
// UTF-8 text; the type says how (see FieldType). There is no field for a natural person: what names one is dropped
// when the record is made (domain paper, section F).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/date.h"
#include "core/error.h"

namespace tanmiao {

enum class RecordKind : std::uint8_t {
  kFirm = 1,         // a registration
  kPatent = 2,       // one publication of one application (A and B of one invention are two records)
  kPatentEvent = 3,  // a legal event: grant, lapse, transfer, ...
  kRecognition = 4,  // certificate, list, title, platform, award: may expire
  kSignal = 5,       // project, subsidy, standard, contract, contest, advertisement, self-report, ...
};
std::string_view kind_name(RecordKind kind);  // "firm"
std::optional<RecordKind> kind_from_name(std::string_view name);

enum class FieldType : std::uint8_t {
  kText,     // NFC, outer blanks trimmed
  kName,     // organisation name as published: NFKC, blanks removed
  kCode,     // identifier in its canonical form
  kDate,     // "YYYY-MM-DD", "YYYY-MM" or "YYYY"
  kMoney,    // "<whole minor units> <ISO 4217>": 500万元 is "500000000 CNY"
  kInteger,  // decimal, optional minus
  kNumber,   // decimal fraction
  kWord,     // one word of a closed vocabulary (status, event, program, ...)
  kHash,     // keyed hash of a person's name, 16 hex digits
};

enum class Field : std::uint8_t {
#define TANMIAO_FIELD(id, name, type, multiple, kinds, label) id,
#include "core/record_fields.def"
#undef TANMIAO_FIELD
};

struct FieldSpec {
  Field id;
  std::string_view name;  // "credit_code"
  FieldType type;
  bool multiple;           // may occur several times; order counts
  unsigned kinds;          // bit (1 << RecordKind)
  std::string_view label;  // "统一社会信用代码"
};
const FieldSpec& field_spec(Field field);
std::optional<Field> field_from_name(std::string_view name);
const std::vector<FieldSpec>& all_fields();

struct FieldValue {
  Field field;
  std::string value;
  bool operator==(const FieldValue&) const = default;
};

// Where the bytes came from. `part` is the unit a source is re-read by (a URL or a file name below the inbox folder);
// capture is the archived response (0: none), line the line or row or ordinal within the part, from 1.
struct Origin {
  std::uint64_t capture = 0;
  std::string part;
  std::uint32_t line = 0;
};

struct Record {
  RecordKind kind = RecordKind::kFirm;
  std::string source;  // id of the source file in config/sources
  std::string key;     // natural key within (source, kind): a credit code, an application number + kind, ...
  std::vector<FieldValue> fields;  // sorted by Field, stable within one; see canonicalise()
  std::optional<Date> event_date;  // when it happened
  // From when on one could have known it. As written by the store never later than the night that read it; a later
  // version whose date is an estimate could be known from the night that found the change, not from the first day on.
  Date public_date{};
  bool public_estimated = true;  // public_date comes from the source's rule, not from the source
  // The day the delivery speaks of (数据日期): a register exported on that day says what held then. Absent: the night
  // that read it. What was stated later stands above what was stated earlier, in whatever order they arrive.
  std::optional<Date> stated{};
  Origin origin;

  std::string_view get(Field field) const;  // first value, or empty
  std::vector<std::string_view> all(Field field) const;
  bool has(Field field) const { return !get(field).empty(); }
  void set(Field field, std::string value);  // replaces; an empty value removes
  void add(Field field, std::string value);  // appends to a multiple field
};

// Sorts fields by id, drops empty values and exact repetitions.
void canonicalise(Record& record);

// The fields as one JSON object with members in table order ("multiple" fields as arrays): the stored form.
std::string fields_json(const Record& record);
Result<std::vector<FieldValue>> fields_from_json(std::string_view json);

// 64-bit hash (first 8 bytes of BLAKE2b) of kind, key, fields and event date: the semantic hash. Origin and the times
// of fetching are not part of it, so a page that only changed its banner changes nothing. Neither is the public date:
// it follows from the fields by the source's rule, and the store bounds it by the night that read the record.
std::uint64_t content_hash(const Record& record);

}  // namespace tanmiao
