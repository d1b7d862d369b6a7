// Headings and words of the spreadsheet of judgements, for its writer and its reader.
#pragma once

#include <string_view>

namespace tanmiao::pool {

inline constexpr std::string_view kSourceHeading = "来源", kKindHeading = "类别", kKeyHeading = "记录",
                                  kSlotHeading = "位", kNameHeading = "名称", kFirmHeading = "可能的企业",
                                  kCodeHeading = "信用代码", kProbabilityHeading = "概率", kWhyHeading = "原因",
                                  kValueHeading = "价值", kScopeHeading = "范围", kRulingHeading = "判定",
                                  kReasonHeading = "依据", kByHeading = "经办";
// 本组: this record and those that wait with it for the same reason.
inline constexpr std::string_view kHereWord = "本条", kTogetherWord = "本组", kEverywhereWord = "全部";
inline constexpr std::string_view kRulingWords = "是同一家、不是、说不准或撤销";

}  // namespace tanmiao::pool
