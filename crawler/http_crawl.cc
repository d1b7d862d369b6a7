#include "crawler/http_crawl.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <thread>

#include "crawler/http_crawl_source.h"
#include "crawler/remote_crawl.h"
#include "crawler/robots_memory.h"

namespace tanmiao::crawler {
namespace asio = boost::asio;

namespace {

// Passes a wish to stop, the error of one source, or that the disk is at its floor on to all that is under way: each
// source writes down what it has.
asio::awaitable<void> watch(asio::io_context& loop, const CrawlEnv& env, std::atomic<bool>& halt,
                            std::optional<Error>& error, Fetcher& fetcher, Hosts& hosts, const std::size_t& running) {
  asio::steady_timer timer(loop);
  Observer* const observer = env.config.observer;
  while (running > 0) {
    if (env.stop) halt = true;
    if (const Status room = env.room(); !room && !error) error = room.error(), halt = true;
    if (halt) fetcher.cancel_all(), hosts.wake_all();
    if (observer != nullptr) observer->tick();
    timer.expires_after(std::chrono::milliseconds(50));
    co_await timer.async_wait(asio::use_awaitable);
  }
}

// The loop needs one of its own. Two at least: a page that takes long keeps no other host waiting.
std::size_t reading_threads() { return std::clamp(std::thread::hardware_concurrency(), 3U, 9U) - 1; }

Error as_error(const std::exception_ptr& thrown) {
  try {
    std::rethrow_exception(thrown);
  } catch (const std::exception& e) {
    return {Errc::kIo, std::string("crawling failed: ") + e.what(), ""};
  }
}

}  // namespace

Status check_secrets(const CrawlEnv& env, const Source& source) {
  const auto secrets = Secrets::load(source, env.config.base);
  return secrets ? check_key_file(env.config, source) : Status(secrets.error());
}

Result<std::vector<SourceReport>> crawl_http(const CrawlEnv& env, const std::vector<const Source*>& sources) {
  std::vector<SourceReport> reports;
  if (sources.empty()) return reports;
  const Identity& identity = env.config.identity;
  if (identity.contact.empty())
    return Error{Errc::kConfig, "no contact is given: a crawler says who it is", "crawl.contact"};
  asio::io_context loop(1);
  Fetcher fetcher(loop, identity.product + " (+" + identity.contact + ")");
  std::atomic<bool> halt = false;
  std::optional<Error> error;
  std::size_t running = sources.size();
  StoredHostMemory memory(env.store.facts(), env.night.today(), env.night.now());
  Hosts hosts(loop, fetcher, identity.product, halt, &memory, env.signs.get());
  hosts.observe(env.config.observer);
  asio::thread_pool readers(reading_threads());
  asio::thread_pool committer(1);
  RemoteClients clients;
  std::vector<std::unique_ptr<NetworkSource>> crawls;
  for (const Source* source : sources) {
    TANMIAO_ASSIGN(Secrets secrets, Secrets::load(*source, env.config.base));
    if (source->remote)
      crawls.push_back(std::make_unique<RemoteSource>(env, *source, loop, hosts, halt, std::move(secrets), clients));
    else
      crawls.push_back(
          std::make_unique<HttpSource>(env, *source, loop, readers, committer, hosts, halt, std::move(secrets)));
    TANMIAO_TRY(crawls.back()->open());
    crawls.back()->tell_begin();
  }
  for (const auto& crawl : crawls)
    asio::co_spawn(loop, crawl->run(), [&, one = crawl.get()](const std::exception_ptr& thrown) {
      --running;
      if (thrown && !error) error = as_error(thrown);
      if (!one->status() && !error) error = one->status().error();
      if (error) halt = true;
    });
  asio::co_spawn(loop, watch(loop, env, halt, error, fetcher, hosts, running), asio::detached);
  loop.run();
  hosts.remember_ends();
  if (error) return *error;
  TANMIAO_TRY(memory.status());
  for (const auto& crawl : crawls) {
    TANMIAO_ASSIGN(SourceReport report, crawl->finish());
    TANMIAO_TRY(remember_robots(env.store.facts(), report.robots));
    reports.push_back(std::move(report));
  }
  return reports;
}

}  // namespace tanmiao::crawler
