// A name as somebody typed it into a list: numbered, behind a label, in quotes, with the name that the firm bore before
// or bears now, or several names in one cell.
//
//   3、企业名称：《滨州甲乙纺织有限公司》。            ->  滨州甲乙纺织有限公司
//   滨州甲乙纺织有限公司（现更名为滨州丙丁新材料有限公司）  ->  滨州丙丁新材料有限公司, before 滨州甲乙纺织有限公司
//   甲乙纺织有限公司、丙丁化工厂                       ->  two names
//
// What is taken away is noise only where a name of at least two Han characters is left, so that 58同城, 3 号煤矿 and
// 2.0 keep their digits.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/reference.h"

namespace tanmiao::linkage {

struct TypedName {
  std::string name;                 // that the firm bears, as far as the cell says
  std::vector<std::string> former;  // that it bore before
  bool operator==(const TypedName&) const = default;
};

// The words of config/linkage/typed_names.csv, in NFKC; of each kind the longest first.
struct TypedWords {
  std::vector<std::string> labels, present, former, marks;
};
// A missing file has no words. Errors: kConfig with file and line for a kind that is none.
Result<TypedWords> load_typed_words(const std::filesystem::path& file);

// The names in the cell; empty: it is one name and nothing else, to be taken as it stands. Of names in Latin letters
// nothing is taken away.
std::vector<TypedName> read_typed(std::string_view cell, const TypedWords& words, const Reference& reference);

}  // namespace tanmiao::linkage
