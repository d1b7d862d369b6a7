// Survivorship: one value a field, of the first record that has it, with its lineage.
#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <map>

#include "core/identifiers.h"
#include "core/industry.h"
#include "core/money.h"
#include "core/text/normalize.h"
#include "linkage/assemble.h"
#include "linkage/former_names.h"
#include "linkage/parallel.h"
#include "linkage/values.h"
#include "store/suppression.h"

namespace tanmiao::linkage {

namespace {

// Whether a register says that a firm is on a list. Any other word is unknown, and unknown is no listing.
bool listed(std::string_view word) {
  for (const std::string_view yes : {"1", "是", "有", "YES", "yes", "true", "列入", "已列入", "在列", "异常"})
    if (word == yes) return true;
  return false;
}

constexpr std::string_view kUnitWord = "unit";       // of corrections: 责任单位
constexpr std::string_view kCorrected = "人工更正";  // stands where the id of a source would

constexpr std::size_t kRowsAtOnce = 8192;  // made by all threads, then written down

// What stands in the columns of one firm. Texts lie in the records.
struct Row {
  std::string_view code, name, address, scope, org_type, registration_no, industry_code, industry_name, currency;
  std::string lineage, former;
  IndustryCode industry;
  std::optional<Money> capital;
  FirmStatus status = FirmStatus::kUnknown;
  Day established = kNoDay, dissolved = kNoDay, seen = kNoDay, stated = kNoDay;
  std::int32_t insured_staff = -1;
  Place place;
  std::uint32_t flags = 0;
};

struct Chosen {
  const Slim* record = nullptr;
  std::string_view value;
  const store::Correction* correction = nullptr;
};

const store::Correction* correction_of(const Cluster& c, std::string_view field) {
  for (const store::Correction* correction : c.corrections)
    if (correction->field == field) return correction;
  return nullptr;
}

// Which record gives a field: a correction before all, then the sources in the order that is declared for the field,
// then the order of the records.
class Survivorship {
 public:
  Survivorship(const Intake& intake, const LinkConfig& config) {
    for (const auto& [field, order] : config.field_order) {
      auto& rank = orders_[field];
      for (const std::string& source : intake.sources)
        rank.push_back(static_cast<std::size_t>(std::find(order.begin(), order.end(), source) - order.begin()));
    }
  }
  Chosen choose(const Cluster& c, Field field) const {
    if (const auto* correction = correction_of(c, field_spec(field).name))
      return {nullptr, correction->value, correction};
    Chosen best;
    const auto order = orders_.find(field);
    const auto rank = [&](const Slim* r) { return order == orders_.end() ? 0 : order->second[r->source]; };
    for (const Slim* r : c.records)
      if (const auto value = r->get(field); !value.empty() && (best.record == nullptr || rank(r) < rank(best.record)))
        best = {r, value, nullptr};
    if (best.record == nullptr && c.list != nullptr) return {c.list, c.list->get(field), nullptr};
    return best;
  }

