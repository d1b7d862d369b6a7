// What the commands that ask the search index share.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "apps/tanmiao/workplace.h"
#include "indexer/index.h"
#include "server/facet_words.h"
#include "store/columns/run_table.h"

namespace tanmiao::app {

// "FACET=VALUE" as on the command line; several of one facet are alternatives. kUsage names what is none.
Result<std::vector<indexer::Filter>> filters_of(const std::vector<std::string>& words);

// Adds the stages of the pool as a facet where the query speaks of them: looking up its firms takes a while.
Status join_stages(Workplace& place, const std::shared_ptr<const store::Snapshot>& snapshot,
                   const std::shared_ptr<const store::Run>& run, indexer::Query& query);

// Names of facets and values, as people read a saved search. Where the rules of the pool cannot be read, stages are
// told by their ids.
server::FacetWords words_of(const Workplace& place);

}  // namespace tanmiao::app
