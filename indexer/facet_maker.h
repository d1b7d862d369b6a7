// Makes a facet firm by firm.
#pragma once

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "indexer/document.h"
#include "indexer/facets.h"

namespace tanmiao::indexer {

// Takes the values firm by firm, ascending.
class FacetMaker {
 public:
  FacetMaker(std::string name, std::string label, store::FirmNo last) : last_(last) {
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
    add_number(id(value, label, shown));
  }

  // The facet has so many levels: its values are told as a tree. All of them go in by the two functions
  // below.
  void levels(std::size_t count) { column_.levels = count; }
  // `codes`: a code behind those that stand above it, the highest first; a code has the same ones above it every time.
  // `label(code)` names one, `shown` is the level (from 0) that is counted where no tree is asked for.
  // Gives the numbers by which add_all() adds them to a firm.
  template <class Label>
  std::vector<std::uint32_t> know_path(std::span<const std::string> codes, const Label& label, std::size_t shown) {
    std::vector<std::uint32_t> numbers;
    each_of_path(codes, label, shown, [&](std::uint32_t number) { numbers.push_back(number); });
    return numbers;
  }
  void add_all(std::span<const std::uint32_t> numbers) {
    for (const std::uint32_t number : numbers) add_number(number);
  }

  // The value of a firm to which no other is given: so the counts of a facet sum up to all firms.
  void otherwise(std::string_view value, std::string_view label) {
    column_.none = id(
        value, [&] { return label; }, true);
    if (column_.levels > 0) column_.above.resize(column_.values.size(), FacetColumn::kHighest);
  }

  template <class Each>
  FacetColumn run(const store::Snapshot& snapshot, const Each& each) {
    column_.first.push_back(0);
    for (store::FirmNo firm = 0; firm <= last_; ++firm) {
      if (firm != 0 && listed(snapshot, firm)) {
        each(firm, *this);
        const bool without = column_.ids.size() == column_.first.back();
        if (without && column_.none != FacetColumn::kHighest) column_.ids.push_back(column_.none);
      }
      column_.first.push_back(static_cast<std::uint32_t>(column_.ids.size()));
    }
    return std::move(column_);
  }
  void of_run() { column_.of_run = true; }

 private:
  void add_number(std::uint32_t number) {
    const auto begin = column_.ids.begin() + column_.first.back();
    if (std::find(begin, column_.ids.end(), number) == column_.ids.end()) column_.ids.push_back(number);
  }
  template <class Label, class F>
  void each_of_path(std::span<const std::string> codes, const Label& label, std::size_t shown, const F& f) {
    std::uint32_t above = FacetColumn::kHighest;
    for (std::size_t level = 0; level < codes.size(); ++level) {
      const std::uint32_t number = id(
          codes[level], [&] { return label(codes[level]); }, level == shown);
      if (number == column_.above.size()) column_.above.push_back(above);
      f(number);
      above = number;
    }
  }
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

// Facets that have levels: regions (province, prefecture, county, township), industries (section to class), classes of
// patents (section, class, subclass).
FacetColumn make_region(const store::Snapshot& snapshot, const RegionTable& regions);
FacetColumn make_industry(const store::Snapshot& snapshot, const Reference& reference);
FacetColumn make_ipc(const store::Snapshot& snapshot, const Reference& reference);

}  // namespace tanmiao::indexer
