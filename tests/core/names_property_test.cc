// Anatomy of firm names and applicant strings.
#include <set>

#include "core/firm_name.h"
#include "tests/core/generators.h"
#include "tests/core/support.h"

namespace tanmiao::names_property_test {
namespace {

using namespace testing;

// No region, industry word or form has these.
std::string some_trade_name() {
  static constexpr std::u32string_view kStems = U"甲乙丙丁戊己庚辛壬癸";
  std::string out;
  for (int i = between(2, 3); i > 0; --i) text::append_utf8(out, one_of(kStems));
  return out;
}

// Province, prefecture and county of one place, as far down as they are written.
std::string some_region() {
  const RegionTable& regions = reference().regions;
  if (chance(20)) return one_of(reference().region_words);
  const Division& d = one_of(regions.divisions());
  if (d.level > 3) return "山东省滨州市";
  const auto parent = std::string(regions.name(d.parent));
  return chance(50) && d.level == 3 ? parent + d.name : d.name;
}

struct Parts {
  std::string region, trade, industry, form;
  std::string text() const { return region + trade + industry + form; }
};

Parts some_parts() {
  static const std::vector<std::string> kForms{"有限公司", "有限责任公司", "股份有限公司", "总厂", "公司"};
  return {some_region(), some_trade_name(), chance(80) ? one_of(reference().industry_words) : "", one_of(kForms)};
}

RC_GTEST_PROP(FirmNameProperty, IsTakenApartIntoWhatItWasMadeOf, ()) {
  const Parts parts = some_parts();
  RC_LOG() << parts.text() << '\n';
  const FirmName name = parse_firm_name(parts.text(), reference());
  RC_ASSERT(name.region == parts.region);
  RC_ASSERT(name.trade_name == parts.trade);
  RC_ASSERT(name.industry_word == parts.industry);
  RC_ASSERT(name.form == parts.form);
  RC_ASSERT(name.loose_key == parts.trade + parts.industry);
  RC_ASSERT(name.exact_key == parts.text());
  RC_ASSERT(!name.branch);
}

// A trade name has two characters at least: of one that would be left with less the industry word is a part.
RC_GTEST_PROP(FirmNameProperty, TwoCharactersOfATradeNameStay, ()) {
  const std::string trade = some_trade_name().substr(0, 3) + one_of(reference().industry_words);
  const FirmName name = parse_firm_name(trade + "有限公司", reference());
  RC_PRE(name.region.empty());  // 辛 and 集成电路 begin with the county 辛集
  RC_LOG() << trade << '\n';
  RC_ASSERT(text::length(name.trade_name) >= 2U);
  RC_ASSERT(name.trade_name + name.industry_word == trade);
}

RC_GTEST_PROP(FirmNameProperty, TheRegionMayStandInBracketsInTheMiddle, ()) {
  const Parts parts = some_parts();
  const bool wide = chance(50);
  const std::string text =
      parts.trade + (wide ? "（" : "(") + parts.region + (wide ? "）" : ")") + parts.industry + parts.form;
  const FirmName name = parse_firm_name(text, reference());
  RC_LOG() << text << '\n';
  RC_ASSERT(name.region == parts.region);
  RC_ASSERT(name.trade_name == parts.trade);
  RC_ASSERT(name.loose_key == parts.trade + parts.industry);
  RC_ASSERT(name.exact_key == parts.trade + parts.region + parts.industry + parts.form);
}

RC_GTEST_PROP(FirmNameProperty, AnotherRegionIsAnotherFirmWithTheSameLooseKey, ()) {
  Parts parts = some_parts(), other = parts;
  other.region = some_region();
  const FirmName a = parse_firm_name(parts.text(), reference()), b = parse_firm_name(other.text(), reference());
  RC_ASSERT(a.loose_key == b.loose_key);
  RC_ASSERT((a.exact_key == b.exact_key) == (parts.region == other.region));
}

// Traditional characters, full width, blanks and stray signs behind: still the same key.
RC_GTEST_PROP(FirmNameProperty, TheKeyForgetsHowTheNameWasTyped, ()) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kTraditional{
      {{"东", "東"}, {"业", "業"}, {"电", "電"}, {"织", "織"}, {"滨", "濱"}, {"县", "縣"}, {"机", "機"}}};
  const Parts parts = some_parts();
  std::string typed = parts.text() + (chance(30) ? "(A1)" : "");
  const std::string key = exact_name_key(typed, reference());
  for (const auto& [simple, traditional] : kTraditional)
    if (const std::size_t at = typed.find(simple); at != std::string::npos && chance(60))
      typed.replace(at, simple.size(), traditional);
  typed = disguised(typed + one_of(std::array<std::string, 6>{"", ".", "。", "*", "`", " ．"}));
  RC_ASSERT(exact_name_key(typed, reference()) == key);
  RC_ASSERT(parse_firm_name(typed, reference()).exact_key == key);
}

RC_GTEST_PROP(FirmNameProperty, AFormerNameStandsBesideTheKey, ()) {
  const std::string now = some_parts().text(), before = some_parts().text();
  const std::string word = one_of(std::array<std::string, 5>{"原", "原名", "曾用名", "原：", "曾用名:"});
  for (const std::string& text : {now + "(" + word + before + ")", now + "（" + word + before + "）",
                                  before + " (now " + now + ")", before + "(NOW:" + now + ")"}) {
    RC_LOG() << text << '\n';
    const FirmName name = parse_firm_name(text, reference());
    RC_ASSERT(name.exact_key == now);
    RC_ASSERT(name.display == now);
    RC_ASSERT(name.former_name == before);
  }
}

RC_GTEST_PROP(FirmNameProperty, ABranchBearsTheWholeNameOfItsFirm, ()) {
  Parts parts = some_parts();
  parts.form = one_of(std::array<std::string, 3>{"有限公司", "股份有限公司", "有限责任公司"});
  const std::string unit = one_of(std::array<std::string, 5>{"分公司", "分厂", "分店", "办事处", "第一分公司"});
  const FirmName name = parse_firm_name(parts.text() + (chance(50) ? some_trade_name() : "") + unit, reference());
  RC_ASSERT(name.branch);
  RC_ASSERT(name.form_class == FormClass::kBranch);
  RC_ASSERT(name.parent_name == parts.text());
  RC_ASSERT(exact_name_key(name.parent_name, reference()) != name.exact_key);
}

RC_GTEST_PROP(FirmNameProperty, KeysOfAnyBytesAreStable, ()) {
  const std::string text = chance(50) ? any_bytes() : disguised(near_miss(some_parts().text()));
  const FirmName name = parse_firm_name(text, reference());
  RC_ASSERT(name.exact_key == exact_name_key(text, reference()));
  RC_ASSERT(exact_name_key(name.exact_key, reference()) == name.exact_key);
  for (const std::string& part : {name.display, name.exact_key, name.loose_key, name.region, name.trade_name,
                                  name.industry_word, name.form, name.parent_name, name.former_name})
    RC_ASSERT(text::valid_utf8(part));
  RC_ASSERT(name.branch == (name.form_class == FormClass::kBranch));
}

TEST(LegalForms, EachOfTheTableIsFoundAtTheEndOfAName) {
  for (const LegalForm& form : reference().legal_forms) {
    const FirmName name = parse_firm_name("甲乙" + form.suffix, reference());
    EXPECT_EQ(name.form, form.suffix);
    EXPECT_EQ(name.form_class, form.form_class) << form.suffix;
    EXPECT_TRUE(name.loose_key == "甲乙" || name.loose_key == "甲乙集团") << name.loose_key << " of " << form.suffix;
  }
}

// --- applicants ---

struct Party {
  std::string text;
  Applicant::Kind kind;
};

Party some_party() {
  using enum Applicant::Kind;
  switch (between(0, 3)) {
    case 0: return {one_of(std::array<std::string, 4>{"张某", "李某某", "欧阳某某", "阿卜杜拉·某某"}), kPerson};
    case 1:
      return {some_region() + some_trade_name() + one_of(std::array<std::string, 2>{"大学", "学院"}), kUniversity};
    case 2: return {some_region() + some_trade_name() + "研究院", kInstitution};
    default: return {some_parts().text(), kFirm};
  }
}

RC_GTEST_PROP(ApplicantProperty, AListIsSplitInItsOrderAtAnyMark, ()) {
  std::vector<Party> parties;
  std::set<std::string> bodies;
  for (int i = between(1, 5); i > 0; --i) {
    Party party = some_party();
    if (party.kind == Applicant::Kind::kPerson || bodies.insert(party.text).second) parties.push_back(std::move(party));
  }
  const std::string mark = one_of(std::array<std::string, 7>{";", "；", "、", ", ", "，", " ", "; "});
  std::string text;
  for (const Party& party : parties) text += (text.empty() ? "" : mark) + party.text;
  RC_LOG() << text << '\n';
  const auto read = parse_applicants(text, reference());
  RC_ASSERT(read.size() == parties.size());
  for (std::size_t i = 0; i < read.size(); ++i) {
    RC_ASSERT(static_cast<int>(read[i].kind) == static_cast<int>(parties[i].kind));
    RC_ASSERT(read[i].name == (parties[i].kind == Applicant::Kind::kPerson ? "" : parties[i].text));
  }
}

// A blank ends a name in a list, so what may differ within one are brackets and traditional characters.
RC_GTEST_PROP(ApplicantProperty, ABodyNamedTwiceIsOneAndPersonsAreCounted, ()) {
  const int bodies = between(1, 4), persons = between(0, 3);
  const std::string trade = some_trade_name(), region = some_region();
  std::string text;
  for (int i = 0; i < bodies; ++i) {
    const bool wide = chance(50);
    text += trade + (wide ? "（" : "(") + region + (wide ? "）" : ")") + (chance(50) ? "电机" : "電機") + "有限公司;";
  }
  for (int i = 0; i < persons; ++i) text += "张某；";
  RC_ASSERT(parse_applicants(text, reference()).size() == 1U + static_cast<std::size_t>(persons));
}

RC_GTEST_PROP(ApplicantProperty, NoPersonIsNamedWhateverTheBytes, ()) {
  const std::string text = chance(50) ? any_bytes() : near_miss(some_party().text + ";" + some_party().text);
  for (const Applicant& applicant : parse_applicants(text, reference())) {
    RC_ASSERT(applicant.name.empty() == (applicant.kind == Applicant::Kind::kPerson));
    RC_ASSERT(text::valid_utf8(applicant.name));
    for (const auto* person : {"张某", "李某某", "欧阳某某"}) RC_ASSERT(applicant.name != person);
  }
}

// In a list with Latin letters blanks part no names; a stray sign is no part of one either way.
RC_GTEST_PROP(ApplicantProperty, APersonStaysOneWithAStraySignOrBlank, ()) {
  const std::string person = one_of(std::array<std::string, 3>{"张某", "李某某", "欧阳某某"}),
                    body = some_parts().text();
  const std::string sign = one_of(std::array<std::string, 6>{".", "。", "*", "`", "．", ";"});
  const std::string parted = person.substr(0, 3) + " " + person.substr(3);
  for (const std::string& text :
       {person + sign + ";" + body, parted + ";A" + body, body + ";" + parted + sign + ";A" + body}) {
    RC_LOG() << text << '\n';
    const auto read = parse_applicants(text, reference());
    RC_ASSERT((std::count_if(read.begin(), read.end(),
                             [](const Applicant& a) { return a.kind == Applicant::Kind::kPerson; }) == 1));
    for (const Applicant& applicant : read) RC_ASSERT(applicant.name.find("某") == std::string::npos);
  }
}

RC_GTEST_PROP(ApplicantProperty, AnAddressBehindAPostcodeIsNoApplicant, ()) {
  std::string text;
  for (const char c : some(kDigits, 6)) text += chance(30) ? full_width(c) : std::string(1, c);
  text += (chance(50) ? " " : "") + some_region() + some_trade_name() + "路1号";
  RC_ASSERT(parse_applicants(text, reference()).empty());
}

// The notes of the domain's table, beside its columns.
TEST(Vectors, NotesOfFirmNames) {
  TANMIAO_VECTORS(rows, "company_name_vectors.csv");
  std::string above;
  int checked = 0;
  for (const auto& row : rows) {
    const std::string& note = row[6];
    const FirmName name = parse_firm_name(row[0], reference());
    const std::string key = name.exact_key;
    constexpr std::string_view kJoin = "join to ";
    if (note.find("same firm") != std::string::npos) {
      ++checked;
      EXPECT_EQ(key == above, note.find("NOT the same firm") == std::string::npos) << row[0];
    }
    if (const std::size_t at = note.find(kJoin); at != std::string::npos) {
      ++checked;
      EXPECT_TRUE(name.branch);
      EXPECT_EQ(name.parent_name, note.substr(at + kJoin.size()));
    }
    if (note.starts_with("former name")) {
      ++checked;
      EXPECT_NE(row[0].find("原" + name.former_name), std::string::npos) << name.former_name;
    }
    if (note == "out of scope") {
      ++checked;
      const auto form = std::find_if(reference().legal_forms.begin(), reference().legal_forms.end(),
                                     [&](const LegalForm& f) { return f.suffix == name.form; });
      ASSERT_NE(form, reference().legal_forms.end());
      EXPECT_FALSE(form->in_scope);
    }
    above = key;
  }
  EXPECT_EQ(checked, 5);
}

}  // namespace
}  // namespace tanmiao::names_property_test
