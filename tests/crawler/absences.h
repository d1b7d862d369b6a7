// Nights of a source whose pages come and go, and whose description changes.
#pragma once

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "crawling_hosts.h"

namespace tanmiao::crawler {

inline constexpr std::string_view kComplete = "complete = \"complete\"";

// Asks to stop when so many addresses were answered.
class StopAfter : public Progress {
 public:
  StopAfter(std::atomic<bool>& stop, int answers) : stop_(stop), left_(answers) {}
  void update(std::string_view, std::uint64_t, std::uint64_t, std::string_view) override {
    if (--left_ == 0) stop_ = true;
  }
  void note(std::string_view, std::string_view) override {}

 private:
  std::atomic<bool>& stop_;
  int left_;
};

class Absences : public CrawlingHosts {
 protected:
  // Twelve firms on one list, so that one less is within every contract.
  void twelve() { city(12, 12); }
  void source(const std::string& extra = std::string(kComplete)) {
    http_source(extra);
    approve();
  }
  // Of a file written before: `line` becomes the first of the [fetch] table.
  void fetch_line(const std::string& line) {
    std::ifstream in(root_ / "sources/register.toml");
    std::string text{std::istreambuf_iterator<char>(in), {}};
    text.replace(text.find("[fetch]\n") + 8, 0, line + "\n");
    write("sources/register.toml", text);
    approve();
  }
  void change(const std::string& from, const std::string& to) {
    std::ifstream in(root_ / "sources/register.toml");
    std::string text{std::istreambuf_iterator<char>(in), {}};
    text.replace(text.find(from), from.size(), to);
    write("sources/register.toml", text);
    approve();
  }
  // A night whose process is stopped, in good order, when so many addresses were answered.
  void stopped(int number, int answers) {
    StopAfter progress(stop_, answers);
    EXPECT_FALSE(crawl(*store_, night(number), config_, *reference_, progress, stop_));
    stop_ = false;
  }
  std::vector<std::string> firms_asked(std::size_t from) {
    std::vector<std::string> out;
    const auto order = server_.order();
    for (std::size_t i = from; i < order.size(); ++i)
      if (order[i].starts_with("/firm/")) out.push_back(order[i].substr(6));
    return out;
  }
};

}  // namespace tanmiao::crawler
