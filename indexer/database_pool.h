// Databases for searches that run side by side.
#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "indexer/postings.h"

namespace tanmiao::indexer {

// Xapian's databases are not shared by threads: each search takes those of the generation out and puts them back.
class DatabasePool {
 public:
  DatabasePool(std::filesystem::path folder, Postings first) : folder_(std::move(folder)) {
    whole_ = !first.changed;
    free_.push_back(std::make_unique<Postings>(std::move(first)));
  }
  class Loan {
   public:
    Loan(DatabasePool& pool, std::unique_ptr<Postings> postings) : pool_(pool), postings_(std::move(postings)) {}
    Loan(const Loan&) = delete;
    Loan& operator=(const Loan&) = delete;
    ~Loan() {
      const std::scoped_lock lock(pool_.mutex_);
      pool_.free_.push_back(std::move(postings_));
    }
    const Postings& operator*() const { return *postings_; }

   private:
    DatabasePool& pool_;
    std::unique_ptr<Postings> postings_;
  };
  Loan take() {
    {
      const std::scoped_lock lock(mutex_);
      if (!free_.empty()) {
        auto postings = std::move(free_.back());
        free_.pop_back();
        return {*this, std::move(postings)};
      }
    }
    return {*this, std::make_unique<Postings>(open_databases(folder_, whole_))};
  }

 private:
  std::filesystem::path folder_;
  bool whole_ = true;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Postings>> free_;
};

}  // namespace tanmiao::indexer
