#include "crawler/normalise.h"

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>

#include <algorithm>
#include <array>

#include "core/date.h"
#include "core/hash.h"
#include "core/identifiers.h"
#include "core/industry.h"
#include "core/messages.h"
#include "core/money.h"
#include "core/patent.h"
#include "core/text/normalize.h"

namespace tanmiao::crawler {
namespace {

using Outcome = Normal::Outcome;

Normal value(std::string text) { return {Outcome::kValue, std::move(text), {}, {}}; }
Normal bad(std::string expected) { return {Outcome::kBad, {}, {}, std::move(expected)}; }
Normal unknown() { return {Outcome::kUnknown, {}, {}, {}}; }
Normal of_person(std::string expected) { return {Outcome::kPerson, {}, {}, std::move(expected)}; }
Normal shifted(std::string expected) { return {Outcome::kBad, {}, {}, std::move(expected), true}; }

// A value as it is compared: NFKC, without blanks.
std::string compact(std::string_view text, const TextLook& look) {
  return look.plain ? std::string(text) : text::without_blanks(text::nfkc(text));
}

std::string nfc(std::string_view text) {
  UErrorCode failed = U_ZERO_ERROR;
  const icu::Normalizer2* form = icu::Normalizer2::getNFCInstance(failed);
  const icu::StringPiece piece(text.data(), static_cast<std::int32_t>(text.size()));
  if (U_FAILURE(failed) != 0 || form->isNormalizedUTF8(piece, failed) != 0) return std::string(text);
  std::string out;
  icu::StringByteSink<std::string> sink(&out);
  form->normalizeUTF8(0, piece, sink, nullptr, failed);
  return out;
}

// GS 15-2006: the seventh digit of an old registration number of 15 digits is 6 to 9 for individual businesses.
bool of_individual_business(const std::string& registration_no) {
  return registration_no.size() == 15 && registration_no[6] >= '6';
}

Normal credit_code(std::string_view raw) {
  const auto code = CreditCode::parse(raw);
  if (!code) {
    const auto older = parse_registration_no(raw);
    if (older && of_individual_business(*older)) return of_person("个体工商户不在范围内（按旧的注册号）");
    const std::string what = older ? "，此为旧的注册号" : "";
    return bad("18 位统一社会信用代码（" + in_chinese(code.error().message) + what + "）");
  }
  if (code->individual_business()) return of_person("个体工商户不在范围内");
  return value(code->text());
}

template <class T>
Normal parsed(const Result<T>& result, std::string_view expected) {
  if (!result) return bad(std::string(expected) + "（" + in_chinese(result.error().message) + "）");
  if constexpr (std::is_same_v<T, std::string>)
    return value(*result);
  else
    return value(result->text);
}

Normal industry(std::string_view raw, const Reference& reference) {
  IndustryCode found = industry_of(raw, 0, {}, reference);  // its edition may stand in another column
  return found.code.empty() ? unknown() : value(std::move(found.code));
}

Normal code(Field field, std::string_view raw, const TextLook& look, const Reference& reference) {
  switch (field) {
    case Field::kCreditCode: return credit_code(raw);
    case Field::kOrgCode: return parsed(parse_org_code(raw), "9 位组织机构代码");
    case Field::kRegistrationNo: return parsed(parse_registration_no(raw), "15 或 13 位注册号");
    case Field::kApplicationNo: return parsed(parse_application_no(raw), "专利申请号，如 201510163325.6");
    case Field::kPublicationNo: return parsed(parse_publication_no(raw), "中国专利公开（公告）号，如 CN104731421B");
    case Field::kIndustryCode: return industry(raw, reference);
    case Field::kIpc: {
      const auto ipc = parse_ipc(raw);
      return ipc ? value(*ipc) : unknown();
    }
    default: return value(compact(raw, look));
  }
}

Normal date(std::string_view raw) {
  const auto loose = parse_loose_date(raw);
  return loose ? value(loose->text()) : bad("日期（" + in_chinese(loose.error().message) + "）");
}

Normal money(std::string_view raw, std::string_view unit) {
  const auto amount = parse_money(raw, unit.empty() ? "元" : unit);
  if (!amount) return bad("金额（" + in_chinese(amount.error().message) + "）");
  const auto& sum = *amount;  // nullopt: the field says "none"
  return value(sum ? sum->text() : "");
}

// Counts and years: thousands separators and a counting word behind are allowed.
Normal number(std::string_view raw, const TextLook& look, bool whole) {
  std::string digits = compact(raw, look);
  std::erase(digits, ',');
  for (const std::string_view unit : {"人", "项", "件", "年", "家", "条"})
    if (digits.ends_with(unit)) digits.resize(digits.size() - unit.size());
  if (whole && digits.ends_with(".0")) digits.resize(digits.size() - 2);
  std::size_t points = 0, at = digits.starts_with('-') ? 1 : 0;
  const bool any = at < digits.size();
  for (; at < digits.size(); ++at) {
    if (digits[at] == '.' && !whole && ++points == 1) continue;
    if (digits[at] < '0' || digits[at] > '9') return bad(whole ? "整数" : "数");
  }
  return any && digits.size() <= 18 ? value(std::move(digits)) : bad(whole ? "整数" : "数");
}

Normal event(std::string_view raw, const Reference& reference) {
  const PatentEvent known = patent_event_from_word(raw);
  const PatentEvent found = known != PatentEvent::kOther ? known : reference.event_of(raw);
  if (found == PatentEvent::kOther) return unknown();
  return value(std::string(patent_event_word(found)));
}

Normal word(Field field, std::string_view raw, const TextLook& look, const Reference& reference) {
  switch (field) {
    case Field::kStatus: {
      if (status_from_word(raw) != FirmStatus::kUnknown) return value(std::string(raw));
      const FirmStatus status = reference.status_of(raw);
      return status == FirmStatus::kUnknown ? unknown() : value(std::string(status_word(status)));
    }
    case Field::kEvent:
    case Field::kLegalStatus: return event(raw, reference);
    case Field::kIndustryEdition: {
      const int edition = industry_edition(raw);
      return edition == 0 ? unknown() : value(std::to_string(edition));
    }
    default: return value(compact(raw, look));
  }
}

// A publisher masked the name: among parties that is a person, as a firm's name it is a shifted column.
bool masked_person(std::string_view text) { return text == "[PERSON]" || text == "[NAME]"; }

// Applicants and owners in their order: bodies by name, an empty value for each person.
Normal bodies(std::string_view raw, const Reference& reference) {
  Normal out;
  if (masked_person(raw)) {
    out.parties.emplace_back();
    return out;
  }
  for (Applicant& applicant : parse_applicants(raw, reference))
    out.parties.push_back(applicant.kind == Applicant::Kind::kPerson ? std::string() : std::move(applicant.name));
  return out;
}

Normal firm_name(std::string_view raw, const TextLook& look, const Reference& reference) {
  std::string name = compact(raw, look);
  if (name.empty()) return value({});
  if (masked_person(name)) return shifted("列错位：此处出现了姓名占位");
  if (const std::string fault = name_fault(name); !fault.empty()) return bad(fault);
  for (const std::string_view sum : {"合计", "总计", "小计", "共计"})
    if (name == sum || name == std::string(sum) + "：") return bad("合计行，不是企业");
  constexpr std::size_t kLongestPerson = 4, kLongestCharacter = 4;  // characters, bytes; longer ones are no persons'
  if (name.size() <= kLongestPerson * kLongestCharacter && text::length(name) <= kLongestPerson) {
    const auto read = parse_applicants(name, reference);
    if (read.size() == 1 && read.front().kind == Applicant::Kind::kPerson) return of_person("自然人姓名不保留");
  }
  return value(std::move(name));
}

// "南京正联知识产权代理有限公司 32243": the number is the agency's, not part of its name.
Normal agency(std::string_view raw, const TextLook& look) {
  std::string name = compact(raw, look);
  while (!name.empty() && name.back() >= '0' && name.back() <= '9') name.pop_back();
  return value(std::move(name));
}

Normal name(Field field, std::string_view raw, const TextLook& look, const Reference& reference) {
  switch (field) {
    case Field::kApplicant:
    case Field::kAssignee:
    case Field::kFromOwner:
    case Field::kToOwner: return bodies(raw, reference);
    case Field::kAgency: return agency(raw, look);
    default: return firm_name(raw, look, reference);
  }
}

// A value that is there, by its type.
Normal checked(Field field, std::string_view trimmed, const TextLook& look, const NormaliseContext& context) {
  const bool masked = look.bracket && masked_person(trimmed) && field_spec(field).type == FieldType::kName;
  if (look.bracket && !masked && names_masked_person(trimmed)) return shifted("列错位：此处出现了姓名占位");
  if (look.suspicious && !masked)
    if (const std::string fault = text_fault(trimmed); !fault.empty()) return bad(fault);
  switch (field_spec(field).type) {
    case FieldType::kText: {
      if (std::string fault = column_fault(field, trimmed, context.reference); !fault.empty())
        return shifted(std::move(fault));
      return value(look.simple ? std::string(trimmed) : nfc(trimmed));
    }
    case FieldType::kName: return name(field, trimmed, look, context.reference);
    case FieldType::kCode: return code(field, trimmed, look, context.reference);
    case FieldType::kDate: return date(trimmed);
    case FieldType::kMoney: return money(trimmed, context.unit);
    case FieldType::kInteger: return number(trimmed, look, true);
    case FieldType::kNumber: return number(trimmed, look, false);
    case FieldType::kWord: return word(field, trimmed, look, context.reference);
    case FieldType::kHash: return value(person_hash(compact(trimmed, look), context.person_key));
  }
  return {};
}

bool wants_digits(FieldType type) {
  return type == FieldType::kCode || type == FieldType::kDate || type == FieldType::kMoney ||
         type == FieldType::kInteger || type == FieldType::kNumber;
}
bool has_digit(std::string_view text) {
  const std::string plain = text::nfkc(text);
  return std::any_of(plain.begin(), plain.end(), [](char c) { return c >= '0' && c <= '9'; });
}

Normal without_rubout(Field field, const Trimmed& raw, const NormaliseContext& context) {
  const std::string_view text = raw.text();
  if (says_none(text)) return {};
  Normal out = checked(field, text, raw.look(), context);
  if (out.outcome == Outcome::kBad && !out.shifted && wants_digits(field_spec(field).type) && !has_digit(text)) {
    out.shifted = true;
    out.expected += "，此处没有数字，可能列错位";
  }
  return out;
}

}  // namespace

bool says_none(std::string_view trimmed) {
  static constexpr std::array<std::string_view, 16> kNone = {
      "", "-", "--", "—", "——", "/", "\\N", "N/A", "无", "null", "NULL", "未公示", "未公开", "None", "nan", "无数据"};
  constexpr std::size_t kLongest = std::string_view("未公示").size();
  return trimmed.size() <= kLongest && std::find(kNone.begin(), kNone.end(), trimmed) != kNone.end();
}

Normal normalise(Field field, const Trimmed& raw, const NormaliseContext& context) {
  if (!raw.text().ends_with('\x7F')) return without_rubout(field, raw, context);
  // What a terminal left behind at the end is no character of the text.
  std::string rest(raw.text());
  while (rest.ends_with('\x7F')) {
    rest.resize(rest.find_last_not_of('\x7F') + 1);
    rest = text::trim(rest);
  }
  return without_rubout(field, Trimmed(rest), context);
}

}  // namespace tanmiao::crawler
