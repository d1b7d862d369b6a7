#include "apps/tanmiao/backup.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <fstream>
#include <set>

#include "apps/tanmiao/report_past.h"
#include "core/hash.h"
#include "crawler/source.h"
#include "store/backup.h"
#include "store/backup_archive.h"
#include "store/store.h"

namespace tanmiao::app {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr std::string_view kNameBegins = "tanmiao-", kNameEnds = ".tar.zst", kPart = ".part";

fs::path with(const fs::path& path, std::string_view end) { return path.string() + std::string(end); }

// "20261126-020000" in Beijing, as people count days.
std::string time_name(Instant clock) {
  const Instant local = clock + std::chrono::hours(8);
  const auto day = std::chrono::floor<std::chrono::days>(local);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(local - day);
  return fmt::format("{:04}{:02}{:02}-{:02}{:02}{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), time.hours().count(),
                     time.minutes().count(), time.seconds().count());
}

bool lies_within(const fs::path& file, const fs::path& folder) {
  const fs::path inner = fs::weakly_canonical(file), outer = fs::weakly_canonical(folder);
  return std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end()).first == outer.end();
}

// Archives of this program in a folder, newest first; `end` is that of the name.
std::vector<fs::path> archives_in(const fs::path& folder, const std::string& end) {
  std::vector<fs::path> found;
  std::error_code failed;
  for (fs::directory_iterator at(folder, failed), last; !failed && at != last; at.increment(failed)) {
    const std::string name = at->path().filename().string();
    if (name.starts_with(kNameBegins) && name.ends_with(end)) found.push_back(at->path());
  }
  std::sort(found.rbegin(), found.rend());
  return found;
}

// What a backup that was killed left. A folder of copies always has its .part beside it while a process works there.
void remove_leftovers(const fs::path& folder) {
  std::error_code ignored;
  const std::string part_name = std::string(kNameEnds) + std::string(kPart);
  for (const fs::path& part : archives_in(folder, part_name)) {
    if (store::archive_in_work(part)) continue;
    fs::remove_all(with(part, ".d"), ignored);
    fs::remove(part, ignored);
  }
  for (const fs::path& copies : archives_in(folder, part_name + ".d")) {
    fs::path part = copies;
    if (!fs::exists(part.replace_extension(), ignored)) fs::remove_all(copies, ignored);
  }
}

// The folder beside the archive in which the copies of the databases lie until they are packed.
struct Staging {
  explicit Staging(fs::path where) : folder(std::move(where)) {}
  Staging(const Staging&) = delete;
  Staging& operator=(const Staging&) = delete;
  ~Staging() { remove(); }
  void remove() const {
    std::error_code ignored;
    fs::remove_all(folder, ignored);
  }
  Status make() const {
    std::error_code failed;
    fs::remove_all(folder, failed);
    fs::create_directory(folder, failed);
    if (!failed) fs::permissions(folder, fs::perms::owner_all, failed);
    if (failed) return store::io_error(failed.value(), "making the folder", folder);
    return {};
  }
  fs::path folder;
};

// The half-written archive goes with an error.
struct Part {
  explicit Part(fs::path where) : file(std::move(where)) {}
  Part(const Part&) = delete;
  Part& operator=(const Part&) = delete;
  ~Part() {
    std::error_code ignored;
    if (!done) fs::remove(file, ignored);
  }
  fs::path file;
  bool done = false;
};

class Packer {
 public:
  Packer(const AppConfig& config, const store::DataFolder& data, const BackupOptions& options,
         const std::atomic<bool>& stop, store::ArchiveWriter& out)
      : config_(config), data_(data), options_(options), stop_(stop), out_(out) {}

