// Firm names, applicant strings and addresses. A person is counted and never named.
#include "core/firm_name.h"
#include "core/text/normalize.h"
#include "core/text/tokenize.h"
#include "fuzz/fuzz.h"
#include "tabular/reference_reader.h"

using tanmiao::fuzz::must;

namespace {

const tanmiao::Reference& reference() {
  static const auto loaded = tanmiao::tabular::load_reference(TANMIAO_REFERENCE);
  return **loaded;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = tanmiao::fuzz::view(data, size);
  const tanmiao::FirmName name = tanmiao::parse_firm_name(text, reference());
  must(name.exact_key == tanmiao::exact_name_key(text, reference()));
  must(tanmiao::text::valid_utf8(name.display) && tanmiao::text::valid_utf8(name.loose_key));
  for (const tanmiao::Applicant& applicant : tanmiao::parse_applicants(text, reference()))
    must(applicant.kind != tanmiao::Applicant::Kind::kPerson || applicant.name.empty());
  (void)reference().regions.resolve(text, {}, {}, 0);
  const std::string folded = tanmiao::text::fold(text, reference().simplified);
  for (const auto& token : tanmiao::text::bigrams(folded)) must(token.begin < token.end && token.end <= folded.size());
  return 0;
}
