#include "core/candidate.h"

#include <array>

namespace tanmiao {
namespace {

constexpr std::array<std::string_view, 5> kKindLabels{"", "直接确认", "续评", "科技型初创", "新发掘"};
constexpr std::array<std::string_view, 5> kKindWords{"", "direct", "renewal", "start_up", "new"};
constexpr std::array<std::string_view, 5> kJudgementLabels{"", "暂不满足", "较有希望", "需补充数据", "线索较少"};
constexpr std::array<std::string_view, 5> kJudgementWords{"", "not_yet", "promising", "needs_data", "little"};
constexpr std::array<std::string_view, 3> kGateWords{"unknown", "holds", "fails"};
constexpr std::array<std::string_view, 5> kIpLabels{"", "有效", "效力待核", "在审", "已失效"};
constexpr std::array<std::string_view, 5> kIpWords{"", "valid", "unverified", "pending", "dead"};

}  // namespace

std::string_view label(LeadKind kind) { return kKindLabels.at(static_cast<std::size_t>(kind)); }
std::string_view label(Judgement judgement) { return kJudgementLabels.at(static_cast<std::size_t>(judgement)); }
std::string_view label(IpState state) { return kIpLabels.at(static_cast<std::size_t>(state)); }
std::string_view word(LeadKind kind) { return kKindWords.at(static_cast<std::size_t>(kind)); }
std::string_view word(Judgement judgement) { return kJudgementWords.at(static_cast<std::size_t>(judgement)); }
std::string_view word(GateAnswer answer) { return kGateWords.at(static_cast<std::size_t>(answer)); }
std::string_view word(IpState state) { return kIpWords.at(static_cast<std::size_t>(state)); }

}  // namespace tanmiao
