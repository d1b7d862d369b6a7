// One firm in full, for whoever asks about it.
#include <boost/json.hpp>

#include "miner/beside.h"
#include "miner/questions.h"
#include "miner/standard_view.h"

namespace tanmiao::miner {
namespace json = boost::json;
namespace {

// Kinds of records that lines of evidence rest on; explanation.cc makes these lines.
std::optional<RecordKind> record_kind_of(std::string_view kind) {
  if (kind == "资质") return RecordKind::kRecognition;
  if (kind == "研发投入线索" || kind == "企业自报") return RecordKind::kSignal;
  if (kind == "专利") return RecordKind::kPatent;
  return std::nullopt;
}

// Says where the record stood that `line` names by source and key. What the store does not have is left as it is.
class Origins {
 public:
  explicit Origins(const OriginOf& origin) : origin_(origin) {}

  void add(json::object& line, RecordKind kind) {
    const json::string &source = line.at("source").as_string(), &key = line.at("key").as_string();
    if (!origin_ || !status || source.empty() || key.empty()) return;
    auto found = origin_(kind, source, key);
    if (!found) {
      status = found.error();
      return;
    }
    const std::optional<store::RecordOrigin>& stood = *found;
    if (!stood) return;
    line["url"] = stood->part;
    line["line"] = stood->line;
    line["seen"] = iso(stood->seen);
    if (stood->segment.empty()) return;
    line["capture"] = json::object{{"segment", stood->segment}, {"offset", stood->offset}};
  }
  void add_all(json::array& lines, RecordKind kind) {
    for (json::value& line : lines) add(line.as_object(), kind);
  }

  Status status;

 private:
  const OriginOf& origin_;
};

json::object firm_json(const Context& context, store::FirmNo firm) {
  const auto& f = context.snapshot.firms;
  const auto status = static_cast<FirmStatus>(f.status[firm]);
  return {{"number", firm},
          {"name", f.name[firm]},
          {"code", f.code[firm]},
          {"former_names", f.former_names[firm]},
          {"address", f.address[firm]},
          {"unit", context.snapshot.unit_name(firm, context.reference.regions)},
          {"established", day_text(f.established[firm])},
          {"status", status == FirmStatus::kUnknown ? std::string_view("未知") : status_label(status)}};
}

// The legal events that were public by the day, with the record that tells of each.
Result<json::array> events_json(const Context& context, std::uint32_t patent, Origins& origins) {
  const auto& e = context.snapshot.events;
  store::PackedReader sources(e.source), keys(e.key);
  json::array out;
  const auto [first, last] = context.snapshot.events_of(patent);
  for (std::uint32_t i = first; i < last; ++i) {
    if (e.public_date[i] != kNoDay && e.public_date[i] > context.day) continue;
    TANMIAO_ASSIGN(const std::string_view source, sources.read(i));
    TANMIAO_ASSIGN(const std::string_view key, keys.read(i));
    json::object line{{"event", patent_event_word(static_cast<PatentEvent>(e.event[i]))},
                      {"date", day_text(e.date[i])},
                      {"source", source},
                      {"url", ""},
                      {"key", key}};
    origins.add(line, static_cast<RecordKind>(e.record_kind[i]));
    out.push_back(std::move(line));
  }
  return out;
}

Result<json::array> patents_json(const Context& context, const FirmFacts& facts, Origins& origins) {
  const auto& p = context.snapshot.patents;
  json::array out;
  for (const PatentFact& fact : facts.patents) {
    TANMIAO_ASSIGN(json::array events, events_json(context, fact.row, origins));
    out.push_back(json::object{{"application_no", p.application_no[fact.row]},
                               {"title", p.title[fact.row]},
                               {"kind", p.kind[fact.row]},
                               {"ipc", p.ipc[fact.row]},
                               {"state", label(fact.state)},
                               {"acquired", fact.acquired},
                               {"link", store::link_reason_name(fact.link)},
                               {"filing", day_text(p.filing[fact.row])},
                               {"granted", day_text(p.granted[fact.row])},
                               {"source", p.source[fact.row]},
                               {"url", p.url[fact.row]},
                               {"key", p.key[fact.row]},
                               {"events", std::move(events)}});
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
                               {"link", store::link_reason_name(static_cast<store::LinkReason>(r.reason[fact.row]))},
                               {"source", r.source[fact.row]},
                               {"url", r.url[fact.row]},
                               {"key", r.key[fact.row]}});
  }
  return out;
}

// Every visit, with who asked and who brought it in.
json::array reports_json(const FirmFacts& facts) {
  json::array out;
  for (const store::SelfReport* report : facts.reports) {
    json::object answers;
    for (const FieldValue& answer : report->answers) answers[field_spec(answer.field).name] = answer.value;
    out.push_back(json::object{{"visited_on", iso(report->visited_on)},
                               {"visitor", report->visitor},
                               {"answers", std::move(answers)},
                               {"text", report_text(*report)},
                               {"verdict", report->verdict},
                               {"note", report->note},
                               {"origin", report->origin},
                               {"by", report->by},
                               {"at", iso(report->at)}});
  }
  return out;
}

