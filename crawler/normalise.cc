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
#include "crawler/normalise_text.h"

namespace tanmiao::crawler {
namespace {

using Outcome = Normal::Outcome;

Normal value(std::string text) {
  Normal out;
  if (!text.empty()) out.values.push_back(std::move(text));
  return out;
}
Normal bad(std::string expected) { return {Outcome::kBad, {}, std::move(expected)}; }
Normal unknown() { return {Outcome::kUnknown, {}, {}}; }
Normal person() { return {Outcome::kPerson, {}, "自然人姓名不保留"}; }
Normal shifted(std::string expected) { return {Outcome::kBad, {}, std::move(expected), true}; }

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
    if (older && of_individual_business(*older)) return {Outcome::kPerson, {}, "个体工商户不在范围内（按旧的注册号）"};
    const std::string what = older ? "，此为旧的注册号" : "";
    return bad("18 位统一社会信用代码（" + in_chinese(code.error().message) + what + "）");
  }
  if (code->individual_business()) return {Outcome::kPerson, {}, "个体工商户不在范围内"};
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

Normal code(Field field, std::string_view raw, const Reference& reference) {
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
    default: return value(text::without_blanks(text::nfkc(raw)));
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
Normal number(std::string_view raw, bool whole) {
  std::string digits = text::without_blanks(text::nfkc(raw));
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

Normal word(Field field, std::string_view raw, const Reference& reference) {
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
    default: return value(text::without_blanks(text::nfkc(raw)));
  }
}

// A publisher masked the name: among parties that is a person, as a firm's name it is a shifted column.
bool masked_person(std::string_view text) { return text == "[PERSON]" || text == "[NAME]"; }

// Applicants and owners in their order: bodies by name, an empty value for each person.
Normal bodies(std::string_view raw, const Reference& reference) {
  Normal out;
  if (masked_person(raw)) {
    out.values.emplace_back();
    return out;
  }
  for (Applicant& applicant : parse_applicants(raw, reference))
    out.values.push_back(applicant.kind == Applicant::Kind::kPerson ? std::string() : std::move(applicant.name));
  return out;
}

Normal firm_name(std::string_view raw, const Reference& reference) {
  std::string name = text::without_blanks(text::nfkc(raw));
  if (name.empty()) return value({});
  if (masked_person(name)) return shifted("列错位：此处出现了姓名占位");
  if (const std::string fault = name_fault(name); !fault.empty()) return bad(fault);
  constexpr std::size_t kLongestPerson = 4;  // characters; longer ones are no persons' names
  if (text::length(name) <= kLongestPerson) {
    const auto read = parse_applicants(name, reference);
    if (read.size() == 1 && read.front().kind == Applicant::Kind::kPerson) return person();
  }
  return value(std::move(name));
}

// "南京正联知识产权代理有限公司 32243": the number is the agency's, not part of its name.
Normal agency(std::string_view raw) {
  std::string name = text::without_blanks(text::nfkc(raw));
  while (!name.empty() && name.back() >= '0' && name.back() <= '9') name.pop_back();
  return value(std::move(name));
}

Normal name(Field field, std::string_view raw, const Reference& reference) {
  switch (field) {
    case Field::kApplicant:
    case Field::kAssignee:
    case Field::kFromOwner:
    case Field::kToOwner: return bodies(raw, reference);
    case Field::kAgency: return agency(raw);
    default: return firm_name(raw, reference);
  }
}

// A value that is there, by its type.
Normal checked(Field field, std::string& trimmed, TextLook look, const NormaliseContext& context) {
  const bool masked = look.bracket && masked_person(trimmed) && field_spec(field).type == FieldType::kName;
  if (look.bracket && !masked && names_masked_person(trimmed)) return shifted("列错位：此处出现了姓名占位");
  if (look.suspicious && !masked)
    if (const std::string fault = text_fault(trimmed); !fault.empty()) return bad(fault);
  switch (field_spec(field).type) {
    case FieldType::kText: {
      if (std::string fault = column_fault(field, trimmed, context.reference); !fault.empty())
        return shifted(std::move(fault));
      return value(look.simple ? std::move(trimmed) : nfc(trimmed));
    }
    case FieldType::kName: return name(field, trimmed, context.reference);
    case FieldType::kCode: return code(field, trimmed, context.reference);
    case FieldType::kDate: return date(trimmed);
    case FieldType::kMoney: return money(trimmed, context.unit);
    case FieldType::kInteger: return number(trimmed, true);
    case FieldType::kNumber: return number(trimmed, false);
    case FieldType::kWord: return word(field, trimmed, context.reference);
    case FieldType::kHash: return value(person_hash(text::without_blanks(text::nfkc(trimmed)), context.person_key));
  }
  return {};
}

bool wants_digits(FieldType type) {
  return type == FieldType::kCode || type == FieldType::kDate || type == FieldType::kMoney ||
         type == FieldType::kInteger || type == FieldType::kNumber;
}
bool ascii_blank(char c) { return c == ' ' || (c >= 0x09 && c <= 0x0D); }
bool has_digit(std::string_view text) {
  const std::string plain = text::nfkc(text);
  return std::any_of(plain.begin(), plain.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

bool says_none(std::string_view trimmed) {
  static constexpr std::array<std::string_view, 16> kNone = {
      "", "-", "--", "—", "——", "/", "\\N", "N/A", "无", "null", "NULL", "未公示", "未公开", "None", "nan", "无数据"};
  return std::find(kNone.begin(), kNone.end(), trimmed) != kNone.end();
}

Normal normalise(Field field, std::string_view raw, const NormaliseContext& context) {
  TextLook look = look_at(raw);
  const bool as_it_is = look.simple && !raw.empty() && !ascii_blank(raw.front()) && !ascii_blank(raw.back());
  std::string trimmed = as_it_is ? std::string(raw) : text::trim(raw);
  // What a terminal left behind at the end is no character of the text.
  while (trimmed.ends_with('\x7F')) trimmed = text::trim(std::string_view(trimmed).substr(0, trimmed.size() - 1));
  if (says_none(trimmed)) return {};
  if (!as_it_is) look = look_at(trimmed);
  Normal out = checked(field, trimmed, look, context);
  if (out.outcome == Outcome::kBad && !out.shifted && wants_digits(field_spec(field).type) && !has_digit(trimmed)) {
    out.shifted = true;
    out.expected += "，此处没有数字，可能列错位";
  }
  return out;
}

}  // namespace tanmiao::crawler
