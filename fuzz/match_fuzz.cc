// Two names beside each other: both halves of the input, cut at the first line end.
#include "fuzz/fuzz.h"
#include "linkage/match/matcher.h"
#include "tabular/reference_reader.h"

using namespace tanmiao::linkage;
using tanmiao::fuzz::must;

namespace {

const Anatomist& anatomist() {
  static const auto reference = tanmiao::tabular::load_reference(TANMIAO_REFERENCE);
  static const Anatomist made(**reference);
  return made;
}

const MatchModel& model() {
  static const auto loaded = load_match_model(TANMIAO_WEIGHTS);
  return *loaded;
}

void check_parts(const Anatomy& name) {
  std::size_t before = 0;
  for (const std::uint8_t end : name.end) {
    must(end >= before && end <= name.text.size());
    before = end;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = tanmiao::fuzz::view(data, size);
  const std::size_t cut = std::min(text.find('\n'), text.size());
  const std::string_view one = text.substr(0, cut), other = text.substr(std::min(cut + 1, text.size()));
  const Anatomy a = anatomist().take_apart(one), b = anatomist().take_apart(other);
  check_parts(a), check_parts(b);
  const Comparison levels = compare(a, {}, b, {}, anatomist().reference());
  for (std::size_t field = 0; field < kNameFields; ++field)
    must(field_of(levels.levels[field]) == static_cast<NameField>(field));
  const RollName names[] = {{one, 0}, {other, 1}, {"滨州泰华纺织有限公司", 2}};
  const Roll roll(anatomist(), names, std::vector<NameFacts>(3), 1);
  const Matcher matcher(roll, model());
  Matcher::Scratch scratch(roll);
  std::vector<MatchCandidate> found;
  matcher.match({other, {}}, scratch, found);
  double sum = 0;
  for (const MatchCandidate& c : found) {
    must(c.row < 3 && c.probability >= 0 && c.probability <= 1);
    sum += c.probability;
  }
  must(sum <= 1.000001);
  if (!found.empty()) (void)matcher.factors(found.front());
  return 0;
}
