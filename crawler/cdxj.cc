#include "crawler/cdxj.h"

#include <algorithm>
#include <boost/json.hpp>
#include <fstream>
#include <sstream>
#include <utility>
#include <vector>

#include "crawler/address.h"
#include "crawler/fetcher.h"

namespace tanmiao::crawler {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

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

Result<std::optional<WarcEntry>> entry_of(const WarcRecord& r, const fs::path& segment) {
  if (r.type() != "response" && r.type() != "revisit") return std::optional<WarcEntry>();
  TANMIAO_ASSIGN(const WarcResponse response, response_of(r, segment.string() + ":" + std::to_string(r.offset)));
  std::optional<WarcEntry> entry(std::in_place);
  WarcEntry& e = *entry;
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
  return entry;
}

CdxjLine::CdxjLine(const WarcEntry& e) {
  before_ = json::serialize(json::object{{"url", e.url},
                                         {"mime", e.mime},
                                         {"status", std::to_string(e.status)},
                                         {"digest", e.digest},
                                         {"length", std::to_string(e.length)}});
  before_.back() = ',';
  before_ = e.key + ' ' + e.timestamp + ' ' + before_ + "\"offset\":\"";
  behind_ = "}\n";
  if (e.type != "revisit") return;
  behind_ = json::serialize(json::object{{"part", e.part}, {"refers_to_date", e.refers_to_date}}) + '\n';
  behind_.front() = ',';
}

CdxjLine CdxjLine::of(std::string_view text, std::uint64_t packed) {
  std::optional<WarcRecord> record = head_of_record(text);
  if (!record) return {};
  record->length = packed;
  const auto entry = entry_of(*record, {});
  return entry && *entry ? CdxjLine(**entry) : CdxjLine();
}

std::string CdxjLine::at(std::uint64_t offset, std::string_view file) const {
  return before_ + std::to_string(offset) + "\",\"filename\":" + json::serialize(json::string_view(file)) + behind_;
}

void CdxjLines::add(const CdxjLine& line, std::uint64_t offset, std::string_view file) {
  if (!line.known()) lose();
  if (!whole_) return;
  last_ += line.at(offset, file);
  if (last_.size() < kAtOnce) return;
  if (!spool_.append(last_)) lose();  // the segment is read once more then
  last_.clear();
}

Result<std::string> CdxjLines::text() const {
  if (spool_.file().empty()) return std::string(spool_.bytes()) + last_;
  std::ifstream in(spool_.file(), std::ios::binary);
  std::string text;
  text.reserve(spool_.size() + last_.size());
  text.resize(spool_.size());
  if (!in.read(text.data(), static_cast<std::streamsize>(text.size())))
    return Error{Errc::kIo, "cannot read the lines of an index", "TMPDIR"};
  text += last_;
  return text;
}

}  // namespace tanmiao::crawler