  Status databases(const fs::path& staging) {
    for (const char* const name : {"facts.db", "people.db"}) {
      TANMIAO_TRY(going_on());
      const fs::path copy = staging / name;
      TANMIAO_TRY(store::copy_database(data_.root() / name, copy));
      std::string damage;
      if (copy.filename() == "people.db") {
        TANMIAO_ASSIGN(const auto known, store::audit_noted_in(staging / "facts.db"));
        TANMIAO_ASSIGN(damage, store::damage_of_people(copy, known));
      } else {
        TANMIAO_ASSIGN(damage, store::damage_of_database(copy));
      }
      if (!damage.empty())
        return Error{Errc::kCorrupt, "damaged, nothing was backed up: " + damage, (data_.root() / name).string()};
      TANMIAO_TRY(file(name, copy));
    }
    return {};
  }

  // Files that others replace while this goes on come whole, in their old or their new form.
  Status folder(const std::string& name, const fs::path& from) {
    std::vector<fs::path> files;
    std::error_code failed;
    for (fs::recursive_directory_iterator at(from, failed), end; !failed && at != end; at.increment(failed))
      if (std::error_code gone; at->is_regular_file(gone) && at->path().extension() != ".new")
        files.push_back(at->path());
    std::sort(files.begin(), files.end());
    for (const fs::path& each : files) {
      const auto packed = file(name + "/" + each.lexically_relative(from).generic_string(), each);
      if (!packed && packed.error().code != Errc::kNotFound) return packed.error();
    }
    return {};
  }

  Status captures(const fs::path& facts) {
    TANMIAO_ASSIGN(const auto segments, store::acknowledged_segments(facts));
    for (const auto& segment : segments) {
      const fs::path from = data_.captures(segment.source) / segment.name;
      if (!fs::exists(from)) continue;  // cleaned away: only its hash is kept
      TANMIAO_TRY(entry("captures/" + segment.source + "/" + segment.name, from, segment.length));
    }
    return {};
  }

  Status inbox() {
    std::vector<fs::path> places = config_.crawl.more_sources;
    places.insert(places.begin(), config_.crawl.sources);
    TANMIAO_ASSIGN(const auto sources, crawler::load_sources(places));
    for (const auto& source : sources)
      if (source.folder)
        TANMIAO_TRY(folder("inbox/" + source.id,
                           source.inbox.is_absolute() ? source.inbox : config_.crawl.base / source.inbox));
    return {};
  }

  // config/rules is the folder that rules are read from, commonly the whole folder of configuration; what lies
  // elsewhere stands beside it.
  Status configuration() {
    TANMIAO_TRY(file("config/tanmiao.toml", config_.file));
    TANMIAO_TRY(folder("config/rules", config_.rules));
    if (!lies_within(config_.reference, config_.rules)) TANMIAO_TRY(folder("config/reference", config_.reference));
    std::vector<fs::path> places = config_.crawl.more_sources;
    places.insert(places.begin(), config_.crawl.sources);
    for (const fs::path& place : places) {
      if (lies_within(place, config_.rules)) continue;
      if (fs::is_directory(place)) {
        TANMIAO_TRY(folder("config/sources", place));
      } else if (fs::exists(place)) {
        TANMIAO_TRY(file("config/sources/" + place.filename().string(), place));
      }
    }
    return {};
  }

  // What the copied facts name as live. A night that ends meanwhile may take it away: then the backup does without.
  Status live(const fs::path& staging) {
    TANMIAO_ASSIGN(const auto copy, store::Store::open(staging, store::Access::kRead, "tanmiao backup"));
    TANMIAO_ASSIGN(const auto live, copy->facts().live());
    if (live.snapshot.empty()) return {};
    std::vector<std::pair<std::string, fs::path>> folders = {{"columns/" + live.snapshot, data_.columns(live.snapshot)},
                                                             {"index/" + live.index, data_.index(live.index)}};
    for (const auto& [campaign, run] : live.runs) folders.emplace_back("runs/" + run, data_.run(run));
    for (const auto& [name, path] : folders) TANMIAO_TRY(folder(name, path));
    live_ = std::all_of(folders.begin(), folders.end(), [](const auto& each) { return fs::exists(each.second); });
    return {};
  }
  bool has_live() const { return live_; }

