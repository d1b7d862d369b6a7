#include "crawler/fetcher.h"

#include <curl/curl.h>

#include <strings.h>
#include <sys/socket.h>
#include <algorithm>
#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdlib>
#include <map>
#include <optional>

#include "core/text/normalize.h"
#include "crawler/connect_guard.h"
#include "crawler/url.h"
#include "tabular/byte_source.h"

namespace tanmiao::crawler {
namespace {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;
constexpr long kMostConnections = 1024;  // kept open
constexpr long kConnectSeconds = 15;
constexpr long kStalledSpeed = 64;  // bytes a second: whoever sends less means to keep the line
constexpr std::size_t kIdleHandles = 64;
constexpr std::size_t kMostHeadBytes = std::size_t{256} << 10;  // interim answers and trailers included
constexpr std::size_t kMostLengthDigits = 18;                   // a Content-Length beyond them counts as none
constexpr int kMostHeads = 20;                                  // 1xx answers before the real one

struct Transfer {
  FetchResponse response;
  Fetcher::Done done;
  std::uint64_t most_bytes = 0;
  bool cut = false;
  std::size_t head_bytes = 0;
  int heads = 0;
  ConnectRule rule;
  std::string refused;  // a connection that was not made
  curl_slist* headers = nullptr;
  CURL* easy = nullptr;

  Transfer() = default;
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;
  ~Transfer() {
    if (easy != nullptr) curl_easy_cleanup(easy);
    curl_slist_free_all(headers);
  }
  // Its handle can serve another transfer.
  CURL* give_back() {
    curl_easy_reset(easy);
    return std::exchange(easy, nullptr);
  }
};

std::size_t on_body(char* bytes, std::size_t size, std::size_t count, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  if (transfer.response.body.size() + size * count > transfer.most_bytes) {
    if (transfer.cut) transfer.response.body.append(bytes, transfer.most_bytes - transfer.response.body.size());
    transfer.response.limit = true;
    return 0;
  }
  transfer.response.body.append(bytes, size * count);
  return size * count;
}

std::size_t on_head(char* bytes, std::size_t size, std::size_t count, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  const std::string_view line(bytes, size * count);
  std::string& head = transfer.response.head;
  if (line.starts_with("HTTP/")) head.clear(), ++transfer.heads;  // an interim answer (100) precedes the real one
  transfer.head_bytes += line.size();
  if (transfer.head_bytes > kMostHeadBytes || transfer.heads > kMostHeads) {
    transfer.response.limit = true;
    return 0;
  }
  if (line != "\r\n" && line != "\n") head.append(line);
  return line.size();
}

curl_socket_t on_open(void* user, curlsocktype, curl_sockaddr* to) {
  auto& transfer = *static_cast<Transfer*>(user);
  std::string refusal = connect_refusal(transfer.rule, to->addr);
  if (refusal.empty()) return ::socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
  transfer.refused = std::move(refusal);
  return CURL_SOCKET_BAD;
}

// What curl says of its work: only the request's head is of use. A proxy's CONNECT is none.
int on_debug(CURL*, curl_infotype type, char* bytes, std::size_t size, void* user) {
  const std::string_view text(bytes, size);
  if (type == CURLINFO_HEADER_OUT && !text.starts_with("CONNECT "))
    static_cast<Transfer*>(user)->response.request_head = text;
  return 0;
}

void add_header(Transfer& transfer, const std::string& line) {
  transfer.headers = curl_slist_append(transfer.headers, line.c_str());
}

// As OpenSSL itself names it; empty: those of the system.
std::string authorities_file() {
  const char* const file = std::getenv("SSL_CERT_FILE");
  return file == nullptr ? std::string() : std::string(file);
}

std::string failure_text(CURLcode code, bool limit) {
  if (limit) return "larger than allowed";
  if (code == CURLE_PARTIAL_FILE) return "the answer ended before its announced length";
  if (code == CURLE_OPERATION_TIMEDOUT) return "timeout";
  return curl_easy_strerror(code);
}

void global_init() {
  static const CURLcode once = curl_global_init(CURL_GLOBAL_DEFAULT);
  (void)once;
}

}  // namespace

struct Fetcher::Impl : std::enable_shared_from_this<Fetcher::Impl> {
  struct Socket {
    explicit Socket(asio::io_context& io) : descriptor(io) {}
    asio::posix::stream_descriptor descriptor;
    int wanted = 0;  // CURL_POLL_*
    bool reading = false, writing = false;
  };

