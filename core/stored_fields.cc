#include "core/stored_fields.h"

#include <sodium.h>

#include <string>
#include <utility>
#include <vector>

namespace tanmiao {

namespace {

// Takes the stored form apart where it is as we write it and no value has anything escaped: most are so.
class PlainFields {
 public:
  explicit PlainFields(std::string_view json) : rest_(json) {}

  // false: the general reader has to look at it, and all that was visited counts for nothing.
  bool each(const std::function<void(Field, std::string_view)>& visit) {
    if (!take('{')) return false;
    if (take('}')) return rest_.empty();
    do {
      std::string_view name, value;
      if (!text(name) || !take(':')) return false;
      const auto field = field_from_name(name);
      if (!field) return false;
      if (!take('[')) {
        if (!text(value)) return false;
        visit(*field, value);
        continue;
      }
      do {
        if (!text(value)) return false;
        visit(*field, value);
      } while (take(','));
      if (!take(']')) return false;
    } while (take(','));
    return take('}') && rest_.empty();
  }

 private:
  bool take(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool text(std::string_view& out) {
    if (!take('"')) return false;
    const std::size_t end = rest_.find('"');
    if (end == std::string_view::npos) return false;
    out = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    return out.find('\\') == std::string_view::npos;
  }
  std::string_view rest_;
};

}  // namespace

Status each_field_of_json(std::string_view json, const std::function<void(Field, std::string_view value)>& visit) {
  std::vector<std::pair<Field, std::string_view>> plain;
  if (PlainFields(json).each([&](Field field, std::string_view value) { plain.emplace_back(field, value); })) {
    for (const auto& [field, value] : plain) visit(field, value);
    return {};
  }
  TANMIAO_ASSIGN(const std::vector<FieldValue> fields, fields_from_json(json));
  for (const FieldValue& one : fields) visit(one.field, one.value);
  return {};
}

std::uint64_t content_hash(const Record& record, std::string_view fields_json) {
  std::string bytes;
  bytes.reserve(fields_json.size() + record.key.size() + 16);
  bytes.push_back(static_cast<char>(record.kind));
  bytes += record.key;
  bytes.push_back('\0');
  bytes += fields_json;
  bytes += record.event_date ? iso(*record.event_date) : "-";
  unsigned char digest[crypto_generichash_BYTES_MIN];
  crypto_generichash(digest, sizeof digest, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), nullptr,
                     0);
  std::uint64_t hash = 0;
  for (int i = 7; i >= 0; --i) hash = hash << 8 | digest[i];
  return hash;
}

}  // namespace tanmiao
