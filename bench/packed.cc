// How large the explanations of a run are in blocks of several sizes and levels of zstd, and what reading them costs.
// Usage: packed_bench RUN_FOLDER. The figures of docs/measured/columns.md come from here.
#include <zstd.h>

#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include "store/columns/run_table.h"

namespace {

using Clock = std::chrono::steady_clock;
using tanmiao::store::PackedReader;
using tanmiao::store::Run;

double seconds_since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

struct Cost {
  std::size_t bytes = 0, blocks = 0;
  double packing = 0, unpacking = 0;
};

Cost cost_of(const std::vector<std::string>& texts, std::size_t block, int level) {
  Cost cost;
  std::string open, packed, back;
  const auto close = [&] {
    packed.resize(ZSTD_compressBound(open.size()));
    auto begin = Clock::now();
    packed.resize(ZSTD_compress(packed.data(), packed.size(), open.data(), open.size(), level));
    cost.packing += seconds_since(begin);
    back.resize(open.size());
    begin = Clock::now();
    ZSTD_decompress(back.data(), back.size(), packed.data(), packed.size());
    cost.unpacking += seconds_since(begin);
    cost.bytes += packed.size();
    ++cost.blocks;
    open.clear();
  };
  for (const std::string& text : texts) {
    open += text;
    if (open.size() >= block) close();
  }
  if (!open.empty()) close();
  return cost;
}

void read_all(const Run& run) {
  constexpr std::size_t kReads = 2000;
  auto begin = Clock::now();
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < kReads; ++i) bytes += run.explanation.read(i * 7919 % run.size()).value().size();
  std::printf("one text anywhere: %.1f us\n", seconds_since(begin) / kReads * 1e6);
  begin = Clock::now();
  PackedReader reader(run.explanation);
  for (std::size_t i = 0; i < run.size(); ++i) bytes += reader.read(i).value().size();
  std::printf("all in order: %.2f s (%zu bytes read)\n", seconds_since(begin), bytes);
}

}  // namespace

int main(int count, char** words) {
  if (count != 2) return std::fprintf(stderr, "usage: packed_bench RUN_FOLDER\n"), 2;
  const auto run = Run::open(words[1]);
  if (!run || (*run)->size() == 0) return std::fprintf(stderr, "no run with rows: %s\n", words[1]), 1;
  std::vector<std::string> texts;
  std::size_t raw = 0;
  PackedReader reader((*run)->explanation);
  for (std::size_t i = 0; i < (*run)->size(); ++i) raw += texts.emplace_back(reader.read(i).value()).size();
  std::printf("%zu texts, %.1f MB\n", texts.size(), static_cast<double>(raw) / 1e6);
  for (const std::size_t block : {std::size_t{16}, std::size_t{64}, std::size_t{256}})
    for (const int level : {1, 3, 9, 19}) {
      const Cost cost = cost_of(texts, block << 10, level);
      std::printf("%4zu KiB, level %2d: %6.2f MB, %5.1f times smaller, packing %.2f s, unpacking %.1f us a block\n",
                  block, level, static_cast<double>(cost.bytes) / 1e6,
                  static_cast<double>(raw) / static_cast<double>(cost.bytes), cost.packing,
                  cost.unpacking / static_cast<double>(cost.blocks) * 1e6);
    }
  read_all(**run);
}
