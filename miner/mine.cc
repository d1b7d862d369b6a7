#include "miner/mine.h"

#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>

#include <algorithm>
#include <boost/json.hpp>
#include <map>
#include <numeric>

#include "core/hash.h"
#include "miner/learn/lead_model.h"
#include "miner/mine_manifest.h"
#include "miner/questions.h"

namespace tanmiao::miner {
namespace json = boost::json;
namespace {

constexpr std::string_view kMinerVersion = "7";  // raise when the same inputs give another run
constexpr std::string_view kStage = "mine";

// What the leads are ordered by: the scorecard, or a learned model in its place.
struct Order {
  const learn::FoldTrees* learned = nullptr;
  const Priors* priors = nullptr;  // also of what to ask first
};

// What the first pass says of a firm.
struct Verdict {
  std::string left_out;  // why not a lead; empty: a lead
  bool in_campaign = false;
  LeadKind kind = LeadKind::kNew;
  Judgement judgement = Judgement::kLittle;
  double score = 0;
  std::int64_t learned = 0;
};

// A candidate until its row is written. A province has millions: only what ranks them is kept, and the second pass
// judges them once more, block by block, to write their texts.
struct Candidate {
  store::FirmNo firm;
  bool start_up;
  double score;
  std::int64_t learned;
};

// A row of the run, made in parallel, written in order.
struct Row {
  FirmFacts facts;
  Assessment assessment;
  std::string explanation, industries, signals, recognitions, basis, ask_first, hints;
};

Verdict judge(const Context& context, const Order& order, store::FirmNo firm) {
  const FirmFacts facts = gather(context, firm);
  Verdict verdict;
  verdict.in_campaign = in_campaign(context, facts);
  verdict.left_out = verdict.in_campaign ? why_left_out(context, facts) : std::string(kNotInCampaign);
  if (!verdict.left_out.empty()) return verdict;
  const Assessment a = assess(context, facts);
  verdict.kind = a.kind;
  verdict.judgement = a.judgement;
  verdict.score = a.score;
  if (order.learned != nullptr) verdict.learned = order.learned->score(context, order.priors, facts, a).score;
  return verdict;
}

Row make_row(const Context& context, const Order& order, const Questions& questions, store::FirmNo firm) {
  Row row;
  row.facts = gather(context, firm);
  row.assessment = assess(context, row.facts);
  row.ask_first = questions.line(row.facts, row.assessment);
  row.explanation = explanation(context, row.facts, row.assessment, row.ask_first);
  if (order.learned != nullptr)
    row.explanation.insert(row.explanation.size() - 1,
                           ",\"learned\":" + order.learned->told(context, order.priors, row.facts, row.assessment));
  row.industries = industries_text(context, row.facts);
  row.signals = signals_text(context, row.facts);
  row.recognitions = recognitions_text(context, row.facts);
  for (const std::string& sentence : basis_sentences(context, row.facts, row.assessment)) {
    row.basis += (row.basis.empty() ? "" : "\n") + sentence;
  }
  row.hints = hints(context, row.facts);
  return row;
}

// Makes an Out of each item on all threads, a block at a time, and hands them to `take` in order.
template <class Out, class Items, class Make, class Take>
void in_blocks(tbb::task_arena& arena, const Items& items, std::size_t block, const Make& make, const Take& take) {
  std::vector<Out> made;
  for (std::size_t begin = 0; begin < items.size(); begin += block) {
    made.clear();
    made.resize(std::min(block, items.size() - begin));
    arena.execute([&] {
      tbb::parallel_for(tbb::blocked_range<std::size_t>(0, made.size(), 16), [&](const auto& range) {
        for (std::size_t i = range.begin(); i != range.end(); ++i) made[i] = make(items[begin + i]);
      });
    });
    for (std::size_t i = 0; i < made.size(); ++i) take(begin + i, made[i]);
  }
}

// Which firms to look at: all, or what the index says could fit.
Result<std::vector<store::FirmNo>> firms_to_look_at(const Context& context, const Superset* superset) {
  const Campaign& campaign = context.campaign;
  if (superset != nullptr && superset->snapshot != context.snapshot.info().digest)
    return Error{Errc::kConflict, "the index was made from another snapshot than the one to be mined",
                 context.snapshot.info().generation};
  if (superset != nullptr && superset->firms && campaign.by_subject()) {
    std::vector<std::string> words, ipc, gbt;
    for (const Weighted& code : campaign.ipc) ipc.push_back(code.text);
    for (const Weighted& code : campaign.gbt) gbt.push_back(code.text);
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
    return superset->firms(words, ipc, gbt);
  }
  std::vector<store::FirmNo> all(context.snapshot.last_firm());
  std::iota(all.begin(), all.end(), store::FirmNo{1});
  return all;
}

std::uint32_t gate_bits(const Assessment& a) {
  std::uint32_t bits = 0;
  for (std::size_t i = 0; i < a.gates.size(); ++i) bits |= static_cast<std::uint32_t>(a.gates[i].answer) << (2 * i);
  return bits;
}

void append(store::RunTable<store::Build>& table, store::FirmNo firm, std::uint32_t rank, const Row& row) {
  const Assessment& a = row.assessment;
  table.firm.push_back(firm);
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

// The first pass: counts every firm and gives the candidates in rank order: the main list first, then the start-ups,
// each by what was learnt, if anything, then by score; equal scores by firm number.
std::vector<Candidate> rank_firms(const Context& context, const Order& order, const std::vector<store::FirmNo>& firms,
                                  tbb::task_arena& arena, Progress& progress, MineReport& report) {
  constexpr std::size_t kBlock = 8192;
  std::map<std::string, std::uint64_t> left_out;
  std::map<Judgement, std::uint64_t> judgements;
  std::map<LeadKind, std::uint64_t> kinds;
  if (firms.size() < report.considered) left_out[std::string(kNotInCampaign)] = report.considered - firms.size();
  std::vector<Candidate> candidates;
  const auto take = [&](std::size_t i, const Verdict& verdict) {
    if (i % kBlock == 0) progress.update(kStage, i, firms.size(), context.campaign.title);
    report.in_campaign += verdict.in_campaign;
    if (!verdict.left_out.empty()) {
      ++left_out[verdict.left_out];
      return;
    }
    ++judgements[verdict.judgement];
    ++kinds[verdict.kind];
    candidates.push_back({firms[i], verdict.kind == LeadKind::kStartUp, verdict.score, verdict.learned});
  };
  in_blocks<Verdict>(
      arena, firms, kBlock, [&](store::FirmNo firm) { return judge(context, order, firm); }, take);
  std::sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) {
    if (a.start_up != b.start_up) return b.start_up;
    if (a.learned != b.learned) return a.learned > b.learned;
    if (a.score != b.score) return a.score > b.score;
    return a.firm < b.firm;
  });
  report.candidates = report.run.candidates = candidates.size();
  for (const auto& [judgement, n] : judgements) report.by_judgement.emplace_back(label(judgement), n);
  for (const auto& [kind, n] : kinds) report.by_kind.emplace_back(label(kind), n);
  report.left_out.assign(left_out.begin(), left_out.end());
  return candidates;
}

// The second pass: the rows of the candidates. Explanations go into their column, which packs them, as they are made.
store::RunTable<store::Build> table_of(const Context& context, const Order& order,
                                       const std::vector<Candidate>& candidates, tbb::task_arena& arena,
                                       Progress& progress) {
  constexpr std::size_t kBlock = 1024;
  store::RunTable<store::Build> table;
  const Questions questions(context, order.priors);
  std::uint32_t rank = 0;
  const auto take = [&](std::size_t i, const Row& row) {
    if (i % kBlock == 0) progress.update(kStage, i, candidates.size(), "写入名单");
    rank = i > 0 && candidates[i - 1].start_up != candidates[i].start_up ? 1 : rank + 1;
    append(table, candidates[i].firm, rank, row);
  };
  in_blocks<Row>(
      arena, candidates, kBlock, [&](const Candidate& c) { return make_row(context, order, questions, c.firm); }, take);
  return table;
}

// The model, where it may order the leads of this day.
Order order_of(const Context& context, const Rules& rules, const MineConfig& config) {
  const Priors* priors = dynamic_cast<const LoadedRules&>(rules).priors_.get();
  const auto* model = dynamic_cast<const learn::FoldTrees*>(config.learned.get());
  if (model == nullptr || !model->fits(context.card) || model->learnt.until > context.as_of) return {nullptr, priors};
  return {model, priors};
}

store::RunEntry run_entry(const Context& context, const Order& order) {
  const store::SnapshotInfo& info = context.snapshot.info();
  store::RunEntry run;
  run.campaign = context.campaign.id;
  run.as_of = context.as_of;
  run.snapshot = info.generation;
  run.rubric = context.rubric.id;
  json::object inputs{{"miner", kMinerVersion},
                      {"snapshot", info.digest},
                      {"campaign", campaign_hash(context.campaign)},
                      {"rubric", context.rubric.id},
                      {"rubric_hash", hash_hex(context.rubric.bytes)},
                      {"scorecard", context.card.id},
                      {"scorecard_hash", hash_hex(context.card.bytes)},
                      {"reference", context.reference.digest},
                      {"as_of", iso(context.as_of)}};
  if (context.answers && !context.answers->digest.empty()) inputs["answers"] = context.answers->digest;
  if (order.priors != nullptr) inputs["belief"] = hash_hex(order.priors->bytes);
  if (order.learned != nullptr) inputs["learned"] = order.learned->digest;
  run.inputs_json = json::serialize(inputs);
  run.id = hash_hex(run.inputs_json, 16);
  return run;
}

}  // namespace

