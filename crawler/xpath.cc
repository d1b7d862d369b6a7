#include "crawler/xpath.h"

#include <unordered_map>

namespace tanmiao::crawler {

const pugi::xpath_query* xpath(const std::string& text) {
  thread_local std::unordered_map<std::string, pugi::xpath_query> compiled;
  const auto known = compiled.find(text);
  if (known != compiled.end()) return &known->second;
  try {
    return &compiled.emplace(text, pugi::xpath_query(text.c_str())).first->second;
  } catch (const pugi::xpath_exception&) {
    return nullptr;
  }
}

std::string xpath_fault(const std::string& text) {
  try {
    const pugi::xpath_query query(text.c_str());
    return {};
  } catch (const pugi::xpath_exception& wrong) {
    return std::string(wrong.what()) + " at character " + std::to_string(wrong.result().offset);
  }
}

}  // namespace tanmiao::crawler
