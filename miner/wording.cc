// The sentences of a row, for people who do not know the system.
#include <algorithm>

#include "core/money.h"
#include "miner/assess.h"

namespace tanmiao::miner {
namespace {

void join(std::string& text, const std::string& part, std::string_view between) {
  if (!part.empty()) text += (text.empty() ? "" : std::string(between)) + part;
}

std::string pieces(int count) { return " " + std::to_string(count) + " 件"; }

// Whether it still files: a last filing day by itself is read as news.
std::string filings_words(const FirmFacts& f) {
  if (f.filings.three() > 0)
    return "，近三年自行申请" + pieces(f.filings.three()) +
           (f.filings.one() > 0 ? "（近一年" + pieces(f.filings.one()) + "）" : "");
  return f.own > 0 ? "，近三年未见公开的新申请" : "";
}

std::string patents_sentence(const FirmFacts& f) {
  std::string text;
  if (f.valid_one > 0) join(text, "有效发明专利" + pieces(f.valid_one), "，");
  if (f.valid_two > 0) join(text, "有效实用新型、外观设计" + pieces(f.valid_two), "，");
  if (f.unverified > 0) join(text, "效力待核专利" + pieces(f.unverified) + "（截至日的法律状态未知）", "，");
  if (f.pending > 0) join(text, "在审发明" + pieces(f.pending), "，");
  if (f.last_filing != kNoDay && !text.empty()) text += "，最近申请日 " + day_text(f.last_filing) + filings_words(f);
  return text;
}

std::string fails_sentence(const GateResult& gate) { return "已知不满足：" + gate.gate->text + "（" + gate.why + "）"; }

}  // namespace

std::vector<std::string> not_yet_because(const Context& context, const Assessment& a) {
  std::vector<std::string> out;
  if (a.judgement != Judgement::kNotYet) return out;
  for (const GateResult& gate : a.gates)
    if (gate.answer == GateAnswer::kFails) out.push_back(fails_sentence(gate));
  if (a.staff_zero) out.push_back("科技人员占比低于最低档，此项不得为 0 分");
  if (const int pass = context.rubric.pass; a.total.most < pass)
    out.push_back("最高可能 " + std::to_string(a.total.most) + " 分，不足 " + std::to_string(pass) + " 分");
  return out;
}

std::string recognition_label(const Context& context, const RecognitionFact& fact) {
  const auto& r = context.snapshot.recognitions;
  const std::string_view level = r.level[fact.row], title = r.title[fact.row];
  if (fact.program == nullptr) return std::string(title.empty() ? r.program[fact.row] : title);
  std::string text = fact.program->label;
  if (!title.empty() && title != text) text += "：" + std::string(title);
  if (!level.empty()) {
    const std::string_view word = level == "national"   ? "国家级"
                                  : level == "province" ? "省级"
                                  : level == "city"     ? "市级"
                                                        : level;
    text += "（" + std::string(word) + "）";
  }
  return text;
}

std::string signal_label(const Context& context, const SignalFact& fact) {
  const auto& s = context.snapshot.signals;
  std::string text = fact.word != nullptr ? fact.word->label : std::string(s.type[fact.row]);
  const auto date = from_day(s.date[fact.row]);
  const int year = s.year[fact.row] > 0 ? s.year[fact.row] : date ? year_of(*date) : 0;
  if (year > 0) text += "（" + std::to_string(year) + " 年）";
  return text;
}

std::string recognitions_text(const Context& context, const FirmFacts& facts) {
  std::string text;
  for (const RecognitionFact& fact : facts.recognitions) {
    const std::string until = day_text(fact.until);
    join(text,
         recognition_label(context, fact) + "（" + std::string(held_label(fact.held)) +
             (until.empty() ? "" : "，至 " + until) + "）",
         "；");
  }
  return text;
}

std::string report_text(const store::SelfReport& report) {
  std::string text;
  for (const FieldValue& answer : report.answers) {
    const FieldSpec& spec = field_spec(answer.field);
    std::string value = answer.value;
    if (spec.type == FieldType::kMoney)
      if (const auto money = parse_money_text(value)) value = in_wan(money->minor) + " 万元";
    join(text, std::string(spec.label) + " " + value, "，");
  }
  join(text, report.verdict.empty() ? "" : "核实结论：" + report.verdict, "；");
  return text;
}

std::string signals_text(const Context& context, const FirmFacts& facts) {
  std::string text;
  for (const SignalFact& fact : facts.signals) {
    if (context.snapshot.signals.numbers[fact.row].empty()) join(text, signal_label(context, fact), "；");
  }
  return text;
}

std::string industries_text(const Context& context, const FirmFacts& facts) {
  std::string text;
  for (const std::size_t row : facts.industries) join(text, context.reference.key_industries[row].name, "、");
  return text;
}

std::string hints(const Context& context, const FirmFacts& facts) {
  const auto& firms = context.snapshot.firms;
  const store::FirmNo f = facts.firm;
  std::string text;
  const bool yuan = firms.capital_currency[f].empty() || firms.capital_currency[f] == "CNY";
  const bool large =
      (yuan && facts.capital > context.card.large_capital_minor) || facts.insured > context.card.large_staff;
  if (large) join(text, "疑似超规模", "、");
  if (facts.acquired > 0 && facts.own == 0) join(text, "仅受让专利", "、");
  if (firms.unit[f] == 0 || context.snapshot.unit_unresolved(f, context.reference.regions))
    join(text, "地址待核", "、");
  if ((firms.flags[f] & store::kFirmNameOnly) != 0 || firms.code[f].empty()) join(text, "名称待核", "、");
  return text;
}

std::vector<std::string> basis_sentences(const Context& context, const FirmFacts& facts, const Assessment& a) {
  std::vector<std::string> out;
  const auto add = [&](const std::string& sentence) {
    if (!sentence.empty() && out.size() < 3) out.push_back(sentence);
  };
  for (const GateResult& gate : a.gates)
    if (gate.answer == GateAnswer::kFails) add(fails_sentence(gate));
  const bool points_short = a.staff_zero || a.total.most < context.rubric.pass;
  if (a.judgement == Judgement::kNotYet && points_short) add(a.needed);
  if (const std::string text = recognitions_text(context, facts); !text.empty()) add("资质：" + text);
  if (const std::string text = signals_text(context, facts); !text.empty()) add("研发投入线索：" + text);
  add(patents_sentence(facts));
  if (facts.numbers.any())
    add("企业自报数据" + (facts.numbers.date == kNoDay ? "" : "（" + day_text(facts.numbers.date) + "）"));
  if (!out.empty()) return out;
  if (const std::string text = industries_text(context, facts); !text.empty())
    add("名称或经营范围与重点产业有关：" + text);
  add("未见专利、资质或研发投入的公开依据，只按名称与经营范围排列");
  return out;
}

}  // namespace tanmiao::miner
