#include "miner/learn/ngrams.h"

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>
#include <tbb/parallel_sort.h>

#include <algorithm>
#include <cmath>

#include "core/text/normalize.h"

namespace tanmiao::miner::learn {

void gram_hashes(std::string_view text, const NgramOptions& options, std::vector<std::uint64_t>& out) {
  out.clear();
  const std::vector<char32_t> points = text::code_points(text);
  for (std::size_t i = 0; i < points.size(); ++i) {
    std::uint64_t hash = 0;
    for (int n = 1; n <= options.longest && i + static_cast<std::size_t>(n) <= points.size(); ++n) {
      const char32_t c = points[i + static_cast<std::size_t>(n) - 1];
      if (c == U'\n') break;
      hash = mixed(hash ^ c);
      if (n >= options.shortest) out.push_back(hash);
    }
  }
  std::sort(out.begin(), out.end());
}

Ngrams Ngrams::learn(const std::vector<std::string_view>& texts, const NgramOptions& options) {
  Ngrams model;
  model.options_ = options;
  std::vector<std::vector<std::uint64_t>> grams(texts.size());
  tbb::parallel_for(tbb::blocked_range<std::size_t>(0, texts.size(), 64), [&](const auto& range) {
    for (std::size_t i = range.begin(); i < range.end(); ++i) {
      gram_hashes(texts[i], options, grams[i]);
      grams[i].erase(std::unique(grams[i].begin(), grams[i].end()), grams[i].end());
    }
  });
  std::size_t total = 0;
  for (const auto& one : grams) total += one.size();
  std::vector<std::uint64_t> all;
  all.reserve(total);
  for (auto& one : grams) {
    all.insert(all.end(), one.begin(), one.end());
    one = {};
  }
  tbb::parallel_sort(all.begin(), all.end());
  const double texts_count = static_cast<double>(texts.size());
  for (std::size_t i = 0; i < all.size();) {
    std::size_t end = i;
    while (end < all.size() && all[end] == all[i]) ++end;
    const auto count = static_cast<double>(end - i);
    if (count >= options.least_texts) {
      model.column_.emplace(all[i], static_cast<std::uint32_t>(model.idf_.size()));
      model.idf_.push_back(static_cast<float>(std::log((1 + texts_count) / (1 + count)) + 1));
    }
    i = end;
  }
  return model;
}

void Ngrams::weigh(std::string_view text, std::vector<std::uint64_t>& scratch, std::vector<Entry>& row) const {
  row.clear();
  gram_hashes(text, options_, scratch);
  for (std::size_t i = 0; i < scratch.size();) {
    std::size_t end = i;
    while (end < scratch.size() && scratch[end] == scratch[i]) ++end;
    if (const auto known = column_.find(scratch[i]); known != column_.end())
      row.push_back({known->second, static_cast<float>(1 + std::log(static_cast<double>(end - i)))});
    i = end;
  }
  std::sort(row.begin(), row.end(), [](const Entry& a, const Entry& b) { return a.column < b.column; });
  double square = 0;
  for (Entry& e : row) {
    e.value *= idf_[e.column];
    square += static_cast<double>(e.value) * e.value;
  }
  if (square <= 0) return;
  const auto scale = static_cast<float>(1 / std::sqrt(square));
  for (Entry& e : row) e.value *= scale;
}

}  // namespace tanmiao::miner::learn
