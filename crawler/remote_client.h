// FTP, FTPS and SFTP by libcurl: one connection to one host, used by one request at a time. Calls block; who waits and
// how politely is the caller's affair (crawler/remote_crawl.h). Nothing that is kept or told holds a user or password.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/error.h"
#include "crawler/remote_listing.h"
#include "crawler/remote_rules.h"

namespace tanmiao::crawler {

// Filled in: what a host is told.
struct RemoteAccess {
  Url host;
  std::string user, password, key_file, ca_file;
  RemoteRules::Tls tls = RemoteRules::Tls::kOffered;
  std::vector<std::string> fingerprints;            // of its host key; SFTP is refused without one that fits
  const std::vector<std::string>* named = nullptr;  // as of crawler/connect_guard.h; outlives it
};

struct RemoteAnswer {
  enum class Kind : std::uint8_t {
    kGood,
    kNotThere,  // the host has no such folder or file
    kRefused,   // log-in, host key, certificate: asking again would not help, and may lock the account
    kTrouble,   // may pass
    kGrew,      // the file is longer than it was listed
    kNoResume,  // the host cannot go on from where the file was cut off
    kOurs,      // we ended it: a wish to stop, a bound
  };
  Kind kind = Kind::kTrouble;
  std::string note;                  // Chinese; of what is not good
  std::vector<RemoteEntry> entries;  // of a listing
  std::uint64_t bytes = 0;           // received
  std::chrono::milliseconds took{0};
  std::optional<Error> disk;  // of ours: the file could not be written
};

class RemoteClient {
 public:
  RemoteClient();
  ~RemoteClient();
  RemoteClient(const RemoteClient&) = delete;
  RemoteClient& operator=(const RemoteClient&) = delete;

  using GoOn = std::function<bool()>;  // asked once a second at least
  RemoteAnswer list(const RemoteAccess& access, const std::string& folder, const GoOn& go_on);
  // Bytes from `offset` to `size` of a file behind what `fd` holds; `most`: no more than so many now (kOurs then).
  RemoteAnswer get(const RemoteAccess& access, const std::string& folder, const std::string& raw_name, int fd,
                   std::uint64_t offset, std::uint64_t size, std::uint64_t most, const GoOn& go_on);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tanmiao::crawler
