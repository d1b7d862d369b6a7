#include "crawler/archive.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <set>

#include "crawler/replay.h"
#include "crawler/warc.h"

namespace tanmiao::crawler {
namespace {

namespace fs = std::filesystem;

Result<std::vector<std::string>> archived_sources(const fs::path& captures) {
  std::vector<std::string> found;
  std::error_code failed;
  if (!fs::exists(captures, failed)) return found;
  for (fs::directory_iterator at(captures, failed), end; !failed && at != end; at.increment(failed))
    if (at->is_directory(failed)) found.push_back(at->path().filename().string());
  if (failed) return Error{Errc::kIo, "cannot read the folder of captures: " + failed.message(), captures.string()};
  std::sort(found.begin(), found.end());
  return found;
}

Result<std::string> bytes_at(const fs::path& file, std::uint64_t from, std::uint64_t to) {
  std::ifstream in(file, std::ios::binary);
  std::string bytes(to - from, '\0');
  in.seekg(static_cast<std::streamoff>(from));
  in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!in) return Error{Errc::kCorrupt, "the segment ends before its captures do", file.string()};
  return bytes;
}

// One source while it is cut.
class Cutting {
 public:
  Cutting(store::Store& store, std::string source, std::string product)
      : store_(store), folder_(store.folder().captures(source)), product_(std::move(product)) {
    cut.source = std::move(source);
  }

  Status look(const Unwanted& unwanted) {
    TANMIAO_ASSIGN(captures_, store_.facts().captures(cut.source, std::nullopt));
    TANMIAO_ASSIGN(const auto parts, store_.facts().parts(cut.source));
    std::set<store::CaptureId> replayable;
    for (const auto& [url, capture] : replayable_captures(captures_, parts)) replayable.insert(capture.id);
    std::erase_if(captures_, [](const store::Capture& c) { return c.segment.empty(); });
    for (const store::Capture& capture : captures_) {
      if (!unwanted(capture)) continue;
      gone_.insert(capture.id);
      concerned_.insert(capture.segment);
      ++cut.pages;
      cut.bytes += capture.bytes;
      if (replayable.contains(capture.id)) ++cut.replayable;
      cut.addresses.push_back(capture.url);
    }
    cut.kept = captures_.size() - gone_.size();
    return {};
  }

  Status perform() {
    if (gone_.empty()) return {};
    TANMIAO_ASSIGN(auto segments, store_.facts().segments(cut.source));
    TANMIAO_ASSIGN(WarcWriter writer, WarcWriter::open(folder_, segments, product_));
    const Instant now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    // Also when nothing stays: a source without any segment looks as if its facts were lost.
    TANMIAO_TRY(writer.begin_segment(now));
    TANMIAO_ASSIGN(const auto moved, copy_the_rest(writer, segments));
    TANMIAO_TRY(writer.sync());
    for (const std::string& name : concerned_) segments.erase(name);
    segments[writer.segment()] = writer.length();
    TANMIAO_TRY(store_.facts().move_captures(cut.source, moved, segments));
    std::error_code failed;
    for (const std::string& name : concerned_) {
      fs::remove(folder_ / name, failed);
      if (failed) return store::io_error(failed.value(), "removing the segment", folder_ / name);
    }
    return store::sync_folder(folder_);
  }

  Status forget_unknown(Instant before, bool dry) {
    std::error_code failed;
    std::vector<fs::path> files;
    for (fs::directory_iterator at(folder_, failed), end; !failed && at != end; at.increment(failed)) {
      if (at->path().filename().string().find(".warc.gz.unknown") == std::string::npos) continue;
      const auto age = fs::file_time_type::clock::now() - at->last_write_time(failed);
      const auto written = std::chrono::system_clock::now() - age;
      if (!failed && written < before) files.push_back(at->path());
    }
    cut.unknown_files = files.size();
    if (dry) return {};
    for (const fs::path& file : files)
      if (!fs::remove(file, failed)) return store::io_error(failed.value(), "removing the segment", file);
    return {};
  }

  ArchiveCut cut;

 private:
  // The captures of the segments concerned at their new places; those that go have none.
  Result<std::vector<store::Capture>> copy_the_rest(WarcWriter& writer,
                                                    const std::map<std::string, std::uint64_t>& segments) {
    std::vector<store::Capture> moved;
    std::map<std::string, std::map<std::uint64_t, std::size_t>> places;  // segment -> offset -> capture
    for (std::size_t i = 0; i < captures_.size(); ++i)
      if (concerned_.contains(captures_[i].segment)) places[captures_[i].segment][captures_[i].offset] = i;
    for (const auto& [segment, captures] : places) {
      const auto acknowledged = segments.find(segment);
      if (acknowledged == segments.end())
        return Error{Errc::kCorrupt, "captures lie in a segment that was never acknowledged",
                     (folder_ / segment).string()};
      for (auto at = captures.begin(); at != captures.end(); ++at) {
        store::Capture capture = captures_[at->second];
        const auto next = std::next(at);
        const std::uint64_t end = next == captures.end() ? acknowledged->second : next->first;
        WarcWriter::Place place;
        if (!gone_.contains(capture.id)) {
          TANMIAO_ASSIGN(const std::string member, bytes_at(folder_ / segment, capture.offset, end));
          TANMIAO_ASSIGN(place, writer.append_member(member));
        }
        capture.segment = place.segment;
        capture.offset = place.offset;
        moved.push_back(std::move(capture));
      }
    }
    return moved;
  }

  store::Store& store_;
  fs::path folder_;
  std::string product_;
  std::vector<store::Capture> captures_;  // with bytes
  std::set<store::CaptureId> gone_;
  std::set<std::string> concerned_;
};

Result<std::vector<ArchiveCut>> cut_all(store::Store& store, const Unwanted& unwanted, const std::string& product,
                                        bool dry, std::optional<Instant> before) {
  TANMIAO_ASSIGN(const auto sources, archived_sources(store.folder().captures("")));
  std::vector<ArchiveCut> cuts;
  for (const std::string& source : sources) {
    Cutting cutting(store, source, product);
    TANMIAO_TRY(cutting.look(unwanted));
    if (before) TANMIAO_TRY(cutting.forget_unknown(*before, dry));
    if (!dry) TANMIAO_TRY(cutting.perform());
    if (cutting.cut.any()) cuts.push_back(std::move(cutting.cut));
  }
  return cuts;
}

}  // namespace

Result<std::vector<ArchiveCut>> cut_archive(store::Store& store, const Unwanted& unwanted, const std::string& product,
                                            bool dry) {
  return cut_all(store, unwanted, product, dry, std::nullopt);
}

Result<std::vector<ArchiveCut>> prune_archive(store::Store& store, Instant before, const std::string& product,
                                              bool dry) {
  const auto old = [before](const store::Capture& capture) { return capture.fetched_at < before; };
  TANMIAO_ASSIGN(auto cuts, cut_all(store, old, product, dry, before));
  for (ArchiveCut& cut : cuts) cut.addresses.clear();
  return cuts;
}

}  // namespace tanmiao::crawler
