#include "crawler/warc_record.h"

#include <openssl/evp.h>
#include <sodium.h>
#include <strings.h>

#include <algorithm>
#include <array>
#include <memory>
#include <new>

#include "core/hash.h"
#include "crawler/address.h"

namespace tanmiao::crawler {
namespace {

constexpr std::string_view kRenamed = "X-Archive-Orig-";
constexpr std::string_view kTransferEncoding = "Transfer-Encoding:";
constexpr std::string_view kWithheld = "(withheld)";

// Request headers that are the same for everybody who asks.
constexpr std::array<std::string_view, 15> kPlainHeaders{"accept",
                                                         "accept-charset",
                                                         "accept-encoding",
                                                         "accept-language",
                                                         "cache-control",
                                                         "connection",
                                                         "content-length",
                                                         "content-type",
                                                         "from",
                                                         "host",
                                                         "if-match",
                                                         "if-none-match",
                                                         "if-modified-since",
                                                         "range",
                                                         "user-agent"};

bool starts_with_name(std::string_view line, std::string_view name) {
  return line.size() >= name.size() && ::strncasecmp(line.data(), name.data(), name.size()) == 0;
}

// A header's value: one line, whatever a server sent.
void add_field(std::string& out, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  out.append(name).append(": ");
  for (const char c : value) out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  out += "\r\n";
}

// A UUID of the version that is free in form (RFC 9562, 5.8).
std::string record_id(std::string_view content) {
  std::string h = hash_hex(content, 32);
  constexpr std::string_view kVariant = "89ab";
  h[12] = '8';
  h[16] = kVariant[static_cast<unsigned char>(h[16]) % kVariant.size()];
  return "<urn:uuid:" + h.substr(0, 8) + "-" + h.substr(8, 4) + "-" + h.substr(12, 4) + "-" + h.substr(16, 4) + "-" +
         h.substr(20, 12) + ">";
}

// Type, name and block in two pieces; `more` are the fields between.
std::string record_text(std::string_view type, const std::string& id, Instant date, std::string_view more,
                        std::string_view content_type, const std::string& block_digest, std::string_view head,
                        std::string_view body) {
  std::string record = "WARC/1.1\r\n";
  record.reserve(1024 + more.size() + head.size() + body.size());
  add_field(record, "WARC-Type", type);
  add_field(record, "WARC-Record-ID", id);
  add_field(record, "WARC-Date", iso(date));
  record += more;
  add_field(record, "WARC-Block-Digest", block_digest);
  add_field(record, "Content-Type", content_type);
  add_field(record, "Content-Length", std::to_string(head.size() + body.size()));
  record.append("\r\n").append(head).append(body).append("\r\n\r\n");
  return record;
}

void add_own_fields(std::string& fields, const WarcResponse& r) {
  add_field(fields, "WARC-Tanmiao-Asked", r.asked == r.url ? std::string() : r.asked);
  add_field(fields, "WARC-Tanmiao-Post", post_of(r.url));
  add_field(fields, "WARC-Tanmiao-Role", r.role);
  add_field(fields, "WARC-Tanmiao-Robots", r.robots);
}

// Each line of a head without its end; the empty one at the end is left out.
template <class Take>
void each_line(std::string_view head, Take take) {
  while (!head.empty()) {
    const std::size_t end = head.find('\n');
    std::string_view line = head.substr(0, end);
    head.remove_prefix(end == std::string_view::npos ? head.size() : end + 1);
    while (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (!line.empty()) take(line);
  }
}

}  // namespace

std::string warc_digest(std::initializer_list<std::string_view> parts) {
  using Context = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;
  thread_local const Context context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  // OpenSSL's, because it uses the processor's own SHA instructions.
  static const EVP_MD* const sha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  bool good = context != nullptr && EVP_DigestInit_ex2(context.get(), sha256, nullptr) == 1;
  for (const std::string_view part : parts)
    good = good && EVP_DigestUpdate(context.get(), part.data(), part.size()) == 1;
  if (!good || EVP_DigestFinal_ex(context.get(), digest.data(), &length) != 1) throw std::bad_alloc();
  std::array<char, EVP_MAX_MD_SIZE * 2 + 1> hex{};
  sodium_bin2hex(hex.data(), hex.size(), digest.data(), length);
  return "sha256:" + std::string(hex.data());
}

std::string archived_head(std::string_view head) {
  std::string out;
  out.reserve(head.size() + 32);
  each_line(head, [&](std::string_view line) {
    if (starts_with_name(line, kTransferEncoding)) out += kRenamed;
    out.append(line).append("\r\n");
  });
  return out;
}

std::string received_head(std::string_view archived) {
  std::string out;
  out.reserve(archived.size());
  each_line(archived, [&](std::string_view line) {
    if (line.starts_with(kRenamed) && starts_with_name(line.substr(kRenamed.size()), kTransferEncoding))
      line.remove_prefix(kRenamed.size());
    out.append(line).append("\r\n");
  });
  return out;
}

std::string request_to_keep(std::string_view sent, const std::string& url, std::size_t body) {
  std::string out;
  each_line(sent, [&](std::string_view line) {
    if (out.empty()) {
      const auto target = parse_url(url);
      const std::size_t method = line.find(' '), version = line.rfind(' ');
      if (method == std::string_view::npos || version <= method) return;
      out.append(line.substr(0, method + 1)).append(target ? target->target() : "/");
      out.append(line.substr(version)).append("\r\n");
      return;
    }
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return;
    std::string name(line.substr(0, colon));
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    if (name == "content-length")
      out.append(line.substr(0, colon)).append(": ").append(std::to_string(body));
    else if (std::find(kPlainHeaders.begin(), kPlainHeaders.end(), name) != kPlainHeaders.end())
      out.append(line);
    else
      out.append(line.substr(0, colon)).append(": ").append(kWithheld);
    out += "\r\n";
  });
  return out;
}

std::string response_record(const WarcResponse& r, std::string& id) {
  const std::string head = archived_head(r.head) + "\r\n";
  const std::string block_digest = warc_digest({head, r.body});
  id = record_id("response " + r.url + ' ' + iso(r.fetched_at) + ' ' + block_digest);
  std::string fields;
  add_field(fields, "WARC-Target-URI", url_of(r.url));
  add_field(fields, "WARC-Payload-Digest", warc_digest({r.body}));
  add_own_fields(fields, r);
  return record_text("response", id, r.fetched_at, fields, "application/http;msgtype=response", block_digest, head,
                     r.body);
}

std::string revisit_record(const WarcResponse& again, const WarcOriginal& original, Revisit profile, std::string& id) {
  const std::string head = archived_head(again.head) + "\r\n";
  const std::string block_digest = warc_digest({head});
  id = record_id("revisit " + again.url + ' ' + iso(again.fetched_at) + ' ' + block_digest);
  std::string fields;
  add_field(fields, "WARC-Target-URI", url_of(again.url));
  add_field(fields, "WARC-Profile",
            profile == Revisit::kNotModified ? "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
                                             : "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest");
  add_field(fields, "WARC-Payload-Digest", original.payload_digest);
  add_field(fields, "WARC-Refers-To", original.id);
  add_field(fields, "WARC-Refers-To-Target-URI", original.url);
  add_field(fields, "WARC-Refers-To-Date", original.date);
  add_field(fields, "WARC-Tanmiao-Part", original.part == again.url ? std::string() : original.part);
  add_own_fields(fields, again);
  return record_text("revisit", id, again.fetched_at, fields, "application/http;msgtype=response", block_digest, head,
                     {});
}

std::string request_record(const WarcResponse& r, const std::string& id) {
  const auto address = parse_address(r.url);
  const std::string body = address ? address->body : std::string();
  std::string head = request_to_keep(r.request_head, r.url, body.size());
  if (head.empty()) return {};
  head += "\r\n";
  std::string fields;
  add_field(fields, "WARC-Target-URI", url_of(r.url));
  add_field(fields, "WARC-Concurrent-To", id);
  return record_text("request", record_id("request " + id), r.fetched_at, fields, "application/http;msgtype=request",
                     warc_digest({head, body}), head, body);
}

std::string metadata_record(const WarcResponse& r, const std::string& id) {
  std::string block;
  add_field(block, "via", r.via);
  add_field(block, "hopsFromSeed", std::string(r.depth, 'L'));
  add_field(block, "asked", r.asked);
  add_field(block, "role", r.role);
  add_field(block, "robots", r.robots);
  std::string fields;
  add_field(fields, "WARC-Target-URI", url_of(r.url));
  add_field(fields, "WARC-Concurrent-To", id);
  return record_text("metadata", record_id("metadata " + id), r.fetched_at, fields, "application/warc-fields",
                     warc_digest({block}), block, {});
}

std::string info_record(const std::string& segment, const std::string& software, Instant now) {
  std::string block;
  add_field(block, "software", software);
  add_field(block, "format", "WARC File Format 1.1");
  add_field(block, "conformsTo", "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/");
  add_field(block, "robots", "RFC 9309; 5xx and timeouts forbid");
  std::string fields;
  add_field(fields, "WARC-Filename", segment);
  return record_text("warcinfo", record_id("warcinfo " + segment + ' ' + iso(now) + block), now, fields,
                     "application/warc-fields", warc_digest({block}), block, {});
}

}  // namespace tanmiao::crawler
