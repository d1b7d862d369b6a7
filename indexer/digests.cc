#include "indexer/digests.h"

#include <string>
#include <string_view>

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

#include "core/hash.h"
#include "indexer/document.h"
#include "indexer/texts.h"

namespace tanmiao::indexer {
namespace {

constexpr std::size_t kGrain = 4096;

// Of those that are some firm's. Abstracts are packed in blocks, so they are read as they lie and not firm by firm.
std::vector<std::uint64_t> abstract_hashes(const store::Snapshot& s) {
  std::vector<std::uint64_t> hashes(s.patents.title.size());
  std::vector<char> owned(hashes.size());
  for (const std::uint32_t patent : s.ownerships.patent.span()) owned[patent] = 1;
  tbb::parallel_for(tbb::blocked_range<std::size_t>(0, hashes.size(), kGrain), [&](const auto& range) {
    store::PackedReader reader(s.patents.abstract);
    for (std::size_t row = range.begin(); row < range.end(); ++row) {
      if (owned[row] == 0) continue;
      const auto text = reader.read(row);
      if (!text) throw DamagedText{text.error()};
      if (!text->empty()) hashes[row] = hash64(*text);
    }
    s.patents.abstract.let_go(range.begin(), range.end());
  });
  return hashes;
}

class Hasher {
 public:
  Hasher(const store::Snapshot& snapshot, const std::vector<std::uint64_t>& abstracts)
      : s_(snapshot), abstracts_(abstracts) {}

  std::uint64_t of(store::FirmNo firm) {
    if (firm == 0 || !listed(s_, firm)) return 0;
    said_.clear();
    const auto& f = s_.firms;
    for (const std::string_view text :
         {f.name[firm], f.code[firm], f.former_names[firm], f.address[firm], f.scope[firm], f.industry_name[firm]})
      say(text);
    const auto [begin, end] = s_.ownerships_of(firm);
    for (std::uint32_t i = begin; i < end; ++i) {
      const std::uint32_t patent = s_.ownerships.patent[i];
      say(s_.patents.title[patent]), say(s_.patents.ipc[patent]);
      const std::uint64_t abstract = abstracts_[patent];
      said_.append(reinterpret_cast<const char*>(&abstract), sizeof(abstract));
    }
    const auto [first_award, last_award] = s_.recognitions_of(firm);
    count(last_award - first_award);
    for (std::uint32_t i = first_award; i < last_award; ++i)
      say(s_.recognitions.program[i]), say(s_.recognitions.title[i]), say(s_.recognitions.certificate_no[i]);
    const auto [first_signal, last_signal] = s_.signals_of(firm);
    for (std::uint32_t i = first_signal; i < last_signal; ++i) say(s_.signals.title[i]);
    const std::uint64_t hash = hash64(said_);
    return hash == 0 ? 1 : hash;
  }

 private:
  // With its length before it, so that nothing moves from one text into the next unseen.
  void say(std::string_view text) {
    count(static_cast<std::uint32_t>(text.size()));
    said_ += text;
  }
  void count(std::uint32_t number) { said_.append(reinterpret_cast<const char*>(&number), sizeof(number)); }

  const store::Snapshot& s_;
  const std::vector<std::uint64_t>& abstracts_;
  std::string said_;
};

}  // namespace

std::vector<std::uint64_t> firm_digests(const store::Snapshot& snapshot) {
  const auto abstracts = abstract_hashes(snapshot);
  std::vector<std::uint64_t> digests(std::size_t{snapshot.last_firm()} + 1);
  tbb::parallel_for(tbb::blocked_range<std::size_t>(0, digests.size(), kGrain), [&](const auto& range) {
    Hasher hasher(snapshot, abstracts);
    for (std::size_t firm = range.begin(); firm < range.end(); ++firm)
      digests[firm] = hasher.of(static_cast<store::FirmNo>(firm));
  });
  return digests;
}

}  // namespace tanmiao::indexer
