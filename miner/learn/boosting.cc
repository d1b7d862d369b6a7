#include "miner/learn/boosting.h"

#include <xgboost/c_api.h>

#include <cmath>
#include <cstdlib>
#include <limits>

namespace tanmiao::miner::learn {
namespace {

Status check(int code) {
  if (code == 0) return {};
  return Error{Errc::kFormat, "XGBoost: " + std::string(XGBGetLastError()), ""};
}

struct Matrix {
  DMatrixHandle handle = nullptr;
  Matrix() = default;
  Matrix(const Matrix&) = delete;
  Matrix& operator=(const Matrix&) = delete;
  ~Matrix() {
    if (handle != nullptr) XGDMatrixFree(handle);
  }
  Status make(const float* values, std::size_t rows, std::size_t columns) {
    return check(XGDMatrixCreateFromMat(values, rows, columns, std::numeric_limits<float>::quiet_NaN(), &handle));
  }
};

std::string monotone_text(const std::vector<int>& signs) {
  std::string out = "(";
  for (const int sign : signs) out += (out.size() > 1 ? "," : "") + std::to_string(sign);
  return out + ")";
}

std::vector<std::pair<std::string, std::string>> parameters(const BoostingOptions& o) {
  std::vector<std::pair<std::string, std::string>> out{{"objective", "binary:logistic"},
                                                       {"tree_method", "exact"},
                                                       {"nthread", "1"},
                                                       {"verbosity", "0"},
                                                       {"seed", std::to_string(o.seed)},
                                                       {"eta", std::to_string(o.step)},
                                                       {"max_depth", std::to_string(o.depth)},
                                                       {"min_child_weight", std::to_string(o.least_weight)},
                                                       {"subsample", std::to_string(o.rows)},
                                                       {"colsample_bytree", std::to_string(o.columns)},
                                                       {"reg_lambda", std::to_string(o.ridge)},
                                                       {"scale_pos_weight", std::to_string(o.positive_weight)}};
  if (!o.monotone.empty()) out.emplace_back("monotone_constraints", monotone_text(o.monotone));
  return out;
}

}  // namespace

struct Boosting::Model {
  BoosterHandle handle = nullptr;
  Model() = default;
  Model(const Model&) = delete;
  Model& operator=(const Model&) = delete;
  ~Model() {
    if (handle != nullptr) XGBoosterFree(handle);
  }
};

Result<Boosting> Boosting::fit(const std::vector<float>& matrix, std::size_t columns, const Sample& sample,
                               const BoostingOptions& options, const std::vector<float>& margins) {
  std::vector<float> rows, labels(sample.labels.begin(), sample.labels.end());
  rows.reserve(sample.rows.size() * columns);
  for (const std::uint32_t r : sample.rows) {
    const auto from = matrix.begin() + static_cast<std::ptrdiff_t>(r * columns);
    rows.insert(rows.end(), from, from + static_cast<std::ptrdiff_t>(columns));
  }
  Matrix data;
  TANMIAO_TRY(data.make(rows.data(), sample.rows.size(), columns));
  TANMIAO_TRY(check(XGDMatrixSetFloatInfo(data.handle, "label", labels.data(), labels.size())));
  if (!margins.empty())
    TANMIAO_TRY(check(XGDMatrixSetFloatInfo(data.handle, "base_margin", margins.data(), margins.size())));
  auto model = std::make_shared<Model>();
  TANMIAO_TRY(check(XGBoosterCreate(&data.handle, 1, &model->handle)));
  for (const auto& [name, value] : parameters(options))
    TANMIAO_TRY(check(XGBoosterSetParam(model->handle, name.c_str(), value.c_str())));
  for (int round = 0; round < options.rounds; ++round)
    TANMIAO_TRY(check(XGBoosterUpdateOneIter(model->handle, round, data.handle)));
  Boosting out;
  out.model_ = std::move(model);
  out.columns_ = columns;
  return out;
}

Result<std::vector<float>> Boosting::predict(const std::vector<float>& matrix, int kind) const {
  const std::size_t rows = columns_ == 0 ? 0 : matrix.size() / columns_;
  if (rows == 0) return std::vector<float>{};
  Matrix data;
  TANMIAO_TRY(data.make(matrix.data(), rows, columns_));
  bst_ulong count = 0;
  const float* values = nullptr;
  TANMIAO_TRY(check(XGBoosterPredict(model_->handle, data.handle, kind, 0, 0, &count, &values)));
  return std::vector<float>(values, values + count);
}

Result<std::vector<float>> Boosting::margins(const std::vector<float>& matrix) const {
  constexpr int kMargin = 1;
  return predict(matrix, kMargin);
}

Result<std::vector<float>> Boosting::contributions(const std::vector<float>& matrix) const {
  constexpr int kContributions = 4;
  return predict(matrix, kContributions);
}

Result<std::string> Boosting::json() const {
  bst_ulong length = 0;
  const char* text = nullptr;
  TANMIAO_TRY(check(XGBoosterSaveModelToBuffer(model_->handle, R"({"format": "json"})", &length, &text)));
  return std::string(text, length);
}

Result<std::vector<double>> Boosting::gains() const {
  bst_ulong features = 0, dimensions = 0;
  const char** names = nullptr;
  const bst_ulong* shape = nullptr;
  const float* scores = nullptr;
  TANMIAO_TRY(check(XGBoosterFeatureScore(model_->handle, R"({"importance_type": "total_gain"})", &features, &names,
                                          &dimensions, &shape, &scores)));
  std::vector<double> out(columns_, 0);
  for (bst_ulong i = 0; i < features; ++i) {  // names are f0, f1, ...
    const auto column = static_cast<std::size_t>(std::strtoul(names[i] + 1, nullptr, 10));
    if (column < out.size()) out[column] = scores[i];
  }
  return out;
}

std::string Boosting::version() {
  int major = 0, minor = 0, patch = 0;
  XGBoostVersion(&major, &minor, &patch);
  return std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(patch);
}

}  // namespace tanmiao::miner::learn
