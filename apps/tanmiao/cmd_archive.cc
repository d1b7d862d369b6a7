// archive: raw pages go after their time, or because somebody lawfully asks for it.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <memory>
#include <set>

#include "apps/tanmiao/console.h"
#include "apps/tanmiao/raw_pages.h"
#include "apps/tanmiao/who_and_why.h"
#include "apps/tanmiao/workplace.h"
#include "crawler/archive.h"
#include "crawler/url.h"
#include "crawler/warc_index.h"

namespace tanmiao::app {
namespace {

namespace json = boost::json;

struct ArchiveOptions {
  std::string older_than, firm, by, reason;
  std::vector<std::string> urls;
  std::string source, url;
  bool dry = false, prefix = false;
};

Result<int> days_of(const std::string& text) {
  const std::string_view digits = std::string_view(text).substr(0, text.size() - (text.ends_with('d') ? 1 : 0));
  int days = 0;
  const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), days);
  if (failed != std::errc() || end != digits.data() + digits.size() || days < 1)
    return Error{Errc::kUsage, "'" + text + "': expected a number of days such as 90d", "--older-than"};
  return days;
}

void tell(const Common& common, const std::vector<crawler::ArchiveCut>& cuts, bool dry) {
  if (common.json) {
    for (const auto& cut : archive_json(cuts)) print_json(cut);
  } else {
    std::vector<std::vector<std::string>> rows;
    rows.reserve(cuts.size());
    for (const auto& cut : cuts)
      rows.push_back({cut.source, std::to_string(cut.pages), std::to_string(cut.bytes), std::to_string(cut.replayable),
                      std::to_string(cut.kept), std::to_string(cut.revisits)});
    if (!rows.empty())
      print(table({{"来源"}, {"页面", true}, {"字节", true}, {"其中可重读", true}, {"保留", true}, {"复访", true}},
                  rows));
  }
  std::uint64_t pages = 0, replayable = 0;
  for (const auto& cut : cuts) pages += cut.pages, replayable += cut.replayable;
  say((dry ? "将删除 " : "已删除 ") + std::to_string(pages) + " 个页面" +
      (replayable == 0
           ? std::string()
           : "，其中 " + std::to_string(replayable) + " 个是 tanmiao replay 要读的：记录保留，要重新读取只能再次抓取"));
}

Result<int> prune(const Common& common, const ArchiveOptions& options) {
  int days = 0;
  if (!options.older_than.empty()) {
    TANMIAO_ASSIGN(days, days_of(options.older_than));
  }
  const auto access = options.dry ? store::Access::kRead : store::Access::kWrite;
  TANMIAO_ASSIGN(auto place, open_workplace(common, access, "tanmiao archive prune"));
  if (options.older_than.empty()) days = place.config.keep_raw_days;
  if (days == 0)
    return Error{Errc::kUsage, "archive.keep_days is 0, raw pages are kept for ever: say --older-than", ""};
  TANMIAO_ASSIGN(const auto cuts, prune_raw_pages(place, days, now(), options.dry));
  tell(common, cuts, options.dry);
  return kDone;
}

// Every capture that a version of a record of the firm was read from.
Result<std::set<store::CaptureId>> captures_of_firm(Workplace& place, const std::string& firm) {
  TANMIAO_ASSIGN(const auto view, open_live(place));
  TANMIAO_ASSIGN(const auto number, find_firm(*view.snapshot, *place.reference, firm));
  TANMIAO_ASSIGN(const auto records, place.facts().records_of(number, {}));
  std::set<store::CaptureId> found;
  for (const auto& stored : records) {
    const Record& record = stored.record;
    TANMIAO_ASSIGN(const auto history, place.facts().history(record.source, record.kind, record.key));
    for (const auto& version : history) found.insert(version.record.origin.capture);
  }
  return found;
}

Result<int> remove(const Common& common, const ArchiveOptions& options) {
  if (options.urls.empty() == options.firm.empty())
    return Error{Errc::kUsage, "expected addresses, or --firm", "archive remove"};
  const auto access = options.dry ? store::Access::kRead : store::Access::kWrite;
  TANMIAO_ASSIGN(auto place, open_workplace(common, access, "tanmiao archive remove"));
  std::set<std::string> urls;
  for (const std::string& url : options.urls) {
    TANMIAO_ASSIGN(std::string normal, crawler::normal_url(url));
    urls.insert(std::move(normal));
  }
  std::set<store::CaptureId> captures;
  if (!options.firm.empty()) {
    TANMIAO_ASSIGN(captures, captures_of_firm(place, options.firm));
  }
  const crawler::Unwanted unwanted = [&](const store::Capture& c) {
    return captures.contains(c.id) || urls.contains(c.url);
  };
  const std::string& product = place.config.crawl.identity.product;
  TANMIAO_ASSIGN(auto cuts, crawler::cut_archive(*place.store, unwanted, product, true));
  if (cuts.empty()) return Error{Errc::kNotFound, "no raw page of this is kept", options.firm};
  if (!options.dry) {
    // Said before it is done: whatever is gone was written down.
    const std::string detail = json::serialize(json::object{{"reason", options.reason}, {"cuts", archive_json(cuts)}});
    const std::string subject = options.firm.empty() ? *urls.begin() : options.firm;
    TANMIAO_TRY(place.people().audit(options.by, "archive.remove", subject, detail, now()));
    TANMIAO_ASSIGN(cuts, crawler::cut_archive(*place.store, unwanted, product, false));
  }
  tell(common, cuts, options.dry);
  say("记录保留（不再列示企业用 tanmiao pool suppress）；页面再有变化仍会存档，除非来源已暂停或在 [scope] deny 中排除；"
      "此前的备份里仍有");
  return kDone;
}

