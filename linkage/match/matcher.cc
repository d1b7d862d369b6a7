#include "linkage/match/matcher.h"

#include <algorithm>
#include <cmath>

#include "linkage/match/latin.h"

namespace tanmiao::linkage {
namespace {

constexpr std::size_t kMostFull = 24, kMostShort = 160;  // candidates that are compared
constexpr double kCodeBits = 60;                         // a code that agrees outweighs all names

double log2_sum(double a, double b) {
  if (a < b) std::swap(a, b);
  return a + std::log2(1 + std::exp2(b - a));
}

}  // namespace

std::string_view decision_word(MatchDecision decision) {
  switch (decision) {
    case MatchDecision::kLink: return "link";
    case MatchDecision::kReview: return "review";
    case MatchDecision::kNo: break;
  }
  return "no";
}

void share_out(std::vector<MatchCandidate>& candidates, const MatchModel& model) {
  std::stable_sort(candidates.begin(), candidates.end(), [](const MatchCandidate& a, const MatchCandidate& b) {
    return a.weight != b.weight ? a.weight > b.weight : a.row < b.row;
  });
  // One's odds are its weight over the sum of the others and of "none".
  const std::size_t n = candidates.size();
  std::vector<double> behind(n + 1, 0);  // log2 of 1 + the weights from here on
  for (std::size_t i = n; i-- > 0;) behind[i] = log2_sum(behind[i + 1], candidates[i].weight);
  double before = -std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < n; ++i) {
    MatchCandidate& c = candidates[i];
    const double others = std::isinf(before) ? behind[i + 1] : log2_sum(before, behind[i + 1]);
    c.bits = model.of(c.writing).scale * (c.weight - others);
    c.probability = 1 / (1 + std::exp2(-c.bits));
    before = std::isinf(before) ? c.weight : log2_sum(before, c.weight);
  }
}

void Matcher::compare_all(const Anatomy& name, const MatchMention& mention, bool former, Scratch& scratch,
                          std::vector<MatchCandidate>& out) const {
  ++scratch.asks;
  scratch.exact = name.exact;
  scratch.keys.walked.clear();
  scratch.keys.floor = std::numeric_limits<float>::infinity();
  scratch.keys.cut = false;
  roll_.find_exact(name.exact, scratch.found);
  if (mention.listed) scratch.found.clear();
  const auto ruled_out = [&](std::uint32_t entry) {
    return mention.forbidden != nullptr && (*mention.forbidden)(roll_.row_of(entry));
  };
  if (mention.forbidden != nullptr) std::erase_if(scratch.found, ruled_out);
  // A name of six characters and more that stands in the list as it is is looked for no further.
  constexpr std::size_t kWhole = 6;
  if (scratch.found.empty() || (!name.full && name.text.size() < kWhole)) {
    // The branches of a firm all begin alike.
    const std::size_t most = name.full && name.unit.empty() && !name.latin ? kMostFull : kMostShort;
    std::vector<std::uint32_t> equal = scratch.found;
    roll_.candidates(name, most, scratch.keys, scratch.found);
    for (const std::uint32_t entry : equal)
      if (std::find(scratch.found.begin(), scratch.found.end(), entry) == scratch.found.end())
        scratch.found.push_back(entry);
  }
  if (scratch.keys.cut) scratch.looked_at.insert(scratch.looked_at.end(), scratch.found.begin(), scratch.found.end());
  const std::size_t begin = out.size();
  scratch.heads.clear();
  for (const std::uint32_t entry : scratch.found) {
    if (ruled_out(entry)) continue;
    roll_.unpack(entry, scratch.entry);
    if (mention.listed && scratch.entry.exact == name.exact) continue;
    MatchCandidate c;
    c.entry = entry, c.row = roll_.row_of(entry), c.by_former = former;
    c.writing = writing_of(name, scratch.entry);
    c.levels = compare(name, mention.facts, scratch.entry, roll_.facts_of(c.row), roll_.anatomist().reference(),
                       &roll_.frequencies());
    if (c.levels.at(NameField::kTradeField) == Level::kTradeNone &&
        c.levels.at(NameField::kWholeField) != Level::kWholeEqual)
      continue;
    if (std::binary_search(mention.beside.begin(), mention.beside.end(), c.row))
      c.levels.set(Level::kPartnersBeside);
    else if (std::binary_search(mention.partners.begin(), mention.partners.end(), c.row))
      c.levels.set(Level::kPartnersShared);
    if (!scratch.keys.cut) scratch.looked_at.push_back(entry);
    out.push_back(c);
    if (scratch.entry.unit.empty()) scratch.heads.push_back(scratch.entry.text);
  }
  // A name that names no branch means the firm rather than one of its branches.
  if (scratch.heads.empty()) return;
  std::sort(scratch.heads.begin(), scratch.heads.end());
  for (auto c = out.begin() + static_cast<std::ptrdiff_t>(begin); c != out.end(); ++c) {
    if (c->levels.at(NameField::kUnitField) != Level::kUnitMissing) continue;
    roll_.unpack(c->entry, scratch.entry);
    if (std::binary_search(scratch.heads.begin(), scratch.heads.end(), scratch.entry.text))
      c->levels.set(Level::kUnitBeside);
  }
}

