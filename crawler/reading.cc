#include "crawler/reading.h"

#include <libxml/uri.h>
#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <span>

#include "crawler/page_charset.h"
#include "crawler/patterns.h"
#include "crawler/reader_parts.h"
#include "crawler/url.h"
#include "tabular/charset.h"

namespace tanmiao::crawler {
namespace {

const xmlChar* as_xml(const std::string& text) { return reinterpret_cast<const xmlChar*>(text.c_str()); }

std::string absolute(const std::string& address, const std::string& base) {
  xmlChar* built = xmlBuildURI(as_xml(address), as_xml(base));
  if (built == nullptr) return {};
  std::string out(reinterpret_cast<const char*>(built));
  xmlFree(built);
  return out;
}

// Marks of the decoder (0xFF and two hex digits a byte) -> one U+FFFD a run.
std::string with_replacements(std::string marked) {
  if (marked.find(tabular::kMark) == std::string::npos) return marked;
  std::string out;
  for (std::size_t at = 0; at < marked.size(); ++at) {
    if (marked[at] != tabular::kMark) {
      out += marked[at];
      continue;
    }
    out += "\xEF\xBF\xBD";
    at += 2;
  }
  return out;
}

std::string built_address(const LinkRule& rule, std::span<const re2::StringPiece> groups, const std::string& page) {
  std::string out;
  const std::string_view form = rule.address;
  for (std::size_t i = 0; i < form.size(); ++i) {
    const std::size_t close = form[i] == '{' ? form.find('}', i) : std::string_view::npos;
    const bool group = form[i] == '$' && i + 1 < form.size() && form[i + 1] >= '1' && form[i + 1] <= '9';
    if (close != std::string_view::npos) {
      out += query_parameter(page, form.substr(i + 1, close - i - 1));
      i = close;
    } else if (group) {
      const auto number = static_cast<std::size_t>(form[++i] - '0');
      if (number < groups.size() && groups[number].data() != nullptr)
        out += escape_component({groups[number].data(), groups[number].size()});
    } else {
      out += form[i];
    }
  }
  return out;
}

}  // namespace

Result<std::string> document_bytes(const Document& document) {
  if (document.file.empty()) return std::string(document.bytes);
  std::error_code failed;
  const auto size = std::filesystem::file_size(document.file, failed);
  if (failed) return Error{Errc::kIo, "cannot read: " + failed.message(), document.part};
  if (size > kMostDocumentBytes) return Error{Errc::kLimit, "is larger than 512 MiB", document.part};
  std::ifstream in(document.file, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(in), {}};
  if (!in.good() && !in.eof()) return Error{Errc::kIo, "cannot read the file", document.part};
  return bytes;
}

Result<std::string> document_text(const Reading& reading, const std::string& bytes, const std::string& found_in_text) {
  TANMIAO_ASSIGN(const PageCharset is,
                 page_charset(bytes, reading.page.charset, reading.document.charset, found_in_text));
  if (!is.claimed.empty()) reading.sink.wrong_charset(is.claimed, is.charset);
  TANMIAO_ASSIGN(const auto decoder, tabular::make_decoder(is.charset, is.bom));
  std::string marked;
  decoder->decode(std::string_view(bytes).substr(is.bom), true, marked);
  return with_replacements(std::move(marked));
}

Status offer_link(const Reading& reading, const LinkRule& rule, const std::string& address, const std::string& base) {
  std::string whole = absolute(address, base);
  if (whole.empty()) return {};
  if (!rule.only.empty() && !re2::RE2::PartialMatch(whole, pattern(rule.only))) return {};
  return reading.sink.link(std::move(whole), rule.role);
}

Status links_in_text(const Reading& reading, std::string_view text) {
  for (const LinkRule& rule : reading.page.links) {
    if (rule.match.empty()) continue;
    const re2::RE2& wanted_text = pattern(rule.match);
    const re2::StringPiece rest(text.data(), text.size());
    std::array<re2::StringPiece, 10> groups;
    const int wanted = std::min(wanted_text.NumberOfCapturingGroups(), 9) + 1;
    std::size_t at = 0;
    while (at <= text.size() && wanted_text.Match(rest, at, text.size(), re2::RE2::UNANCHORED, groups.data(), wanted)) {
      const re2::StringPiece& found = groups[wanted > 1 ? 1 : 0];
      TANMIAO_TRY(offer_link(reading, rule,
                             rule.address.empty() ? std::string(found.data(), found.size())
                                                  : built_address(rule, groups, reading.document.part),
                             reading.document.part));
      const auto end = static_cast<std::size_t>(groups[0].data() - text.data()) + groups[0].size();
      at = groups[0].empty() ? end + 1 : end;
    }
  }
  return {};
}

Status read_document(const Source& source, const PageRule& page, const Document& document, const ReadContext& context,
                     ReadingSink& sink) {
  const Reading reading{source, page, document, context, sink};
  if (page.has_headings()) return read_table(reading);
  if (page.reader == "html") return read_html(reading);
  if (page.reader == "json") return read_json(reading);
  if (page.reader == "patent_xml") return read_patent_xml(reading);
  if (page.reader == "patent_events") return read_patent_events(reading);
  return Error{Errc::kConfig, "no such reader: " + page.reader, source.file};
}

}  // namespace tanmiao::crawler
