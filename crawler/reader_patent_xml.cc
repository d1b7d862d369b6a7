#include "crawler/reader_patent_xml.h"

#include "core/text/normalize.h"
#include "tabular/zip.h"

namespace tanmiao::crawler {
namespace {

constexpr int kMostNested = 2;                 // zips within zips
constexpr int kMostDepth = 200;                // elements within elements
constexpr std::uint32_t kMostFiles = 200'000;  // XML files of one delivery

bool ends_with_any(std::string_view name, std::initializer_list<std::string_view> ends) {
  std::string lower(name);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  for (const std::string_view end : ends)
    if (lower.ends_with(end)) return true;
  return false;
}

// Not inlined: GCC 12 then takes the bytes of a short string for uninitialised.
[[gnu::noinline]] bool is_zip(std::string_view bytes) { return bytes.starts_with("PK"); }

using Each = std::function<Status(const std::string&, const std::string&, std::uint32_t)>;

Status walk_zip(const std::string& bytes, const std::string& name, int nested, std::uint32_t& ordinal,
                const Each& each) {
  if (nested > kMostNested) return Error{Errc::kLimit, "zips within zips, more than two deep", name};
  tabular::Limits limits;
  limits.max_entries = kMostFiles;
  TANMIAO_ASSIGN(const auto entries, tabular::unzip(bytes, name, limits, [](std::string_view entry) {
                   return ends_with_any(entry, {".xml", ".zip"});
                 }));
  for (const auto& [entry, content] : entries) {
    if (!is_zip(content)) {
      TANMIAO_TRY(each(content, entry, ++ordinal));
      continue;
    }
    std::string within = name;
    within.append("!").append(entry);
    TANMIAO_TRY(walk_zip(content, within, nested + 1, ordinal, each));
  }
  return {};
}

class DepthCheck : public pugi::xml_tree_walker {
 public:
  bool for_each(pugi::xml_node&) override { return depth() <= kMostDepth; }
};

}  // namespace

Status each_xml(const Reading& reading, const Each& each) {
  TANMIAO_ASSIGN(const std::string bytes, document_bytes(reading.document));
  std::uint32_t ordinal = 0;
  if (is_zip(bytes)) return walk_zip(bytes, reading.document.part, 0, ordinal, each);
  if (bytes.find('<') == std::string::npos)
    return Error{Errc::kFormat, "is neither XML nor a zip of XML", reading.document.part};
  return each(bytes, reading.document.part, 1);
}

std::string parse_xml(const std::string& xml, pugi::xml_document& tree) {
  // pugixml knows the five entities of XML only and skips document types; a file that declares more wants to be
  // expanded and is not to be trusted.
  if (xml.find("<!ENTITY") != std::string::npos) return "XML 声明了实体，不予读取";
  const pugi::xml_parse_result result = tree.load_buffer(xml.data(), xml.size());
  if (!result) return "XML 不完整或已损坏（" + std::string(result.description()) + "）";
  DepthCheck check;
  if (!tree.traverse(check)) return "XML 嵌套过深，不予读取";
  return {};
}

std::string plain_name(std::string_view name) {
  if (const auto colon = name.find(':'); colon != std::string_view::npos) name.remove_prefix(colon + 1);
  if (name.starts_with("cn-")) name.remove_prefix(3);
  std::string out;
  for (const char c : name)
    if (c != '-') out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

pugi::xml_node first_below(pugi::xml_node from, std::string_view plain) {
  for (const pugi::xml_node child : from.children()) {
    if (plain_name(child.name()) == plain) return child;
    if (const pugi::xml_node deeper = first_below(child, plain)) return deeper;
  }
  return {};
}

std::vector<pugi::xml_node> all_below(pugi::xml_node from, std::string_view plain) {
  std::vector<pugi::xml_node> out;
  for (const pugi::xml_node child : from.children()) {
    if (plain_name(child.name()) == plain) {
      out.push_back(child);
    } else {
      const auto deeper = all_below(child, plain);
      out.insert(out.end(), deeper.begin(), deeper.end());
    }
  }
  return out;
}

std::string text_below(pugi::xml_node from) {
  std::string out;
  const std::function<void(pugi::xml_node)> gather = [&](pugi::xml_node node) {
    for (const pugi::xml_node child : node.children()) {
      out += child.value();
      gather(child);
    }
  };
  gather(from);
  return text::squeeze(out);
}

void NamedValues::add(std::string_view name, std::string text) {
  if (!text.empty()) values_.emplace_back(name, std::move(text));
}

Status NamedValues::give(const Reading& reading, const Mapper& mapper, std::uint32_t line) const {
  RawRow row;
  row.line = line;
  for (std::size_t column = 0; column < reading.page.columns.size(); ++column)
    for (const auto& [name, text] : values_)
      if (name == reading.page.columns[column].second) row.values.push_back({column, text});
  return mapper.row(row, reading.sink);
}

}  // namespace tanmiao::crawler
