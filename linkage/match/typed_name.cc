#include "linkage/match/typed_name.h"

#include <algorithm>
#include <cctype>
#include <optional>

#include "core/firm_name.h"
#include "core/text/normalize.h"
#include "linkage/match/typed_noise.h"
#include "tabular/config_table.h"

namespace tanmiao::linkage {
namespace {

constexpr std::size_t kShortName = 4;  // Han characters that may be a firm's short name by themselves

bool may_be_name(std::string_view name, const Reference& reference) {
  return han_in(name) >= kShortName || bears_form(name, reference);
}

// Cut at the signs outside of brackets; numbers alone between two signs are no name.
TypedPieces cut_at(std::string_view s, std::initializer_list<std::string_view> signs) {
  TypedPieces out(1);
  int depth = 0;
  for (std::size_t i = 0; i < s.size();) {
    depth += s[i] == '(' ? 1 : s[i] == ')' ? -1 : 0;
    // Pages that were copied leave &middot; behind.
    const std::size_t entity = out.back().rfind('&');
    const bool of_entity = s[i] == ';' && entity != std::string::npos && out.back().size() - entity < 9;
    const auto sign = std::find_if(signs.begin(), signs.end(), [&](auto one) { return s.substr(i).starts_with(one); });
    if (depth <= 0 && !of_entity && sign != signs.end())
      out.emplace_back(), i += sign->size();
    else
      out.back().push_back(s[i++]);
  }
  for (std::string& one : out) one = text::trim(one);
  std::erase_if(out, [](const std::string& one) { return one.empty() || text::is_digits(one); });
  return out;
}

// A name that is no part of another one: …公司, 山东…大学, not 平分公司 or 平机械厂.
bool stands_alone(std::string_view name, const Reference& reference) {
  constexpr std::size_t kCore = 4, kCoreOfBody = 2;  // characters without the form that say whose name it is
  const FirmName parsed = parse_firm_name(name, reference);
  using enum FormClass;
  if (parsed.form_class == kBranch) return !parsed.parent_name.empty();
  const bool body =
      parsed.form_class == kInstitution || parsed.form_class == kUniversity || parsed.form_class == kHospital;
  const bool firm = parsed.form_class == kCompany || parsed.form_class == kPartnership ||
                    parsed.form_class == kFactory || parsed.form_class == kCooperative;
  if (!body && !firm) return false;
  return !parsed.region.empty() || text::length(parsed.loose_key) >= (body ? kCoreOfBody : kCore);
}

// What may stand between two names, and within one too (和平, 联合, A&B).
constexpr std::string_view kJoints[] = {"和", "与", "及", "暨", "联合", " ", "&", "+"};

std::size_t joint_length(std::string_view s, const TypedWords& words) {
  for (const std::string& mark : words.marks)  // 甲(牵头)乙
    if (s.starts_with('(') && s.substr(1).starts_with(mark) && s.substr(1 + mark.size()).starts_with(')'))
      return mark.size() + 2;
  for (const std::string_view joint : kJoints)
    if (s.starts_with(joint)) return joint.size();
  return 0;
}

// 甲有限公司和乙有限公司: cut where what stands before and what stands behind is each a whole name.
TypedPieces cut_at_joints(std::string_view s, const TypedWords& words, const Reference& reference) {
  TypedPieces out;
  std::size_t begin = 0;
  for (std::size_t i = 1; i < s.size(); ++i) {
    if ((static_cast<unsigned char>(s[i]) & 0xC0U) == 0x80) continue;  // within a character
    const std::size_t length = joint_length(s.substr(i), words);
    if (length == 0) continue;
    const std::string before = bare_name(s.substr(begin, i - begin), words, reference);
    const std::string behind = bare_name(s.substr(i + length), words, reference);
    // 和平区…, 和顺县…: the sign is the beginning of a place.
    const bool of_place = parse_firm_name(s.substr(i), reference).region.starts_with(s.substr(i, length));
    if (of_place || !stands_alone(before, reference) || !stands_alone(behind, reference)) continue;
    out.push_back(before);
    begin = i + length, i = begin;
  }
  out.push_back(bare_name(s.substr(begin), words, reference));
  return out;
}

// Whether a sign of kJoints stands where a name may end: behind 公司, 厂, 大学 and their like.
bool may_be_joined(std::string_view cell) {
  for (const std::string_view end : {"司", "厂", "学", "院", "所", "社", ")", "）"})
    for (std::size_t at = cell.find(end); at != std::string_view::npos; at = cell.find(end, at + 1)) {
      const std::string_view behind = cell.substr(at + end.size());
      for (const std::string_view joint : {"　", "＆", "＋", "(", "（"})
        if (behind.starts_with(joint)) return true;
      for (const std::string_view joint : kJoints)
        if (behind.starts_with(joint)) return true;
    }
  return false;
}

// Several names: 、 and ; stand within none. A line break, a comma or a slash may: there all must bear their form, or
// none of them. Where words or a blank stand between, each must be a whole name.
TypedPieces several_in(const std::string& s, const TypedWords& words, const Reference& reference) {
  const auto bared = [&](TypedPieces pieces) {
    for (std::string& piece : pieces) piece = bare_name(piece, words, reference);
    return pieces;
  };
  const auto all = [](const TypedPieces& pieces, const auto& test) {
    return std::all_of(pieces.begin(), pieces.end(), test);
  };
  const auto formed = [&](const std::string& piece) { return bears_form(piece, reference); };
  const auto named = [&](const std::string& piece) { return may_be_name(piece, reference); };
  TypedPieces out, parts = bared(cut_at(s, {"、", ";", "|"}));
  if (parts.size() < 2 || !all(parts, named)) parts = {s};
  for (const std::string& part : parts) {
    const TypedPieces weak = bared(cut_at(part, {"/", ",", "\n", "\r"}));
    const bool apart =
        weak.size() > 1 && all(weak, named) && (all(weak, formed) || std::none_of(weak.begin(), weak.end(), formed));
    const TypedPieces pieces = apart ? weak : TypedPieces{weak.size() == 1 ? weak.front() : part};
    for (const std::string& piece : pieces) {
      const TypedPieces joined = may_be_joined(piece) ? cut_at_joints(piece, words, reference) : TypedPieces{piece};
      out.insert(out.end(), joined.begin(), joined.end());
    }
  }
  return out;
}

// A word about a name within the text, and where.
struct Found {
  std::size_t at = std::string::npos, size = 0;
  bool present = false;
};
Found find_word(std::string_view s, const TypedWords& words, bool inside) {
  Found found;
  for (const auto* kind : {&words.present, &words.former})
    for (const std::string& word : *kind) {
      if (!inside && text::length(word) < 2) continue;  // 原 is part of many names
      const std::size_t at = s.find(word);
      if (at < found.at || (at == found.at && at != std::string_view::npos && word.size() > found.size))
        found = {at, word.size(), kind == &words.present};
    }
  return found;
}

void without_lead(std::string& s) {
  for (bool again = true; again;) {
    again = false;
    for (const std::string_view lead : {":", "为", "是", " ", ",", ";", "、"})
      if (s.starts_with(lead)) s.erase(0, lead.size()), again = true;
  }
}

// What may stand before and behind such a word outside of brackets, where it could be a part of a name (原名堂餐饮):
// a whole name before it, or a sign behind it.
bool said_apart(std::string_view before, std::string_view word, std::string_view behind, const Reference& reference) {
  if (word.ends_with("为") || bears_form(before, reference)) return true;
  for (const std::string_view sign : {":", "为", "是", " ", "“", "\"", "《"})
    if (behind.starts_with(sign)) return true;
  return false;
}

// "X现名Y", "X,曾用名:Y、Z". nullopt: no such thing, or what stands beside the word is no name.
std::optional<TypedName> told_renamed(std::string_view s, bool inside, const TypedWords& words,
                                      const Reference& reference) {
  TypedName out;
  std::string plain;
  bool any = false;
  const auto take = [&](std::string_view piece, bool first, bool present) {
    std::string text(piece);
    without_lead(text);
    for (std::string& name : several_in(bare_name(text, words, reference), words, reference)) {
      if (name.empty()) continue;
      if (!may_be_name(name, reference)) return false;
      if (first)
        plain = std::move(name);
      else if (present)
        out.name = std::move(name);
      else
        out.former.push_back(std::move(name));
    }
    return true;
  };
  bool present = false, first = true;
  for (;;) {
    const Found found = find_word(s, words, inside);
    const std::string_view piece = s.substr(0, std::min(found.at, s.size()));
    if (!take(piece, first, present)) return std::nullopt;
    if (found.at == std::string::npos) break;
    const std::string_view word = s.substr(found.at, found.size), behind = s.substr(found.at + found.size);
    if (!inside && !said_apart(piece, word, behind, reference)) return std::nullopt;
    any = true, first = false, present = found.present;
    s = behind;
  }
  if (!any) return std::nullopt;
  if (!plain.empty()) {
    if (out.name.empty())
      out.name = std::move(plain);
    else
      out.former.insert(out.former.begin(), std::move(plain));
  }
  return out.name.empty() && out.former.empty() ? std::nullopt : std::optional(std::move(out));
}

// One name with what is said of it: behind it in brackets, or in words.
TypedName one_name(const std::string& s, const TypedWords& words, const Reference& reference) {
  const std::size_t open = s.rfind('(');
  if (open != std::string::npos && open > 0 && s.ends_with(')')) {
    const std::string_view inner = std::string_view(s).substr(open + 1, s.size() - open - 2);
    const std::string before = bare_name(s.substr(0, open), words, reference);
    if (find_word(inner, words, true).at == 0)
      if (auto told = told_renamed(inner, true, words, reference); told && han_in(before) >= 2) {
        if (told->name.empty())
          told->name = before;
        else
          told->former.insert(told->former.begin(), before);
        return *told;
      }
  }
  if (auto told = told_renamed(s, false, words, reference)) {
    if (told->name.empty()) {  // "原名:X" and nothing else
      told->name = told->former.front();
      told->former.erase(told->former.begin());
    }
    return *told;
  }
  return {s, {}};
}

// A sign that may stand around or between names. Brackets are looked at by what stands in them, full width letters and
// digits are letters and digits.
bool telling_sign(char32_t c) {
  constexpr std::u32string_view kPlain = U"()（）·.-&+",
                                kTelling = U"、。；：，！？／｜～…“”‘’《》「」『』【】〈〉［］★☆※●▲◆■";
  if (c < 0x80) return kPlain.find(c) == std::u32string_view::npos && std::ispunct(static_cast<int>(c)) != 0;
  return kTelling.find(c) != std::u32string_view::npos;
}

// Most names are names and nothing else; they are passed over at the cost of looking at their characters once.
bool may_say_more(std::string_view cell, const TypedWords& words) {
  const auto points = text::code_points(cell);
  if (points.empty()) return false;
  const char32_t first = points.front();
  const bool letter = (first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z');
  if ((!text::is_han(first) && !letter) || list_numeral(cell) > 0) return true;
  for (const char32_t c : points)
    if (c < 0x20 || telling_sign(c)) return true;
  if (may_be_joined(cell) || holds_code(cell)) return true;
  const auto holds = [&](const std::string& word) { return cell.find(word) != std::string_view::npos; };
  for (const auto* kind : {&words.present, &words.former, &words.marks})
    if (std::any_of(kind->begin(), kind->end(), holds)) return true;
  return false;
}

// ①: what NFKC makes a bare digit of.
std::string with_stops(std::string_view s) {
  const auto points = text::code_points(s);
  if (points.empty() || points.front() < 0x2460 || points.front() > 0x2473) return text::nfkc(s);
  std::string out = std::to_string(points.front() - 0x2460 + 1) + "、";
  for (std::size_t i = 1; i < points.size(); ++i) text::append_utf8(out, points[i]);
  return text::nfkc(out);
}

}  // namespace

Result<TypedWords> load_typed_words(const std::filesystem::path& file) {
  TypedWords words;
  if (std::error_code ignored; !std::filesystem::exists(file, ignored)) return words;
  TANMIAO_TRY(tabular::read_config_table(
      file, "the words of names that are typed by hand", 2, [&](const tabular::ConfigCells& c) -> Status {
        TypedPieces* const kind = c[1] == "label"     ? &words.labels
                                  : c[1] == "present" ? &words.present
                                  : c[1] == "former"  ? &words.former
                                  : c[1] == "mark"    ? &words.marks
                                                      : nullptr;
        if (kind == nullptr) return tabular::misfit("'" + c[1] + "' is none of label, present, former, mark");
        if (c[0].empty()) return tabular::misfit("the word is empty");
        kind->push_back(text::nfkc(c[0]));
        return {};
      }));
  for (TypedPieces* kind : {&words.labels, &words.present, &words.former, &words.marks})
    std::stable_sort(kind->begin(), kind->end(), [](const auto& a, const auto& b) { return a.size() > b.size(); });
  return words;
}

std::vector<TypedName> read_typed(std::string_view cell, const TypedWords& words, const Reference& reference) {
  if (!may_say_more(cell, words) || han_in(cell) < 2) return {};
  const std::string s = with_stops(cell);
  const std::string whole = bare_name(s, words, reference);
  std::vector<TypedName> out;
  TypedPieces parts = several_in(whole, words, reference);
  // "X、曾用名Y" is one firm, whatever the sign between them.
  const auto continues = [&](const std::string& part) { return find_word(part, words, false).at == 0; };
  if (parts.size() > 1 && std::any_of(parts.begin() + 1, parts.end(), continues)) parts = {whole};
  for (const std::string& part : parts) out.push_back(one_name(part, words, reference));
  if (out.size() == 1 && out.front().former.empty() && out.front().name == text::trim(s)) out.clear();
  return out;
}

}  // namespace tanmiao::linkage
