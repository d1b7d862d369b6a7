// The standing of a firm under a standard, as JSON.
#include <boost/json.hpp>
#include <cmath>

#include "miner/standard_view.h"

namespace tanmiao::miner {
namespace json = boost::json;
namespace {

// An end that is open is null.
json::value end_of(double value) { return std::isfinite(value) ? json::value(value) : json::value(nullptr); }

json::array evidence_of(const std::vector<std::string>& ids, const Inputs& inputs) {
  json::array out;
  for (const std::string& id : ids) {
    const auto found = inputs.find(id);
    if (found == inputs.end()) continue;
    const Estimate& known = found->second;
    out.push_back(json::object{{"input", id},
                               {"label", input_name(id)->label},
                               {"least", end_of(known.least)},
                               {"most", end_of(known.most)},
                               {"evidence", known.evidence.empty() ? "无公开依据" : known.evidence},
                               {"date", known.date},
                               {"source", known.source}});
  }
  return out;
}

json::array conditions_json(const std::vector<StandardAnswer>& answers, const Inputs& inputs) {
  json::array out;
  for (const StandardAnswer& one : answers) {
    std::vector<std::string> ids;
    inputs_of(one.condition->test, ids);
    out.push_back(json::object{{"id", one.condition->id},
                               {"article", one.condition->clause},
                               {"text", one.condition->text},
                               {"answer", word(one.answer)},
                               {"inputs", evidence_of(ids, inputs)}});
  }
  return out;
}

json::array rows_of(const Standard& standard, const StandardResult& result, const Inputs& inputs) {
  json::array out;
  for (std::size_t i = 0; i < standard.rows.size(); ++i) {
    const StandardRow& row = standard.rows[i];
    std::vector<std::string> ids;
    if (row.kind == StandardRow::Kind::kSteps) ids.push_back(row.input);
    for (const PointBand& band : row.bands) inputs_of(band.when, ids);
    out.push_back(json::object{{"id", row.id},
                               {"group", row.group},
                               {"text", row.text},
                               {"article", row.clause},
                               {"known", result.rows[i].least},
                               {"least", result.rows[i].least},
                               {"most", result.rows[i].most},
                               {"max", row.max},
                               {"inputs", evidence_of(ids, inputs)}});
  }
  return out;
}

json::array groups_of(const Standard& standard, const StandardResult& result) {
  json::array out;
  for (std::size_t i = 0; i < standard.groups.size(); ++i) {
    const StandardGroup& group = standard.groups[i];
    out.push_back(json::object{{"id", group.id},
                               {"text", group.text},
                               {"least", result.groups[i].least},
                               {"most", result.groups[i].most},
                               {"max", group.max},
                               {"minimum", group.minimum}});
  }
  return out;
}

json::object line_of(const Standard& standard, const StandardResult& result) {
  int holds = 0, fails = 0;
  for (const StandardAnswer& one : result.conditions)
    holds += one.answer == GateAnswer::kHolds, fails += one.answer == GateAnswer::kFails;
  json::object line{{"id", standard.id},
                    {"family", standard.family},
                    {"name", standard.name},
                    {"doc", standard.doc},
                    {"standing", standing_word(result.all)},
                    {"holds", holds},
                    {"fails", fails},
                    {"unknown", static_cast<int>(result.conditions.size()) - holds - fails}};
  if (!standard.direct.empty()) line["direct"] = word(result.any_direct);
  if (standard.rows.empty()) return line;
  line["known"] = result.total.least;
  line["most"] = result.total.most;
  line["pass"] = standard.pass + (standard.above_pass ? 1 : 0);  // points are whole
  return line;
}

}  // namespace

std::string standard_line(const Standard& standard, const StandardResult& result) {
  return json::serialize(line_of(standard, result));
}

std::string standard_json(const Standard& standard, const StandardResult& result, const Inputs& inputs, Date as_of) {
  json::object out = line_of(standard, result);
  out["as_of"] = iso(as_of);
  out["valid_from"] = iso(standard.valid_from);
  if (standard.valid_to) out["valid_to"] = iso(*standard.valid_to);
  if (!standard.note.empty()) out["note"] = standard.note;
  out["in_force"] = standard.in_force(as_of);
  out["conditions"] = conditions_json(result.conditions, inputs);
  out["direct_ways"] = conditions_json(result.direct, inputs);
  if (!standard.rows.empty()) {
    out["score"] = word(result.score);
    out["groups"] = groups_of(standard, result);
    out["rows"] = rows_of(standard, result, inputs);
  }
  json::array missing;
  for (const std::string& id : result.missing)
    missing.push_back(json::object{{"input", id}, {"label", input_name(id)->label}});
  out["missing"] = std::move(missing);
  return json::serialize(out);
}

}  // namespace tanmiao::miner
