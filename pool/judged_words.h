// Headings and words of the spreadsheet of judgements, for its writer and its reader.
#pragma once

#include <string_view>

namespace tanmiao::pool {

inline constexpr std::string_view kSourceHeading = "来源", kKindHeading = "类别", kKeyHeading = "记录",
                                  kSlotHeading = "位", kNameHeading = "名称", kFirmHeading = "可能的企业",
                                  kCodeHeading = "信用代码", kProbabilityHeading = "概率", kWhyHeading = "原因",
                                  kValueHeading = "价值", kScopeHeading = "范围", kRulingHeading = "判定",
                                  kReasonHeading = "依据", kByHeading = "经办";
inline constexpr std::string_view kHereWord = "本条", kEverywhereWord = "全部";

}  // namespace tanmiao::pool
