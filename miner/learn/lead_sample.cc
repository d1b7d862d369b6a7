#include "miner/learn/lead_sample.h"

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <numeric>
#include <unordered_map>

#include "core/hash.h"
#include "core/settings.h"
#include "miner/learn/firm_features.h"
#include "miner/learn/groups.h"
#include "miner/learn/sparse.h"

namespace tanmiao::miner::learn {
namespace {

// What two rows of one firm share: code, name now or before, trade name with its industry word, scope at an address.
std::vector<std::uint64_t> keys_of(const store::Snapshot& s, store::FirmNo firm, const Reference& reference) {
  std::vector<std::uint64_t> out;
  const auto add = [&](char kind, std::string_view text) {
    if (!text.empty()) out.push_back(mixed(hash64(text)) ^ static_cast<std::uint64_t>(kind));
  };
  add('c', s.firms.code[firm]);
  const FirmKeys names = keys_of_name(s.firms.name[firm], reference);
  add('n', names.exact), add('n', names.former), add('l', names.loose);
  std::string_view rest = s.firms.former_names[firm];
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    add('n', exact_name_key(rest.substr(0, end), reference));
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  }
  constexpr std::size_t kScope = 30, kAddress = 15;  // bytes: not shared by chance
  const std::string_view scope = s.firms.scope[firm], address = s.firms.address[firm];
  if (scope.size() >= kScope && address.size() >= kAddress) add('s', std::string(scope) + '\n' + std::string(address));
  return out;
}

bool says_so(const store::FirmAnswers* answers, store::FirmNo firm, const LessonDay& day,
             const std::vector<std::string>& verdicts) {
  if (answers == nullptr) return false;
  const auto& visits = answers->of(firm);
  return std::any_of(visits.begin(), visits.end(), [&](const store::SelfReport& visit) {
    return visit.visited_on > day.as_of && visit.visited_on <= day.until &&
           std::find(verdicts.begin(), verdicts.end(), visit.verdict) != verdicts.end();
  });
}

class Sets {
 public:
  explicit Sets(std::size_t count) : parent_(count) { std::iota(parent_.begin(), parent_.end(), std::size_t{0}); }
  std::size_t find(std::size_t a) {
    while (parent_[a] != a) a = parent_[a] = parent_[parent_[a]];
    return a;
  }
  void join(std::size_t a, std::size_t b) {
    a = find(a), b = find(b);
    if (a != b) parent_[std::max(a, b)] = std::min(a, b);
  }

 private:
  std::vector<std::size_t> parent_;
};

Status check_without(const std::vector<LeadColumn>& columns, const LearnedSettings& settings) {
  std::vector<std::string_view> known;
  known.reserve(columns.size());
  for (const LeadColumn& column : columns) known.emplace_back(column.id);
  for (const std::string& id : settings.without)
    if (std::find(known.begin(), known.end(), id) == known.end()) return no_such("feature", id, known);
  return {};
}

}  // namespace

Result<LeadSample> lead_sample(const store::Snapshot& past, const store::Snapshot& now, const Rules& rules,
                               const Reference& reference, const BacktestConfig& config,
                               const LearnedSettings& settings, const store::FirmAnswers* answers) {
  TANMIAO_ASSIGN(const LabelledLeads leads, labelled_leads(past, now, rules, reference, config));
  TANMIAO_ASSIGN(Context context,
                 context_for(past, rules, reference, {.campaign = config.campaign, .as_of = config.as_of}));
  context.dated_only = true;
  const auto& loaded = dynamic_cast<const LoadedRules&>(rules);
  const std::size_t columns = lead_columns(context.card).size(), count = leads.firms.size();
  TANMIAO_TRY(check_without(lead_columns(context.card), settings));
  LeadSample out;
  out.day = {config.as_of, add_months(config.as_of, config.horizon_months), count, leads.labelled};
  out.listed = out.taught = leads.labels;
  out.firms.resize(count), out.fold.resize(count), out.keys.resize(count);
  out.rows.resize(count * columns);
  out.scorecard.resize(count), out.likelihood.resize(leads.likelihood ? count : 0);
  tbb::parallel_for(tbb::blocked_range<std::size_t>(0, count, 64), [&](const auto& range) {
    std::vector<float> row;
    for (std::size_t i = range.begin(); i != range.end(); ++i) {
      const PastLead& lead = leads.firms[i];
      const FirmFacts facts = gather(context, lead.number);
      row.clear();
      add_lead_row(context, loaded.priors_.get(), facts, assess(context, facts), row);
      std::copy(row.begin(), row.end(), out.rows.begin() + static_cast<std::ptrdiff_t>(i * columns));
      out.firms[i] = lead.number;
      out.fold[i] = fold_of(past.firms.code[lead.number], past.firms.name[lead.number], settings.folds);
      out.keys[i] = keys_of(past, lead.number, reference);
      out.scorecard[i] = lead.scores[kScorecard];
      if (leads.likelihood) out.likelihood[i] = lead.scores[kLikelihood];
    }
  });
  for (std::size_t i = 0; i < count; ++i) {
    if (out.listed[i] != 0 || !says_so(answers, out.firms[i], out.day, settings.verdicts)) continue;
    out.taught[i] = 1, ++out.by_verdict;
  }
  return out;
}

std::vector<std::vector<std::uint32_t>> rows_outside(const LeadSample& sample, const LeadSample* other,
                                                     const LearnedSettings& settings) {
  const std::size_t own = sample.firms.size(), all = own + (other == nullptr ? 0 : other->firms.size());
  Sets sets(all);
  std::unordered_map<std::uint64_t, std::size_t> first;
  const auto join = [&](const LeadSample& from, std::size_t offset) {
    for (std::size_t i = 0; i < from.firms.size(); ++i)
      for (const std::uint64_t key : from.keys[i])
        if (const auto [at, fresh] = first.emplace(key, offset + i); !fresh) sets.join(at->second, offset + i);
  };
  join(sample, 0);
  if (other != nullptr) join(*other, own);
  std::vector<std::uint32_t> folds(all, 0);  // of the group, one bit each
  for (std::size_t i = 0; i < all; ++i)
    folds[sets.find(i)] |= 1U << static_cast<unsigned>(i < own ? sample.fold[i] : other->fold[i - own]);
  std::vector<std::pair<std::uint64_t, std::uint32_t>> others;
  for (std::size_t i = 0; i < own; ++i)
    if (sample.taught[i] == 0) others.emplace_back(mixed(sample.firms[i]), static_cast<std::uint32_t>(i));
  std::vector<std::uint8_t> left(own, 0);
  if (others.size() > settings.most_unlabelled) {
    std::sort(others.begin(), others.end());
    for (std::size_t i = settings.most_unlabelled; i < others.size(); ++i) left[others[i].second] = 1;
  }
  std::vector<std::vector<std::uint32_t>> out(static_cast<std::size_t>(settings.folds));
  for (std::size_t i = 0; i < own; ++i)
    for (std::size_t k = 0; k < out.size(); ++k)
      if (left[i] == 0 && (folds[sets.find(i)] & (1U << k)) == 0) out[k].push_back(static_cast<std::uint32_t>(i));
  return out;
}

}  // namespace tanmiao::miner::learn
