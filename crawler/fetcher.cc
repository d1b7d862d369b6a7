#include "crawler/fetcher.h"

#include <curl/curl.h>

#include <strings.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <map>
#include <optional>

#include "crawler/url.h"
#include "tabular/byte_source.h"

namespace tanmiao::crawler {
namespace {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;
constexpr long kConnectSeconds = 15;
constexpr long kStalledSeconds = 30;
constexpr std::size_t kIdleHandles = 64;
constexpr std::size_t kMostHeadBytes = std::size_t{256} << 10;

struct Transfer {
  FetchResponse response;
  Fetcher::Done done;
  std::uint64_t most_bytes = 0;
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
  if (line.starts_with("HTTP/")) head.clear();  // an interim answer (100) is followed by the real one
  if (head.size() + line.size() > kMostHeadBytes) {
    transfer.response.limit = true;
    return 0;
  }
  if (line != "\r\n" && line != "\n") head.append(line);
  return line.size();
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
    if (code == CURLE_OK) {
      transfer->response.status = status;
    } else {
      transfer->response.failure = failure_text(code, transfer->response.limit);
    }
    if (idle.size() < kIdleHandles) idle.push_back(transfer->give_back());
    asio::post(loop, [transfer] { transfer->done(std::move(transfer->response)); });
  }

  void start(const FetchRequest& request, Done done) {
    auto transfer = std::make_shared<Transfer>();
    transfer->done = std::move(done);
    transfer->most_bytes = request.most_bytes;
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
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, kStalledSeconds);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &transfer);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &on_head);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, &transfer);
    curl_easy_setopt(easy, CURLOPT_DEBUGFUNCTION, &on_debug);
    curl_easy_setopt(easy, CURLOPT_DEBUGDATA, &transfer);
    curl_easy_setopt(easy, CURLOPT_VERBOSE, 1L);
    // A proxy of the environment serves the outside only.
    if (const auto url = parse_url(request.url); url && url->loopback()) curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
  }

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
  CURLM* multi = nullptr;
  std::map<curl_socket_t, std::shared_ptr<Socket>> sockets;
  std::map<CURL*, std::shared_ptr<Transfer>> transfers;
};

Fetcher::Fetcher(asio::io_context& loop, std::string user_agent)
    : impl_(std::make_shared<Impl>(loop, std::move(user_agent))) {}
Fetcher::~Fetcher() = default;
void Fetcher::start(const FetchRequest& request, Done done) { impl_->start(request, std::move(done)); }
void Fetcher::cancel_all() { impl_->cancel_all(); }

bool same_header(std::string_view a, std::string_view b) {
  return a.size() == b.size() && ::strncasecmp(a.data(), b.data(), a.size()) == 0;
}

std::string header_of(std::string_view head, std::string_view name) {
  std::string found;
  while (!head.empty()) {
    const std::size_t end = std::min(head.find('\n'), head.size() - 1);
    std::string_view line = head.substr(0, end + 1);
    head.remove_prefix(end + 1);
    if (line.size() <= name.size() || line[name.size()] != ':' ||
        ::strncasecmp(line.data(), name.data(), name.size()) != 0)
      continue;
    line.remove_prefix(name.size() + 1);
    while (!line.empty() && (line.back() == '\r' || line.back() == '\n' || line.back() == ' ')) line.remove_suffix(1);
    while (!line.empty() && (line.front() == ' ' || line.front() == '\t')) line.remove_prefix(1);
    found = line;
  }
  return found;
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

bool decoded_body(std::string_view head, const std::string& body, std::uint64_t most_bytes, std::string& out) {
  const std::string encoding = header_of(head, "Content-Encoding");
  if (encoding.empty() || encoding == "identity") {
    out = body;
    return body.size() <= most_bytes;
  }
  if (encoding != "gzip" && encoding != "x-gzip") return false;
  tabular::Limits limits;
  limits.max_bytes = most_bytes;
  const auto source = tabular::gunzip(tabular::from_memory(body), "body", limits);
  auto all = tabular::read_all(*source, "body", limits);
  if (!all) return false;
  out = std::move(*all);
  return true;
}

}  // namespace tanmiao::crawler
