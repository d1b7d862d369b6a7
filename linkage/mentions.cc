#include "linkage/mentions.h"

#include <numeric>
#include <unordered_map>

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
        out[at] = {&records[i], static_cast<std::uint16_t>(at - first[i]), name, field, {}};
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
      out.push_back({&r, 0, r.get(Field::kFirmName), Field::kFirmName, {}});
  return out;
}

// By code, unless people said otherwise: of the name, or of the firm that the code means.
Verdict of_list(const Firms& firms, const Mention& m) {
  const Slim& r = *m.record;
  Verdict by_name = firms.resolve(r, 0, m.name, {}, r.get(Field::kCounty), r.get(Field::kCity), day_of_names(r));
  if (by_name.reason == LinkReason::kDecision && by_name.firm != kNoCluster) return by_name;
  const ClusterNo coded = firms.by_code(valid_code(r.get(Field::kCreditCode)));
  if (coded == kNoCluster) return by_name;
  if (by_name.gone) {
    by_name.candidates = {coded};
    return by_name;
  }
  if (!firms.forbids(r, coded)) return {coded, kNoCluster, LinkReason::kCode, {coded}, {}, false, false, false, {}};
  if (by_name.firm == coded) by_name = {};
  if (by_name.firm == kNoCluster && by_name.why.empty()) by_name.why = "人工判定不是信用代码所指的企业";
  return by_name;
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
      m.verdict = firms.resolve(*m.record, m.slot, *m.info, m.record->get(Field::kApplicantAddress), {}, {},
                                day_of_names(*m.record));
    });
  for (auto* mentions : {&out.recognitions, &out.signals})
    for_each_index(threads, mentions->size(),
                   [&](std::size_t i) { (*mentions)[i].verdict = of_list(firms, (*mentions)[i]); });
  return out;
}

}  // namespace tanmiao::linkage
