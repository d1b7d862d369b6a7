#include "linkage/mentions.h"

#include <numeric>
#include <unordered_map>

#include "core/patent.h"
#include "linkage/parallel.h"
#include "linkage/values.h"

namespace tanmiao::linkage {

using store::LinkReason;

namespace {

std::vector<Mention> mentions_of(const std::vector<Slim>& records, std::initializer_list<Field> fields, int threads) {
  std::vector<std::size_t> first(records.size() + 1);
  for_each_index(threads, records.size(), [&](std::size_t i) {
    for (const Field field : fields) first[i + 1] += records[i].count(field);
  });
  std::partial_sum(first.begin(), first.end(), first.begin());
  std::vector<Mention> out(first.back());
  for_each_index(threads, records.size(), [&](std::size_t i) {
    std::size_t at = first[i];
    for (const Field field : fields)
      records[i].each(field, [&](std::string_view name) {
        out[at] = {&records[i], static_cast<std::uint16_t>(at - first[i]), name, field, {}, {}};
        ++at;
      });
  });
  return out;
}

// What the names say, each worked out once: a firm stands in many patents. Sets Mention::info.
std::vector<NameInfo> names_once(std::vector<Mention>& mentions, const Reference& reference, int threads) {
  std::unordered_map<std::string_view, std::uint32_t> known;
  std::vector<std::string_view> names;
  std::vector<std::uint32_t> of(mentions.size());
  for (std::size_t i = 0; i < mentions.size(); ++i) {
    const auto [at, fresh] = known.try_emplace(mentions[i].name, static_cast<std::uint32_t>(names.size()));
    if (fresh) names.push_back(mentions[i].name);
    of[i] = at->second;
  }
  std::vector<NameInfo> infos(names.size());
  for_each_index(threads, names.size(), [&](std::size_t n) { infos[n] = name_info(names[n], reference); });
  for (std::size_t i = 0; i < mentions.size(); ++i) mentions[i].info = &infos[of[i]];
  return infos;
}

// Individual businesses are out of scope (domain paper, section F).
std::vector<Mention> list_mentions(const std::vector<Slim>& records) {
  std::vector<Mention> out;
  for (const Slim& r : records)
    if (!valid_code(r.get(Field::kCreditCode)).starts_with("92"))
      out.push_back({&r, 0, r.get(Field::kFirmName), Field::kFirmName, {}, {kNoDay, false, day_of_names(r)}});
  return out;
}

// Two valid codes that differ are two firms, also where a person said otherwise: neither gets the row.
Verdict neither(const Firms& firms, ClusterNo named, ClusterNo coded, std::string_view code, std::string_view whose) {
  Verdict v;
  v.contradicts = true;
  v.candidates = {named};
  if (coded != kNoCluster) v.candidates.push_back(coded);
  v.why = std::string(whose) + "的信用代码 " + firms.clusters[named].code + " 与记录写明的 " + std::string(code) +
          " 不同，两家都未归入；请核对记录的代码或撤销判定";
  return v;
}

// By code, unless people said otherwise: of the name, or of the firm that the code means.
Verdict of_list(const Firms& firms, const Mention& m) {
  const Slim& r = *m.record;
  const std::string code = valid_code(r.get(Field::kCreditCode));
  const ClusterNo coded = firms.by_code(code);
  Verdict by_name = firms.resolve(r, 0, m.name, {}, r.get(Field::kCounty), r.get(Field::kCity), m.days);
  const bool other_code = by_name.firm != kNoCluster && codes_differ(code, firms.clusters[by_name.firm].code);
  if (by_name.reason == LinkReason::kDecision && by_name.firm != kNoCluster)
    return other_code ? neither(firms, by_name.firm, coded, code, "人工判定的企业") : by_name;
  if (coded == kNoCluster) return by_name;
  if (by_name.gone) {
    by_name.candidates = {coded};
    return by_name;
  }
  if (!firms.forbids(r, coded)) return {coded, kNoCluster, LinkReason::kCode, {coded}, {}, false, false, false, {}};
  if (other_code) return neither(firms, by_name.firm, kNoCluster, code, "人工判定不是信用代码所指的企业，而同名企业");
  if (by_name.firm == coded) by_name = {};
  if (by_name.firm == kNoCluster && by_name.why.empty()) by_name.why = "人工判定不是信用代码所指的企业";
  return by_name;
}

// The filing day, or the last day of the year that the number of the application tells.
// of grace is not asked for.
NameDays days_of(const Mention& m) {
  const Slim& r = *m.record;
  NameDays days;
  days.named = day_of_names(r);
  if (m.field != Field::kApplicant) return days;
  days.filed = day_of(r.get(Field::kFilingDate));
  if (days.filed != kNoDay || days.named == kNoDay) return days;
  const auto number = parse_application_no(application_of(r));
  if (!number || number->year == 0) return days;
  const Day last = to_day(make_date(number->year, 12, 31));
  if (last < days.named) days.filed = last, days.by_year = true;
  return days;
}

Verdict by_days(const Firms& firms, const Mention& m) {
  return firms.resolve(*m.record, m.slot, *m.info, m.record->get(Field::kApplicantAddress), {}, {}, m.days);
}

// It hangs on the filing day: of several firms of the name one was there, or none was.
bool by_filing(const Mention& m) {
  const Verdict& v = m.verdict;
  return m.days.filed != kNoDay && m.days.named > m.days.filed &&
         (v.out_of_time || v.reason == LinkReason::kNameDate || v.candidates.size() > 1);
}

Day publication_day(const Slim& r) { return day_of(r.get(Field::kPublicationDate)); }

bool tells_applicants(const Slim& r) {
  return !r.get(Field::kApplicant).empty() || !r.get(Field::kPersonApplicants).empty();
}

// A later publication names the owners of its own day. Who did not stand in the first one need not have filed: it
// bought, and need not have existed when others filed. Looked at only where the filing day decides.
void let_buyers_in(std::vector<Mention>& patents, const std::vector<Slim>& records, const Firms& firms) {
  std::unordered_map<std::string_view, const Slim*> first;  // publication of the application
  for (const Mention& m : patents)
    if (by_filing(m)) first.emplace(application_of(*m.record), nullptr);
  if (first.empty()) return;
  for (const Slim& r : records) {
    if (publication_day(r) == kNoDay || !tells_applicants(r)) continue;
    const auto at = first.find(application_of(r));
    if (at != first.end() && (at->second == nullptr || publication_day(r) < publication_day(*at->second)))
      at->second = &r;
  }
  for (Mention& m : patents) {
    if (!by_filing(m)) continue;
    const Slim* const before = first.at(application_of(*m.record));
    if (before == nullptr || publication_day(*before) >= publication_day(*m.record)) continue;
    bool stood_there = false;
    before->each(Field::kApplicant, [&](std::string_view name) {
      stood_there = stood_there || exact_name_key(name, firms.reference()) == m.info->key;
    });
    if (stood_there) continue;
    m.days.filed = kNoDay;
    m.verdict = by_days(firms, m);
  }
}

}  // namespace

Day date_of(const Slim& r) {
  if (r.kind == RecordKind::kRecognition)
    if (const Day issued = day_of(r.get(Field::kIssued)); issued != kNoDay) return issued;
  return r.event != kNoDay ? r.event : day_of(r.get(Field::kEventDate));
}

Day day_of_names(const Slim& r) {
  if (r.kind == RecordKind::kRecognition || r.kind == RecordKind::kSignal) return date_of(r);
  const Day filed = day_of(r.get(Field::kFilingDate)), published = day_of(r.get(Field::kPublicationDate));
  if (published != kNoDay) return published;
  return filed != kNoDay ? filed : r.event;
}

std::string_view application_of(const Slim& r) {
  const auto no = r.get(Field::kApplicationNo);
  return no.empty() && r.kind == RecordKind::kPatent ? r.key() : no;
}

Place place_of_names(const Slim& r, const Firms& firms) {
  return firms.place_at(r.get(Field::kApplicantAddress), r.get(Field::kCounty), r.get(Field::kCity));
}

Mentions mentions_by_rule(const Firms& firms, int threads) {
  const Intake& intake = firms.intake();
  Mentions out{mentions_of(intake.patents, {Field::kApplicant, Field::kAssignee}, threads),
               mentions_of(intake.events, {Field::kFromOwner, Field::kToOwner}, threads),
               list_mentions(intake.recognitions),
               list_mentions(intake.signals),
               {},
               {}};
  out.patent_names = names_once(out.patents, firms.reference(), threads);
  out.event_names = names_once(out.events, firms.reference(), threads);
  for (auto* mentions : {&out.patents, &out.events})
    for_each_index(threads, mentions->size(), [&](std::size_t i) {
      Mention& m = (*mentions)[i];
      m.days = days_of(m);
      m.verdict = by_days(firms, m);
    });
  let_buyers_in(out.patents, intake.patents, firms);
  for (auto* mentions : {&out.recognitions, &out.signals})
    for_each_index(threads, mentions->size(),
                   [&](std::size_t i) { (*mentions)[i].verdict = of_list(firms, (*mentions)[i]); });
  return out;
}

}  // namespace tanmiao::linkage
