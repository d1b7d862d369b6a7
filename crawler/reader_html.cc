// Pages: rows, columns and links by XPath (pugixml, over what html_form.h makes of a page), links by RE2 as well.
#include <pugixml.hpp>

#include <deque>

#include "core/text/normalize.h"
#include "crawler/html_form.h"
#include "crawler/reader_parts.h"
#include "crawler/secrets.h"
#include "crawler/url.h"
#include "crawler/xpath.h"
#include "tabular/html_table.h"

namespace tanmiao::crawler {
namespace {

constexpr std::size_t kCharsetWithin = 2048;  // bytes in which a page names its charset

std::string meta_charset(std::string_view bytes) {
  const re2::StringPiece head(bytes.data(), std::min(bytes.size(), kCharsetWithin));
  static const re2::RE2 named(R"((?i)<meta[^>]*charset\s*=\s*["']?([\w-]+))");
  std::string charset;
  re2::RE2::PartialMatch(head, named, &charset);
  return charset;
}

Result<const pugi::xpath_query*> compiled(const std::string& expression, const std::string& where) {
  if (const pugi::xpath_query* const query = xpath(expression)) return query;
  return Error{Errc::kConfig, "is no XPath: " + expression + ": " + xpath_fault(expression), where};
}

class Page {
 public:
  explicit Page(std::string_view text) : form_(well_formed(text)) {
    constexpr unsigned kAsItStands = pugi::parse_escapes | pugi::parse_ws_pcdata | pugi::parse_comments;
    ok_ = tree_.load_buffer_inplace(form_.data(), form_.size(), kAsItStands, pugi::encoding_utf8);
  }
  bool ok() const { return ok_; }
  pugi::xml_node root() const { return tree_.document_element(); }

 private:
  std::string form_;  // the tree's names and texts lie in it
  pugi::xml_document tree_;
  bool ok_ = false;
};

pugi::xpath_node_set nodes_of(const pugi::xpath_query& query, const pugi::xpath_node& from) {
  pugi::xpath_node_set found = query.evaluate_node_set(from);
  found.sort();  // as they stand in the page
  return found;
}

Result<pugi::xpath_node_set> find(const Page& page, const std::string& expression, const std::string& where) {
  TANMIAO_ASSIGN(const pugi::xpath_query* const query, compiled(expression, where));
  if (query->return_type() != pugi::xpath_type_node_set) return pugi::xpath_node_set();
  return nodes_of(*query, page.root());
}

// All text within, as XPath's string() gives it.
std::string content(const pugi::xpath_node& found) {
  if (found.attribute()) return text::squeeze(found.attribute().value());
  const pugi::xml_node top = found.node();
  const pugi::xml_node first = top.first_child();
  if (!first) return text::squeeze(top.value());
  if (first.type() == pugi::node_pcdata && !first.next_sibling()) return text::squeeze(first.value());
  std::string out;
  for (pugi::xml_node at = first; at;) {
    if (at.type() == pugi::node_pcdata) out += at.value();
    pugi::xml_node after = at.first_child();
    while (!after && at != top) {
      after = at.next_sibling();
      if (!after) at = at.parent();
    }
    at = after;
  }
  return text::squeeze(out);
}

// The address of a link: an attribute's value, an element's href or src, else its text. What stands in an attribute is
// left as it is: line ends in it are none, as resolve_url() knows.
std::string address_of(const pugi::xpath_node& found) {
  if (found.attribute()) return found.attribute().value();
  for (const char* name : {"href", "src"})
    if (const pugi::xml_attribute address = found.node().attribute(name); address && *address.value() != 0)
      return address.value();
  return content(found);
}

// What addresses of the page are relative to.
Result<std::string> base_of(const Reading& reading, const Page& page) {
  std::string base(url_of(reading.document.part));
  TANMIAO_ASSIGN(const pugi::xpath_node_set bases, find(page, "//base/@href", reading.source.file));
  if (bases.empty()) return base;
  const auto own = parse_url(base);
  const auto named = own ? resolve_url(*own, address_of(bases.first())) : Result<Url>(own.error());
  return named ? named->text() : base;  // as browsers do: one that cannot be asked counts for nothing
}

Status read_links(const Reading& reading, const Page& page, const std::string& charset) {
  std::string base;
  for (const LinkRule& rule : reading.page.links) {
    if (rule.xpath.empty()) continue;
    if (base.empty()) {
      TANMIAO_ASSIGN(base, base_of(reading, page));
    }
    TANMIAO_ASSIGN(const pugi::xpath_node_set found, find(page, rule.xpath, reading.source.file));
    for (const pugi::xpath_node& node : found) TANMIAO_TRY(offer_link(reading, rule, address_of(node), base, charset));
  }
  return {};
}

// The rows of a page, each by the expressions of its columns.
class PageRows {
 public:
  explicit PageRows(const Reading& reading)
      : reading_(reading), mapper_(reading.source, reading.page, reading.document, reading.context) {}

  Status read(const Page& page) {
    columns_.reserve(reading_.page.columns.size());
    for (const auto& [field, expression] : reading_.page.columns) {
      TANMIAO_ASSIGN(const pugi::xpath_query* const query, compiled(expression, reading_.source.file));
      columns_.push_back(query);
    }
    if (reading_.page.rows.empty()) return row(page.root());
    TANMIAO_ASSIGN(const pugi::xpath_node_set rows, find(page, reading_.page.rows, reading_.source.file));
    for (const pugi::xpath_node& node : rows) TANMIAO_TRY(row(node));
    return {};
  }

 private:
  Status row(const pugi::xpath_node& node) {
    ++row_.line;
    row_.values.clear();
    kept_.clear();
    for (std::size_t column = 0; column < columns_.size(); ++column) {
      const pugi::xpath_query& query = *columns_[column];
      if (query.return_type() != pugi::xpath_type_node_set) {
        add(column, text::squeeze(query.evaluate_string(node)));
        continue;
      }
      if (!field_spec(reading_.page.columns[column].first).multiple) {
        if (const pugi::xpath_node first = query.evaluate_node(node)) add(column, content(first));
        continue;
      }
      const pugi::xpath_node_set found = nodes_of(query, node);
      for (const pugi::xpath_node& cell : found) add(column, content(cell));
    }
    return mapper_.row(row_, reading_.sink);
  }

  void add(std::size_t column, std::string text) {
    if (!text.empty()) row_.values.push_back({column, kept_.emplace_back(std::move(text))});
  }

  const Reading& reading_;
  Mapper mapper_;
  std::vector<const pugi::xpath_query*> columns_;
  RawRow row_;
  std::deque<std::string> kept_;  // addresses of the texts must stay
};

}  // namespace

bool is_web_page(std::string_view bytes) { return tabular::is_html(bytes.substr(0, kCharsetWithin)); }

// All elements of a page are held at once, in sixty times its bytes where there is nothing else
// (docs/measured/hostile.md).
constexpr std::size_t kMostPageMib = 8;

Result<DecodedText> page_text(const Reading& reading, const std::string& bytes) {
  if (bytes.size() > kMostPageMib << 20)
    return Error{Errc::kLimit, "a web page larger than " + std::to_string(kMostPageMib) + " MiB",
                 reading.document.part};
  return document_text(reading, bytes, meta_charset(bytes));
}

Status read_page_links(const Reading& reading, const DecodedText& decoded) {
  if (reading.page.links.empty()) return {};
  const Page page(decoded.text);
  if (!page.ok()) return Error{Errc::kFormat, "is no HTML page", reading.document.part};
  TANMIAO_TRY(read_links(reading, page, decoded.charset));
  return links_in_text(reading, decoded.text, decoded.charset);
}

Status read_html(const Reading& reading) {
  TANMIAO_ASSIGN(const std::string bytes, document_bytes(reading.document));
  TANMIAO_ASSIGN(DecodedText decoded, page_text(reading, bytes));
  std::string& text = decoded.text;
  if (reading.page.cdata) {
    replace_all(text, "<![CDATA[", "");
    replace_all(text, "]]>", "");
  }
  const Page page(text);
  if (!page.ok()) return Error{Errc::kFormat, "is no HTML page", reading.document.part};
  TANMIAO_TRY(read_links(reading, page, decoded.charset));
  TANMIAO_TRY(links_in_text(reading, text, decoded.charset));
  if (reading.page.kind) {
    TANMIAO_TRY(PageRows(reading).read(page));
  }
  return offer_pages(reading, text, nullptr);
}

}  // namespace tanmiao::crawler
