// Pages: rows, columns and links by XPath over libxml2's HTML parser, links by RE2 as well.
#include <libxml/HTMLparser.h>
#include <libxml/uri.h>
#include <libxml/xpath.h>

#include <deque>
#include <memory>
#include <unordered_map>

#include "core/text/normalize.h"
#include "crawler/reader_parts.h"
#include "crawler/secrets.h"
#include "tabular/html_table.h"

namespace tanmiao::crawler {
namespace {

using Tree = std::unique_ptr<xmlDoc, decltype(&xmlFreeDoc)>;
using Context = std::unique_ptr<xmlXPathContext, decltype(&xmlXPathFreeContext)>;
using Expression = std::unique_ptr<xmlXPathCompExpr, decltype(&xmlXPathFreeCompExpr)>;
using Found = std::unique_ptr<xmlXPathObject, decltype(&xmlXPathFreeObject)>;
constexpr std::size_t kCharsetWithin = 2048;  // bytes in which a page names its charset

std::string text_of(xmlChar* owned) {
  if (owned == nullptr) return {};
  std::string out(reinterpret_cast<const char*>(owned));
  xmlFree(owned);
  return out;
}

std::string meta_charset(std::string_view bytes) {
  const re2::StringPiece head(bytes.data(), std::min(bytes.size(), kCharsetWithin));
  static const re2::RE2 named(R"((?i)<meta[^>]*charset\s*=\s*["']?([\w-]+))");
  std::string charset;
  re2::RE2::PartialMatch(head, named, &charset);
  return charset;
}

// Once a thread, as the pattern()s are.
xmlXPathCompExpr* compiled(const std::string& xpath) {
  thread_local std::unordered_map<std::string, Expression> expressions;
  const auto known = expressions.find(xpath);
  if (known != expressions.end()) return known->second.get();
  Expression made(xmlXPathCompile(reinterpret_cast<const xmlChar*>(xpath.c_str())), xmlXPathFreeCompExpr);
  return expressions.emplace(xpath, std::move(made)).first->second.get();
}

class Page {
 public:
  explicit Page(const std::string& text)
      : tree_(htmlReadMemory(text.data(), static_cast<int>(text.size()), nullptr, "UTF-8",
                             HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET),
              xmlFreeDoc),
        context_(tree_ ? xmlXPathNewContext(tree_.get()) : nullptr, xmlXPathFreeContext) {}

  bool ok() const { return context_ != nullptr && root() != nullptr; }
  xmlNode* root() const { return xmlDocGetRootElement(tree_.get()); }

  Result<Found> find(xmlNode* from, const std::string& xpath, const std::string& where) const {
    context_->node = from;
    xmlSetStructuredErrorFunc(nullptr, [](void*, auto*) {});
    xmlXPathCompExpr* const expression = compiled(xpath);
    Found found(expression == nullptr ? nullptr : xmlXPathCompiledEval(expression, context_.get()), xmlXPathFreeObject);
    if (!found) return Error{Errc::kConfig, "is no XPath: " + xpath, where};
    return found;
  }

 private:
  Tree tree_;
  Context context_;
};

std::vector<xmlNode*> nodes_of(const Found& found) {
  std::vector<xmlNode*> out;
  if (found->type == XPATH_NODESET && found->nodesetval != nullptr)
    out.assign(found->nodesetval->nodeTab, found->nodesetval->nodeTab + found->nodesetval->nodeNr);
  return out;
}

std::string content(xmlNode* node) { return text::squeeze(text_of(xmlNodeGetContent(node))); }

// The address of a link: an attribute's value, an element's href or src, else its text.
std::string address_of(xmlNode* node) {
  if (node->type != XML_ELEMENT_NODE) return content(node);
  for (const char* name : {"href", "src"}) {
    std::string value = text_of(xmlGetProp(node, reinterpret_cast<const xmlChar*>(name)));
    if (!value.empty()) return value;
  }
  return content(node);
}

Status read_links(const Reading& reading, const Page& page) {
  TANMIAO_ASSIGN(const Found bases, page.find(page.root(), "//base/@href", reading.source.file));
  std::string base(url_of(reading.document.part));
  if (const auto nodes = nodes_of(bases); !nodes.empty()) {
    xmlChar* built = xmlBuildURI(reinterpret_cast<const xmlChar*>(content(nodes.front()).c_str()),
                                 reinterpret_cast<const xmlChar*>(base.c_str()));
    if (const std::string whole = text_of(built); !whole.empty()) base = whole;
  }
  for (const LinkRule& rule : reading.page.links) {
    if (rule.xpath.empty()) continue;
    TANMIAO_ASSIGN(const Found found, page.find(page.root(), rule.xpath, reading.source.file));
    for (xmlNode* node : nodes_of(found)) TANMIAO_TRY(offer_link(reading, rule, text::trim(address_of(node)), base));
  }
  return {};
}

Status read_row(const Reading& reading, const Page& page, const Mapper& mapper, xmlNode* node, std::uint32_t line) {
  std::deque<std::string> kept;  // addresses of the texts must stay
  RawRow row;
  row.line = line;
  const auto add = [&](std::size_t column, std::string text) {
    if (!text.empty()) row.values.push_back({column, kept.emplace_back(std::move(text))});
  };
  for (std::size_t column = 0; column < reading.page.columns.size(); ++column) {
    const auto& [field, xpath] = reading.page.columns[column];
    TANMIAO_ASSIGN(const Found found, page.find(node, xpath, reading.source.file));
    if (found->type != XPATH_NODESET) {
      add(column, text::squeeze(text_of(xmlXPathCastToString(found.get()))));
      continue;
    }
    for (xmlNode* cell : nodes_of(found)) {
      add(column, content(cell));
      if (!field_spec(field).multiple) break;
    }
  }
  return mapper.row(row, reading.sink);
}

Status read_rows(const Reading& reading, const Page& page) {
  std::vector<xmlNode*> rows = {page.root()};
  if (!reading.page.rows.empty()) {
    TANMIAO_ASSIGN(const Found found, page.find(page.root(), reading.page.rows, reading.source.file));
    rows = nodes_of(found);
  }
  const Mapper mapper(reading.source, reading.page, reading.document, reading.context);
  std::uint32_t line = 0;
  for (xmlNode* row : rows) TANMIAO_TRY(read_row(reading, page, mapper, row, ++line));
  return {};
}

}  // namespace

bool is_web_page(std::string_view bytes) { return tabular::is_html(bytes.substr(0, kCharsetWithin)); }

Result<std::string> page_text(const Reading& reading, const std::string& bytes) {
  return document_text(reading, bytes, meta_charset(bytes));
}

Status read_page_links(const Reading& reading, const std::string& text) {
  if (reading.page.links.empty()) return {};
  const Page page(text);
  if (!page.ok()) return Error{Errc::kFormat, "is no HTML page", reading.document.part};
  TANMIAO_TRY(read_links(reading, page));
  return links_in_text(reading, text);
}

Status read_html(const Reading& reading) {
  TANMIAO_ASSIGN(const std::string bytes, document_bytes(reading.document));
  TANMIAO_ASSIGN(std::string text, page_text(reading, bytes));
  if (reading.page.cdata) {
    replace_all(text, "<![CDATA[", "");
    replace_all(text, "]]>", "");
  }
  const Page page(text);
  if (!page.ok()) return Error{Errc::kFormat, "is no HTML page", reading.document.part};
  TANMIAO_TRY(read_links(reading, page));
  TANMIAO_TRY(links_in_text(reading, text));
  if (reading.page.kind) {
    TANMIAO_TRY(read_rows(reading, page));
  }
  return offer_pages(reading, text, nullptr);
}

}  // namespace tanmiao::crawler
