// Reading of JSON that may be of another version: what is missing is empty. Templates over the object type of the JSON
// library, so that the library stays out of this header.
#pragma once

#include <cmath>
#include <cstdint>
#include <string_view>

namespace tanmiao {

template <class Object>
std::string_view text_of(const Object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string_view(value->get_string()) : std::string_view();
}

template <class Object>
std::int64_t number_of(const Object& object, std::string_view name, std::int64_t missing = -1) {
  const auto* value = object.if_contains(name);
  if (value == nullptr || !value->is_number()) return missing;
  if (value->is_int64()) return value->get_int64();
  if (value->is_uint64()) return static_cast<std::int64_t>(value->get_uint64());
  return std::llround(value->get_double());
}

template <class Object>
double real_of(const Object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_number() ? value->template to_number<double>() : 0.0;
}

template <class Object>
bool flag_of(const Object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_bool() && value->get_bool();
}

template <class Object>
const Object& object_of(const Object& object, std::string_view name) {
  static const Object none;
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_object() ? value->get_object() : none;
}

// Calls f with every member of an array that is an object.
template <class Object, class F>
void each_of(const Object& object, std::string_view name, F&& f) {
  const auto* value = object.if_contains(name);
  if (value == nullptr || !value->is_array()) return;
  for (const auto& item : value->get_array())
    if (item.is_object()) f(item.get_object());
}

template <class Object, class F>
void each_text(const Object& object, std::string_view name, F&& f) {
  const auto* value = object.if_contains(name);
  if (value == nullptr || !value->is_array()) return;
  for (const auto& item : value->get_array())
    if (item.is_string()) f(std::string_view(item.get_string()));
}

}  // namespace tanmiao
