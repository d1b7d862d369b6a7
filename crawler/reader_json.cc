// JSON answers: an array of rows, or a text in which links are looked for.
#include <boost/json.hpp>

#include <deque>
#include <set>

#include "crawler/reader_parts.h"

namespace tanmiao::crawler {
namespace {

namespace json = boost::json;

// "data.rows": members one below the other; nullptr when one is missing.
const json::value* at_path(const json::value& root, std::string_view path) {
  const json::value* here = &root;
  while (!path.empty()) {
    const std::size_t dot = path.find('.');
    const std::string_view name = path.substr(0, dot);
    if (!here->is_object()) return nullptr;
    here = here->get_object().if_contains(json::string_view(name.data(), name.size()));
    if (here == nullptr) return nullptr;
    path = dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1);
  }
  return here;
}

std::string text_of(const json::value& value) {
  if (value.is_null()) return {};
  if (value.is_string()) return std::string(value.get_string().c_str(), value.get_string().size());
  return json::serialize(value);
}

// Members of the rows that no column reads. A column reads a whole member, also where it looks at a part of it.
class Unmapped {
 public:
  explicit Unmapped(const Reading& reading) : reading_(reading) {
    for (const auto& [field, path] : reading.page.columns) read_.insert(path.substr(0, path.find('.')));
  }
  void row(const json::value& row) {
    if (!row.is_object()) return;
    for (const auto& member : row.get_object()) {
      const std::string_view name(member.key().data(), member.key().size());
      if (read_.contains(name) || told_.size() >= kMostTold || !told_.emplace(name).second) continue;
      reading_.sink.unmapped(name);
    }
  }

 private:
  static constexpr std::size_t kMostTold = 200;  // more are keys, no names
  const Reading& reading_;
  std::set<std::string, std::less<>> read_, told_;
};

Status read_row(const Reading& reading, const Mapper& mapper, const json::value& value, std::uint32_t line) {
  std::deque<std::string> kept;
  RawRow row;
  row.line = line;
  for (std::size_t column = 0; column < reading.page.columns.size(); ++column) {
    const json::value* found = at_path(value, reading.page.columns[column].second);
    if (found == nullptr) continue;
    if (!found->is_array()) {
      row.values.push_back({column, kept.emplace_back(text_of(*found))});
      continue;
    }
    for (const json::value& one : found->get_array()) row.values.push_back({column, kept.emplace_back(text_of(one))});
  }
  return mapper.row(row, reading.sink);
}

std::string without_escaped_slashes(std::string text) {
  for (auto at = text.find("\\/"); at != std::string::npos; at = text.find("\\/", at)) text.erase(at, 1);
  return text;
}

}  // namespace

Status read_json(const Reading& reading) {
  TANMIAO_ASSIGN(const std::string bytes, document_bytes(reading.document));
  TANMIAO_ASSIGN(const std::string text, document_text(reading, bytes, "utf-8"));
  boost::system::error_code failed;
  json::parse_options options;
  options.max_depth = 64;
  const json::value root = json::parse(text, failed, {}, options);
  if (failed) return Error{Errc::kFormat, "is no JSON: " + failed.message(), reading.document.part};
  TANMIAO_TRY(links_in_text(reading, without_escaped_slashes(text)));
  if (!reading.page.kind) return {};
  const json::value* rows = at_path(root, reading.page.rows);
  if (rows == nullptr || !(rows->is_array() || rows->is_object()))
    return Error{Errc::kFormat, "has no rows at '" + reading.page.rows + "'", reading.document.part};
  const Mapper mapper(reading.source, reading.page, reading.document, reading.context);
  Unmapped unmapped(reading);
  if (rows->is_object()) {
    unmapped.row(*rows);
    return read_row(reading, mapper, *rows, 1);
  }
  std::uint32_t line = 0;
  for (const json::value& row : rows->get_array()) {
    unmapped.row(row);
    TANMIAO_TRY(read_row(reading, mapper, row, ++line));
  }
  return {};
}

}  // namespace tanmiao::crawler
