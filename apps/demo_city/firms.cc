// Firms of the world and what is hidden of them.
#include <set>

#include "apps/demo_city/build.h"
#include "core/identifiers.h"

namespace demo_city {
namespace {

constexpr double kBranchShare = .01, kCooperativeShare = .03, kSoleTraderShare = .03;

// Codes that no authority gives out: the organisation code begins with YY.
std::string make_code(Random& random, char category, int county_code) {
  std::string org = "YY";
  for (int i = 0; i < 6; ++i) org += static_cast<char>('0' + random.below(10));
  org += tanmiao::org_code_check(org);
  std::string code = std::string("9") + category + std::to_string(county_code) + org;
  return code + tanmiao::credit_code_check(code);
}

const Trade& pick_trade(Random& random) {
  int all = 0;
  for (const Trade& trade : trades()) all += trade.share;
  int at = static_cast<int>(random.below(static_cast<std::uint64_t>(all)));
  for (const Trade& trade : trades()) {
    at -= trade.share;
    if (at < 0) return trade;
  }
  return trades().front();
}

std::string trade_name(Random& random) {
  return std::string(random.pick(stems())) + std::string(random.pick(branches())) +
         std::string(random.pick(branches()));
}

std::string full_name(Random& random, const Firm& firm) {
  static constexpr std::string_view kRegions[] = {"滨州市", "滨州", "山东", ""};
  std::string region(random.pick(kRegions));
  if (region.empty()) region = std::string(firm.place->county);
  const std::string middle = trade_name(random) + std::string(firm.trade->word);
  switch (firm.code[1]) {
    case '2': return region + trade_name(random) + "服务部";
    case '3': return region + trade_name(random) + "种植专业合作社";
    default: return region + middle + (random.chance(.06) ? "股份有限公司" : "有限公司");
  }
}

// The spellings registries really use.
std::string spell_capital(Random& random) {
  static constexpr int kAmounts[] = {10, 50, 100, 200, 300, 500, 800, 1000, 2000, 5000};
  const int wan = random.pick(kAmounts);
  switch (random.below(4)) {
    case 0: return std::to_string(wan) + "万元";
    case 1: return std::to_string(wan) + "万元人民币";
    case 2: return std::to_string(wan) + ".0000(万元人民币)";
    default: return std::to_string(wan) + "万人民币";
  }
}

std::string status_of(Random& random) {
  const double dice = random.unit();
  if (dice < .03) return "注销";
  if (dice < .04) return "吊销，未注销";
  return dice < .6 ? "存续（在营、开业、在册）" : "在业";
}

void make_address(Random& random, Firm& firm) {
  firm.county_in_address = !random.chance(.2);
  firm.address = "山东省滨州市";
  if (firm.county_in_address) firm.address += std::string(firm.place->county) + std::string(firm.place->township);
  firm.address += "演示路" + std::to_string(random.between(1, 999)) + "号";
}

void hide_truth(Random& random, Firm& firm) {
  Truth& truth = firm.truth;
  truth.staff = random.between(3, 180);
  truth.does_rd = firm.code[1] == '1' && random.chance(firm.trade->technical);
  truth.technical_staff = truth.does_rd ? truth.staff * random.between(8, 50) / 100 : 0;
  truth.rd_share = truth.does_rd ? random.unit() * .12 : 0;
}

}  // namespace

Firm make_firm(Random& random, const WorldConfig& config, int number) {
  Firm firm;
  firm.number = number;
  firm.place = &random.pick(places());
  firm.trade = &pick_trade(random);
  const double dice = random.unit();
  const char category = dice < kCooperativeShare ? '3' : dice < kCooperativeShare + kSoleTraderShare ? '2' : '1';
  firm.code = make_code(random, category, firm.place->county_code);
  firm.name = full_name(random, firm);
  if (random.chance(.05)) firm.former_name = full_name(random, firm);
  firm.org_type = category == '1' ? "有限责任公司" : category == '2' ? "个体工商户" : "农民专业合作社";
  firm.status = status_of(random);
  firm.established = config.today - std::chrono::days(random.between(60, 9000));
  firm.capital = spell_capital(random);
  make_address(random, firm);
  hide_truth(random, firm);
  // Day by day: a hundredth of the firms is new, a hundredth changes, few vanish.
  if (random.chance(.01 * config.days / 30.0 + .02)) firm.born_day = random.between(2, config.days);
  if (random.chance(.05))
    firm.changed_day = random.between(2, config.days), firm.changed_capital = spell_capital(random);
  if (random.chance(.01)) firm.gone_day = random.between(2, config.days);
  return firm;
}

void make_firms(World& world) {
  Random random(world.config.seed, "firms");
  std::set<std::string> names, codes;
  while (world.firms.size() < static_cast<std::size_t>(world.config.firms)) {
    Firm firm = make_firm(random, world.config, static_cast<int>(world.firms.size()) + 1);
    // Of every hundred firms two may share a name with another: staff must be able to tell them apart.
    const bool name_known = !names.insert(firm.name).second;
    if (!codes.insert(firm.code).second || (name_known && !random.chance(.5))) continue;
    if (random.chance(kBranchShare) && !world.firms.empty()) {
      const Firm& parent = random.pick(world.firms);
      if (parent.name.ends_with("公司")) {
        firm.name = parent.name + std::string(firm.place->county) + "分公司";
        firm.parent = parent.number;
      }
    }
    world.firms.push_back(std::move(firm));
  }
}

bool shown_on(const Firm& firm, int day) { return firm.born_day <= day && (firm.gone_day == 0 || day < firm.gone_day); }

const std::string& capital_on(const Firm& firm, int day) {
  return firm.changed_day != 0 && firm.changed_day <= day ? firm.changed_capital : firm.capital;
}

}  // namespace demo_city
