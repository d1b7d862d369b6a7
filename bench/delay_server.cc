// A server of files that answers late: what the network does to a crawl, without a network.
//   delay_server MILLISECONDS PORT=FOLDER...
// Serves GET of the files of each folder on its port of 127.0.0.1, each answer so much later than its request, over
// connections that stay open; the files are read once. Until SIGTERM.
#include <boost/asio.hpp>
#include <charconv>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;
using asio::ip::tcp;
using Files = std::unordered_map<std::string, std::string>;  // whole answers by path

Files load(const fs::path& folder) {
  Files files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string body{std::istreambuf_iterator<char>(in), {}};
    const bool html = entry.path().extension() == ".html";
    files["/" + fs::relative(entry.path(), folder).generic_string()] =
        "HTTP/1.1 200 OK\r\nContent-Type: " + std::string(html ? "text/html" : "text/plain") +
        "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  }
  return files;
}

asio::awaitable<void> talk(tcp::socket socket, const Files& files, std::chrono::milliseconds delay) {
  static const std::string kMissing = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
  asio::steady_timer timer(socket.get_executor());
  std::string received;
  try {
    socket.set_option(tcp::no_delay(true));
    while (true) {
      const std::size_t head = co_await asio::async_read_until(socket, asio::dynamic_buffer(received, 65536),
                                                               "\r\n\r\n", asio::use_awaitable);
      const std::size_t begin = received.find(' ') + 1;
      const auto found = files.find(received.substr(begin, received.find(' ', begin) - begin));
      received.erase(0, head);
      if (delay.count() > 0) {
        timer.expires_after(delay);
        co_await timer.async_wait(asio::use_awaitable);
      }
      co_await asio::async_write(socket, asio::buffer(found == files.end() ? kMissing : found->second),
                                 asio::use_awaitable);
    }
  } catch (const boost::system::system_error&) {
    // The client has gone.
  }
}

asio::awaitable<void> listen(tcp::acceptor acceptor, const Files& files, std::chrono::milliseconds delay) {
  while (true) {
    tcp::socket socket = co_await acceptor.async_accept(asio::use_awaitable);
    asio::co_spawn(acceptor.get_executor(), talk(std::move(socket), files, delay), asio::detached);
  }
}

}  // namespace

int main(int argc, char** argv) {
  try {
    asio::io_context loop(1);
    const std::chrono::milliseconds delay(argc > 1 ? std::stoi(argv[1]) : 0);
    std::vector<std::unique_ptr<Files>> all;
    for (int i = 2; i < argc; ++i) {
      const std::string pair = argv[i];
      const std::size_t equals = pair.find('=');
      all.push_back(std::make_unique<Files>(load(pair.substr(equals + 1))));
      const auto port = static_cast<std::uint16_t>(std::stoi(pair.substr(0, equals)));
      tcp::acceptor acceptor(loop, {asio::ip::address_v4::loopback(), port});
      asio::co_spawn(loop, listen(std::move(acceptor), *all.back(), delay), asio::detached);
    }
    asio::signal_set stop(loop, SIGTERM, SIGINT);
    stop.async_wait([&](auto...) { loop.stop(); });
    loop.run();
  } catch (const std::exception& e) {
    std::cerr << "delay_server: " << e.what() << '\n';
    return 1;
  }
}