Result<int> list_archived(const Common& common, const ArchiveOptions& options) {
  TANMIAO_ASSIGN(const std::string url, crawler::normal_url(options.url));
  const std::string key = crawler::surt_key(url);
  TANMIAO_ASSIGN(auto place, open_workplace(common, store::Access::kRead, "tanmiao archive list"));
  TANMIAO_ASSIGN(const auto sources, crawler::archived_entries(*place.store, options.source));
  std::vector<std::vector<std::string>> rows;
  std::size_t damaged = 0, found = 0;
  for (const auto& of : sources) {
    damaged += of.damage.size();
    for (const auto& e : of.entries) {
      if (options.prefix ? !e.key.starts_with(key) : e.key != key) continue;
      ++found;
      if (common.json)
        print_json(json::object{{"source", of.source},
                                {"url", e.url},
                                {"type", e.type},
                                {"time", e.timestamp},
                                {"status", e.status},
                                {"mime", e.mime},
                                {"digest", e.digest},
                                {"segment", e.file},
                                {"offset", e.offset},
                                {"length", e.length}});
      else
        rows.push_back({e.timestamp, e.type == "revisit" ? "复访" : "页面", std::to_string(e.status), of.source,
                        e.file + ":" + std::to_string(e.offset), std::to_string(e.length), e.url});
    }
  }
  if (!rows.empty())
    print(table({{"时间(UTC)"}, {"记录"}, {"状态", true}, {"来源"}, {"位置"}, {"字节", true}, {"网址"}}, rows));
  if (damaged > 0) say(std::to_string(damaged) + " 个存档文件读不完整，位置见 tanmiao check");
  if (found == 0) return Error{Errc::kNotFound, "no page of this address is archived", url};
  return kDone;
}

Result<int> index_archive(const Common& common, const ArchiveOptions& options) {
  TANMIAO_ASSIGN(auto place, open_workplace(common, store::Access::kWrite, "tanmiao archive index"));
  TANMIAO_ASSIGN(const auto sources, crawler::write_indexes(*place.store, options.source));
  bool sound = true;
  std::vector<std::vector<std::string>> rows;
  for (const auto& of : sources) {
    for (const std::string& damage : of.damage) say(damage);
    sound = sound && of.damage.empty();
    if (common.json)
      print_json(json::object{{"source", of.source},
                              {"segments", of.segments},
                              {"entries", of.entries},
                              {"damage", json::array(of.damage.begin(), of.damage.end())}});
    else
      rows.push_back({of.source, std::to_string(of.segments), std::to_string(of.entries)});
  }
  if (!rows.empty()) print(table({{"来源"}, {"存档文件", true}, {"条目", true}}, rows));
  return sound ? kDone : exit_code(Errc::kCorrupt);
}

}  // namespace

Action declare_archive(CLI::App& app, Common& common) {
  app.require_subcommand(1);
  auto options = std::make_shared<ArchiveOptions>();
  CLI::App* pruning = add_leaf(app, common, "prune", "removes raw pages after their time (archive.keep_days)",
                               "tanmiao archive prune --older-than 90d --dry-run");
  pruning->add_option("--older-than", options->older_than, "days, instead of archive.keep_days: 90d");
  CLI::App* removing =
      add_leaf(app, common, "remove", "takes raw pages down: addresses, or all that a firm rests on",
               "tanmiao archive remove https://data.example/a.html --by 'office' --reason 'request of 2026-11-20'");
  removing->add_option("URL", options->urls, "addresses of pages");
  removing->add_option("--firm", options->firm, "credit code, number or name");
  removing->add_option("--by", options->by, "who decides: an office or a role")->transform(who())->required();
  removing->add_option("--reason", options->reason, "why, for the audit")->transform(why())->required();
  for (CLI::App* leaf : {pruning, removing}) leaf->add_flag("--dry-run", options->dry, "only says what would go");
  CLI::App* listing =
      add_leaf(app, common, "list", "what is archived of an address: pages, and visits that found it the same",
               "tanmiao archive list https://data.example/a.html");
  listing->add_option("URL", options->url, "the address")->required();
  listing->add_flag("--prefix", options->prefix, "all addresses that begin so");
  CLI::App* indexing = add_leaf(app, common, "index", "writes the CDXJ index beside every segment of the archive",
                                "tanmiao archive index");
  for (CLI::App* leaf : {listing, indexing}) leaf->add_option("--source", options->source, "of this source only");
  return [=, &common] {
    if (listing->parsed()) return list_archived(common, *options);
    if (indexing->parsed()) return index_archive(common, *options);
    return pruning->parsed() ? prune(common, *options) : remove(common, *options);
  };
}

}  // namespace tanmiao::app
