// A small invented city: firms with a hidden truth, their patents and what officials have published of them. The same
// parameters give the same world, on every machine. Nothing in it is real but the names of places and trades.
#pragma once

#include <string>
#include <vector>

#include "apps/demo_city/words.h"
#include "core/date.h"

namespace demo_city {

using tanmiao::Date;

struct WorldConfig {
  std::uint64_t seed = 1;
  int firms = 1200;
  int patents = 2400;
  int days = 30;  // how many days of change the world has
  Date today{};   // day 1
};

// What nobody publishes: a firm would pass the evaluation when its R&D and staff say so.
struct Truth {
  int staff = 0, technical_staff = 0;
  double rd_share = 0;  // R&D expense / sales
  bool does_rd = false;
  int points = 0;  // of the tech-SME evaluation, of all there is
  bool would_pass = false;
};

struct Firm {
  int number = 0;
  int parent = 0;  // number of the firm whose branch it is; 0: of none
  std::string code, name, former_name, org_type, status, address, capital;
  const Place* place = nullptr;
  const Trade* trade = nullptr;
  Date established{};
  bool county_in_address = true;
  Truth truth;
  int born_day = 1;     // first day on which the registry shows it
  int changed_day = 0;  // on this day its capital changes; 0: never
  int gone_day = 0;     // on this day the registry no longer shows it; 0: never
  std::string changed_capital;
  // Recognitions; day numbers of publication, 0: none.
  int tech_sme_year = 0;  // last year of registration
  std::string tech_sme_number;
  std::string hnte_number;
  Date hnte_issued{};
  int subsidy_year = 0;
  int subsidy_wan = 0;
};

enum class PatentSort { kInvention = 10, kUtilityModel = 20 };

struct Patent {
  std::string application_no;  // 202310123456.7
  PatentSort sort = PatentSort::kInvention;
  std::vector<std::string> applicants;  // as published
  int person_applicants = 0;
  int inventors = 1;
  int firm = 0;
  std::string title, ipc;
  Date filed{}, published{}, granted{};  // epoch: not
  std::string publication_no, grant_no;
  bool lapsed = false;
  Date lapsed_on{};
  std::string transferred_to;  // name of the new owner
  int new_owner = 0;           // and its number
  Date transferred_on{};
};

struct World {
  WorldConfig config;
  std::vector<Firm> firms;
  std::vector<Patent> patents;
};

World make_world(const WorldConfig& config);

// The registry's view of a firm on a day.
bool shown_on(const Firm& firm, int day);
const std::string& capital_on(const Firm& firm, int day);

}  // namespace demo_city
