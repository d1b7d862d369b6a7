// Reading of JSON that may be of another version: what is missing is empty.
#pragma once

#include <boost/json.hpp>
#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>

namespace tanmiao::server {

inline std::string_view text_of(const boost::json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string_view(value->get_string()) : std::string_view();
}

inline std::int64_t number_of(const boost::json::object& object, std::string_view name, std::int64_t missing = -1) {
  const auto* value = object.if_contains(name);
  if (value == nullptr || !value->is_number()) return missing;
  if (value->is_int64()) return value->get_int64();
  if (value->is_uint64()) return static_cast<std::int64_t>(value->get_uint64());
  return std::llround(value->get_double());
}

inline double real_of(const boost::json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_number() ? value->to_number<double>() : 0.0;
}

inline bool flag_of(const boost::json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_bool() && value->get_bool();
}

inline const boost::json::object& object_of(const boost::json::object& object, std::string_view name) {
  static const boost::json::object none;
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_object() ? value->get_object() : none;
}

// Calls f with every member of an array that is an object.
template <class F>
void each_of(const boost::json::object& object, std::string_view name, F&& f) {
  const auto* value = object.if_contains(name);
  if (value == nullptr || !value->is_array()) return;
  for (const auto& item : value->get_array())
    if (item.is_object()) f(item.get_object());
}

template <class F>
void each_text(const boost::json::object& object, std::string_view name, F&& f) {
  const auto* value = object.if_contains(name);
  if (value == nullptr || !value->is_array()) return;
  for (const auto& item : value->get_array())
    if (item.is_string()) f(std::string_view(item.get_string()));
}

}  // namespace tanmiao::server
