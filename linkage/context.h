// What stands beside a name in its records and helps to tell whom it means: what it filed, with whom, and who is there
// under a name of their own.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/industry_marks.h"
#include "linkage/mentions.h"

namespace tanmiao::linkage {

struct NameContext {
  std::uint32_t industries = 0;             // IndustryMarks of all classes of its patents
  std::vector<ClusterNo> partners, beside;  // sorted; as MatchMention
};

// Applicants of one publication are told apart by standing beside each other, whether a source names them in one record
// or gives each a record of its own. A publication of more than kMostApplicants tells nothing.
class Contexts {
 public:
  static constexpr std::size_t kMostApplicants = 50;

  Contexts(const Mentions& mentions, const Reference& reference, int threads);

  // Of a name by all mentions of it.
  NameContext of(const std::vector<const Mention*>& mentions) const;
  // Of a firm by what it is called and what it does.
  std::uint32_t industries_of(const Cluster& firm) const;
  // The publication in which the applicant stands beside others; 0: there are none.
  std::uint32_t publication_of(const Mention& mention) const;

 private:
  struct Applicant {
    const Mention* mention;
    std::string_view key;  // exact
  };
  IndustryMarks marks_;
  std::vector<std::vector<Applicant>> publications_{{}};            // with several applicants; from 1
  std::unordered_map<const Mention*, std::uint32_t> at_;            // of mentions that stand there
  std::unordered_map<std::string_view, std::set<ClusterNo>> with_;  // partner by exact key -> firms that filed with it
};

}  // namespace tanmiao::linkage
