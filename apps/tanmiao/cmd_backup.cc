// backup and restore.
#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <memory>

#include "apps/tanmiao/backup.h"
#include "apps/tanmiao/console.h"
#include "apps/tanmiao/workplace.h"

namespace tanmiao::app {
namespace {

namespace json = boost::json;

std::string megabytes(std::uint64_t bytes) { return std::to_string((bytes + 524'288) >> 20) + " MB"; }

Result<int> backup(const Common& common, const BackupOptions& options) {
  if (options.file.empty() == options.to.empty())
    return Error{Errc::kUsage, "say where to: a file with -o, or a folder with --to", ""};
  if (options.keep > 0 && options.to.empty()) return Error{Errc::kUsage, "--keep needs a folder (--to)", ""};
  const auto& stop = stop_flag();
  TANMIAO_ASSIGN(const auto config, open_config(common));
  TANMIAO_ASSIGN(const auto made, make_backup(config, store::DataFolder(common.data), options, now(), stop));
  if (common.json) {
    json::array removed;
    for (const auto& file : made.removed) removed.emplace_back(file.string());
    print_json(json::object{{"file", made.file.string()},
                            {"bytes", made.bytes},
                            {"files", made.files},
                            {"unpacked_bytes", made.unpacked},
                            {"live", made.live},
                            {"removed", std::move(removed)}});
    return kDone;
  }
  say("backup: " + made.file.string() + ", " + megabytes(made.bytes) + " (" + std::to_string(made.files) + " files, " +
      megabytes(made.unpacked) + " unpacked), read again and sound");
  for (const auto& file : made.removed) say("removed: " + file.string());
  say("not in it: the key of persons' names (" + config.person_key_file.string() +
      "); keep a copy apart, see --key-to");
  return kDone;
}

void tell_key(RestoreReport::Key key, const AppConfig* config) {
  using Key = RestoreReport::Key;
  const std::string file = config == nullptr ? std::string() : config->person_key_file.string();
  if (key == Key::kOther)
    say("attention: the key of persons' names here (" + file +
        ") is another one than that of the backup; put the saved key in its place before the next night, or all "
        "records "
        "of patents are read anew");
  if (key == Key::kMissing)
    say("attention: no key of persons' names lies here (" + file +
        "); put the saved key there before the next night, which would make a new one");
}

std::string_view key_word(RestoreReport::Key key) {
  switch (key) {
    case RestoreReport::Key::kSame: return "same";
    case RestoreReport::Key::kOther: return "other";
    case RestoreReport::Key::kMissing: return "missing";
    case RestoreReport::Key::kUnknown: return "unknown";
  }
  return "";
}

// A new machine may have no configuration yet: the archive holds it.
Result<int> restore(const Common& common, const RestoreOptions& options) {
  const auto config = open_config(common);
  const AppConfig* here = config ? &*config : nullptr;
  TANMIAO_ASSIGN(const auto done, restore_backup(here, store::DataFolder(common.data), options, now()));
  if (common.json) {
    print_json(json::object{{"data", common.data.string()},
                            {"made_at", done.made_at},
                            {"files", done.files},
                            {"bytes", done.bytes},
                            {"captures", done.captures},
                            {"live", done.live},
                            {"moved_aside", done.moved_aside.string()},
                            {"person_key", key_word(done.key)}});
  } else {
    say("restored: " + common.data.string() + " as of " + done.made_at + ", " + std::to_string(done.files) +
        " files, every hash right");
  }
  if (!done.moved_aside.empty()) say("what was there before: " + done.moved_aside.string());
  if (!done.captures) say("captures were not in the backup: of earlier pages only the hashes are known now");
  if (done.extras > 0 && options.extras.empty())
    say("configuration and inbox are in the archive, " + std::to_string(done.extras) +
        " files: unpack them with --extras FOLDER");
  tell_key(done.key, here);
  say(done.live
          ? "the pages can be served now: tanmiao serve"
          : "columns, index and lists are made again by: tanmiao run (or, without fetching, tanmiao link, index and "
            "mine)");
  return kDone;
}

}  // namespace

Action declare_backup(CLI::App& app, Common& common) {
  add_common(app, common);
  auto options = std::make_shared<BackupOptions>();
  app.add_option("-o,--output", options->file, "the archive to write");
  app.add_option("--to", options->to, "folder in which the archive gets a name by its time");
  app.add_option("--keep", options->keep, "with --to: only so many archives stay")->check(CLI::Range(1, 10000));
  app.add_flag("--with-captures", options->captures, "also archived pages, as far as they are acknowledged");
  app.add_flag("--with-inbox", options->inbox, "also the files of the inbox");
  app.add_flag("--with-live", options->live, "also the live columns, index and lists, which a night can make again");
  app.add_option("--key-to", options->key_to, "copies the key of persons' names there, apart from the archive");
  return [options, &common] { return backup(common, *options); };
}

Action declare_restore(CLI::App& app, Common& common) {
  add_common(app, common);
  auto options = std::make_shared<RestoreOptions>();
  app.add_option("FILE", options->file, "the archive")->required();
  app.add_flag("--force", options->force, "a data folder that is not empty is moved aside");
  app.add_option("--extras", options->extras, "folder for the configuration and inbox of the archive");
  return [options, &common] { return restore(common, *options); };
}

}  // namespace tanmiao::app
