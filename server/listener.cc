#include "server/listener.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include <spdlog/spdlog.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include "server/guard.h"
#include "server/posts.h"

namespace tanmiao::server {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tcp = asio::ip::tcp;

Response plain(int status, std::string text) {
  Response response;
  response.status = status;
  response.type = "text/plain; charset=utf-8";
  response.body = std::move(text);
  return response;
}

struct Shared {
  const Handler& handler;
  const Limits& limits;
  std::uint16_t port = 0;
  std::atomic<int> connections{0};
};

// One connection: read a request, answer, again until either side has enough. Lives as long as an operation is pending.
class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(tcp::socket socket, Shared& shared) : stream_(std::move(socket)), shared_(shared) { ++shared_.connections; }
  ~Session() { --shared_.connections; }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  void read() {
    parser_ = std::make_unique<http::request_parser<http::string_body>>();
    parser_->header_limit(shared_.limits.head_bytes);
    parser_->body_limit(std::max(shared_.limits.body_bytes, kLargestPost));
    stream_.expires_after(std::chrono::seconds(shared_.limits.read_seconds));
    http::async_read_header(
        stream_, buffer_, *parser_,
        [self = shared_from_this()](beast::error_code error, std::size_t) { self->on_head(error); });
  }

 private:
  // How long a body may be depends on the path; what is refused is not read at all.
  void on_head(beast::error_code error) {
    if (error) return on_read(error);
    const auto& message = parser_->get();
    request_ = Request{};
    request_.method = std::string(message.method_string());
    for (const auto& field : message) {
      std::string name(field.name_string());
      std::transform(name.begin(), name.end(), name.begin(),
                     [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
      request_.headers.emplace(std::move(name), std::string(field.value()));
    }
    if (!parse_target(message.target(), request_)) return write(plain(400, "地址无法识别\n"), false, false);
    const bool head_only = message.method() == http::verb::head;
    const unsigned limit = post_limit(request_.path).value_or(shared_.limits.body_bytes);
    if (const auto length = parser_->content_length(); length && *length > limit)
      return write(plain(413, "请求体过长\n"), false, head_only);
    if (auto refused = refuse(request_, shared_.port)) return write(std::move(*refused), false, head_only);
    parser_->body_limit(limit);
    http::async_read(stream_, buffer_, *parser_,
                     [self = shared_from_this()](beast::error_code failed, std::size_t) { self->on_read(failed); });
  }

  void on_read(beast::error_code error) {
    if (error == http::error::end_of_stream) return close();
    if (error == http::error::header_limit) return write(plain(431, "请求头过长\n"), false, false);
    if (error == http::error::body_limit) return write(plain(413, "请求体过长\n"), false, false);
    if (error == beast::error::timeout || error == asio::error::operation_aborted) return;
    if (error && error.category() == make_error_code(http::error::bad_target).category())
      return write(plain(400, "不是有效的 HTTP 请求\n"), false, false);
    if (error) return;
    auto& message = parser_->get();
    request_.body = std::move(message.body());
    write(answer(), message.keep_alive(), message.method() == http::verb::head);
  }

  Response answer() {
    try {
      return shared_.handler(request_);
    } catch (const std::exception& failure) {
      spdlog::error("{} {}: {}", request_.method, request_.path, failure.what());
      return plain(500, "内部错误，已记录\n");
    }
  }

  void write(Response response, bool keep_alive, bool head_only) {
    pieces_ = nullptr;
    message_.emplace();
    message_->version(11);
    message_->result(static_cast<unsigned>(response.status));
    message_->set(http::field::content_type, response.type);
    for (const auto& [name, value] : security_headers()) message_->set(name, value);
    for (const auto& [name, value] : response.headers) message_->set(name, value);
    message_->keep_alive(keep_alive);
    if (response.pieces) {
      bytes_left_ = response.pieces_bytes;
      bytes_left_ ? message_->content_length(*bytes_left_) : message_->chunked(true);
      pieces_ = std::move(response.pieces);
    } else {
      const std::size_t length = response.body.size();
      if (!head_only) message_->body() = std::move(response.body);
      message_->content_length(length);
    }
    serializer_.emplace(*message_);
    stream_.expires_after(std::chrono::seconds(shared_.limits.write_seconds));
    auto done = [self = shared_from_this(), keep_alive](beast::error_code error, std::size_t) {
      if (error || !keep_alive) return self->close();
      self->read();
    };
    if (pieces_ && !head_only)
      http::async_write_header(stream_, *serializer_,
                               [self = shared_from_this(), keep_alive](beast::error_code error, std::size_t) {
                                 if (error) return self->close();
                                 self->write_piece(keep_alive);
                               });
    else if (head_only)
      http::async_write_header(stream_, *serializer_, std::move(done));
    else
      http::async_write(stream_, *serializer_, std::move(done));
  }

  // One piece at a time, the next is made when the one before is out. Each has the time of an answer.
  void write_piece(bool keep_alive) {
    try {
      piece_ = pieces_();
    } catch (const std::exception& failure) {
      spdlog::error("{} {}: {}", request_.method, request_.path, failure.what());
      return close();
    }
    stream_.expires_after(std::chrono::seconds(shared_.limits.write_seconds));
    const auto next = [self = shared_from_this(), keep_alive](beast::error_code error, std::size_t) {
      if (error) return self->close();
      self->write_piece(keep_alive);
    };
    const asio::const_buffer piece(piece_.data(), piece_.size());
    if (bytes_left_) return write_counted(piece, keep_alive, next);
    if (!piece_.empty()) return asio::async_write(stream_, http::make_chunk(piece), next);
    pieces_ = nullptr;
    asio::async_write(stream_, http::make_chunk_last(),
                      [self = shared_from_this(), keep_alive](beast::error_code error, std::size_t) {
                        if (error || !keep_alive) return self->close();
                        self->read();
                      });
  }

  // Of an answer whose length was told. More or less of it than that breaks the connection off.
  template <class Next>
  void write_counted(asio::const_buffer piece, bool keep_alive, const Next& next) {
    if (piece.size() > *bytes_left_ || (piece.size() == 0 && *bytes_left_ > 0)) {
      spdlog::error("{} {}: the answer has another length than was told", request_.method, request_.path);
      return close();
    }
    *bytes_left_ -= piece.size();
    if (piece.size() > 0) return asio::async_write(stream_, piece, next);
    pieces_ = nullptr;
    keep_alive ? read() : close();
  }

  void close() {
    pieces_ = nullptr;
    beast::error_code ignored;
    stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
  }

  beast::tcp_stream stream_;
  Shared& shared_;
  beast::flat_buffer buffer_{1u << 20};
  std::unique_ptr<http::request_parser<http::string_body>> parser_;
  Request request_;
  std::optional<http::response<http::string_body>> message_;
  std::optional<http::response_serializer<http::string_body>> serializer_;
  std::function<std::string()> pieces_;
  std::string piece_;
  std::optional<std::uint64_t> bytes_left_;  // of the pieces, where their length was told
};

class Acceptor {
 public:
  Acceptor(asio::io_context& io, Shared& shared)
      : acceptor_(asio::make_strand(io)), pause_(acceptor_.get_executor()), io_(io), shared_(shared) {}

  beast::error_code open(const tcp::endpoint& endpoint) {
    beast::error_code error;
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(asio::socket_base::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    return error;
  }

  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

  void accept() {
    acceptor_.async_accept(asio::make_strand(io_), [this](beast::error_code error, tcp::socket socket) {
      if (error == asio::error::operation_aborted) return;
      if (!error) std::make_shared<Session>(std::move(socket), shared_)->read();
      // Out of file descriptors, or as many connections as allowed: wait a moment instead of spinning.
      if (error || shared_.connections >= shared_.limits.connections) return wait();
      accept();
    });
  }

 private:
  void wait() {
    pause_.expires_after(std::chrono::milliseconds(50));
    pause_.async_wait([this](beast::error_code error) {
      if (error) return;
      shared_.connections >= shared_.limits.connections ? wait() : accept();
    });
  }

  tcp::acceptor acceptor_;
  asio::steady_timer pause_;
  asio::io_context& io_;
  Shared& shared_;
};

void watch(asio::steady_timer& timer, asio::io_context& io, const std::atomic<bool>& stop) {
  timer.expires_after(std::chrono::milliseconds(500));
  timer.async_wait([&](beast::error_code error) {
    if (error) return;
    stop ? io.stop() : watch(timer, io, stop);
  });
}

}  // namespace

Status listen(const std::string& address, std::uint16_t port, int threads, const Limits& limits, const Handler& handler,
              const std::atomic<bool>& stop, const std::function<void(std::uint16_t)>& ready) {
  if (!loopback_address(address))
    return Error{Errc::kConfig, "尚无账号管理，只能监听本机地址（127.0.0.1 或 ::1），不能是 " + address, "address"};
  beast::error_code error;
  const auto ip = asio::ip::make_address(address == "localhost" ? "127.0.0.1" : address, error);
  if (error) return Error{Errc::kConfig, "不是 IP 地址: " + address, "address"};
  Shared shared{handler, limits};
  asio::io_context io(threads);  // after `shared`: its destructor ends the sessions, which count themselves out there
  Acceptor acceptor(io, shared);
  if (error = acceptor.open({ip, port}); error) {
    const std::string hint =
        error == asio::error::address_in_use ? "；端口已被占用，请换一个（--port，0 为任意空闲端口）" : "";
    return Error{Errc::kIo, "无法监听: " + error.message() + hint, address + ":" + std::to_string(port)};
  }
  shared.port = acceptor.port();
  acceptor.accept();
  asio::steady_timer timer(io);
  watch(timer, io, stop);
  ready(shared.port);
  std::vector<std::thread> workers;
  for (int i = 1; i < threads; ++i) workers.emplace_back([&io] { io.run(); });
  io.run();
  for (auto& worker : workers) worker.join();
  return {};
}

}  // namespace tanmiao::server