void Matcher::weigh(std::vector<MatchCandidate>& some, Scratch& scratch) const {
  std::array<std::uint32_t, kLevels> reach{};
  for (const MatchCandidate& c : some) ++reach[static_cast<std::size_t>(c.levels.at(NameField::kTradeField))];
  const Frequencies& often = roll_.frequencies();
  const auto size = static_cast<double>(std::max<std::size_t>(roll_.names(), 2));
  const auto rarity = [&](std::uint32_t count) { return std::log2(size / std::max<std::uint32_t>(count, 1)); };
  const double list = std::log2(static_cast<double>(std::max<std::size_t>(roll_.rows(), 1)));
  for (MatchCandidate& c : some) {
    roll_.unpack(c.entry, scratch.entry);
    const Level trade = c.levels.at(NameField::kTradeField);
    std::uint32_t count = reach[static_cast<std::size_t>(trade)];
    const std::uint32_t others = count;
    if (trade == Level::kTradeEqual && !scratch.entry.latin)
      count = often.trade(scratch.entry.part(kTradePart));
    else if (trade == Level::kTradeEqual)
      count = often.pinyin(trade_words(scratch.entry));
    else if (trade == Level::kTradePinyin && !scratch.entry.latin)
      count = often.pinyin(pinyin_of(scratch.entry.part(kTradePart), roll_.han()));
    if (trade != Level::kTradeNone) c.terms.trade = rarity(count);
    // Of a whole name it is the whole that is rare.
    if (c.levels.at(NameField::kWholeField) == Level::kWholeEqual) {
      roll_.find_exact(scratch.entry.exact, scratch.found);
      c.terms.trade = rarity(static_cast<std::uint32_t>(scratch.found.size()));
    }
    if (c.levels.at(NameField::kIndustryField) == Level::kIndustryEqual && !scratch.entry.latin)
      c.terms.industry = rarity(often.industry(scratch.entry.part(kIndustryPart)));
    if (c.levels.at(NameField::kRegionField) == Level::kRegionEqual && !scratch.entry.latin)
      c.terms.region = rarity(often.region(scratch.entry.part(kRegionPart)));
    if (const Level unit = c.levels.at(NameField::kUnitField); unit == Level::kUnitEqual || unit == Level::kUnitNear)
      c.terms.unit = std::log2(static_cast<double>(std::max(often.unit(scratch.entry.unit), 1U)));
    c.weight = model_.score(c.writing, c.levels, c.terms) - list;
    // A level is worth more when fewer reach it.
    const Weights& weights = model_.of(c.writing);
    double more = trade == Level::kTradeNone ? 0 : std::max(0.0, weights.trade) * std::log2(others);
    if (c.levels.at(NameField::kUnitField) == Level::kUnitBeside)  // until the firm's own row goes
      more += std::max(0.0, weights.level[static_cast<std::size_t>(Level::kUnitMissing)] -
                                weights.level[static_cast<std::size_t>(Level::kUnitBeside)]);
    scratch.most_bits = std::max(scratch.most_bits, weights.scale * (c.weight + more));
  }
}

