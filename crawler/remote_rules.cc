#include "crawler/remote_rules.h"

#include <algorithm>

#include "core/text/normalize.h"

namespace tanmiao::crawler {
namespace {

constexpr std::string_view kCompact = "{YYYYMMDD}", kDashed = "{YYYY-MM-DD}";
constexpr std::string_view kFingerprint = "SHA256:";

Error no_host(std::string_view text) {
  return {Errc::kConfig, "expected ftp://, ftps:// or sftp://, a host, and a port or folder where needed; no user",
          std::string(text)};
}

Error no_folder(std::string_view why, std::string_view pattern) {
  return {Errc::kConfig, std::string(why), std::string(pattern)};
}

bool safe_segment(std::string_view segment) {
  return !segment.empty() && segment != "." && segment != ".." && segment.front() != '.' &&
         std::none_of(segment.begin(), segment.end(), [](char c) {
           return static_cast<unsigned char>(c) < 0x20 || c == 0x7f || c == '!' || c == '\\';
         });
}

void check_words(Settings& at, std::string_view key, const std::string& text, const SecretRules& secrets) {
  if (const std::string unknown = unknown_variable(text, secrets, {}); !unknown.empty())
    at.complain(key, "nothing is known as {" + unknown + "}: a [secrets.NAME] says where a secret comes from");
}

void read_host_keys(Settings at, RemoteRules& rules) {
  for (const std::string& host : at.keys()) {
    rules.host_keys[host] = at.texts(host);
    for (const std::string& print : rules.host_keys[host])
      if (!print.starts_with(kFingerprint) || print.size() != kFingerprint.size() + 43)
        at.complain(host, "expected the fingerprint of a host key as ssh-keygen -l shows it: SHA256:...");
  }
}

int days(Settings& at, std::string_view key, int fallback, int least, int most) {
  return static_cast<int>(at.integer(key, fallback, least, most));
}

}  // namespace

std::optional<Date> RemoteFolder::date_of(std::string_view name) const {
  const std::size_t length = dashes ? 10 : 8;
  if (!dated || name.size() != head.size() + length + tail.size()) return std::nullopt;
  if (!name.starts_with(head) || !name.ends_with(tail)) return std::nullopt;
  std::string text(name.substr(head.size(), length));
  if (!dashes) text.insert(4, "-").insert(7, "-");
  const auto date = parse_iso_date(text);
  return date ? std::optional(*date) : std::nullopt;
}

std::string RemoteFolder::path(Date date) const {
  if (!dated) return above;
  std::string day = iso(date);
  if (!dashes) std::erase(day, '-');
  return above + "/" + head + day + tail + below;
}

Result<Url> parse_remote_host(std::string_view text) {
  const std::size_t slashes = text.find("://");
  if (slashes == std::string_view::npos) return no_host(text);
  const std::string scheme = text::ascii_lower(text.substr(0, slashes));
  if (scheme != "ftp" && scheme != "ftps" && scheme != "sftp") return no_host(text);
  // The rest follows the rules of any address.
  auto read = parse_url("https" + std::string(text.substr(slashes)));
  if (!read || !read->query.empty() || text.find('#') != std::string_view::npos) return no_host(text);
  Url url = std::move(*read);
  url.scheme = scheme;
  while (url.path.ends_with('/')) url.path.pop_back();
  return url;
}

Result<RemoteFolder> parse_remote_folder(std::string_view pattern) {
  RemoteFolder out;
  out.pattern = std::string(pattern);
  if (!pattern.starts_with('/')) return no_folder("a remote folder begins with /", pattern);
  while (pattern.size() > 1 && pattern.ends_with('/')) pattern.remove_suffix(1);
  for (std::string_view rest = pattern.substr(1); !rest.empty();) {
    const std::size_t end = std::min(rest.find('/'), rest.size());
    const std::string_view segment = rest.substr(0, end);
    rest.remove_prefix(std::min(rest.size(), end + 1));
    if (!safe_segment(segment)) return no_folder("a part of a remote folder cannot be the name of a folder", pattern);
    const std::size_t compact = segment.find(kCompact), dashed = segment.find(kDashed);
    const std::size_t at = std::min(compact, dashed);
    if (at == std::string_view::npos) {
      (out.dated ? out.below : out.above).append("/").append(segment);
      continue;
    }
    if (out.dated) return no_folder("a remote folder has one date", pattern);
    out.dated = true;
    out.dashes = dashed < compact;
    out.head = std::string(segment.substr(0, at));
    out.tail = std::string(segment.substr(at + (out.dashes ? kDashed : kCompact).size()));
  }
  if (pattern.size() < 2) return no_folder("a remote folder has a name", pattern);
  const std::string texts = out.above + out.head + out.tail + out.below;
  if (texts.find_first_of("{}") != std::string::npos)
    return no_folder("expected the date as {YYYYMMDD} or {YYYY-MM-DD}", pattern);
  return out;
}

RemoteRules read_remote(Settings at, const SecretRules& secrets) {
  RemoteRules rules;
  for (const std::string& text : at.texts("hosts")) {
    auto host = parse_remote_host(text);
    if (host)
      rules.hosts.push_back(std::move(*host));
    else
      at.complain("hosts", host.error().message + ": " + text);
  }
  for (const std::string& text : at.texts("folders")) {
    auto folder = parse_remote_folder(text);
    if (folder)
      rules.folders.push_back(std::move(*folder));
    else
      at.complain("folders", folder.error().message + ": " + text);
  }
  rules.files = at.texts("files");
  rules.user = at.text("user", "");
  rules.password = at.text("password", "");
  check_words(at, "user", rules.user, secrets);
  check_words(at, "password", rules.password, secrets);
  if (!rules.password.empty() && rules.password.find("{secret:") == std::string::npos)
    at.complain("password", "does not stand in a source file: expected {secret:NAME}");
  rules.key_file = at.text("key_file", "");
  rules.ca_file = at.text("ca_file", "");
  const std::string tls = at.word("tls", "offered", {"offered", "required", "never"});
  rules.tls = tls == "required" ? RemoteRules::Tls::kRequired
              : tls == "never"  ? RemoteRules::Tls::kNever
                                : RemoteRules::Tls::kOffered;
  read_host_keys(at.table("host_keys"), rules);
  rules.keeps_days = days(at, "keeps_days", rules.keeps_days, 0, 3650);
  rules.alarm_days = days(at, "alarm_days", rules.alarm_days, 0, 3650);
  rules.settle_days = days(at, "settle_days", rules.settle_days, 0, 30);
  rules.keep_files_days = days(at, "keep_files_days", rules.keep_files_days, 0, 36'500);
  if (rules.hosts.empty()) at.complain("hosts", "a remote source names one host at least");
  if (rules.folders.empty()) at.complain("folders", "a remote source names one folder at least");
  if (rules.files.empty()) at.complain("files", "expected name patterns such as *.zip");
  for (const Url& host : rules.hosts)
    if (host.scheme == "sftp" && !rules.host_keys.contains(host.host) && !rules.host_keys.contains(host.authority()))
      at.complain("host_keys", "an SFTP host without a named key is not asked: " + host.authority());
  return rules;
}

}  // namespace tanmiao::crawler
