// Words that say why a name is joined to a firm or waits, where several places must say or know the same.
#pragma once

#include <string_view>

#include "store/types.h"

namespace tanmiao::store {

// What ReviewItem::why says: the firm of the name did not exist on the day of the record: before it was founded, or
// after it was dissolved.
inline constexpr std::string_view kOutOfTime = "记录日期 ", kTooEarly = " 早于该名称企业的成立日期 ",
                                  kTooLate = " 晚于该名称企业的注销日期 ";
inline bool is_out_of_time(const ReviewItem& item) { return item.why.starts_with(kOutOfTime); }
inline bool is_too_early(const ReviewItem& item) {
  return is_out_of_time(item) && item.why.find(kTooEarly) != std::string::npos;
}

// By what a name in a record was joined to its firm.
inline std::string_view join_words(LinkReason reason) {
  switch (reason) {
    case LinkReason::kCode: return "信用代码一致";
    case LinkReason::kName: return "名称一致";
    case LinkReason::kNameCounty: return "同名企业按县区区分";
    case LinkReason::kFormerName: return "按曾用名";
    case LinkReason::kBranch: return "按分支机构";
    case LinkReason::kTransfer: return "权利转移";
    case LinkReason::kDecision: return "人工判定";
    case LinkReason::kOwn: return "企业即由此记录而来";
    case LinkReason::kNameDate: return "同名企业按日期区分";
    case LinkReason::kNear: return "按概率归入";
    case LinkReason::kSuccession: return "吸收合并承继";
  }
  return "";
}

}  // namespace tanmiao::store
