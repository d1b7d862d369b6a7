#include "core/error.h"

#include <stdexcept>

namespace tanmiao {

std::string Error::text() const { return where.empty() ? message : where + ": " + message; }

std::string_view errc_name(Errc code) {
  switch (code) {
    case Errc::kUsage: return "usage";
    case Errc::kConfig: return "config";
    case Errc::kNotFound: return "not_found";
    case Errc::kFormat: return "format";
    case Errc::kLimit: return "limit";
    case Errc::kIo: return "io";
    case Errc::kDiskFull: return "disk_full";
    case Errc::kLocked: return "locked";
    case Errc::kCorrupt: return "corrupt";
    case Errc::kNetwork: return "network";
    case Errc::kRefused: return "refused";
    case Errc::kConflict: return "conflict";
    case Errc::kCancelled: return "cancelled";
  }
  return "unknown";
}

int exit_code(Errc code) { return code == Errc::kUsage || code == Errc::kConfig ? 2 : 1; }

void throw_exception_from_error(const Error& error, const boost::source_location&) {
  throw std::runtime_error(error.text());
}

}  // namespace tanmiao
