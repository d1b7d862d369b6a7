// Recognitions and signals to firms: by code, by name and county, else they wait for a person.
#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "core/money.h"
#include "linkage/assemble.h"
#include "linkage/parallel.h"
#include "linkage/values.h"

namespace tanmiao::linkage {

using store::LinkReason;

namespace {

struct Entry {
  store::FirmNo firm;
  const Slim* record;
  LinkReason reason;
};

// The rubric reckons in yuan; another currency is not converted and so unknown.
std::int64_t yuan_of(std::string_view text) {
  const auto money = parse_money_text(text);
  return money && money->currency == "CNY" ? money->minor : -1;
}

Day date_of(const Slim& r) {
  if (r.kind == RecordKind::kRecognition)
    if (const Day issued = day_of(r.get(Field::kIssued)); issued != kNoDay) return issued;
  return r.event != kNoDay ? r.event : day_of(r.get(Field::kEventDate));
}

// What a firm says of itself, for the rubric. Money in minor units.
std::string numbers_json(const Slim& r) {
  boost::json::object out;
  for (const Field field : {Field::kStaffTotal, Field::kTechStaff, Field::kSoftwareCopyrights})
    if (const auto n = number_of(r.get(field)); n >= 0) out[field_spec(field).name] = n;
  for (const Field field : {Field::kRevenue, Field::kRdExpense, Field::kTotalCost, Field::kAssets})
    if (const auto n = yuan_of(r.get(field)); n >= 0) out[field_spec(field).name] = n;
  return out.empty() ? std::string() : boost::json::serialize(out);
}

// By code, unless people said otherwise: of the name, or of the firm that the code means.
Verdict resolve(const Firms& firms, const Slim& r) {
  const std::string code = valid_code(r.get(Field::kCreditCode));
  Verdict by_name =
      firms.resolve(r, 0, r.get(Field::kFirmName), {}, r.get(Field::kCounty), r.get(Field::kCity), date_of(r));
  if (by_name.reason == LinkReason::kDecision && by_name.firm != kNoCluster) return by_name;
  const ClusterNo coded = firms.by_code(code);
  if (coded == kNoCluster) return by_name;
  if (by_name.gone) {
    by_name.candidates = {coded};
    return by_name;
  }
  if (!firms.forbids(r, coded)) return {coded, kNoCluster, LinkReason::kCode, {coded}, {}, false, false};
  if (by_name.firm == coded) by_name = {};
  if (by_name.firm == kNoCluster && by_name.why.empty()) by_name.why = "人工判定不是信用代码所指的企业";
  return by_name;
}

// A list of the whole province names thousands of other cities' firms: a row that says so and that no firm's name fits
// is nothing for a person to look at.
bool waits(const Firms& firms, const Slim& r, const Verdict& v) {
  return !v.candidates.empty() || !v.why.empty() || !firms.outside(r.get(Field::kCounty), r.get(Field::kCity));
}

std::vector<Entry> entries_of(const std::vector<Slim>& records, Field type, const Firms& firms, int threads,
                              Assembly& out) {
  std::vector<Verdict> verdicts(records.size());
  for_each_index(threads, records.size(), [&](std::size_t i) { verdicts[i] = resolve(firms, records[i]); });
  std::vector<Entry> entries;
  for (std::size_t i = 0; i < records.size(); ++i) {
    const Slim& r = records[i];
    if (valid_code(r.get(Field::kCreditCode)).starts_with("92")) continue;
    if (verdicts[i].firm == kNoCluster) {
      const std::string_view name = r.get(Field::kFirmName);
      if (verdicts[i].candidates.empty() && verdicts[i].why.empty())
        out.unfound.push_back(
            {&r, 0, name, firms.place_at({}, r.get(Field::kCounty), r.get(Field::kCity)), date_of(r)});
      if (waits(firms, r, verdicts[i])) out.reviews.push_back(firms.review(r, 0, name, verdicts[i]));
      continue;
    }
    const store::FirmNo firm = firms.clusters[verdicts[i].firm].no;
    entries.push_back({firm, &r, verdicts[i].reason});
    out.links.push_back({r.id, firm, verdicts[i].reason, 0});
  }
  std::stable_sort(entries.begin(), entries.end(), [type](const Entry& a, const Entry& b) {
    return std::tuple(a.firm, date_of(*a.record), a.record->get(type)) <
           std::tuple(b.firm, date_of(*b.record), b.record->get(type));
  });
  return entries;
}

}  // namespace

void write_lists(const Firms& firms, const LinkConfig& config, Assembly& out) {
  const Intake& intake = firms.intake();
  const auto recognitions = entries_of(intake.recognitions, Field::kProgram, firms, config.threads, out);
  auto& r = out.tables.recognitions;
  for (const Entry& e : recognitions) {
    const Slim& s = *e.record;
    r.program.push_back(s.get(Field::kProgram)), r.level.push_back(s.get(Field::kLevel));
    r.title.push_back(s.get(Field::kTitle)), r.certificate_no.push_back(s.get(Field::kCertificateNo));
    r.source.push_back(intake.sources[s.source]), r.url.push_back(s.part()), r.key.push_back(s.key());
    r.issued.push_back(date_of(s));
    r.valid_to.push_back(day_of(s.get(Field::kValidTo))), r.public_date.push_back(s.public_date);
    r.year.push_back(number_of(s.get(Field::kYear))), r.reason.push_back(static_cast<std::uint8_t>(e.reason));
  }
  write_first(out.tables.first_recognition, recognitions, firms.last_number());
  const auto signals = entries_of(intake.signals, Field::kSignalType, firms, config.threads, out);
  auto& t = out.tables.signals;
  for (const Entry& e : signals) {
    const Slim& s = *e.record;
    t.type.push_back(s.get(Field::kSignalType)), t.level.push_back(s.get(Field::kLevel));
    t.title.push_back(s.get(Field::kTitle)), t.source.push_back(intake.sources[s.source]), t.url.push_back(s.part());
    t.key.push_back(s.key()), t.date.push_back(date_of(s)), t.public_date.push_back(s.public_date);
    t.amount.push_back(yuan_of(s.get(Field::kAmount))), t.year.push_back(number_of(s.get(Field::kYear)));
    t.reason.push_back(static_cast<std::uint8_t>(e.reason)), t.numbers.push_back(numbers_json(s));
  }
  write_first(out.tables.first_signal, signals, firms.last_number());
}

}  // namespace tanmiao::linkage
