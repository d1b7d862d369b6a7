#include "core/record.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <unordered_map>

#include <boost/json.hpp>

#include "core/stored_fields.h"

namespace tanmiao {
namespace {

constexpr std::array<std::string_view, 6> kKindNames{"", "firm", "patent", "patent_event", "recognition", "signal"};

// How many bytes from the beginning need no escape, eight at a time: the bytes of a word that are below 0x20, '"' or
// '\\'.
std::size_t plain_bytes(std::string_view s) {
  constexpr std::uint64_t kOnes = 0x0101010101010101, kHigh = 0x8080808080808080;
  const auto zero = [](std::uint64_t word) { return (word - kOnes) & ~word & kHigh; };
  std::size_t at = 0;
  for (; at + 8 <= s.size(); at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, s.data() + at, 8);
    if (((word - kOnes * 0x20) & ~word & kHigh) != 0 || zero(word ^ (kOnes * '"')) != 0 ||
        zero(word ^ (kOnes * '\\')) != 0)
      break;
  }
  return at;
}

// JSON string with the escapes that RFC 8259 asks for; everything else stays UTF-8.
void append_json_string(std::string& out, std::string_view s) {
  static constexpr char kHex[] = "0123456789abcdef";
  out.push_back('"');
  std::size_t from = 0;  // what needs no escape is copied in one
  for (std::size_t i = plain_bytes(s); i < s.size(); ++i) {
    const auto c = static_cast<unsigned char>(s[i]);
    if (c >= 0x20 && c != '"' && c != '\\') continue;
    out.append(s, from, i - from);
    from = i + 1;
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default:
        out += "\\u00";
        out.push_back(kHex[c >> 4]);
        out.push_back(kHex[c & 15]);
    }
  }
  out.append(s, from, s.size() - from);
  out.push_back('"');
}

Error bad_json(std::string message) { return Error{Errc::kCorrupt, "record fields: " + std::move(message), ""}; }

}  // namespace

std::string_view kind_name(RecordKind kind) { return kKindNames.at(static_cast<std::size_t>(kind)); }

std::optional<RecordKind> kind_from_name(std::string_view name) {
  for (std::size_t i = 1; i < kKindNames.size(); ++i)
    if (kKindNames[i] == name) return static_cast<RecordKind>(i);
  return std::nullopt;
}

const std::vector<FieldSpec>& all_fields() {
  static const std::vector<FieldSpec> table{
#define TANMIAO_FIELD(id, name, type, multiple, kinds, label) FieldSpec{Field::id, name, type, multiple, kinds, label},
#include "core/record_fields.def"
#undef TANMIAO_FIELD
  };
  return table;
}

const FieldSpec& field_spec(Field field) { return all_fields()[static_cast<std::size_t>(field)]; }

std::optional<Field> field_from_name(std::string_view name) {
  static const auto by_name = [] {
    std::unordered_map<std::string_view, Field> map;
    for (const FieldSpec& spec : all_fields()) map.emplace(spec.name, spec.id);
    return map;
  }();
  const auto found = by_name.find(name);
  if (found == by_name.end()) return std::nullopt;
  return found->second;
}

std::string_view Record::get(Field field) const {
  for (const FieldValue& value : fields)
    if (value.field == field) return value.value;
  return {};
}

std::vector<std::string_view> Record::all(Field field) const {
  std::vector<std::string_view> values;
  for (const FieldValue& value : fields)
    if (value.field == field) values.push_back(value.value);
  return values;
}

void Record::set(Field field, std::string value) {
  std::erase_if(fields, [field](const FieldValue& v) { return v.field == field; });
  if (!value.empty()) fields.push_back({field, std::move(value)});
}

void Record::add(Field field, std::string value) {
  if (!value.empty()) fields.push_back({field, std::move(value)});
}

void canonicalise(Record& record) {
  auto& fields = record.fields;
  std::erase_if(fields, [](const FieldValue& v) { return v.value.empty(); });
  const auto before = [](const FieldValue& a, const FieldValue& b) { return a.field < b.field; };
  // Most sources name their columns in this order already.
  if (!std::is_sorted(fields.begin(), fields.end(), before)) std::stable_sort(fields.begin(), fields.end(), before);
  auto end = fields.begin();
  for (auto at = fields.begin(); at != fields.end(); ++at) {
    auto same = end;
    while (same != fields.begin() && std::prev(same)->field == at->field && !(*std::prev(same) == *at)) --same;
    if (same != fields.begin() && *std::prev(same) == *at) continue;
    if (end != at) *end = std::move(*at);
    ++end;
  }
  fields.erase(end, fields.end());
}

std::string fields_json(const Record& record) {
  constexpr std::size_t kAround = 32;  // a field's name and the signs around name and value
  std::size_t size = 2;
  for (const FieldValue& value : record.fields) size += value.value.size() + kAround;
  std::string out;
  out.reserve(size);
  out.push_back('{');
  for (std::size_t i = 0; i < record.fields.size();) {
    const FieldSpec& spec = field_spec(record.fields[i].field);
    if (i > 0) out.push_back(',');
    append_json_string(out, spec.name);
    out.push_back(':');
    if (!spec.multiple) {
      append_json_string(out, record.fields[i++].value);
      continue;
    }
    out.push_back('[');
    for (bool first = true; i < record.fields.size() && record.fields[i].field == spec.id; ++i, first = false) {
      if (!first) out.push_back(',');
      append_json_string(out, record.fields[i].value);
    }
    out.push_back(']');
  }
  out.push_back('}');
  return out;
}

Result<std::vector<FieldValue>> fields_from_json(std::string_view json) {
  boost::system::error_code error;
  unsigned char scratch[16384];
  boost::json::monotonic_resource memory(scratch);
  const boost::json::value parsed = boost::json::parse(json, error, &memory);
  if (error || !parsed.is_object()) return bad_json("expected a JSON object");
  std::vector<FieldValue> fields;
  fields.reserve(parsed.get_object().size());
  for (const auto& [name, value] : parsed.get_object()) {
    const auto field = field_from_name({name.data(), name.size()});
    if (!field) return bad_json("no field is called '" + std::string(name) + "'");
    if (const auto* text = value.if_string()) {
      fields.push_back({*field, std::string(*text)});
    } else if (const auto* list = value.if_array()) {
      for (const auto& item : *list) {
        if (!item.is_string()) return bad_json("'" + std::string(name) + "' holds something that is no string");
        fields.push_back({*field, std::string(item.get_string())});
      }
    } else {
      return bad_json("'" + std::string(name) + "' is neither string nor array");
    }
  }
  return fields;
}

std::uint64_t content_hash(const Record& record) { return content_hash(record, fields_json(record)); }

}  // namespace tanmiao
