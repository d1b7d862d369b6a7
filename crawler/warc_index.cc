#include "crawler/warc_index.h"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <fstream>
#include <functional>
#include <tuple>
#include <utility>

#include "crawler/warc_read.h"
#include "store/data_folder.h"
#include "store/store.h"

namespace tanmiao::crawler {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
constexpr std::string_view kHeadOfIndex = "!segment ";

std::string head_line(const fs::path& segment, std::uint64_t length) {
  return std::string(kHeadOfIndex) +
         json::serialize(json::object{{"filename", segment.filename().string()}, {"length", std::to_string(length)}}) +
         '\n';
}

std::string text_of(const json::object& fields, std::string_view name) {
  const json::value* const found = fields.if_contains(name);
  return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string();
}

template <class Number>
void number_of(const json::object& fields, std::string_view name, Number& out) {
  const std::string text = text_of(fields, name);
  std::from_chars(text.data(), text.data() + text.size(), out);
}

bool parse_line(const std::string& line, WarcEntry& e) {
  const std::size_t first = line.find(' ');
  const std::size_t second = first == std::string::npos ? first : line.find(' ', first + 1);
  if (second == std::string::npos) return false;
  boost::system::error_code failed;
  const json::value value = json::parse(std::string_view(line).substr(second + 1), failed);
  if (failed || !value.is_object()) return false;
  const json::object& fields = value.get_object();
  e.key = line.substr(0, first);
  e.timestamp = line.substr(first + 1, second - first - 1);
  e.url = text_of(fields, "url");
  e.mime = text_of(fields, "mime");
  e.digest = text_of(fields, "digest");
  e.file = text_of(fields, "filename");
  e.part = text_of(fields, "part");
  e.refers_to_date = text_of(fields, "refers_to_date");
  e.type = e.mime == "warc/revisit" ? "revisit" : "response";
  number_of(fields, "status", e.status);
  number_of(fields, "offset", e.offset);
  number_of(fields, "length", e.length);
  return true;
}

// false: there is none, or it is not of that length.
bool read_index(const fs::path& segment, std::uint64_t length, std::vector<WarcEntry>& entries) {
  std::ifstream in(warc_index_of(segment), std::ios::binary);
  std::string line;
  if (!std::getline(in, line) || line + '\n' != head_line(segment, length)) return false;
  while (std::getline(in, line)) {
    if (!parse_line(line, entries.emplace_back())) return false;
  }
  return true;
}

Result<std::vector<std::string>> one_or_all(const store::Store& store, const std::string& source) {
  if (!source.empty()) return std::vector{source};
  return archived_sources(store);
}

using OnEntry = std::function<void(WarcEntry&&)>;

// Of a whole segment, in its order. What is damaged is passed over up to the next place that is known.
void each_entry(const fs::path& segment, std::uint64_t length, std::string& damage,
                const std::set<std::uint64_t>& known, const OnEntry& give) {
  auto reader = WarcReader::open(segment, length);
  if (!reader) {
    damage = reader.error().text();
    return;
  }
  while (reader->offset() < length) {
    const std::uint64_t here = reader->offset();
    const auto record = reader->next();
    std::string fault;
    if (!record)
      fault = record.error().text();
    else if (!*record)
      fault = segment.string() + ": the segment is shorter than what was acknowledged";
    else if (auto entry = entry_of(**record, segment); !entry)
      fault = entry.error().text();
    else if (*entry)
      give(std::move(**entry));
    if (fault.empty()) continue;
    if (damage.empty()) damage = std::move(fault);
    const auto next = known.upper_bound(here);
    if (next == known.end()) break;
    reader->seek(*next);
  }
}

// They stand in one text, and their places are sorted: a crawl writes the index of each segment that it ends, and has
// many of them.
struct Lines {
  std::string text;
  std::vector<std::pair<std::size_t, std::size_t>> places;  // begin and length of each line
  void add(std::string_view line) {
    places.emplace_back(text.size(), line.size());
    text += line;
  }
};

Status read_lines(const fs::path& segment, std::uint64_t length, Lines& lines) {
  std::string damage;
  each_entry(segment, length, damage, {},
             [&](const WarcEntry& entry) { lines.add(CdxjLine(entry).at(entry.offset, entry.file)); });
  return damage.empty() ? Status() : Error{Errc::kCorrupt, damage, ""};
}

Status write_sorted(const fs::path& segment, std::uint64_t length, Lines& lines) {
  const auto line_at = [&](const std::pair<std::size_t, std::size_t>& place) {
    return std::string_view(lines.text).substr(place.first, place.second);
  };
  // As `LC_ALL=C sort` would: keys with bytes below the blank do not occur.
  std::sort(lines.places.begin(), lines.places.end(),
            [&](const auto& a, const auto& b) { return line_at(a) < line_at(b); });
  std::string sorted = head_line(segment, length);
  sorted.reserve(sorted.size() + lines.text.size());
  for (const auto& place : lines.places) sorted += line_at(place);
  return store::write_file_durably(warc_index_of(segment), sorted);
}

}  // namespace

