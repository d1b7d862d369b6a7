// The list that names are looked up in: a table of people, or the firms of the store.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "apps/tanmiao/name_list.h"
#include "linkage/match/life.h"
#include "linkage/match/roll.h"
#include "store/columns/snapshot.h"

namespace tanmiao::app {

// Texts of its rows, what is known of them in time, and the roll over them.
struct Against {
  std::deque<std::string> texts;  // names of the roll
  std::vector<std::string> id, name, code;
  std::unordered_map<std::string, std::uint32_t> by_code;
  std::unordered_map<std::string, std::uint32_t> also;  // ids of rows that stand under another one's: of the same code
  linkage::Lives lives;
  std::unique_ptr<linkage::Roll> roll;
};

// Says what of the table could not be read.
void tell_problems(const NameList& list, const std::string& path);

Result<std::unique_ptr<Against>> read_against(const std::string& path, const linkage::Anatomist& anatomist,
                                              int threads);

// Firms of the live snapshot under their names of today and of before, without those that people had taken out since.
std::unique_ptr<Against> firms_of(const store::Snapshot& snapshot, const std::vector<store::FirmNo>& taken_out,
                                  const linkage::Anatomist& anatomist, int threads);

}  // namespace tanmiao::app
