// What the archive costs: the pages of a segment appended again to a new one, and read back.
// Usage: warc_bench SEGMENT REPEAT FOLDER. FOLDER is made; the figures of docs/measured/archive.md come from here.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <vector>

#include "crawler/warc.h"
#include "crawler/warc_index.h"
#include "crawler/warc_read.h"

namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
using namespace tanmiao::crawler;

double seconds_since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

std::vector<WarcResponse> pages_of(const fs::path& segment) {
  std::vector<WarcResponse> pages;
  auto reader = WarcReader::open(segment).value();
  for (auto record = reader.next().value(); record; record = reader.next().value()) {
    if (record->type() == "response") pages.push_back(response_of(*record, "bench").value());
    if (record->type() == "request" && !pages.empty()) pages.back().request_head = record->block;
  }
  return pages;
}

}  // namespace

int main(int count, char** words) {
  if (count != 4) return std::fprintf(stderr, "usage: warc_bench SEGMENT REPEAT FOLDER\n"), 2;
  const auto pages = pages_of(words[1]);
  const int repeat = std::atoi(words[2]);
  const fs::path folder = fs::path(words[3]) / "bench";
  fs::create_directories(folder.parent_path());
  auto writer = WarcWriter::open(folder, {}, "bench").value();
  double bytes = 0, records = 0;
  auto begin = Clock::now();
  double packed = 0;
  for (int i = 0; i < repeat; ++i)
    for (const WarcResponse& page : pages) {
      writer.append(page, page.fetched_at).value();
      bytes += static_cast<double>(page.head.size() + page.body.size());
      records += page.request_head.empty() ? 2 : 3;
    }
  const double appending = seconds_since(begin);
  begin = Clock::now();
  writer.sync().value();
  const double syncing = seconds_since(begin);
  packed = static_cast<double>(writer.length());
  const double n = static_cast<double>(pages.size()) * repeat;
  std::printf(
      "append: %.0f pages of %.0f bytes, %.0f records, %.2f s: %.0f pages/s, %.0f records/s, %.1f MB/s; sync %.2f s\n",
      n, bytes / n, records, appending, n / appending, records / appending, bytes / appending / 1e6, syncing);
  std::printf("size: %.2f MB of %.2f MB\n", packed / 1e6, bytes / 1e6);
  begin = Clock::now();
  auto reader = WarcReader::open(folder / writer.segment()).value();
  std::size_t unpacked = 0, seen = 0, wrong = 0;
  for (auto record = reader.next().value(); record; record = reader.next().value())
    unpacked += record->block.size(), ++seen;
  double took = seconds_since(begin);
  std::printf("read: %zu records, %.2f s: %.0f records/s, %.1f MB/s\n", seen, took, static_cast<double>(seen) / took,
              static_cast<double>(unpacked) / took / 1e6);
  reader.seek(0);
  begin = Clock::now();
  for (auto record = reader.next().value(); record; record = reader.next().value()) wrong += !record->digest_holds();
  took = seconds_since(begin);
  std::printf("check: %.2f s: %.1f MB/s, %zu wrong\n", took, static_cast<double>(unpacked) / took / 1e6, wrong);
  begin = Clock::now();
  write_warc_index(folder / writer.segment(), writer.length()).value();
  std::printf("index: %.2f s\n", seconds_since(begin));
  std::ofstream plain(fs::path(words[3]) / "plain", std::ios::binary);
  for (int i = 0; i < repeat; ++i)
    for (const WarcResponse& page : pages) plain << page.head << "\r\n" << page.body;
  return 0;
}
