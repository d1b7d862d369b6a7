// The parties of a row: applicants, assignees, owners before and after a transfer. Bodies are kept by name, persons as
// a number; each body keeps its place among all, so that one that stands behind a person is not taken for the first.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/record.h"
#include "core/reference.h"

namespace tanmiao::crawler {

bool is_party(Field field);

class Parties {
 public:
  explicit Parties(const Reference& reference) : reference_(reference) {}

  // Names in the order of the source; an empty one is a person's. A body named before has its place already.
  void add(Field field, std::vector<std::string> names, Record& record);
  // The source says that nobody stands there ("-"), which is more than silence.
  void add_nobody(Field field);
  // Counts and places. `one_a_row`: the source gives each applicant a row of its own, so that a row with one of them
  // says nothing of places.
  void finish(bool one_a_row, Record& record) const;

 private:
  struct Count {
    int places = 0, persons = 0;
    std::vector<int> of_bodies;     // place of each body, from 1
    std::string first;              // body; most rows have no other
    std::vector<std::string> keys;  // of the bodies, once there are two
  };
  const Reference& reference_;
  std::map<Field, Count> counts_;  // of the fields that were offered
};

}  // namespace tanmiao::crawler
