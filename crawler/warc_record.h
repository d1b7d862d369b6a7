// The records of WARC 1.1 (ISO 28500:2017) that are written, as text before they are packed.
//
// A page that is kept is a response, the request that asked for it and a metadata record, in this order; the two name
// the response (WARC-Concurrent-To) and go where it goes. A page that was the same is a revisit and its request.
// Records are named by their content: the same capture has the same names.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/date.h"

namespace tanmiao::crawler {

struct WarcResponse {
  // The address it came from after redirects: WARC-Target-URI and, of a POST, WARC-Tanmiao-Post with what is behind it
  std::string url;
  std::string asked;   // WARC-Tanmiao-Asked: the frontier's address, when that is another
  std::string role;    // WARC-Tanmiao-Role: page description that reads it
  std::string robots;  // WARC-Tanmiao-Robots
  Instant fetched_at{};
  int status = 0;
  std::string head;          // status line and headers as received, each line with CR LF, no empty line at the end
  std::string body;          // as received: still content-encoded; transfer encoding taken off
  std::string request_head;  // as sent, of any form; only what request_to_keep() leaves of it is written
  std::string via;           // the page that led here
  std::uint16_t depth = 0;   // links from a start of the source
};

// What a page was the same as.
struct WarcOriginal {
  std::string id, url, date, payload_digest;  // header fields of its response record, as they stand there
  std::string part;                           // the capture's name of it
};

enum class Revisit { kSamePayload, kNotModified };

std::string response_record(const WarcResponse& response, std::string& id);
// `again`: of the new answer; its body is not written.
std::string revisit_record(const WarcResponse& again, const WarcOriginal& original, Revisit profile, std::string& id);
// Of the response or revisit `id`. Empty when the request is not known.
std::string request_record(const WarcResponse& response, const std::string& id);
std::string metadata_record(const WarcResponse& response, const std::string& id);
std::string info_record(const std::string& segment, const std::string& software, Instant now);

// The request without what may be a secret: the target is that of `url`, which is kept anyway, and only headers known
// to hold none keep their values. Each line with CR LF. `body`: bytes of it that are kept, which has the names of its
// secrets in their place.
std::string request_to_keep(std::string_view sent, const std::string& url, std::size_t body = 0);

// A body is kept without its transfer encoding, so a reader must not look for one: the header is renamed.
std::string archived_head(std::string_view head);
std::string received_head(std::string_view archived);  // and back

// "sha256:" and 64 hexadecimal digits, of the parts one behind another.
std::string warc_digest(std::initializer_list<std::string_view> parts);

}  // namespace tanmiao::crawler
