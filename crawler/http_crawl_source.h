// One source on the network, walking its frontier: fetch, archive, read, commit. Each of its hosts has a walk of its
// own, in the order in which the addresses were found; all of them run on one thread, pages are read on others. A host
// is asked again while its last pages are read: between two requests lies the pause, and a page that asks for a human
// is known by then.
#pragma once

#include <deque>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <unordered_map>

#include "crawler/crawl_batch.h"
#include "crawler/fetcher_hosts.h"
#include "crawler/known_parts.h"
#include "crawler/list_checks.h"
#include "crawler/lost_parts.h"
#include "crawler/mirrors.h"
#include "crawler/network_source.h"
#include "crawler/page_work.h"
#include "crawler/queue_note.h"
#include "crawler/request_maker.h"
#include "crawler/revisits.h"
#include "crawler/robots_tags.h"
#include "crawler/waiting.h"

namespace tanmiao::crawler {

class HttpSource : public NetworkSource {
 public:
  HttpSource(const CrawlEnv& env, const Source& source, boost::asio::io_context& loop,
             boost::asio::thread_pool& readers, boost::asio::thread_pool& committer, Hosts& hosts,
             const std::atomic<bool>& halt, Secrets secrets);
  void tell_begin() const override;
  Status open() override;  // batch, archive, frontier: new or taken up where it was cut off
  boost::asio::awaitable<void> run() override;
  const Status& status() const override { return status_; }
  Result<SourceReport> finish() override;

 private:
  // Names of the batch: addresses that were found; parts that were taken in it.
  static constexpr NameSet::Regard kSeen = 2, kRead = 4;
  static constexpr std::size_t kMostOutside = 10'000;
  static constexpr std::string_view kGone =
      "页面已不存在";  // note of an address: its host says that it is there no more
  struct Came {        // in answer to an address, for whoever watches
    int status = 0;
    std::uint64_t bytes = 0;
  };
  // An answer whose turn has not come: those of a host are taken in the order in which it gave them.
  struct Pending {
    Came came;
    std::function<Status()> take;  // once it is ready
    bool ready = false;
    std::size_t records = 0, rejected = 0;
  };
  // The addresses of one host that wait. Of the leased ones the store knows that they are about to be asked for.
  struct Lane {
    Waiting<store::UrlId> waiting;
    Waiting<store::FrontierUrl> leased;
    std::size_t leasing = 0;             // of leasing_
    bool walking = false, done = false;  // done: it has had enough
    bool to_begin = false;               // it stands in to_begin_
    bool leads_on = false;               // its last page may lead to what goes before the rest
    std::size_t set_aside = 0;           // addresses that waited when it had had enough
    int in_vain = 0;                     // in a row: addresses that had failed before and failed again
    std::deque<std::shared_ptr<Pending>> pending;
    std::size_t working = 0;                            // pages that came and are being read
    std::unique_ptr<boost::asio::steady_timer> worked;  // never runs out: it is cancelled when one of them is read
    bool empty() const { return waiting.empty() && leased.empty() && leasing == 0; }
    std::size_t left() const { return waiting.size() + leased.size() + leasing; }
    bool wants_lease() const {
      return !waiting.empty() && (leased.empty() || (!waiting.first().died && waiting.highest() > leased.highest()));
    }
    // Processes ended while what comes next was asked for.
    bool next_died() const { return !leased.empty() ? leased.first().died : !waiting.empty() && waiting.first().died; }
  };
  bool over_budget() const;
  void wait_in_lane(const store::FrontierUrl& url);
  bool needs_lease(const Lane& lane) const;
  Status lease_ahead();
  Status commit();
  void commit_when_due();
  void begin_commit();
  void end_commit(Status done, const std::exception_ptr& thrown);
  boost::asio::awaitable<void> commit_ended();
  void give_back();
  void set_aside(Lane& lane);
  bool not_due(const std::string& part, const PageRule& page, std::optional<Date> changed);
  bool may_skip(const PageRule& page) const;
  bool nests_too_deep(const FoundLink& link, const PageRule* page, const store::FrontierUrl& from,
                      const std::string& address);
  Status look_at_template();
  void keep_odd(const std::string& part, PageReading& reading);
  void offer_sitemaps(const std::string& origin);
  void note_same(const std::string& part);
  void unseen(const std::string& part, bool by_robots);
  void note_gone(const std::string& part, const std::string& why);
  void withdraw(const std::string& part);
  void note_asked(const PoliteAnswer& answer);
  void note_revisit(const std::string& part, const PageRule& page, bool same);
  // What was found there was not read tonight, and is found again by it alone: it does not rest.
  void not_read(std::string referrer);
  void note_led(const store::FrontierUrl& url);
  void begin_walks();
  void note_to_begin(Lane& lane);
  boost::asio::awaitable<void> walk(Lane& lane);
  boost::asio::awaitable<bool> visit(Lane& lane, store::FrontierUrl url);  // false: this host has had enough
  bool waits_for_work(const Lane& lane) const;
  boost::asio::awaitable<void> next_worked(Lane& lane);
  void begin_work(Lane& lane, const store::FrontierUrl& url, PageTask task, std::shared_ptr<Pending> pending);
  boost::asio::awaitable<void> work(Lane& lane, store::FrontierUrl url, PageTask task,
                                    std::shared_ptr<Pending> pending);
  void take_ready(Lane& lane);
  bool over() const;
  boost::asio::awaitable<PoliteAnswer> get(FetchRequest request, bool failed_before);  // crawler/mirrors.cc
  std::function<std::string(const Url&, const Url&)> redirect_rule(bool of_start) const;
  static bool has_failed(const store::FrontierUrl& url);  // in an earlier night, while it waits
  std::string for_another_night(const store::FrontierUrl& url, std::string_view word) const;
  std::string for_another_night(const store::FrontierUrl& url, const PoliteAnswer& answer) const;
  FetchRequest request_for(const store::FrontierUrl& url, const PageRule& page);
  // crawler/http_crawl_begin.cc
  Status take_up_all(store::BatchId batch);
  void offer_starts();
  void take_up(store::FrontierUrl url);
  void take_over(store::FrontierUrl url);
  bool strays(const store::FrontierUrl& url) const;
  std::string not_wanted(const store::FrontierUrl& url) const;
  bool wanted_again(store::FrontierUrl url) const;
  std::string out_of_scope(const store::FrontierUrl& url, const Url& parsed) const;
  void drop(store::FrontierUrl url, const std::string& why);

