#include "indexer/facets.h"

#include <tbb/parallel_invoke.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "core/candidate.h"
#include "core/date.h"
#include "core/settings.h"
#include "core/text/normalize.h"
#include "indexer/facet_maker.h"

namespace tanmiao::indexer {
namespace {

constexpr std::uint8_t kTownshipLevel = 4;

// Years since the founding on the snapshot's day.
FacetColumn make_age(const store::Snapshot& s) {
  FacetMaker maker("age", "成立年限", s.last_firm());
  struct Band {
    const char *value, *label;
    int months;
  };
  static constexpr std::array<Band, 4> kBands{
      {{"0-3", "不满3年", 36}, {"3-5", "3至5年", 60}, {"5-10", "5至10年", 120}, {"10-", "10年及以上", 0}}};
  for (const Band& band : kBands) maker.declare(band.value, band.label);
  maker.declare("unknown", "未知");
  std::array<Day, kBands.size() - 1> since{};  // a firm is in the band when it was founded on this day or later
  for (std::size_t i = 0; i < since.size(); ++i) {
    constexpr int kLongestMonth = 31;
    Date day = add_months(s.info().civil_date, -kBands[i].months) - std::chrono::days(kLongestMonth);
    while (add_months(day, kBands[i].months) <= s.info().civil_date) day += std::chrono::days(1);
    since[i] = to_day(day);
  }
  return maker.run(s, [&](store::FirmNo firm, FacetMaker& make) {
    const auto established = s.firms.established[firm];
    const auto band = std::find_if(since.begin(), since.end(), [&](Day first) { return established >= first; });
    const bool known = from_day(established).has_value();
    make.add(known ? kBands[static_cast<std::size_t>(band - since.begin())].value : "unknown",
             [] { return std::string(); });
  });
}

bool in_yuan(const store::Snapshot& s, store::FirmNo firm) {
  return s.firms.capital_currency[firm].empty() || s.firms.capital_currency[firm] == "CNY";
}

// Registered capital in 万元, of what is stated in yuan.
FacetColumn make_capital(const store::Snapshot& s) {
  constexpr std::int64_t kFenOfWan = 1'000'000;
  FacetMaker maker("capital", "注册资本", s.last_firm());
  struct Band {
    const char *value, *label;
    std::int64_t wan;  // below this
  };
  static constexpr std::array<Band, 5> kBands{{{"0-100", "不满100万元", 100},
                                               {"100-500", "100万至500万元", 500},
                                               {"500-1000", "500万至1000万元", 1000},
                                               {"1000-5000", "1000万至5000万元", 5000},
                                               {"5000-", "5000万元及以上", 0}}};
  for (const Band& band : kBands) maker.declare(band.value, band.label);
  maker.declare("unknown", "未知或外币");
  return maker.run(s, [&](store::FirmNo firm, FacetMaker& make) {
    const std::int64_t fen = s.firms.capital[firm];
    const char* value = "unknown";
    if (fen >= 0 && in_yuan(s, firm))
      value =
          std::find_if(kBands.begin(), kBands.end() - 1, [&](const Band& b) { return fen < b.wan * kFenOfWan; })->value;
    make.add(value, [] { return std::string(); });
  });
}

FacetColumn make_patent_kind(const store::Snapshot& s) {
  FacetMaker maker("patent_kind", "专利类型", s.last_firm());
  static constexpr std::array<std::pair<PatentKind, const char*>, 4> kKinds{{{PatentKind::kInvention, "invention"},
                                                                             {PatentKind::kUtility, "utility"},
                                                                             {PatentKind::kDesign, "design"},
                                                                             {PatentKind::kUnknown, "unknown"}}};
  static constexpr std::array<const char*, 4> kLabels{"发明", "实用新型", "外观设计", "类型未知"};
  for (std::size_t i = 0; i < kKinds.size(); ++i) maker.declare(kKinds[i].second, kLabels[i]);
  maker.otherwise("none", "无专利");
  return maker.run(s, [&](store::FirmNo firm, FacetMaker& make) {
    const auto [begin, end] = s.ownerships_of(firm);
    for (std::uint32_t i = begin; i < end; ++i) {
      const auto kind = static_cast<PatentKind>(s.patents.kind[s.ownerships.patent[i]]);
      const auto known = std::find_if(kKinds.begin(), kKinds.end() - 1, [&](const auto& k) { return k.first == kind; });
      make.add(known->second, [] { return std::string(); });
    }
  });
}

FacetColumn make_recognition(const store::Snapshot& s, const Reference& reference) {
  FacetMaker maker("recognition", "资质", s.last_firm());
  for (const auto& [program, label] : reference.programs) maker.know(program, label);
  maker.otherwise("none", "无资质");
  return maker.run(s, [&](store::FirmNo firm, FacetMaker& make) {
    const auto [begin, end] = s.recognitions_of(firm);
    for (std::uint32_t i = begin; i < end; ++i) make.add(s.recognitions.program[i], [] { return std::string(); });
  });
}

void add_places(std::vector<FacetColumn>& out, const store::Snapshot& s, const RegionTable& regions) {
  const store::FirmNo last = s.last_firm();
  FacetMaker unit("unit", "责任单位", last), township("township", "乡镇(街道)", last), zone("zone", "园区", last);
  for (const Unit& known : regions.units()) unit.know(known.id, known.name);
  for (const Zone& known : regions.zones()) zone.know(known.id, known.name);
  for (const Division& known : regions.divisions())
    if (known.level == kTownshipLevel) township.know(std::to_string(known.code), known.name);
  unit.otherwise("unknown", "责任单位未知"), township.otherwise("unknown", "乡镇(街道)未知");
  zone.otherwise("none", "不在园区");
  out.push_back(unit.run(s, [&](store::FirmNo firm, FacetMaker& make) {
    const std::string_view id = s.unit_id(firm, regions);
    if (!id.empty()) make.add(id, [&] { return std::string(s.unit_name(firm, regions)); });
  }));
  out.push_back(make_region(s, regions));
  out.push_back(township.run(s, [&](store::FirmNo firm, FacetMaker& make) {
    const std::uint32_t code = s.firms.township[firm];
    if (code != 0) make.add(std::to_string(code), [&] { return std::string(regions.name(code)); });
  }));
  out.push_back(zone.run(s, [&](store::FirmNo firm, FacetMaker& make) {
    const std::string_view id = s.zone_id(firm, regions);
    if (!id.empty()) make.add(id, [&] { return std::string(s.zone_name(firm, regions)); });
  }));
}

FacetColumn make_status(const store::Snapshot& s) {
  FacetMaker maker("status", "登记状态", s.last_firm());
  for (int i = 0; i <= static_cast<int>(FirmStatus::kClosed); ++i) {
    const auto status = static_cast<FirmStatus>(i);
    maker.know(status_word(status), status_label(status));
  }
  return maker.run(s, [&](store::FirmNo firm, FacetMaker& make) {
    make.add(status_word(static_cast<FirmStatus>(s.firms.status[firm])), [] { return std::string(); });
  });
}

void add_run_facets(std::vector<FacetColumn>& out, const store::Snapshot& s, const store::Run& run) {
  const auto by_row = [&](FacetMaker maker, const auto& value_of) {
    maker.of_run();
    maker.otherwise("none", "未研判");
    out.push_back(maker.run(s, [&](store::FirmNo firm, FacetMaker& make) {
      const std::size_t row = run.row_of(firm);
      if (row < run.size()) make.add(value_of(row), [] { return std::string(); });
    }));
  };
  const auto maker_of = [&](std::size_t facet) {
    return FacetMaker(std::string(kRunFacets[facet].first), std::string(kRunFacets[facet].second), s.last_firm());
  };
  FacetMaker judgement = maker_of(0);
  for (const Judgement j : {Judgement::kPromising, Judgement::kNeedsData, Judgement::kLittle, Judgement::kNotYet})
    judgement.declare(std::string(word(j)), std::string(label(j)));
  by_row(std::move(judgement), [&](std::size_t row) { return word(static_cast<Judgement>(run.judgement[row])); });
  FacetMaker kind = maker_of(1);
  for (const LeadKind k : {LeadKind::kDirect, LeadKind::kRenewal, LeadKind::kStartUp, LeadKind::kNew})
    kind.declare(std::string(word(k)), std::string(label(k)));
  by_row(std::move(kind), [&](std::size_t row) { return word(static_cast<LeadKind>(run.lead_kind[row])); });
  FacetMaker band = maker_of(2);
  band.declare("60-", "60分及以上"), band.declare("40-59", "40至59分"), band.declare("20-39", "20至39分");
  band.declare("0-19", "20分以下");
  by_row(std::move(band), [&](std::size_t row) -> std::string_view {
    const std::int32_t points = run.known_points[row];
    return points >= 60 ? "60-" : points >= 40 ? "40-59" : points >= 20 ? "20-39" : "0-19";
  });
}

}  // namespace

FacetColumn joined_facet(std::string name, std::string label, const store::Snapshot& s,
                         const std::vector<FacetWord>& values, std::vector<std::pair<store::FirmNo, std::string>> of,
                         const FacetWord& none) {
  FacetMaker maker(std::move(name), std::move(label), s.last_firm());
  for (const auto& [value, shown] : values) maker.declare(value, shown);
  maker.declare(none.first, none.second);
  std::sort(of.begin(), of.end());
  auto at = of.begin();
  return maker.run(s, [&](store::FirmNo firm, FacetMaker& make) {
    while (at != of.end() && at->first < firm) ++at;
    if (at == of.end() || at->first != firm) make.add(none.first, [] { return std::string(); });
    for (; at != of.end() && at->first == firm; ++at) make.add(at->second, [&] { return at->second; });
  });
}

Status check_values(const FacetColumn& facet, const std::vector<std::string>& wanted) {
  const auto of = [](const std::vector<std::string>& words, const std::string& word) {
    return std::find(words.begin(), words.end(), word) != words.end();
  };
  for (const std::string& value : wanted) {
    if ((facet.well_formed != nullptr && facet.well_formed(value)) || of(facet.values, value) ||
        of(facet.labels, value))
      continue;
    return no_such(facet.label, value, {facet.labels.begin(), facet.labels.end()},
                   {facet.values.begin(), facet.values.end()});
  }
  return {};
}

std::string value_meant(const FacetColumn& facet, std::string_view typed) {
  const auto plain = [](std::string_view word) { return text::ascii_lower(text::without_blanks(text::nfkc(word))); };
  const std::string wanted = plain(typed);
  for (std::size_t i = 0; i < facet.values.size(); ++i)
    if (typed == facet.values[i] || typed == facet.labels[i]) return facet.values[i];
  for (std::size_t i = 0; i < facet.values.size(); ++i)
    if (wanted == plain(facet.values[i]) || wanted == plain(facet.labels[i])) return facet.values[i];
  std::string upper = wanted;  // codes that no firm has
  for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return facet.well_formed != nullptr && facet.well_formed(upper) ? upper : std::string(typed);
}

FirmSet firms_with(const FacetColumn& facet, const std::vector<std::string>& wanted, const FirmSet& listed) {
  std::vector<char> right(facet.values.size());
  for (std::size_t i = 0; i < right.size(); ++i)
    right[i] = std::any_of(wanted.begin(), wanted.end(), [&](const std::string& value) {
      return value == facet.values[i] || value == facet.labels[i];
    });
  FirmSet firms = listed;
  firms.filter([&](store::FirmNo firm) {
    const auto ids = facet.of(firm);
    return std::any_of(ids.begin(), ids.end(), [&](std::uint32_t id) { return right[id] != 0; });
  });
  return firms;
}

bool is_run_facet(std::string_view name) {
  return std::any_of(kRunFacets.begin(), kRunFacets.end(), [&](const auto& facet) { return facet.first == name; });
}

std::vector<FacetColumn> make_facets(const store::Snapshot& s, const store::Run* run, const Reference& reference) {
  std::vector<FacetColumn> places, of_run;
  std::array<FacetColumn, 7> others;
  tbb::parallel_invoke([&] { others[1] = make_ipc(s, reference); }, [&] { add_places(places, s, reference.regions); },
                       [&] { others[0] = make_industry(s, reference); }, [&] { others[2] = make_status(s); },
                       [&] { others[3] = make_age(s); }, [&] { others[4] = make_capital(s); },
                       [&] { others[5] = make_patent_kind(s); }, [&] { others[6] = make_recognition(s, reference); },
                       [&] {
                         if (run != nullptr) add_run_facets(of_run, s, *run);
                       });
  std::vector<FacetColumn> out = std::move(places);
  out.insert(out.end(), std::make_move_iterator(others.begin()), std::make_move_iterator(others.end()));
  out.insert(out.end(), std::make_move_iterator(of_run.begin()), std::make_move_iterator(of_run.end()));
  return out;
}

}  // namespace tanmiao::indexer