  Impl(asio::io_context& io, std::string agent) : loop(io), timer(io), user_agent(std::move(agent)) {
    global_init();
    multi = curl_multi_init();
    curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, &Impl::on_socket);
    curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, this);
    curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, &Impl::on_timer);
    curl_multi_setopt(multi, CURLMOPT_TIMERDATA, this);
    // Else it keeps four times as many as requests are under way: hosts that rest between two would be connected anew.
    curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, kMostConnections);
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl() {
    for (auto& [easy, transfer] : transfers) curl_multi_remove_handle(multi, easy);
    transfers.clear();
    for (CURL* const easy : idle) curl_easy_cleanup(easy);
    curl_multi_cleanup(multi);
    for (auto& [fd, socket] : sockets) release(*socket);
  }

  // The socket is curl's: the descriptor gives it back unclosed.
  static void release(Socket& socket) {
    if (socket.descriptor.is_open()) socket.descriptor.release();
  }

  static int on_socket(CURL*, curl_socket_t fd, int what, void* user, void*) {
    auto& self = *static_cast<Impl*>(user);
    if (what == CURL_POLL_REMOVE) {
      if (const auto found = self.sockets.find(fd); found != self.sockets.end()) {
        release(*found->second);
        self.sockets.erase(found);
      }
      return 0;
    }
    auto& socket = self.sockets[fd];
    if (!socket) {
      socket = std::make_shared<Socket>(self.loop);
      boost::system::error_code failed;
      socket->descriptor.assign(fd, failed);
      if (failed) {
        self.sockets.erase(fd);
        return -1;
      }
    }
    socket->wanted = what;
    self.watch(fd, socket);
    return 0;
  }

  static int on_timer(CURLM*, long milliseconds, void* user) {
    auto& self = *static_cast<Impl*>(user);
    self.wanted_at.reset();
    if (milliseconds < 0) return 0;
    self.wanted_at = Clock::now() + std::chrono::milliseconds(milliseconds);
    if (milliseconds > 0) return self.arm(*self.wanted_at), 0;
    if (std::exchange(self.posted, true)) return 0;
    asio::post(self.loop, [weak = self.weak_from_this()] {
      if (const auto impl = weak.lock()) impl->posted = false, impl->act(CURL_SOCKET_TIMEOUT, 0);
    });
    return 0;
  }

  // curl moves its time with every request, mostly to a later one. One that is armed already stays: when it goes off
  // too early it is armed again.
  void arm(Clock::time_point at) {
    if (armed_at && *armed_at <= at) return;
    armed_at = at;
    timer.expires_at(at);
    timer.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
      const auto impl = weak.lock();
      if (!impl || error) return;
      impl->armed_at.reset();
      const std::optional<Clock::time_point> wanted = impl->wanted_at;
      if (!wanted) return;
      if (Clock::now() < *wanted) return impl->arm(*wanted);
      impl->act(CURL_SOCKET_TIMEOUT, 0);
    });
  }

  void watch(curl_socket_t fd, const std::shared_ptr<Socket>& socket) {
    if ((socket->wanted & CURL_POLL_IN) != 0 && !socket->reading) {
      socket->reading = true;
      wait(fd, socket, asio::posix::descriptor_base::wait_read, CURL_CSELECT_IN, &Socket::reading);
    }
    if ((socket->wanted & CURL_POLL_OUT) != 0 && !socket->writing) {
      socket->writing = true;
      wait(fd, socket, asio::posix::descriptor_base::wait_write, CURL_CSELECT_OUT, &Socket::writing);
    }
  }

  void wait(curl_socket_t fd, const std::shared_ptr<Socket>& socket, asio::posix::descriptor_base::wait_type what,
            int event, bool Socket::*flag) {
    socket->descriptor.async_wait(
        what, [weak = weak_from_this(), fd, socket, event, flag](const boost::system::error_code& error) {
          (*socket).*flag = false;
          const auto impl = weak.lock();
          if (!impl || error == asio::error::operation_aborted) return;
          const auto known = impl->sockets.find(fd);
          if (known == impl->sockets.end() || known->second != socket) return;
          impl->act(fd, error ? CURL_CSELECT_ERR : event);
          // Still the same socket: wait on.
          const auto still = impl->sockets.find(fd);
          if (still != impl->sockets.end() && still->second == socket) impl->watch(fd, socket);
        });
  }

  void act(curl_socket_t fd, int event) {
    int running = 0;
    curl_multi_socket_action(multi, fd, event, &running);
    collect();
  }

  void collect() {
    int left = 0;
    while (CURLMsg* message = curl_multi_info_read(multi, &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      CURL* const easy = message->easy_handle;
      const CURLcode code = message->data.result;
      long status = 0;
      curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
      finish(easy, code, static_cast<int>(status));
    }
  }

  void finish(CURL* easy, CURLcode code, int status) {
    auto node = transfers.extract(easy);
    curl_multi_remove_handle(multi, easy);
    if (node.empty()) return;
    std::shared_ptr<Transfer> transfer = std::move(node.mapped());
    FetchResponse& response = transfer->response;
    const bool cut = transfer->cut && response.limit && code == CURLE_WRITE_ERROR;
    if (cut) response.limit = false;
    if (code == CURLE_OK || cut) {
      response.failure = length_fault(response.head);
      if (response.failure.empty()) response.status = status;
    } else if (code == CURLE_COULDNT_CONNECT && !transfer->refused.empty()) {
      response.failure = std::move(transfer->refused);
      response.limit = true;  // no host has a part in it, and asking again would not help
    } else {
      // What libcurl says of a header line beyond its own bound (100 KiB).
      if (code == CURLE_OUT_OF_MEMORY) response.limit = true;
      response.failure = failure_text(code, response.limit);
    }
    if (idle.size() < kIdleHandles) idle.push_back(transfer->give_back());
    asio::post(loop, [transfer] { transfer->done(std::move(transfer->response)); });
  }

  void start(const FetchRequest& request, Done done) {
    auto transfer = std::make_shared<Transfer>();
    transfer->done = std::move(done);
    transfer->most_bytes = request.most_bytes;
    transfer->cut = request.cut;
    transfer->easy = idle.empty() ? curl_easy_init() : idle.back();
    if (!idle.empty()) idle.pop_back();
    set_up(*transfer, request);
    transfers.emplace(transfer->easy, transfer);
    if (curl_multi_add_handle(multi, transfer->easy) != CURLM_OK) finish(transfer->easy, CURLE_FAILED_INIT, 0);
  }

  void set_up(Transfer& transfer, const FetchRequest& request) {
    CURL* const easy = transfer.easy;
    add_header(transfer, "Accept-Encoding: gzip");
    if (!request.etag.empty()) add_header(transfer, "If-None-Match: " + request.etag);
    if (!request.last_modified.empty()) add_header(transfer, "If-Modified-Since: " + request.last_modified);
    for (const auto& [name, value] : request.headers)
      add_header(transfer, value.empty() ? name + ";" : name + ": " + value);
    if (request.body) {
      add_header(transfer, "Content-Type: " + std::string(request.content_type));
      add_header(transfer, "Expect:");  // no question beforehand whether the body is welcome
      curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body->size()));
      curl_easy_setopt(easy, CURLOPT_COPYPOSTFIELDS, request.body->c_str());
    }
    curl_easy_setopt(easy, CURLOPT_URL, request.url.c_str());
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    curl_easy_setopt(easy, CURLOPT_USERAGENT, user_agent.c_str());
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer.headers);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, kConnectSeconds);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT, static_cast<long>(request.most_time.count()));
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, kStalledSpeed);
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, static_cast<long>(request.most_stalled.count()));
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &transfer);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &on_head);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, &transfer);
    curl_easy_setopt(easy, CURLOPT_DEBUGFUNCTION, &on_debug);
    curl_easy_setopt(easy, CURLOPT_DEBUGDATA, &transfer);
    curl_easy_setopt(easy, CURLOPT_VERBOSE, 1L);
    const auto url = parse_url(request.url);
    if (!url) return;  // curl refuses it as well
    // A proxy of the environment serves the outside only.
    const bool direct = url->loopback();
    if (direct) curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
    transfer.rule = {url->host, url->port, request.named, direct ? std::uint16_t{0} : proxy_port(*url)};
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, &on_open);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, &transfer);
    if (!authorities.empty()) curl_easy_setopt(easy, CURLOPT_CAINFO, authorities.c_str());
  }

  std::uint16_t proxy_port(const Url& url) const { return url.scheme == "https" ? https_proxy_port : http_proxy_port; }

  void cancel_all() {
    std::vector<CURL*> all;
    all.reserve(transfers.size());
    for (const auto& [easy, transfer] : transfers) all.push_back(easy);
    for (CURL* const easy : all) {
      transfers.at(easy)->response.cancelled = true;
      finish(easy, CURLE_ABORTED_BY_CALLBACK, 0);
    }
  }

  asio::io_context& loop;
  asio::steady_timer timer;
  std::optional<Clock::time_point> wanted_at, armed_at;  // when curl wants to be called; when `timer` goes off
  bool posted = false;                                   // it will be called at once
  std::vector<CURL*> idle;
  std::string user_agent;
  const std::uint16_t http_proxy_port = environment_proxy_port("http");
  const std::uint16_t https_proxy_port = environment_proxy_port("https");
  const std::string authorities = authorities_file();
  CURLM* multi = nullptr;
  std::map<curl_socket_t, std::shared_ptr<Socket>> sockets;
  std::map<CURL*, std::shared_ptr<Transfer>> transfers;
};

