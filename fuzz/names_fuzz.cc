// Firm names, applicant strings and addresses. A person is counted and never named.
#include "core/firm_name.h"
#include "core/text/normalize.h"
#include "core/text/search_form.h"
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
  for (const auto marks : {tanmiao::text::Marks::kDropped, tanmiao::text::Marks::kKept}) {
    const std::string form = tanmiao::text::search_form(folded, marks);
    must(tanmiao::text::valid_utf8(form));
    for (const std::string_view term : tanmiao::text::needed_terms(form)) must(form.find(term) != std::string::npos);
  }
  return 0;
}
