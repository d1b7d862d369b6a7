// A data folder of its own for each test, and short ways to speak of nights and records.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <string>
#include <vector>

#include "store/store.h"

namespace tanmiao::store {

inline std::filesystem::path fresh_folder() {
  static std::atomic<int> count = 0;
  auto path = std::filesystem::temp_directory_path() /
              ("tanmiao_store_" + std::to_string(::getpid()) + "_" + std::to_string(count++));
  std::filesystem::remove_all(path);
  return path;
}

inline Date day(int number) { return make_date(2026, 1, 1) + std::chrono::days(number); }
inline Instant clock_of(int number) { return Instant(day(number)) + std::chrono::hours(18); }

inline Record firm(std::string key, std::string address, std::string part = "list", std::uint32_t line = 1) {
  Record record;
  record.kind = RecordKind::kFirm;
  record.source = "register";
  record.key = std::move(key);
  record.set(Field::kFirmName, "企业" + record.key);
  record.set(Field::kAddress, std::move(address));
  record.public_date = day(0);
  record.public_estimated = false;
  record.origin = {7, std::move(part), line};
  canonicalise(record);
  return record;
}

class StoreTest : public ::testing::Test {
 protected:
  StoreTest() : folder_(fresh_folder()) { reopen(); }
  ~StoreTest() override {
    store_.reset();
    std::filesystem::remove_all(folder_);
  }

  void reopen(Access access = Access::kWrite) {
    store_.reset();
    store_ = Store::open(folder_, access, "a test").value();
  }
  Facts& facts() { return store_->facts(); }
  People& people() { return store_->people(); }

  Batch begin(int number) {
    night_ = facts().begin_night(day(number), clock_of(number)).value();
    return facts().open_batch(night_, Stage::kCrawl, "register").value();
  }
  // One night in which the parts named by the records, and `parts`, are read again.
  BatchCounts night(int number, std::vector<Record> records, Completeness completeness = Completeness::kByPart,
                    const std::vector<std::string>& parts = {"list"}, std::vector<std::string> parts_same = {}) {
    const Batch batch = begin(number);
    CrawlGroup group;
    group.rows_read = records.size();
    group.records = std::move(records);
    for (const auto& name : parts) group.parts.push_back({name, 1, 1, {}, {}});
    group.parts_same = std::move(parts_same);
    facts().commit(batch.id, group).value();
    const BatchCounts counts = facts().publish_crawl(batch.id, completeness).value();
    facts().finish_night(night_.id).value();
    return counts;
  }
  std::vector<StoredRecord> seen(const View& view = {}, unsigned kinds = ~0u) {
    std::vector<StoredRecord> found;
    facts()
        .each_record(view, kinds,
                     [&](const StoredRecord& record) {
                       found.push_back(record);
                       return Status();
                     })
        .value();
    return found;
  }
  std::vector<RecordId> all_records() {
    std::vector<RecordId> found;
    for (const auto& record : seen()) found.push_back(record.id);
    return found;
  }
  // "key=address" of what the view sees.
  std::vector<std::string> shown(const View& view = {}) {
    std::vector<std::string> found;
    for (const auto& r : seen(view)) found.push_back(r.record.key + "=" + std::string(r.record.get(Field::kAddress)));
    return found;
  }
  std::vector<std::string> dump() {
    std::vector<std::string> lines;
    facts().dump([&](std::string_view line) { lines.emplace_back(line); }).value();
    return lines;
  }

  std::filesystem::path folder_;
  std::unique_ptr<Store> store_;
  Night night_;
};

}  // namespace tanmiao::store