  std::size_t left_waiting() const;  // addresses that tonight's bounds left
  Status note_queue(SourceReport& report);
  std::optional<Address> address_of(const FoundLink& link) const;
  void offer(const FoundLink& link, const store::FrontierUrl& from);
  void outside(const std::string& address, const std::string& why);
  void cut_short(const std::string& why);
  bool goes_too_far(const std::string& address, std::uint16_t depth, const std::string& from);
  bool one_page_too_many(const FoundLink& link, const PageRule* page, const std::string& address);
  Status take(store::FrontierUrl url, const PoliteAnswer& answer, bool conditional);
  Status take_none(store::FrontierUrl url, const PoliteAnswer& answer);
  bool read_already(const store::FrontierUrl& url, const PoliteAnswer& answer);
  PageTask task_of(const store::FrontierUrl& url, const PageRule& page, const PoliteAnswer& answer);
  Status take_page(store::FrontierUrl url, const PageTask& task, PageWork work);
  Status archive(const PageTask& task, const PageWork& work, store::Capture& capture);
  WarcResponse archived(const store::FrontierUrl& url, const PoliteAnswer& answer) const;
  Status archive_same(const WarcResponse& response, const std::string& part);
  void note_sign(const SignSeen& sign);
  void end_source(const SignSeen& sign);
  Status take_sign(store::FrontierUrl url, const StopSign& sign, const std::string& address);
  void count(const std::string& address, const PageWishes& wishes);
  void heed(const std::string& address, const PageWishes& wishes, PageReading& reading);
  void settle(store::FrontierUrl url, store::UrlState state, std::string note);
  void tell_settled(const Came& came, std::size_t records, std::size_t rejected) const;
  std::string part_of(const std::string& address) const;

