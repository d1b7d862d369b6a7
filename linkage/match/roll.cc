#include "linkage/match/roll.h"

#include <algorithm>
#include <cmath>

#include "linkage/match/keys.h"

namespace tanmiao::linkage {
namespace {

constexpr std::size_t kPostings = 3000;  // that one mention may look at
constexpr std::size_t kCommon = 20000;   // a key of more entries tells nothing
constexpr float kShareOfFull = 0.3F;     // of the worth of the keys that were walked, of whole and of short names
constexpr float kShareOfShort = 0.25F;

}  // namespace

Roll::Roll(const Anatomist& anatomist, std::span<const RollName> names, std::vector<NameFacts> facts, int threads)
    : anatomist_(anatomist), facts_(std::move(facts)) {
  std::vector<SegmentName> list;
  list.reserve(names.size()), rows_.reserve(names.size());
  for (const RollName& name : names) {
    list.push_back({name.name, list.size()});
    rows_.push_back(name.row);
  }
  segments_.push_back(
      RollSegment::make(anatomist, list, threads, [this](const Anatomy& name) { own_.count(name, han()); }));
  own_.set_rows(facts_.size());
  first_ = {0, static_cast<std::uint32_t>(names.size())};
}

Roll::Roll(const Anatomist& anatomist, std::vector<std::shared_ptr<const RollSegment>> segments,
           std::vector<std::uint32_t> rows, std::vector<NameFacts> facts, const Frequencies& frozen)
    : anatomist_(anatomist),
      segments_(std::move(segments)),
      rows_(std::move(rows)),
      facts_(std::move(facts)),
      frozen_(&frozen) {
  first_.push_back(0);
  for (const auto& segment : segments_) first_.push_back(first_.back() + static_cast<std::uint32_t>(segment->size()));
}

Roll::Place Roll::place(std::uint32_t entry) const {
  std::size_t n = 0;
  while (entry >= first_[n + 1]) ++n;
  return {segments_[n].get(), entry - first_[n]};
}

std::uint64_t Roll::id_of(std::uint32_t entry) const {
  const Place at = place(entry);
  return (*at.segment)[at.entry].id;
}

bool Roll::in_latin(std::uint32_t entry) const {
  const Place at = place(entry);
  return (*at.segment)[at.entry].latin();
}

void Roll::unpack(std::uint32_t entry, Anatomy& out) const {
  const Place at = place(entry);
  at.segment->unpack(at.entry, out);
}

void Roll::find_exact(std::uint64_t exact, std::vector<std::uint32_t>& out) const {
  out.clear();
  for (std::size_t n = 0; n < segments_.size(); ++n)
    for (const RollSegment::Exact& found : segments_[n]->exact(exact))
      if (rows_[first_[n] + found.entry] != kGone) out.push_back(first_[n] + found.entry);
}

std::uint32_t Roll::entries_of(std::uint32_t key) const {
  if (frozen_ != nullptr) return frozen_->key(key);
  return static_cast<std::uint32_t>(segments_[0]->postings(key).size());
}

float Roll::worth_of(std::uint32_t entries) const {
  return std::log2(1.0F + static_cast<float>(names()) / static_cast<float>(std::max(1U, entries)));
}

float Roll::worth(std::uint32_t key) const { return worth_of(entries_of(key)); }

void Roll::candidates(const Anatomy& mention, std::size_t most, Scratch& scratch,
                      std::vector<std::uint32_t>& out) const {
  out.clear();
  keys_of(mention, true, han(), scratch.keys);
  std::vector<std::pair<std::uint32_t, std::uint32_t>> asked;  // entries, key
  asked.reserve(scratch.keys.size());
  for (const std::uint32_t key : scratch.keys)
    if (const std::uint32_t entries = entries_of(key); entries > 0) asked.emplace_back(entries, key);
  std::sort(asked.begin(), asked.end());
  auto& touched = scratch.touched;
  scratch.walked.clear();
  std::size_t seen = 0;
  float whole = 0;
  for (const auto& [entries, key] : asked) {
    const bool common = entries > kCommon;
    if (common && frozen_ != nullptr) break;
    if (!touched.empty() && (seen + entries > kPostings || common)) break;
    seen += entries;
    scratch.walked.push_back(key);
    const float weight = worth_of(entries);
    whole += weight;
    for (std::size_t n = 0; n < segments_.size(); ++n) {
      const auto list = segments_[n]->postings(key);
      // Only the list's own count can be that of a common key, and then no other key had anything.
      for (const std::uint32_t at : frozen_ != nullptr ? list : list.first(std::min(list.size(), kCommon))) {
        const std::uint32_t entry = first_[n] + at;
        if (rows_[entry] == kGone) continue;
        if (scratch.score[entry] == 0) touched.push_back(entry);
        scratch.score[entry] += weight;
      }
    }
  }
  const auto better = [&](std::uint32_t a, std::uint32_t b) {
    if (scratch.score[a] != scratch.score[b]) return scratch.score[a] > scratch.score[b];
    return frozen_ == nullptr ? a < b : id_of(a) < id_of(b);
  };
  // Who shares little of what was walked is not the mention, whoever else there is. A name in Latin letters shares
  // little with any Chinese one.
  const float enough = mention.latin ? 0 : (mention.full ? kShareOfFull : kShareOfShort) * whole;
  const bool latin = std::any_of(segments_.begin(), segments_.end(), [](const auto& s) { return s->has_latin(); });
  std::erase_if(touched, [&](std::uint32_t entry) {
    if (scratch.score[entry] >= enough || (latin && in_latin(entry))) return false;
    scratch.score[entry] = 0;
    return true;
  });
  std::size_t count = std::min(most, touched.size());
  std::partial_sort(touched.begin(), touched.begin() + static_cast<std::ptrdiff_t>(count), touched.end(), better);
  scratch.cut = count > 0 && count == most;
  scratch.floor = scratch.cut ? scratch.score[touched[count - 1]] : enough;
  out.assign(touched.begin(), touched.begin() + static_cast<std::ptrdiff_t>(count));
  for (const std::uint32_t entry : touched) scratch.score[entry] = 0;
  touched.clear();
}

}  // namespace tanmiao::linkage
