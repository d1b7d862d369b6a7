// A source whose files lie in folders of FTP or SFTP servers: what is new is fetched into its inbox, then the inbox is
// read as that of any folder source.
//
// Fetching: one connection to a host, at the pace of any other host; the first mirror that does not rest is asked. A
// file comes into NAME.*.part and is gone on with where it was cut off; it gets its name when it is whole and synced.
// When a date's files are there its folder is listed once more: a file that grew or changed meanwhile is not taken.
// The ledger (crawler/remote_ledger.h) says which dates are done with.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "crawler/crawl_batch.h"
#include "crawler/fetcher_hosts.h"
#include "crawler/network_source.h"
#include "crawler/remote_client.h"
#include "crawler/remote_ledger.h"
#include "crawler/secrets.h"

namespace tanmiao::crawler {

// Connections by host, shared by all sources of a night.
using RemoteClients = std::map<std::string, std::shared_ptr<RemoteClient>>;

inline constexpr int kGoodStatus = 200;         // what HTTP would have said
inline constexpr std::size_t kRemoteTries = 4;  // of one listing or file, at each mirror

class RemoteSource : public NetworkSource {
 public:
  RemoteSource(const CrawlEnv& env, const Source& source, boost::asio::io_context& loop, Hosts& hosts,
               const std::atomic<bool>& halt, Secrets secrets, RemoteClients& clients);
  Status open() override;
  void tell_begin() const override;
  boost::asio::awaitable<void> run() override;
  const Status& status() const override { return status_; }
  Result<SourceReport> finish() override;

 private:
  struct Visit;  // of one date
  using Ask = std::function<RemoteAnswer(RemoteClient&, const RemoteAccess&, const RemoteClient::GoOn&)>;

  bool over() const { return halt_ || !status_ || !cut_.empty(); }
  std::optional<std::size_t> choose(const std::set<std::size_t>& without);
  boost::asio::awaitable<std::optional<RemoteAnswer>> ask(std::size_t host, Ask what);
  boost::asio::awaitable<RemoteAnswer> work(std::size_t host, const Ask& what);
  boost::asio::awaitable<std::optional<RemoteAnswer>> list(std::string folder, std::size_t& host);
  boost::asio::awaitable<void> list_dates(const RemoteFolder& folder);
  boost::asio::awaitable<void> visit_date(const RemoteFolder& folder, Date date);
  boost::asio::awaitable<bool> visit_once(Visit& visit);
  boost::asio::awaitable<bool> fetch(Visit& visit, std::size_t host, const std::string& name, const RemoteEntry& entry);
  bool here(Visit& visit, std::size_t host, const std::string& name, const RemoteEntry& entry);
  void note_listing(Visit& visit, std::size_t host, const std::vector<RemoteEntry>& entries,
                    std::map<std::string, RemoteEntry>& wanted);
  std::uint64_t bytes_left() const;
  bool spent();
  void failed(const std::string& path, const std::string& why, std::size_t host = 0);
  void tell_came(CrawlEvent::Kind kind, std::size_t host, const std::string& address, const std::string& why,
                 int status);
  void save();
  Status settle(const SourceReport& report);
  Status let_go_of_files();

  const CrawlEnv& env_;
  const Source& source_;
  const RemoteRules& rules_;
  boost::asio::io_context& loop_;
  boost::asio::thread_pool worker_{1};
  Hosts& hosts_;
  Policy policy_;
  const std::atomic<bool>& halt_;
  Secrets secrets_;
  std::vector<RemoteAccess> access_;                    // by host
  std::vector<std::shared_ptr<RemoteClient>> clients_;  // by host
  std::filesystem::path inbox_;
  RemoteLedger ledger_;
  std::map<std::string, std::set<Date>> visited_;  // by pattern: dates whose listing is done with
  std::string cut_, first_failure_;
  bool shut_ = false;  // outside the hours in which it may be asked
  std::uint64_t failures_ = 0, fetched_ = 0, listed_ = 0;
  std::uint64_t told_requests_ = 0, told_bytes_ = 0;  // to whoever watches
  std::size_t dates_left_ = 0, files_left_ = 0;       // that are known and not yet asked for
  Status status_;
};

// Its private key can be used and is nobody else's to read.
Status check_key_file(const CrawlConfig& config, const Source& source);
// What the report says of a remote source even in a night that did not ask it.
Result<std::vector<std::string>> remote_alarms(const CrawlEnv& env, const Source& source);

}  // namespace tanmiao::crawler
