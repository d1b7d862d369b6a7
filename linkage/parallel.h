// Pure work over many items, placed by index, so that the result does not depend on the number of threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace tanmiao::linkage {

// Calls work(0) .. work(count - 1) on `threads` threads (0: as many as there are cores), in any order.
void for_each_index(int threads, std::size_t count, const std::function<void(std::size_t)>& work);

// Calls make(0) .. make(count - 1) on any thread, a few ahead, and take(0) .. take(count - 1) in this order, one at a
// time and beside them. No two calls of one number run at once; `ahead` numbers at most are between the two.
void make_and_take(int threads, std::size_t count, std::size_t ahead, const std::function<void(std::size_t)>& make,
                   const std::function<void(std::size_t)>& take);

// Work that others do while the calling thread goes on with its own.
class Tasks {
 public:
  explicit Tasks(int threads);
  ~Tasks();  // waits
  Tasks(const Tasks&) = delete;
  Tasks& operator=(const Tasks&) = delete;
  void run(std::function<void()> work);
  void wait();  // until all is done; the calling thread helps. Throws what the work threw.

 private:
  struct Group;
  std::unique_ptr<Group> group_;
};

// `before` tells any two apart: the order of what is equal would be chance.
void sort_numbers(int threads, std::vector<std::uint32_t>& numbers,
                  const std::function<bool(std::uint32_t, std::uint32_t)>& before);

}  // namespace tanmiao::linkage
