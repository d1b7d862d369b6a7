// Applicant strings of flat patent lists: declared in core/firm_name.h.
#include <algorithm>

#include "core/firm_form.h"
#include "core/firm_name.h"
#include "core/reference_index.h"
#include "core/text/normalize.h"

namespace tanmiao {
namespace {

bool has_latin(std::string_view s) {
  return std::any_of(s.begin(), s.end(), [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); });
}
bool all_han(const std::vector<char32_t>& chars) { return std::all_of(chars.begin(), chars.end(), text::is_han); }

bool has_form(std::string_view name, const Reference& reference) {
  return std::any_of(reference.legal_forms.begin(), reference.legal_forms.end(), [&](const LegalForm& form) {
    return name.size() > form.suffix.size() && name.ends_with(form.suffix);
  });
}

// "256600 山东省...": an address field that got here.
bool is_address(std::string_view s) {
  return s.size() > 6 && std::all_of(s.begin(), s.begin() + 6, [](char c) { return c >= '0' && c <= '9'; });
}

// Marks become ';'. A comma stays in Latin text, where it stands before LTD and its like.
std::vector<std::string> pieces(const std::string& s) {
  std::vector<std::string> out(1);
  const bool latin = has_latin(s);
  int depth = 0;
  for (std::size_t i = 0; i < s.size(); ++i) {
    depth += s[i] == '(' ? 1 : s[i] == ')' ? -1 : 0;
    const bool dun = std::string_view(s).substr(i).starts_with("、");
    const bool blank_or_comma = (s[i] == ' ' || s[i] == ',') && !latin;
    if (depth <= 0 && (s[i] == ';' || dun || blank_or_comma)) {
      if (dun) i += 2;
      out.emplace_back();
    } else {
      out.back().push_back(s[i]);
    }
  }
  return out;
}

bool is_person(const std::string& name, const Reference& reference) {
  if (name.find("·") != std::string::npos) return true;
  const auto chars = text::code_points(name);
  if (chars.size() < 2 || chars.size() > 4 || !all_han(chars) || has_form(name, reference)) return false;
  return chars.size() < 4 || reference.index->surnames.contains(std::string_view(name).substr(0, 6));
}

Applicant applicant(const std::string& piece, const Reference& reference) {
  using enum Applicant::Kind;
  if (is_person(piece, reference)) return {kPerson, {}};
  FirmForm name = firm_form(piece, reference);
  // A stray point or blank in a person's name makes no body of it.
  if (is_person(name.display, reference)) return {kPerson, {}};
  if (name.branch) return {kBranch, std::move(name.display)};
  switch (name.form_class) {
    case FormClass::kUniversity: return {kUniversity, std::move(name.display)};
    case FormClass::kInstitution:
    case FormClass::kHospital: return {kInstitution, std::move(name.display)};
    case FormClass::kForeign: return {kForeign, std::move(name.display)};
    case FormClass::kNone:
      // Latin names keep their blanks.
      return has_latin(piece) ? Applicant{kForeign, text::squeeze(piece)}
                              : Applicant{kUnknown, std::move(name.display)};
    default: return {kFirm, std::move(name.display)};
  }
}

}  // namespace

std::vector<Applicant> parse_applicants(std::string_view text, const Reference& reference) {
  const std::string s = text::squeeze(text::nfkc(text));
  std::vector<Applicant> out;
  if (is_address(s)) return out;
  std::vector<std::string> keys;
  const std::vector<std::string> raws = pieces(s);
  for (const std::string& raw : raws) {
    const std::string piece = text::trim(raw);
    if (piece.empty()) continue;
    Applicant found = applicant(piece, reference);
    if (found.kind != Applicant::Kind::kPerson && raws.size() > 1) {
      std::string key = exact_name_key(found.name, reference);
      if (std::find(keys.begin(), keys.end(), key) != keys.end()) continue;
      keys.push_back(std::move(key));
    }
    out.push_back(std::move(found));
  }
  return out;
}

}  // namespace tanmiao
