#include "indexer/facets.h"

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <tuple>
#include <unordered_map>

#include "core/candidate.h"
#include "core/date.h"
#include "core/industry.h"
#include "core/settings.h"
#include "indexer/document.h"

namespace tanmiao::indexer {
namespace {

constexpr std::uint8_t kTownshipLevel = 4;

// Takes the values firm by firm, ascending.
class Maker {
 public:
  Maker(std::string name, std::string label, store::FirmNo last) : last_(last) {
    column_.name = std::move(name);
    column_.label = std::move(label);
  }
  // Values of an order of their own are declared before the first firm.
  void declare(std::string_view value, std::string_view label) {
    column_.own_order = true;
    id(
        value, [&] { return label; }, true);
  }
  // A right value, whether a firm has it or not: a filter for it finds nothing, but is no mistake.
  void know(std::string_view value, std::string_view label, bool shown = true) {
    id(
        value, [&] { return label; }, shown);
  }
  void know(bool (*well_formed)(std::string_view)) { column_.well_formed = well_formed; }
  template <class Label>
  void add(std::string_view value, const Label& label, bool shown = true) {
    const std::uint32_t number = id(value, label, shown);
    const auto begin = column_.ids.begin() + column_.first.back();
    if (std::find(begin, column_.ids.end(), number) == column_.ids.end()) column_.ids.push_back(number);
  }
  template <class Each>
  FacetColumn run(const store::Snapshot& snapshot, const Each& each) {
    column_.first.push_back(0);
    for (store::FirmNo firm = 0; firm <= last_; ++firm) {
      if (firm != 0 && listed(snapshot, firm)) each(firm, *this);
      column_.first.push_back(static_cast<std::uint32_t>(column_.ids.size()));
    }
    return std::move(column_);
  }
  void of_run() { column_.of_run = true; }
  void levels(std::vector<std::size_t> sizes) { column_.levels = std::move(sizes); }