void Matcher::match(const MatchMention& mention, Scratch& scratch, std::vector<MatchCandidate>& out) const {
  out.clear();
  scratch.looked_at.clear(), scratch.asks = 0;
  scratch.most_bits = -std::numeric_limits<double>::infinity();
  const Anatomy name = roll_.anatomist().take_apart(mention.name);
  if (name.exact != 0) compare_all(name, mention, false, scratch, out);
  if (!name.former.empty()) {
    const Anatomy former = roll_.anatomist().take_apart(name.former);
    if (former.exact != 0) compare_all(former, mention, true, scratch, out);
  }
  weigh(out, scratch);
  // Of several names of one row the one that fits best speaks.
  std::stable_sort(out.begin(), out.end(), [](const MatchCandidate& a, const MatchCandidate& b) {
    return a.row != b.row ? a.row < b.row : a.weight > b.weight;
  });
  out.erase(std::unique(out.begin(), out.end(),
                        [](const MatchCandidate& a, const MatchCandidate& b) { return a.row == b.row; }),
            out.end());
  if (mention.coded != MatchMention::kNoRow) {
    auto at = std::find_if(out.begin(), out.end(), [&](const MatchCandidate& c) { return c.row == mention.coded; });
    if (at == out.end()) {
      at = out.emplace(out.end());
      at->row = mention.coded;
    }
    at->by_code = true;
    at->weight += kCodeBits;
  }
  share_out(out, model_);
}

namespace {

// What counts as saying nothing of a field. The fit sees differences between candidates alone, so that a constant on
// all levels of a field is of no account; people are shown it with the prior. That trade names differ does say
// something, and of two forms in full it is their agreement that is usual.
Level neutral(NameField field, Writing writing) {
  if (field == NameField::kFormField && writing == Writing::kFull) return Level::kFormEqual;
  std::size_t level = 0;
  while (field_of(static_cast<Level>(level)) != field) ++level;
  return static_cast<Level>(level);
}
double offset(const Weights& weights, NameField field, Writing writing) {
  if (field == NameField::kTradeField) return 0;
  return weights.level[static_cast<std::size_t>(neutral(field, writing))];
}

}  // namespace

bool Matcher::name_allows(const MatchCandidate& c) const {
  constexpr double kLeast = -10;  // bits: one in a thousand
  return c.levels.levels[1] != Level{} && c.weight - kCodeBits >= kLeast;
}

std::vector<MatchFactor> Matcher::factors(const MatchCandidate& c) const {
  std::vector<MatchFactor> out;
  if (c.by_code) out.push_back({"code", "", kCodeBits, "统一社会信用代码一致"});
  const bool compared = c.levels.levels[1] != Level{};  // one that was found by its code alone has no levels
  if (!compared) return out;
  const Weights& w = model_.of(c.writing);
  const double list = std::log2(static_cast<double>(std::max<std::size_t>(roll_.rows(), 1)));
  double prior = w.prior - list;
  for (std::size_t field = 0; field < kNameFields; ++field)
    prior += offset(w, static_cast<NameField>(field), c.writing);
  out.push_back({"prior", "", prior, "名单共 " + std::to_string(roll_.rows()) + " 家"});
  if (c.claimed < -0.05) out.push_back({"claimed", "", c.claimed, "名单中另有名称与它更相符"});
  if (c.by_former) out.push_back({"former", "", 0, "按曾用名或另一名称比对"});
  for (const Level level : c.levels.levels) {
    const NameField field = field_of(level);
    double bits = w.level[static_cast<std::size_t>(level)] - offset(w, field, c.writing);
    std::string text = std::string(field_label(field)) + "：" + std::string(level_label(level));
    const auto with_term = [&](double rarity, double factor) {
      bits += factor * rarity;
      const double count = static_cast<double>(roll_.names()) / std::exp2(rarity);
      if (rarity > 0) text += "（" + std::to_string(static_cast<long long>(std::llround(count))) + " 家如此）";
    };
    if (field == NameField::kTradeField && c.terms.trade > 0) with_term(c.terms.trade, w.trade);
    if (field == NameField::kIndustryField && c.terms.industry > 0) with_term(c.terms.industry, w.industry);
    if (field == NameField::kRegionField && c.terms.region > 0) with_term(c.terms.region, w.region);
    if (field == NameField::kUnitField && c.terms.unit > 0) {
      bits -= w.unit * c.terms.unit;
      text += "（" + std::to_string(std::llround(std::exp2(c.terms.unit))) + " 家如此）";
    }
    const bool silent = bits == 0 && (field == NameField::kFormField ? level == Level::kFormAbsent
                                                                     : level == neutral(field, c.writing));
    if (!silent) out.push_back({field_name(field), level_name(level), bits, std::move(text)});
  }
  return out;
}

}  // namespace tanmiao::linkage
