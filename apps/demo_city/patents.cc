// Patents of the firms that do R&D, and of a few that do not.
#include <algorithm>
#include <cstdio>

#include "apps/demo_city/build.h"

namespace demo_city {
namespace {

// Check digit of an application number: weights 2..9, 2..5, modulo 11, 10 is X.
char check_digit(const std::string& twelve) {
  static constexpr int kWeights[] = {2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5};
  int sum = 0;
  for (std::size_t i = 0; i < 12; ++i) sum += (twelve[i] - '0') * kWeights[i];
  const int rest = sum % 11;
  return rest == 10 ? 'X' : static_cast<char>('0' + rest);
}

std::string application_no(int year, PatentSort sort, int serial) {
  char digits[40];
  std::snprintf(digits, sizeof digits, "%04d%d%07d", year, sort == PatentSort::kInvention ? 1 : 2, 9000000 + serial);
  return std::string(digits) + "." + check_digit(digits);
}

std::string make_title(Random& random, const Trade& trade, PatentSort sort) {
  static constexpr std::string_view kAdjectives[] = {"高强", "节能", "自动",   "低温",
                                                     "耐磨", "连续", "轻量化", "可拆卸"};
  const std::string what = std::string(random.pick(kAdjectives)) + std::string(trade.thing);
  if (sort == PatentSort::kUtilityModel) return "一种" + what + std::string(trade.purpose) + "装置";
  return "一种" + what + "的" + std::string(trade.purpose) + "方法";
}

// Old publications carry the old name; brackets and blanks vary as they do in gazettes.
std::string as_published(Random& random, const Firm& firm) {
  if (!firm.former_name.empty() && random.chance(.4)) return firm.former_name;
  return random.chance(.03) ? " " + firm.name : firm.name;
}

void publish(Random& random, const Date today, int serial, Patent& patent) {
  char number[24];
  const bool invention = patent.sort == PatentSort::kInvention;
  const Date first = tanmiao::add_months(patent.filed, invention ? 18 : random.between(6, 10));
  std::snprintf(number, sizeof number, "%09d", (invention ? 119000000 : 229000000) + serial);
  if (first > today) return;
  patent.published = first;
  patent.publication_no = number;
  if (!invention) patent.granted = first, patent.grant_no = number;
  if (invention && random.chance(.6)) {
    const Date grant = tanmiao::add_months(patent.filed, random.between(26, 40));
    if (grant <= today) patent.granted = grant, patent.grant_no = number;
  }
}

void age(Random& random, const World& world, Patent& patent) {
  const Date today = world.config.today;
  if (patent.granted == Date{}) return;
  const Date fee_due = tanmiao::add_months(patent.granted, random.between(14, 40));
  if (random.chance(.2) && fee_due <= today) patent.lapsed = true, patent.lapsed_on = fee_due;
  const Date deal = tanmiao::add_months(patent.granted, random.between(3, 30));
  if (!patent.lapsed && random.chance(.06) && deal <= today) {
    const Firm& buyer = random.pick(world.firms);
    if (buyer.number == patent.firm || buyer.established > deal) return;
    patent.transferred_to = buyer.name, patent.new_owner = buyer.number, patent.transferred_on = deal;
  }
}

Patent make_patent(Random& random, const World& world, const Firm& firm, int serial) {
  Patent patent;
  patent.firm = firm.number;
  patent.sort = random.chance(.5) ? PatentSort::kInvention : PatentSort::kUtilityModel;
  const auto room = (world.config.today - firm.established).count();
  patent.filed =
      world.config.today - std::chrono::days(random.between(120, static_cast<int>(std::clamp<long>(room, 200, 3000))));
  patent.application_no = application_no(tanmiao::year_of(patent.filed), patent.sort, serial);
  patent.title = make_title(random, *firm.trade, patent.sort);
  patent.ipc = std::string(firm.trade->ipc);
  patent.applicants.push_back(as_published(random, firm));
  if (random.chance(.08)) patent.applicants.push_back("滨州演示学院");
  if (random.chance(.04)) patent.person_applicants = 1;
  patent.inventors = random.between(1, 6);
  publish(random, world.config.today, serial, patent);
  age(random, world, patent);
  return patent;
}

}  // namespace

void make_patents(World& world) {
  Random random(world.config.seed, "patents");
  std::vector<int> owners;  // a firm stands in it as often as it is inventive
  for (const Firm& firm : world.firms) {
    if (firm.trade->ipc.empty() || firm.code[1] != '1') continue;
    const int tickets = firm.truth.does_rd ? random.between(1, 12) : random.chance(.05) ? 1 : 0;
    owners.insert(owners.end(), static_cast<std::size_t>(tickets), firm.number);
  }
  for (int serial = 1; serial <= world.config.patents && !owners.empty(); ++serial) {
    const Firm& firm = world.firms[static_cast<std::size_t>(random.pick(owners) - 1)];
    world.patents.push_back(make_patent(random, world, firm, serial));
  }
}

}  // namespace demo_city
