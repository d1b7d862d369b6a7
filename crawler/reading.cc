#include "crawler/reading.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <span>

#include "core/messages.h"
#include "core/text/normalize.h"
#include "crawler/built_address.h"
#include "crawler/page_charset.h"
#include "crawler/paging.h"
#include "crawler/patterns.h"
#include "crawler/query_charset.h"
#include "crawler/reader_parts.h"
#include "crawler/secrets.h"
#include "tabular/charset.h"

namespace tanmiao::crawler {
namespace {

// Links that ask no host: they act in the browser, or start another program.
constexpr std::array<std::string_view, 20> kNoPages{
    "javascript", "vbscript", "mailto", "tel",  "sms",   "callto",   "data",   "about",   "blob", "tencent",
    "mqqwpa",     "mqqapi",   "weixin", "wtai", "skype", "whatsapp", "intent", "thunder", "ed2k", "magnet"};

bool leads_to_no_page(std::string_view address) {
  std::string scheme;
  for (const char c : address.substr(0, address.find(':')))
    if (static_cast<unsigned char>(c) > 0x20) scheme += c;
  return address.find(':') != std::string_view::npos &&
         std::find(kNoPages.begin(), kNoPages.end(), text::ascii_lower(scheme)) != kNoPages.end();
}

// Of an address as it stands in a page, for people: one line, without a user's name and password.
std::string shown_address(const std::string& address) {
  constexpr std::size_t kMost = 100;  // characters
  std::string text = text::squeeze(address);
  const std::size_t slashes = text.find("//");
  if (slashes != std::string::npos) {
    const std::size_t end = std::min(text.find_first_of("/?#", slashes + 2), text.size());
    const std::size_t at = text.rfind('@', end);
    if (at != std::string::npos && at > slashes) text.replace(slashes + 2, at - slashes - 2, "…");
  }
  std::string out;
  std::size_t taken = 0;
  for (const char32_t c : text::code_points(text))
    if (c >= 0x20 && c != 0x7F && ++taken <= kMost) text::append_utf8(out, c);
  return taken > kMost ? out + "…" : out;
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

// What a page gave counts where its list may go on.
class CountingSink : public ReadingSink {
 public:
  explicit CountingSink(ReadingSink& behind) : behind_(behind) {}
  Status record(Record&& record) override { return behind_.record(std::move(record)); }
  Status reject(store::Reject&& reject) override { return behind_.reject(std::move(reject)); }
  Status link(std::string&& address, std::string_view role) override {
    ++given_;
    return behind_.link(std::move(address), role);
  }
  Status found(FoundLink&& link) override {
    if (!link.continues && link.fault.empty()) ++given_;
    return behind_.found(std::move(link));
  }
  void said_total(std::int64_t total) override { behind_.said_total(total); }
  void offered(std::uint64_t rows) override { given_ += rows, behind_.offered(rows); }
  void unknown_word(Field field, std::string_view word) override { behind_.unknown_word(field, word); }
  void wrong_charset(std::string_view claimed, std::string_view charset) override {
    behind_.wrong_charset(claimed, charset);
  }
  void unmapped(std::string_view name) override { behind_.unmapped(name); }
  const std::uint64_t* given() const { return &given_; }

 private:
  ReadingSink& behind_;
  std::uint64_t given_ = 0;
};

Status read_by(const Reading& reading) {
  const std::string& reader = reading.page.reader;
  if (reader == "html") return read_html(reading);
  if (reader == "json") return reading.page.lines ? read_json_lines(reading) : read_json(reading);
  if (reading.page.lists_addresses()) return read_address_list(reading);
  if (reading.page.has_headings()) {
    TANMIAO_TRY(read_table(reading));
  } else if (reader == "xml") {
    TANMIAO_TRY(read_xml(reading));
  } else if (reader == "patent_xml") {
    TANMIAO_TRY(read_patent_xml(reading));
  } else if (reader == "patent_events") {
    TANMIAO_TRY(read_patent_events(reading));
  } else {
    return Error{Errc::kConfig, "no such reader: " + reader, reading.source.file};
  }
  return offer_pages(reading, {}, nullptr);
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

Result<DecodedText> document_text(const Reading& reading, const std::string& bytes, const std::string& found_in_text) {
  TANMIAO_ASSIGN(PageCharset is, page_charset(bytes, reading.page.charset, reading.document.charset, found_in_text));
  if (!is.claimed.empty()) reading.sink.wrong_charset(is.claimed, is.charset);
  TANMIAO_ASSIGN(const auto decoder, tabular::make_decoder(is.charset, is.bom));
  std::string marked;
  decoder->decode(std::string_view(bytes).substr(is.bom), true, marked);
  return DecodedText{with_replacements(std::move(marked)), std::move(is.charset)};
}

Status offer_link(const Reading& reading, const LinkRule& rule, const std::string& address, const std::string& base,
                  const std::string& charset) {
  FoundLink link;
  link.role = rule.role;
  link.built = rule.address.find(kPostMark) != std::string::npos;
  const std::string given(link.built ? url_of(address) : address);
  const auto here = parse_url(url_of(base));
  const auto url = here ? resolve_url(*here, query_in_charset(given, charset)) : parse_url(given);
  if (!url) {
    const bool wanted = rule.only.empty() || re2::RE2::PartialMatch(given, pattern(rule.only));
    if (!here || !wanted || leads_to_no_page(given)) return {};
    link.address = shown_address(given);
    link.fault = in_chinese(url.error().message);
    return reading.sink.found(std::move(link));
  }
  link.address = url->text();
  if (!rule.only.empty() && !re2::RE2::PartialMatch(link.address, pattern(rule.only))) return {};
  if (link.built) link.address += post_of(address);
  if (!reading.source.secrets.empty())
    link.claims_secret = secret_names(normal_escapes(link.address)) >
                         secret_names(rule.address) + secret_names(normal_escapes(url_of(base)));
  return reading.sink.found(std::move(link));
}

Status offer_pages(const Reading& reading, std::string_view text, const boost::json::value* root) {
  if (reading.given == nullptr) return {};
  const PagedDocument page{reading.document.part, text, root, *reading.given};
  if (const auto total = paging_total(reading.page.paging, page)) reading.sink.said_total(*total);
  for (std::string& address : further_pages(reading.page.paging, page)) {
    FoundLink link;
    link.claims_secret = secret_names(address) > secret_names(reading.document.part);
    link.address = std::move(address);
    link.role = reading.page.role;
    link.built = link.continues = true;
    TANMIAO_TRY(reading.sink.found(std::move(link)));
  }
  return {};
}

Status links_in_text(const Reading& reading, std::string_view text, const std::string& charset) {
  for (const LinkRule& rule : reading.page.links) {
    if (rule.match.empty()) continue;
    const re2::RE2& wanted_text = pattern(rule.match);
    const re2::StringPiece rest(text.data(), text.size());
    std::array<re2::StringPiece, 10> groups;
    const int wanted = std::min(wanted_text.NumberOfCapturingGroups(), 9) + 1;
    std::size_t at = 0;
    while (at <= text.size() && wanted_text.Match(rest, at, text.size(), re2::RE2::UNANCHORED, groups.data(), wanted)) {
      const re2::StringPiece& found = groups[wanted > 1 ? 1 : 0];
      const auto value = [&](std::string_view name) -> std::string {
        if (!name.starts_with('$')) return query_parameter(url_of(reading.document.part), name);
        const auto number = static_cast<std::size_t>(name[1] - '0');
        if (number >= groups.size() || groups[number].data() == nullptr) return {};
        return escape_component({groups[number].data(), groups[number].size()});
      };
      const bool whole = rule.address.empty();
      const std::string address = whole ? std::string(found.data(), found.size()) : built_address(rule.address, value);
      TANMIAO_TRY(offer_link(reading, rule, address, reading.document.part, whole ? charset : std::string()));
      const auto end = static_cast<std::size_t>(groups[0].data() - text.data()) + groups[0].size();
      at = groups[0].empty() ? end + 1 : end;
    }
  }
  return {};
}

Status read_document(const Source& source, const PageRule& page, const Document& document, const ReadContext& context,
                     ReadingSink& sink) {
  if (page.paging.kind == PagingRule::Kind::kNone) return read_by({source, page, document, context, sink});
  CountingSink counting(sink);
  return read_by({source, page, document, context, counting, counting.given()});
}

}  // namespace tanmiao::crawler
