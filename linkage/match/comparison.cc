#include "linkage/match/comparison.h"

#include <algorithm>
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
  if (a.form == kNone && b.form == kNone) return kFormAbsent;
  if (b.form == kNone) return kFormAdded;
  if (a.form == kNone)
    return b.form == kJointStock ? kFormMissingStock : b.form == kLimited ? kFormMissingLimited : kFormMissingOther;
  if (a.form == b.form) return a.form == kOther && a.part(kFormPart) != b.part(kFormPart) ? kFormOther : kFormEqual;
  if (a.latin || b.latin) return company_a == company_b ? kFormEqual : kFormOther;
  return company_a && company_b ? kFormVariant : kFormOther;
}

Level unit_level(const Anatomy& a, const Anatomy& b) {
  if (a.unit.empty() && b.unit.empty()) return kUnitNone;
  if (a.unit == b.unit) return kUnitEqual;
  if (a.unit.empty()) return kUnitMissing;
  if (b.unit.empty()) return kUnitAdded;
  // The end may be cut off; what is much longer is a unit of the unit: 济宁分公司邹城营销服务部.
  constexpr std::size_t kCutOff = 2;
  const std::size_t least = std::min(a.unit.size(), b.unit.size()), most = std::max(a.unit.size(), b.unit.size());
  const bool cut = least >= 2 && most - least <= kCutOff && a.unit.substr(0, least) == b.unit.substr(0, least);
  return cut ? kUnitNear : kUnitOther;
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

void compare_chinese(const Anatomy& a, const Anatomy& b, const Reference& reference, Comparison& out) {
  const Alignment aligned = align(a, b, reference);
  const PartAlignment& trade = aligned.parts[kTradePart];
  const PartAlignment& industry = aligned.parts[kIndustryPart];
  Level level = trade_level(trade, a.full);
  if (level == kTradeEqual && a.full && b.full && a.part(kTradePart).size() > trade.length) level = kTradeLonger;
  // A trade name stands first: one that comes later is another firm's industry.
  if (a.full && aligned.before > 0 && (level == kTradeEqual || level == kTradeLonger)) level = kTradeLater;
  out.set(level);
  out.set(industry_level(industry, false));
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
                   const Reference& reference) {
  Comparison out;
  for (std::size_t level = kLevels; level-- > 0;) out.set(static_cast<Level>(level));  // the first of each stays
  if (mention.exact != 0 && mention.exact == entry.exact) out.set(kWholeEqual);
  if (mention.latin || entry.latin)
    compare_latin(mention, entry, reference.han, out);
  else
    compare_chinese(mention, entry, reference, out);
  if (mention.latin || entry.latin) out.set(region_level(mention, entry, {}));
  out.set(form_level(mention, entry));
  if (!mention.latin && !entry.latin && grouped(mention) != grouped(entry))
    out.set(grouped(mention) ? kGroupAdded : kGroupMissing);
  out.set(unit_level(mention, entry));
  out.set(place_level(of_mention, of_entry));
  if (of_mention.day != kNoDay && of_entry.day != kNoDay)
    out.set(of_mention.day < of_entry.day ? kDayBefore : kDayAfter);
  if (of_mention.industries != 0 && of_entry.industries != 0)
    out.set((of_mention.industries & of_entry.industries) != 0 ? kClassesSame : kClassesOther);
  return out;
}

}  // namespace tanmiao::linkage
