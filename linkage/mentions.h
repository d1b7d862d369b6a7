// Every name in patents, their events, recognitions and signals, with the firm that it means.
#pragma once

#include <vector>

#include "linkage/firms.h"

namespace tanmiao::linkage {

// A name in a record: where it stands and whom it means.
struct Mention {
  const Slim* record;
  std::uint16_t slot;
  std::string_view name;
  Field field;
  Verdict verdict;
  NameDays days{};                 // by which it was resolved
  const NameInfo* info = nullptr;  // of patents and their events: what the name says
  // Several firms bear the name, and rules cannot tell them apart.
  bool shared() const {
    return verdict.firm == kNoCluster && verdict.candidates.size() > 1 && !verdict.gone && !verdict.out_of_time &&
           !verdict.contradicts;
  }
  // No rule says anything of it, nor did a person: names that come near are asked for (suggest.h).
  bool open() const {
    return verdict.firm == kNoCluster && verdict.candidates.empty() && !verdict.gone && verdict.why.empty();
  }
};

struct Mentions {
  std::vector<Mention> patents, events, recognitions, signals;  // in the order of the records
  std::vector<NameInfo> patent_names, event_names;              // that they point at, each once
};

// What codes, equal names and people say of them.
Mentions mentions_by_rule(const Firms& firms, int threads);

// The day on which the names of a record stand there: a patent's of its publication, which may name a later owner, else
// of its filing; of the others their own; kNoDay when none is known.
Day day_of_names(const Slim& record);
// Where the firm is that a name of the record means, as far as the record says.
Place place_of_names(const Slim& record, const Firms& firms);
// The application that a patent or an event is of.
std::string_view application_of(const Slim& record);
// The date of a recognition or a signal.
Day date_of(const Slim& record);

}  // namespace tanmiao::linkage
