// A small HTTP server on loopback: fixed answers (by target; of a POST by "POST target body"), one connection at a
// time, a thread of its own.
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <deque>
#include <functional>
#include <istream>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace tanmiao::crawler {

struct TestAnswer {
  int status = 200;
  std::string body{};
  std::string headers{};           // each with CR LF
  std::size_t claimed = 0;         // Content-Length when it shall not be that of the body
  std::function<void()> before{};  // called before it goes out, on the server's thread
};

class TestServer {
  using tcp = boost::asio::ip::tcp;

 public:
  TestServer() : acceptor_(loop_, tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0)) {
    thread_ = std::thread([this] { serve(); });
  }
  TestServer(const TestServer&) = delete;
  TestServer& operator=(const TestServer&) = delete;
  ~TestServer() {
    done_ = true;
    boost::asio::io_context loop;
    tcp::socket wake(loop);
    boost::system::error_code ignored;
    wake.connect(acceptor_.local_endpoint(), ignored);
    thread_.join();
  }

  std::string address(const std::string& target) const {
    return "http://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()) + target;
  }
  // `times` 0: for ever, behind all that were put with a number.
  void put(const std::string& target, TestAnswer answer, int times = 0) {
    const std::lock_guard lock(mutex_);
    if (times == 0)
      answers_[target] = std::move(answer);
    else
      for (int i = 0; i < times; ++i) first_[target].push_back(answer);
  }
  void remove(const std::string& target) {
    const std::lock_guard lock(mutex_);
    answers_.erase(target);
  }
  int count(const std::string& target) {
    const std::lock_guard lock(mutex_);
    return counts_[target];
  }
  std::vector<std::string> order() {
    const std::lock_guard lock(mutex_);
    return order_;
  }
  std::vector<std::chrono::steady_clock::time_point> times() {  // when they came
    const std::lock_guard lock(mutex_);
    return times_;
  }
  // Called with each target before it is answered, on the server's thread.
  void watch(std::function<void(const std::string&)> watcher) {
    const std::lock_guard lock(mutex_);
    watcher_ = std::move(watcher);
  }
  std::string last_request() {
    const std::lock_guard lock(mutex_);
    return last_;
  }

 private:
  std::function<void(const std::string&)> watcher() {
    const std::lock_guard lock(mutex_);
    return watcher_;
  }
  TestAnswer answer_for(const std::string& target, const std::string& request) {
    const std::lock_guard lock(mutex_);
    ++counts_[target];
    order_.push_back(target);
    times_.push_back(std::chrono::steady_clock::now());
    last_ = request;
    if (auto& queue = first_[target]; !queue.empty()) {
      TestAnswer answer = queue.front();
      queue.pop_front();
      return answer;
    }
    const auto found = answers_.find(target);
    return found == answers_.end() ? TestAnswer{404, "not here", "", 0} : found->second;
  }

  // What is behind the head, which `request` begins with; read to its announced end.
  static std::string body_of(tcp::socket& socket, std::string& request) {
    const std::size_t head = request.find("\r\n\r\n") + 4, at = request.find("Content-Length: ");
    const std::size_t length = at < head ? std::stoul(request.substr(at + 16)) : 0;
    std::string rest(head + length > request.size() ? head + length - request.size() : 0, '\0');
    boost::system::error_code failed;
    boost::asio::read(socket, boost::asio::buffer(rest), failed);
    request += rest;
    return request.substr(head);
  }

  void serve() {
    while (!done_) {
      tcp::socket socket(loop_);
      boost::system::error_code failed;
      acceptor_.accept(socket, failed);
      if (failed || done_) continue;
      boost::asio::streambuf buffer;
      boost::asio::read_until(socket, buffer, "\r\n\r\n", failed);
      if (failed) continue;
      std::string request(std::istreambuf_iterator<char>(&buffer), {});
      const std::string body = body_of(socket, request);
      const std::size_t from = request.find(' ') + 1;
      std::string target = request.substr(from, request.find(' ', from) - from);
      if (request.starts_with("POST ")) target = "POST " + target + (body.empty() ? "" : " " + body);
      if (const auto watcher = this->watcher()) watcher(target);
      const TestAnswer answer = answer_for(target, request);
      const std::size_t length = answer.claimed ? answer.claimed : answer.body.size();
      std::string text = "HTTP/1.1 " + std::to_string(answer.status) + " X\r\nConnection: close\r\n" + answer.headers;
      if (answer.status != 304) text += "Content-Length: " + std::to_string(length) + "\r\n";
      text += "\r\n" + answer.body;
      if (answer.before) answer.before();
      boost::asio::write(socket, boost::asio::buffer(text), failed);
    }
  }

  boost::asio::io_context loop_;
  tcp::acceptor acceptor_;
  std::thread thread_;
  std::atomic<bool> done_ = false;
  std::mutex mutex_;
  std::map<std::string, TestAnswer> answers_;
  std::map<std::string, std::deque<TestAnswer>> first_;
  std::map<std::string, int> counts_;
  std::vector<std::string> order_;
  std::vector<std::chrono::steady_clock::time_point> times_;
  std::function<void(const std::string&)> watcher_;
  std::string last_;
};

}  // namespace tanmiao::crawler
