// check: is what lies in the data folder sound; is the configuration; are these identifiers.
#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <sstream>

#include "apps/tanmiao/console.h"
#include "apps/tanmiao/who_and_why.h"
#include "apps/tanmiao/workplace.h"
#include "core/hash.h"
#include "core/identifiers.h"
#include "core/settings.h"
#include "crawler/robots.h"
#include "crawler/source_files.h"
#include "miner/campaign_faults.h"
#include "miner/learn/rank.h"
#include "store/audit_note.h"
#include "store/columns/run_table.h"
#include "tabular/charset.h"
#include "tabular/reference_reader.h"

namespace tanmiao::app {
namespace {

namespace json = boost::json;

struct CheckOptions {
  std::string by, reason;
  bool digest = false, dump = false;
  std::vector<std::string> ids;
  std::string agent, url, file;  // of robots
};

// Hashes lines in their order; the hash of hashes, so that nothing is held in memory.
class LineHash {
 public:
  explicit LineHash(bool print_them) : print_(print_them) {}
  void operator()(std::string_view line) {
    if (print_) print(std::string(line) + "\n");
    block_.append(line).append("\n");
    if (block_.size() > 1 << 20) fold();
  }
  std::string hex() {
    fold();
    return state_;
  }

 private:
  void fold() {
    state_ = hash_hex(state_ + block_);
    block_.clear();
  }
  bool print_;
  std::string state_, block_;
};

struct Digests {
  std::string store, index, columns, runs;
  std::string all() const { return hash_hex(store + index + columns + runs); }
};

Result<Digests> digests(Workplace& place, bool dump) {
  Digests out;
  LineHash store_lines(dump), index_lines(dump);
  TANMIAO_TRY(place.facts().dump([&](std::string_view line) { store_lines(line); }));
  out.store = store_lines.hex();
  TANMIAO_ASSIGN(const auto live, place.facts().live());
  if (live.snapshot.empty()) return out;
  TANMIAO_ASSIGN(const auto snapshot, store::Snapshot::open(place.folder().columns(live.snapshot)));
  out.columns = snapshot->info().digest;
  TANMIAO_ASSIGN(const auto searcher,
                 indexer::Searcher::open(place.folder(), live.index, snapshot, nullptr, place.reference));
  TANMIAO_TRY(searcher->dump([&](std::string_view line) { index_lines(line); }));
  out.index = index_lines.hex();
  for (const auto& [campaign, id] : live.runs) {
    TANMIAO_ASSIGN(const auto run, store::Run::open(place.folder().run(id)));
    out.runs.append(campaign).append(":").append(id).append(":").append(run->digest()).append(";");
  }
  out.runs = hash_hex(out.runs);
  return out;
}

Status check_folder(const std::filesystem::path& folder, std::vector<std::string>& damage) {
  const auto reader = store::ColumnFolderReader::open(folder);
  if (!reader) return damage.push_back(reader.error().text()), Status{};
  TANMIAO_ASSIGN(const auto columns, reader->check());
  for (const auto& column : columns) damage.push_back(folder.string() + ": column " + column + " is damaged");
  return {};
}

Result<std::vector<std::string>> damage_in(Workplace& place) {
  TANMIAO_ASSIGN(auto damage, place.facts().check());
  TANMIAO_ASSIGN(const auto known, store::audit_noted(place.facts()));
  TANMIAO_ASSIGN(const auto people, place.people().check(known));
  damage.insert(damage.end(), people.begin(), people.end());
  TANMIAO_ASSIGN(const auto live, place.facts().live());
  if (!live.snapshot.empty()) TANMIAO_TRY(check_folder(place.folder().columns(live.snapshot), damage));
  for (const auto& [campaign, run] : live.runs) TANMIAO_TRY(check_folder(place.folder().run(run), damage));
  if (!live.index.empty()) {
    const auto snapshot = store::Snapshot::open(place.folder().columns(live.snapshot));
    if (!snapshot) {
      damage.push_back(snapshot.error().text());
    } else if (std::string found = indexer::check_index(place.folder(), live.index, (*snapshot)->info().digest);
               !found.empty()) {
      damage.push_back(std::move(found));
    }
  }
  TANMIAO_ASSIGN(const auto totals, place.facts().totals());
  std::vector<std::string> sources;
  for (const auto& [source, counts] : totals) sources.push_back(source);
  TANMIAO_ASSIGN(auto captures, crawler::check_captures(*place.store, sources));
  damage.insert(damage.end(), captures.begin(), captures.end());
  return damage;
}

Result<int> check_data(const Common& common, const CheckOptions& options) {
  TANMIAO_ASSIGN(auto place, open_workplace(common, store::Access::kRead, "tanmiao check"));
  if (options.digest || options.dump) {
    TANMIAO_ASSIGN(const auto digest, digests(place, options.dump));
    if (common.json)
      print_json(boost::json::object{{"digest", digest.all()},
                                     {"store", digest.store},
                                     {"index", digest.index},
                                     {"columns", digest.columns},
                                     {"runs", digest.runs}});
    else if (!options.dump)
      print(digest.all() + "\n");
    return kDone;
  }
  TANMIAO_ASSIGN(const auto damage, damage_in(place));
  if (common.json)
    print_json(
        boost::json::object{{"sound", damage.empty()}, {"damage", boost::json::array(damage.begin(), damage.end())}});
  for (const auto& line : damage) say("damaged: " + line);
  if (damage.empty()) say("sound");
  return damage.empty() ? kDone : kFailed;
}

// Somebody answers for a record that does not go on from what was noted: people.db was put back from elsewhere.
Result<int> accept_audit(const Common& common, const CheckOptions& options) {
  TANMIAO_ASSIGN(auto place, open_workplace(common, store::Access::kWrite, "tanmiao check accept"));
  TANMIAO_ASSIGN(const auto known, store::audit_noted(place.facts()));
  TANMIAO_ASSIGN(const std::string broken, store::audit_breaks(place.people(), known));
  if (broken.empty()) {
    say("没有要接受的：操作记录与上次夜间任务结束时相符");
    return kDone;
  }
  TANMIAO_TRY(place.people().audit(
      options.by, "audit.accept", "people.db",
      boost::json::serialize(boost::json::object{
          {"reason", options.reason}, {"broken", broken}, {"number", known.number}, {"hash", known.hash}}),
      now()));
  TANMIAO_TRY(store::note_audit(*place.store, true));
  say("已接受，记入操作记录：" + broken);
  return kDone;
}

// All that is wrong with what is configured; what depends on a part that is wrong is not looked at.
class ConfigFaults {
 public:
  template <class T>
  const T* take(const Result<T>& part) {
    if (part) return &*part;
    add(part.error());
    return nullptr;
  }
  void add(const Error& error) {
    for (Error& fault : crawler::each_fault(error)) all_.push_back(std::move(fault));
  }
  const std::vector<Error>& all() const { return all_; }

