// The listener over real sockets: bounds on size and time, and what every answer carries.
#include "server/listener.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <chrono>
#include <future>
#include <stdexcept>
#include <thread>

namespace tanmiao::server::listener_test {
namespace {

class Client {
 public:
  explicit Client(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const timeval patience{10, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    connected_ = ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  ~Client() { ::close(socket_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  bool connected() const { return connected_; }
  void send(std::string_view bytes) const { (void)::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL); }
  std::string read_all() const {
    std::string out;
    char buffer[4096];
    for (ssize_t n; (n = ::recv(socket_, buffer, sizeof buffer, 0)) > 0;)
      out.append(buffer, static_cast<std::size_t>(n));
    return out;
  }

 private:
  int socket_;
  bool connected_ = false;
};

class Listening : public ::testing::Test {
 protected:
  void start(const Limits& limits = {}) {
    std::promise<std::uint16_t> ready;
    auto port = ready.get_future();
    thread_ = std::thread([this, limits, promise = std::move(ready)]() mutable {
      const Handler handler = [](const Request& request) {
        if (request.path == "/throw") throw std::runtime_error("secret detail");
        Response response;
        response.body = "path " + request.path;
        if (request.path == "/pieces" || request.path == "/broken")
          response.pieces = [left = 3, broken = request.path == "/broken"]() mutable -> std::string {
            if (broken && left == 1) throw std::runtime_error("secret detail");
            return left-- > 0 ? "piece " + std::to_string(left) + "\n" : "";
          };
        if (request.path.starts_with("/counted")) {  // the length that is told is behind the name
          response.pieces_bytes = std::stoul(request.path.substr(8));
          response.pieces = [left = 3]() mutable -> std::string { return left-- > 0 ? "piece" : ""; };
        }
        return response;
      };
      status_ = listen("127.0.0.1", 0, 2, limits, handler, stop_, [&](std::uint16_t p) { promise.set_value(p); });
    });
    port_ = port.get();
  }
  ~Listening() override {
    stop_ = true;
    if (thread_.joinable()) thread_.join();
  }
  std::string host() const { return "Host: 127.0.0.1:" + std::to_string(port_) + "\r\n"; }
  std::string ask(const std::string& request) const {
    const Client client(port_);
    client.send(request);
    return client.read_all();
  }
  std::string get(const std::string& target, const std::string& more = "") const {
    return ask("GET " + target + " HTTP/1.1\r\n" + host() + more + "Connection: close\r\n\r\n");
  }
  static std::string status_line(const std::string& answer) { return answer.substr(0, answer.find('\r')); }

  std::uint16_t port_ = 0;

 private:
  std::atomic<bool> stop_{false};
  Status status_;
  std::thread thread_;
};

TEST_F(Listening, AnswersWithTheSecurityHeaders) {
  start();
  const std::string answer = get("/a");
  EXPECT_EQ(status_line(answer), "HTTP/1.1 200 OK");
  EXPECT_NE(answer.find("path /a"), std::string::npos);
  for (const char* header : {"Content-Security-Policy: default-src 'none'", "X-Content-Type-Options: nosniff",
                             "X-Frame-Options: DENY", "Referrer-Policy: same-origin", "Cache-Control: no-store"})
    EXPECT_NE(answer.find(header), std::string::npos) << header;
  EXPECT_EQ(answer.find("unsafe-inline"), std::string::npos);
}

TEST_F(Listening, HeadHasTheLengthWithoutTheBody) {
  start();
  const std::string answer = ask("HEAD /a HTTP/1.1\r\n" + host() + "Connection: close\r\n\r\n");
  EXPECT_NE(answer.find("Content-Length: 7"), std::string::npos) << answer;
  EXPECT_EQ(answer.find("path /a"), std::string::npos);
}

// Made while it is sent: nothing is held in memory, and what breaks does not look whole.
TEST_F(Listening, AnAnswerInPiecesEndsWithItsLastChunkOrIsBrokenOff) {
  start();
  const std::string two =
      ask("GET /pieces HTTP/1.1\r\n" + host() + "\r\nGET /b HTTP/1.1\r\n" + host() + "Connection: close\r\n\r\n");
  EXPECT_NE(two.find("Transfer-Encoding: chunked"), std::string::npos) << two;
  EXPECT_EQ(two.find("Content-Length: 12"), std::string::npos) << two;
  EXPECT_NE(two.find("8\r\npiece 2\n\r\n8\r\npiece 1\n\r\n8\r\npiece 0\n\r\n0\r\n\r\n"), std::string::npos) << two;
  EXPECT_NE(two.find("path /b"), std::string::npos) << "the connection goes on";
  const std::string broken = get("/broken");
  EXPECT_NE(broken.find("piece 1"), std::string::npos);
  EXPECT_EQ(broken.find("0\r\n\r\n"), std::string::npos) << "no last chunk";
  EXPECT_EQ(broken.find("secret"), std::string::npos);
  const std::string head = ask("HEAD /pieces HTTP/1.1\r\n" + host() + "Connection: close\r\n\r\n");
  EXPECT_EQ(head.find("piece"), std::string::npos);
}

TEST_F(Listening, AnAnswerInPiecesOfAKnownLengthHasThatLengthOrIsBrokenOff) {
  start();
  const std::string two =
      ask("GET /counted15 HTTP/1.1\r\n" + host() + "\r\nGET /b HTTP/1.1\r\n" + host() + "Connection: close\r\n\r\n");
  EXPECT_NE(two.find("Content-Length: 15"), std::string::npos) << two;
  EXPECT_EQ(two.find("chunked"), std::string::npos) << two;
  EXPECT_NE(two.find("\r\n\r\npiecepiecepieceHTTP/1.1 200 OK"), std::string::npos) << two;
  EXPECT_NE(two.find("path /b"), std::string::npos) << "the connection goes on";
  const std::string head = ask("HEAD /counted15 HTTP/1.1\r\n" + host() + "Connection: close\r\n\r\n");
  EXPECT_NE(head.find("Content-Length: 15"), std::string::npos);
  EXPECT_EQ(head.find("piece"), std::string::npos);
  for (const char* wrong : {"/counted14", "/counted16"}) {
    const std::string broken =
        ask("GET " + std::string(wrong) + " HTTP/1.1\r\n" + host() + "\r\nGET /b HTTP/1.1\r\n" + host() + "\r\n");
    EXPECT_EQ(broken.find("path /b"), std::string::npos) << wrong << ": nobody takes it for whole";
  }
}

TEST_F(Listening, ServesSeveralRequestsOfOneConnection) {
  start();
  const std::string answer =
      ask("GET /a HTTP/1.1\r\n" + host() + "\r\nGET /b HTTP/1.1\r\n" + host() + "Connection: close\r\n\r\n");
  EXPECT_NE(answer.find("path /a"), std::string::npos);
  EXPECT_NE(answer.find("path /b"), std::string::npos);
}

TEST_F(Listening, RefusesForeignHostsProxiesAndOtherMethods) {
  start();
  EXPECT_EQ(status_line(ask("GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n")),
            "HTTP/1.1 403 Forbidden");
  EXPECT_EQ(status_line(ask("GET / HTTP/1.1\r\nConnection: close\r\n\r\n")), "HTTP/1.1 400 Bad Request");
  EXPECT_EQ(status_line(get("/", "X-Forwarded-For: 10.1.1.1\r\n")), "HTTP/1.1 403 Forbidden");
  EXPECT_EQ(status_line(ask("POST / HTTP/1.1\r\n" + host() + "Content-Length: 0\r\nConnection: close\r\n\r\n")),
            "HTTP/1.1 405 Method Not Allowed");
}

TEST_F(Listening, RefusesTargetsThatAreNotUtf8OrBroken) {
  start();
  for (const char* target : {"/%ff", "/?q=%b2%a9", "/a%00b", "/%4"})
    EXPECT_EQ(status_line(get(target)), "HTTP/1.1 400 Bad Request") << target;
}

TEST_F(Listening, RefusesLongHeadsAndBodies) {
  start();
  EXPECT_EQ(status_line(get("/", "X-Long: " + std::string(20000, 'a') + "\r\n")).substr(0, 12), "HTTP/1.1 431");
  EXPECT_EQ(status_line(get("/" + std::string(20000, 'a'))).substr(0, 12), "HTTP/1.1 431");
  EXPECT_EQ(status_line(ask("POST / HTTP/1.1\r\n" + host() + "Content-Length: 9000000\r\n\r\nabc")).substr(0, 12),
            "HTTP/1.1 413");
}

TEST_F(Listening, AFormIsReadAsFarAsItsPathAllows) {
  start();
  const auto status = [&](const std::string& path, std::size_t length) {
    const std::string head = "POST " + path + " HTTP/1.1\r\n" + host() + "Connection: close\r\nContent-Length: ";
    return status_line(ask(head + std::to_string(length) + "\r\n\r\n" + std::string(length, 'a'))).substr(0, 12);
  };
  EXPECT_EQ(status("/pool", 60'000), "HTTP/1.1 200");
  EXPECT_EQ(status("/pool", 70'000), "HTTP/1.1 413");
  EXPECT_EQ(status("/import", 3'000'000), "HTTP/1.1 200");
  const std::string chunked = "POST /pool HTTP/1.1\r\n" + host() + "Transfer-Encoding: chunked\r\n\r\n";
  std::string chunks;
  for (int i = 0; i < 20; ++i) chunks += "1000\r\n" + std::string(4096, 'a') + "\r\n";
  EXPECT_EQ(status_line(ask(chunked + chunks + "0\r\n\r\n")).substr(0, 12), "HTTP/1.1 413") << "80 KiB in chunks";
}

TEST_F(Listening, ABodyForAPathThatTakesNoneIsNotRead) {
  start();
  const std::string answer =
      ask("POST /search HTTP/1.1\r\n" + host() + "Content-Length: 60000\r\n\r\nonly the beginning");
  EXPECT_EQ(status_line(answer).substr(0, 12), "HTTP/1.1 405") << "answered before the rest came";
}

TEST_F(Listening, GarbageIsABadRequest) {
  start();
  EXPECT_EQ(status_line(ask("\x16\x03\x01\x02 not http at all\r\n\r\n")).substr(0, 12), "HTTP/1.1 400");
}

TEST_F(Listening, ASlowClientIsDroppedAndOthersAreServedMeanwhile) {
  Limits limits;
  limits.read_seconds = 1;
  start(limits);
  const auto begin = std::chrono::steady_clock::now();
  const Client slow(port_);
  std::atomic<bool> done{false};
  std::thread dripping([&] {
    slow.send("GET / HTTP/1.1\r\n");
    for (int i = 0; i < 40 && !done; ++i) {
      slow.send("X-" + std::to_string(i) + ": a\r\n");
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
  });
  EXPECT_NE(get("/fast").find("path /fast"), std::string::npos);
  EXPECT_EQ(slow.read_all(), "");
  done = true;
  dripping.join();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(8));
}

TEST_F(Listening, AnExceptionIsAnErrorWithoutDetails) {
  start();
  const std::string answer = get("/throw");
  EXPECT_EQ(status_line(answer).substr(0, 12), "HTTP/1.1 500");
  EXPECT_EQ(answer.find("secret"), std::string::npos);
  EXPECT_NE(get("/after").find("path /after"), std::string::npos);
}

TEST_F(Listening, ATakenPortIsAnErrorThatSaysWhatToDo) {
  start();
  const std::atomic<bool> stop{true};
  const auto second = listen(
      "127.0.0.1", port_, 1, {}, [](const Request&) { return Response{}; }, stop,
      [](std::uint16_t) { FAIL() << "listening twice"; });
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Errc::kIo);
  EXPECT_NE(second.error().message.find("--port"), std::string::npos);
}

TEST(Listen, OnlyOnLoopback) {
  const std::atomic<bool> stop{true};
  for (const char* address : {"0.0.0.0", "::", "192.168.1.2", "example.org"}) {
    const auto status = listen(
        address, 0, 1, {}, [](const Request&) { return Response{}; }, stop,
        [](std::uint16_t) { FAIL() << "listening"; });
    ASSERT_FALSE(status) << address;
    EXPECT_EQ(status.error().code, Errc::kConfig);
  }
}

}  // namespace
}  // namespace tanmiao::server::listener_test
