#include "crawler/remote_listing.h"

#include <re2/re2.h>

#include <algorithm>
#include <charconv>

#include "core/text/normalize.h"
#include "crawler/unpack_names.h"

namespace tanmiao::crawler {
namespace {

constexpr std::size_t kLongestName = 200;  // bytes; what is added while it is fetched must fit 255

Error unread_line(std::string_view line) {
  return {Errc::kFormat, "a line of the listing cannot be read", std::string(line.substr(0, 200))};
}

template <class Each>
Status each_listed_line(std::string_view text, Each each) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(text.size(), end + 1));
    while (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) continue;
    TANMIAO_TRY(each(line));
  }
  return {};
}

std::optional<std::uint64_t> number_in(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

std::vector<RemoteEntry> sorted(std::vector<RemoteEntry> entries) {
  std::stable_sort(entries.begin(), entries.end(),
                   [](const RemoteEntry& a, const RemoteEntry& b) { return a.name < b.name; });
  return entries;
}

bool is_dots(std::string_view name) { return name == "." || name == ".."; }

// "type=file;size=12;modify=20261120120000; name"
Status mlsd_line(std::string_view line, std::vector<RemoteEntry>& out) {
  const std::size_t blank = line.find(' ');
  if (blank == std::string_view::npos || blank + 1 >= line.size()) return unread_line(line);
  RemoteEntry entry;
  entry.name = std::string(line.substr(blank + 1));
  std::string type;
  std::optional<std::uint64_t> size;
  for (std::string_view facts = line.substr(0, blank); !facts.empty();) {
    const std::size_t end = std::min(facts.find(';'), facts.size());
    const std::string_view fact = facts.substr(0, end);
    facts.remove_prefix(std::min(facts.size(), end + 1));
    const std::size_t equals = fact.find('=');
    if (equals == std::string_view::npos) return unread_line(line);
    const std::string key = text::ascii_lower(fact.substr(0, equals));
    const std::string_view value = fact.substr(equals + 1);
    if (key == "type") type = text::ascii_lower(value);
    if (key == "size") size = number_in(value);
    if (key == "modify") entry.stamp = std::string(value);
  }
  if (type == "cdir" || type == "pdir" || type.starts_with("os.")) return {};
  entry.folder = type == "dir";
  if (!entry.folder && (type != "file" || !size)) return unread_line(line);
  entry.size = size.value_or(0);
  if (entry.folder) entry.size = 0;
  out.push_back(std::move(entry));
  return {};
}

// A name may begin with blanks: exactly one stands before it.
Status list_line(std::string_view line, std::vector<RemoteEntry>& out) {
  static const re2::RE2 unix_form(
      R"(([-dlbcps])[-rwxsStTlL]{9}[+.@]?\s+\d+\s+\S+\s+(?:\S+\s+)?(\d+)\s+([A-Za-z]{3}\s+\d{1,2}\s+(?:\d{1,2}:\d\d|\d{4})) (.+))",
      re2::RE2::Latin1);
  static const re2::RE2 dos_form(R"((\d\d-\d\d-\d{2,4}\s+\d\d:\d\d(?:[AP]M)?)\s+(<DIR>|\d+)\s+(.+))", re2::RE2::Latin1);
  static const re2::RE2 device(R"([bcps][-rwxsStT]{9}.*)", re2::RE2::Latin1);
  static const re2::RE2 total(R"(total \d+)", re2::RE2::Latin1);
  const re2::StringPiece text(line.data(), line.size());
  std::string type, size, name, stamp;
  RemoteEntry entry;
  if (re2::RE2::FullMatch(text, unix_form, &type, &size, &stamp, &name)) {
    if (type != "-" && type != "d") return {};
    entry.folder = type == "d";
  } else if (re2::RE2::FullMatch(text, dos_form, &stamp, &size, &name)) {
    entry.folder = size == "<DIR>";
  } else if (re2::RE2::FullMatch(text, total) || re2::RE2::FullMatch(text, device)) {
    return {};
  } else {
    return unread_line(line);
  }
  if (is_dots(name)) return {};
  const auto bytes = entry.folder ? std::optional<std::uint64_t>(0) : number_in(size);
  if (!bytes) return unread_line(line);
  entry.size = *bytes;
  entry.name = std::move(name);
  entry.stamp = std::move(stamp);
  out.push_back(std::move(entry));
  return {};
}

}  // namespace

Result<std::vector<RemoteEntry>> parse_mlsd(std::string_view text) {
  std::vector<RemoteEntry> out;
  TANMIAO_TRY(each_listed_line(text, [&](std::string_view line) { return mlsd_line(line, out); }));
  return sorted(std::move(out));
}

Result<std::vector<RemoteEntry>> parse_list(std::string_view text) {
  std::vector<RemoteEntry> out;
  TANMIAO_TRY(each_listed_line(text, [&](std::string_view line) { return list_line(line, out); }));
  return sorted(std::move(out));
}

Result<std::string> usable_name(std::string_view raw) {
  std::string name = member_name(raw);
  const bool odd = name.empty() || name.size() > kLongestName || is_dots(name) ||
                   name.find_first_of("/\\!") != std::string::npos || name.find("\xEF\xBF\xBD") != std::string::npos;
  if (odd || !unsafe_name(name).empty())
    return Error{Errc::kFormat, "the name of a remote file cannot be used", std::move(name)};
  return name;
}

}  // namespace tanmiao::crawler
