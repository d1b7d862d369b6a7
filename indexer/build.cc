#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <initializer_list>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <unordered_map>

#include "core/hash.h"
#include "core/text/normalize.h"
#include "core/text/search_form.h"
#include "indexer/digests.h"
#include "indexer/document.h"
#include "indexer/fields.h"
#include "indexer/firm_forms.h"
#include "indexer/generation.h"
#include "indexer/index.h"
#include "indexer/term_lists.h"
#include "indexer/texts.h"

namespace tanmiao::indexer {

namespace fs = std::filesystem;

namespace {

// What terms depend on besides the snapshot: the format, the table of characters, the names of recognitions. It names
// the generation together with the snapshot, and nothing is taken over from an index with another one.
std::string tables_mark(const Reference& reference) {
  const std::map<char32_t, char32_t> sorted(reference.simplified.begin(), reference.simplified.end());
  std::string bytes = std::to_string(kIndexFormat);
  const auto say = [&](std::initializer_list<std::string_view> words) {
    for (const std::string_view word : words) bytes += word;
  };
  for (const auto& [from, to] : sorted) say({";", std::to_string(from), ">", std::to_string(to)});
  for (const Zone& zone : reference.regions.zones()) say({";", zone.id});
  for (const auto& [program, name] : reference.programs) say({";", program, "=", name});
  return hash_hex(bytes, 32);
}

std::string generation_of(const store::Snapshot& snapshot, const std::string& tables) {
  return "index" + std::to_string(kIndexFormat) + "-" + hash_hex(snapshot.info().digest + ";" + tables, 32);
}

Status sync_files(const fs::path& folder) {
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;  // columns are synced by whoever writes them
    const int fd = ::open(entry.path().c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0 || ::fsync(fd) != 0) {
      const int reason = errno;
      if (fd >= 0) ::close(fd);
      return store::io_error(reason, "syncing", entry.path());
    }
    ::close(fd);
  }
  return store::sync_folder(folder);
}

// Each term of the texts of their patents has these firms in its list. A list may be long, and a term stands in many
// texts: each list is gone through once.
std::string patents_disagree(const fs::path& fresh, const IndexSource& source, const IndexNote& note,
                             const std::vector<store::FirmNo>& stale, const std::vector<store::FirmNo>& samples) {
  const auto opened = open_term_lists(fresh, note.whole);
  if (!opened) return opened.error().text();
  std::string form;
  for (const TermListFolders& folders : kTermListFolders) {
    const OpenedTermLists& lists = opened->of(folders.which);
    std::array<std::unordered_map<std::string, std::set<store::FirmNo>>, 2>
        wanted;  // by term; of changed firms the second
    const auto want = [&](store::FirmNo firm, std::string_view said) {
      auto& terms = wanted[lists.changed && std::binary_search(stale.begin(), stale.end(), firm) ? 1 : 0];
      form.clear();
      text::append_search_form(form, text::fold(said, source.reference.simplified), text::Marks::kKept);
      text::each_term(form, [&](std::string_view term) { terms[std::string(bounded_term(term))].insert(firm); });
    };
    if (folders.which == PatentText::kAbstract)
      each_abstract(source.snapshot, samples, want);
    else
      for (const store::FirmNo firm : samples)
        each_title(source.snapshot, firm, [&](std::string_view title) { want(firm, title); });
    for (const bool changed : {false, true})
      for (auto& [term, firms] : wanted[changed ? 1 : 0]) {
        (changed ? *lists.changed : *lists.base).each_firm(term, [&](store::FirmNo holder) { firms.erase(holder); });
        if (!firms.empty())
          return "firm " + std::to_string(*firms.begin()) + " is not found by " + term + " of its " + folders.whole;
      }
  }
  return {};
}

// Each of some documents is where its terms say it is, and its texts are in the columns; and there are as many
// documents as firms. `stale`: firms that are to be found among the changed ones. Empty: so it is.
std::string disagreement(const fs::path& fresh, const IndexSource& source, const IndexNote& note,
                         const std::vector<store::FirmNo>& stale) {
  constexpr store::FirmNo kSamples = 64;
  const store::Snapshot& snapshot = source.snapshot;
  const Postings postings = open_databases(fresh, note.whole);
  const auto tables = open_tables(fresh / kColumnsFolder, snapshot.last_firm());
  if (!tables) return tables.error().text();
  std::uint64_t listed_firms = 0, listed_changed = 0;
  for (store::FirmNo firm = 1; firm <= snapshot.last_firm(); ++firm) listed_firms += listed(snapshot, firm) ? 1U : 0U;
  for (const store::FirmNo firm : stale)
    listed_changed += firm != 0 && firm <= snapshot.last_firm() && listed(snapshot, firm) ? 1U : 0U;
  if ((*tables)->by_name.size() != listed_firms || listed_firms != note.documents || listed_changed != note.changed ||
      postings.base.get_doccount() != note.base ||
      (postings.changed && postings.changed->get_doccount() != note.changed))
    return std::to_string(note.base) + " and " + std::to_string(note.changed) + " documents and " +
           std::to_string((*tables)->by_name.size()) + " names of " + std::to_string(listed_firms) + " firms";
  std::vector<store::FirmNo> samples;
  const store::FirmNo step = std::max<store::FirmNo>(1, snapshot.last_firm() / kSamples);
  for (store::FirmNo firm = 1; firm <= snapshot.last_firm(); firm += step) samples.push_back(firm);
  for (std::size_t i = 0; i < stale.size(); i += std::max<std::size_t>(1, stale.size() / kSamples))
    if (stale[i] != 0 && stale[i] <= snapshot.last_firm()) samples.push_back(stale[i]);
  std::erase_if(samples, [&](store::FirmNo firm) { return !listed(snapshot, firm); });
  const FirmForms forms(snapshot, source.reference);
  for (const store::FirmNo firm : samples) {
    const bool changed = std::binary_search(stale.begin(), stale.end(), firm);
    const Xapian::Database& database = changed && postings.changed ? *postings.changed : postings.base;
    const Xapian::Document document = make_document(snapshot, source.reference, firm);
    for (auto term = document.termlist_begin(); term != document.termlist_end(); ++term) {
      auto posting = database.postlist_begin(*term);
      posting.skip_to(firm);
      if (posting == database.postlist_end(*term) || *posting != firm)
        return "firm " + std::to_string(firm) + " is not found by its term " + *term;
    }
    if ((*tables)->name[firm] != forms.name(firm))
      return "the name of firm " + std::to_string(firm) + " is another one";
  }
  return patents_disagree(fresh, source, note, stale, samples);
}

// `fresh` is complete and synced afterwards.
Result<IndexNote> build_beside(const fs::path& work, const fs::path& fresh, const IndexSource& source,
                               const IndexBefore* before, Progress& progress) {
  TANMIAO_ASSIGN(IndexNote note, before == nullptr ? write_whole(work, fresh, source, progress)
                                                   : write_changes(work, fresh, source, *before, progress));
  const std::vector<store::FirmNo> stale = before == nullptr ? std::vector<store::FirmNo>() : before->stale;
  if (const std::string wrong = disagreement(fresh, source, note, stale); !wrong.empty())
    return Error{Errc::kCorrupt, "the new search index does not agree with the snapshot: " + wrong, fresh.string()};
  TANMIAO_TRY(sync_files(fresh));
  if (!note.whole) TANMIAO_TRY(sync_files(fresh / kChangedFolder));
  note.bytes = bytes_of_databases(fresh, note.whole);
  TANMIAO_TRY(write_note(fresh, note));
  return note;
}

// The library says on a full disk that it cannot take back what it could not write: then the disk is asked.
bool disk_full(const Xapian::Error& error, const fs::path& folder) {
  constexpr std::uintmax_t kAFewBlocks = 64 << 10;
  const char* reason = error.get_error_string();
  if (reason != nullptr && std::string_view(reason) == std::strerror(ENOSPC)) return true;
  std::error_code failed;
  const fs::space_info space = fs::space(folder, failed);
  return !failed && space.available < kAFewBlocks;
}

Status build_generation(const fs::path& target, const IndexSource& source, const IndexBefore* before,
                        Progress& progress, IndexReport& report) {
  const fs::path work = target.string() + ".work", fresh = target.string() + ".new";
  try {
    for (const fs::path& left : {work, fresh, target}) fs::remove_all(left);
    fs::create_directories(target.parent_path());
    TANMIAO_ASSIGN(const IndexNote note, build_beside(work, fresh, source, before, progress));
    report.documents = note.documents, report.written = note.whole ? note.documents : note.changed;
    fs::remove_all(work);
    fs::rename(fresh, target);
  } catch (const DamagedText& text) {
    return text.error;
  } catch (const Xapian::Error& error) {
    if (disk_full(error, target.parent_path())) return store::io_error(ENOSPC, "writing the search index", target);
    return Error{Errc::kIo, "writing the search index: " + error.get_description(), target.string()};
  } catch (const fs::filesystem_error& error) {
    return store::io_error(error.code().value(), "writing the search index", target);
  }
  return store::sync_folder(target.parent_path());
}

Result<std::vector<std::uint64_t>> digests_of(const store::Snapshot& snapshot) {
  try {
    return firm_digests(snapshot);
  } catch (const DamagedText& text) {
    return text.error;
  }
}

}  // namespace

