#include "core/industry.h"

#include "core/reference_index.h"
#include "core/text/normalize.h"

namespace tanmiao {
namespace {

// "C325" of "C3252", "C" of "C32"; a section has none.
std::string_view parent(std::string_view code) {
  if (code.size() <= 1) return {};
  return code.substr(0, code.size() == 3 ? 1 : code.size() - 1);
}

std::string_view name_in(const IndustryTable& table, std::string_view code) {
  const auto found = table.name_by_code.find(std::string(code));
  return found == table.name_by_code.end() ? std::string_view() : std::string_view(found->second);
}

// Of a code that both editions have: the nearest level that means the same in both.
std::string_view agreed(std::string_view code, const Reference& reference) {
  while (!code.empty() && !reference.index->same_industry.contains(code)) code = parent(code);
  return code;
}

// Of a code of 2011: where 2017 has the nearest level of the same name.
std::string moved(std::string_view code, const Reference& reference) {
  for (; !code.empty(); code = parent(code))
    if (const auto found = reference.index->industry_of_2011.find(code);
        found != reference.index->industry_of_2011.end())
      return found->second;
  return {};
}

IndustryCode in_edition(std::string code, int edition, const Reference& reference) {
  IndustryCode out;
  out.edition = edition;
  out.name = name_in(edition == 2011 ? reference.industry_2011 : reference.industry_2017, code);
  out.in_2017 = edition == 2011 ? moved(code, reference) : code;
  out.code = std::move(code);
  return out;
}

}  // namespace

int industry_edition(std::string_view text) {
  const std::string plain = text::nfkc(text);
  const bool older = plain.find("2011") != std::string::npos, newer = plain.find("2017") != std::string::npos;
  return older == newer ? 0 : older ? 2011 : 2017;
}

IndustryCode industry_of(std::string_view code, int edition, std::string_view name, const Reference& reference) {
  std::string older = edition == 2017 ? std::string() : reference.industry_2011.canonical(code);
  std::string newer = edition == 2011 ? std::string() : reference.industry_2017.canonical(code);
  if (older.empty() && newer.empty()) return {};
  if (older.empty()) return in_edition(std::move(newer), 2017, reference);
  if (newer.empty()) return in_edition(std::move(older), 2011, reference);
  const std::string said = industry_name_key(name);
  const bool is_older = !said.empty() && said == industry_name_key(name_in(reference.industry_2011, older));
  const bool is_newer = !said.empty() && said == industry_name_key(name_in(reference.industry_2017, newer));
  if (is_older != is_newer) return in_edition(is_older ? older : newer, is_older ? 2011 : 2017, reference);
  IndustryCode out;
  out.in_2017 = older == newer ? agreed(newer, reference) : std::string_view();
  if (out.in_2017 == newer) out.name = name_in(reference.industry_2017, newer);
  out.code = older == newer ? std::move(newer) : std::string(code);  // its section is not known either
  return out;
}

}  // namespace tanmiao
