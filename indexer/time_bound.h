// How long a question may take. What is over it ends with an error and never with a part of the answer: sets are kept
// only when they are whole.
#pragma once

#include <chrono>
#include <optional>

namespace tanmiao::indexer {

class TimeBound {
 public:
  struct Over {};  // thrown by check(), caught where the question came in
  explicit TimeBound(std::optional<std::chrono::milliseconds> most) {
    if (most) end_ = Clock::now() + *most;
  }
  void check() const {
    if (end_ && Clock::now() >= *end_) throw Over{};
  }
  // For loops: looks at the clock once in many steps.
  void step() {
    if ((++steps_ & kSteps) == 0) check();
  }

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr unsigned kSteps = 4095;
  std::optional<Clock::time_point> end_;
  unsigned steps_ = 0;
};

}  // namespace tanmiao::indexer
