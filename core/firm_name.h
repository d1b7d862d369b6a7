// Anatomy of Chinese firm names: [region] trade name 字号, industry word, legal form 组织形式; the region may stand in
// brackets in the middle. Two keys come from it:
//   exact key  all of the name but brackets, blanks and stray signs at its end, simplified, NFKC: joins records of one
//              firm;
//   loose key  trade name + industry word, without region and form: suggests only. The same loose key in another region
//              is another firm.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tanmiao {

struct Reference;  // core/reference.h

enum class FormClass : std::uint8_t {
  kNone,
  kCompany,
  kBranch,
  kPartnership,
  kSoleProprietor,
  kFactory,
  kIndividual,
  kCooperative,
  kInstitution,
  kUniversity,
  kHospital,
  kForeign,
  kOther
};

struct FirmName {
  std::string display;  // NFKC, blanks removed, former name in brackets taken away
  std::string exact_key;
  std::string loose_key;  // empty when nothing is left: an empty key refuses to match
  std::string region;     // as written: 山东, 山东省滨州市
  std::string trade_name;
  std::string industry_word;
  std::string form;  // 有限公司
  FormClass form_class = FormClass::kNone;
  bool branch = false;
  std::string parent_name;  // display form of the firm a branch belongs to
  std::string former_name;  // from (原...) or (now ...) in the string
};

FirmName parse_firm_name(std::string_view name, const Reference& reference);

// Only the key, cheap: what joins need.
std::string exact_name_key(std::string_view name, const Reference& reference);

struct Applicant {
  enum class Kind : std::uint8_t { kFirm, kPerson, kUniversity, kInstitution, kForeign, kBranch, kUnknown };
  Kind kind = Kind::kUnknown;
  std::string name;  // display form; empty for persons (their names are not kept)
};

// Splits an applicant string of a flat list (; ； 、 , and a blank between two organisation forms; never before LTD),
// tells persons from bodies, drops repetitions. A postcode with an address gives an empty list.
std::vector<Applicant> parse_applicants(std::string_view text, const Reference& reference);

}  // namespace tanmiao
