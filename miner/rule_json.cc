#include "miner/rule_json.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <charconv>
#include <cmath>
#include <stdexcept>
#include <vector>

#include "core/settings.h"

namespace tanmiao::miner::rule_json {
namespace json = boost::json;
namespace {

std::string place_of(const std::string& at, std::string_view key) {
  return at.empty() ? std::string(key) : at + "." + std::string(key);
}

}  // namespace

Result<json::value> parse(std::string_view text, const std::string& file) {
  json::stream_parser parser;
  boost::system::error_code failed;
  const std::size_t read = parser.write_some(text.data(), text.size(), failed);
  if (!failed && read == text.size()) parser.finish(failed);
  if (!failed && parser.done() && text.find_first_not_of(" \t\r\n", read) == std::string_view::npos)
    return parser.release();
  const std::string_view before = text.substr(0, read);
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const std::size_t begin = before.rfind('\n');
  const std::size_t column = 1 + read - (begin == std::string_view::npos ? 0 : begin + 1);
  return Error{Errc::kConfig, "is no JSON: " + (failed ? failed.message() : std::string("extra data")),
               file + ":" + std::to_string(line) + ":" + std::to_string(column)};
}

void refuse(const std::string& at, const std::string& message) {
  throw std::runtime_error(at.empty() ? message : at + ": " + message);
}

std::string shown(double number) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), number);
  return {text.data(), end.ptr};
}

const json::value& needed(const json::object& owner, std::string_view key, const std::string& at) {
  const json::value* value = owner.if_contains(key);
  if (value == nullptr) refuse(place_of(at, key), "is missing");
  return *value;
}

std::string text(const json::object& owner, std::string_view key, const std::string& at) {
  const json::value* value = owner.if_contains(key);
  if (value == nullptr || value->is_null()) return {};
  if (!value->is_string()) refuse(place_of(at, key), "expected a text, found " + json::serialize(*value));
  return std::string(value->get_string());
}

std::string needed_text(const json::object& owner, std::string_view key, const std::string& at) {
  needed(owner, key, at);
  std::string found = text(owner, key, at);
  if (found.empty()) refuse(place_of(at, key), "expected a text");
  return found;
}

std::optional<Date> date(const json::object& owner, std::string_view key, const std::string& at) {
  const json::value* value = owner.if_contains(key);
  if (value == nullptr || value->is_null()) return std::nullopt;
  if (value->is_string())
    if (const auto parsed = parse_iso_date(value->get_string())) return *parsed;
  refuse(place_of(at, key), "expected a day such as 2022-06-01, found " + json::serialize(*value));
}

const json::object& object(const json::value& value, const std::string& at) {
  if (!value.is_object()) refuse(at, "expected an object {...}");
  return value.get_object();
}

const json::array& array(const json::value& value, const std::string& at) {
  if (!value.is_array()) refuse(at, "expected a list [...]");
  return value.get_array();
}

double number(const json::value& value, const std::string& at, double least, double most) {
  const double found = value.is_number() ? value.to_number<double>() : std::nan("");
  if (!(found >= least && found <= most))
    refuse(at, "expected a number from " + shown(least) + " to " + shown(most) + ", found " +
                   (std::isnan(found) ? json::serialize(value) : shown(found)));
  return found;
}

int whole(const json::value& value, const std::string& at, int least, int most) {
  const double found = value.is_number() ? value.to_number<double>() : std::nan("");
  if (!(found >= least && found <= most) || found != std::floor(found))
    refuse(at, "expected a whole number from " + std::to_string(least) + " to " + std::to_string(most) + ", found " +
                   (std::isnan(found) ? json::serialize(value) : shown(found)));
  return static_cast<int>(found);
}

void read_days(const json::object& root, Date& from, std::optional<Date>& to) {
  needed(root, "valid_from", "");
  const auto first = date(root, "valid_from", "");
  if (!first) refuse("valid_from", "expected a day such as 2022-06-01");
  from = *first;
  to = date(root, "valid_to", "");
  if (to && *to < from) refuse("valid_to", "is before valid_from");
}

void only_slips_refused(const json::object& owner, std::initializer_list<std::string_view> known,
                        const std::string& at) {
  const std::vector<std::string_view> words(known);
  for (const auto& [key, value] : owner) {
    const std::string_view word(key);
    if (std::find(words.begin(), words.end(), word) != words.end()) continue;
    if (nearest_word(word, words)) refuse(place_of(at, word), "is no member" + did_you_mean(word, words));
  }
}

}  // namespace tanmiao::miner::rule_json
