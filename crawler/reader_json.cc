// JSON answers: an array of rows, or a text in which links are looked for.
#include <boost/json.hpp>

#include <deque>
#include <set>

#include "crawler/built_address.h"
#include "crawler/host_words.h"
#include "crawler/json_number.h"
#include "crawler/paging.h"
#include "crawler/patterns.h"
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
  if (value.is_double()) return plain_number(value.get_double());
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

Status read_row(const Reading& reading, Mapper& mapper, const json::value& value, std::uint32_t line) {
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

// An answer that says of itself that it is none.
Status check_valid(const Reading& reading, const json::value& root) {
  const auto at = [&](const std::string& pointer) {
    boost::system::error_code missing;
    const json::value* const found = root.find_pointer(json::string_view(pointer.data(), pointer.size()), missing);
    return found == nullptr ? std::string() : text_of(*found);
  };
  for (const auto& [pointer, wanted] : reading.page.valid) {
    const std::string value = at(pointer);
    if (re2::RE2::FullMatch(value, pattern(wanted))) continue;
    const std::string words = reading.page.says.empty() ? std::string() : at(reading.page.says);
    return Error{Errc::kFormat,
                 "回答不是所要的数据：" + pointer + " 为 " + (value.empty() ? "空" : shown_words(value)) +
                     (words.empty() ? "" : "（" + shown_words(words) + "）"),
                 reading.document.part};
  }
  return {};
}

bool says_there_are_none(const Reading& reading, const json::value& root) {
  return paging_total(reading.page.paging, {reading.document.part, {}, &root, 0}) == 0;
}

Status read_all_rows(const Reading& reading, const json::value& root) {
  const json::value* rows = at_path(root, reading.page.rows);
  if (rows == nullptr && says_there_are_none(reading, root)) return {};
  if (rows == nullptr || !(rows->is_array() || rows->is_object()))
    return Error{Errc::kFormat, "has no rows at '" + reading.page.rows + "'", reading.document.part};
  Mapper mapper(reading.source, reading.page, reading.document, reading.context);
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

// Elements at a pointer in which '*' is each element of an array.
template <class Take>
Status each_element(const json::value& here, std::string_view pointer, Take&& take) {
  if (pointer.empty()) return take(here);
  const std::size_t end = std::min(pointer.find('/', 1), pointer.size());
  const std::string_view step = pointer.substr(0, end), rest = pointer.substr(end);
  if (step == "/*") {
    if (!here.is_array()) return {};
    for (const json::value& one : here.get_array()) {
      TANMIAO_TRY(each_element(one, rest, take));
    }
    return {};
  }
  boost::system::error_code missing;
  const json::value* const found = here.find_pointer(json::string_view(step.data(), step.size()), missing);
  return found == nullptr ? Status() : each_element(*found, rest, take);
}

Status link_of_element(const Reading& reading, const LinkRule& rule, const json::value& element) {
  const auto at = [&](std::string_view pointer) {
    boost::system::error_code missing;
    const json::value* const found = element.find_pointer(json::string_view(pointer.data(), pointer.size()), missing);
    return found == nullptr ? std::string() : text_of(*found);
  };
  for (const auto& [pointer, wanted] : rule.where)
    if (!re2::RE2::FullMatch(at(pointer), pattern(wanted))) return {};
  const std::string& form = rule.address;
  // The element's own address, whole.
  const bool whole = form.starts_with("{/") && form.find('}') == form.size() - 1;
  const std::string address =
      whole ? at(std::string_view(form).substr(1, form.size() - 2)) : built_address(form, [&](std::string_view name) {
        return name.starts_with('/') ? escape_all(at(name)) : query_parameter(url_of(reading.document.part), name);
      });
  return address.empty() ? Status() : offer_link(reading, rule, address, reading.document.part, {});
}

}  // namespace

Status links_in_json(const Reading& reading, const json::value& root) {
  for (const LinkRule& rule : reading.page.links) {
    if (rule.each.empty()) continue;
    const auto take = [&](const json::value& element) { return link_of_element(reading, rule, element); };
    TANMIAO_TRY(each_element(root, rule.each, take));
  }
  return {};
}

Status read_json(const Reading& reading) {
  TANMIAO_ASSIGN(const std::string bytes, document_bytes(reading.document));
  TANMIAO_ASSIGN(const DecodedText decoded, document_text(reading, bytes, "utf-8"));
  const std::string& text = decoded.text;
  boost::system::error_code failed;
  json::parse_options options;
  options.max_depth = 64;
  const json::value root = json::parse(text, failed, {}, options);
  if (failed) return Error{Errc::kFormat, "is no JSON: " + failed.message(), reading.document.part};
  TANMIAO_TRY(check_valid(reading, root));
  TANMIAO_TRY(links_in_json(reading, root));
  TANMIAO_TRY(links_in_text(reading, without_escaped_slashes(text), {}));
  if (reading.page.kind) {
    TANMIAO_TRY(read_all_rows(reading, root));
  }
  return offer_pages(reading, text, &root);
}

}  // namespace tanmiao::crawler
