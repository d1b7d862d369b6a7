#include "crawler/archive.h"

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <set>

#include "crawler/replay.h"
#include "crawler/warc.h"
#include "crawler/warc_index.h"
#include "crawler/warc_read.h"

namespace tanmiao::crawler {
namespace {

namespace fs = std::filesystem;

enum class Why { kAge, kTakeDown };

// The instant of the 14 digits of an index.
std::optional<Instant> instant_of(const std::string& digits) {
  if (digits.size() != 14) return std::nullopt;
  const auto at =
      parse_iso_instant(digits.substr(0, 4) + "-" + digits.substr(4, 2) + "-" + digits.substr(6, 2) + "T" +
                        digits.substr(8, 2) + ":" + digits.substr(10, 2) + ":" + digits.substr(12, 2) + "Z");
  return at ? std::optional(*at) : std::nullopt;
}

// One source while it is cut.
class Cutting {
 public:
  Cutting(store::Store& store, std::string source, std::string product, Why why)
      : store_(store), folder_(store.folder().captures(source)), product_(std::move(product)), why_(why) {
    cut.source = std::move(source);
  }

  Status look(const Unwanted& unwanted) {
    TANMIAO_ASSIGN(captures_, store_.facts().captures(cut.source, std::nullopt));
    TANMIAO_ASSIGN(const auto parts, store_.facts().parts(cut.source));
    std::set<store::CaptureId> replayable;
    for (const auto& [url, capture] : replayable_captures(captures_, parts)) replayable.insert(capture.id);
    std::set<std::pair<std::string, std::string>> unwanted_pages;  // name and time of captures, with bytes or without
    for (const store::Capture& capture : captures_) {
      if (!unwanted(capture)) continue;
      unwanted_pages.emplace(capture.url, iso(capture.fetched_at));
      if (capture.segment.empty()) continue;
      gone_.insert(capture.id);
      concerned_.insert(capture.segment);
      ++cut.pages;
      cut.bytes += capture.bytes;
      if (replayable.contains(capture.id)) ++cut.replayable;
      cut.addresses.push_back(capture.url);
    }
    std::erase_if(captures_, [](const store::Capture& c) { return c.segment.empty(); });
    cut.kept = captures_.size() - gone_.size();
    return look_at_revisits(unwanted, unwanted_pages);
  }

