// One firm as JSON: the explanation, and beside it what the register says, what changed, and where each value is from.
#include <algorithm>
#include <boost/json.hpp>
#include <functional>
#include "server/nearest_listed.h"

#include "core/money.h"
#include "server/firm_comparison.h"
#include "server/site.h"

namespace tanmiao::server {
namespace {

namespace json = boost::json;

constexpr std::size_t kMostChanges = 60;

std::string day_text(Day day) {
  const auto date = from_day(day);
  return date ? iso(*date) : std::string();
}

std::string money_text(std::int64_t minor, std::string_view currency) {
  const std::string wan = pool::capital_in_wan(minor, currency);
  return wan.empty() || wan.find("万") != std::string::npos ? wan : wan + " 万元";
}

std::string shown(const FieldSpec& spec, std::string_view value) {
  if (spec.id == Field::kStatus) {
    const auto status = status_from_word(value);
    return status == FirmStatus::kUnknown ? std::string(value) : std::string(status_label(status));
  }
  if (spec.type == FieldType::kMoney) {
    if (const auto money = parse_money_text(value)) return money_text(money->minor, money->currency);
  }
  return std::string(value);
}

// Values of a field of a record version, as shown; several are joined.
std::string shown(const FieldSpec& spec, const Record& record) {
  std::string out;
  for (const std::string_view value : record.all(spec.id)) out += (out.empty() ? "" : "、") + shown(spec, value);
  return out;
}

struct RegisterValue {
  Field field;
  std::string value;
};

// What the snapshot says of a firm, in the order of a registration. Unknown ones are left out.
std::vector<RegisterValue> register_values(const store::Snapshot& s, store::FirmNo n) {
  const auto& f = s.firms;
  std::string former(f.former_names[n]);
  for (std::size_t at = 0; (at = former.find('\n', at)) != std::string::npos;) former.replace(at, 1, "、");
  const auto status = static_cast<FirmStatus>(f.status[n]);
  std::string edition;  // of a code; one that nobody names may be read two ways, and that is told
  if (!f.industry_code[n].empty())
    edition = f.industry_edition[n] == 0 ? std::string("未注明") : std::to_string(f.industry_edition[n]);
  std::vector<RegisterValue> all{
      {Field::kFirmName, std::string(f.name[n])},
      {Field::kCreditCode, std::string(f.code[n])},
      {Field::kFormerName, former},
      {Field::kRegistrationNo, std::string(f.registration_no[n])},
      {Field::kStatus, status == FirmStatus::kUnknown ? std::string() : std::string(status_label(status))},
      {Field::kEstablished, day_text(f.established[n])},
      {Field::kDissolved, day_text(f.dissolved[n])},
      {Field::kOrgType, std::string(f.org_type[n])},
      {Field::kCapital, money_text(f.capital[n], f.capital_currency[n])},
      {Field::kInsuredStaff, f.insured_staff[n] < 0 ? std::string() : std::to_string(f.insured_staff[n])},
      {Field::kIndustryCode, std::string(f.industry_code[n])},
      {Field::kIndustryEdition, edition},
      {Field::kIndustryName, std::string(f.industry_name[n])},
      {Field::kAddress, std::string(f.address[n])},
      {Field::kScope, std::string(f.scope[n])}};
  std::erase_if(all, [](const RegisterValue& value) { return value.value.empty(); });
  return all;
}

Result<json::array> origins(const store::Snapshot& s, store::FirmNo n) {
  TANMIAO_ASSIGN(const std::string text, s.firms.lineage.read(n));
  boost::system::error_code failed;
  const json::value lineage = json::parse(text, failed);
  const json::object none;
  const json::object& by_field = !failed && lineage.is_object() ? lineage.get_object() : none;
  json::array out;
  for (const RegisterValue& value : register_values(s, n)) {
    const FieldSpec& spec = field_spec(value.field);
    json::object line{{"field", spec.name}, {"label", spec.label}, {"value", value.value}};
    const json::value* origin = by_field.if_contains(spec.name);
    if (origin == nullptr) origin = by_field.if_contains("*");
    if (origin != nullptr && origin->is_object())
      for (const auto& member : origin->get_object()) line[member.key()] = member.value();
    out.push_back(std::move(line));
  }
  return out;
}

void compare(const store::StoredRecord& before, const store::StoredRecord& after, json::array& out) {
  const auto add = [&](std::string_view label, std::string from, std::string to) {
    out.push_back(json::object{{"date", iso(civil_day(after.seen_at))},
                               {"label", label},
                               {"before", std::move(from)},
                               {"after", std::move(to)},
                               {"source", after.record.source}});
  };
  if (before.tombstone != after.tombstone)
    return add("登记信息", before.tombstone ? "来源中不再出现" : "在来源中",
               after.tombstone ? "来源中不再出现" : "重新出现");
  for (const FieldSpec& spec : all_fields()) {
    if ((spec.kinds & (1u << static_cast<unsigned>(RecordKind::kFirm))) == 0) continue;
    std::string from = shown(spec, before.record), to = shown(spec, after.record);
    if (from != to) add(spec.label, std::move(from), std::move(to));
  }
}

// How its registrations changed from night to night, the newest first.
Result<json::array> changes(const Site& site, store::FirmNo firm) {
  json::array out;
  const auto read = [&](store::Store& store) -> Status {
    TANMIAO_ASSIGN(const auto records, store.facts().records_of(firm, {}));
    for (const auto& record : records) {
      if (record.record.kind != RecordKind::kFirm) continue;
      TANMIAO_ASSIGN(const auto versions,
                     store.facts().history(record.record.source, RecordKind::kFirm, record.record.key));
      for (std::size_t i = 1; i < versions.size(); ++i) compare(versions[i - 1], versions[i], out);
    }
    return {};
  };
  TANMIAO_TRY(site.worlds.with_store(read));
  std::stable_sort(out.begin(), out.end(), [](const json::value& a, const json::value& b) {
    return a.as_object().at("date").as_string() > b.as_object().at("date").as_string();
  });
  if (out.size() > kMostChanges) out.erase(out.begin() + kMostChanges, out.end());
  return out;
}

// `shown`: whether a firm may be named.
json::object registration(const World& world, const Reference& reference, store::FirmNo n,
                          const std::function<bool(store::FirmNo)>& shown) {
  const auto& f = world.snapshot->firms;
  const RegionTable& regions = reference.regions;
  json::object out{{"firm", n}, {"name", f.name[n]}, {"code", f.code[n]}};
  const bool unresolved = f.unit[n] == 0 && (f.flags[n] & store::kFirmOutside) == 0;
  out["unit"] = unresolved ? regions.unit_name(regions.unresolved_unit()) : world.snapshot->unit_name(n, regions);
  out["township"] = regions.name(f.township[n]);
  out["zone"] = world.snapshot->zone_name(n, regions);
  out["seen"] = day_text(f.seen[n]);
  json::array flags;
  const std::uint32_t bits = f.flags[n];
  if ((bits & store::kFirmNameOnly) != 0)
    flags.emplace_back((bits & store::kFirmHasCode) != 0 ? "仅见于名单，未见登记" : "登记信息待核");
  if ((bits & store::kFirmAbnormal) != 0) flags.emplace_back("经营异常名录");
  if ((bits & store::kFirmDishonest) != 0) flags.emplace_back("严重违法失信名单");
  if ((bits & store::kFirmBranch) != 0) flags.emplace_back("分支机构");
  if ((bits & store::kFirmCooperative) != 0) flags.emplace_back("合作社");
  if ((bits & store::kFirmOutside) != 0) flags.emplace_back("注册地不在本市");
  if (const store::FirmNo heir = f.heir[n]; heir != store::kNoFirm && shown(heir)) {
    flags.emplace_back("已被" + std::string(f.name[heir]) + "吸收合并");
    out["absorbed_by"] = json::object{
        {"firm", heir}, {"name", f.name[heir]}, {"code", f.code[heir]}, {"since", day_text(f.heir_since[n])}};
  }
  out["flags"] = std::move(flags);
  return out;
}

}  // namespace

Result<json::object> firm_json(const Site& site, const World& world, store::FirmNo firm) {
  miner::MineConfig config;
  config.campaign = world.campaign;
  config.learned = world.learned;
  config.as_of = world.run != nullptr ? world.entry.as_of : world.snapshot->info().civil_date;
  TANMIAO_ASSIGN(auto visits, site.worlds.with_store([&](store::Store& store) {
    return store::firm_answers(store.facts(), store.people(), *world.snapshot, world.snapshot->info().view);
  }));
  config.as_of = store::day_with_answers(visits, firm, config.as_of);
  config.answers = std::make_shared<const store::FirmAnswers>(std::move(visits));
  TANMIAO_ASSIGN(const auto listed, site.worlds.listed(world, config));
  const auto origin = [&](RecordKind kind, std::string_view source, std::string_view key) {
    return site.worlds.with_store([&](store::Store& store) {
      return store::origin_of(store.facts(), world.snapshot->info().view, kind, source, key);
    });
  };
  TANMIAO_ASSIGN(const std::string text,
                 miner::explain_json(*world.snapshot, site.worlds.rules(), site.worlds.reference(), config, firm,
                                     world.run.get(), origin, listed.get()));
  json::object out = json::parse(text).as_object();
  TANMIAO_ASSIGN(const FirmNumbers without, site.worlds.suppressed(world));
  if (world.searcher != nullptr)
    out["listed"].as_object()["nearest"] =
        json::parse(nearest_listed_json(*world.searcher, *world.snapshot, firm, listed->firms, *without));
  const auto shown = [&](store::FirmNo other) { return bool(site.find_firm(world, std::to_string(other))); };
  out["registration"] = registration(world, site.worlds.reference(), firm, shown);
  TANMIAO_ASSIGN(out["origins"], origins(*world.snapshot, firm));
  TANMIAO_ASSIGN(out["changes"], changes(site, firm));
  if (world.run != nullptr && world.run->row_of(firm) < world.run->size()) {
    TANMIAO_ASSIGN(const auto rows, site.rows(world, {static_cast<std::uint32_t>(world.run->row_of(firm))}, 1));
    if (!rows.empty()) {
      out["rank_change"] = rows[0].rank_change;
      out["pool_state"] = rows[0].pool_state;
      out["industries"] = rows[0].industries;
    }
  }
  return out;
}

}  // namespace tanmiao::server