std::string check_index(const store::DataFolder& folder, const std::string& generation, std::string_view snapshot) {
  const fs::path place = folder.index(generation);
  const auto opened = open_postings(place, snapshot);
  if (!opened) return opened.error().text();
  try {
    std::ostringstream told;
    if (std::string columns = check_tables(place / kColumnsFolder); !columns.empty()) return columns;
    std::size_t errors = Xapian::Database::check(place.string(), 0, &told);
    for (const TermListFolders& lists : kTermListFolders) {
      if (std::string columns = check_tables(place / lists.whole); !columns.empty()) return columns;
      if (opened->note.whole) continue;
      if (std::string columns = check_tables(place / lists.changed); !columns.empty()) return columns;
    }
    if (!opened->note.whole) {
      if (std::string columns = check_tables(place / kBaseFolder); !columns.empty()) return columns;
      errors += Xapian::Database::check((place / kChangedFolder).string(), 0, &told);
    }
    return errors == 0 ? std::string() : place.string() + ": " + std::to_string(errors) + " errors in the index";
  } catch (const Xapian::Error& error) {
    return place.string() + ": " + error.get_description();
  }
}

Result<IndexReport> build_index(const store::DataFolder& folder, const store::Snapshot& snapshot,
                                const IndexConfig& config, const Reference& reference, Progress& progress) {
  return build_index_of_shards(folder, snapshot, config, reference, progress, kShards);
}

