// Databases of one generation for searches that run side by side.
#pragma once

#include <xapian.h>

#include <filesystem>
#include <memory>
#include <mutex>
#include <vector>

namespace tanmiao::indexer {

// Xapian's databases are not shared by threads: each search takes one out and puts it back.
class DatabasePool {
 public:
  DatabasePool(std::filesystem::path folder, Xapian::Database first) : folder_(std::move(folder)) {
    free_.push_back(std::make_unique<Xapian::Database>(std::move(first)));
  }
  class Loan {
   public:
    Loan(DatabasePool& pool, std::unique_ptr<Xapian::Database> database)
        : pool_(pool), database_(std::move(database)) {}
    Loan(const Loan&) = delete;
    Loan& operator=(const Loan&) = delete;
    ~Loan() {
      const std::scoped_lock lock(pool_.mutex_);
      pool_.free_.push_back(std::move(database_));
    }
    const Xapian::Database& operator*() const { return *database_; }

   private:
    DatabasePool& pool_;
    std::unique_ptr<Xapian::Database> database_;
  };
  Loan take() {
    {
      const std::scoped_lock lock(mutex_);
      if (!free_.empty()) {
        auto database = std::move(free_.back());
        free_.pop_back();
        return {*this, std::move(database)};
      }
    }
    return {*this, std::make_unique<Xapian::Database>(folder_.string())};
  }

 private:
  std::filesystem::path folder_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Xapian::Database>> free_;
};

}  // namespace tanmiao::indexer
