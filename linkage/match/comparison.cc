#include "linkage/match/comparison.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "linkage/match/alignment.h"
#include "linkage/match/latin.h"

namespace tanmiao::linkage {
namespace {

struct FieldRow {
  std::string_view name, label;
};
constexpr FieldRow kFieldRows[] = {
#define TANMIAO_FIELD(id, name, chinese) {name, chinese},
#define TANMIAO_LEVEL(field, id, name, chinese)
#include "linkage/match/levels.def"
};
struct LevelRow {
  NameField field;
  std::string_view name, label;
};
constexpr LevelRow kLevelRows[] = {
#define TANMIAO_FIELD(id, name, chinese)
#define TANMIAO_LEVEL(field, id, name, chinese) {NameField::field, name, chinese},
#include "linkage/match/levels.def"
};

using enum Level;

bool abbreviates(Level trade) { return trade == kTradeShort || trade == kTradeTail || trade == kTradeInitial; }

Level trade_level(const PartAlignment& p, bool full) {
  const int wrong = p.sound + p.shape + p.other + p.swapped;
  if (p.length == 0 || p.same + p.sound + p.shape + p.swapped == 0) return kTradeNone;
  if (p.same == p.length) {
    if (p.added == 0) return kTradeEqual;
    return p.added == 1 && p.repeated == 1 ? kTradeRepeated : kTradeSlip;
  }
  const bool one = wrong + p.dropped + p.added == 1;
  if (wrong == 0 && p.added == 0) {
    if (full && one && p.same > 0) return kTradeDropped;
    if (!p.first) return kTradeTail;
    return p.same == 1 ? kTradeInitial : kTradeShort;
  }
  if (p.swapped == 1 && one) return kTradeSwap;
  if (!one || p.same == 0) return kTradeSome;
  if (p.sound == 1) return kTradeSound;
  return p.shape == 1 ? kTradeShape : kTradeSlip;
}

Level industry_level(const PartAlignment& p, bool mention_has) {
  const int wrong = p.sound + p.shape + p.other + p.swapped;
  if (p.length == 0) return p.added > 0 || mention_has ? kIndustryOther : kIndustryAbsent;
  if (p.same == p.length && p.added == 0) return kIndustryEqual;
  if (wrong + p.added == 1 && p.dropped == 0 && p.same > 0) return kIndustrySlip;
  if (wrong == 0 && p.same > 0) return kIndustrySome;
  if (wrong == 0) return kIndustryMissing;
  return kIndustryOther;
}

// Of an industry word that differs in one character: a slip where sound, shape or a repetition tells how it came to be.
// Else it is another word where it is one that trade names are made of (食品 and 油品), and what is no word waits for a
// person.
Level slip_level(const Anatomy& mention, const Alignment& aligned, const Frequencies* often) {
  constexpr std::uint32_t kBearers = 3;  // so many names of a list make two characters a word
  constexpr std::size_t kWord = 2, kLooked = 2;
  const PartAlignment& p = aligned.parts[kIndustryPart];
  if (p.sound + p.shape + p.swapped == 1 || (p.added == 1 && p.repeated == 1)) return kIndustrySlip;
  if (aligned.odd >= mention.end[kTradePart]) return kIndustryOther;  // it is one of the table's words
  const std::size_t end = mention.end[kIndustryPart], from_end = (end - 1 - aligned.odd) / kWord;
  const std::size_t begin = end - std::min(end, (from_end + 1) * kWord);
  const bool counted = from_end < kLooked && begin >= mention.end[kRegionPart] + kWord;
  const auto word = std::u16string_view(mention.text).substr(begin, kWord);
  return counted && often != nullptr && often->word(word) >= kBearers ? kIndustryOther : kIndustryNear;
}

// What stands before 银行, without 中国: 工商 of 中国工商银行. nullopt: it is no bank.
std::optional<std::u16string_view> bank_stem(std::u16string_view trade) {
  constexpr std::u16string_view kBank = u"银行", kChina = u"中国";
  const std::size_t at = trade.find(kBank);
  if (at == std::u16string_view::npos) return std::nullopt;
  trade = trade.substr(0, at);
  if (trade.starts_with(kChina) && trade.size() > kChina.size()) trade.remove_prefix(kChina.size());
  return trade;
}
bool leaves_out(std::u16string_view some, std::u16string_view all) {  // 农商, 农村商业
  std::size_t at = 0;
  for (const char16_t c : all)
    if (at < some.size() && some[at] == c) ++at;
  return at == some.size();
}

// 中国银行 is no short way to write 中国建设银行, nor 招商银行 a slip for 交通银行. A bank that is called by its place
// alone may be any of that place: 江阴银行, 江阴农村商业银行.
bool other_bank(const Anatomy& a, const Anatomy& b, Level trade) {
  if (!a.full && a.unit.empty()) return false;
  if (trade == kTradeEqual || trade == kTradeSound || trade == kTradeShape || trade == kTradeRepeated) return false;
  const auto stem_a = bank_stem(a.part(kTradePart)), stem_b = bank_stem(b.part(kTradePart));
  if (!stem_a || !stem_b || stem_a->empty() || stem_b->empty()) return false;
  return !leaves_out(*stem_a, *stem_b) && !leaves_out(*stem_b, *stem_a);
}

Level extra_level(int extra) {
  if (extra == 0) return kExtraNone;
  if (extra == 1) return kExtraOne;
  return extra == 2 ? kExtraTwo : kExtraMore;
}

bool within(std::uint32_t inner, std::uint32_t outer) {
  return (outer % 10000 == 0 && inner / 10000 == outer / 10000) || (outer % 100 == 0 && inner / 100 == outer / 100);
}

Level region_level(const Anatomy& a, const Anatomy& b, const PartAlignment& aligned) {
  const bool has_a = a.latin ? a.region != 0 : a.end[kRegionPart] > 0;
  const bool has_b = b.latin ? b.region != 0 : b.end[kRegionPart] > 0;
  if (!has_a && !has_b) return kRegionAbsent;
  if (!has_a) return kRegionMissing;
  if (!has_b) return kRegionAdded;
  if (!a.latin && !b.latin && a.part(kRegionPart) == b.part(kRegionPart)) return kRegionEqual;
  if (a.region != 0 && a.region == b.region) return kRegionEqual;
  if (a.region != 0 && b.region != 0 && (within(a.region, b.region) || within(b.region, a.region)))
    return kRegionWithin;
  const bool slip = aligned.length >= 2 && aligned.same > 0 && aligned.same + 1 >= aligned.length;
  return slip && a.region == 0 ? kRegionWithin : kRegionOther;
}

Level form_level(const Anatomy& a, const Anatomy& b) {
  using enum FormKind;
  const bool company_a = a.form == kJointStock || a.form == kLimited || a.form == kCompany;
  const bool company_b = b.form == kJointStock || b.form == kLimited || b.form == kCompany;
  if ((a.form == kPublicBody) != (b.form == kPublicBody)) return kFormBody;
  // A cooperative is a body of its own beside the company of its founders.
  if ((a.form == kCooperative && company_b) || (b.form == kCooperative && company_a)) return kFormBody;
  // So is a union of cooperatives beside each of them.
  constexpr std::u16string_view kUnion = u"联合";
  const auto united = [&](const Anatomy& name) {
    return name.part(kFormPart).find(kUnion) != std::u16string_view::npos;
  };
  if (a.form == kCooperative && b.form == kCooperative && united(a) != united(b)) return kFormBody;
  if (a.form == kNone && b.form == kNone) return kFormAbsent;
  if (b.form == kNone) return kFormAdded;
  if (a.form == kNone)
    return b.form == kJointStock ? kFormMissingStock : b.form == kLimited ? kFormMissingLimited : kFormMissingOther;
  if (a.form == b.form) return a.form == kOther && a.part(kFormPart) != b.part(kFormPart) ? kFormOther : kFormEqual;
  if (a.latin || b.latin) return company_a == company_b ? kFormEqual : kFormOther;
  return company_a && company_b ? kFormVariant : kFormOther;
}

// 第一门市部 and 第二门市部, 济南站 and 济南东站: what tells the units of one firm apart is no slip.
bool tells_units_apart(char16_t c) {
  constexpr std::u16string_view kTelling = u"0123456789一二三四五六七八九十东西南北中上下新老";
  return kTelling.find(c) != std::u16string_view::npos;
}

// One character of the same sound or shape, two that changed places, one that is left out or written twice. `a` is the
// mention's.
bool slip_of_unit(std::u16string_view a, std::u16string_view b, const HanTable& han) {
  const bool left_out = a.size() < b.size();
  if (left_out) std::swap(a, b);
  if (b.size() < 3 || a.size() - b.size() > 1) return false;
  const std::size_t at = static_cast<std::size_t>(std::mismatch(b.begin(), b.end(), a.begin()).first - b.begin());
  if (tells_units_apart(a[at]) || (at < b.size() && tells_units_apart(b[at]))) return false;
  if (a.size() > b.size()) {
    const bool twice = at > 0 && a[at] == a[at - 1];  // of a run the last one differs
    return (left_out || twice) && a.substr(at + 1) == b.substr(at);
  }
  if (a.substr(at + 1) == b.substr(at + 1)) return han.same_sound(a[at], b[at]) || han.look_alike(a[at], b[at]);
  return at + 1 < a.size() && a[at] == b[at + 1] && a[at + 1] == b[at] && a.substr(at + 2) == b.substr(at + 2);
}

Level unit_level(const Anatomy& a, const Anatomy& b, const HanTable& han) {
  if (a.unit.empty() && b.unit.empty()) return kUnitNone;
  if (a.unit == b.unit) return kUnitEqual;
  if (a.unit.empty()) return kUnitMissing;
  if (b.unit.empty()) return kUnitAdded;
  // The end may be cut off; what is much longer is a unit of the unit: 济宁分公司邹城营销服务部.
  constexpr std::size_t kCutOff = 2;
  const std::size_t least = std::min(a.unit.size(), b.unit.size()), most = std::max(a.unit.size(), b.unit.size());
  const bool cut = least >= 2 && most - least <= kCutOff && a.unit.substr(0, least) == b.unit.substr(0, least);
  return cut || slip_of_unit(a.unit, b.unit, han) ? kUnitNear : kUnitOther;
}

Level place_level(const NameFacts& a, const NameFacts& b) {
  if (a.county != 0 && b.county != 0) {
    if (a.county == b.county) return kPlaceCounty;
    return a.county / 100 == b.county / 100 ? kPlaceCity : kPlaceOther;
  }
  const std::uint32_t city_a = a.prefecture != 0 ? a.prefecture : a.county / 100 * 100;
  const std::uint32_t city_b = b.prefecture != 0 ? b.prefecture : b.county / 100 * 100;
  if (city_a == 0 || city_b == 0) return kPlaceUnknown;
  return city_a == city_b ? kPlaceCity : kPlaceOther;
}

bool grouped(const Anatomy& name) { return name.end[kGroupPart] > name.end[kIndustryPart]; }

void compare_chinese(const Anatomy& a, const Anatomy& b, const Reference& reference, const Frequencies* often,
                     Comparison& out) {
  const Alignment aligned = align(a, b, reference);
  const PartAlignment& trade = aligned.parts[kTradePart];
  const PartAlignment& industry = aligned.parts[kIndustryPart];
  Level level = trade_level(trade, a.full);
  if (level == kTradeEqual && a.full && b.full && a.part(kTradePart).size() > trade.length) level = kTradeLonger;
  // A trade name stands first: one that comes later is another firm's industry.
  if (a.full && aligned.before > 0 && (level == kTradeEqual || level == kTradeLonger)) level = kTradeLater;
  // A branch bears the whole name of its firm.
  if (a.full && b.full && !a.unit.empty() && !b.unit.empty() && abbreviates(level)) level = kTradeSome;
  if (other_bank(a, b, level)) level = kTradeNone;
  out.set(level);
  const Level of_industry = industry_level(industry, false);
  out.set(of_industry == kIndustrySlip ? slip_level(a, aligned, often) : of_industry);
  // What regions add is told by their own field.
  int extra = aligned.extra + aligned.parts[kTradePart].added + industry.added;
  if (a.end[kRegionPart] > 0 && b.end[kRegionPart] == 0) extra -= std::min<int>(extra, a.end[kRegionPart]);
  // 山东省滨州 for 滨州: the wider place before it adds nothing.
  if (a.region != 0 && (a.region == b.region || within(a.region, b.region) || within(b.region, a.region)) &&
      a.end[kRegionPart] > b.end[kRegionPart])
    extra -= std::min<int>(extra, a.end[kRegionPart] - b.end[kRegionPart]);
  if (level == kTradeSlip || level == kTradeRepeated) extra -= trade.added;
  out.set(extra_level(std::max(extra, 0)));
  out.set(region_level(a, b, aligned.parts[kRegionPart]));
  out.set(aligned.numbers_differ ? kNumberOther : kNumberAlike);
}

}  // namespace

std::string_view field_name(NameField field) { return kFieldRows[static_cast<std::size_t>(field)].name; }
std::string_view field_label(NameField field) { return kFieldRows[static_cast<std::size_t>(field)].label; }
std::string_view level_name(Level level) { return kLevelRows[static_cast<std::size_t>(level)].name; }
std::string_view level_label(Level level) { return kLevelRows[static_cast<std::size_t>(level)].label; }
NameField field_of(Level level) { return kLevelRows[static_cast<std::size_t>(level)].field; }

Comparison compare(const Anatomy& mention, const NameFacts& of_mention, const Anatomy& entry, const NameFacts& of_entry,
                   const Reference& reference, const Frequencies* often) {
  Comparison out;
  for (std::size_t level = kLevels; level-- > 0;) out.set(static_cast<Level>(level));  // the first of each stays
  if (mention.exact != 0 && mention.exact == entry.exact) out.set(kWholeEqual);
  if (mention.latin || entry.latin)
    compare_latin(mention, entry, reference.han, out);
  else
    compare_chinese(mention, entry, reference, often, out);
  if (mention.latin || entry.latin) out.set(region_level(mention, entry, {}));
  out.set(form_level(mention, entry));
  if (!mention.latin && !entry.latin && grouped(mention) != grouped(entry))
    out.set(grouped(mention) ? kGroupAdded : kGroupMissing);
  out.set(unit_level(mention, entry, reference.han));
  out.set(place_level(of_mention, of_entry));
  if (of_mention.day != kNoDay && of_entry.day != kNoDay)
    out.set(of_mention.day < of_entry.day ? kDayBefore : kDayAfter);
  if (of_mention.industries != 0 && of_entry.industries != 0)
    out.set((of_mention.industries & of_entry.industries) != 0 ? kClassesSame : kClassesOther);
  return out;
}

}  // namespace tanmiao::linkage
