// The texts of a firm that are several: former names, titles and abstracts of patents, recognitions, signals.
#pragma once

#include <algorithm>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/reference.h"
#include "store/columns/snapshot.h"

namespace tanmiao::indexer {

// Pieces between marks; empty ones are left out.
template <class F>
void each_piece(std::string_view joined, char mark, const F& f) {
  while (!joined.empty()) {
    const std::size_t end = std::min(joined.find(mark), joined.size());
    if (end > 0) f(joined.substr(0, end));
    joined.remove_prefix(std::min(end + 1, joined.size()));
  }
}

template <class F>
void each_former_name(const store::Snapshot& snapshot, store::FirmNo firm, const F& f) {
  each_piece(snapshot.firms.former_names[firm], '\n', f);
}

// Each patent once, whether owned once or through a branch as well.
template <class F>
void each_title(const store::Snapshot& snapshot, store::FirmNo firm, const F& f) {
  const auto [begin, end] = snapshot.ownerships_of(firm);
  std::uint32_t last = ~0u;
  for (std::uint32_t i = begin; i < end; ++i) {
    const std::uint32_t patent = snapshot.ownerships.patent[i];
    if (patent != last) f(snapshot.patents.title[patent]);
    last = patent;
  }
}

// What a recognition is called (高新技术企业), its own title, its number.
template <class F>
void each_award(const store::Snapshot& snapshot, const Reference& reference, store::FirmNo firm, const F& f) {
  const auto [begin, end] = snapshot.recognitions_of(firm);
  for (std::uint32_t i = begin; i < end; ++i) {
    const std::string_view program = snapshot.recognitions.program[i];
    for (const auto& [word, name] : reference.programs)
      if (word == program) f(std::string_view(name));
    f(snapshot.recognitions.title[i]);
    f(snapshot.recognitions.certificate_no[i]);
  }
}

template <class F>
void each_signal(const store::Snapshot& snapshot, store::FirmNo firm, const F& f) {
  const auto [begin, end] = snapshot.signals_of(firm);
  for (std::uint32_t i = begin; i < end; ++i) f(snapshot.signals.title[i]);
}

// Thrown within indexer/ by what reads abstracts, caught where the question came in: a block of the column is damaged.
struct DamagedText {
  Error error;
};

// Abstracts of these firms, each patent of each firm once: f(firm, abstract). They are packed in blocks, so they are
// given in the order in which they lie, and not firm by firm. DamagedText.
void each_abstract(const store::Snapshot& snapshot, const std::vector<store::FirmNo>& firms,
                   const std::function<void(store::FirmNo, std::string_view)>& f);

}  // namespace tanmiao::indexer
