// A data folder and one described source, "register", for whole crawls of a night.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "crawler/crawl.h"
#include "tabular/reference_reader.h"

namespace tanmiao::crawler {

namespace fs = std::filesystem;

// An organisation code (GB 11714): eight digits and a check character.
inline std::string code(int number) {
  constexpr int kWeights[] = {3, 7, 9, 10, 5, 8, 4, 2};
  const std::string digits = std::to_string(10000000 + number);
  int sum = 0;
  for (std::size_t i = 0; i < digits.size(); ++i) sum += (digits[i] - '0') * kWeights[i];
  const int check = (11 - sum % 11) % 11;
  return digits + (check == 10 ? "X" : std::to_string(check));
}

inline std::string firm_row(int number, const std::string& address = "滨州市滨城区渤海路") {
  return "试验" + std::to_string(number) + "科技有限公司," + code(number) + ",2015-06-02," + address + "\n";
}

class Crawling : public ::testing::Test {
 protected:
  Crawling() : root_(fs::temp_directory_path() / ("tanmiao_crawl_" + std::to_string(::getpid()))) {
    fs::remove_all(root_);
    fs::create_directories(root_ / "sources");
    fs::create_directories(root_ / "inbox/register");
    reference_ = tabular::load_reference("config/reference").value();
    config_.sources = root_ / "sources";
    config_.base = root_;
    config_.identity.contact = "test@example.test";
    config_.person_key = "a key of this test";
    config_.allow_loopback_speed = true;
    config_.stop_signs = "config/crawl/stop_signs.toml";
    open();
  }
  ~Crawling() override {
    store_.reset();
    fs::remove_all(root_);
  }
  void open(const std::string& name = "data") {
    store_.reset();
    store_ = store::Store::open(root_ / name, store::Access::kWrite, "a test").value();
  }
  void write(const std::string& name, std::string_view text) { std::ofstream(root_ / name, std::ios::binary) << text; }
  void folder_source(std::string_view extra = "") {
    write("sources/register.toml", std::string(R"(id = "register"
title = "登记"
publisher = "试验"
kind = "folder"
inbox = "inbox/register"
terms = "无"
basis = "试验"
[contract]
most_rejected = 0.6
most_gone = 0.6
)") + std::string(extra) + R"(
[[page]]
role = "file"
reader = "csv"
kind = "firm"
key = ["org_code"]
required = ["firm_name", "org_code"]
[page.columns]
firm_name = "企业名称"
org_code = "编号"
established = "成立日期"
address = "住所"
[page.public]
field = "established"
)");
  }
  store::Night night(int number) {
    const Date day = make_date(2026, 1, 1) + std::chrono::days(number);
    return store_->facts().begin_night(day, Instant(day) + std::chrono::hours(18)).value();
  }
  SourceReport crawl_once(int number, bool finish = true) {
    const store::Night now = night(number);
    auto report = crawl(*store_, now, config_, *reference_, silent_progress(), stop_);
    EXPECT_TRUE(report) << report.error().text();
    if (finish) store_->facts().finish_night(now.id).value();
    return report->sources.at(0);
  }
  std::vector<std::string> dump() {
    std::vector<std::string> lines;
    store_->facts().dump([&](std::string_view line) { lines.emplace_back(line); }).value();
    return lines;
  }
  std::size_t records() { return store_->facts().totals().value()["register"].records; }

  fs::path root_;
  std::unique_ptr<store::Store> store_;
  std::shared_ptr<const Reference> reference_;
  CrawlConfig config_;
  std::atomic<bool> stop_ = false;
};

inline constexpr std::string_view kColumns = "企业名称,编号,成立日期,住所\n";

}  // namespace tanmiao::crawler
