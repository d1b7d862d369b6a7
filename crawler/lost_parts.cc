#include "crawler/lost_parts.h"

#include <algorithm>
#include <boost/json.hpp>
#include <vector>

#include "core/json_reading.h"

namespace tanmiao::crawler {
namespace {

std::string lost_key(const std::string& source) { return "lost parts " + source; }
std::string lost_files_key(const std::string& source) { return "lost files " + source; }

Result<boost::json::object> noted_object(store::Facts& facts, const std::string& key) {
  TANMIAO_ASSIGN(const std::string note, facts.note(key));
  boost::system::error_code failed;
  boost::json::value read = note.empty() ? boost::json::value() : boost::json::parse(note, failed);
  return failed || !read.is_object() ? boost::json::object() : std::move(read.get_object());
}

}  // namespace

Status keep_lost_files(store::Facts& facts, Date day, const SourceReport& report) {
  TANMIAO_ASSIGN(const boost::json::object before, noted_object(facts, lost_files_key(report.id)));
  if (before.empty() && report.lost_count == 0) return {};
  const boost::json::object note{{"day", day.time_since_epoch().count()},
                                 {"count", report.lost_count},
                                 {"files", boost::json::array(report.lost_files.begin(), report.lost_files.end())}};
  return facts.set_note(lost_files_key(report.id), boost::json::serialize(note));
}

Status tell_lost_files(store::Facts& facts, Date day, SourceReport& report) {
  TANMIAO_ASSIGN(const boost::json::object note, noted_object(facts, lost_files_key(report.id)));
  if (number_of(note, "day") != day.time_since_epoch().count()) return {};
  report.lost_count = static_cast<std::uint64_t>(number_of(note, "count", 0));
  each_text(note, "files", [&](std::string_view file) { report.lost_files.emplace_back(file); });
  return {};
}

Status LostParts::open() {
  TANMIAO_ASSIGN(const boost::json::object read, noted_object(facts_, lost_key(source_)));
  for (const auto& [name, value] : read) {
    if (!value.is_object()) continue;
    const boost::json::object& is = value.get_object();
    if (number_of(is, "seen") < day_ - kDaysKept) {
      changed_ = true;
      continue;
    }
    parts_[std::string(name)] = {static_cast<std::uint64_t>(number_of(is, "hash")), number_of(is, "since"),
                                 number_of(is, "seen"), std::string(text_of(is, "why"))};
  }
  return {};
}

void LostParts::lost(const std::string& part, std::uint64_t hash, std::string why) {
  auto known = parts_.find(part);
  if (known == parts_.end()) {
    if (parts_.size() >= kMostKept && !make_room()) return ++more_, void();
    known = parts_.emplace(part, Part{hash, day_, day_, {}}).first;
  }
  if (known->second.hash != hash) known->second.since = day_;
  known->second.hash = hash;
  known->second.seen = day_;
  known->second.why = std::move(why);
  changed_ = true;
}

bool LostParts::make_room() {
  const auto oldest = std::min_element(parts_.begin(), parts_.end(),
                                       [](const auto& a, const auto& b) { return a.second.seen < b.second.seen; });
  if (oldest == parts_.end() || oldest->second.seen == day_) return false;
  parts_.erase(oldest);
  return true;
}

void LostParts::found(const std::string& part) { changed_ |= parts_.erase(part) > 0; }

Status LostParts::save() {
  if (!std::exchange(changed_, false)) return {};
  boost::json::object note;
  for (const auto& [name, part] : parts_)
    note[name] = boost::json::object{
        {"hash", static_cast<std::int64_t>(part.hash)}, {"since", part.since}, {"seen", part.seen}, {"why", part.why}};
  return facts_.set_note(lost_key(source_), boost::json::serialize(note));
}

void LostParts::tell(SourceReport& report) const {
  std::vector<const std::pair<const std::string, Part>*> tonight;
  for (const auto& part : parts_)
    if (part.second.seen == day_) tonight.push_back(&part);
  const auto old = std::stable_partition(tonight.begin(), tonight.end(),
                                         [&](const auto* part) { return part->second.since == day_; });
  report.lost_count = tonight.size() + more_;
  report.lost_new = static_cast<std::uint64_t>(old - tonight.begin());
  for (std::size_t i = 0; i < std::min(tonight.size(), kMostLostNamed); ++i)
    report.lost_files.push_back(tonight[i]->first + "（" + tonight[i]->second.why + "）");
}

}  // namespace tanmiao::crawler
