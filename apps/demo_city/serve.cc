#include "apps/demo_city/serve.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <memory>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>

namespace demo_city {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using tcp = asio::ip::tcp;

tcp::endpoint loopback(std::uint16_t port) { return {asio::ip::address_v4::loopback(), port}; }

// The door of a port; waited for up to ten seconds while another process has it: a connection that somebody made may
// have been given just this number and goes soon.
tcp::acceptor opened(asio::io_context& context, std::uint16_t port) {
  for (int tries = 0;; ++tries) try {
      return {context, loopback(port)};
    } catch (const boost::system::system_error& error) {
      if (error.code() != asio::error::address_in_use || tries == 100) throw;
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
}

// Ports that no connection is given by the system while the city rests (ip(7): ip_local_port_range is 32768 to 60999
// unless someone changed it). Where to begin to look differs by process, so that cities made side by side stay apart.
constexpr unsigned kLeastPort = 12000, kPorts = 20000;

unsigned first_to_try(std::size_t count) {
  return kLeastPort + static_cast<unsigned>(getpid()) * static_cast<unsigned>(count) % kPorts;
}

std::int64_t microseconds() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::microseconds>(now).count();
}

// RFC 9110, 5.6.7.
std::string http_date(std::int64_t seconds) {
  const auto at = static_cast<std::time_t>(seconds);
  std::tm parts{};
  gmtime_r(&at, &parts);
  std::array<char, 40> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts)};
}

// What was asked and when. A line is written in one piece, so that one that is there is whole.
class Log {
 public:
  explicit Log(const std::string& path) {
    if (path.empty()) return;
    file_ = std::fopen(path.c_str(), "ae");
    if (file_ == nullptr) throw std::runtime_error("cannot write " + path);
  }
  void add(std::int64_t began, std::uint16_t port, unsigned status, const std::string& target) {
    if (file_ == nullptr) return;
    const std::lock_guard lock(mutex_);
    std::fprintf(file_, "%lld %lld %u %u %s\n", static_cast<long long>(began), static_cast<long long>(microseconds()),
                 unsigned{port}, status, target.c_str());
    std::fflush(file_);
  }

 private:
  std::FILE* file_ = nullptr;  // open as long as the process
  std::mutex mutex_;
};

// One host: its site, its door, and which pages have been busy already.
class Host {
 public:
  Host(asio::io_context& context, const Site& site, std::uint16_t port, Log& log, std::chrono::seconds clock_off)
      : site_(site), port_(port), log_(log), clock_off_(clock_off), acceptor_(opened(context, port)) {}
  void accept() {
    acceptor_.async_accept([this](beast::error_code error, tcp::socket socket) {
      if (error) return;
      // A crawler holds few connections: a thread each is simple and enough.
      std::thread([this, held = std::make_shared<tcp::socket>(std::move(socket))] { talk(*held); }).detach();
      accept();
    });
  }

 private:
  void talk(tcp::socket& socket) {
    beast::flat_buffer buffer;
    beast::error_code error;
    while (!error) {
      http::request<http::string_body> request;
      http::read(socket, buffer, request, error);
      if (error) return;
      const std::int64_t began = microseconds();
      http::response<http::string_body> response = reply(request);
      http::write(socket, response, error);
      log_.add(began, port_, response.result_int(), std::string(request.target()) + posted(request));
      if (!response.keep_alive()) return;
    }
  }

  // As the crawler's frontier names a form that is sent.
  static std::string posted(const http::request<http::string_body>& request) {
    if (request.method() != http::verb::post) return {};
    std::string out = "#POST:form:" + request.body();
    std::replace_if(
        out.begin(), out.end(), [](char c) { return static_cast<unsigned char>(c) <= ' '; }, '_');
    return out;
  }

  Asked asked(const http::request<http::string_body>& request) const {
    Asked out;
    out.method = std::string(request.method_string());
    out.target = std::string(request.target());
    out.body = request.body();
    for (const auto& header : request) {
      std::string name(header.name_string());
      std::transform(name.begin(), name.end(), name.begin(),
                     [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
      out.headers[name] = std::string(header.value());
    }
    const auto now = std::chrono::system_clock::now().time_since_epoch() + clock_off_;
    out.milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
    return out;
  }

  http::response<http::string_body> reply(const http::request<http::string_body>& request) {
    const Asked whole = asked(request);
    const std::string& target = whole.target;
    Answer answer = site_.answer(whole);
    if (answer.delay_ms > 0) std::this_thread::sleep_for(std::chrono::milliseconds(answer.delay_ms));
    const bool busy = answer.busy_once && first_time(target);
    http::response<http::string_body> response;
    response.version(request.version());
    response.result(static_cast<unsigned>(busy ? 503 : answer.status));
    const int wait = busy ? 1 : answer.retry_after;
    if (wait > 0) response.set(http::field::retry_after, std::to_string(wait));
    response.set(http::field::date, http_date(whole.milliseconds / 1000));
    response.set(http::field::server, "demo_city");
    response.set(http::field::content_type, busy ? "text/plain" : answer.type);
    if (!busy && !answer.location.empty()) response.set(http::field::location, answer.location);
    response.keep_alive(request.keep_alive());
    if (request.method() != http::verb::head) response.body() = busy ? "busy" : std::move(answer.body);
    response.prepare_payload();
    return response;
  }

  bool first_time(const std::string& target) {
    const std::lock_guard lock(mutex_);
    return seen_.insert(target).second;
  }

  const Site& site_;
  std::uint16_t port_;
  Log& log_;
  std::chrono::seconds clock_off_;
  tcp::acceptor acceptor_;
  std::mutex mutex_;
  std::set<std::string> seen_;
};

}  // namespace

std::vector<std::uint16_t> find_ports(std::size_t count, std::uint16_t first) {
  asio::io_context context;
  std::vector<std::uint16_t> ports;
  std::vector<tcp::acceptor> held;  // kept open, so that no port is given twice
  unsigned next = first == 0 ? first_to_try(count) : first;
  for (unsigned tried = 0; ports.size() < count; ++tried) {
    const auto port = static_cast<std::uint16_t>(next);
    next = next + 1 < kLeastPort + kPorts || first != 0 ? next + 1 : kLeastPort;
    try {
      held.emplace_back(context, loopback(port));
      ports.push_back(port);
    } catch (const boost::system::system_error&) {
      if (first != 0 || tried == kPorts) throw;
    }
  }
  return ports;
}

void serve(const std::vector<Site>& sites, const std::vector<std::uint16_t>& ports, const std::string& log,
           std::chrono::seconds clock_off, const std::function<void()>& ready) {
  if (ports.size() < sites.size())
    throw std::runtime_error("the folder is of another version of this program: make it again");
  Log requests(log);
  asio::io_context context{1};
  std::vector<std::unique_ptr<Host>> hosts;
  for (std::size_t i = 0; i < sites.size(); ++i)
    hosts.push_back(std::make_unique<Host>(context, sites[i], ports[i], requests, clock_off));
  for (auto& host : hosts) host->accept();
  asio::signal_set signals(context, SIGTERM, SIGINT);
  // Connections may still be open in their threads: the process ends with them.
  signals.async_wait([](beast::error_code, int) { std::_Exit(0); });
  ready();
  context.run();
}

}  // namespace demo_city
