// Seconds and peak memory of a stage.
#pragma once

#include <chrono>
#include <cstdint>

namespace tanmiao::app {

struct Figures {
  double seconds = 0;
  std::uint64_t peak_bytes = 0;  // resident set at its highest; 0: the system does not say
  bool peak_of_stage = false;    // false: the highest since the process began
};

class Measure {
 public:
  Measure();
  Figures take() const;

 private:
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  bool reset_ = false;
};

}  // namespace tanmiao::app
