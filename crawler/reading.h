// From bytes to records: one document (a page, a file) through its reader, the source's mapping and the normalisers.
// A pure transform: no network, no store. Safe to call from several threads with different sinks.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "core/date.h"
#include "core/reference.h"
#include "crawler/source.h"

namespace tanmiao::crawler {

struct Document {
  std::string part;            // URL, or file name below the inbox: Origin::part and Reject::part
  std::string_view bytes;      // a page; empty when `file` is set
  std::filesystem::path file;  // a file on disk (folder sources): streamed, never held whole when csv
  std::string charset;         // of the HTTP header; may be empty
  std::uint64_t capture = 0;
};

struct ReadContext {
  const Reference& reference;
  std::string_view person_key;
  Date seen{};  // civil date of the night: public_date when nothing else is known
};

struct FoundLink {
  std::string address;  // absolute; with a fault: as it stands there
  std::string role{};
  bool built = false;             // by the description, which may ask for a POST; pages themselves may not
  bool continues = false;         // the same list goes on there: no deeper than its page
  bool claims_secret = false;     // it has the name of a secret that neither the description nor its page's address has
  std::optional<Date> changed{};  // the day it last changed, as the page says
  std::string fault{};            // why it is no address that can be asked, Chinese; empty: it is one
};

// Takes what a document gives, in document order. An error ends the reading.
class ReadingSink {
 public:
  virtual ~ReadingSink() = default;
  virtual Status record(Record&& record) = 0;
  virtual Status reject(store::Reject&& reject) = 0;
  virtual Status link(std::string&& absolute_url, std::string_view role) = 0;
  virtual Status found(FoundLink&& link) {
    return link.fault.empty() ? this->link(std::move(link.address), link.role) : Status();
  }
  virtual void said_total(std::int64_t /*total*/) {}  // of a list, as its page says; once a document
  virtual void offered(std::uint64_t rows) = 0;       // rows or documents that were there
  void row() { offered(1); }
  virtual void unknown_word(Field field, std::string_view word) = 0;  // no table knows it; the record stays
  // The page says it is in one charset and is in another, which it was read in.
  virtual void wrong_charset(std::string_view claimed, std::string_view charset) = 0;
  // The document has a column or a member of its rows that no rule reads. Once a document.
  virtual void unmapped(std::string_view /*name*/) {}
};

// Error kFormat (with place) for a document that cannot be read to its end.
Status read_document(const Source& source, const PageRule& page, const Document& document, const ReadContext& context,
                     ReadingSink& sink);

// Part of the reading hash: raise it when the same bytes give other records.
inline constexpr int kReaderVersion = 6;

}  // namespace tanmiao::crawler
