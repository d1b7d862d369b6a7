// The readers behind read_document(), one a form of document.
#pragma once

#include <boost/json/fwd.hpp>
#include <string>
#include <vector>

#include "crawler/mapping.h"
#include "tabular/reader.h"

namespace tanmiao::crawler {

struct Reading {
  const Source& source;
  const PageRule& page;
  const Document& document;
  const ReadContext& context;
  ReadingSink& sink;
  const std::uint64_t* given = nullptr;  // rows and links so far, of pages that a list goes on from
};

Status read_table(const Reading& reading);  // csv, xlsx, table, pdf
Status read_html(const Reading& reading);
Status read_json(const Reading& reading);
Status read_address_list(const Reading& reading);   // sitemap, feed
Status read_xml(const Reading& reading);            // by path
Status read_json_lines(const Reading& reading);     // json with lines = true
Status read_patent_xml(const Reading& reading);     // bibliographic data
Status read_patent_events(const Reading& reading);  // legal events

inline constexpr std::size_t kMostDocumentBytes = std::size_t{512} << 20;  // of a document that is held whole

// All bytes of a document that is read whole.
Result<std::string> document_bytes(const Document& document);
// The text of a page as UTF-8. What cannot be decoded comes out as U+FFFD, so that the row it stands in is rejected.
// `found_in_text`: charset that the document itself names, or empty.
struct DecodedText {
  std::string text;
  std::string charset;  // in which it came
};
Result<DecodedText> document_text(const Reading& reading, const std::string& bytes, const std::string& found_in_text);

// Of web pages: whether the bytes are one, its text as UTF-8, and its links by XPath and RE2.
bool is_web_page(std::string_view bytes);
Result<DecodedText> page_text(const Reading& reading, const std::string& bytes);
Status read_page_links(const Reading& reading, const DecodedText& page);

// Tables of PDF, each a sheet. kNotFound without the program tanmiao-pdf.
bool is_pdf(const Document& document);
Result<std::unique_ptr<tabular::Book>> open_pdf(const Document& document);

// Addresses by RE2 over a text (LinkRule::match). `charset`: of the page, see offer_link().
Status links_in_text(const Reading& reading, std::string_view text, const std::string& charset);
// Addresses of elements (LinkRule::each).
Status links_in_json(const Reading& reading, const boost::json::value& root);
// Further pages of a list (PagingRule), when everything else of the document was given. `root`: of JSON.
Status offer_pages(const Reading& reading, std::string_view text, const boost::json::value* root);
// Makes an address absolute, holds it against LinkRule::only and gives it to the sink. As browsers do, what is beyond
// ASCII in its query is escaped in the page's `charset` (empty: UTF-8). What is no address that can be asked is given
// with its fault, so that it can be told; what leads to no host (a script, a mail) is not.
Status offer_link(const Reading& reading, const LinkRule& rule, const std::string& address, const std::string& base,
                  const std::string& charset);

}  // namespace tanmiao::crawler
