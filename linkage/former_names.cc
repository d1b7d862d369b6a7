#include "linkage/former_names.h"

#include <array>
#include <string>

#include "linkage/values.h"

namespace tanmiao::linkage {
namespace {

constexpr std::array<std::string_view, 4> kSeparators{"；", ";", "|", "\n"};
constexpr std::array<std::string_view, 3> kLabels{"曾用名", "原名称", "原名"};

void trim(std::string_view& text) {
  constexpr std::string_view kIdeographic = "　";
  for (bool again = true; again;) {
    again = false;
    if (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1), again = true;
    if (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1), again = true;
    if (text.starts_with(kIdeographic)) text.remove_prefix(kIdeographic.size()), again = true;
    if (text.ends_with(kIdeographic)) text.remove_suffix(kIdeographic.size()), again = true;
  }
}

// "曾用名：甲公司" -> "甲公司"; a word without a colon behind it is part of the name.
void drop_label(std::string_view& text) {
  for (const std::string_view label : kLabels) {
    if (!text.starts_with(label)) continue;
    for (const std::string_view colon : {"：", ":"})
      if (text.substr(label.size()).starts_with(colon)) {
        text.remove_prefix(label.size() + colon.size());
        return trim(text);
      }
  }
}

Day day_in(std::string_view text) {
  for (const std::string_view word : {"自", "从", "变更于", "变更"})
    if (text.starts_with(word)) text.remove_prefix(word.size());
  for (const std::string_view word : {"以前", "之前", "前", "止", "变更", "更名", "起"})
    if (text.ends_with(word)) text.remove_suffix(word.size());
  trim(text);
  return day_of(text);
}

// "2015-03-02至2018-06-01", "至2018-06-01", "2015-03-02起", "2018-06-01变更". False: it is about no days.
bool read_days(std::string_view text, FormerName& name) {
  trim(text);
  for (const std::string_view between : {"至", "到", "～", "~", "—", " - "}) {
    const std::size_t at = text.find(between);
    if (at == std::string_view::npos) continue;
    const std::string_view first = text.substr(0, at), second = text.substr(at + between.size());
    const Day from = day_in(first), until = day_in(second);
    if (until == kNoDay || (from == kNoDay && !first.empty())) return false;
    name.from = from, name.until = until;
    return true;
  }
  const Day day = day_in(text);
  if (day == kNoDay) return false;
  (text.ends_with("起") ? name.from : name.until) = day;
  return true;
}

void take_days(FormerName& name) {
  for (const auto& [open, close] : {std::pair<std::string_view, std::string_view>{"（", "）"}, {"(", ")"}}) {
    if (!name.name.ends_with(close)) continue;
    const std::size_t at = name.name.rfind(open);
    if (at == std::string_view::npos || at == 0) continue;
    const std::string_view inside =
        name.name.substr(at + open.size(), name.name.size() - at - open.size() - close.size());
    if (!read_days(inside, name)) continue;
    name.name = name.name.substr(0, at);
    trim(name.name);
    return;
  }
}

}  // namespace

std::vector<FormerName> read_former_names(std::string_view text) {
  std::vector<FormerName> out;
  while (!text.empty()) {
    std::size_t end = text.size(), width = 0;
    for (const std::string_view separator : kSeparators)
      if (const std::size_t at = text.find(separator); at < end) end = at, width = separator.size();
    FormerName one{text.substr(0, end)};
    text.remove_prefix(end + width);
    trim(one.name);
    drop_label(one.name);
    take_days(one);
    if (!one.name.empty()) out.push_back(one);
  }
  return out;
}

std::vector<FormerName> former_names_of(const Slim& record) {
  const auto values = record.all(Field::kFormerName), until = record.all(Field::kFormerUntil);
  std::vector<FormerName> out;
  for (std::size_t n = 0; n < values.size(); ++n) {
    auto names = read_former_names(values[n]);
    if (names.size() == 1 && until.size() == values.size() && names[0].until == kNoDay)
      names[0].until = day_of(until[n]);
    out.insert(out.end(), names.begin(), names.end());
  }
  return out;
}

}  // namespace tanmiao::linkage
