// What a learned model has to do with a firm's place in two runs.
#pragma once

#include <boost/json/fwd.hpp>

#include "apps/tanmiao/report_changes.h"
#include "store/columns/packed.h"

namespace tanmiao::app {

OrderedBy ordered_by(const store::Run& run);  // as the run itself says
std::optional<std::int64_t> learned_score(store::PackedReader& explanations, std::size_t row);  // as the run wrote it

// `causes`: both sides by the model of the run now; nothing: it is kept no more. What they do not explain of the
// written scores is the model's.
LearnedChange learned_change(std::optional<std::int64_t> before, std::optional<std::int64_t> now,
                             std::optional<miner::LearnedCauses> causes);
bool moved_by_columns(const FirmChange& change);   // what changed of the firm changed its learned score
bool model_weighs_more(const FirmChange& change);  // than that; also where nobody can tell
bool drifted(const FirmChange& change);            // only columns of the day differ

// "学习模型由 … 换为 …，并非企业自身变化"; empty: what orders the runs is the same.
std::string model_words(const OrderedBy& before, const OrderedBy& now, const FirmChange& change);
// What the causes did to the learned score, by what they are about.
void add_learned_words(FirmChange& change);

boost::json::value ordered_json(const OrderedBy& by);  // null: the scorecard
boost::json::object learned_change_json(const LearnedChange& change);

}  // namespace tanmiao::app
