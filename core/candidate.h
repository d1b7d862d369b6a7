// The words of a mining run: kinds of leads, judgements, gates, states of IP, and the candidate as it passes from miner
// to pool and server. The Chinese words are those of the office (glossary in ARCHITECTURE.md).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/date.h"

namespace tanmiao {

enum class LeadKind : std::uint8_t { kDirect = 1, kRenewal, kStartUp, kNew };  // 直接确认 续评 科技型初创 新发掘
enum class Judgement : std::uint8_t {
  kNotYet = 1,
  kPromising,
  kNeedsData,
  kLittle
};  // 暂不满足 较有希望 需补充数据 线索较少
enum class GateAnswer : std::uint8_t { kUnknown = 0, kHolds = 1, kFails = 2 };   // 未知 满足 不满足
enum class IpState : std::uint8_t { kValid = 1, kUnverified, kPending, kDead };  // 有效 效力待核 在审 已失效
std::string_view label(LeadKind kind);
std::string_view label(Judgement judgement);
std::string_view label(IpState state);
std::string_view word(LeadKind kind);        // "direct", "renewal", "start_up", "new": for JSON
std::string_view word(Judgement judgement);  // "not_yet", "promising", "needs_data", "little"
std::string_view word(GateAnswer answer);    // "unknown", "holds", "fails"
std::string_view word(IpState state);        // "valid", "unverified", "pending", "dead"

}  // namespace tanmiao
