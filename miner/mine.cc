#include "miner/mine.h"

#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>

#include <algorithm>
#include <atomic>
#include <boost/json.hpp>
#include <map>
#include <numeric>

#include "core/hash.h"
#include "core/settings.h"
#include "miner/assess.h"

namespace tanmiao::miner {
namespace json = boost::json;
namespace {

constexpr std::string_view kMinerVersion = "1";  // raise when the same inputs give another run
constexpr std::string_view kNotInCampaign = "不在检索范围";
constexpr std::string_view kStage = "mine";

// Everything of one row, made in parallel, written in order.
struct Row {
  store::FirmNo firm = store::kNoFirm;
  std::string left_out;  // why not a lead; empty: a lead
  bool in_campaign = false;
  Assessment assessment;
  FirmFacts facts;  // without the patents once the texts are made
  std::string explanation, industries, signals, recognitions, basis, ask_first, hints;
};

void fill(const Context& context, Row& row) {
  row.facts = gather(context, row.firm);
  row.in_campaign = in_campaign(context, row.facts);
  row.left_out = row.in_campaign ? why_left_out(context, row.facts) : std::string(kNotInCampaign);
  if (row.left_out.empty()) {
    row.assessment = assess(context, row.facts);
    row.explanation = explanation(context, row.facts, row.assessment);
    row.industries = industries_text(context, row.facts);
    row.signals = signals_text(context, row.facts);
    row.recognitions = recognitions_text(context, row.facts);
    for (const std::string& sentence : basis_sentences(context, row.facts, row.assessment)) {
      row.basis += (row.basis.empty() ? "" : "\n") + sentence;
    }
    row.ask_first = ask_first(context, row.facts, row.assessment);
    row.hints = hints(context, row.facts);
  }
  row.facts.patents = {};
  row.facts.recognitions = {};
  row.facts.signals = {};
}

void fill_all(const Context& context, std::vector<Row>& rows, int threads, Progress& progress) {
  constexpr std::size_t kChunk = 8192;  // between two words of progress
  tbb::task_arena arena(threads > 0 ? threads : tbb::task_arena::automatic);
  for (std::size_t begin = 0; begin < rows.size(); begin += kChunk) {
    const std::size_t end = std::min(begin + kChunk, rows.size());
    arena.execute([&] {
      tbb::parallel_for(tbb::blocked_range<std::size_t>(begin, end, 64), [&](const auto& range) {
        for (std::size_t i = range.begin(); i != range.end(); ++i) fill(context, rows[i]);
      });
    });
    progress.update(kStage, end, rows.size(), context.campaign.title);
  }
}

// Which firms to look at: all, or what the index says could fit.
Result<std::vector<store::FirmNo>> firms_to_look_at(const Context& context, const Superset& superset) {
  const Campaign& campaign = context.campaign;
  if (superset && campaign.by_subject()) {
    std::vector<std::string> words, ipc = campaign.ipc, gbt = campaign.gbt;
    for (const Weighted& word : campaign.words) words.push_back(word.text);
    for (const KeyIndustry& industry : context.reference.key_industries) {
      const auto& ids = campaign.industries;
      const bool wanted = std::find(ids.begin(), ids.end(), industry.id) != ids.end() ||
                          std::find(ids.begin(), ids.end(), industry.name) != ids.end();
      if (!wanted) continue;
      for (const auto& word : industry.words) words.push_back(word.text);
      for (const auto& prefix : industry.ipc_prefixes) ipc.push_back(prefix.text);
      for (const auto& prefix : industry.gbt_prefixes) gbt.push_back(prefix.text);
    }
    return superset(words, ipc, gbt);
  }
  std::vector<store::FirmNo> all(context.snapshot.last_firm());
  std::iota(all.begin(), all.end(), store::FirmNo{1});
  return all;
}

bool start_up(const Row& row) { return row.assessment.kind == LeadKind::kStartUp; }

// The main list first, then the start-ups, each by score; equal scores by firm number.
std::vector<const Row*> ranked(const std::vector<Row>& rows) {
  std::vector<const Row*> out;
  for (const Row& row : rows) {
    if (row.left_out.empty()) out.push_back(&row);
  }
  std::sort(out.begin(), out.end(), [](const Row* a, const Row* b) {
    if (start_up(*a) != start_up(*b)) return start_up(*b);
    if (a->assessment.score != b->assessment.score) return a->assessment.score > b->assessment.score;
    return a->firm < b->firm;
  });
  return out;
}

std::uint32_t gate_bits(const Assessment& a) {
  std::uint32_t bits = 0;
  for (std::size_t i = 0; i < a.gates.size(); ++i) bits |= static_cast<std::uint32_t>(a.gates[i].answer) << (2 * i);
  return bits;
}

store::RunTable<store::Build> table_of(const std::vector<const Row*>& order) {
  store::RunTable<store::Build> table;
  std::uint32_t rank = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const Row& row = *order[i];
    rank = i > 0 && start_up(*order[i - 1]) != start_up(row) ? 1 : rank + 1;
    const Assessment& a = row.assessment;
    table.firm.push_back(row.firm);
    table.rank.push_back(rank);
    table.lead_kind.push_back(static_cast<std::uint8_t>(a.kind));
    table.judgement.push_back(static_cast<std::uint8_t>(a.judgement));
    table.score.push_back(a.score);
    table.known_points.push_back(a.total.least);
    table.most_points.push_back(a.total.most);
    table.gates.push_back(gate_bits(a));
    table.valid_inventions.push_back(row.facts.valid_one);
    table.valid_class_two.push_back(row.facts.valid_two);
    table.unverified.push_back(row.facts.unverified);
    table.pending.push_back(row.facts.pending);
    table.dead.push_back(row.facts.dead);
    table.last_filing.push_back(row.facts.last_filing);
    table.industries.push_back(row.industries);
    table.rd_signals.push_back(row.signals);
    table.recognitions.push_back(row.recognitions);
    table.basis.push_back(row.basis);
    table.ask_first.push_back(row.ask_first);
    table.hints.push_back(row.hints);
    table.explanation.push_back(row.explanation);
  }
  return table;
}

using Counts = std::vector<std::pair<std::string, std::uint64_t>>;

void count(const std::vector<Row>& rows, std::uint64_t not_looked_at, MineReport& report) {
  std::map<std::string, std::uint64_t> out;
  std::map<Judgement, std::uint64_t> judgements;
  std::map<LeadKind, std::uint64_t> kinds;
  if (not_looked_at > 0) out[std::string(kNotInCampaign)] = not_looked_at;
  for (const Row& row : rows) {
    report.in_campaign += row.in_campaign;
    if (!row.left_out.empty()) {
      ++out[row.left_out];
      continue;
    }
    ++report.candidates;
    ++judgements[row.assessment.judgement];
    ++kinds[row.assessment.kind];
  }
  for (const auto& [judgement, n] : judgements) report.by_judgement.emplace_back(label(judgement), n);
  for (const auto& [kind, n] : kinds) report.by_kind.emplace_back(label(kind), n);
  report.left_out.assign(out.begin(), out.end());
}

json::array counts_json(const Counts& counts) {
  json::array out;
  for (const auto& [name, n] : counts) out.push_back(json::array{name, n});
  return out;
}

Counts counts_from(const json::value& value) {
  Counts out;
  for (const auto& item : value.as_array()) {
    out.emplace_back(item.at(0).as_string().c_str(), item.at(1).to_number<std::uint64_t>());
  }
  return out;
}

std::string manifest(const MineReport& report) {
  return json::serialize(json::object{{"run", report.run.id},
                                      {"campaign", report.run.campaign},
                                      {"as_of", iso(report.run.as_of)},
                                      {"rubric", report.run.rubric},
                                      {"inputs", json::parse(report.run.inputs_json)},
                                      {"considered", report.considered},
                                      {"in_campaign", report.in_campaign},
                                      {"candidates", report.candidates},
                                      {"by_judgement", counts_json(report.by_judgement)},
                                      {"by_kind", counts_json(report.by_kind)},
                                      {"left_out", counts_json(report.left_out)}});
}

// The report of a run that is complete already; false when there is none or it cannot be read.
bool known_report(const std::filesystem::path& folder, MineReport& report) {
  if (!std::filesystem::exists(folder)) return false;
  const auto run = store::Run::open(folder);
  if (!run) return false;
  try {
    const json::value root = json::parse((*run)->manifest_json());
    report.considered = root.at("considered").to_number<std::uint64_t>();
    report.in_campaign = root.at("in_campaign").to_number<std::uint64_t>();
    report.candidates = root.at("candidates").to_number<std::uint64_t>();
    report.by_judgement = counts_from(root.at("by_judgement"));
    report.by_kind = counts_from(root.at("by_kind"));
    report.left_out = counts_from(root.at("left_out"));
    report.run.candidates = report.candidates;
    return true;
  } catch (const std::exception&) {
    return false;
  }
}

store::RunEntry run_entry(const Context& context) {
  const store::SnapshotInfo& info = context.snapshot.info();
  store::RunEntry run;
  run.campaign = context.campaign.id;
  run.as_of = context.as_of;
  run.snapshot = info.generation;
  run.rubric = context.rubric.id;
  run.inputs_json =
      json::serialize(json::object{{"miner", kMinerVersion},
                                   {"snapshot", info.digest},
                                   {"campaign", hash_hex(context.campaign.id + "\n" + context.campaign.bytes)},
                                   {"rubric", context.rubric.id},
                                   {"rubric_hash", hash_hex(context.rubric.bytes)},
                                   {"scorecard", context.card.id},
                                   {"scorecard_hash", hash_hex(context.card.bytes)},
                                   {"reference", context.reference.digest},
                                   {"as_of", iso(context.as_of)}});
  run.id = hash_hex(run.inputs_json, 16);
  return run;
}

// A campaign may only name industries that the reference has: a slip would leave its list empty without a word.
Status check_industries(const Campaign& campaign, const Reference& reference) {
  std::vector<std::string_view> known;
  for (const KeyIndustry& industry : reference.key_industries) known.insert(known.end(), {industry.id, industry.name});
  for (const std::string& wanted : campaign.industries) {
    if (std::find(known.begin(), known.end(), wanted) != known.end()) continue;
    const auto near = nearest_word(wanted, known);
    return Error{Errc::kConfig,
                 "unknown industry '" + wanted + "'" + (near ? ", did you mean '" + std::string(*near) + "'?" : ""),
                 "campaigns/" + campaign.id + ".toml"};
  }
  return {};
}

Result<Context> context_for(const store::Snapshot& snapshot, const Rules& rules, const Reference& reference,
                            const MineConfig& config) {
  const auto* loaded = dynamic_cast<const LoadedRules*>(&rules);
  if (loaded == nullptr) return Error{Errc::kUsage, "the rules were not made by Rules::load", ""};
  TANMIAO_ASSIGN(const Campaign* campaign, loaded->campaign(config.campaign));
  TANMIAO_TRY(check_industries(*campaign, reference));
  TANMIAO_ASSIGN(const Rubric* rubric, loaded->rubric(config.as_of));
  return make_context(snapshot, reference, *loaded, *rubric, *campaign, config.as_of);
}

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

Result<MineReport> mine(const store::DataFolder& folder, const store::Snapshot& snapshot, const Rules& rules,
                        const Reference& reference, const MineConfig& config, const Superset& superset,
                        Progress& progress) {
  TANMIAO_ASSIGN(const Context context, context_for(snapshot, rules, reference, config));
  MineReport report;
  report.run = run_entry(context);
  if (known_report(folder.run(report.run.id), report)) return report;

  TANMIAO_ASSIGN(const std::vector<store::FirmNo> firms, firms_to_look_at(context, superset));
  std::vector<Row> rows(firms.size());
  for (std::size_t i = 0; i < firms.size(); ++i) {
    if (firms[i] == store::kNoFirm || firms[i] > snapshot.last_firm())
      return Error{Errc::kCorrupt, "the index names a firm that the snapshot does not have", ""};
    rows[i].firm = firms[i];
  }
  fill_all(context, rows, config.threads, progress);
  report.considered = snapshot.last_firm();
  count(rows, report.considered - rows.size(), report);
  report.run.candidates = report.candidates;
  std::error_code failed;
  std::filesystem::create_directories(folder.root() / "runs", failed);
  if (failed) return Error{Errc::kIo, "cannot make the folder: " + failed.message(), (folder.root() / "runs").string()};
  TANMIAO_TRY(store::write_run(folder.run(report.run.id), table_of(ranked(rows)), manifest(report)));
  return report;
}

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
