#include "core/progress.h"

namespace tanmiao {
namespace {

class Silent final : public Progress {
  void update(std::string_view, std::uint64_t, std::uint64_t, std::string_view) override {}
  void note(std::string_view, std::string_view) override {}
};

}  // namespace

Progress& silent_progress() {
  static Silent silent;
  return silent;
}

}  // namespace tanmiao
