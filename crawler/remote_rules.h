// [remote] of a source file: folders of files on FTP and SFTP servers, as a patent office gives its bulk data out
// (docs/sources.md). What is fetched lies below the source's inbox under its path on the server, and is read as any
// inbox is; which server it came from is no part of its name.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/date.h"
#include "core/settings.h"
#include "crawler/request_rules.h"
#include "crawler/url.h"

namespace tanmiao::crawler {

// "/CN/X/data/{YYYYMMDD}rawdata/": one folder a date. Without a date it is one folder whose files stay.
struct RemoteFolder {
  std::string pattern;     // as written: names it in the ledger
  std::string above;       // "/CN/X/data": is listed for dates; without a date: the folder itself
  std::string head, tail;  // around the date within its segment: "", "rawdata"
  std::string below;       // "" or "/zips"
  bool dated = false, dashes = false;

  std::optional<Date> date_of(std::string_view name) const;  // of a name in `above`
  std::string path(Date date) const;                         // no '/' at its end; the date counts when dated
};

struct RemoteRules {
  enum class Tls : std::uint8_t { kOffered, kRequired, kNever };

  std::vector<Url>
      hosts;  // mirrors, in order of preference; scheme ftp, ftps or sftp; path: what stands before folders
  std::vector<RemoteFolder> folders;
  std::vector<std::string> files;  // name patterns; others are passed over
  std::string user, password;      // may hold {secret:NAME}; both empty: anonymous
  std::string key_file;            // SFTP: private key without a passphrase, mode 0600; relative to CrawlConfig::base
  std::string ca_file;             // FTPS: certificates that are trusted instead of the system's
  Tls tls = Tls::kOffered;         // ftp: AUTH TLS
  std::map<std::string, std::vector<std::string>> host_keys;  // SFTP: host or host:port -> "SHA256:..." as ssh shows it
  int keeps_days = 30;       // a date leaves the server so many days later; 0: it stays
  int alarm_days = 7;        // so many days before that, what is not taken is an alarm
  int settle_days = 1;       // a date is looked at again so much later before it counts as taken
  int keep_files_days = 30;  // files of a taken date lie in the inbox for so long; 0: for ever
};

// `hosts` of the source become those of [remote].
RemoteRules read_remote(Settings at, const SecretRules& secrets);
// "ftp://host[:port][/path]": no user, no password, no query. kConfig.
Result<Url> parse_remote_host(std::string_view text);
// kConfig: what is wrong with it.
Result<RemoteFolder> parse_remote_folder(std::string_view pattern);

}  // namespace tanmiao::crawler
