#include "tabular/zip.h"

#include <archive.h>
#include <archive_entry.h>

#include <memory>

namespace tanmiao::tabular {
namespace {

using Archive = std::unique_ptr<struct archive, decltype(&archive_read_free)>;
constexpr std::size_t kPiece = std::size_t{64} << 10;
constexpr std::uint64_t kRatioFrom = std::uint64_t{16} << 20;  // below this any ratio is harmless

std::string why(struct archive* archive) {
  const char* text = archive_error_string(archive);
  return text == nullptr ? "unknown damage" : text;
}

class Unpacking {
 public:
  Unpacking(std::uint64_t packed, const std::string& name, const Limits& limits)
      : packed_(packed), name_(name), limits_(limits), piece_(kPiece, '\0') {}

  Result<std::string> read(struct archive* archive, std::string_view entry) {
    std::string content;
    for (;;) {
      const la_ssize_t got = archive_read_data(archive, piece_.data(), piece_.size());
      if (got < 0) return Error{Errc::kFormat, "damaged zip entry: " + why(archive), place(entry)};
      if (got == 0) return content;
      content.append(piece_.data(), static_cast<std::size_t>(got));
      total_ += static_cast<std::uint64_t>(got);
      if (total_ > limits_.max_bytes) {
        return Error{Errc::kLimit, "unpacks to more than " + std::to_string(limits_.max_bytes) + " bytes",
                     place(entry)};
      }
      if (total_ > kRatioFrom && total_ / packed_ > limits_.max_ratio) {
        return Error{Errc::kLimit, "unpacks to more than " + std::to_string(limits_.max_ratio) + " times its size",
                     place(entry)};
      }
    }
  }

 private:
  std::string place(std::string_view entry) const { return name_ + "!" + std::string(entry); }

  std::uint64_t packed_, total_ = 0;
  const std::string& name_;
  const Limits& limits_;
  std::string piece_;
};

}  // namespace

Result<std::map<std::string, std::string>> unzip(std::string_view bytes, const std::string& name, const Limits& limits,
                                                 const std::function<bool(std::string_view)>& wanted) {
  const Archive archive(archive_read_new(), archive_read_free);
  archive_read_support_format_zip(archive.get());
  if (bytes.empty() || archive_read_open_memory(archive.get(), bytes.data(), bytes.size()) != ARCHIVE_OK) {
    return Error{Errc::kFormat, "is not a zip: " + (bytes.empty() ? "it is empty" : why(archive.get())), name};
  }
  std::map<std::string, std::string> files;
  Unpacking unpacking(bytes.size(), name, limits);
  struct archive_entry* entry = nullptr;
  for (std::uint32_t n = 0;; ++n) {
    const int code = archive_read_next_header(archive.get(), &entry);
    if (code == ARCHIVE_EOF) return files;
    if (code < ARCHIVE_WARN) return Error{Errc::kFormat, "damaged zip: " + why(archive.get()), name};
    if (n == limits.max_entries) {
      return Error{Errc::kLimit, "has more than " + std::to_string(limits.max_entries) + " entries", name};
    }
    const char* path = archive_entry_pathname(entry);
    if (path == nullptr || !wanted(path) || files.contains(path)) continue;
    if (archive_entry_is_encrypted(entry) != 0) return Error{Errc::kFormat, "is protected by a password", name};
    TANMIAO_ASSIGN(files[path], unpacking.read(archive.get(), path));
  }
}

}  // namespace tanmiao::tabular
