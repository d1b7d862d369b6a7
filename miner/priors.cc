// config/belief.toml.
#include <algorithm>
#include <charconv>

#include "core/settings.h"
#include "miner/belief.h"

namespace tanmiao::miner {
namespace {

Shares read_shares(Settings table, const std::string& name, Settings& root) {
  Shares shares;
  double sum = 0;
  for (const auto& [key, text] : table.entries()) {
    int points = 0;
    const auto read = std::from_chars(key.data(), key.data() + key.size(), points);
    const double share = std::strtod(text.c_str(), nullptr);
    if (read.ec != std::errc() || read.ptr != key.data() + key.size() || !(share >= 0)) {
      std::string message = name;
      message.append(": expected points = share, got ").append(key).append(" = ").append(text);
      root.complain("id", message);
      continue;
    }
    shares[points] = share;
    sum += share;
  }
  if (std::abs(sum - 1) > 1e-6) root.complain("id", name + ": the shares do not add up to 1");
  return shares;
}

Priors::Kind read_kind(Settings& root, const std::string& name) {
  Settings table = root.table(name);
  return {read_shares(table.table("staff"), name + ".staff", root), read_shares(table.table("rd"), name + ".rd", root),
          read_shares(table.table("software"), name + ".software", root)};
}

std::vector<Priors::Weight> read_weights(Settings& root, std::string_view key) {
  std::vector<Priors::Weight> out;
  for (Settings& table : root.tables(key)) {
    Priors::Weight weight;
    weight.log_odds = table.number("log_odds", 0, -20, 20);
    weight.sd = table.number("sd", 0.3, 0.001, 10);
    if (key == "industry") {
      weight.prefix = table.text("gbt");
      weight.label = "行业 " + weight.prefix;
    } else if (key == "age") {
      weight.known = table.flag("known", true);
      if (weight.known)
        weight.least = static_cast<int>(table.integer("years", 0, 0, 1000));
      else if (table.has("years"))
        table.complain("years", "known = false is of firms whose founding is not known: they have no years");
      const bool again = std::any_of(out.begin(), out.end(), [&](const Priors::Weight& w) {
        return w.known == weight.known && w.least == weight.least;
      });
      if (again) table.complain(weight.known ? "years" : "known", "stands there twice");
    } else {
      weight.least = static_cast<int>(table.integer("least", 0, 0, 1'000'000));
      weight.label = "参保人数 " + std::to_string(weight.least) + " 人及以上";
    }
    out.push_back(std::move(weight));
  }
  return out;
}

// "成立未满 2 年", "成立 2–4 年", "成立满 10 年": from its years to where the next row begins.
void label_ages(std::vector<Priors::Weight>& ages) {
  for (auto& age : ages) {
    int next = 0;  // 0: it is the last
    for (const auto& other : ages)
      if (other.known && other.least > age.least) next = next == 0 ? other.least : std::min(next, other.least);
    const std::string from = std::to_string(age.least), to = std::to_string(next == 0 ? 0 : next - 1);
    if (!age.known)
      age.label = "成立日期未知";
    else if (next == 0)
      age.label = "成立满 " + from + " 年";
    else if (age.least == 0)
      age.label = "成立未满 " + std::to_string(next) + " 年";
    else
      age.label.assign("成立 ").append(from).append(from == to ? "" : "–" + to).append(" 年");
  }
}

std::vector<Priors::Right> read_rights(Settings& root) {
  std::vector<Priors::Right> out;
  for (Settings& table : root.tables("right")) {
    Priors::Right right;
    right.one = table.word("kind", "", {"invention", "other"}) == "invention";
    right.granted = table.flag("granted", false);
    right.least = static_cast<int>(table.integer("years", 0, 0, 100));
    right.chance = table.number("chance", -1, 0, 1);
    if (!table.has("kind")) table.complain("kind", "expected invention or other");
    if (!table.has("chance")) table.complain("chance", "expected a number from 0 to 1");
    const bool again = std::any_of(out.begin(), out.end(), [&](const Priors::Right& r) {
      return r.one == right.one && r.granted == right.granted && r.least == right.least;
    });
    if (again) table.complain("years", "stands there twice for this kind");
    out.push_back(right);
  }
  for (const bool one : {true, false})
    for (const bool granted : {true, false})
      if (std::none_of(out.begin(), out.end(),
                       [&](const Priors::Right& r) { return r.one == one && r.granted == granted && r.least == 0; }))
        root.complain("right", std::string("expected a [[right]] from 0 years on with kind = \"") +
                                   (one ? "invention" : "other") + "\" and granted = " + (granted ? "true" : "false"));
  return out;
}

}  // namespace

double Priors::right_chance(bool one, bool granted, std::optional<int> years) const {
  double sum = 0, chance = 0;
  int rows = 0, best = -1;
  for (const Right& right : rights) {
    if (right.one != one || right.granted != granted) continue;
    sum += right.chance, ++rows;
    if (years && right.least <= *years && right.least > best) best = right.least, chance = right.chance;
  }
  return years ? chance : sum / std::max(rows, 1);
}

Result<Priors> parse_priors(const std::string& toml, const std::string& file) {
  TANMIAO_ASSIGN(Settings settings, Settings::parse(toml, file));
  Priors priors;
  priors.bytes = toml;
  priors.id = settings.text("id");
  priors.base = settings.number("base", 0, -20, 20);
  priors.base_sd = settings.number("base_sd", 0.4, 0.001, 10);
  priors.firms = settings.number("firms", 60, 0.1, 1e6);
  priors.together = settings.number("together", 0, 0, 1);
  priors.rights = read_rights(settings);
  Settings cost = settings.table("cost");
  priors.cost_staff = cost.number("staff_band", 1, 0.01, 1000);
  priors.cost_rd = cost.number("rd_band", 1, 0.01, 1000);
  priors.cost_two = cost.number("class_two", 1, 0.01, 1000);
  priors.cost_one = cost.number("class_one", 1, 0.01, 1000);
  priors.industries = read_weights(settings, "industry");
  priors.sizes = read_weights(settings, "size");
  priors.ages = read_weights(settings, "age");
  label_ages(priors.ages);
  for (Settings& table : settings.tables("signal")) {
    const double sd = table.number("sd", 0.3, 0.001, 10);
    const auto feature = read_feature(table);
    if (!feature) continue;
    if (std::any_of(priors.signals.begin(), priors.signals.end(),
                    [&](const auto& s) { return s.feature.id == feature->id; }))
      table.complain("id", "the signal '" + feature->id + "' stands there twice: it would count twice");
    priors.signals.push_back({*feature, sd});
  }
  priors.active = read_kind(settings, "active");
  priors.inactive = read_kind(settings, "inactive");
  TANMIAO_TRY(settings.finish());
  return priors;
}

Status check_priors(const Priors& priors, const Rubric& rubric, const std::string& file) {
  const auto among = [](const Shares& shares, const std::vector<Band>& bands) {
    return std::all_of(shares.begin(), shares.end(), [&](const auto& share) {
      return std::any_of(bands.begin(), bands.end(), [&](const Band& band) { return band.points == share.first; });
    });
  };
  for (const Priors::Kind* kind : {&priors.active, &priors.inactive})
    if (!among(kind->staff, rubric.staff) || !among(kind->rd, rubric.rd_revenue))
      return Error{Errc::kConfig, "a share is of points that " + rubric.id + " does not give", file};
  return {};
}

}  // namespace tanmiao::miner
