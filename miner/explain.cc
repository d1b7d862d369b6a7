// One firm in full, for whoever asks about it.
#include <boost/json.hpp>

#include "miner/assess.h"

namespace tanmiao::miner {
namespace json = boost::json;
namespace {

json::object firm_json(const Context& context, store::FirmNo firm) {
  const auto& f = context.snapshot.firms;
  const auto status = static_cast<FirmStatus>(f.status[firm]);
  return {{"number", firm},
          {"name", f.name[firm]},
          {"code", f.code[firm]},
          {"former_names", f.former_names[firm]},
          {"address", f.address[firm]},
          {"unit", context.reference.regions.unit_name(f.unit[firm])},
          {"established", day_text(f.established[firm])},
          {"status", status == FirmStatus::kUnknown ? std::string_view("未知") : status_label(status)}};
}

json::array patents_json(const Context& context, const FirmFacts& facts) {
  const auto& p = context.snapshot.patents;
  json::array out;
  for (const PatentFact& fact : facts.patents) {
    out.push_back(json::object{{"application_no", p.application_no[fact.row]},
                               {"title", p.title[fact.row]},
                               {"kind", p.kind[fact.row]},
                               {"ipc", p.ipc[fact.row]},
                               {"state", label(fact.state)},
                               {"acquired", fact.acquired},
                               {"filing", day_text(p.filing[fact.row])},
                               {"granted", day_text(p.granted[fact.row])},
                               {"source", p.source[fact.row]},
                               {"url", p.url[fact.row]}});
  }
  return out;
}

json::array recognitions_json(const Context& context, const FirmFacts& facts) {
  const auto& r = context.snapshot.recognitions;
  json::array out;
  for (const RecognitionFact& fact : facts.recognitions) {
    out.push_back(json::object{{"program", r.program[fact.row]},
                               {"label", recognition_label(context, fact)},
                               {"state", held_label(fact.held)},
                               {"issued", day_text(r.issued[fact.row])},
                               {"until", day_text(fact.until)},
                               {"certificate_no", r.certificate_no[fact.row]},
                               {"direct", fact.direct},
                               {"source", r.source[fact.row]},
                               {"url", r.url[fact.row]}});
  }
  return out;
}

json::array signals_json(const Context& context, const FirmFacts& facts) {
  const auto& s = context.snapshot.signals;
  json::array out;
  for (const SignalFact& fact : facts.signals) {
    json::object object{{"type", s.type[fact.row]},     {"label", signal_label(context, fact)},
                        {"title", s.title[fact.row]},   {"date", day_text(s.date[fact.row])},
                        {"source", s.source[fact.row]}, {"url", s.url[fact.row]}};
    if (s.year[fact.row] > 0) object["year"] = s.year[fact.row];
    if (s.amount[fact.row] >= 0) object["amount_minor"] = s.amount[fact.row];
    boost::system::error_code failed;
    const json::value numbers = json::parse(s.numbers[fact.row], failed);
    if (!failed) object["numbers"] = numbers;
    out.push_back(std::move(object));
  }
  return out;
}

}  // namespace

Result<std::string> explain_json(const store::Snapshot& snapshot, const Rules& rules, const Reference& reference,
                                 const MineConfig& config, store::FirmNo firm, const store::Run* run) {
  if (firm == store::kNoFirm || firm > snapshot.last_firm())
    return Error{Errc::kNotFound, "no firm has the number " + std::to_string(firm), ""};
  TANMIAO_ASSIGN(const Context context, context_for(snapshot, rules, reference, config));
  if ((snapshot.firms.flags[firm] & store::kFirmSuppressed) != 0)
    return Error{Errc::kRefused, "this firm was taken out on request", ""};
  const FirmFacts facts = gather(context, firm);
  json::object root = json::parse(explanation(context, facts, assess(context, facts))).as_object();
  root["firm"] = firm_json(context, firm);
  root["patents"] = patents_json(context, facts);
  root["recognitions"] = recognitions_json(context, facts);
  root["signals"] = signals_json(context, facts);
  std::string why = in_campaign(context, facts) ? why_left_out(context, facts) : std::string(kNotInCampaign);
  if (!why.empty()) root["why_not_a_lead"] = why;
  if (why.empty() && run != nullptr) {
    const std::size_t row = run->row_of(firm);
    if (row < run->size())
      root["rank"] = run->rank[row];
    else
      root["why_not_a_lead"] = "不在该次运行中";
  }
  return json::serialize(root);
}

}  // namespace tanmiao::miner
