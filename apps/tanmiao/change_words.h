// How a change of a firm's place in a list is put into words.
#pragma once

#include "apps/tanmiao/report_changes.h"

namespace tanmiao::app {

inline constexpr std::string_view kNoLongerKnown = "来源数据中已没有该企业";

// What is another than before in the inputs of two runs, besides the data: 评价指标, 计分表, ...
std::vector<std::string> changed_rules(const std::string& before, const std::string& now);
std::string joined(const std::vector<std::string>& texts, std::string_view between);
// Why a firm came: whether the snapshot before knew it, and why it was no lead there by today's rules.
std::string fresh_words(bool seen, const std::string& reason, const std::vector<std::string>& rules);
std::string pushed_words(const FirmChange& change);
// The causes, the first few; the others as a number.
void add_cause_words(FirmChange& change);
// What they did to the score, and what the rules did to it.
void add_score_words(FirmChange& change, const std::vector<std::string>& rules);
// "▲120", "▼3", "新增", "退出", "＝"; with "转入主名单" or "转入初创名单" where it stands on another list.
std::string movement(const FirmChange& change);

}  // namespace tanmiao::app
