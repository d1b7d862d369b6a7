// The explanation of a row as JSON (docs/schema/explanation.json).
#include <boost/json.hpp>

#include "miner/assess.h"

namespace tanmiao::miner {
namespace json = boost::json;
namespace {

// `row` of a relation of the snapshot: what carries source, url and key.
template <class Relation>
json::object evidence(std::string_view kind, std::string text, std::string date, const Relation& relation,
                      std::uint32_t row) {
  return {{"kind", kind},
          {"text", std::move(text)},
          {"date", std::move(date)},
          {"source", relation.source[row]},
          {"url", relation.url[row]},
          {"key", relation.key[row]}};
}

std::string patent_text(const Context& context, const PatentFact& fact) {
  const auto& p = context.snapshot.patents;
  const auto kind = static_cast<PatentKind>(p.kind[fact.row]);
  const std::string_view word = kind == PatentKind::kInvention ? "发明"
                                : kind == PatentKind::kUtility ? "实用新型"
                                : kind == PatentKind::kDesign  ? "外观设计"
                                                               : "专利";
  return std::string(p.title[fact.row]) + "（" + std::string(word) + "，" + std::string(p.application_no[fact.row]) +
         "，" + std::string(label(fact.state)) + (fact.acquired ? "，受让" : "") + "）";
}

// Most telling first: reported numbers, recognitions, signals, rights; of the rights at most kMostPatents.
json::array evidence_list(const Context& context, const FirmFacts& facts) {
  constexpr std::size_t kMostPatents = 40;
  json::array out;
  const auto& r = context.snapshot.recognitions;
  for (const RecognitionFact& fact : facts.recognitions) {
    std::string text = recognition_label(context, fact) + "，" + std::string(held_label(fact.held));
    if (fact.until != kNoDay) text += "，至 " + day_text(fact.until);
    if (!r.certificate_no[fact.row].empty()) text += "，编号 " + std::string(r.certificate_no[fact.row]);
    const std::string date = r.issued[fact.row] != kNoDay ? day_text(r.issued[fact.row])
                             : r.year[fact.row] > 0       ? std::to_string(r.year[fact.row])
                                                          : day_text(r.public_date[fact.row]);
    out.push_back(evidence("资质", std::move(text), date, r, fact.row));
  }
  const auto& s = context.snapshot.signals;
  for (const SignalFact& fact : facts.signals) {
    const bool report = !s.numbers[fact.row].empty();
    std::string text = signal_label(context, fact);
    if (!s.title[fact.row].empty()) text += "：" + std::string(s.title[fact.row]);
    const std::string date = s.date[fact.row] != kNoDay ? day_text(s.date[fact.row])
                             : s.year[fact.row] > 0     ? std::to_string(s.year[fact.row])
                                                        : std::string();
    out.push_back(evidence(report ? "企业自报" : "研发投入线索", std::move(text), date, s, fact.row));
  }
  for (const store::SelfReport* report : facts.reports)
    out.push_back(json::object{{"kind", "企业自报"},
                               {"text", report_text(*report)},
                               {"date", iso(report->visited_on)},
                               {"source", kSelfReports},
                               {"url", report->origin},
                               {"key", ""}});
  const auto& p = context.snapshot.patents;
  std::size_t shown = 0;
  for (const PatentFact& fact : facts.patents) {
    if (++shown > kMostPatents) break;
    out.push_back(evidence("专利", patent_text(context, fact), day_text(p.filing[fact.row]), p, fact.row));
  }
  if (facts.patents.size() > kMostPatents) {
    const std::string text = "其余专利 " + std::to_string(facts.patents.size() - kMostPatents) + " 件从略";
    out.push_back(
        json::object{{"kind", "专利"}, {"text", text}, {"date", ""}, {"source", ""}, {"url", ""}, {"key", ""}});
  }
  return out;
}

json::array strings(const std::vector<std::string>& texts) {
  json::array out;
  for (const std::string& text : texts) out.emplace_back(text);
  return out;
}

json::array gates_json(const Assessment& a) {
  json::array out;
  for (const GateResult& gate : a.gates) {
    out.push_back(json::object{{"id", gate.gate->id},
                               {"article", gate.gate->article},
                               {"text", gate.gate->text},
                               {"answer", word(gate.answer)},
                               {"against", gate.against},
                               {"why", gate.why}});
  }
  return out;
}

json::array rows_json(const Assessment& a, const std::string& clause) {
  json::array out;
  for (const RubricRow& row : a.rows) {
    json::object object{{"id", row.id},
                        {"label", row.label},
                        {"article", clause},
                        {"evidence", row.evidence},
                        {"known", row.points.least},
                        {"least", row.points.least},
                        {"most", row.points.most},
                        {"max", row.points_most},
                        {"gap", row.gap},
                        {"remedy", row.remedy}};
    out.push_back(std::move(object));
  }
  return out;
}

std::string words_in(const WordSet& set, const std::vector<Weighted>& words, std::string_view text) {
  constexpr std::size_t kMost = 8;
  std::string up, down;
  std::size_t count = 0;
  for (const int row : set.find(text)) {
    if (++count > kMost) break;
    const Weighted& word = words[static_cast<std::size_t>(row)];
    std::string& side = word.weight < 0 ? down : up;
    side += (side.empty() ? "" : "、") + word.text;
  }
  if (count > kMost) (up.empty() ? down : up) += "等";
  return up + (up.empty() || down.empty() ? "" : "；") + (down.empty() ? "" : "减分 " + down);
}

// What an item of the scorecard was found in: the words, those that count against it behind 减分, the industries, or
// why it is judged 暂不满足. Empty where its value says all.
std::string found_words(const Context& context, const FirmFacts& facts, const Assessment& a, Feature feature) {
  const auto& firms = context.snapshot.firms;
  if (feature == Feature::kNameWords)
    return words_in(context.card.name_set, context.card.name_words, firms.name[facts.firm]);
  if (feature == Feature::kScopeWords)
    return words_in(context.card.scope_set, context.card.scope_words, firms.scope[facts.firm]);
  std::string out;
  if (feature == Feature::kKnownFail)
    for (const std::string& reason : not_yet_because(context, a)) out += (out.empty() ? "" : "；") + reason;
  const FilingProfile& profile = facts.profile;
  if (feature == Feature::kFocus && profile.most > 0) {
    const auto title = context.reference.ipc_titles.find(profile.focus);
    out = profile.focus + (title == context.reference.ipc_titles.end() ? "" : " " + title->second) + " " +
          std::to_string(profile.most) + "/" + std::to_string(profile.classed) + " 件";
  }
  if (feature == Feature::kKeyIndustry)
    for (const auto industry : facts.industries)
      out += (out.empty() ? "" : "、") + context.reference.key_industries[industry].name;
  return out;
}

}  // namespace

std::string explanation(const Context& context, const FirmFacts& facts, const Assessment& a,
                        std::string_view ask_first) {
  json::object root;
  root["as_of"] = iso(context.as_of);
  root["rubric"] = json::object{{"id", context.rubric.id},
                                {"name", context.rubric.name},
                                {"doc", context.rubric.doc},
                                {"pass", context.rubric.pass},
                                {"article", context.rubric.points_clause},
                                {"direct_article", context.rubric.direct_clause},
                                {"known", a.total.least},
                                {"most", a.total.most},
                                {"needed", a.needed},
                                {"rows", rows_json(a, context.rubric.points_clause)}};
  if (!context.rubric.in_force(context.as_of))
    root["rubric"].as_object()["note"] = "截至 " + iso(context.as_of) + " 该办法不在施行期，以下只作参照";
  root["gates"] = gates_json(a);
  root["scorecard"] = context.card.id;
  root["score"] = static_cast<double>(a.score);
  json::array contributions;
  contributions.reserve(a.contributions.size());
  for (const Contribution& c : a.contributions) {
    json::object one{{"id", c.feature->id},
                     {"label", c.feature->label},
                     {"value", c.value},
                     {"weight", c.feature->weight},
                     {"points", c.points}};
    if (std::string found = found_words(context, facts, a, c.feature->feature); !found.empty()) one["found"] = found;
    contributions.push_back(std::move(one));
  }
  root["contributions"] = std::move(contributions);
  root["lead_kind"] = label(a.kind);
  root["judgement"] = label(a.judgement);
  root["basis"] = strings(basis_sentences(context, facts, a));
  root["ask_first"] = ask_first;
  root["hints"] = hints(context, facts);
  root["evidence"] = evidence_list(context, facts);
  return json::serialize(root);
}

}  // namespace tanmiao::miner
