// A firm's name laid out for comparison: its parts in one order, whatever order they were written in.
//
//   甲乙(山东)智能装备集团有限公司   ->   山东 | 甲乙 | 智能装备 | 集团 | 有限公司
//   Jiayi Intelligent Equip. (Shandong) Co., Ltd.   ->   words, each a region, a trade name, an industry or a form
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/reference.h"

namespace tanmiao::linkage {

enum Part : std::uint8_t { kRegionPart = 0, kTradePart, kIndustryPart, kGroupPart, kFormPart, kParts };

// What a legal form promises, as far as names show it.
enum class FormKind : std::uint8_t { kNone = 0, kJointStock, kLimited, kCompany, kOther, kPublicBody, kCooperative };

struct LatinPart {
  std::string text;  // lower case letters and digits; of an industry word its canonical spelling
  LatinWord::Kind kind = LatinWord::Kind::kForm;
  bool trade = false;        // none of the table's words
  std::uint32_t region = 0;  // of a region word
  std::string_view chinese;  // what an industry word stands for, | between; lies in the Reference
};

struct Anatomy {
  bool latin = false;
  bool full = false;                       // bears a legal form: a whole name, not a short one
  std::u16string text;                     // of a Chinese name: its parts in order, folded; Latin letters in lower case
  std::array<std::uint8_t, kParts> end{};  // where each part ends in `text`
  std::uint32_t region = 0;                // code, 0: none or unknown
  FormKind form = FormKind::kNone;
  std::u16string unit;           // of a branch: what stands behind the name of its firm
  std::vector<LatinPart> words;  // of a name in Latin letters
  std::uint64_t exact = 0;       // hash of the exact key; 0: the key is empty, which refuses to match
  std::string former;            // a former name that stood in brackets, as written

  std::size_t begin(Part part) const { return part == kRegionPart ? 0 : end[part - 1]; }
  std::u16string_view part(Part part) const {
    return std::u16string_view(text).substr(begin(part), end[part] - begin(part));
  }
  std::u16string_view core() const {  // trade name and industry
    return std::u16string_view(text).substr(end[kRegionPart], end[kIndustryPart] - end[kRegionPart]);
  }
};

// Takes names apart. Made once for a reference, used by many threads.
class Anatomist {
 public:
  explicit Anatomist(const Reference& reference);
  ~Anatomist();
  Anatomy take_apart(std::string_view name) const;
  const Reference& reference() const { return reference_; }

 private:
  struct Latin;
  Anatomy chinese(std::string_view name) const;
  Anatomy in_latin(std::string_view name) const;
  const Reference& reference_;
  std::unique_ptr<Latin> latin_;
};

std::u16string to_utf16(std::string_view utf8);  // characters beyond the basic plane become U+FFFD
std::string to_utf8(std::u16string_view text);

}  // namespace tanmiao::linkage
