#include "miner/questions.h"

#include <algorithm>
#include <cstring>
#include <mutex>
#include <unordered_map>

namespace tanmiao::miner {
namespace {

std::string staff_label(const Numbers& n) {
  if (n.staff_total && *n.staff_total > 0) return "科技人员数";
  return n.tech_staff ? "职工总数" : "职工总数与科技人员数";
}

std::string rd_label(const Numbers& n) {
  const bool sales = n.revenue && *n.revenue > 0;
  if (!n.rd_expense) return sales ? "上年研发费用" : "上年研发费用与销售收入";
  return n.revenue ? "上年成本费用总额" : "上年销售收入";  // without sales only the costs are left to divide by
}

// What is open, without a likelihood to weigh it.
std::vector<Question> open_questions(const Context& context, const FirmFacts& facts, const Assessment& a) {
  std::vector<Question> out;
  if (!a.rows[1].points.exact()) out.push_back({"rd", "", 0, {}});
  if (!facts.numbers.staff_known()) out.push_back({"staff", "", 0, {}});
  const bool more = a.rows[2].points.least < context.rubric.class_one;
  if (!facts.numbers.software && more) out.push_back({"software", "有无软件著作权", 0, {}});
  if (facts.unverified > 0 && more) out.push_back({"patents", "", 0, {}});
  return out;
}

// The same for all firms that the likelihood asks the same: more rights than the rule counts make no difference.
Evidence counted(Evidence e) {
  e.valid_one = std::min(e.valid_one, 1), e.valid_two = std::min(e.valid_two, 4);
  if (e.software) *e.software = std::min(*e.software, 4);
  return e;
}

struct HashOfEvidence {
  std::size_t operator()(const Evidence& e) const {
    std::uint64_t hash = 1469598103934665603ULL;
    const auto add = [&](double value) {
      std::uint64_t bits = 0;
      std::memcpy(&bits, &value, sizeof bits);
      hash = (hash ^ bits) * 1099511628211ULL;
      hash ^= hash >> 29;
    };
    for (const double x : e.x) add(x);
    for (const double chance : e.open_one) add(chance);
    for (const double chance : e.open_two) add(-chance);
    for (const int number :
         {e.staff.value_or(-1), e.rd.value_or(-1), e.rd_least, e.software.value_or(-1), e.valid_one, e.valid_two})
      add(number);
    return static_cast<std::size_t>(hash);
  }
};

void join_question(std::string& text, const std::string& part) { text += (text.empty() ? "" : "；") + part; }

}  // namespace

struct Questions::Asked {
  static constexpr std::size_t kMost = 1U << 16;  // kinds of firms that are kept, some 300 bytes each
  std::mutex mutex;
  std::unordered_map<Evidence, std::vector<Question>, HashOfEvidence> known;
};

std::string question_label(const FirmFacts& facts, const Question& question) {
  if (question.id == "staff") return staff_label(facts.numbers);
  if (question.id == "rd") return rd_label(facts.numbers);
  if (question.id == "patents") return std::to_string(facts.unverified) + " 件效力待核专利的年费与权属";
  return std::string(question.label);
}

Questions::Questions(const Context& context, const Priors* priors)
    : context_(context), priors_(priors), asked_(std::make_unique<Asked>()) {}
Questions::~Questions() = default;

std::vector<Question> Questions::by_value(const FirmFacts& facts, const Assessment& a) const {
  if (priors_ == nullptr) return open_questions(context_, facts, a);
  const Evidence e = counted(evidence_of(context_, *priors_, facts, a));
  {
    const std::scoped_lock lock(asked_->mutex);
    if (const auto found = asked_->known.find(e); found != asked_->known.end()) return found->second;
  }
  std::vector<Question> ask = worth_asking(believe(context_.rubric, *priors_, e));
  for (Question& question : ask) question.outcomes.clear();
  const std::scoped_lock lock(asked_->mutex);
  if (asked_->known.size() < Asked::kMost) asked_->known.emplace(e, ask);
  return ask;
}

std::string Questions::line(const FirmFacts& facts, const Assessment& a) const {
  std::string text;
  if (facts.direct) join_question(text, "直接确认依据是否仍有效、是否愿意登记");
  if (std::any_of(a.gates.begin(), a.gates.end(), [](const GateResult& gate) { return gate.against; }))
    join_question(text, "主营业务收入主要来自哪个行业");
  for (const Question& question : by_value(facts, a)) join_question(text, question_label(facts, question));
  return text;
}

}  // namespace tanmiao::miner
