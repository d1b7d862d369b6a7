// Documents and legal events in the forms of the patent office's bulk data.
#pragma once

#include <string>
#include <vector>

#include "apps/demo_city/site.h"

namespace demo_city {

struct PatentDocument {
  Date date;  // of publication
  PatentSort sort;
  std::string kind;  // A, B, U; empty: a legal event
  std::string application_no, number;
  Member file;  // of an event without a name: one record of a file of many
};

std::vector<PatentDocument> patent_documents(const World& world);
std::vector<PatentDocument> patent_events(const World& world);
std::string patent_event_file(const std::string& records);

}  // namespace demo_city