  const CrawlEnv& env_;
  const Source& source_;
  boost::asio::io_context& loop_;
  boost::asio::thread_pool& readers_;
  boost::asio::thread_pool& committer_;  // of one thread
  Hosts& hosts_;
  Policy policy_;
  Mirrors mirrors_;
  RequestMaker maker_;
  std::map<std::string, Lane> lanes_;  // by Hosts::lane_of
  std::size_t walking_ = 0;            // lanes
  std::vector<Lane*> to_begin_;        // got something while nobody walked them
  std::uint64_t working_bytes_ = 0;    // of the pages that are being read
  boost::asio::steady_timer all_done_;
  // A group is on its way into the store. What is leased by it may be asked for when it has ended.
  bool committing_ = false, lease_wanted_ = false;
  struct Leasing {
    Lane* lane;
    Rank rank;
    store::FrontierUrl url;
  };
  std::vector<Leasing> leasing_;
  boost::asio::steady_timer committed_;  // never runs out: it is cancelled when a commit ended
  std::exception_ptr thrown_;
  Scope scope_;
  const std::atomic<bool>& halt_;
  std::unique_ptr<CrawlBatch> batch_;
  std::uint64_t reading_;
  std::unordered_map<store::UrlId, store::FrontierUrl> fresh_;  // that wait, since the last commit
  std::size_t found_ = 0;                                       // addresses
  KnownParts parts_;
  LostParts lost_;
  Revisits revisits_;
  std::set<std::string> origins_;  // asked in this process
  std::set<std::string> unread_;   // attachments that no reader reads
  std::set<std::string> outside_;  // links that the scope does not follow; the first kMostOutside
  std::string first_outside_;
  std::uint64_t requests_ = 0, bytes_ = 0, taken_ = 0;
  store::Asked asked_;                                 // tonight, by all processes: what the bounds are held against
  std::uint64_t gone_ = 0, unseen_ = 0, refused_ = 0;  // pages; unseen_: known ones that may not be looked at
  std::uint64_t forbidden_ = 0;                        // those of unseen_ that robots.txt forbids
  std::string first_gone_, first_unseen_, first_refused_;
  std::uint64_t not_kept_ = 0, not_archived_ = 0;  // pages that ask for it
  std::uint64_t not_due_ = 0;                      // pages
  std::map<std::string, std::uint32_t> listed_;    // addresses by role, of roles whose lists go on
  ListChecks lists_;
  std::string cut_;              // why the walk ended before the frontier was empty
  bool stopped_ = false;         // a host is not asked any more
  bool spent_ = false;           // what may be asked in a night is used up
  bool left_over_ = false;       // an earlier night found addresses that it did not ask for
  QueueNote queue_;              // of the night before
  bool shut_ = false;            // the hours in which it may be asked are over
  std::uint64_t visited_ = 0;    // addresses
  std::uint32_t in_flight_ = 0;  // requests
  std::string first_failure_;
  struct WishCounts {
    std::uint64_t noindex = 0, noarchive = 0, nofollow = 0;
  };
  std::map<std::string, WishCounts> wishes_;  // by origin
  std::vector<SignSeen> signs_;
  store::Tallies good_, marks_;                  // of the last good delivery; of this one, what pages have
  std::set<std::string> dated_;                  // roles of pages that sitemaps and feeds lead to
  std::set<std::string> leads_to_unread_;        // pages, see not_read()
  std::map<std::string, std::string> led_from_;  // where pages that lead on were found, where some are dated
  std::map<std::string, int> nested_;            // sitemaps by address: how many lead to it
  std::set<std::string> sitemaps_offered_;       // origins
  Status room_;  // of the disk, after the last commit: what came is written all the same
  Status status_;
  // What is taken up is held against: names of the starts; addresses of this night that another start led to; whether
  // start and link rules are others than those by which what was left was found.
  std::set<std::string> starts_;
  NameSet strays_;
  bool other_start_ = false, other_links_ = false;
};

}  // namespace tanmiao::crawler