  Status manifest(Instant clock) {
    json::object root{{"format", 1},
                      {"made_at", iso(clock)},
                      {"data", fs::absolute(data_.root()).string()},
                      {"captures", options_.captures},
                      {"inbox", options_.inbox},
                      {"live", live_},
                      {"person_key_mark", key_mark(config_.person_key_file)},
                      {"files", files_}};
    const auto packed = out_.add_bytes("manifest.json", json::serialize(root));
    if (!packed) return packed.error();
    return {};
  }

  std::uint64_t count() const { return files_.size(); }
  std::uint64_t bytes() const { return bytes_; }

 private:
  Status going_on() const {
    if (!stop_.load(std::memory_order_relaxed)) return {};
    return Error{Errc::kCancelled, "asked to stop; no backup was made", ""};
  }
  Status file(const std::string& name, const fs::path& from) {
    std::error_code failed;
    const auto bytes = fs::file_size(from, failed);
    if (failed) return Error{Errc::kNotFound, "cannot be read: " + failed.message(), from.string()};
    return entry(name, from, bytes);
  }
  Status entry(const std::string& name, const fs::path& from, std::uint64_t bytes) {
    TANMIAO_TRY(going_on());
    if (!names_.insert(name).second) return {};  // rules and reference may lie in one folder
    TANMIAO_ASSIGN(const std::string hash, out_.add_file(name, from, bytes));
    files_.push_back(json::object{{"name", name}, {"bytes", bytes}, {"blake2b", hash}});
    bytes_ += bytes;
    return {};
  }

  const AppConfig& config_;
  const store::DataFolder& data_;
  const BackupOptions& options_;
  const std::atomic<bool>& stop_;
  store::ArchiveWriter& out_;
  json::array files_;
  std::set<std::string> names_;
  std::uint64_t bytes_ = 0;
  bool live_ = false;
};

Result<fs::path> place_of_archive(const store::DataFolder& data, const BackupOptions& options, Instant clock) {
  fs::path file = options.file;
  std::error_code failed;
  if (file.empty()) {
    fs::create_directories(options.to, failed);
    if (failed) return store::io_error(failed.value(), "making the folder", options.to);
    const std::string name = std::string(kNameBegins) + time_name(clock);
    file = options.to / (name + std::string(kNameEnds));
    for (int number = 2; fs::exists(file); ++number)
      file = options.to / (name + "-" + std::to_string(number) + std::string(kNameEnds));
  }
  if (lies_within(file, data.root()))
    return Error{Errc::kUsage, "a backup must lie outside the data folder, best on another disk", file.string()};
  if (fs::exists(file)) return Error{Errc::kUsage, "the file is there already", file.string()};
  return file;
}

Status copy_key(const AppConfig& config, const fs::path& archive, const fs::path& to) {
  const fs::path target = fs::is_directory(to) ? to / "person.key" : to;
  if (fs::weakly_canonical(target).parent_path() == fs::weakly_canonical(archive).parent_path())
    return Error{Errc::kUsage, "the key must not lie beside the archive: name another place", target.string()};
  if (config.person_key_file.empty() || !fs::exists(config.person_key_file))
    return Error{Errc::kNotFound, "there is no key of persons' names yet", config.person_key_file.string()};
  if (fs::exists(target)) {
    if (key_mark(target) == key_mark(config.person_key_file)) return {};
    return Error{Errc::kUsage, "another key lies there already", target.string()};
  }
  std::ifstream in(config.person_key_file, std::ios::binary);
  const std::string key(std::istreambuf_iterator<char>(in), {});
  TANMIAO_TRY(store::write_file_durably(target, key));
  std::error_code failed;
  fs::permissions(target, fs::perms::owner_read | fs::perms::owner_write, failed);
  if (failed) return store::io_error(failed.value(), "closing the key to others", target);
  return {};
}

