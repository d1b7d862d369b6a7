#include "miner/learn/text_heads.h"

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

#include <algorithm>

namespace tanmiao::miner::learn {
namespace {

using Matrices = std::array<SparseRows, kViews>;

std::vector<std::string_view> view_of(const TextSample& sample, std::size_t view) {
  std::vector<std::string_view> out;
  out.reserve(sample.texts.size() + sample.names.size());
  for (const FirmTexts& t : sample.texts) out.push_back(t.of[view]);
  if (view == kNameView) out.insert(out.end(), sample.names.begin(), sample.names.end());
  return out;
}

SparseRows matrix_of(const Ngrams& grams, const std::vector<std::string_view>& texts) {
  std::vector<std::vector<Entry>> rows(texts.size());
  tbb::parallel_for(tbb::blocked_range<std::size_t>(0, texts.size(), 128), [&](const auto& range) {
    std::vector<std::uint64_t> hashes;
    for (std::size_t i = range.begin(); i < range.end(); ++i) grams.weigh(texts[i], hashes, rows[i]);
  });
  SparseRows out;
  for (const auto& row : rows) out.add(row);
  return out;
}

Sample listed_sample(const TextSample& sample, int without_fold, bool with_names) {
  Sample out;
  for (std::uint32_t i = 0; i < sample.listed.size(); ++i) {
    if (sample.fold[i] == without_fold) continue;
    out.rows.push_back(i);
    out.labels.push_back(sample.listed[i]);
  }
  for (std::uint32_t i = 0; with_names && i < sample.names.size(); ++i) {
    if (sample.name_fold[i] == without_fold) continue;
    out.rows.push_back(static_cast<std::uint32_t>(sample.listed.size()) + i);
    out.labels.push_back(1);
  }
  return out;
}

// Of the rows outside the fold those that the fold's own name model puts on top, so that no label of the fold is in
// it.
Sample like_sample(const TextSample& sample, int without_fold, const SparseRows& names, const Linear& name_model,
                   double share) {
  Sample out = listed_sample(sample, without_fold, false);
  std::vector<double> scores;
  scores.reserve(out.rows.size());
  for (const std::uint32_t r : out.rows) scores.push_back(name_model.of(names.row(r)));
  std::vector<double> sorted = scores;
  const auto top = static_cast<std::size_t>(share * static_cast<double>(sorted.size()));
  if (top == 0 || top >= sorted.size()) return out;
  std::nth_element(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(top), sorted.end(), std::greater<>());
  const double edge = sorted[top];
  for (std::size_t i = 0; i < scores.size(); ++i) out.labels[i] = scores[i] > edge ? 1 : 0;
  return out;
}

}  // namespace

const std::array<HeadSpec, kHeads>& heads() {
  static constexpr std::array<HeadSpec, kHeads> kSpecs{
      {{"name", "名称文本", kNameView, Target::kNames, 1, false},
       {"scope", "经营范围文本", kScopeView, Target::kListed, 1, false},
       {"scope_presence", "经营范围文本（仅出现与否）", kScopeView, Target::kListed, 0.0003, true},
       {"scope_like", "经营范围文本（以名称推得）", kScopeView, Target::kLike, 1, false},
       {"address", "地址文本", kAddressView, Target::kListed, 0.3, false},
       {"address_like", "地址文本（以名称推得）", kAddressView, Target::kLike, 0.3, false},
       {"head", "经营范围前三项", kHeadView, Target::kListed, 1, false},
       {"first", "经营范围第一项", kFirstView, Target::kListed, 1, false}}};
  return kSpecs;
}

TextHeads TextHeads::learn(const TextSample& sample, const RankSettings& settings) {
  TextHeads out;
  out.folds_ = settings.folds;
  const auto folds = static_cast<std::size_t>(settings.folds);
  Matrices matrices;
  for (std::size_t v = 0; v < kViews; ++v) {
    const auto texts = view_of(sample, v);
    out.views_[v].grams = Ngrams::learn(texts, {1, 3, v == kNameView ? 2 : 3});
    matrices[v] = matrix_of(out.views_[v].grams, texts);
  }
  std::vector<Linear> fitted(kHeads * folds);
  const auto fit = [&](std::size_t head, std::size_t fold) {
    const HeadSpec& spec = heads()[head];
    const auto k = static_cast<int>(fold);
    const Sample rows =
        spec.target == Target::kLike
            ? like_sample(sample, k, matrices[kNameView], fitted[kNameHead * folds + fold], settings.like_share)
            : listed_sample(sample, k, spec.target == Target::kNames);
    fitted[head * folds + fold] =
        fit_sparse(matrices[spec.view], out.views_[spec.view].grams.columns(), rows, spec.strength, spec.presence);
  };
  tbb::parallel_for(std::size_t{0}, folds, [&](std::size_t k) { fit(kNameHead, k); });
  tbb::parallel_for(folds, kHeads * folds, [&](std::size_t task) { fit(task / folds, task % folds); });
  out.pack(fitted);
  return out;
}

void TextHeads::pack(const std::vector<Linear>& fitted) {
  const auto folds = static_cast<std::size_t>(folds_);
  for (std::size_t v = 0; v < kViews; ++v) {
    ViewModel& view = views_[v];
    for (std::size_t h = 0; h < kHeads; ++h)
      if (heads()[h].view == v) view.heads.push_back(h);
    const std::size_t slots = view.heads.size() * folds;
    view.weights.resize(view.grams.columns() * slots);
    view.bias.resize(slots);
    for (std::size_t h = 0; h < view.heads.size(); ++h)
      for (std::size_t k = 0; k < folds; ++k) {
        const Linear& model = fitted[view.heads[h] * folds + k];
        view.bias[h * folds + k] = model.bias;
        for (std::size_t c = 0; c < model.weights.size(); ++c)
          view.weights[c * slots + h * folds + k] = model.weights[c];
      }
  }
}

void TextHeads::score(const FirmTexts& texts, Scratch& scratch, float* out) const {
  const auto folds = static_cast<std::size_t>(folds_);
  for (std::size_t v = 0; v < kViews; ++v) {
    const ViewModel& view = views_[v];
    const std::size_t slots = view.heads.size() * folds;
    view.grams.weigh(texts.of[v], scratch.hashes, scratch.row);
    scratch.sums.assign(view.bias.begin(), view.bias.end());
    for (const Entry& e : scratch.row) {
      const float* weights = &view.weights[e.column * slots];
      for (std::size_t s = 0; s < slots; ++s)
        scratch.sums[s] += static_cast<double>(weights[s]) * (heads()[view.heads[s / folds]].presence ? 1.F : e.value);
    }
    for (std::size_t s = 0; s < slots; ++s)
      out[view.heads[s / folds] * folds + s % folds] = static_cast<float>(scratch.sums[s]);
  }
}

}  // namespace tanmiao::miner::learn
