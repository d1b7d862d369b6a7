#include "linkage/name_model.h"

#include "core/hash.h"

namespace tanmiao::linkage {
namespace {

constexpr std::string_view kBetween = "--\n";  // weights above, frequencies below

}  // namespace

Result<std::shared_ptr<const NameModel>> NameModel::freeze(const MatchModel& weights, const Frequencies& frequencies) {
  return parse(match_model_text(weights) + std::string(kBetween) + frequencies.text());
}

Result<std::shared_ptr<const NameModel>> NameModel::parse(std::string_view text) {
  const std::size_t at = text.find(kBetween);
  if (at == std::string_view::npos) return Error{Errc::kCorrupt, "a model of names: the weights do not end", ""};
  auto model = std::make_shared<NameModel>();
  model->version = hash_hex(text, 12);
  model->text = std::string(text);
  TANMIAO_ASSIGN(model->weights, parse_match_model(text.substr(0, at)));
  TANMIAO_ASSIGN(model->frequencies, Frequencies::parse(text.substr(at + kBetween.size())));
  return std::shared_ptr<const NameModel>(std::move(model));
}

}  // namespace tanmiao::linkage
