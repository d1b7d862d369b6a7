// Which values of the register may be corrected, and in which form they are kept.
#include "core/date.h"
#include "core/money.h"
#include "core/quote.h"
#include "core/settings.h"
#include "pool/office.h"

namespace tanmiao::pool {

namespace {

// Names and codes say which firm it is: that is decided in the review of links, not here.
constexpr Field kFields[] = {Field::kStatus,        Field::kEstablished,  Field::kDissolved,    Field::kOrgType,
                             Field::kCapital,       Field::kScope,        Field::kAddress,      Field::kCounty,
                             Field::kIndustryCode,  Field::kIndustryName, Field::kInsuredStaff, Field::kAbnormalList,
                             Field::kDishonestyList};
constexpr std::string_view kUnitField = "unit";

}  // namespace

const std::vector<CorrectableField>& correctable_fields() {
  static const std::vector<CorrectableField> fields = [] {
    std::vector<CorrectableField> made;
    for (const Field field : kFields)
      made.push_back({std::string(field_spec(field).name), std::string(field_spec(field).label)});
    made.push_back({std::string(kUnitField), "责任单位"});
    return made;
  }();
  return fields;
}

Result<std::string> correction_value(std::string_view name, const std::string& value, const Reference& reference) {
  if (name == kUnitField) {
    std::vector<std::string_view> known;
    for (const Unit& unit : reference.regions.units()) {
      if (unit.id == value || unit.name == value) return unit.id;
      known.push_back(unit.name);
    }
    return no_such("责任单位", value, known);
  }
  const auto field = field_from_name(name);
  if (!field) return Error{Errc::kUsage, "没有这个栏目：" + std::string(name), ""};
  const FieldSpec& spec = field_spec(*field);
  const std::string label(spec.label);
  if (spec.type == FieldType::kDate) {
    const auto date = parse_loose_date(value);
    if (!date || date->kind != LooseDate::Kind::kDay)
      return Error{Errc::kUsage, label + " " + in_quotes(value) + " 不是日期，应如 2015-06-02", ""};
    if (date->first > civil_day(std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::now())))
      return Error{Errc::kUsage, label + " " + in_quotes(value) + " 在今天之后", ""};
    return date->text();
  }
  if (spec.type == FieldType::kMoney) {
    const auto parsed = parse_money(value, "万元");
    const std::optional<Money> money = parsed ? *parsed : std::nullopt;
    if (!money) return Error{Errc::kUsage, label + " " + in_quotes(value) + " 不是金额，应如 500万元", ""};
    return money->text();
  }
  if (spec.type == FieldType::kInteger) {
    const bool digits =
        !value.empty() && value.size() < 10 && value.find_first_not_of("0123456789") == std::string::npos;
    if (!digits) return Error{Errc::kUsage, label + " " + in_quotes(value) + " 不是整数", ""};
    return value;
  }
  if (*field == Field::kCounty) {
    std::vector<std::string_view> known;
    for (const Division& division : reference.regions.divisions())
      if (division.level == 3) {
        if (division.name == value) return value;
        known.push_back(division.name);
      }
    return no_such(label, value, known);
  }
  if (*field == Field::kStatus && status_from_word(value) == FirmStatus::kUnknown &&
      reference.status_of(value) == FirmStatus::kUnknown)
    return Error{Errc::kUsage, label + " " + in_quotes(value) + " 不是登记状态，应如 存续、注销、吊销、迁出", ""};
  return value;
}

}  // namespace tanmiao::pool
