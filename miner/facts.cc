#include "miner/facts.h"

#include <algorithm>
#include <boost/json.hpp>
#include <cstdlib>
#include <set>

#include "core/firm_form.h"

namespace tanmiao::miner {
namespace {

Day back(const Context& context, int years) { return to_day(add_months(context.as_of, -12 * years)); }

// "H02K17/02 B21D5/00" -> "H02K"; empty when the main class is none.
std::string_view main_subclass(std::string_view ipc) {
  constexpr std::size_t kLength = 4;
  const std::string_view first = ipc.substr(0, ipc.find(' '));
  return first.size() < kLength ? std::string_view() : first.substr(0, kLength);
}

// Of the firm's own filings, `rows`, that were public by the day.
FilingProfile profile_of(const Context& context, const std::vector<std::uint32_t>& rows, bool is_academic) {
  const auto& p = context.snapshot.patents;
  FilingProfile out;
  std::vector<std::string_view> classes;
  for (const std::uint32_t row : rows) {
    if (const auto subclass = main_subclass(p.ipc[row]); !subclass.empty()) classes.push_back(subclass);
    const int bodies = p.academic[row] == store::kAcademicUnknown ? 0 : p.academic[row];
    out.academic += p.applicants[row] > 1 && bodies > (is_academic ? 1 : 0) ? 1 : 0;
    if (p.claims[row] == 0) continue;
    ++out.claims_known;
    out.many_claims +=
        static_cast<PatentKind>(p.kind[row]) != PatentKind::kDesign && p.claims[row] >= context.card.many_claims;
  }
  out.classed = static_cast<int>(classes.size());
  std::sort(classes.begin(), classes.end());
  for (std::size_t from = 0, to = 0; from < classes.size(); from = to) {
    while (to < classes.size() && classes[to] == classes[from]) ++to;
    ++out.subclasses;
    if (static_cast<int>(to - from) > out.most) out.most = static_cast<int>(to - from), out.focus = classes[from];
  }
  return out;
}

void gather_patents(const Context& context, FirmFacts& facts) {
  const store::Snapshot& s = context.snapshot;
  const auto [first, last] = s.ownerships_of(facts.firm);
  std::set<std::uint64_t> inventors;
  std::vector<std::uint32_t> filed;
  for (std::uint32_t i = first; i < last; ++i) {
    const Day from = s.ownerships.from[i], to = s.ownerships.to[i];
    if ((from != kNoDay && from > context.day) || (to != kNoDay && to <= context.day)) continue;
    const std::uint32_t row = s.ownerships.patent[i];
    const auto state = ip_state(context, row);
    if (!state) continue;
    const auto kind = static_cast<PatentKind>(s.patents.kind[row]);
    const bool one = kind == PatentKind::kInvention, two = kind == PatentKind::kUtility || kind == PatentKind::kDesign;
    const bool acquired = s.ownerships.position[i] == 0;
    facts.patents.push_back({row, *state, acquired, static_cast<store::LinkReason>(s.ownerships.reason[i])});
    ++(acquired ? facts.acquired : facts.own);
    if (!acquired) filed.push_back(row);
    if (*state == IpState::kValid) facts.valid_one += one, facts.valid_two += two;
    if (*state == IpState::kUnverified) ++facts.unverified, facts.unverified_one += one, facts.unverified_two += two;
    if (*state == IpState::kPending) ++facts.pending;
    if (*state == IpState::kDead) ++facts.dead;
    const Day filing = s.patents.filing[row];
    if (filing == kNoDay) continue;
    facts.last_filing = std::max(facts.last_filing, filing);
    if (acquired || filing < back(context, 5)) continue;
    for (std::uint32_t k = s.patents.first_inventor[row]; k < s.patents.first_inventor[row + 1]; ++k) {
      inventors.insert(s.inventors.hash[k]);
    }
  }
  facts.inventors = static_cast<int>(inventors.size());
  if (!filed.empty()) {
    const FormClass form = firm_form(s.firms.name[facts.firm], context.reference).form_class;
    facts.profile = profile_of(context, filed, form == FormClass::kUniversity || form == FormClass::kInstitution);
  }
  facts.filings = windows_of(s, facts.firm, window_edges(context.as_of, context.dated_only));
  facts.recent_filings = facts.filings.three();
}

Date of_year(int year, std::chrono::month_day day) {
  return std::chrono::sys_days(std::chrono::year(year) / day.month() / day.day());
}

// By the dated rules of the rubric; a stated end goes before its rule's.
Held number_held(const NumberRule* rule, int year, Day until, const Context& context) {
  if (until == kNoDay) return Held::kUnverified;
  if (context.day <= until) return Held::kValid;
  const bool renewable =
      rule != nullptr && rule->renewal_until && context.as_of <= of_year(year + 1, *rule->renewal_until);
  return renewable ? Held::kRenewDue : Held::kExpired;
}

}  // namespace

RecognitionFact judge_recognition(const Context& context, const ListedFact& listed) {
  const auto found = context.card.programs.find(listed.program);
  const Program* program = found == context.card.programs.end() ? nullptr : &found->second;
  RecognitionFact fact{listed.row, Held::kValid, listed.valid_to, program, false, false};
  const auto issued = from_day(listed.issued);
  const int year = listed.year > 0 ? listed.year : issued ? year_of(*issued) : 0;
  if (program != nullptr && program->expiry == "tech_sme") {
    const NumberRule* rule = year > 0 ? context.rubric.number_rule(year) : nullptr;
    if (fact.until == kNoDay && rule != nullptr) fact.until = to_day(of_year(year + 1, rule->ends));
    fact.held = number_held(rule, year, fact.until, context);
    fact.strong = fact.until != kNoDay && fact.until >= back(context, context.card.strong_record_years);
    return fact;
  }
  if (fact.until == kNoDay && program != nullptr && program->years > 0) {
    if (issued) {
      fact.until = to_day(add_months(*issued, 12 * program->years));
    } else if (year > 0) {
      // Of the year alone: it ended some day of its last year.
      fact.until = to_day(make_date(year + program->years, 12, 31));
      if (context.as_of >= make_date(year + program->years, 1, 1)) fact.held = Held::kUnverified;
    } else {
      fact.held = Held::kUnverified;  // neither date nor year
    }
  }
  if (program == nullptr && fact.until == kNoDay) fact.held = Held::kUnverified;
  // Without an end it may have been taken away since: a list of long ago does not show that it stands.
  if (fact.until == kNoDay && program != nullptr && program->recheck_years > 0) {
    const auto named = issued ? issued : year > 0 ? std::optional(make_date(year, 12, 31)) : std::nullopt;
    if (!named || add_months(*named, 12 * program->recheck_years) <= context.as_of) fact.held = Held::kUnverified;
  }
  if (fact.until != kNoDay && fact.until < context.day) fact.held = Held::kExpired;
  if (program == nullptr) return fact;
  const bool level = program->levels.empty() ||
                     std::find(program->levels.begin(), program->levels.end(), listed.level) != program->levels.end();
  fact.direct = program->direct && level && fact.held == Held::kValid;
  const int strong_years = context.card.strong_record_years;
  fact.strong = program->strong && (fact.held == Held::kValid || fact.until >= back(context, strong_years));
  return fact;
}

namespace {

void gather_recognitions(const Context& context, FirmFacts& facts) {
  facts.recognitions = recognition_facts(context, facts.firm);
  for (const RecognitionFact& fact : facts.recognitions) {
    facts.direct |= fact.direct;
    facts.strong_recognitions += fact.strong;
    if (fact.program == nullptr || fact.program->expiry != "tech_sme") continue;
    (fact.held == Held::kValid ? facts.registered : facts.past_tech_sme) = true;
  }
}

std::optional<double> number_of(const boost::json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  if (value == nullptr) return std::nullopt;
  if (value->is_number()) return value->to_number<double>();
  if (!value->is_string() || value->get_string().empty()) return std::nullopt;
  const std::string text(value->get_string());
  char* end = nullptr;
  const double number = std::strtod(text.c_str(), &end);
  if (end == text.c_str()) return std::nullopt;
  return number;
}

constexpr std::pair<std::optional<double> Numbers::*, Day Numbers::*> kNumbers[] = {
    {&Numbers::staff_total, &Numbers::staff_date}, {&Numbers::tech_staff, &Numbers::tech_date},
    {&Numbers::revenue, &Numbers::revenue_date},   {&Numbers::rd_expense, &Numbers::rd_date},
    {&Numbers::total_cost, &Numbers::cost_date},   {&Numbers::assets, &Numbers::assets_date},
    {&Numbers::software, &Numbers::software_date}};

// Later reports overwrite what they fill in; an empty cell changes nothing. Amounts of one year are not set against
// those of another, nor heads: a report of another year that names one begins them anew.
void take_numbers(const Numbers& report, Numbers& numbers) {
  if (!report.any()) return;
  const auto of_another_year = [&](Day last) {
    const auto then = from_day(last), now = from_day(report.date);
    return then && now && year_of(*then) != year_of(*now);
  };
  if ((report.revenue || report.rd_expense || report.total_cost) &&
      of_another_year(std::max({numbers.revenue_date, numbers.rd_date, numbers.cost_date})))
    numbers.revenue = numbers.rd_expense = numbers.total_cost = std::nullopt;
  if ((report.staff_total || report.tech_staff) && of_another_year(std::max(numbers.staff_date, numbers.tech_date)))
    numbers.staff_total = numbers.tech_staff = std::nullopt;
  for (const auto& [value, date] : kNumbers)
    if (report.*value) numbers.*value = report.*value, numbers.*date = report.date;
  numbers.date = report.date;
  numbers.source = report.source;
}

// Of a record of a source.
Numbers recorded_numbers(const Context& context, std::uint32_t row) {
  const auto& s = context.snapshot.signals;
  Numbers report;
  report.date = s.date[row];
  report.source = std::string(s.source[row]);
  boost::system::error_code failed;
  const auto parsed = boost::json::parse(s.numbers[row], failed);
  if (failed || !parsed.is_object()) return report;
  const auto take = [&](Field field, std::optional<double>& into) {
    const auto value = number_of(parsed.get_object(), field_spec(field).name);
    if (value && *value >= 0) into = value;
  };
  take(Field::kStaffTotal, report.staff_total);
  take(Field::kTechStaff, report.tech_staff);
  take(Field::kRevenue, report.revenue);
  take(Field::kRdExpense, report.rd_expense);
  take(Field::kTotalCost, report.total_cost);
  take(Field::kAssets, report.assets);
  take(Field::kSoftwareCopyrights, report.software);
  return report;
}

// Of a visit.
Numbers visited_numbers(const store::SelfReport& visit) {
  Numbers report;
  report.date = to_day(visit.visited_on);
  report.source = kSelfReports;
  for (const FieldValue& answer : visit.answers) {
    const auto value = std::strtod(answer.value.c_str(), nullptr);  // "120", "500000000 CNY"
    switch (answer.field) {
      case Field::kStaffTotal: report.staff_total = value; break;
      case Field::kTechStaff: report.tech_staff = value; break;
      case Field::kRevenue: report.revenue = value; break;
      case Field::kRdExpense: report.rd_expense = value; break;
      case Field::kTotalCost: report.total_cost = value; break;
      case Field::kAssets: report.assets = value; break;
      case Field::kSoftwareCopyrights: report.software = value; break;
      default: break;
    }
  }
  return report;
}

void gather_signals(const Context& context, FirmFacts& facts) {
  const auto& s = context.snapshot.signals;
  const auto [first, last] = context.snapshot.signals_of(facts.firm);
  std::vector<Numbers> reports;
  for (std::uint32_t i = first; i < last; ++i) {
    if (!context.known(s.public_date[i], s.date[i], s.year[i]) || (s.date[i] != kNoDay && s.date[i] > context.day))
      continue;
    const auto found = context.card.signals.find(s.type[i]);
    const SignalWord* word = found == context.card.signals.end() ? nullptr : &found->second;
    const int years = context.card.strong_record_years;
    const bool recent = s.date[i] != kNoDay ? s.date[i] >= back(context, years)
                                            : s.year[i] > 0 && s.year[i] >= year_of(context.as_of) - years;
    facts.signals.push_back({i, word, recent});
    if (!s.numbers[i].empty())
      reports.push_back(recorded_numbers(context, i));
    else if (word != nullptr && word->strong && recent)
      ++facts.strong_signals;
    else
      ++facts.other_signals;
  }
  for (const store::SelfReport& visit : context.reports_of(facts.firm)) {
    if (to_day(visit.visited_on) > context.day) continue;
    facts.reports.push_back(&visit);
    reports.push_back(visited_numbers(visit));
  }
  std::stable_sort(reports.begin(), reports.end(), [](const Numbers& a, const Numbers& b) { return a.date < b.date; });
  for (const Numbers& report : reports)
    if (report.date == kNoDay || report.date >= back(context, context.card.answer_years))
      take_numbers(report, facts.numbers);
}

}  // namespace

std::vector<RecognitionFact> recognition_facts(const Context& context, store::FirmNo firm) {
  const auto& r = context.snapshot.recognitions;
  const auto [first, last] = context.snapshot.recognitions_of(firm);
  std::vector<RecognitionFact> facts;
  for (std::uint32_t i = first; i < last; ++i) {
    if (!context.known(r.public_date[i], r.issued[i], r.year[i]) ||
        (r.issued[i] != kNoDay && r.issued[i] > context.day))
      continue;
    facts.push_back(judge_recognition(
        context, {i, std::string(r.program[i]), std::string(r.level[i]), r.issued[i], r.valid_to[i], r.year[i]}));
  }
  return facts;
}

FirmFacts gather(const Context& context, store::FirmNo firm) {
  FirmFacts facts;
  facts.firm = firm;
  const auto& firms = context.snapshot.firms;
  facts.established = firms.established[firm];
  facts.register_known = context.register_known(firm);
  if (facts.register_known) facts.capital = firms.capital[firm], facts.insured = firms.insured_staff[firm];
  gather_patents(context, facts);
  gather_recognitions(context, facts);
  gather_signals(context, facts);
  for (std::size_t i = 0; i < context.reference.key_industries.size(); ++i) {
    if (industry_score(context, facts, i) >= context.card.industry_least) facts.industries.push_back(i);
  }
  return facts;
}

std::string_view held_label(Held held) {
  switch (held) {
    case Held::kValid: return "有效";
    case Held::kRenewDue: return "待续评";
    case Held::kUnverified: return "待核";
    case Held::kExpired: break;
  }
  return "已失效";
}

std::string day_text(Day day) {
  const auto date = from_day(day);
  return date ? iso(*date) : std::string();
}

}  // namespace tanmiao::miner
