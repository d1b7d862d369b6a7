// Recognitions and signals to firms: by code, by name and county, else they wait for a person.
#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "core/money.h"
#include "linkage/assemble.h"
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

// What a firm says of itself, for the rubric. Money in minor units.
std::string numbers_json(const Slim& r) {
  boost::json::object out;
  for (const Field field : {Field::kStaffTotal, Field::kTechStaff, Field::kSoftwareCopyrights})
    if (const auto n = number_of(r.get(field)); n >= 0) out[field_spec(field).name] = n;
  for (const Field field : {Field::kRevenue, Field::kRdExpense, Field::kTotalCost, Field::kAssets})
    if (const auto n = yuan_of(r.get(field)); n >= 0) out[field_spec(field).name] = n;
  return out.empty() ? std::string() : boost::json::serialize(out);
}

// A list of the whole province names thousands of other cities' firms: a row that says so and that no firm's name fits
// is nothing for a person to look at.
bool waits(const Firms& firms, const Slim& r, const Verdict& v) {
  return !v.candidates.empty() || !v.why.empty() || !firms.outside(r.get(Field::kCounty), r.get(Field::kCity));
}

std::vector<Entry> entries_of(const std::vector<Mention>& mentions, Field type, const Firms& firms, Assembly& out) {
  std::vector<Entry> entries;
  for (const Mention& m : mentions) {
    const Slim& r = *m.record;
    if (m.verdict.firm == kNoCluster) {
      if (waits(firms, r, m.verdict)) out.reviews.push_back(firms.review(r, m.slot, m.name, m.verdict));
      continue;
    }
    const store::FirmNo firm = firms.clusters[m.verdict.firm].no;
    entries.push_back({firm, &r, m.verdict.reason});
    out.links.push_back({r.id, firm, m.verdict.reason, m.slot});
  }
  std::stable_sort(entries.begin(), entries.end(), [type](const Entry& a, const Entry& b) {
    return std::tuple(a.firm, date_of(*a.record), a.record->get(type)) <
           std::tuple(b.firm, date_of(*b.record), b.record->get(type));
  });
  return entries;
}

// recognition.public_estimated: an estimate of before the night that read it is a rule's (or the day the delivery was
// stated for), not the day of loading.
std::uint8_t how_estimated(const Slim& s) { return !s.estimated ? 0 : s.public_date < s.since ? 2 : 1; }

}  // namespace

void write_lists(const Firms& firms, const Mentions& mentions, Assembly& out) {
  const Intake& intake = firms.intake();
  const auto recognitions = entries_of(mentions.recognitions, Field::kProgram, firms, out);
  auto& r = out.tables.recognitions;
  for (const Entry& e : recognitions) {
    const Slim& s = *e.record;
    r.program.push_back(s.get(Field::kProgram)), r.level.push_back(s.get(Field::kLevel));
    r.title.push_back(s.get(Field::kTitle)), r.certificate_no.push_back(s.get(Field::kCertificateNo));
    r.source.push_back(intake.sources[s.source]), r.url.push_back(s.part()), r.key.push_back(s.key());
    r.issued.push_back(date_of(s));
    r.valid_to.push_back(day_of(s.get(Field::kValidTo))), r.public_date.push_back(s.public_date);
    r.public_estimated.push_back(how_estimated(s));
    r.year.push_back(number_of(s.get(Field::kYear))), r.reason.push_back(static_cast<std::uint8_t>(e.reason));
  }
  write_first(out.tables.first_recognition, recognitions, firms.last_number());
  const auto signals = entries_of(mentions.signals, Field::kSignalType, firms, out);
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
