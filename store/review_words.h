// What ReviewItem::why begins with, where the queue must tell one reason from another.
#pragma once

#include <string_view>

#include "store/types.h"

namespace tanmiao::store {

// The firm of the name did not exist on the day of the record: before it was founded, or after it was dissolved.
inline constexpr std::string_view kOutOfTime = "记录日期 ", kTooEarly = " 早于该名称企业的成立日期 ",
                                  kTooLate = " 晚于该名称企业的注销日期 ";
inline bool is_out_of_time(const ReviewItem& item) { return item.why.starts_with(kOutOfTime); }
inline bool is_too_early(const ReviewItem& item) {
  return is_out_of_time(item) && item.why.find(kTooEarly) != std::string::npos;
}

}  // namespace tanmiao::store