Result<IndexReport> build_index_of_shards(const store::DataFolder& folder, const store::Snapshot& snapshot,
                                          const IndexConfig& config, const Reference& reference, Progress& progress,
                                          std::size_t shards) {
  IndexReport report;
  const std::string tables = tables_mark(reference);
  report.generation = generation_of(snapshot, tables);
  const fs::path target = folder.index(report.generation);
  // What is there and can be opened in all its parts is not made again; what is damaged is.
  if (const auto present = open_postings(target, snapshot.info().digest);
      present && open_tables(target / kColumnsFolder, snapshot.last_firm()) &&
      open_term_lists(target, present->note.whole)) {
    report.documents = present->note.documents;
    report.unchanged = true;
    return report;
  }
  IndexSource source{snapshot, reference, {}, tables, config.threads, shards};
  TANMIAO_ASSIGN(source.digests, digests_of(snapshot));
  std::optional<IndexBefore> before;
  if (!config.before.empty()) before = index_before(folder.index(config.before), source);
  Status done = build_generation(target, source, before ? &*before : nullptr, progress, report);
  // What cannot be taken over (a file system without hard links, say) is made anew.
  if (!done && before && done.error().code != Errc::kDiskFull)
    done = build_generation(target, source, nullptr, progress, report);
  if (!done) {
    // On a full disk its place is wanted for what tells of it.
    std::error_code ignored;
    for (const char* const left : {".work", ".new"}) fs::remove_all(target.string() + left, ignored);
    return done.error();
  }
  return report;
}

}  // namespace tanmiao::indexer
