#include "apps/tanmiao/measure.h"

#include <fstream>
#include <string>

namespace tanmiao::app {
namespace {

// Linux: writing 5 to clear_refs sets VmHWM back to what is resident now (proc(5)).
bool reset_peak() {
  std::ofstream out("/proc/self/clear_refs");
  out << 5;
  out.flush();
  return static_cast<bool>(out);
}

std::uint64_t peak_bytes() {
  std::ifstream in("/proc/self/status");
  for (std::string line; std::getline(in, line);)
    if (line.starts_with("VmHWM:")) return std::stoull(line.substr(6)) * 1024;
  return 0;
}

}  // namespace

Measure::Measure() : reset_(reset_peak()) {}

Figures Measure::take() const {
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - began_;
  return {taken.count(), peak_bytes(), reset_};
}

}  // namespace tanmiao::app