// Reads what was written, from its first byte to its last.
Status verify(const fs::path& file, std::uint64_t expected) {
  std::uint64_t seen = 0;
  std::map<std::string, std::string> hashes;
  std::string manifest;
  TANMIAO_TRY(store::read_archive(
      file,
      [&](const store::ArchiveEntry& entry) -> Result<store::ArchiveSink> {
        const bool keep = entry.name == "manifest.json";
        return store::ArchiveSink([&, keep](std::string_view piece) {
          if (keep) manifest.append(piece);
          return Status();
        });
      },
      [&](const store::ArchiveEntry& entry, const std::string& hash) {
        hashes[entry.name] = hash, ++seen;
        return Status();
      }));
  boost::system::error_code failed;
  const json::value root = json::parse(manifest, failed);
  bool same = !failed && root.is_object() && seen == expected + 1;
  if (same)
    for (const json::value& each : root.at("files").as_array())
      same = same && hashes[each.at("name").as_string().c_str()] == each.at("blake2b").as_string();
  if (!same) return Error{Errc::kCorrupt, "the archive reads otherwise than it was written", file.string()};
  return {};
}

std::vector<fs::path> remove_beyond(const fs::path& folder, std::size_t keep) {
  std::vector<fs::path> removed;
  const auto found = archives_in(folder, std::string(kNameEnds));
  for (std::size_t i = keep; keep > 0 && i < found.size(); ++i) {
    std::error_code failed;
    if (fs::remove(found[i], failed)) removed.push_back(found[i]);
  }
  return removed;
}

}  // namespace

std::string key_mark(const fs::path& key_file) {
  std::ifstream in(key_file);
  std::string key;
  std::getline(in, key);
  return key.empty() ? std::string() : hash_hex("tanmiao, mark of the key of persons' names\n" + key, 16);
}

Result<BackupReport> make_backup(const AppConfig& config, const store::DataFolder& data, const BackupOptions& options,
                                 Instant clock, const std::atomic<bool>& stop) {
  if (!fs::exists(data.facts()) || !fs::exists(data.people()))
    return Error{Errc::kNotFound, "no data yet: expected facts.db and people.db", data.root().string()};
  BackupReport report;
  TANMIAO_ASSIGN(report.file, place_of_archive(data, options, clock));
  if (!options.key_to.empty()) TANMIAO_TRY(copy_key(config, report.file, options.key_to));
  if (!options.to.empty()) remove_leftovers(options.to);
  Part part(with(report.file, kPart));
  TANMIAO_ASSIGN(auto out, store::ArchiveWriter::create(part.file, clock.time_since_epoch().count()));
  const Staging staging(with(part.file, ".d"));
  TANMIAO_TRY(staging.make());
  Packer packer(config, data, options, stop, out);
  TANMIAO_TRY(packer.databases(staging.folder));
  TANMIAO_TRY(packer.folder("rejects", data.root() / "rejects"));
  TANMIAO_TRY(packer.folder("reports", data.reports()));
  TANMIAO_TRY(packer.folder("models", data.root() / "models"));
  TANMIAO_TRY(packer.configuration());
  if (options.captures) TANMIAO_TRY(packer.captures(staging.folder / "facts.db"));
  if (options.inbox) TANMIAO_TRY(packer.inbox());
  if (options.live) TANMIAO_TRY(packer.live(staging.folder));
  TANMIAO_TRY(packer.manifest(clock));
  TANMIAO_TRY(out.finish());
  report.live = packer.has_live();
  report.files = packer.count(), report.unpacked = packer.bytes();
  TANMIAO_TRY(verify(part.file, report.files));
  staging.remove();  // before the part is gone by whose name the next backup finds it
  std::error_code failed;
  fs::rename(part.file, report.file, failed);
  if (failed) return store::io_error(failed.value(), "renaming the archive", report.file);
  part.done = true;
  TANMIAO_TRY(store::sync_folder(report.file.has_parent_path() ? report.file.parent_path() : "."));
  report.bytes = fs::file_size(report.file, failed);
  TANMIAO_TRY(store::write_file_durably(
      data.root() / kLastBackup,
      json::serialize(
          json::object{{"at", iso(clock)}, {"file", fs::absolute(report.file).string()}, {"bytes", report.bytes}}) +
          "\n"));
  if (!options.to.empty()) report.removed = remove_beyond(options.to, options.keep);
  return report;
}

}  // namespace tanmiao::app