Result<MineReport> mine(const store::DataFolder& folder, const store::Snapshot& snapshot, const Rules& rules,
                        const Reference& reference, const MineConfig& config, const Superset* superset,
                        Progress& progress) {
  TANMIAO_ASSIGN(const Context context, context_for(snapshot, rules, reference, config));
  MineReport report;
  const Order order = order_of(context, rules, config);
  report.run = run_entry(context, order);
  if (order.learned != nullptr) report.learned = order.learned->digest;
  if (known_run(folder.run(report.run.id), report)) return report;

  TANMIAO_ASSIGN(const std::vector<store::FirmNo> firms, firms_to_look_at(context, superset));
  const bool known = std::all_of(firms.begin(), firms.end(), [&](store::FirmNo firm) {
    return firm != store::kNoFirm && firm <= snapshot.last_firm();
  });
  if (!known) return Error{Errc::kCorrupt, "the index names a firm that the snapshot does not have", ""};
  report.considered = snapshot.last_firm();
  tbb::task_arena arena(config.threads > 0 ? config.threads : tbb::task_arena::automatic);
  const std::vector<Candidate> candidates = rank_firms(context, order, firms, arena, progress, report);
  const auto table = table_of(context, order, candidates, arena, progress);
  std::error_code failed;
  std::filesystem::create_directories(folder.root() / "runs", failed);
  if (failed) return Error{Errc::kIo, "cannot make the folder: " + failed.message(), (folder.root() / "runs").string()};
  TANMIAO_TRY(store::write_run(folder.run(report.run.id), table, run_manifest(report)));
  return report;
}

}  // namespace tanmiao::miner
