// HTTP by libcurl's multi-socket interface on a Boost.Asio loop. Knows nothing of politeness: see fetcher_hosts.h.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/error.h"

namespace boost::asio {
class io_context;
}

namespace tanmiao::crawler {

class Wire;
struct Url;
inline constexpr std::string_view kFormType = "application/x-www-form-urlencoded", kJsonType = "application/json";

struct FetchRequest {
  std::string url;
  std::string etag, last_modified;         // of what is known already; empty: unconditional
  std::uint64_t most_bytes = 64ull << 20;  // of the body as received
  std::chrono::seconds most_time{300};     // from the first byte asked to the last one received
  std::chrono::seconds most_stalled{30};   // without a body that grows by 64 bytes a second
  bool cut = false;                        // what is longer than most_bytes ends there and counts as whole
  std::optional<std::string> body;         // of a POST
  std::string_view content_type;           // of the body: kFormType or kJsonType
  std::vector<std::pair<std::string, std::string>> headers;
  std::shared_ptr<const Wire> wire;  // nullptr: the request is sent as it is
  // Why a redirect from one address to another is not followed, Chinese; empty: it is. Not set: all are.
  std::function<std::string(const Url& to, const Url& from)> refuses;
  // Addresses that are not public must stand there (crawler/connect_guard.h); outlives the request.
  const std::vector<std::string>* named = nullptr;
};

struct FetchResponse {
  int status = 0;            // 0: no whole answer came, see `failure`
  std::string head;          // status line and headers, CR LF at the end of each line
  std::string body;          // as received, transfer encoding taken off
  std::string request_head;  // as it was sent, secrets and all
  std::string failure;
  bool limit = false;      // a bound of ours was reached: asking again would not help
  bool cancelled = false;  // by cancel_all()
};

// What is on the wire only: secrets and signatures are put in when a request goes out, each time anew, and taken out of
// what came before anybody looks at it.
class Wire {
 public:
  virtual ~Wire() = default;
  // `elsewhere`: a redirect led away from the host that was to be asked: what was for it is not sent. `marks`: what was
  // made for this request and must not be kept.
  virtual Result<FetchRequest> complete(const FetchRequest& request, bool elsewhere,
                                        std::vector<std::string>& marks) const = 0;
  virtual void redact(FetchResponse& response, const std::vector<std::string>& marks) const = 0;
};

// Names without regard to case.
bool same_header(std::string_view a, std::string_view b);
// The last header of that name in a head, or empty. Names without regard to case.
std::string header_of(std::string_view head, std::string_view name);
// What is wrong with the lengths a head announces (RFC 9112, section 6.3), English; empty: nothing.
std::string length_fault(std::string_view head);
// The charset parameter of Content-Type, or empty.
std::string charset_of(std::string_view head);
// What is wrong with the content encodings a head names, English; empty: they can be taken off. Words that say nothing
// of the bytes (identity, none, names of charsets) are passed over.
std::string encoding_fault(std::string_view head);
// The body with its content encodings (gzip, up to three times) taken off; false when it is damaged, larger than
// `most_bytes` or encoded in another way.
bool decoded_body(std::string_view head, const std::string& body, std::uint64_t most_bytes, std::string& out);

class Fetcher {
 public:
  Fetcher(boost::asio::io_context& loop, std::string user_agent);
  ~Fetcher();
  using Done = std::function<void(FetchResponse)>;
  void start(const FetchRequest& request, Done done);  // `done` is called from the loop, never from within
  void cancel_all();                                   // whatever is under way ends as cancelled

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace tanmiao::crawler
