#include "crawler/warc_index.h"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <fstream>
#include <functional>
#include <tuple>
#include <utility>

#include "crawler/address.h"
#include "crawler/fetcher.h"
#include "crawler/warc_read.h"
#include "store/data_folder.h"
#include "store/store.h"

namespace tanmiao::crawler {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
constexpr std::string_view kHeadOfIndex = "!segment ";

std::string small(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

std::vector<std::string> split_at(std::string_view text, char mark) {
  std::vector<std::string> parts;
  for (std::size_t from = 0; from <= text.size();) {
    const std::size_t to = std::min(text.find(mark, from), text.size());
    parts.emplace_back(text.substr(from, to - from));
    from = to + 1;
  }
  return parts;
}

std::string joined(const std::vector<std::string>& parts, char mark) {
  std::string out;
  for (const std::string& part : parts) out += (out.empty() ? "" : std::string(1, mark)) + part;
  return out;
}

// "www." and "www2." say nothing of the page.
std::string_view without_www(std::string_view host) {
  if (!host.starts_with("www")) return host;
  const std::size_t end = host.find_first_not_of("0123456789", 3);
  return end != std::string_view::npos && host[end] == '.' ? host.substr(end + 1) : host;
}

std::string mime_of(const WarcRecord& record, std::string_view head) {
  if (record.type() == "revisit") return "warc/revisit";
  std::string type = header_of(head, "Content-Type");
  type = type.substr(0, type.find_first_of("; "));
  return type.empty() ? "unk" : small(type);
}

std::string digits_of(std::string_view date) {
  std::string out;
  for (const char c : date)
    if (c >= '0' && c <= '9') out += c;
  return out.substr(0, 14);
}

std::string cdxj_line(const WarcEntry& e) {
  json::object fields{{"url", e.url},
                      {"mime", e.mime},
                      {"status", std::to_string(e.status)},
                      {"digest", e.digest},
                      {"length", std::to_string(e.length)},
                      {"offset", std::to_string(e.offset)},
                      {"filename", e.file}};
  if (e.type == "revisit") fields["part"] = e.part, fields["refers_to_date"] = e.refers_to_date;
  return e.key + ' ' + e.timestamp + ' ' + json::serialize(fields) + '\n';
}

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

// Nothing for records that are neither.
Status give_entry(const WarcRecord& r, const fs::path& segment, const OnEntry& give) {
  if (r.type() != "response" && r.type() != "revisit") return {};
  TANMIAO_ASSIGN(const WarcResponse response, response_of(r, segment.string() + ":" + std::to_string(r.offset)));
  WarcEntry e;
  e.key = surt_key(response.url);
  e.url = url_of(response.url);
  e.mime = mime_of(r, response.head);
  e.digest = r.field("WARC-Payload-Digest");
  e.type = r.type();
  e.timestamp = digits_of(r.field("WARC-Date"));
  e.status = response.status;
  e.offset = r.offset;
  e.length = r.length;
  e.file = segment.filename().string();
  if (e.type == "revisit") {
    e.part = r.field("WARC-Tanmiao-Part");
    if (e.part.empty()) e.part = response.url;
    e.refers_to_date = r.field("WARC-Refers-To-Date");
  }
  give(std::move(e));
  return {};
}

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
    else if (Status given = give_entry(**record, segment, give); !given)
      fault = given.error().text();
    if (fault.empty()) continue;
    if (damage.empty()) damage = std::move(fault);
    const auto next = known.upper_bound(here);
    if (next == known.end()) break;
    reader->seek(*next);
  }
}

// What a POST sent is put behind the query, as pywb and warcio do, so that its answers are told apart.
std::string query_with_post(const Url& url, std::string_view address) {
  const auto asked = parse_address(address);
  if (!asked || !asked->post()) return url.query;
  const std::string body =
      asked->kind == Address::Body::kForm ? asked->body : "__wb_post_data=" + escape_component(asked->body);
  return (url.query.empty() ? "?" : url.query + "&") + "__wb_method=post" + (body.empty() ? "" : "&" + body);
}

}  // namespace

std::string surt_key(std::string_view address) {
  const auto url = parse_url(address);
  if (!url) return small(address);
  std::string host(without_www(url->host));
  const bool numeric = host.starts_with('[') || host.find_first_not_of("0123456789.") == std::string::npos;
  if (!numeric) {
    auto labels = split_at(host, '.');
    std::reverse(labels.begin(), labels.end());
    host = joined(labels, ',');
  }
  std::string key = host + (url->port.empty() ? "" : ":" + url->port) + ")" + url->path;
  const std::string query = query_with_post(*url, address);
  if (query.size() > 1) {
    auto parameters = split_at(std::string_view(query).substr(1), '&');
    for (std::string& parameter : parameters) parameter = small(parameter);
    std::sort(parameters.begin(), parameters.end());
    key += "?" + joined(parameters, '&');
  }
  return small(key);
}

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

// The lines stand in one text, and their places are sorted: a crawl writes the index of each segment that it ends, and
// has many of them.
Status write_warc_index(const fs::path& segment, std::uint64_t length) {
  std::string damage, text;
  std::vector<std::pair<std::size_t, std::size_t>> places;  // begin and length of each line
  each_entry(segment, length, damage, {}, [&](WarcEntry&& entry) {
    const std::string line = cdxj_line(entry);
    places.emplace_back(text.size(), line.size());
    text += line;
  });
  if (!damage.empty()) return Error{Errc::kCorrupt, damage, ""};
  const auto line_at = [&](const std::pair<std::size_t, std::size_t>& place) {
    return std::string_view(text).substr(place.first, place.second);
  };
  // As `LC_ALL=C sort` would: keys with bytes below the blank do not occur.
  std::sort(places.begin(), places.end(), [&](const auto& a, const auto& b) { return line_at(a) < line_at(b); });
  std::string sorted = head_line(segment, length);
  sorted.reserve(sorted.size() + text.size());
  for (const auto& place : places) sorted += line_at(place);
  return store::write_file_durably(warc_index_of(segment), sorted);
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
