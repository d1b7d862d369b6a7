// What is kept and told of breaches, and which of them a person has answered for.
#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "crawler/contract.h"

namespace tanmiao::crawler {
namespace {

constexpr double kSlack = 0.05;  // by which a delivery may be worse than the one that was accepted

constexpr std::array<std::string_view, 13> kWords = {"rejected", "few_rows", "many_rows", "fewer",    "more",
                                                     "gone",     "fill",     "emptied",   "repeated", "outside",
                                                     "stale",    "template", "gap"};

bool worse_when_low(BreachKind kind) {
  return kind == BreachKind::kFewRows || kind == BreachKind::kFewer || kind == BreachKind::kFill ||
         kind == BreachKind::kEmptied;
}

bool covers(const Breach& accepted, const Breach& breach) {
  if (accepted.kind != breach.kind || accepted.of != breach.of) return false;
  return worse_when_low(breach.kind) ? breach.found >= accepted.found * (1 - kSlack)
                                     : breach.found <= accepted.found * (1 + kSlack);
}

}  // namespace

std::string_view breach_word(BreachKind kind) { return kWords[static_cast<std::size_t>(kind)]; }

std::string in_words(const std::vector<Breach>& breaches) {
  std::string out;
  for (const Breach& breach : breaches) out += (out.empty() ? "" : "；") + breach.text;
  return out;
}

std::vector<Breach> not_accepted(const std::vector<Breach>& breaches, const std::vector<Breach>& accepted) {
  std::vector<Breach> out;
  for (const Breach& breach : breaches)
    if (std::none_of(accepted.begin(), accepted.end(), [&](const Breach& a) { return covers(a, breach); }))
      out.push_back(breach);
  return out;
}

std::string breaches_json(const std::vector<Breach>& breaches) {
  boost::json::array out;
  for (const Breach& b : breaches)
    out.push_back(boost::json::object{
        {"kind", breach_word(b.kind)}, {"of", b.of}, {"expected", b.expected}, {"found", b.found}, {"text", b.text}});
  return boost::json::serialize(out);
}

std::vector<Breach> breaches_from_json(std::string_view json) {
  std::vector<Breach> out;
  boost::system::error_code failed;
  const auto parsed = boost::json::parse(json, failed);
  if (failed || !parsed.is_array()) return out;
  for (const auto& value : parsed.get_array()) {
    const auto* const object = value.if_object();
    if (object == nullptr) continue;
    const auto text = [&](std::string_view name) {
      const auto* const member = object->if_contains(name);
      return member != nullptr && member->is_string() ? std::string(member->get_string()) : std::string();
    };
    const auto number = [&](std::string_view name) {
      const auto* const member = object->if_contains(name);
      return member != nullptr && member->is_number() ? member->to_number<double>() : 0.0;
    };
    const auto kind = std::find(kWords.begin(), kWords.end(), text("kind"));
    if (kind == kWords.end()) continue;
    out.push_back({static_cast<BreachKind>(kind - kWords.begin()), text("of"), number("expected"), number("found"),
                   text("text")});
  }
  return out;
}

}  // namespace tanmiao::crawler