Fetcher::Fetcher(asio::io_context& loop, std::string user_agent)
    : impl_(std::make_shared<Impl>(loop, std::move(user_agent))) {}
Fetcher::~Fetcher() = default;
void Fetcher::start(const FetchRequest& request, Done done) { impl_->start(request, std::move(done)); }
void Fetcher::cancel_all() { impl_->cancel_all(); }

namespace {

bool is_header(std::string_view line, std::string_view name) {
  return line.size() > name.size() && line[name.size()] == ':' &&
         ::strncasecmp(line.data(), name.data(), name.size()) == 0;
}

constexpr std::size_t kMostEncodings = 3;  // one over the other
// Of no encoding, or of something that is none: a frequent mistake of those who mean the charset.
constexpr std::array<std::string_view, 14> kPlainWords{"",       "identity", "none",       "binary",  "7bit",
                                                       "8bit",   "text",     "utf-8",      "utf8",    "gbk",
                                                       "gb2312", "gb18030",  "iso-8859-1", "us-ascii"};

// In lower case, in the order in which they were applied; of all headers of the name (RFC 9110, 5.3).
std::vector<std::string> encodings_of(std::string_view head) {
  std::vector<std::string> out;
  constexpr std::string_view kName = "Content-Encoding";
  while (!head.empty()) {
    const std::size_t end = std::min(head.find('\n'), head.size() - 1);
    std::string_view line = head.substr(0, end + 1);
    head.remove_prefix(end + 1);
    if (!is_header(line, kName)) continue;
    for (line.remove_prefix(kName.size() + 1); !line.empty();) {
      const std::size_t comma = std::min(line.find(','), line.size());
      std::string_view word = line.substr(0, comma);
      line.remove_prefix(std::min(comma + 1, line.size()));
      word.remove_prefix(std::min(word.find_first_not_of(" \t\""), word.size()));
      word = word.substr(0, word.find_last_not_of(" \t\r\n\"") + 1);
      std::string lower = text::ascii_lower(word);
      if (std::find(kPlainWords.begin(), kPlainWords.end(), lower) == kPlainWords.end())
        out.push_back(std::move(lower));
    }
  }
  return out;
}

}  // namespace