 private:
  template <class Label>
  std::uint32_t id(std::string_view value, const Label& label, bool shown) {
    const auto [found, fresh] =
        numbers_.try_emplace(std::string(value), static_cast<std::uint32_t>(column_.values.size()));
    if (fresh) {
      column_.values.emplace_back(value);
      column_.labels.emplace_back(label());
      if (column_.labels.back().empty()) column_.labels.back() = value;
      column_.shown.push_back(shown);
    }
    return found->second;
  }
  store::FirmNo last_;
  FacetColumn column_;
  std::unordered_map<std::string, std::uint32_t> numbers_;
};

FacetColumn make_industry(const store::Snapshot& s, const Reference& reference) {
  std::map<std::tuple<std::string_view, int, std::string_view>, std::string> known;
  Maker maker("industry", "行业", s.last_firm());
  std::vector<std::string_view> codes;
  codes.reserve(reference.industry_2017.name_by_code.size());
  for (const auto& [code, name] : reference.industry_2017.name_by_code) codes.push_back(code);
  std::sort(codes.begin(), codes.end());
  maker.levels({1, 3, 4, 5});
  for (const std::string_view code : codes) maker.know(code, reference.industry_2017.name(code), code.size() == 3);
  return maker.run(s, [&](store::FirmNo firm, Maker& make) {
    const std::tuple said{s.firms.industry_code[firm], int{s.firms.industry_edition[firm]},
                          s.firms.industry_name[firm]};
    const auto [found, fresh] = known.try_emplace(said);
    if (fresh) found->second = industry_of(std::get<0>(said), std::get<1>(said), std::get<2>(said), reference).in_2017;
    const std::string& code = found->second;
    for (std::size_t size = 1; size <= code.size(); ++size) {
      if (size == 2) continue;  // a section and half a division
      const std::string level = code.substr(0, size);
      make.add(
          level, [&] { return std::string(reference.industry_2017.name(level)); }, size == 3);
    }
  });
}

// "C", "C22", "C22C"
bool is_ipc_level(std::string_view value) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  if (value.empty() || value[0] < 'A' || value[0] > 'H') return false;
  if (value.size() == 1) return true;
  if (value.size() < 3 || value.size() > 4 || !digit(value[1]) || !digit(value[2])) return false;
  return value.size() == 3 || (value[3] >= 'A' && value[3] <= 'Z');
}

FacetColumn make_ipc(const store::Snapshot& s, const Reference& reference) {
  constexpr std::size_t kSubclass = 4;
  Maker maker("ipc", "专利分类", s.last_firm());
  maker.know(is_ipc_level);
  maker.levels({1, 3, kSubclass});
  return maker.run(s, [&](store::FirmNo firm, Maker& make) {
    const auto [begin, end] = s.ownerships_of(firm);
    for (std::uint32_t i = begin; i < end; ++i) {
      std::string_view ipc = s.patents.ipc[s.ownerships.patent[i]];
      while (!ipc.empty()) {
        const std::size_t stop = std::min(ipc.find(' '), ipc.size());
        for (const std::size_t size : {std::size_t{1}, std::size_t{3}, kSubclass}) {
          if (size > stop) continue;
          const std::string level(ipc.substr(0, size));
          make.add(
              level,
              [&] {
                const auto title = reference.ipc_titles.find(level);
                return title == reference.ipc_titles.end() ? level : level + " " + title->second;
              },
              size == kSubclass);
        }
        ipc.remove_prefix(std::min(stop + 1, ipc.size()));
      }
    }
  });
}

// Years since the founding on the snapshot's day.
FacetColumn make_age(const store::Snapshot& s) {
  Maker maker("age", "成立年限", s.last_firm());
  struct Band {
    const char *value, *label;
    int months;
  };
  static constexpr std::array<Band, 4> kBands{
      {{"0-3", "不满3年", 36}, {"3-5", "3至5年", 60}, {"5-10", "5至10年", 120}, {"10-", "10年及以上", 0}}};
  for (const Band& band : kBands) maker.declare(band.value, band.label);
  maker.declare("unknown", "未知");
  return maker.run(s, [&](store::FirmNo firm, Maker& make) {
    const auto established = from_day(s.firms.established[firm]);
    const char* value = "unknown";
    if (established) {
      const auto band = std::find_if(kBands.begin(), kBands.end() - 1, [&](const Band& b) {
        return add_months(*established, b.months) > s.info().civil_date;
      });
      value = band->value;
    }
    make.add(value, [] { return std::string(); });
  });
}

bool in_yuan(const store::Snapshot& s, store::FirmNo firm) {
  return s.firms.capital_currency[firm].empty() || s.firms.capital_currency[firm] == "CNY";
}

// Registered capital in 万元, of what is stated in yuan.
FacetColumn make_capital(const store::Snapshot& s) {
  constexpr std::int64_t kFenOfWan = 1'000'000;
  Maker maker("capital", "注册资本", s.last_firm());
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
  return maker.run(s, [&](store::FirmNo firm, Maker& make) {
    const std::int64_t fen = s.firms.capital[firm];
    const char* value = "unknown";
    if (fen >= 0 && in_yuan(s, firm))
      value =
          std::find_if(kBands.begin(), kBands.end() - 1, [&](const Band& b) { return fen < b.wan * kFenOfWan; })->value;
    make.add(value, [] { return std::string(); });
  });
}

FacetColumn make_patent_kind(const store::Snapshot& s) {
  Maker maker("patent_kind", "专利类型", s.last_firm());
  static constexpr std::array<std::pair<PatentKind, const char*>, 4> kKinds{{{PatentKind::kInvention, "invention"},
                                                                             {PatentKind::kUtility, "utility"},
                                                                             {PatentKind::kDesign, "design"},
                                                                             {PatentKind::kUnknown, "unknown"}}};
  static constexpr std::array<const char*, 4> kLabels{"发明", "实用新型", "外观设计", "类型未知"};
  for (std::size_t i = 0; i < kKinds.size(); ++i) maker.declare(kKinds[i].second, kLabels[i]);
  maker.declare("none", "无专利");
  return maker.run(s, [&](store::FirmNo firm, Maker& make) {
    const auto [begin, end] = s.ownerships_of(firm);
    for (std::uint32_t i = begin; i < end; ++i) {
      const auto kind = static_cast<PatentKind>(s.patents.kind[s.ownerships.patent[i]]);
      const auto known = std::find_if(kKinds.begin(), kKinds.end() - 1, [&](const auto& k) { return k.first == kind; });
      make.add(known->second, [] { return std::string(); });
    }
    if (begin == end) make.add("none", [] { return std::string(); });
  });
}

FacetColumn make_recognition(const store::Snapshot& s, const Reference& reference) {
  Maker maker("recognition", "资质", s.last_firm());
  for (const auto& [program, label] : reference.programs) maker.know(program, label);
  return maker.run(s, [&](store::FirmNo firm, Maker& make) {
    const auto [begin, end] = s.recognitions_of(firm);
    for (std::uint32_t i = begin; i < end; ++i) make.add(s.recognitions.program[i], [] { return std::string(); });
  });
}

void add_places(std::vector<FacetColumn>& out, const store::Snapshot& s, const RegionTable& regions) {
  const store::FirmNo last = s.last_firm();
  Maker unit("unit", "责任单位", last), township("township", "乡镇(街道)", last), zone("zone", "园区", last);
  for (const Unit& known : regions.units()) unit.know(known.id, known.name);
  for (const Zone& known : regions.zones()) zone.know(known.id, known.name);
  for (const Division& known : regions.divisions())
    if (known.level == kTownshipLevel) township.know(std::to_string(known.code), known.name);
  out.push_back(unit.run(s, [&](store::FirmNo firm, Maker& make) {
    const std::string_view id = s.unit_id(firm, regions);
    if (!id.empty()) make.add(id, [&] { return std::string(s.unit_name(firm, regions)); });
  }));
  out.push_back(township.run(s, [&](store::FirmNo firm, Maker& make) {
    const std::uint32_t code = s.firms.township[firm];
    if (code != 0) make.add(std::to_string(code), [&] { return std::string(regions.name(code)); });
  }));
  out.push_back(zone.run(s, [&](store::FirmNo firm, Maker& make) {
    const std::string_view id = s.zone_id(firm, regions);
    if (!id.empty()) make.add(id, [&] { return std::string(s.zone_name(firm, regions)); });
  }));
}

FacetColumn make_status(const store::Snapshot& s) {
  Maker maker("status", "登记状态", s.last_firm());
  for (int i = 0; i <= static_cast<int>(FirmStatus::kClosed); ++i) {
    const auto status = static_cast<FirmStatus>(i);
    maker.know(status_word(status), status_label(status));
  }
  return maker.run(s, [&](store::FirmNo firm, Maker& make) {
    make.add(status_word(static_cast<FirmStatus>(s.firms.status[firm])), [] { return std::string(); });
  });
}

void add_run_facets(std::vector<FacetColumn>& out, const store::Snapshot& s, const store::Run& run) {
  const auto by_row = [&](Maker maker, const auto& value_of) {
    maker.of_run();
    out.push_back(maker.run(s, [&](store::FirmNo firm, Maker& make) {
      const std::size_t row = run.row_of(firm);
      if (row < run.size()) make.add(value_of(row), [] { return std::string(); });
    }));
  };
  Maker judgement("judgement", "研判", s.last_firm());
  for (const Judgement j : {Judgement::kPromising, Judgement::kNeedsData, Judgement::kLittle, Judgement::kNotYet})
    judgement.declare(std::string(word(j)), std::string(label(j)));
  by_row(std::move(judgement), [&](std::size_t row) { return word(static_cast<Judgement>(run.judgement[row])); });
  Maker kind("lead_kind", "线索类型", s.last_firm());
  for (const LeadKind k : {LeadKind::kDirect, LeadKind::kRenewal, LeadKind::kStartUp, LeadKind::kNew})
    kind.declare(std::string(word(k)), std::string(label(k)));
  by_row(std::move(kind), [&](std::size_t row) { return word(static_cast<LeadKind>(run.lead_kind[row])); });
  Maker band("score_band", "可确认得分", s.last_firm());
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
  Maker maker(std::move(name), std::move(label), s.last_firm());
  for (const auto& [value, shown] : values) maker.declare(value, shown);
  maker.declare(none.first, none.second);
  std::sort(of.begin(), of.end());
  auto at = of.begin();
  return maker.run(s, [&](store::FirmNo firm, Maker& make) {
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

bool is_run_facet(std::string_view name) { return name == "judgement" || name == "lead_kind" || name == "score_band"; }

std::vector<FacetColumn> make_facets(const store::Snapshot& s, const store::Run* run, const Reference& reference) {
  std::vector<FacetColumn> out;
  add_places(out, s, reference.regions);
  out.push_back(make_industry(s, reference));
  out.push_back(make_ipc(s, reference));
  out.push_back(make_status(s));
  out.push_back(make_age(s));
  out.push_back(make_capital(s));
  out.push_back(make_patent_kind(s));
  out.push_back(make_recognition(s, reference));
  if (run != nullptr) add_run_facets(out, s, *run);
  return out;
}

}  // namespace tanmiao::indexer
