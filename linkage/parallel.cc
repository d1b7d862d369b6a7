#include "linkage/parallel.h"

#include <tbb/blocked_range.h>
#include <tbb/global_control.h>
#include <tbb/parallel_for.h>
#include <tbb/parallel_pipeline.h>
#include <tbb/parallel_sort.h>
#include <tbb/task_arena.h>
#include <tbb/task_group.h>

#include <atomic>
#include <optional>
#include <utility>

namespace tanmiao::linkage {

namespace {

// oneTBB hands work from thread to thread by atomics of its own, which ThreadSanitizer does not see: these say the
// same.
class HandOver {
 public:
  void give() { given_.fetch_add(1, std::memory_order_release); }
  void take() { (void)given_.load(std::memory_order_acquire); }

 private:
  std::atomic<std::size_t> given_{0};
};

}  // namespace

void for_each_index(int threads, std::size_t count, const std::function<void(std::size_t)>& work) {
  // Asked for more threads than there are cores, oneTBB gives them only when it is told so beforehand.
  std::optional<tbb::global_control> allowed;
  if (threads > 0) allowed.emplace(tbb::global_control::max_allowed_parallelism, static_cast<std::size_t>(threads));
  tbb::task_arena arena(threads > 0 ? threads : tbb::task_arena::automatic);
  arena.execute([&] {
    tbb::parallel_for(tbb::blocked_range<std::size_t>(0, count, 256),
                      [&](const tbb::blocked_range<std::size_t>& range) {
                        for (std::size_t i = range.begin(); i != range.end(); ++i) work(i);
                      });
  });
}

void make_and_take(int threads, std::size_t count, std::size_t ahead, const std::function<void(std::size_t)>& make,
                   const std::function<void(std::size_t)>& take) {
  tbb::task_arena arena(threads > 0 ? threads : tbb::task_arena::automatic);
  std::size_t next = 0;
  HandOver made, taken;
  arena.execute([&] {
    tbb::parallel_pipeline(
        ahead, tbb::make_filter<void, std::size_t>(tbb::filter_mode::serial_in_order,
                                                   [&](tbb::flow_control& control) -> std::size_t {
                                                     if (next == count) {
                                                       control.stop();
                                                       return 0;
                                                     }
                                                     return next++;
                                                   }) &
                   tbb::make_filter<std::size_t, std::size_t>(tbb::filter_mode::parallel,
                                                              [&](std::size_t n) {
                                                                taken.take();
                                                                make(n);
                                                                made.give();
                                                                return n;
                                                              }) &
                   tbb::make_filter<std::size_t, void>(tbb::filter_mode::serial_in_order, [&](std::size_t n) {
                     made.take(), taken.take();
                     take(n);
                     taken.give();
                   }));
  });
  taken.take();
}

struct Tasks::Group {
  explicit Group(int threads) : arena(threads > 0 ? threads : tbb::task_arena::automatic) {}
  tbb::task_arena arena;
  tbb::task_group tasks;
  HandOver handed, done;
};

Tasks::Tasks(int threads) : group_(std::make_unique<Group>(threads)) {}

Tasks::~Tasks() {
  try {
    wait();
  } catch (...) {  // who did not wait did not want to know
  }
}

void Tasks::run(std::function<void()> work) {
  group_->handed.give();
  group_->arena.execute([&] {
    group_->tasks.run([group = group_.get(), work = std::move(work)] {
      group->handed.take();
      struct Done {
        HandOver& over;
        ~Done() { over.give(); }
      } done{group->done};
      work();
    });
  });
}

void Tasks::wait() {
  struct Done {
    HandOver& over;
    ~Done() { over.take(); }
  } done{group_->done};
  group_->arena.execute([&] { group_->tasks.wait(); });
}

void sort_numbers(int threads, std::vector<std::uint32_t>& numbers,
                  const std::function<bool(std::uint32_t, std::uint32_t)>& before) {
  tbb::task_arena arena(threads > 0 ? threads : tbb::task_arena::automatic);
  arena.execute([&] {
    tbb::parallel_sort(numbers.begin(), numbers.end(),
                       [&before](std::uint32_t a, std::uint32_t b) { return before(a, b); });
  });
}

}  // namespace tanmiao::linkage
