#include "tabular/zip.h"

#include <archive.h>
#include <archive_entry.h>

#include <memory>
#include <span>

#include "tabular/charset.h"

namespace tanmiao::tabular {
namespace {

using Archive = std::unique_ptr<struct archive, decltype(&archive_read_free)>;
constexpr std::size_t kZipPiece = std::size_t{64} << 10;
constexpr std::uint64_t kZipRatioFrom = std::uint64_t{16} << 20;  // below this any ratio is harmless

std::string why(struct archive* archive) {
  const char* text = archive_error_string(archive);
  return text == nullptr ? "unknown damage" : text;
}

class Unpacking {
 public:
  Unpacking(std::uint64_t packed, std::string name, const Limits& limits)
      : packed_(packed), name_(std::move(name)), limits_(limits) {}

  Result<std::size_t> piece(struct archive* archive, std::string_view entry, std::span<char> into) {
    const la_ssize_t got = archive_read_data(archive, into.data(), into.size());
    if (got < 0) return Error{Errc::kFormat, "damaged zip entry: " + why(archive), place(entry)};
    total_ += static_cast<std::uint64_t>(got);
    if (total_ > limits_.max_bytes) {
      return Error{Errc::kLimit, "unpacks to more than " + std::to_string(limits_.max_bytes) + " bytes", place(entry)};
    }
    if (total_ > kZipRatioFrom && total_ / packed_ > limits_.max_ratio) {
      return Error{Errc::kLimit, "unpacks to more than " + std::to_string(limits_.max_ratio) + " times its size",
                   place(entry)};
    }
    return static_cast<std::size_t>(got);
  }

  Result<std::string> whole(struct archive* archive, std::string_view entry) {
    std::string content;
    for (;;) {
      const std::size_t had = content.size();
      content.resize(had + kZipPiece);
      TANMIAO_ASSIGN(const std::size_t got, piece(archive, entry, std::span(content).subspan(had)));
      content.resize(had + got);
      if (got == 0) return content;
    }
  }

 private:
  std::string place(std::string_view entry) const { return name_ + "!" + std::string(entry); }

  std::uint64_t packed_, total_ = 0;
  std::string name_;
  Limits limits_;
};

// The entries of a zip in memory, one after another.
class Entries {
 public:
  Entries(std::string_view bytes, std::string name, const Limits& limits)
      : archive_(archive_read_new(), archive_read_free), bytes_(bytes), name_(std::move(name)), limits_(limits) {}

  Status open() {
    archive_read_support_format_zip(archive_.get());
    if (!bytes_.empty() && archive_read_open_memory(archive_.get(), bytes_.data(), bytes_.size()) == ARCHIVE_OK) {
      return {};
    }
    return Error{Errc::kFormat, "is not a zip: " + (bytes_.empty() ? "it is empty" : why(archive_.get())), name_};
  }

  // The next one's path, valid until the next call; null at the end.
  Result<const char*> next() {
    for (;;) {
      struct archive_entry* entry = nullptr;
      const int code = archive_read_next_header(archive_.get(), &entry);
      if (code == ARCHIVE_EOF) return nullptr;
      if (code < ARCHIVE_WARN) return Error{Errc::kFormat, "damaged zip: " + why(archive_.get()), name_};
      if (count_++ == limits_.max_entries) {
        return Error{Errc::kLimit, "has more than " + std::to_string(limits_.max_entries) + " entries", name_};
      }
      encrypted_ = archive_entry_is_encrypted(entry) != 0;
      if (const char* path = archive_entry_pathname(entry)) return path;
    }
  }

  Status readable() const {
    return encrypted_ ? Status(Error{Errc::kFormat, "is protected by a password", name_}) : Status();
  }
  struct archive* archive() const { return archive_.get(); }

 private:
  Archive archive_;
  std::string_view bytes_;
  std::string name_;
  Limits limits_;
  std::uint32_t count_ = 0;
  bool encrypted_ = false;
};

class EntrySource final : public ByteSource {
 public:
  EntrySource(Entries entries, Unpacking unpacking, std::string_view path)
      : entries_(std::move(entries)), unpacking_(std::move(unpacking)), path_(path) {}

  Result<std::size_t> read(std::span<char> into) override {
    if (done_ || into.empty()) return std::size_t{0};
    auto got = unpacking_.piece(entries_.archive(), path_, into);
    done_ = !got || *got == 0;
    return got;
  }

 private:
  Entries entries_;
  Unpacking unpacking_;
  std::string path_;
  bool done_ = false;
};

}  // namespace

Result<std::map<std::string, std::string>> unzip(std::string_view bytes, const std::string& name, const Limits& limits,
                                                 const std::function<bool(std::string_view)>& wanted) {
  Entries entries(bytes, name, limits);
  TANMIAO_TRY(entries.open());
  std::map<std::string, std::string> files;
  Unpacking unpacking(bytes.size(), name, limits);
  for (;;) {
    TANMIAO_ASSIGN(const char* found, entries.next());
    if (found == nullptr) return files;
    const std::string path = found;
    if (!wanted(path) || files.contains(path)) continue;
    TANMIAO_TRY(entries.readable());
    TANMIAO_ASSIGN(files[path], unpacking.whole(entries.archive(), path));
  }
}

Result<std::unique_ptr<ByteSource>> open_entry(std::string_view bytes, const std::string& name, const Limits& limits,
                                               std::string_view path) {
  Entries entries(bytes, name, limits);
  TANMIAO_TRY(entries.open());
  for (;;) {
    TANMIAO_ASSIGN(const char* found, entries.next());
    if (found == nullptr) return Error{Errc::kFormat, "has no part " + with_bytes_shown(path), name};
    if (found != path) continue;
    TANMIAO_TRY(entries.readable());
    Unpacking unpacking(bytes.size(), name, limits);
    return std::unique_ptr<ByteSource>(std::make_unique<EntrySource>(std::move(entries), std::move(unpacking), path));
  }
}

}  // namespace tanmiao::tabular