 private:
  std::vector<Error> all_;
};

void check_campaigns(const AppConfig& config, const miner::Rules& rules, ConfigFaults& faults) {
  const auto described = rules.campaigns();
  std::vector<std::string_view> known;
  known.reserve(described.size());
  for (const auto& campaign : described) known.push_back(campaign.id);
  for (const auto& wanted : config.campaigns)
    if (std::find(known.begin(), known.end(), wanted) == known.end())
      faults.add(
          {Errc::kConfig, no_such("campaign", wanted, known).message, config.file.string() + ": mine.campaigns"});
}

// Each campaign file is looked at by itself, so that one that cannot be read hides none of the others' mistakes.
Result<std::shared_ptr<const miner::Rules>> check_rules(const AppConfig& config, const Reference* reference,
                                                        ConfigFaults& faults) {
  auto rules = miner::Rules::load(config.rules);
  const std::string campaigns = (config.rules / "campaigns").string() + "/";
  if (reference != nullptr)
    for (const Error& fault : miner::campaign_faults(config.rules, *reference)) faults.add(fault);
  if (rules)
    check_campaigns(config, **rules, faults);
  else if (reference == nullptr || !rules.error().where.starts_with(campaigns))
    faults.add(rules.error());
  return rules;
}

int tell_faults(const Common& common, const std::vector<Error>& faults) {
  json::array told;
  for (const Error& fault : faults) {
    say(crawler::fault_in_chinese(fault, true));
    told.push_back(json::object{{"where", fault.where}, {"message", fault.message}});
  }
  say("配置有 " + std::to_string(faults.size()) + " 处错误");
  if (common.json) print_json(json::object{{"sound", false}, {"faults", std::move(told)}});
  return kUsage;
}

Result<int> check_config(const Common& common) {
  ConfigFaults faults;
  const auto config = open_config(common);
  if (faults.take(config) == nullptr) return tell_faults(common, faults.all());
  const auto reference = tabular::load_reference(config->reference, config->city_code);
  if (faults.take(reference) != nullptr)
    if (const auto pool = pool::PoolRules::load(config->rules / "pool", **reference); !pool) faults.add(pool.error());
  const auto rules = check_rules(*config, reference ? reference->get() : nullptr, faults);
  if (const auto ranking = config->rules / "rank.toml"; std::filesystem::exists(ranking))
    if (const auto settings = miner::RankSettings::load(ranking); !settings) faults.add(settings.error());
  if (const auto signs = crawler::StopSigns::load(config->crawl.stop_signs); !signs) faults.add(signs.error());
  const auto sources = crawler::load_source_files(config->crawl);
  if (const auto* const files = faults.take(sources))
    for (const crawler::BadSource& bad : files->bad)
      for (const Error& fault : bad.faults) faults.add(fault);
  if (!faults.all().empty()) return tell_faults(common, faults.all());
  const std::size_t described = sources->sources.size(), campaigns = (*rules)->campaigns().size();
  if (common.json) print_json(json::object{{"sound", true}, {"sources", described}, {"campaigns", campaigns}});
  say("配置无误：" + std::to_string(described) + " 个来源，" + std::to_string(campaigns) + " 个检索方案");
  return kDone;
}

// The first of the kinds of identifiers that the text is; else why it is no credit code.
std::pair<std::string, std::string> identify(const std::string& text) {
  if (const auto code = CreditCode::parse(text)) return {"credit_code", code->text()};
  if (const auto number = parse_hnte_certificate(text)) return {"hnte_certificate", *number};
  if (const auto number = parse_tech_sme_number(text)) return {"tech_sme_number", *number};
  if (const auto number = parse_registration_no(text)) return {"registration_no", *number};
  if (const auto code = parse_org_code(text)) return {"org_code", *code};
  return {"", CreditCode::parse(text).error().message};
}

Result<int> check_ids(const Common& common, const CheckOptions& options) {
  bool all = true;
  for (const std::string& text : options.ids) {
    const auto [kind, value] = identify(text);
    all = all && !kind.empty();
    if (common.json) {
      print_json(kind.empty() ? boost::json::object{{"text", text}, {"kind", nullptr}, {"why", value}}
                              : boost::json::object{{"text", text}, {"kind", kind}, {"canonical", value}});
      continue;
    }
    std::string line = text + ": ";
    if (!kind.empty()) line.append(kind).append(" ");
    print(line.append(value).append("\n"));
  }
  return all ? kDone : kFailed;
}

// Ends with 0 when the address may be fetched, with 1 when not.
Result<int> check_robots(const Common& common, const CheckOptions& options) {
  std::ostringstream text;
  if (options.file == "-") {
    text << std::cin.rdbuf();
  } else {
    const std::ifstream in(options.file, std::ios::binary);
    if (!in || std::filesystem::is_directory(options.file))
      return Error{Errc::kUsage, "no such file: expected the text of a robots.txt, or - for standard input",
                   options.file};
    text << in.rdbuf();
  }
  const auto robots = crawler::Robots::parse(text.str(), options.agent);
  const std::string target = crawler::robots_target(options.url);
  const auto decision = robots.check(target);
  const auto word = [](const std::string& given) {
    return given.empty() ? json::value() : json::value(tabular::with_bytes_shown(given));
  };
  json::array sitemaps;
  for (const std::string& map : robots.sitemaps()) sitemaps.emplace_back(tabular::with_bytes_shown(map));
  if (common.json) {
    const auto delay = robots.crawl_delay();
    print_json(json::object{{"allowed", decision.allowed},
                            {"line", decision.line == 0 ? json::value() : json::value(decision.line)},
                            {"rule", word(decision.rule)},
                            {"group", word(decision.group)},
                            {"reason", decision.reason},
                            {"agent", tabular::with_bytes_shown(options.agent)},
                            {"url", tabular::with_bytes_shown(options.url)},
                            {"target", tabular::with_bytes_shown(target)},
                            {"crawl_delay", delay ? json::value(*delay) : json::value()},
                            {"sitemaps", std::move(sitemaps)}});
  } else {
    std::string line = decision.allowed ? "allowed: " : "forbidden: ";
    if (decision.line > 0)
      line += "line " + std::to_string(decision.line) + ": " + decision.rule + " (group " + decision.group + ")";
    else
      line += decision.reason == "robots_txt" ? "robots.txt itself may always be read"
              : decision.group.empty()        ? "no group holds for this agent"
                                              : "no rule of the group " + decision.group + " matches";
    print(line + "\n");
  }
  return decision.allowed ? kDone : kFailed;
}

}  // namespace

Action declare_check(CLI::App& app, Common& common) {
  add_common(app, common);
  auto options = std::make_shared<CheckOptions>();
  app.add_flag("--digest", options->digest,
               "hash of store, index answers, columns and runs: equal states, equal hashes");
  app.add_flag("--dump", options->dump, "the lines that the digest is made of");
  CLI::App* config = add_leaf(app, common, "config", "reads all configuration and says what is wrong with it",
                              "tanmiao check config --config config/tanmiao.toml");
  CLI::App* ids = add_leaf(app, common, "ids", "credit codes and other numbers: kind and canonical form, or why not",
                           "tanmiao check ids 91371600MA3XXXXX0X");
  ids->add_option("ID", options->ids, "identifiers")->required();
  CLI::App* robots =
      add_leaf(app, common, "robots", "may this agent fetch this address, by this robots.txt; which line decides",
               "tanmiao check robots --agent TanmiaoBot --url https://data.example/a/b robots.txt --json");
  robots->add_option("--agent", options->agent, "product token of whoever asks, with or without its version")
      ->required();
  robots->add_option("--url", options->url, "the address, or its path and query")->required();
  robots->add_option("FILE", options->file, "text of a robots.txt; - reads standard input")->required();
  CLI::App* accept =
      add_leaf(app, common, "accept", "the record of what people did, when it does not go on from the last night",
               "tanmiao check accept --by 'office' --reason 'people.db of the backup of 2026-11-20'");
  accept->add_option("--by", options->by, "who answers for it: an office or a role")->transform(who())->required();
  accept->add_option("--reason", options->reason, "why, for the audit")->transform(why())->required();
  return [=, &common] {
    if (robots->parsed()) return check_robots(common, *options);
    if (accept->parsed()) return accept_audit(common, *options);
    if (config->parsed()) return check_config(common);
    if (ids->parsed()) return check_ids(common, *options);
    return check_data(common, *options);
  };
}

}  // namespace tanmiao::app