fs::path warc_index_of(const fs::path& segment) {
  const std::string name = segment.filename().string();
  return segment.parent_path() / (name.substr(0, name.find(".warc.gz")) + ".cdxj");
}

std::vector<WarcEntry> index_segment(const fs::path& segment, std::uint64_t length, std::string& damage,
                                     const std::set<std::uint64_t>& known) {
  std::vector<WarcEntry> entries;
  each_entry(segment, length, damage, known, [&](WarcEntry&& entry) { entries.push_back(std::move(entry)); });
  std::sort(entries.begin(), entries.end(), [](const WarcEntry& a, const WarcEntry& b) {
    return std::tie(a.key, a.timestamp, a.offset) < std::tie(b.key, b.timestamp, b.offset);
  });
  return entries;
}

std::vector<WarcEntry> entries_of_segment(const fs::path& segment, std::uint64_t length, std::string& damage,
                                          const std::set<std::uint64_t>& known) {
  std::vector<WarcEntry> entries;
  if (read_index(segment, length, entries)) return entries;
  entries.clear();  // of an index that is damaged itself
  return index_segment(segment, length, damage, known);
}

Status write_warc_index(const fs::path& segment, std::uint64_t length) {
  Lines lines;
  TANMIAO_TRY(read_lines(segment, length, lines));
  return write_sorted(segment, length, lines);
}

Status write_warc_index(const fs::path& segment, std::uint64_t length, const CdxjLines& written) {
  auto text = written.whole() ? written.text() : Error{};
  if (!text) return write_warc_index(segment, length);
  Lines lines;
  if (written.from() > 0) TANMIAO_TRY(read_lines(segment, written.from(), lines));
  std::size_t begin = lines.text.size();
  if (begin == 0)
    lines.text = std::move(*text);  // megabytes
  else
    lines.text += *text;
  for (std::size_t end = 0; begin < lines.text.size(); begin = end) {
    end = lines.text.find('\n', begin) + 1;
    lines.places.emplace_back(begin, end - begin);
  }
  return write_sorted(segment, length, lines);
}

Status remove_segment(const fs::path& segment) {
  std::error_code failed;
  fs::remove(warc_index_of(segment), failed);
  if (!failed) fs::remove(segment, failed);
  if (failed) return store::io_error(failed.value(), "removing the segment", segment);
  return {};
}

Result<std::vector<std::string>> archived_sources(const store::Store& store) {
  std::vector<std::string> found;
  std::error_code failed;
  const fs::path all = store.folder().captures("");
  if (!fs::exists(all, failed)) return found;
  for (fs::directory_iterator at(all, failed), end; !failed && at != end; at.increment(failed))
    if (at->is_directory(failed)) found.push_back(at->path().filename().string());
  if (failed) return Error{Errc::kIo, "cannot read the folder of captures: " + failed.message(), all.string()};
  std::sort(found.begin(), found.end());
  return found;
}

Result<std::vector<SourceEntries>> archived_entries(store::Store& store, const std::string& source) {
  TANMIAO_ASSIGN(const auto sources, one_or_all(store, source));
  std::vector<SourceEntries> all;
  for (const std::string& id : sources) {
    TANMIAO_ASSIGN(const auto segments, store.facts().segments(id));
    SourceEntries of;
    of.source = id;
    for (const auto& [name, length] : segments) {
      std::string damage;
      auto entries = entries_of_segment(store.folder().captures(id) / name, length, damage);
      std::move(entries.begin(), entries.end(), std::back_inserter(of.entries));
      if (!damage.empty()) of.damage.push_back(std::move(damage));
    }
    all.push_back(std::move(of));
  }
  return all;
}

Result<std::vector<IndexedSource>> write_indexes(store::Store& store, const std::string& source) {
  TANMIAO_ASSIGN(const auto sources, one_or_all(store, source));
  std::vector<IndexedSource> all;
  for (const std::string& id : sources) {
    TANMIAO_ASSIGN(const auto segments, store.facts().segments(id));
    IndexedSource of;
    of.source = id;
    for (const auto& [name, length] : segments) {
      const fs::path segment = store.folder().captures(id) / name;
      const Status written = write_warc_index(segment, length);
      if (!written && written.error().code != Errc::kCorrupt) return written.error();
      if (!written) {
        of.damage.push_back(written.error().message);
        continue;
      }
      std::string damage;
      ++of.segments;
      of.entries += entries_of_segment(segment, length, damage).size();
    }
    all.push_back(std::move(of));
  }
  return all;
}

}  // namespace tanmiao::crawler
