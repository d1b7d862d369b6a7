// Names in records that are joined to a firm, whoever joined them: each may be judged, though nobody waits for it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "server/review_state.h"

namespace tanmiao::server {

struct JoinedName {
  pool::NamedIn at;
  store::LinkReason reason = store::LinkReason::kName;
  std::string title;  // what the record is about: title of a patent, programme of a recognition; may be empty
  std::string day;    // ISO; the first of issued, event, filing, publication that it has; else empty
};
// By the links of the last link stage, in order of kind, source, key and slot; of one kind where that is given.
Result<std::vector<JoinedName>> joined_names(const Site& site, store::FirmNo firm,
                                             std::optional<RecordKind> kind = std::nullopt);

// The page on which the name is judged, beside the other records of the firm.
ItemQuery judge_query(const JoinedName& name, std::string_view firm_word, std::optional<RecordKind> in_kind = {});
// By kind, source and key of a record its address: of the first name in it that is joined to the firm.
using JudgeWays = std::map<std::tuple<RecordKind, std::string, std::string>, std::string>;
Result<JudgeWays> judge_ways(const Site& site, const World& world, store::FirmNo firm);

// As addresses call it: code, else number.
std::string firm_word(const pool::FirmCard& card);

// A name that may be judged: an item of the queue, or one that is made of its link.
struct JudgedItem {
  pool::QueueItem one;
  std::optional<store::LinkReason> joined{};  // it is not in the queue: by what it was joined to its only candidate
};
// Error kNotFound: neither waits nor is joined to a firm that may be named.
Result<JudgedItem> judged_item(const Site& site, const ReviewState& state, const pool::NamedIn& at);

}  // namespace tanmiao::server
