#include "apps/tanmiao/record_json.h"

#include <boost/json.hpp>

namespace tanmiao::app {

boost::json::object record_json(const Record& record) {
  boost::json::object out{{"kind", kind_name(record.kind)},
                          {"source", record.source},
                          {"key", record.key},
                          {"fields", boost::json::parse(fields_json(record))},
                          {"public_date", iso(record.public_date)},
                          {"public_estimated", record.public_estimated},
                          {"part", record.origin.part},
                          {"line", record.origin.line}};
  if (record.stated) out["stated"] = iso(*record.stated);
  if (record.event_date) out["event_date"] = iso(*record.event_date);
  return out;
}

boost::json::object reject_json(const store::Reject& r) {
  return {{"source", r.source}, {"part", r.part},         {"line", r.line}, {"field", r.field},
          {"value", r.value},   {"expected", r.expected}, {"row", r.row}};
}

std::string reject_line(const store::Reject& r) {
  return r.part + ":" + std::to_string(r.line) + ": " + r.field + " '" + r.value + "': expected " + r.expected;
}

}  // namespace tanmiao::app
