// Patent XML, bibliographic data and legal events, alone or in an archive.
#include "fuzz/reading.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const tanmiao::crawler::Source kSource = tanmiao::fuzz::source_of(R"([[page]]
role = "bib"
reader = "patent_xml"
kind = "patent"
key = ["publication_no", "kind_code"]
[page.columns]
application_no = "application_no"
publication_no = "publication_no"
kind_code = "kind_code"
title = "title"
abstract = "abstract"
applicant = "applicant"
assignee = "assignee"
applicant_address = "applicant_address"
inventor_hash = "inventor_hash"
inventor_count = "inventor_count"
filing_date = "filing_date"
publication_date = "publication_date"
ipc = "ipc"
agency = "agency"
claims = "claims"
[[page]]
role = "events"
reader = "patent_events"
kind = "patent_event"
key = ["application_no", "event", "event_date"]
event_date = "event_date"
[page.columns]
application_no = "application_no"
event = "event"
event_date = "event_date"
event_text = "event_text"
from_owner = "from_owner"
to_owner = "to_owner"
)");
  tanmiao::fuzz::read_with_every_page(kSource, tanmiao::fuzz::view(data, size));
  return 0;
}