bool same_header(std::string_view a, std::string_view b) {
  return a.size() == b.size() && ::strncasecmp(a.data(), b.data(), a.size()) == 0;
}

std::string header_of(std::string_view head, std::string_view name) {
  std::string found;
  while (!head.empty()) {
    const std::size_t end = std::min(head.find('\n'), head.size() - 1);
    std::string_view line = head.substr(0, end + 1);
    head.remove_prefix(end + 1);
    if (!is_header(line, name)) continue;
    line.remove_prefix(name.size() + 1);
    while (!line.empty() && (line.back() == '\r' || line.back() == '\n' || line.back() == ' ')) line.remove_suffix(1);
    while (!line.empty() && (line.front() == ' ' || line.front() == '\t')) line.remove_prefix(1);
    found = line;
  }
  return found;
}

std::string length_fault(std::string_view head) {
  std::optional<std::string_view> first;
  while (!head.empty()) {
    const std::size_t end = std::min(head.find('\n'), head.size() - 1);
    std::string_view line = head.substr(0, end + 1);
    head.remove_prefix(end + 1);
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || !same_header(line.substr(0, colon), "Content-Length")) continue;
    for (line.remove_prefix(colon + 1); !line.empty();) {
      const std::size_t comma = std::min(line.find(','), line.size());
      std::string_view length = line.substr(0, comma);
      line.remove_prefix(std::min(comma + 1, line.size()));
      length.remove_prefix(std::min(length.find_first_not_of(" \t"), length.size()));
      length = length.substr(0, length.find_last_not_of(" \t\r\n") + 1);
      if (length.empty() || length.size() > kMostLengthDigits ||
          length.find_first_not_of("0123456789") != std::string_view::npos)
        return "a Content-Length that is no number";
      if (first && *first != length) return "two different Content-Lengths";
      first = length;
    }
  }
  return {};
}

