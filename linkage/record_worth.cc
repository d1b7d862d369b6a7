#include "linkage/record_worth.h"

#include "core/patent.h"
#include "linkage/slim.h"

namespace tanmiao::linkage {
namespace {

PatentKind kind_of_patent(const Slim& record) {
  const auto number = record.get(Field::kApplicationNo);
  if (const auto parsed = parse_application_no(number.empty() ? record.key() : number);
      parsed && parsed->kind != PatentKind::kUnknown)
    return parsed->kind;
  const auto code = record.get(Field::kKindCode);
  return code.empty() ? PatentKind::kUnknown : kind_of_kind_code(code[0]);
}

}  // namespace

double worth_of(const Slim& record, const RecordWorth& worth) {
  switch (record.kind) {
    case RecordKind::kPatent:
      if (kind_of_patent(record) != PatentKind::kInvention) return worth.other_patent;
      return record.get(Field::kKindCode).starts_with('A') ? worth.application : worth.invention;
    case RecordKind::kPatentEvent: return worth.event;
    case RecordKind::kRecognition: return worth.recognition;
    case RecordKind::kSignal: return worth.signal;
    default: return 1;
  }
}

}  // namespace tanmiao::linkage
