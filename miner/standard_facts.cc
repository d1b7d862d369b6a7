// Inputs of the standards from what is known of a firm.
#include <algorithm>
#include <charconv>

#include "core/settings.h"
#include "miner/standard_view.h"

namespace tanmiao::miner {
namespace {

constexpr double kOpen = std::numeric_limits<double>::infinity();

class Gatherer {
 public:
  Gatherer(const Context& context, const FirmFacts& facts) : context_(context), facts_(facts) {
    for (const InputName& name : input_names()) inputs_.emplace(std::string(name.id), unknown_input(name));
  }

  Inputs gathered() {
    registry();
    rights();
    reported();
    titles();
    derive(inputs_);
    return std::move(inputs_);
  }

 private:
  void set(std::string_view id, double least, double most, std::string evidence, std::string date = {},
           std::string source = {}) {
    inputs_.find(id)->second = {least, most, std::move(evidence), std::move(date), std::move(source)};
  }

  void registry() {
    const auto& firms = context_.snapshot.firms;
    const store::FirmNo f = facts_.firm;
    if ((firms.flags[f] & store::kFirmHasCode) != 0 && (firms.flags[f] & store::kFirmNameOnly) == 0)
      set("registered_mainland", 1, 1, "有境内登记");
    const std::string_view code = firms.code[f];
    int province = 0;
    if (code.size() >= 4 && std::from_chars(code.data() + 2, code.data() + 4, province).ec == std::errc())
      set("registered_province", province, province, "统一社会信用代码中的登记机关");
    if (firms.established[f] != kNoDay) {
      const double days = context_.day - firms.established[f];
      const auto established = from_day(firms.established[f]);
      int years = 0;
      while (add_months(*established, 12 * (years + 1)) <= context_.as_of) ++years;
      set("days_registered", days, days, "成立日期", day_text(firms.established[f]));
      set("years_registered", years, years, "成立日期", day_text(firms.established[f]));
      // A firm has not been in its market for longer than it exists.
      set("segment_years", 0, years, "不超过成立年数", day_text(firms.established[f]));
    }
    const std::uint32_t flags = facts_.register_known ? firms.flags[f] : 0;
    if ((flags & store::kFirmDishonest) != 0) set("listed_bad", 1, 1, "列入严重违法失信名单");
    if ((flags & store::kFirmAbnormal) != 0) set("listed_bad", 1, 1, "列入经营异常名录");
    const int insured = static_cast<int>(facts_.insured);
    if (insured >= 0) set("staff_total", insured, kOpen, "参保人数 " + std::to_string(insured) + " 人，只作下限");
  }

  // Rights of kinds that no source of ours holds stay possible, so the most is open; of patents it is not, once
  // patents were read.
  void rights() {
    const auto& p = context_.snapshot.patents;
    int own_one = 0, own = 0, utility = 0, open_own_one = 0, open_utility = 0;
    for (const PatentFact& fact : facts_.patents) {
      const bool one = static_cast<PatentKind>(p.kind[fact.row]) == PatentKind::kInvention;
      const bool two = static_cast<PatentKind>(p.kind[fact.row]) == PatentKind::kUtility;
      if (fact.state == IpState::kValid) utility += two, own += !fact.acquired, own_one += one && !fact.acquired;
      if (fact.state == IpState::kUnverified) open_utility += two, open_own_one += !two && !fact.acquired;
    }
    const bool read = p.kind.size() > 0;
    const auto count = [](std::string_view what, int n, int open) {
      return std::string(what) + " " + std::to_string(n) + " 件" +
             (open > 0 ? "，另有 " + std::to_string(open) + " 件效力待核" : "");
    };
    const FirmFacts& f = facts_;
    const int unknown_kind = f.unverified - f.unverified_one - f.unverified_two;
    const auto& software = f.numbers.software;
    const double told = software.value_or(0), most_told = software ? told : kOpen;
    const std::string one = count("有效发明", f.valid_one, f.unverified_one + unknown_kind);
    const std::string two = count("有效实用新型、外观设计", f.valid_two, f.unverified_two) +
                            (software ? "，软件著作权 " + std::to_string(static_cast<int>(told)) + " 件" : "");
    const std::string date = day_text(context_.day);
    set("inventions", f.valid_one, read ? f.valid_one + f.unverified_one + unknown_kind : kOpen, one, date);
    set("class_one", f.valid_one, kOpen, one, date);
    set("class_one_own", own_one, kOpen, count("自主取得的有效发明", own_one, open_own_one), date);
    set("class_one_high_value", 0, kOpen, "");
    set("class_two", f.valid_two + told, read ? f.valid_two + f.unverified_two + unknown_kind + most_told : kOpen, two,
        date);
    set("utility_and_software", utility + told, read ? utility + open_utility + unknown_kind + most_told : kOpen, two,
        date);
    set("ip_any", f.valid_one + f.valid_two + told, kOpen, one + "；" + two, date);
    set("ip_own", own + told, kOpen, count("自主取得的有效专利", own, 0), date);
  }

