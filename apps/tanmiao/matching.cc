#include "apps/tanmiao/matching.h"

#include <tbb/blocked_range.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <unordered_map>

#include "apps/tanmiao/console.h"
#include "linkage/match/one_to_one.h"

namespace tanmiao::app {

using namespace linkage;

namespace {

bool same(const std::vector<MatchCandidate>& a, const std::vector<MatchCandidate>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const MatchCandidate& one, const MatchCandidate& other) {
    return one.row == other.row && one.weight == other.weight;
  });
}

double rounded(double value, double per_one) { return std::round(value * per_one) / per_one; }

boost::json::object firm_json(const Against& list, std::uint32_t row) {
  boost::json::object out{{"id", list.id[row]}, {"name", list.name[row]}};
  if (!list.code[row].empty()) out["code"] = list.code[row];
  return out;
}

// Of each name in the cell the firm that is the likeliest.
boost::json::array parts_json(const MatchAnswer& answer, const Against& list) {
  boost::json::array out;
  for (const MatchedPart& part : answer.parts) {
    boost::json::object one = part.best ? firm_json(list, part.best->row) : boost::json::object{};
    if (!part.best) one["id"] = nullptr, one["name"] = nullptr;
    one["probability"] = part.best ? rounded(part.best->probability, 1e6) : 0.0;
    one["bits"] = part.best ? boost::json::value(rounded(part.best->bits, 1e3)) : boost::json::value(nullptr);
    one["part"] = part.name;
    one["decision"] = decision_word(part.decision);
    out.push_back(std::move(one));
  }
  return out;
}

boost::json::object answer_json(const MatchAnswer& answer, const Against& list) {
  boost::json::object out{{"name", {{"id", answer.mention.id}, {"name", answer.mention.name}}}};
  out["best"] = nullptr;
  out["probability"] = 0.0;
  out["bits"] = nullptr;
  out["decision"] = decision_word(answer.decision);
  boost::json::array why, others = parts_json(answer, list);
  for (const MatchFactor& f : answer.factors)
    why.push_back({{"field", f.field}, {"level", f.level}, {"bits", rounded(f.bits, 1e2)}, {"text", f.text}});
  for (std::size_t i = 0; i < answer.candidates.size(); ++i) {
    const MatchCandidate& c = answer.candidates[i];
    boost::json::object firm = firm_json(list, c.row);
    if (i == 0) {
      out["best"] = std::move(firm);
      out["probability"] = rounded(c.probability, 1e6);
      out["bits"] = rounded(c.bits, 1e3);
    } else {
      firm["probability"] = rounded(c.probability, 1e6);
      firm["bits"] = rounded(c.bits, 1e3);
      others.push_back(std::move(firm));
    }
  }
  out["why"] = std::move(why);
  out["others"] = std::move(others);
  return out;
}

// "按“甲”比对，曾用名“乙”": what of the cell was taken for the name.
std::string read_as(const TypedName& name) {
  std::string out = "按“" + name.name + "”比对";
  for (std::size_t n = 0; n < name.former.size(); ++n) out += (n == 0 ? "，曾用名“" : "、“") + name.former[n] + "”";
  return out;
}

}  // namespace

Matching::Matching(const Against& list, const MatchSetting& setting)
    : list_(list),
      setting_(setting),
      matcher_(*list.roll, setting.model),
      arena_(setting.threads > 0 ? setting.threads : tbb::task_arena::automatic),
      scratch_([&list] { return Scratch(*list.roll); }) {}

template <class Do>
void Matching::each(std::vector<MatchAnswer>& block, const Do& what) {
  arena_.execute([&] {
    tbb::parallel_for(tbb::blocked_range<std::size_t>(0, block.size(), 64), [&](const auto& range) {
      Scratch& scratch = scratch_.local();
      for (std::size_t i = range.begin(); i < range.end(); ++i) what(block[i], scratch);
    });
  });
}

void Matching::answer(std::vector<MatchAnswer>& block, std::size_t others, bool lines, Claims claims) {
  each(block, [&](MatchAnswer& one, Scratch& scratch) {
    match_one(one, scratch);
    if (claims == Claims::kNo) conclude(one, others, lines);
  });
  if (claims == Claims::kNo) return;
  settle_claims(block, claims);
  each(block, [&](MatchAnswer& one, Scratch&) { conclude(one, others, lines); });
}

// A name that is written several times is one name.
void Matching::settle_claims(std::vector<MatchAnswer>& block, Claims claims) {
  std::unordered_map<std::string_view, std::size_t> first;
  std::vector<std::vector<MatchCandidate>*> all;
  std::vector<std::pair<std::size_t, std::size_t>> again;
  for (std::size_t i = 0; i < block.size(); ++i) {
    const auto [known, is_new] = first.emplace(block[i].mention.name, i);
    if (!is_new && same(block[i].candidates, block[known->second].candidates))
      again.emplace_back(i, known->second);
    else
      all.push_back(&block[i].candidates);
  }
  if (claims == Claims::kByLook && !seems_a_roster(all)) return;
  claim_rows(all, matcher_.model());
  for (const auto& [later, earlier] : again) block[later].candidates = block[earlier].candidates;
  settled_claims_ = true;
}

