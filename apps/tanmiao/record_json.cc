#include "apps/tanmiao/record_json.h"

#include <boost/json.hpp>

#include "core/messages.h"

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

// A cell is shown to its fortieth character: scopes have thousands, and the whole row stands in the file of rejects.
std::string reject_told(const store::Reject& r) {
  constexpr std::size_t kShown = 40;
  std::size_t end = 0, characters = 0;
  for (; end < r.value.size() && characters < kShown; ++characters)
    for (++end; end < r.value.size() && (static_cast<unsigned char>(r.value[end]) & 0xC0) == 0x80;) ++end;
  const std::string shown = r.value.substr(0, end) + (end < r.value.size() ? "……" : "");
  return r.part + " 第 " + std::to_string(r.line) + " 行，" + r.field + "“" + shown + "”：" + in_chinese(r.expected);
}

std::string reject_line(const store::Reject& r) {
  return r.part + ":" + std::to_string(r.line) + ": " + r.field + " '" + r.value + "': expected " + r.expected;
}

}  // namespace tanmiao::app