 private:
  std::map<Field, std::vector<std::size_t>> orders_;  // by source
};

// Two ways of writing one value are no conflict.
bool means_the_same(const FieldSpec& spec, std::string_view a, std::string_view b, const Reference& reference) {
  if (a == b) return true;
  if (spec.type == FieldType::kName) return exact_name_key(a, reference) == exact_name_key(b, reference);
  const auto plain = [&](std::string_view s) { return text::without_blanks(text::fold(s, reference.simplified)); };
  return plain(a) == plain(b);
}

// A value that people put right leads to them: no record says it.
boost::json::object origin_of(const store::Correction& c) {
  return {{"source", kCorrected}, {"key", c.reason}, {"url", c.by}, {"line", 0}, {"seen", iso(civil_day(c.at))}};
}

// Other values of the field in the firm's records, each once, of the most trusted that says it.
boost::json::array also_said(const Cluster& c, const FieldSpec& spec, const Chosen& chosen,
                             const std::vector<std::string>& sources, const Reference& reference) {
  constexpr std::size_t kMost = 3;
  boost::json::array out;
  std::vector<std::string_view> values{chosen.value};
  for (const Slim* r : c.records) {
    const std::string_view value = r->get(spec.id);
    if (value.empty() || out.size() == kMost || std::any_of(values.begin(), values.end(), [&](std::string_view known) {
          return means_the_same(spec, known, value, reference);
        }))
      continue;
    values.push_back(value);
    const auto since = from_day(r->since);
    out.push_back(boost::json::object{{"value", value},
                                      {"source", sources[r->source]},
                                      {"key", r->key()},
                                      {"seen", since ? iso(*since) : std::string()}});
  }
  return out;
}

// field -> {"source","key","url","line","seen"}, and "also" where other records say otherwise. Fields of the firm's
// first record that nobody contradicts stand together under "*".
std::string lineage(const Cluster& c, const Survivorship& survivorship, const std::vector<std::string>& sources,
                    const Reference& reference) {
  const Slim* first = c.records.empty() ? c.list : c.records.front();
  if (first == nullptr) return {};
  const auto origin = [&](const Slim& r) {
    return boost::json::object{{"source", sources[r.source]},
                               {"key", r.key()},
                               {"url", r.part()},
                               {"line", r.line},
                               {"seen", iso(*from_day(r.since))}};
  };
  boost::json::object out{{"*", origin(*first)}};
  const bool one_says_all = c.records.size() == 1 && c.corrections.empty();
  for (const FieldSpec& spec : all_fields()) {
    if (one_says_all) break;
    if (!(spec.kinds & (1u << static_cast<unsigned>(RecordKind::kFirm))) || spec.multiple) continue;
    const Chosen chosen = survivorship.choose(c, spec.id);
    boost::json::array also;
    if (c.records.size() > 1 && !chosen.value.empty()) also = also_said(c, spec, chosen, sources, reference);
    if (chosen.correction != nullptr)
      out[spec.name] = origin_of(*chosen.correction);
    else if (chosen.record != nullptr && !chosen.value.empty() && (chosen.record != first || !also.empty()))
      out[spec.name] = origin(*chosen.record);
    if (!also.empty()) out[spec.name].as_object()["also"] = std::move(also);
  }
  if (const auto* unit = correction_of(c, kUnitWord)) out[kUnitWord] = origin_of(*unit);
  return boost::json::serialize(out);
}

std::string former_names(const Cluster& c, std::string_view now) {
  std::vector<std::string_view> names;
  const auto add = [&](std::string_view name) {
    if (!name.empty() && name != now && std::find(names.begin(), names.end(), name) == names.end())
      names.push_back(name);
  };
  for (const Slim* r : c.records) {
    for (const FormerName& former : former_names_of(*r)) add(former.name);
    add(r->get(Field::kFirmName));
  }
  for (const auto name : c.earlier_names) add(name);
  std::string joined;
  for (const auto name : names) joined.append(joined.empty() ? "" : "\n").append(name);
  return joined;
}

bool form_in_scope(FormClass form) {
  switch (form) {
    case FormClass::kIndividual:
    case FormClass::kInstitution:
    case FormClass::kUniversity:
    case FormClass::kHospital:
    case FormClass::kForeign: return false;
    default: return true;
  }
}

std::uint32_t flags_of(const Cluster& c, const Place& place, const Survivorship& survivorship,
                       const Reference& reference, bool suppressed) {
  const bool category = c.code.empty() || c.code.starts_with("91") || c.code.starts_with("93");
  std::uint32_t flags = 0;
  const auto set = [&](bool holds, store::FirmFlag flag) { flags |= holds ? flag : 0u; };
  set(category && form_in_scope(c.name.form), store::kFirmInScope);
  set(c.code.starts_with("93"), store::kFirmCooperative);
  set(c.name.branch, store::kFirmBranch);
  set(c.has_code(), store::kFirmHasCode);
  set(!c.has_code() || c.records.empty(), store::kFirmNameOnly);
  set(listed(survivorship.choose(c, Field::kAbnormalList).value), store::kFirmAbnormal);
  set(listed(survivorship.choose(c, Field::kDishonestyList).value), store::kFirmDishonest);
  set(place.prefecture != 0 && !reference.regions.inside(place.prefecture), store::kFirmOutside);
  set(suppressed, store::kFirmSuppressed);
  return flags;
}

Place place_of(const Cluster& c, const Survivorship& survivorship, const Reference& reference) {
  const auto code = CreditCode::parse(c.code);
  Place place = reference.regions.resolve(survivorship.choose(c, Field::kAddress).value,
                                          survivorship.choose(c, Field::kCounty).value,
                                          survivorship.choose(c, Field::kCity).value, code ? code->authority() : 0);
  if (const auto* corrected = correction_of(c, kUnitWord)) {
    const auto& units = reference.regions.units();
    for (std::size_t i = 0; i < units.size(); ++i)
      if (units[i].id == corrected->value) place.unit = static_cast<std::uint16_t>(i + 1);
  }
  return place;
}

// To the firms that they speak of: by code, or by identity of the register, whose number may point on.
void hand_out_corrections(Firms& firms) {
  if (firms.intake().corrections.empty()) return;
  std::map<std::string, std::vector<const store::Correction*>, std::less<>> wanted;
  for (const auto& correction : firms.intake().corrections) wanted[correction.firm].push_back(&correction);
  std::map<store::FirmNo, std::string_view> by_number;
  std::map<store::FirmNo, store::FirmNo> successor;
  using Entries = const std::vector<store::FirmEntry>;
  for (Entries* entries : {&firms.intake().firm_register, static_cast<Entries*>(&firms.merged)})
    for (const auto& entry : *entries)
      if (entry.successor != store::kNoFirm) successor[entry.no] = entry.successor;
  for (Entries* entries : {&firms.intake().firm_register, static_cast<Entries*>(&firms.new_firms)})
    for (const auto& entry : *entries) {
      if (!store::names_identity(entry.identity) || !wanted.contains(entry.identity)) continue;
      store::FirmNo no = entry.no;
      while (successor.contains(no)) no = successor[no];
      by_number.emplace(no, entry.identity);
    }
  const auto give = [&](Cluster& c, std::string_view key) {
    const auto at = wanted.find(key);
    if (at != wanted.end()) c.corrections.insert(c.corrections.end(), at->second.begin(), at->second.end());
  };
  for (Cluster& c : firms.clusters) {
    if (c.has_code()) give(c, c.code);
    if (const auto named = by_number.find(c.no); named != by_number.end()) give(c, named->second);
  }
}

// Of the records that give these fields the one stated last.
Day stated_of(const Cluster& c, const Survivorship& survivorship) {
  Day last = kNoDay;
  for (const Field field :
       {Field::kStatus, Field::kCapital, Field::kInsuredStaff, Field::kAbnormalList, Field::kDishonestyList})
    if (const Chosen chosen = survivorship.choose(c, field); chosen.record != nullptr && !chosen.value.empty())
      last = std::max(last, chosen.record->first_stated);
  return last;
}

Row row_of(const Cluster& c, const Survivorship& survivorship, const std::vector<std::string>& sources,
           const Reference& reference, bool suppressed) {
  const auto text = [&](Field field) { return survivorship.choose(c, field).value; };
  Row row;
  row.code = c.code, row.name = text(Field::kFirmName), row.address = text(Field::kAddress);
  row.scope = text(Field::kScope), row.org_type = text(Field::kOrgType);
  row.registration_no = text(Field::kRegistrationNo);
  row.industry_code = text(Field::kIndustryCode), row.industry_name = text(Field::kIndustryName);
  row.industry =
      industry_of(row.industry_code, industry_edition(text(Field::kIndustryEdition)), row.industry_name, reference);
  const auto status = text(Field::kStatus);
  row.status = status_from_word(status);
  if (row.status == FirmStatus::kUnknown) row.status = reference.status_of(status);
  row.established = day_of(text(Field::kEstablished)), row.dissolved = day_of(text(Field::kDissolved));
  if (auto money = parse_money_text(text(Field::kCapital))) row.capital = std::move(*money);
  row.insured_staff = number_of(text(Field::kInsuredStaff));
  for (const Slim* r : c.records) row.seen = std::max(row.seen, r->last_seen);
  row.stated = stated_of(c, survivorship);
  row.lineage = lineage(c, survivorship, sources, reference);
  row.former = former_names(c, row.name);
  row.place = place_of(c, survivorship, reference);
  row.flags = flags_of(c, row.place, survivorship, reference, suppressed);
  return row;
}

void write_row(const Row& row, store::FirmTable<store::Build>& t) {
  const IndustryCode& industry = row.industry;
  t.name.push_back(row.name), t.code.push_back(row.code), t.former_names.push_back(row.former);
  t.address.push_back(row.address), t.scope.push_back(row.scope);
  t.org_type.push_back(row.org_type), t.registration_no.push_back(row.registration_no);
  t.industry_code.push_back(industry.code.empty() ? row.industry_code : std::string_view(industry.code));
  t.industry_name.push_back(row.industry_name.empty() ? industry.name : row.industry_name);
  t.industry_edition.push_back(static_cast<std::uint16_t>(industry.edition));
  t.status.push_back(static_cast<std::uint8_t>(row.status));
  t.established.push_back(row.established), t.dissolved.push_back(row.dissolved);
  t.capital.push_back(row.capital ? row.capital->minor : -1);
  t.capital_currency.push_back(row.capital ? std::string_view(row.capital->currency) : std::string_view());
  t.insured_staff.push_back(row.insured_staff), t.stated.push_back(row.stated);
  t.seen.push_back(row.seen), t.lineage.push_back(row.lineage);
  t.region_basis.push_back(static_cast<std::uint8_t>(row.place.basis));
  t.unit.push_back(row.place.unit), t.zone.push_back(row.place.zone);
  t.prefecture.push_back(row.place.prefecture), t.county.push_back(row.place.county);
  t.township.push_back(row.place.township);
  t.flags.push_back(row.flags);
}

// By row: whether people had the firm taken out, by its code or by its name.
std::vector<bool> suppressed_rows(const Firms& firms, const std::vector<const Cluster*>& clusters,
                                  const std::vector<store::FirmNo>& successor) {
  const auto& wanted = firms.intake().suppressed;
  std::vector<bool> out(clusters.size(), false);
  for (const Cluster& c : firms.clusters) out[c.no] = c.has_code() && wanted.contains(c.code);
  if (std::none_of(wanted.begin(), wanted.end(), store::names_identity)) return out;
  auto entries = firms.intake().firm_register;
  entries.insert(entries.end(), firms.new_firms.begin(), firms.new_firms.end());
  for (auto& entry : entries) entry.successor = successor[entry.no];
  const auto present = [&](store::FirmNo n) { return clusters[n] != nullptr; };
  for (const store::FirmNo n : store::firms_of_identities(entries, wanted, present)) out[n] = true;
  return out;
}

// The numbers of Place count from 1.
void write_places(const RegionTable& regions, Tables& out) {
  out.units.id.push_back(""), out.units.name.push_back(""), out.units.unresolved.push_back(0);
  for (const Unit& unit : regions.units()) {
    out.units.id.push_back(unit.id), out.units.name.push_back(unit.name);
    out.units.unresolved.push_back(unit.unresolved);
  }
  out.zones.id.push_back(""), out.zones.name.push_back("");
  for (const Zone& zone : regions.zones()) out.zones.id.push_back(zone.id), out.zones.name.push_back(zone.name);
}

}  // namespace

void write_firms(Firms& firms, const LinkConfig& config, const Reference& reference, Tables& out) {
  write_places(reference.regions, out);
  hand_out_corrections(firms);
  const Survivorship survivorship(firms.intake(), config);
  std::vector<const Cluster*> clusters(firms.last_number() + std::size_t{1}, nullptr);  // by number
  std::vector<store::FirmNo> successor(clusters.size(), store::kNoFirm);
  for (const Cluster& c : firms.clusters) clusters[c.no] = &c;
  for (const auto& entry : firms.intake().firm_register) successor[entry.no] = entry.successor;
  for (const auto& entry : firms.merged) successor[entry.no] = entry.successor;
  const auto suppressed = suppressed_rows(firms, clusters, successor);
  static const Cluster nobody;
  Row blank = row_of(nobody, survivorship, firms.intake().sources, reference, false);
  blank.place = {};
  std::vector<Row> rows(std::min(kRowsAtOnce, clusters.size()));
  for (std::size_t first = 0; first < clusters.size(); first += kRowsAtOnce) {
    const std::size_t count = std::min(kRowsAtOnce, clusters.size() - first);
    for_each_index(config.threads, count, [&](std::size_t i) {
      const std::size_t n = first + i;
      rows[i] = clusters[n] == nullptr
                    ? blank
                    : row_of(*clusters[n], survivorship, firms.intake().sources, reference, suppressed[n]);
      if (clusters[n] == nullptr) rows[i].flags = successor[n] != 0 ? store::kFirmMerged : 0U;
    });
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t n = first + i;
      const Cluster* c = clusters[n];
      write_row(rows[i], out.firms);
      out.firms.parent.push_back(c && c->parent != kNoCluster ? firms.clusters[c->parent].no : store::kNoFirm);
      out.firms.heir.push_back(c && c->heir != kNoCluster ? firms.clusters[c->heir].no : store::kNoFirm);
      out.firms.heir_since.push_back(c ? c->heir_since : kNoDay);
      out.firms.successor.push_back(c ? store::kNoFirm : successor[n]);
    }
  }
}

}  // namespace tanmiao::linkage
