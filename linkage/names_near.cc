#include "linkage/names_near.h"

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <cstdio>
#include <unordered_map>
#include <unordered_set>

#include "core/hash.h"
#include "linkage/match/fit.h"
#include "linkage/parallel.h"

namespace tanmiao::linkage {
namespace {

constexpr std::size_t kShown = 3;        // firms of one answer
constexpr std::size_t kOutgrown = 2;     // a list, or questions, so many times the frozen ones: the model is made anew
constexpr std::size_t kChangedMuch = 8;  // one in so many names came or went: the index is written anew
constexpr std::size_t kBlock = 64;       // questions that share what a thread keeps

using Segments = std::vector<std::shared_ptr<const RollSegment>>;

std::uint64_t id_of(const ListedName& name, const NameFacts& facts) {
  std::string text(name.identity);
  text.append(1, '\0').append(name.name).append(1, '\0');
  for (const std::int64_t fact : {std::int64_t{facts.county}, std::int64_t{facts.prefecture}, std::int64_t{facts.day},
                                  std::int64_t{facts.industries}})
    text += std::to_string(fact) + ' ';
  return hash64(text);
}

std::uint32_t low(std::uint64_t id) { return static_cast<std::uint32_t>(id); }

// The list's names with their ids, and what of them the last link did not know.
class Names {
 public:
  Names(const std::vector<ListedName>& list, const std::vector<NameFacts>& facts, int threads)
      : list_(list), ids_(list.size()) {
    for_each_index(threads, list.size(), [&](std::size_t n) { ids_[n] = id_of(list[n], facts[list[n].row]); });
    at_.reserve(list.size());
    for (std::uint32_t n = 0; n < list.size(); ++n) at_.emplace(ids_[n], n);
    sorted_ = ids_;
    std::sort(sorted_.begin(), sorted_.end());
  }
  const std::vector<std::uint64_t>& sorted() const { return sorted_; }
  std::uint32_t row_of(std::uint64_t id) const {
    const auto found = at_.find(id);
    return found == at_.end() ? Roll::kGone : list_[found->second].row;
  }
  std::vector<SegmentName> all() const {
    std::vector<SegmentName> out;
    for (std::size_t n = 0; n < list_.size(); ++n) out.push_back({list_[n].name, ids_[n]});
    return out;
  }
  // Those that `known`, sorted, has not; in the order of the list.
  std::vector<SegmentName> beyond(std::span<const std::uint64_t> known) const {
    std::vector<SegmentName> out;
    for (std::size_t n = 0; n < list_.size(); ++n)
      if (!std::binary_search(known.begin(), known.end(), ids_[n])) out.push_back({list_[n].name, ids_[n]});
    return out;
  }

 private:
  const std::vector<ListedName>& list_;
  std::vector<std::uint64_t> ids_, sorted_;
  std::unordered_map<std::uint64_t, std::uint32_t> at_;
};

// Names in records, as against firms of the list that are asked themselves.
std::size_t mentioned(const std::vector<NameQuestion>& questions) {
  return static_cast<std::size_t>(
      std::count_if(questions.begin(), questions.end(), [](const NameQuestion& q) { return !q.listed; }));
}

// A sample of the questions that have candidates: what tells how many have their firm here at all. At most twice
// kLooked are looked up, evenly over all in their order.
std::vector<FitCase> sample_of(const std::vector<NameQuestion>& questions, const Roll& roll, const MatchModel& weights,
                               int threads) {
  constexpr std::size_t kLooked = 2000;
  const Matcher matcher(roll, weights);
  const std::size_t step = std::max<std::size_t>(1, mentioned(questions) / kLooked);
  std::vector<std::size_t> sample;
  std::size_t number = 0;
  for (std::size_t i = 0; i < questions.size(); ++i)
    if (!questions[i].listed && number++ % step == 0) sample.push_back(i);
  std::vector<FitCase> cases(sample.size(), FitCase{{}, FitCase::kUnknown, static_cast<double>(roll.rows())});
  for_each_index(threads, (sample.size() + kBlock - 1) / kBlock, [&](std::size_t block) {
    Matcher::Scratch scratch(roll);
    for (std::size_t n = block * kBlock; n < std::min(sample.size(), (block + 1) * kBlock); ++n)
      matcher.match({questions[sample[n]].name, questions[sample[n]].facts}, scratch, cases[n].candidates);
  });
  std::erase_if(cases, [](const FitCase& one) { return one.candidates.empty(); });
  return cases;
}

std::string phrases_of(const std::vector<MatchFactor>& factors) {
  std::string out;
  for (const MatchFactor& factor : factors) {
    if (factor.field == "prior" || std::abs(factor.bits) < 1) continue;
    char bits[16];
    std::snprintf(bits, sizeof bits, "%+.0f", factor.bits);
    out += (out.empty() ? "" : "，") + factor.text + bits;
  }
  return out;
}

std::string factors_json(const std::vector<MatchFactor>& factors) {
  boost::json::array out;
  for (const MatchFactor& factor : factors)
    out.push_back(boost::json::object{
        {"field", factor.field}, {"text", factor.text}, {"bits", std::round(factor.bits * 100) / 100}});
  return boost::json::serialize(out);
}

// What a question of the last link has to do with what changed since.
class Changes {
 public:
  Changes(const Anatomist& anatomist, const Roll& roll, const Names& names, const NameMemory& memory, int threads)
      : roll_(roll), memory_(memory), came_(RollSegment::make(anatomist, names.beyond(memory.list()), threads)) {
    const auto& now = names.sorted();
    for (const std::uint64_t id : memory.list())
      if (!std::binary_search(now.begin(), now.end(), id)) went_.insert(low(id)), ++gone_;
  }
  std::size_t came() const { return came_->size(); }
  std::size_t went() const { return gone_; }

