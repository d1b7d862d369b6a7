#include "crawler/reader_patent_xml.h"

#include <algorithm>

#include "core/text/normalize.h"
#include "crawler/unpack.h"

namespace tanmiao::crawler {
namespace {

constexpr int kMostDepth = 200;                                   // elements within elements
constexpr std::uint64_t kMostXmlBytes = std::uint64_t{64} << 20;  // of one XML file, which is held whole

bool ends_in(std::string_view name, std::initializer_list<std::string_view> ends) {
  const std::string lower = text::ascii_lower(name);
  return std::any_of(ends.begin(), ends.end(), [&](std::string_view end) { return lower.ends_with(end); });
}

using Each = std::function<Status(std::string, const std::string&, std::uint32_t)>;

class XmlMembers : public MemberSink {
 public:
  XmlMembers(const Each& each, const Broken& broken) : each_(each), broken_(broken) {}
  // Pictures of a delivery are most of it.
  bool wanted(const std::string& name) override {
    return ends_in(name, {".xml", ".zip", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst"});
  }
  Status member(const Member& member) override {
    if (!ends_in(member.name, {".xml"})) return {};
    if (member.size > kMostXmlBytes)
      return broken({Errc::kLimit, "is larger than " + std::to_string(kMostXmlBytes) + " bytes", member.name});
    if (member.file.empty()) return each_(std::string(member.bytes), member.name, ++ordinal_);
    Document held;
    held.part = member.name;
    held.file = member.file;
    TANMIAO_ASSIGN(std::string bytes, document_bytes(held));
    return each_(std::move(bytes), member.name, ++ordinal_);
  }
  Status broken(const Error& error) override { return broken_(error, ++ordinal_); }

 private:
  const Each& each_;
  const Broken& broken_;
  std::uint32_t ordinal_ = 0;
};

class DepthCheck : public pugi::xml_tree_walker {
 public:
  bool for_each(pugi::xml_node&) override { return depth() <= kMostDepth; }
};

// Every element of a document is asked a dozen times: nothing is made of its name.
bool has_name(pugi::xml_node node, std::string_view plain) {
  std::string_view name = node.name();
  if (const auto colon = name.find(':'); colon != std::string_view::npos) name.remove_prefix(colon + 1);
  if (name.starts_with("cn-")) name.remove_prefix(3);
  std::size_t at = 0;
  for (const char c : name) {
    if (c == '-') continue;
    const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    if (at == plain.size() || lower != plain[at]) return false;
    ++at;
  }
  return at == plain.size();
}

void append_below(pugi::xml_node from, std::string_view plain, std::vector<pugi::xml_node>& out) {
  for (pugi::xml_node child = from.first_child(); child; child = child.next_sibling()) {
    if (has_name(child, plain))
      out.push_back(child);
    else
      append_below(child, plain, out);
  }
}

void append_text(pugi::xml_node from, std::string& out) {
  for (pugi::xml_node child = from.first_child(); child; child = child.next_sibling()) {
    out += child.value();
    append_text(child, out);
  }
}

}  // namespace

Status each_xml(const Reading& reading, const Each& each, const Broken& broken) {
  const Document& document = reading.document;
  const UnpackLimits limits;
  XmlMembers members(each, broken);
  if (!document.file.empty()) {
    TANMIAO_ASSIGN(const Packed kind, packed_kind_of(document.file));
    if (kind != Packed::kNo) return unpack(document.file, document.part, limits, members);
  } else if (packed_kind(document.bytes) != Packed::kNo) {
    return unpack(document.bytes, document.part, limits, members);
  }
  TANMIAO_ASSIGN(std::string bytes, document_bytes(document));
  if (bytes.find('<') == std::string::npos)
    return Error{Errc::kFormat, "is neither XML nor a zip of XML", document.part};
  return each(std::move(bytes), document.part, 1);
}

std::string parse_xml(std::string& xml, pugi::xml_document& tree) {
  // pugixml knows the five entities of XML only and skips document types; a file that declares more wants to be
  // expanded and is not to be trusted.
  if (xml.find("<!ENTITY") != std::string::npos) return "XML 声明了实体，不予读取";
  const pugi::xml_parse_result result = tree.load_buffer_inplace(xml.data(), xml.size());
  if (!result) return "XML 不完整或已损坏（" + std::string(result.description()) + "）";
  DepthCheck check;
  if (!tree.traverse(check)) return "XML 嵌套过深，不予读取";
  return {};
}

pugi::xml_node first_below(pugi::xml_node from, std::string_view plain) {
  for (pugi::xml_node child = from.first_child(); child; child = child.next_sibling()) {
    if (has_name(child, plain)) return child;
    if (const pugi::xml_node deeper = first_below(child, plain)) return deeper;
  }
  return {};
}

std::vector<pugi::xml_node> all_below(pugi::xml_node from, std::string_view plain) {
  std::vector<pugi::xml_node> out;
  append_below(from, plain, out);
  return out;
}

std::string text_below(pugi::xml_node from) {
  std::string out;
  append_text(from, out);
  return text::squeeze(out);
}

void NamedValues::add(std::string_view name, std::string text) {
  if (!text.empty()) values_.emplace_back(name, std::move(text));
}

Status NamedValues::give(const Reading& reading, Mapper& mapper, std::uint32_t line) const {
  RawRow row;
  row.line = line;
  for (std::size_t column = 0; column < reading.page.columns.size(); ++column)
    for (const auto& [name, text] : values_)
      if (name == reading.page.columns[column].second) row.values.push_back({column, text});
  return mapper.row(row, reading.sink);
}

}  // namespace tanmiao::crawler