  void number(std::string_view id, const std::optional<double>& value, Day date, double per = 1) {
    if (value) set(id, *value / per, *value / per, "企业自报", day_text(date), facts_.numbers.source);
  }
  void reported() {
    constexpr double kMinor = 100;  // of money, in a yuan
    const Numbers& n = facts_.numbers;
    number("staff_total", n.staff_total, n.staff_date);
    number("tech_staff", n.tech_staff, n.tech_date);
    number("revenue", n.revenue, n.revenue_date, kMinor);
    number("rd_expense", n.rd_expense, n.rd_date, kMinor);
    number("total_cost", n.total_cost, n.cost_date, kMinor);
    number("assets", n.assets, n.assets_date, kMinor);
  }

  void flag(std::string_view id, const RecognitionFact& fact) {
    const auto& r = context_.snapshot.recognitions;
    const std::string date = r.issued[fact.row] != kNoDay ? day_text(r.issued[fact.row])
                             : r.year[fact.row] > 0       ? std::to_string(r.year[fact.row])
                                                          : std::string();
    const std::string label = fact.program != nullptr ? fact.program->label : std::string(r.program[fact.row]);
    set(id, 1, 1, label + (fact.until == kNoDay ? "" : "，至 " + day_text(fact.until)), date,
        std::string(r.source[fact.row]));
  }
  void titles() {
    const auto& r = context_.snapshot.recognitions;
    for (const RecognitionFact& fact : facts_.recognitions) {
      if (fact.held != Held::kValid) continue;
      const std::string_view program = r.program[fact.row], level = r.level[fact.row];
      const bool national = level == "national" || level == "国家级";
      const bool province = national || level == "province" || level == "省级" || level == "省部级";
      if (program == "hnte") flag("hnte_valid", fact);
      if (program == "innovative_sme" || program == "tech_sme") flag("innovative_title", fact);
      if (program == "srdi") flag("srdi_title", fact);
      if (program == "standard" || program == "standard_lead") flag("standard_led", fact), flag("standard_part", fact);
      if (program == "platform") {
        flag("rd_institution", fact);
        if (province || level == "city" || level == "市级") flag("rd_institution_city", fact);
        if (province) flag("rd_institution_province", fact);
        if (national) flag("rd_institution_national", fact);
      }
      if (program == "science_award") award(fact, province, national);
    }
  }
  void award(const RecognitionFact& fact, bool province, bool national) {
    const auto& r = context_.snapshot.recognitions;
    const bool recent = r.issued[fact.row] != kNoDay
                            ? r.issued[fact.row] >= to_day(add_months(context_.as_of, -36))
                            : r.year[fact.row] > 0 && r.year[fact.row] > year_of(context_.as_of) - 3;
    if (recent && province) flag("award_province_3y", fact);
    if (recent && national) flag("award_national_3y", fact);
  }

  const Context& context_;
  const FirmFacts& facts_;
  Inputs inputs_;
};

}  // namespace

Inputs inputs_of_firm(const Context& context, const FirmFacts& facts) { return Gatherer(context, facts).gathered(); }

Status suppose(Inputs& inputs, const std::vector<std::string>& statements) {
  for (const std::string& statement : statements) {
    const auto at = statement.find('=');
    const std::string id = statement.substr(0, at);
    if (at == std::string::npos) return Error{Errc::kUsage, "expected NAME=VALUE, as in revenue=12000000", statement};
    if (input_name(id) == nullptr) return no_such("input", id, input_ids());
    const char *begin = statement.data() + at + 1, *end = statement.data() + statement.size();
    double value = 0;
    const auto read = std::from_chars(begin, end, value);
    if (read.ec != std::errc() || read.ptr != end || !(value > -kOpen && value < kOpen))
      return Error{Errc::kUsage, "expected a number after the =", statement};
    inputs.insert_or_assign(id, exactly(value, "假设"));
  }
  derive(inputs);
  return {};
}

}  // namespace tanmiao::miner
