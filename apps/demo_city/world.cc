#include "apps/demo_city/world.h"

#include <algorithm>
#include <cstdio>

#include "apps/demo_city/build.h"

namespace demo_city {
namespace {

struct Ip {
  int inventions = 0, others = 0;
};

// Points of intellectual property in the tech-SME evaluation (class I 30; class II by count 24, 18, 12, 6).
int ip_points(const Ip& ip) {
  if (ip.inventions >= 1) return 30;
  if (ip.others >= 4) return 24;
  if (ip.others >= 3) return 18;
  return ip.others >= 2 ? 12 : ip.others == 1 ? 6 : 0;
}
int staff_points(const Truth& truth) {
  const int percent = truth.staff == 0 ? 0 : truth.technical_staff * 100 / truth.staff;
  return percent >= 30 ? 20 : percent >= 25 ? 16 : percent >= 20 ? 12 : percent >= 15 ? 8 : percent >= 10 ? 4 : 0;
}
int rd_points(const Truth& truth) {
  const double percent = truth.rd_share * 100;
  return percent >= 6 ? 50 : percent >= 5 ? 40 : percent >= 4 ? 30 : percent >= 3 ? 20 : percent >= 2 ? 10 : 0;
}

std::string numbered(const char* form, int a, int b, int c) {
  char text[40];
  std::snprintf(text, sizeof text, form, a, b, c);
  return text;
}

// The firm itself, or the one whose branch it is.
const Firm& enterprise(const World& world, int number) {
  const Firm* firm = &world.firms.at(static_cast<std::size_t>(number - 1));
  while (firm->parent != 0) firm = &world.firms.at(static_cast<std::size_t>(firm->parent - 1));
  return *firm;
}

void recognise(Random& random, const WorldConfig& config, Firm& firm) {
  const int year = tanmiao::year_of(config.today);
  if (firm.truth.would_pass && random.chance(.55)) {
    firm.tech_sme_year = random.chance(.7) ? year : year - 1;  // last year's ones are due for renewal
    firm.tech_sme_number =
        numbered("%04d%06dA8%06d", firm.tech_sme_year, firm.place->county_code, 900000 + firm.number);
  }
  if (firm.truth.would_pass && random.chance(.15)) {
    firm.hnte_issued = config.today - std::chrono::days(random.between(100, 1500));
    firm.hnte_number = numbered("GR%04d37%06d", tanmiao::year_of(firm.hnte_issued), 900000 + firm.number, 0);
  }
  if (firm.truth.does_rd && random.chance(.25)) {
    firm.subsidy_year = year - random.between(1, 2);
    firm.subsidy_wan = random.between(2, 60);
  }
}

}  // namespace

void make_recognitions(World& world) {
  std::vector<Ip> owned(world.firms.size() + 1);
  for (const Patent& patent : world.patents) {
    if (patent.granted == Date{} || patent.lapsed) continue;
    // What the enterprise owns counts, bought or its own; a branch is no enterprise, what it has is its parent's.
    Ip& ip = owned[static_cast<std::size_t>(
        enterprise(world, patent.new_owner != 0 ? patent.new_owner : patent.firm).number)];
    ++(patent.sort == PatentSort::kInvention ? ip.inventions : ip.others);
  }
  Random random(world.config.seed, "recognitions");
  for (Firm& firm : world.firms) {
    const int rd = rd_points(firm.truth), staff = staff_points(firm.truth);
    const int points = rd + staff + ip_points(owned[static_cast<std::size_t>(firm.number)]);
    firm.truth.points = points;
    firm.truth.would_pass = points >= 60 && staff > 0 && firm.parent == 0;
    recognise(random, world.config, firm);
  }
}

World make_world(const WorldConfig& config) {
  World world{.config = config, .firms = {}, .patents = {}};
  make_firms(world);
  make_patents(world);
  make_recognitions(world);
  return world;
}

}  // namespace demo_city