std::string charset_of(std::string_view head) {
  const std::string type = header_of(head, "Content-Type");
  constexpr std::string_view kName = "charset=";
  for (std::size_t i = 0; i + kName.size() <= type.size(); ++i) {
    if (::strncasecmp(type.data() + i, kName.data(), kName.size()) != 0) continue;
    std::string value = type.substr(i + kName.size());
    std::erase_if(value, [](char c) { return c == '"' || c == '\'' || c == ' '; });
    return value.substr(0, value.find(';'));
  }
  return {};
}

std::string encoding_fault(std::string_view head) {
  const std::vector<std::string> encodings = encodings_of(head);
  for (const std::string& encoding : encodings)
    if (encoding != "gzip" && encoding != "x-gzip")
      return "content encoding " + encoding.substr(0, 40) + ", expected gzip or none";
  return encodings.size() > kMostEncodings ? "more content encodings over one another than are taken off"
                                           : std::string();
}

bool decoded_body(std::string_view head, const std::string& body, std::uint64_t most_bytes, std::string& out) {
  if (!encoding_fault(head).empty()) return false;
  const std::size_t times = encodings_of(head).size();
  if (times == 0) {
    out = body;
    return body.size() <= most_bytes;
  }
  std::string packed = body;
  for (std::size_t i = 0; i < times; ++i) {
    tabular::Limits limits;
    limits.max_bytes = most_bytes;
    const auto source = tabular::gunzip(tabular::from_memory(packed), "body", limits);
    auto all = tabular::read_all(*source, "body", limits);
    if (!all) return false;
    out = std::move(*all);
    if (i + 1 < times) packed = out;
  }
  return true;
}

}  // namespace tanmiao::crawler
