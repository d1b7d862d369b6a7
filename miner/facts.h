// What was known of one firm on a day: its rights by state, recognitions, signals, reported numbers. Nothing whose
// public date lies after the day. Internal to miner/.
#pragma once

#include "core/candidate.h"
#include "core/standing.h"
#include "miner/rules.h"
#include "miner/windows.h"

namespace tanmiao::miner {

inline constexpr std::string_view kNotInCampaign = "不在检索范围";
inline constexpr std::string_view kSelfReports = "self-reports";  // source of what people brought back from visits

// What a mine step looks at; shared read-only by all threads.
struct Context {
  const store::Snapshot& snapshot;
  const Reference& reference;
  const Scorecard& card;
  const Rubric& rubric;
  const Campaign& campaign;
  Date as_of;
  Day day;                                   // as_of as a column day
  Day feed_from = kNoDay, feed_to = kNoDay;  // span of the legal events in the snapshot that were public by then
  std::vector<WordSet> industry_plus, industry_minus;   // by key industry
  std::shared_ptr<const store::FirmAnswers> answers{};  // null: none
  // Back-tests: what bears no date at all might be of after the day, so it is not used.
  bool dated_only = false;

  // Whether a fact was known by the day: by when it became public. Without that day it was, unless dates are asked for:
  // then by its own date, or a year that is over. `own` and `year`: kNoDay and 0 when unknown.
  bool known(Day public_date, Day own, int year) const {
    if (public_date != kNoDay) return public_date <= day;
    if (!dated_only) return true;
    return own != kNoDay ? own <= day : year > 0 && year < year_of(as_of);
  }
  // Whether what a register says of the firm's condition (its status, capital, insured staff, the lists of the abnormal
  // and the dishonest) was said by the day. A register's first word on a firm counts from its founding on, because name
  // and place mostly stay; these do not, and of a past day what a later file says of them would be news from the
  // future.
  bool register_known(store::FirmNo firm) const {
    const Day stated = snapshot.firms.stated[firm];
    return !(dated_only || snapshot.info().view.as_of) || (stated != kNoDay && stated <= day);
  }
  const std::vector<store::SelfReport>& reports_of(store::FirmNo firm) const {
    static const std::vector<store::SelfReport> none;
    return answers ? answers->of(firm) : none;
  }
};
// Errors: kConfig for a campaign or rubric that is not there, or an industry that the reference does not have.
Result<Context> context_for(const store::Snapshot& snapshot, const Rules& rules, const Reference& reference,
                            const MineConfig& config);
Context make_context(const store::Snapshot& snapshot, const Reference& reference, const LoadedRules& rules,
                     const Rubric& rubric, const Campaign& campaign, Date as_of);

// State of a right on the day; nullopt when it was not public yet. Valid asks for evidence: an event that shows it in
// force not long ago, or a record of legal events that spans its life from the grant to the day without an end.
std::optional<IpState> ip_state(const Context& context, std::uint32_t patent);
bool was_granted(const Context& context, std::uint32_t patent);  // so far as was public on the day

struct PatentFact {
  std::uint32_t row;
  IpState state;
  bool acquired;
  store::LinkReason link;  // why the name in it is this firm's
};
// What the firm's own filings are about and how they were made, whatever became of them.
struct FilingProfile {
  int classed = 0;       // filings with a class
  int subclasses = 0;    // of the IPC ("H02K"), by their main classes
  int most = 0;          // filings in the subclass that has most; the first of equal ones by its symbol
  std::string focus;     // that subclass
  int academic = 0;      // filed together with a university or an institute
  int claims_known = 0;  // filings of which the number of claims is known
  int many_claims = 0;   // of these, inventions and utility models with at least Scorecard::many_claims
};
struct RecognitionFact {
  std::uint32_t row;
  Held held;
  Day until;               // kNoDay: no end is known
  const Program* program;  // null: not in the dictionary
  bool direct, strong;
};
struct SignalFact {
  std::uint32_t row;
  const SignalWord* word;
  bool recent;
};

// Minor units for money; nullopt is unknown, 0 is a value.
struct Staff {
  double technical = 0, total = 0;
};
struct Numbers {
  std::optional<double> staff_total, tech_staff, revenue, rd_expense, total_cost, assets, software;
  Day date = kNoDay;  // of the newest answer of any kind
  Day staff_date = kNoDay, tech_date = kNoDay, revenue_date = kNoDay, rd_date = kNoDay, cost_date = kNoDay,
      assets_date = kNoDay, software_date = kNoDay;  // of each number
  std::string source;
  bool any() const { return staff_total || tech_staff || revenue || rd_expense || total_cost || assets || software; }
  // More technical staff than staff: one of the two is wrong, and nobody knows which.
  bool staff_contradicts() const { return staff_total && tech_staff && *tech_staff > *staff_total; }
  // What the staff row is reckoned from: both numbers, and a total that can be divided by.
  std::optional<Staff> staff() const {
    if (!staff_total || !tech_staff || !(*staff_total > 0) || staff_contradicts()) return std::nullopt;
    return Staff{*tech_staff, *staff_total};
  }
  bool staff_known() const { return staff().has_value(); }
  // Something the expense can be divided by.
  bool rd_base_known() const { return (revenue && *revenue > 0) || (total_cost && *total_cost > 0); }
  bool rd_known() const { return rd_expense && rd_base_known(); }
};

struct FirmFacts {
  store::FirmNo firm = store::kNoFirm;
  Day established = kNoDay;   // of the register; with the next two what an explanation supposes otherwise
  std::int64_t capital = -1;  // minor units; -1: not known
  std::int32_t insured = -1;  // persons; -1: not known
  std::vector<PatentFact> patents;
  std::vector<RecognitionFact> recognitions;
  std::vector<SignalFact> signals;
  std::vector<const store::SelfReport*> reports;  // of people, by day of visit
  Numbers numbers;
  int valid_one = 0, valid_two = 0, unverified_one = 0, unverified_two = 0, unverified = 0, pending = 0, dead = 0;
  int own = 0, acquired = 0, recent_filings = 0, inventors = 0;
  FilingProfile profile;  // of its own
  FilingWindows filings;  // of its own; recent_filings are those of three years
  Day last_filing = kNoDay;
  std::vector<std::size_t> industries;  // rows of Reference::key_industries
  bool registered = false, past_tech_sme = false, direct = false;
  bool register_known = true;  // Context::register_known()
  int strong_recognitions = 0, strong_signals = 0, other_signals = 0;
};
FirmFacts gather(const Context& context, store::FirmNo firm);
// What is written of a recognition: a row of the snapshot, or of a list that is not in it.
struct ListedFact {
  std::uint32_t row = 0;
  std::string program, level;
  Day issued = kNoDay, valid_to = kNoDay;
  int year = 0;  // 0 or less: not known
};
RecognitionFact judge_recognition(const Context& context, const ListedFact& listed);
std::vector<RecognitionFact> recognition_facts(const Context& context, store::FirmNo firm);

// How strongly name, scope, code and classes speak of a key industry; from `industry_least` on it is a tag.
double industry_score(const Context& context, const FirmFacts& facts, std::size_t industry);
bool in_campaign(const Context& context, const FirmFacts& facts);
// Why a firm of the register cannot be a lead on the day; empty when it can.
std::string why_left_out(const Context& context, const FirmFacts& facts);

std::string_view held_label(Held held);
std::string day_text(Day day);  // "" for kNoDay

}  // namespace tanmiao::miner
