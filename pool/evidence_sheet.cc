#include "pool/evidence_sheet.h"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

namespace tanmiao::pool {
namespace {

std::string member(const boost::json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  if (value == nullptr || !value->is_string()) return {};
  return std::string(value->get_string());
}

}  // namespace

std::vector<EvidenceLine> evidence_of(std::string_view explanation_json) {
  boost::system::error_code failed;
  const boost::json::value parsed = boost::json::parse(explanation_json, failed);
  std::vector<EvidenceLine> lines;
  if (failed || !parsed.is_object()) return lines;
  const auto* evidence = parsed.get_object().if_contains("evidence");
  if (evidence == nullptr || !evidence->is_array()) return lines;
  for (const boost::json::value& item : evidence->get_array()) {
    if (!item.is_object()) continue;
    const auto& object = item.get_object();
    lines.push_back({member(object, "kind"), member(object, "text"), member(object, "date"), member(object, "source"),
                     member(object, "url")});
  }
  return lines;
}

}  // namespace tanmiao::pool