  class Scratch {
   public:
    explicit Scratch(const Changes& changes) : score(changes.came()) {}
    std::vector<float> score;
    std::vector<std::uint32_t> touched;
  };
  bool touch(std::size_t row, Scratch& scratch) const {
    if (!came_->exact(memory_.exact(row)).empty()) return true;
    if (!went_.empty())
      for (const std::uint32_t id : memory_.looked_at(row))
        if (went_.contains(id)) return true;
    for (const std::uint32_t key : memory_.walked(row)) {
      const auto list = came_->postings(key);
      if (list.empty()) continue;
      const float worth = roll_.worth(key);
      for (const std::uint32_t entry : list) {
        if (scratch.score[entry] == 0) scratch.touched.push_back(entry);
        scratch.score[entry] += worth;
      }
    }
    bool reaches = false;
    for (const std::uint32_t entry : scratch.touched) {
      reaches = reaches || scratch.score[entry] >= memory_.floor(row) || (*came_)[entry].latin();
      scratch.score[entry] = 0;
    }
    scratch.touched.clear();
    return reaches;
  }

 private:
  const Roll& roll_;
  const NameMemory& memory_;
  std::shared_ptr<const RollSegment> came_;
  std::unordered_set<std::uint32_t> went_;
  std::size_t gone_ = 0;
};

// The index: the one that is kept with a second one of what came since, or one that is made anew.
struct Index {
  Segments segments;
  std::vector<std::uint32_t> rows;
  bool made = false;
};
Index index_of(const Anatomist& anatomist, const Names& names, const NameMemory* memory, int threads) {
  Index out;
  const auto take = [&](const std::shared_ptr<const RollSegment>& segment) {
    out.segments.push_back(segment);
    for (std::uint32_t n = 0; n < segment->size(); ++n) out.rows.push_back(names.row_of((*segment)[n].id));
  };
  if (memory != nullptr) {
    take(memory->roll());
    std::vector<std::uint64_t> known;
    for (std::uint32_t n = 0; n < memory->roll()->size(); ++n) known.push_back((*memory->roll())[n].id);
    std::sort(known.begin(), known.end());
    const auto more = names.beyond(known);
    const auto gone = static_cast<std::size_t>(std::count(out.rows.begin(), out.rows.end(), Roll::kGone));
    if ((more.size() + gone) * kChangedMuch <= known.size()) {
      take(RollSegment::make(anatomist, more, threads));
      return out;
    }
    out = {};
  }
  take(RollSegment::make(anatomist, names.all(), threads));
  out.made = true;
  return out;
}

// From the list as it is: frequencies of its terms, and the habits of the questions.
Result<std::shared_ptr<const NameModel>> freeze(const std::vector<NameQuestion>& questions, const Anatomist& anatomist,
                                                const Index& index, const std::vector<NameFacts>& facts,
                                                const MatchModel& weights, int threads) {
  Frequencies frequencies;
  frequencies.set_rows(facts.size());
  Anatomy name;
  std::unordered_map<std::uint32_t, std::uint32_t> keys;
  std::size_t first = 0;
  for (const auto& segment : index.segments) {
    for (std::uint32_t n = 0; n < segment->size(); ++n) {
      if (index.rows[first + n] == Roll::kGone) continue;
      segment->unpack(n, name);
      frequencies.count(name, anatomist.reference().han);
    }
    segment->each_key([&](std::uint32_t key, std::uint32_t entries) { keys[key] += entries; });
    first += segment->size();
  }
  for (const auto& [key, entries] : keys) frequencies.count_key(key, entries);
  TANMIAO_ASSIGN(const auto plain, NameModel::freeze(weights, frequencies));
  MatchModel adapted = plain->weights;
  const auto sample = sample_of(questions, Roll(anatomist, index.segments, index.rows, facts, plain->frequencies),
                                plain->weights, threads);
  learn_habits(adapted, sample);
  return NameModel::freeze(adapted, frequencies, {sample.size(), mentioned(questions)});
}

// Why the model that is kept will not do; empty: it stands.
std::string why_anew(const NamesFrame& frame, std::size_t firms, std::size_t asked) {
  if (frame.frozen == nullptr) return "there was none that this program can use";
  if (frame.fixed) return {};
  if (frame.refit) return "asked for";
  const NameModel& model = *frame.frozen;
  if (firms > kOutgrown * model.frequencies.rows())
    return "the list grew from " + std::to_string(model.frequencies.rows()) + " to " + std::to_string(firms) + " firms";
  if (model.habits.sample >= kHabitsFrom && asked > kOutgrown * model.habits.questions)
    return "the names without a firm grew from " + std::to_string(model.habits.questions) + " to " +
           std::to_string(asked);
  return {};
}

// Habits were not known when the model was made, and there are names enough now to learn them from.
bool can_learn(const NamesFrame& frame, const std::vector<NameQuestion>& questions, const Roll& roll, int threads) {
  const NameModel& model = *frame.frozen;
  return !frame.fixed && model.habits.sample < kHabitsFrom && mentioned(questions) >= kHabitsFrom &&
         sample_of(questions, roll, model.weights, threads).size() >= kHabitsFrom;
}

void answer(const Matcher& matcher, const std::vector<MatchCandidate>& candidates, double from,
            const std::vector<std::string_view>& identity, NameAnswer& out) {
  if (candidates.empty() || candidates.front().probability < from) return;
  for (const MatchCandidate& c : candidates) {
    if (out.firms.size() == kShown || c.probability < from / 2) break;
    const auto factors = matcher.factors(c);
    out.firms.push_back(
        {std::string(identity[c.row]), c.probability, c.bits, phrases_of(factors), factors_json(factors)});
  }
}

// Takes over the answers that stand, and gives the questions that are to be asked.
std::vector<std::size_t> kept_or_asked(const std::vector<NameQuestion>& questions, const NameMemory* memory,
                                       const Changes* changes, const NearOptions& options,
                                       std::vector<NameAnswer>& answers) {
  std::vector<std::uint8_t> ask(questions.size(), 1);
  if (memory != nullptr) {
    for_each_index(options.threads, (questions.size() + kBlock - 1) / kBlock, [&](std::size_t block) {
      Changes::Scratch scratch(*changes);
      for (std::size_t i = block * kBlock; i < std::min(questions.size(), (block + 1) * kBlock); ++i) {
        if (questions[i].judged) continue;
        const auto row = memory->find(questions[i].id);
        if (!row || changes->touch(*row, scratch)) continue;
        answers[i] = memory->answer(*row);
        ask[i] = 0;
      }
    });
  }
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < questions.size(); ++i)
    if (ask[i] != 0) out.push_back(i);
  return out;
}

// Those that are remembered.
std::vector<NameAnswer> by_id(const std::vector<NameAnswer>& answers, int threads) {
  std::vector<std::pair<std::uint64_t, std::uint32_t>> order;
  for (std::uint32_t i = 0; i < answers.size(); ++i)
    if (answers[i].id != 0) order.emplace_back(answers[i].id, i);
  std::sort(order.begin(), order.end());
  std::vector<NameAnswer> out(order.size());
  for_each_index(threads, order.size(), [&](std::size_t n) { out[n] = answers[order[n].second]; });
  return out;
}

}  // namespace