  Status perform() {
    if (concerned_.empty()) return {};
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
    for (const std::string& name : concerned_) TANMIAO_TRY(remove_segment(folder_ / name));
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
  Status look_at_revisits(const Unwanted& unwanted, const std::set<std::pair<std::string, std::string>>& pages) {
    TANMIAO_ASSIGN(const auto segments, store_.facts().segments(cut.source));
    for (const auto& [name, length] : segments) {
      if (why_ == Why::kAge && !begins_with_unwanted(unwanted, name, length)) continue;
      std::string damage;  // is for `tanmiao check` to tell
      std::set<std::uint64_t> known;
      for (const store::Capture& capture : captures_)
        if (capture.segment == name) known.insert(capture.offset);
      for (const WarcEntry& entry : entries_of_segment(folder_ / name, length, damage, known)) {
        if (entry.type != "revisit") continue;
        store::Capture as;
        as.id = std::numeric_limits<store::CaptureId>::max();  // no capture's
        as.source = cut.source;
        as.url = entry.part;
        as.fetched_at = instant_of(entry.timestamp).value_or(Instant::max());
        const bool of_what_goes = why_ == Why::kTakeDown && pages.contains({entry.part, entry.refers_to_date});
        if (!of_what_goes && !unwanted(as)) continue;
        revisits_gone_.emplace(name, entry.offset);
        concerned_.insert(name);
        ++cut.revisits;
      }
    }
    return {};
  }

  // A segment is in the order of time: when its first page is to stay, so are all.
  bool begins_with_unwanted(const Unwanted& unwanted, const std::string& name, std::uint64_t length) const {
    if (concerned_.contains(name)) return true;
    auto reader = WarcReader::open(folder_ / name, length);
    if (!reader) return false;
    const auto info = reader->next();
    if (!info || !*info) return false;
    const auto first = reader->peek();
    if (!first) return false;
    store::Capture as;
    const auto date = parse_iso_instant(first->field("WARC-Date"));
    as.fetched_at = date ? *date : Instant::max();
    return unwanted(as);
  }

  using Places = std::map<std::uint64_t, std::size_t>;  // offset -> capture

  // The captures of the segments concerned at their new places; those that go have none.
  Result<std::vector<store::Capture>> copy_the_rest(WarcWriter& writer,
                                                    const std::map<std::string, std::uint64_t>& segments) {
    std::vector<store::Capture> moved;
    std::map<std::string, Places> places;
    for (const std::string& name : concerned_) places[name];
    for (std::size_t i = 0; i < captures_.size(); ++i)
      if (concerned_.contains(captures_[i].segment)) places[captures_[i].segment][captures_[i].offset] = i;
    for (const auto& [segment, captures] : places) {
      const auto acknowledged = segments.find(segment);
      if (acknowledged == segments.end())
        return Error{Errc::kCorrupt, "captures lie in a segment that was never acknowledged",
                     (folder_ / segment).string()};
      TANMIAO_TRY(copy_segment(writer, segment, acknowledged->second, captures, moved));
    }
    return moved;
  }

  Status copy_segment(WarcWriter& writer, const std::string& segment, std::uint64_t length, const Places& captures,
                      std::vector<store::Capture>& moved) {
    TANMIAO_ASSIGN(WarcReader reader, WarcReader::open(folder_ / segment, length));
    std::map<std::uint64_t, WarcWriter::Place> placed;
    std::string kept;  // id of the response or revisit whose companions follow
    while (reader.offset() < length) {
      const std::uint64_t here = reader.offset();
      const auto record = reader.next();
      const auto capture = captures.find(here);
      const bool stays = capture != captures.end() && !gone_.contains(captures_[capture->second].id);
      if (!record) {
        // Damaged. What lies here up to the next page is kept as it lies unless something had to be taken down: whether
        // that is in it cannot be told then.
        const auto after = captures.upper_bound(here);
        const std::uint64_t end = after == captures.end() ? length : after->first;
        const bool companion = capture == captures.end() && !kept.empty();
        kept.clear();
        if ((stays || companion) && why_ == Why::kAge) {
          TANMIAO_ASSIGN(const std::string bytes, reader.packed(here, end));
          TANMIAO_ASSIGN(placed[here], writer.append_member(bytes));
        }
        reader.seek(end);
        continue;
      }
      if (!*record) break;
      const WarcRecord& r = **record;  // NOLINT(bugprone-unchecked-optional-access): looked at above
      bool copy = false;
      if (r.type() == "response" || r.type() == "revisit") {
        copy = r.type() == "response" ? stays : !revisits_gone_.contains({segment, here});
        kept = copy ? r.id() : std::string_view();
      } else if (r.type() == "request" || r.type() == "metadata") {
        copy = !kept.empty() && r.field("WARC-Concurrent-To") == kept;
      }
      if (!copy) continue;
      TANMIAO_ASSIGN(const std::string member, reader.packed(here, here + r.length));
      TANMIAO_ASSIGN(const WarcWriter::Place place, writer.append_member(member));
      if (r.type() == "response") placed[here] = place;
    }
    for (const auto& [offset, index] : captures) {
      store::Capture capture = captures_[index];
      const auto found = placed.find(offset);
      capture.segment = found == placed.end() ? std::string() : found->second.segment;
      capture.offset = found == placed.end() ? 0 : found->second.offset;
      moved.push_back(std::move(capture));
    }
    return {};
  }

  store::Store& store_;
  fs::path folder_;
  std::string product_;
  Why why_;
  std::vector<store::Capture> captures_;  // with bytes
  std::set<store::CaptureId> gone_;
  std::set<std::pair<std::string, std::uint64_t>> revisits_gone_;  // segment, offset
  std::set<std::string> concerned_;
};

Result<std::vector<ArchiveCut>> cut_all(store::Store& store, const Unwanted& unwanted, const std::string& product,
                                        bool dry, std::optional<Instant> before) {
  TANMIAO_ASSIGN(const auto sources, archived_sources(store));
  std::vector<ArchiveCut> cuts;
  for (const std::string& source : sources) {
    Cutting cutting(store, source, product, before ? Why::kAge : Why::kTakeDown);
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