// A name that the list has as it stands is that name, however it looks.
void Matching::match_one(MatchAnswer& answer, Scratch& scratch) const {
  const NameRow& row = answer.mention;
  const Anatomist& anatomist = list_.roll->anatomist();
  answer.read = read_typed(row.name, setting_.words, anatomist.reference());
  if (!answer.read.empty()) {
    list_.roll->find_exact(anatomist.take_apart(row.name).exact, scratch.found);
    if (!scratch.found.empty()) answer.read.clear();
  }
  if (answer.read.size() > 1 && !list_.by_code.contains(row.code)) return match_several(answer, scratch);
  match_name(answer, answer.read.empty() ? TypedName{row.name, {}} : answer.read.front(), scratch);
  for (std::size_t n = 1; n < answer.read.size(); ++n) match_alias(answer, answer.read[n].name, false, scratch);
  for (std::size_t n = 0; n < row.aliases.size(); ++n) match_alias(answer, row.aliases[n], n < row.former, scratch);
  // Two valid codes that differ are two firms, whatever their names.
  if (!row.code.empty())
    std::erase_if(answer.candidates,
                  [&](const MatchCandidate& c) { return !list_.code[c.row].empty() && list_.code[c.row] != row.code; });
  share_out(answer.candidates, matcher_.model());
}

// The name, and those that the cell says the firm bore before.
void Matching::match_name(MatchAnswer& answer, const TypedName& name, Scratch& scratch) const {
  const NameRow& row = answer.mention;
  MatchMention mention{name.name, row.facts, MatchMention::kNoRow};
  if (const auto coded = list_.by_code.find(row.code); coded != list_.by_code.end()) mention.coded = coded->second;
  matcher_.match(mention, scratch, answer.candidates);
  weigh_lives(answer.candidates, list_.lives, row.asked, false, matcher_.model());
  for (const std::string& former : name.former) match_alias(answer, former, true, scratch);
}

// Of several names of one mention the one that fits a firm best speaks for it.
void Matching::match_alias(MatchAnswer& answer, const std::string& alias, bool former, Scratch& scratch) const {
  std::vector<MatchCandidate> more;
  matcher_.match({alias, answer.mention.facts, MatchMention::kNoRow}, scratch, more);
  weigh_lives(more, list_.lives, former ? kNoDay : answer.mention.asked, former, matcher_.model());
  for (MatchCandidate& c : more) {
    c.by_former = true;
    const auto known = std::find_if(answer.candidates.begin(), answer.candidates.end(),
                                    [&](const MatchCandidate& one) { return one.row == c.row; });
    if (known == answer.candidates.end())
      answer.candidates.push_back(c);
    else if (known->weight < c.weight)
      *known = c;
  }
}

// Several firms in one cell: each is looked for, and none of them is the answer.
void Matching::match_several(MatchAnswer& answer, Scratch& scratch) const {
  for (const TypedName& name : answer.read) {
    MatchedPart part{name.name, {}, MatchDecision::kNo};
    match_name(answer, name, scratch);
    share_out(answer.candidates, matcher_.model());
    if (!answer.candidates.empty()) {
      part.best = answer.candidates.front();
      part.decision = setting_.thresholds.decide(part.best->probability);
    }
    answer.parts.push_back(std::move(part));
  }
  answer.candidates.clear();
}

void Matching::conclude(MatchAnswer& answer, std::size_t others, bool line) const {
  if (!answer.candidates.empty()) {
    const MatchCandidate& best = answer.candidates.front();
    answer.factors = matcher_.factors(best);
    answer.decision = setting_.thresholds.decide(best.probability);
    tell_lives(answer.candidates, list_.lives, answer.mention.asked, answer.factors);
    // By name alone nobody would take it for this firm: the code was copied from another row, or the name was.
    if (best.by_code && !answer.mention.name.empty() && !matcher_.name_allows(best)) {
      answer.factors.push_back({"code", "name_differs", 0, "名称与该代码的企业不相符，请核对代码"});
      answer.decision = std::min(answer.decision, MatchDecision::kReview);
    }
  }
  if (answer.read.size() > 1) {
    std::string names;
    for (const TypedName& name : answer.read) names += "“" + name.name + "”";
    answer.factors.push_back(
        {"several", "", 0, "一格内有 " + std::to_string(answer.read.size()) + " 个名称：" + names + "，请分成各行"});
    const auto likely = [](const MatchedPart& part) { return part.decision != MatchDecision::kNo; };
    if (std::any_of(answer.parts.begin(), answer.parts.end(), likely)) answer.decision = MatchDecision::kReview;
    answer.decision = std::min(answer.decision, MatchDecision::kReview);
  } else if (!answer.read.empty() && !answer.candidates.empty()) {
    answer.factors.push_back({"typed", "", 0, read_as(answer.read.front())});
  }
  if (!answer.mention.bad_code.empty())
    answer.factors.push_back({"code", "invalid", 0, "信用代码无效，未使用：" + answer.mention.bad_code});
  if (answer.candidates.size() > others + 1) answer.candidates.resize(others + 1);
  if (line) answer.line = answer_line(answer, list_);
}

std::string answer_line(const MatchAnswer& answer, const Against& list) {
  return escaped_controls(boost::json::serialize(answer_json(answer, list))) + '\n';
}

}  // namespace tanmiao::app