Result<std::vector<NameAnswer>> names_near(const std::vector<NameQuestion>& questions,
                                           const std::vector<ListedName>& list, std::vector<NameFacts> facts,
                                           const MatchModel& weights, const Reference& reference,
                                           const NearOptions& options,
                                           const std::function<bool(std::size_t, std::uint32_t)>& ruled_out,
                                           NamesFrame& frame) {
  const Anatomist anatomist(reference);
  const Names names(list, facts, options.threads);
  std::vector<std::string_view> identity(facts.size());
  for (const ListedName& name : list) identity[name.row] = name.identity;
  const auto use = [&](const Index& index) {
    return Roll(anatomist, index.segments, index.rows, facts, frame.frozen->frequencies);
  };
  std::string why = why_anew(frame, facts.size(), mentioned(questions));
  Index index;
  if (why.empty()) {
    index = index_of(anatomist, names, frame.memory.get(), options.threads);
    if (can_learn(frame, questions, use(index), options.threads))
      why = "names without a firm are enough now to learn their habits";
  }
  if (!why.empty()) {
    frame.memory = nullptr;  // answers of another model
    index = index_of(anatomist, names, nullptr, options.threads);
    TANMIAO_ASSIGN(frame.frozen, freeze(questions, anatomist, index, facts, weights, options.threads));
    frame.report.frozen_now = true;
    frame.report.why = std::move(why);
  }
  frame.learnt = frame.frozen->habits.sample >= options.habits_from;
  if (frame.frozen->habits.sample >= kHabitsFrom) frame.report.habits = frame.frozen->habits.sample;
  const Roll roll(anatomist, index.segments, index.rows, facts, frame.frozen->frequencies);
  const Matcher matcher(roll, frame.frozen->weights);
  const auto changes = frame.memory == nullptr
                           ? nullptr
                           : std::make_unique<Changes>(anatomist, roll, names, *frame.memory, options.threads);
  std::vector<NameAnswer> answers(questions.size());
  const double enough = std::log2(options.from / (1 - std::min(options.from, 0.999999)));
  const std::vector<std::size_t> asked = kept_or_asked(questions, frame.memory.get(), changes.get(), options, answers);
  for_each_index(options.threads, (asked.size() + kBlock - 1) / kBlock, [&](std::size_t block) {
    Matcher::Scratch scratch(roll);
    std::vector<MatchCandidate> candidates;
    for (std::size_t n = block * kBlock; n < std::min(asked.size(), (block + 1) * kBlock); ++n) {
      const std::size_t i = asked[n];
      const NameQuestion& question = questions[i];
      const std::function<bool(std::uint32_t)> forbidden = [&](std::uint32_t row) { return ruled_out(i, row); };
      matcher.match({question.name, question.facts, MatchMention::kNoRow, question.listed, question.partners,
                     question.beside, question.judged ? &forbidden : nullptr},
                    scratch, candidates);
      NameAnswer& out = answers[i];
      out.id = question.id, out.exact = scratch.exact, out.floor = scratch.keys.floor;
      out.walked = scratch.keys.walked;
      // Where nobody can ever come near, whoever goes, only those who come matter.
      if (scratch.keys.cut || scratch.most_bits >= enough)
        for (const std::uint32_t entry : scratch.looked_at) out.looked_at.push_back(low(roll.id_of(entry)));
      if (scratch.asks != 1) out.id = 0;  // a name with a former one in brackets: two questions, not remembered
      if (question.judged) out.id = 0;
      answer(matcher, candidates, options.from, identity, out);
    }
  });
  frame.report.listed = names.sorted().size(), frame.report.questions = questions.size();
  frame.report.asked = asked.size();
  frame.report.came = changes == nullptr ? names.sorted().size() : changes->came();
  frame.report.went = changes == nullptr ? 0 : changes->went();
  frame.report.model = frame.frozen->version;
  frame.next.list = names.sorted();
  frame.next.roll = index.made ? index.segments.front() : nullptr;
  frame.next.answers = by_id(answers, options.threads);
  return answers;
}

}  // namespace tanmiao::linkage
