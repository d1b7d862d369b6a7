// What stands beside a name in its records and helps to tell whom it means: what it filed, with whom, and who is there
// under a name of their own.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/industry_marks.h"
#include "linkage/mentions.h"

namespace tanmiao::linkage {

struct NameContext {
  std::uint32_t industries = 0;             // IndustryMarks of all classes of its patents
  std::vector<ClusterNo> partners, beside;  // sorted; as MatchMention
};

class Contexts {
 public:
  Contexts(const Mentions& mentions, const Reference& reference);

  // Of a name by all mentions of it.
  NameContext of(const std::vector<const Mention*>& mentions) const;
  // Of a firm by what it is called and what it does.
  std::uint32_t industries_of(const Cluster& firm) const;

 private:
  struct Others {
    std::vector<ClusterNo> firms;   // that rules found
    std::vector<std::string> keys;  // exact keys of all of them
  };
  IndustryMarks marks_;
  std::map<const Mention*, Others> others_;          // applicants of one record, of names no rule found
  std::map<std::string, std::set<ClusterNo>> with_;  // partner by exact key -> firms that filed with it
};

}  // namespace tanmiao::linkage
