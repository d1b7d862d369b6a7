#include "linkage/match/model.h"

#include <algorithm>
#include <cstdio>
#include <vector>

#include "core/hash.h"
#include "tabular/config_table.h"
#include "tabular/file_out.h"

namespace tanmiao::linkage {
namespace {

constexpr std::string_view kHeading = "writing,field,level,bits\n";
constexpr std::array<std::string_view, kWritings> kWritingNames{"full", "short", "cross", "latin"};

Result<double*> place_of(MatchModel& model, const std::string& writing, const std::string& field,
                         const std::string& level) {
  std::size_t row = 0;
  while (row < kWritings && kWritingNames[row] != writing) ++row;
  if (row == kWritings) return tabular::misfit("'" + writing + "' is none of full, short, cross, latin");
  Weights& weights = model.weights[row];
  if (field == "prior" && level.empty()) return &weights.prior;
  if (field == "prior" && level == "rate") return &weights.rate;
  if (field == "margin" && level == "scale") return &weights.scale;
  if (field == "term" && level == "trade") return &weights.trade;
  if (field == "term" && level == "industry") return &weights.industry;
  if (field == "term" && level == "region") return &weights.region;
  if (field == "term" && level == "unit") return &weights.unit;
  for (std::size_t n = 0; n < kLevels; ++n) {
    const auto found = static_cast<Level>(n);
    if (level_name(found) == level && field_name(field_of(found)) == field) return &weights.level[n];
  }
  return tabular::misfit("there is no level '" + level + "' of a field '" + field + "'");
}

std::string line(std::string_view writing, std::string_view field, std::string_view level, double bits) {
  char number[32];
  std::snprintf(number, sizeof number, "%.3f", bits);
  return std::string(writing) + ',' + std::string(field) + ',' + std::string(level) + ',' + number + '\n';
}

}  // namespace

std::string_view writing_name(Writing writing) { return kWritingNames[static_cast<std::size_t>(writing)]; }

Writing writing_of(const Anatomy& mention, const Anatomy& entry) {
  if (mention.latin && entry.latin) return Writing::kLatin;
  if (mention.latin || entry.latin) return Writing::kCross;
  return mention.full ? Writing::kFull : Writing::kShort;
}

double MatchModel::score(Writing writing, const Comparison& levels, const TermBits& terms) const {
  const Weights& w = of(writing);
  double bits =
      w.prior + w.trade * terms.trade + w.industry * terms.industry + w.region * terms.region - w.unit * terms.unit;
  for (const Level level : levels.levels) bits += w.level[static_cast<std::size_t>(level)];
  return bits;
}

Result<MatchModel> load_match_model(const std::filesystem::path& file) {
  MatchModel model;
  std::string contents;
  TANMIAO_TRY(tabular::read_config_table(
      file, "the weights of the comparison of names", 4,
      [&](const tabular::ConfigCells& c) -> Status {
        TANMIAO_ASSIGN(double* const place, place_of(model, c[0], c[1], c[2]));
        TANMIAO_ASSIGN(*place, tabular::config_number(c[3]));
        return {};
      },
      &contents));
  model.version = hash_hex(contents, 12);
  return model;
}

std::string match_model_text(const MatchModel& model) {
  std::string text(kHeading);
  for (std::size_t row = 0; row < kWritings; ++row) {
    const Weights& w = model.weights[row];
    const std::string_view writing = kWritingNames[row];
    text += line(writing, "prior", "", w.prior) + line(writing, "prior", "rate", w.rate) +
            line(writing, "margin", "scale", w.scale) + line(writing, "term", "trade", w.trade) +
            line(writing, "term", "industry", w.industry) + line(writing, "term", "region", w.region) +
            line(writing, "term", "unit", w.unit);
    for (std::size_t n = 0; n < kLevels; ++n) {
      const auto level = static_cast<Level>(n);
      if (w.level[n] != 0) text += line(writing, field_name(field_of(level)), level_name(level), w.level[n]);
    }
  }
  return text;
}

Result<MatchModel> parse_match_model(std::string_view text) {
  MatchModel model;
  if (!text.starts_with(kHeading)) return Error{Errc::kCorrupt, "weights of names: the heading is missing", "line 1"};
  model.version = hash_hex(text, 12);
  text.remove_prefix(kHeading.size());
  for (std::size_t number = 2; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::vector<std::string> cells(1);
    for (const char c : text.substr(0, end)) {
      if (c == ',')
        cells.emplace_back();
      else
        cells.back().push_back(c);
    }
    text.remove_prefix(std::min(end + 1, text.size()));
    if (cells.size() != 4)
      return Error{Errc::kCorrupt, "weights of names: expected four cells", "line " + std::to_string(number)};
    TANMIAO_ASSIGN(double* const place, place_of(model, cells[0], cells[1], cells[2]));
    TANMIAO_ASSIGN(*place, tabular::config_number(cells[3]));
  }
  // A model that was kept before the two were told apart has one weight for both.
  for (Weights& w : model.weights) {
    double& near = w.level[static_cast<std::size_t>(Level::kIndustryNear)];
    if (near == 0) near = w.level[static_cast<std::size_t>(Level::kIndustrySlip)];
  }
  return model;
}

Status save_match_model(const MatchModel& model, const std::filesystem::path& file) {
  TANMIAO_ASSIGN(std::ofstream out, tabular::begin_file(file.string()));
  out << match_model_text(model);
  return tabular::finish_file(out, file.string());
}

}  // namespace tanmiao::linkage
