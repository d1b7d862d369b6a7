#include "core/firm_name.h"

#include <algorithm>

#include "core/firm_form.h"
#include "core/firm_unit.h"
#include "core/reference_index.h"
#include "core/text/normalize.h"

namespace tanmiao {
namespace {

constexpr std::size_t kHan = 3;  // bytes of a Han character in UTF-8

// NFKC without blanks and simplified: what all the rest works on. Brackets are ASCII then.
std::string normal(std::string_view name, const Reference& reference) {
  return text::to_simplified(text::without_blanks(text::nfkc(name)), reference.simplified);
}

std::string without_brackets(std::string_view s) {
  std::string out;
  constexpr char kLead = '\xE3';  // of all four
  const auto starts = [&](std::size_t at, std::string_view bracket) { return s.substr(at).starts_with(bracket); };
  for (std::size_t i = 0; i < s.size(); ++i) {
    if (s[i] == kLead && (starts(i, "〔") || starts(i, "〕") || starts(i, "【") || starts(i, "】"))) {
      i += kHan - 1;
    } else if (s[i] != '(' && s[i] != ')' && s[i] != '[' && s[i] != ']') {
      out.push_back(s[i]);
    }
  }
  return out;
}

// Drops stray signs behind a Chinese name, as registers have them: 泰安某某厂. An abbreviation keeps its point (LTD.).
std::string without_tail(std::string s) {
  std::size_t end = s.size();
  while (end > 0) {
    const std::string_view rest = std::string_view(s).substr(0, end);
    if (rest.ends_with("。") || rest.ends_with("、"))
      end -= kHan;
    else if (std::string_view(".,;*`'").find(rest.back()) != std::string_view::npos)
      --end;
    else
      break;
  }
  const bool chinese = end > 0 && (static_cast<unsigned char>(s[end - 1]) >= 0x80 || s[end - 1] == ')');
  if (chinese) s.resize(end);
  return s;
}

// Takes "(原...)", "(曾用名:...)" and "(now ...)" away from the end; gives the former name.
std::string take_former(std::string& name) {
  const std::size_t open = name.rfind('(');
  if (open == std::string::npos || open == 0 || !name.ends_with(')')) return {};
  std::string inner = name.substr(open + 1, name.size() - open - 2);
  const auto cut = [&](std::string_view word) {
    if (text::ascii_lower(std::string_view(inner).substr(0, word.size())) != word) return false;
    inner.erase(0, word.size());
    while (inner.starts_with(':')) inner.erase(0, 1);
    return true;
  };
  if (cut("now")) {
    std::string former = name.substr(0, open);
    name = inner;
    return former;
  }
  if (!cut("曾用名") && !cut("原名") && !cut("原")) return {};
  name.resize(open);
  return inner;
}

// Whether division `inner` may lie in `outer`: 嘉祥 does not lie in 淄博. Counties that a province rules by itself bear
// the number 90 in place of a city's; what moved to another city keeps its old number in old names, so of the
// counties of one province nothing is said beyond the city.
bool may_lie_in(std::uint32_t inner, std::uint32_t outer) {
  if (inner == 0 || outer == 0) return true;
  if (inner / 10000 != outer / 10000) return false;
  return outer % 10000 == 0 || inner / 100 == outer / 100;
}

// The regions that `s` begins with, one after the other. `all`: they may be the whole of it, as in brackets; else one
// that would leave nothing for the trade name is the trade name (山东济南有限公司).
// One that does not lie in the one before it is a trade name too: 北京兴隆..., 淄博嘉祥...
std::size_t region_length(std::string_view s, const Reference& reference, bool all = false) {
  std::size_t at = 0;
  std::uint32_t outer = 0;
  for (;;) {
    std::size_t more = 0;
    std::uint32_t code = 0;
    reference.index->region.match(s.substr(at), [&](const PhraseTable::Entry& entry) {
      if (!may_lie_in(entry.value, outer)) return false;  // of several of one name the one that does
      more = entry.text.size(), code = entry.value;
      return true;
    });
    if (more == 0 || (!all && at > 0 && s.substr(at).size() <= more)) break;
    at += more, outer = code;
  }
  return at;
}

// Takes a region in brackets out of the middle: 甲乙(山东)智能.
std::string take_bracket_region(std::string& name, const Reference& reference) {
  const std::size_t open = name.find('('), close = name.find(')', open == std::string::npos ? 0 : open);
  if (open == std::string::npos || close == std::string::npos || open == 0) return {};
  std::string inner = name.substr(open + 1, close - open - 1);
  if (inner.empty() || region_length(inner, reference, true) != inner.size()) return {};
  name.erase(open, close - open + 1);
  return inner;
}

// Industry words at the end of the core, as many as leave two characters of trade name.
std::size_t industry_begin(std::string_view core, const Reference& reference) {
  std::size_t end = core.size();
  for (;;) {
    std::size_t found = 0;
    for (std::size_t length = std::min(reference.index->longest_industry, end); length >= 2 * kHan; --length) {
      if (text::length(core.substr(0, end - length)) < 2) continue;
      if (reference.index->industry.contains(core.substr(end - length, length))) {
        found = length;
        break;
      }
    }
    if (found == 0) return end;
    end -= found;
  }
}

void take_apart(std::string core, FirmName& out, const Reference& reference) {
  out.region = take_bracket_region(core, reference);
  core = without_brackets(core);
  if (out.region.empty()) {
    const std::size_t length = region_length(core, reference);
    if (length > 0 && core.size() > length) {
      out.region = core.substr(0, length);
      core.erase(0, length);
    }
  }
  out.loose_key = core;
  constexpr std::string_view kGroup = "集团";
  if (core.ends_with(kGroup) && core.size() > kGroup.size() + kHan) core.resize(core.size() - kGroup.size());
  const std::size_t industry = industry_begin(core, reference);
  out.trade_name = core.substr(0, industry);
  out.industry_word = core.substr(industry);
}

// A name as far as its kind is told.
struct Begun {
  FirmForm found;
  std::string former_name, normal;
  std::size_t parent = std::string::npos;
  const LegalForm* form = nullptr;
};
Begun begin_name(std::string_view name, const Reference& reference) {
  Begun out;
  out.found.display = without_tail(text::without_blanks(text::nfkc(name)));
  out.former_name = take_former(out.found.display);
  out.normal = normal(out.found.display, reference);
  out.form = legal_form_of(out.normal, reference);
  out.parent = parent_end(out.normal, out.form, reference);
  const bool of_branch = out.form != nullptr && out.form->form_class == FormClass::kBranch;
  out.found.branch = out.parent != std::string::npos || of_branch;
  if (out.found.branch)
    out.found.form_class = FormClass::kBranch;
  else if (out.form != nullptr)
    out.found.form_class = out.form->form_class;
  return out;
}

}  // namespace

std::string exact_name_key(std::string_view name, const Reference& reference) {
  std::string s = without_tail(text::fold(text::without_blanks(name), reference.simplified));
  take_former(s);
  // What a blank or a bracket kept apart may compose now.
  return text::nfkc(without_tail(without_brackets(text::without_blanks(s))));
}

FirmForm firm_form(std::string_view name, const Reference& reference) { return begin_name(name, reference).found; }

FirmName parse_firm_name(std::string_view name, const Reference& reference) {
  Begun begun = begin_name(name, reference);
  FirmName out;
  out.former_name = std::move(begun.former_name);
  out.display = std::move(begun.found.display);
  out.exact_key = exact_name_key(name, reference);
  out.branch = begun.found.branch;
  out.form_class = begun.found.form_class;
  std::string s = std::move(begun.normal);
  const std::size_t parent = begun.parent;
  const LegalForm* form = begun.form;
  if (form != nullptr) out.form = form->suffix;
  if (parent != std::string::npos) {
    out.parent_name = s.substr(0, parent);
    s.resize(parent);
    form = legal_form_of(s, reference);
  }
  std::size_t group = 0;
  if (form != nullptr) {
    group = form->suffix.find("集团") == 0 ? std::string_view("集团").size() : 0;
    s.resize(s.size() - form->suffix.size() + group);
  }
  take_apart(std::move(s), out, reference);
  return out;
}

}  // namespace tanmiao
