#include "miner/learn/number_range.h"

#include <algorithm>
#include <cmath>

namespace tanmiao::miner::learn {
namespace {

constexpr Number kUnbounded[] = {kCapital, kScopeLength, kScopeItems, kRarity, kYear, kTemplate, kNameLength};
constexpr double kTail = 0.001;

}  // namespace

NumberRange NumberRange::learn(const std::vector<float>& matrix) {
  NumberRange out;
  std::vector<float> values;
  values.reserve(matrix.size() / kColumns);
  for (const Number number : kUnbounded) {
    values.clear();
    for (std::size_t i = kHeads + number; i < matrix.size(); i += kColumns)
      if (!std::isnan(matrix[i])) values.push_back(matrix[i]);
    if (values.size() < 3) continue;
    std::sort(values.begin(), values.end());
    const auto beyond =
        std::max<std::size_t>(1, static_cast<std::size_t>(std::floor(kTail * static_cast<double>(values.size()))));
    out.cut_[number] = true;
    out.least_[number] = values[beyond], out.most_[number] = values[values.size() - 1 - beyond];
  }
  return out;
}

void NumberRange::cut(std::vector<float>& matrix) const {
  for (std::size_t number = 0; number < kNumbers; ++number) {
    if (!cut_[number]) continue;
    for (std::size_t i = kHeads + number; i < matrix.size(); i += kColumns)
      if (!std::isnan(matrix[i])) matrix[i] = std::clamp(matrix[i], least_[number], most_[number]);
  }
}

}  // namespace tanmiao::miner::learn
