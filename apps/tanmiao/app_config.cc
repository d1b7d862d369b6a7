#include "apps/tanmiao/app_config.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <random>
#include <sstream>

#include "core/settings.h"
#include "crawler/child.h"
#include "crawler/disk_floor.h"
#include "store/data_folder.h"

namespace tanmiao::app {
namespace {

namespace fs = std::filesystem;

Result<std::string> read_config(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  if (in) text << in.rdbuf();
  if (!in || fs::is_directory(file))
    return Error{Errc::kConfig, "no such configuration file; name one with --config FILE", file.string()};
  return text.str();
}

fs::path beside(const fs::path& folder, const std::string& path) {
  return path.empty() ? fs::path{} : (folder / path).lexically_normal();
}

// Where the key lies when the file says nothing: with the user's state, never with the data.
fs::path default_key_file() {
  if (const char* state = std::getenv("XDG_STATE_HOME"); state && *state)
    return fs::path(state) / "tanmiao" / "person.key";
  if (const char* home = std::getenv("HOME"); home && *home)
    return fs::path(home) / ".local" / "state" / "tanmiao" / "person.key";
  return {};
}

bool lies_inside(const fs::path& file, const fs::path& folder) {
  const fs::path inner = fs::weakly_canonical(file), outer = fs::weakly_canonical(folder);
  const auto [a, b] = std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end());
  return a == outer.end();
}

std::string new_key() {
  std::random_device random;  // the kernel's generator
  std::ostringstream key;
  for (int i = 0; i < 8; ++i) key << std::hex << random();
  return key.str();
}

Result<std::string> make_key(const fs::path& file) {
  std::error_code ignored;
  fs::create_directories(file.parent_path(), ignored);
  const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) return store::io_error(errno, "cannot make the key file", file);
  const std::string key = new_key() + "\n";
  const bool written = ::write(fd, key.data(), key.size()) == static_cast<ssize_t>(key.size()) && ::fsync(fd) == 0;
  const int why = errno;
  ::close(fd);
  if (!written) return ::unlink(file.c_str()), store::io_error(why, "cannot write the key file", file);
  return key;
}

void read_city(Settings city, const fs::path& folder, AppConfig& config) {
  config.city_code = static_cast<std::uint32_t>(city.integer("code", 371600, 110000, 999999));
  config.city_name = city.text("name", "");
  config.issuer = city.text("issuer", "");
  config.reference = beside(folder, city.text("reference", "reference"));
}

constexpr double kLeastFreeGb = 1;

std::uint64_t bytes_of(double gb) { return static_cast<std::uint64_t>(gb * 1e9); }

