// config/learned.toml
#include <fstream>
#include <sstream>

#include "core/settings.h"
#include "miner/learned.h"

namespace tanmiao::miner {

Result<LearnedSettings> LearnedSettings::load(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream bytes;
  if (!in || !(bytes << in.rdbuf())) return Error{Errc::kConfig, "cannot read the file", file.string()};
  LearnedSettings out;
  out.bytes = bytes.str();
  TANMIAO_ASSIGN(Settings settings, Settings::parse(out.bytes, file.string()));
  out.id = settings.text("id");
  Settings gate = settings.table("gate");
  out.least_labelled = static_cast<std::size_t>(gate.integer("least_labelled", 60, 5, 1'000'000));
  out.least_gain = gate.number("least_gain", out.least_gain, 0, 1);
  out.sure = gate.number("sure", out.sure, .5, 1);
  Settings learning = settings.table("learning");
  out.folds = static_cast<int>(learning.integer("folds", out.folds, 2, 20));
  out.most_unlabelled = static_cast<std::size_t>(learning.integer("most_unlabelled", 30'000, 100, 10'000'000));
  out.rounds = static_cast<int>(learning.integer("rounds", out.rounds, 1, 2'000));
  out.depth = static_cast<int>(learning.integer("depth", out.depth, 1, 10));
  out.seeds = static_cast<int>(learning.integer("seeds", out.seeds, 1, 20));
  out.step = learning.number("step", out.step, .001, 1);
  out.ridge = learning.number("ridge", out.ridge, 0, 1000);
  out.verdicts = learning.texts("verdicts");
  out.without = learning.texts("without");
  TANMIAO_TRY(settings.finish());
  return out;
}

}  // namespace tanmiao::miner