json::array signals_json(const Context& context, const FirmFacts& facts) {
  const auto& s = context.snapshot.signals;
  json::array out;
  for (const SignalFact& fact : facts.signals) {
    json::object object{{"type", s.type[fact.row]},     {"label", signal_label(context, fact)},
                        {"title", s.title[fact.row]},   {"date", day_text(s.date[fact.row])},
                        {"source", s.source[fact.row]}, {"url", s.url[fact.row]},
                        {"key", s.key[fact.row]}};
    if (s.year[fact.row] > 0) object["year"] = s.year[fact.row];
    if (s.amount[fact.row] >= 0) object["amount_minor"] = s.amount[fact.row];
    boost::system::error_code failed;
    const json::value numbers = json::parse(s.numbers[fact.row], failed);
    if (!failed) object["numbers"] = numbers;
    out.push_back(std::move(object));
  }
  return out;
}

// Of each official standard of the day a line, and the one that was asked for in full.
Status add_standards(const Context& context, const LoadedRules& rules, const FirmFacts& facts, const MineConfig& config,
                     json::object& root) {
  Inputs inputs = inputs_of_firm(context, facts);
  json::array lines;
  for (const Standard* standard : rules.standards_on(context.as_of))
    lines.push_back(json::parse(standard_line(*standard, assess_standard(*standard, inputs))));
  root["standards"] = std::move(lines);
  // The rule of the leads stands in full under "rubric" and "gates".
  const bool own = config.standard == context.rubric.id || config.standard == "tech_sme";
  if (config.standard.empty() || own) return {};
  TANMIAO_ASSIGN(const Standard* asked, rules.standard(config.standard, context.as_of));
  TANMIAO_TRY(suppose(inputs, config.suppose));
  root["standard"] = json::parse(standard_json(*asked, assess_standard(*asked, inputs), inputs, context.as_of));
  return {};
}

}  // namespace

Result<std::string> explain_json(const store::Snapshot& snapshot, const Rules& rules, const Reference& reference,
                                 const MineConfig& config, store::FirmNo firm, const store::Run* run,
                                 const OriginOf& origin, const TitleHolders* listed) {
  if (firm == store::kNoFirm || firm > snapshot.last_firm())
    return Error{Errc::kNotFound, "no firm has the number " + std::to_string(firm), ""};
  TANMIAO_ASSIGN(const Context context, context_for(snapshot, rules, reference, config));
  if ((snapshot.firms.flags[firm] & store::kFirmSuppressed) != 0)
    return Error{Errc::kRefused, "this firm was taken out on request", ""};
  const FirmFacts facts = gather(context, firm);
  const Assessment assessment = assess(context, facts);
  const auto& loaded = dynamic_cast<const LoadedRules&>(rules);
  const std::string ask = Questions(context, loaded.priors_.get()).line(facts, assessment);
  json::object root = json::parse(explanation(context, facts, assessment, ask)).as_object();
  Origins origins(origin);
  for (json::value& line : root.at("evidence").as_array())
    if (const auto kind = record_kind_of(line.at("kind").as_string())) origins.add(line.as_object(), *kind);
  root["firm"] = firm_json(context, firm);
  TANMIAO_ASSIGN(json::array patents, patents_json(context, facts, origins));
  json::array recognitions = recognitions_json(context, facts), signals = signals_json(context, facts);
  origins.add_all(patents, RecordKind::kPatent);
  origins.add_all(recognitions, RecordKind::kRecognition);
  origins.add_all(signals, RecordKind::kSignal);
  TANMIAO_TRY(origins.status);
  root["patents"] = std::move(patents);
  root["recognitions"] = std::move(recognitions);
  root["signals"] = std::move(signals);
  root["reports"] = reports_json(facts);
  TANMIAO_TRY(add_standards(context, loaded, facts, config, root));
  if (loaded.priors_ != nullptr) root["belief"] = json::parse(belief_json(context, *loaded.priors_, facts, assessment));
  std::string why = in_campaign(context, facts) ? why_left_out(context, facts) : std::string(kNotInCampaign);
  if (!why.empty()) root["why_not_a_lead"] = why;
  if (why.empty() && run != nullptr) {
    const std::size_t row = run->row_of(firm);
    if (row < run->size()) {
      root["rank"] = run->rank[row];
      if (const std::string learned = learned_of(*run, row); !learned.empty()) root["learned"] = json::parse(learned);
      const auto* model = dynamic_cast<const learn::FoldTrees*>(config.learned.get());
      const bool reads = model != nullptr && model->fits(context.card);
      root["why_not_higher"] =
          json::parse(why_not_higher(context, facts, assessment, *run, reads ? model : nullptr, loaded.priors_.get()));
    } else {
      root["why_not_a_lead"] = "不在该次运行中";
    }
  }
  if (listed != nullptr) root["listed"] = json::parse(among_listed(context, facts, *listed));
  return json::serialize(root);
}

Result<std::vector<std::string>> why_not_leads(const store::Snapshot& snapshot, const Rules& rules,
                                               const Reference& reference, const MineConfig& config,
                                               const std::vector<store::FirmNo>& firms) {
  TANMIAO_ASSIGN(const Context context, context_for(snapshot, rules, reference, config));
  std::vector<std::string> out;
  out.reserve(firms.size());
  for (const store::FirmNo firm : firms) {
    if (firm == store::kNoFirm || firm > snapshot.last_firm())
      return Error{Errc::kNotFound, "no firm has the number " + std::to_string(firm), ""};
    const FirmFacts facts = gather(context, firm);
    out.push_back(in_campaign(context, facts) ? why_left_out(context, facts) : std::string(kNotInCampaign));
  }
  return out;
}

}  // namespace tanmiao::miner