// Without the program files are read in this process, which the crawl says.
void read_reader(Settings reader, AppConfig& config) {
  crawler::ReaderPlace& place = config.crawl.reader;
  if (const auto program = crawler::shipped_program("TANMIAO_READ", "tanmiao-read")) place.program = *program;
  place.reference = config.reference;
  place.city = config.city_code;
  place.most_memory = static_cast<std::uint32_t>(reader.integer("memory_mb", place.most_memory, 64, 1'048'576));
  place.most_silence = std::chrono::seconds(reader.integer("silence_s", place.most_silence.count(), 1, 86'400));
}

void read_crawl(Settings crawl, const fs::path& folder, AppConfig& config) {
  config.crawl.identity.product = crawl.text("product", config.crawl.identity.product);
  config.crawl.identity.contact = crawl.text("contact", "");
  const auto sources = crawl.texts("sources");
  config.crawl.sources = beside(folder, sources.empty() ? "sources" : sources.front());
  for (std::size_t i = 1; i < sources.size(); ++i) config.crawl.more_sources.push_back(beside(folder, sources[i]));
  config.crawl.base = beside(folder, crawl.text("base", "."));
  config.crawl.allow_loopback_speed = crawl.flag("loopback_speed", false);
  config.crawl.least_free = bytes_of(crawl.number("least_free_gb", kLeastFreeGb, 0, 1e6));
  read_reader(crawl.table("reader"), config);
  config.person_key_file = beside(folder, crawl.text("person_key_file", ""));
  if (config.person_key_file.empty()) config.person_key_file = default_key_file();
}

// By kind of record; never below what is put to a person.
void read_link_from(Settings from, linkage::LinkConfig& config) {
  for (const std::string& word : from.keys()) {
    const auto kind = kind_from_name(word);
    if (!kind || *kind == RecordKind::kFirm)
      from.complain(word, "expected one of patent, patent_event, recognition, signal");
    else
      config.link_from[*kind] = from.number(word, 1, config.suggest_from, 1);
  }
}

void read_field_order(Settings order, linkage::LinkConfig& config) {
  for (const std::string& name : order.keys()) {
    const auto field = field_from_name(name);
    if (!field || !(field_spec(*field).kinds & (1u << static_cast<unsigned>(RecordKind::kFirm))) ||
        field_spec(*field).multiple)
      order.complain(name, "expected a field of a firm that has one value, see docs/source-format.md");
    else
      config.field_order[*field] = order.texts(name);
  }
}

// The reminder comes before a crawl stops, whatever the file says.
void read_report(Settings report, std::uint64_t least_free, ReportLimits& limits) {
  constexpr int kYears = 3660;
  limits.quiet_days = static_cast<int>(report.integer("quiet_days", limits.quiet_days, 1, kYears));
  limits.backup_days = static_cast<int>(report.integer("backup_days", limits.backup_days, 1, kYears));
  limits.free_bytes = std::max(bytes_of(report.number("free_gb", double(limits.free_bytes) / 1e9, 0, 1e6)),
                               crawler::crawl_stops_below(least_free));
  Settings of = report.table("quiet_days_of");
  for (const std::string& source : of.keys())
    limits.quiet_days_of[source] = static_cast<int>(of.integer(source, limits.quiet_days, 1, kYears));
}

void read_backtest(Settings settings, NightlyBacktest& backtest) {
  backtest.nightly = settings.flag("nightly", backtest.nightly);
  backtest.learned = settings.flag("learned", backtest.learned);
  backtest.label = settings.text("label", backtest.label);
  backtest.horizon_months = static_cast<int>(settings.integer("horizon_months", backtest.horizon_months, 1, 240));
  backtest.resamples = static_cast<int>(settings.integer("resamples", backtest.resamples, 20, 10'000));
  backtest.compare_months = static_cast<int>(settings.integer("compare_months", backtest.compare_months, 0, 240));
  const auto most = static_cast<std::int64_t>(backtest.most_firms);
  backtest.most_firms = static_cast<std::uint64_t>(settings.integer("most_firms", most, 1, 1'000'000'000));
}

// What a record is worth in the queue of names that wait: the weight of what the scorecard counts it for. Where that
// cannot be read mining says so, and all records are worth the same.
void read_worth(const fs::path& scorecard, linkage::RecordWorth& worth) {
  const auto text = read_config(scorecard);
  if (!text) return;
  auto card = Settings::parse(*text, scorecard.string());
  if (!card) return;
  const std::pair<std::string_view, double*> counted[] = {
      {"valid_inventions", &worth.invention},      {"pending", &worth.application},
      {"valid_class_two", &worth.other_patent},    {"unverified", &worth.event},
      {"strong_recognitions", &worth.recognition}, {"strong_signals", &worth.signal}};
  for (Settings& feature : card->tables("feature"))
    for (const auto& [id, place] : counted)
      if (feature.text("id", "") == id) *place = feature.number("weight", 1, 0, 1000);
}

}  // namespace

Result<AppConfig> load_config(const fs::path& file) {
  TANMIAO_ASSIGN(const auto text, read_config(file));
  TANMIAO_ASSIGN(auto settings, Settings::parse(text, file.string()));
  const fs::path folder = fs::absolute(file).parent_path();
  AppConfig config;
  config.file = file;
  read_city(settings.table("city"), folder, config);
  read_crawl(settings.table("crawl"), folder, config);
  Settings link = settings.table("link");
  config.link.source_order = link.texts("source_order");
  config.link.suggest_from = link.number("suggest_from", config.link.suggest_from, 0.01, 1);
  read_link_from(link.table("link_from"), config.link);
  read_field_order(link.table("field_order"), config.link);
  Settings mine = settings.table("mine");
  config.rules = beside(folder, mine.text("rules", "."));
  read_worth(config.rules / "scorecard.toml", config.link.worth);
  config.match_weights = config.rules / "linkage" / "weights.csv";
  if (std::error_code ignored; fs::exists(config.match_weights, ignored)) {
    TANMIAO_ASSIGN(auto model, linkage::load_match_model(config.match_weights));
    config.link.name_model = std::make_shared<const linkage::MatchModel>(std::move(model));
  }
  Settings match = settings.table("match");
  config.match_thresholds.link = match.number("link", config.match_thresholds.link, 0, 1);
  config.match_thresholds.review = match.number("review", config.match_thresholds.review, 0, 1);
  config.crawl.stop_signs = config.rules / "crawl" / "stop_signs.toml";
  config.campaigns = mine.texts("campaigns");
  if (config.campaigns.empty()) config.campaigns = {"all"};
  config.keep_raw_days =
      static_cast<int>(settings.table("archive").integer("keep_days", config.keep_raw_days, 0, 36'600));
  read_report(settings.table("report"), config.crawl.least_free, config.report);
  read_backtest(settings.table("backtest"), config.backtest);
  Settings serve = settings.table("serve");
  config.address = serve.text("address", config.address);
  config.port = static_cast<std::uint16_t>(serve.integer("port", config.port, 0, 65535));
  TANMIAO_TRY(settings.finish());
  return config;
}

Status with_person_key(AppConfig& config, const fs::path& data) {
  const fs::path& file = config.person_key_file;
  if (file.empty())
    return Error{Errc::kConfig, "no place for the key of persons' names: set crawl.person_key_file",
                 config.file.string()};
  if (lies_inside(file, data))
    return Error{Errc::kConfig, "the key of persons' names must lie outside the data folder", file.string()};
  if (!fs::exists(file)) {
    TANMIAO_ASSIGN(config.crawl.person_key, make_key(file));
  } else {
    std::ifstream in(file);
    std::getline(in, config.crawl.person_key);
  }
  if (!config.crawl.person_key.empty() && config.crawl.person_key.back() == '\n') config.crawl.person_key.pop_back();
  if (config.crawl.person_key.size() < 16)
    return Error{Errc::kConfig, "the key of persons' names is unreadable or shorter than 16 characters", file.string()};
  return {};
}

}  // namespace tanmiao::app
