#include "tabular/byte_source.h"

#include <fcntl.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace tanmiao::tabular {
namespace {

constexpr std::size_t kPiece = std::size_t{256} << 10;
constexpr std::size_t kFirstPiece = std::size_t{8} << 10;
constexpr std::uint64_t kRatioFrom = std::uint64_t{16} << 20;  // below this any ratio is harmless

class FileSource final : public ByteSource {
 public:
  FileSource(int file, std::string name) : file_(file), name_(std::move(name)) {}
  ~FileSource() override { ::close(file_); }
  FileSource(const FileSource&) = delete;
  FileSource& operator=(const FileSource&) = delete;

  Result<std::size_t> read(std::span<char> into) override {
    for (;;) {
      const ssize_t got = ::read(file_, into.data(), into.size());
      if (got >= 0) return static_cast<std::size_t>(got);
      if (errno != EINTR) return Error{Errc::kIo, std::string("cannot read: ") + std::strerror(errno), name_};
    }
  }

 private:
  int file_;
  std::string name_;
};

class MemorySource final : public ByteSource {
 public:
  MemorySource(std::string bytes, std::unique_ptr<ByteSource> behind)
      : bytes_(std::move(bytes)), behind_(std::move(behind)) {}

  Result<std::size_t> read(std::span<char> into) override {
    if (at_ == bytes_.size()) return behind_ ? behind_->read(into) : Result<std::size_t>(0);
    const std::size_t n = std::min(into.size(), bytes_.size() - at_);
    std::memcpy(into.data(), bytes_.data() + at_, n);
    at_ += n;
    return n;
  }

 private:
  std::string bytes_;
  std::size_t at_ = 0;
  std::unique_ptr<ByteSource> behind_;
};

class FailedSource final : public ByteSource {
 public:
  explicit FailedSource(Error error) : error_(std::move(error)) {}
  Result<std::size_t> read(std::span<char>) override { return error_; }

 private:
  Error error_;
};

class GunzipSource final : public ByteSource {
 public:
  GunzipSource(std::unique_ptr<ByteSource> packed, std::string name, const Limits& limits)
      : packed_(std::move(packed)),
        name_(std::move(name)),
        limits_(limits),
        piece_(std::make_unique_for_overwrite<char[]>(kPiece)) {
    constexpr int kGzipOnly = 15 + 16;  // zlib: window bits, +16 for the gzip wrapper
    ready_ = inflateInit2(&stream_, kGzipOnly) == Z_OK;
  }
  ~GunzipSource() override { inflateEnd(&stream_); }
  GunzipSource(const GunzipSource&) = delete;
  GunzipSource& operator=(const GunzipSource&) = delete;

  Result<std::size_t> read(std::span<char> into) override {
    if (!ready_) return Error{Errc::kIo, "cannot start zlib", name_};
    while (!done_) {
      TANMIAO_TRY(refill());
      if (done_) break;
      TANMIAO_ASSIGN(const std::size_t got, inflate_some(into));
      if (got > 0) return got;
    }
    return std::size_t{0};
  }

 private:
  Status refill() {
    if (stream_.avail_in > 0) return {};
    TANMIAO_ASSIGN(const std::size_t got, packed_->read({piece_.get(), kPiece}));
    stream_.next_in = reinterpret_cast<Bytef*>(piece_.get());
    stream_.avail_in = static_cast<uInt>(got);
    taken_ += got;
    if (got > 0) return {};
    done_ = true;
    if (between_members_) return {};
    return Error{Errc::kFormat,
                 "gzip file is cut off after " + std::to_string(taken_) + " packed bytes (" + std::to_string(given_) +
                     " unpacked); the end of the table is missing",
                 name_};
  }

  Result<std::size_t> inflate_some(std::span<char> into) {
    if (between_members_ && !next_member()) return std::size_t{0};
    stream_.next_out = reinterpret_cast<Bytef*>(into.data());
    stream_.avail_out = static_cast<uInt>(into.size());
    const int code = inflate(&stream_, Z_NO_FLUSH);
    const std::size_t got = into.size() - stream_.avail_out;
    given_ += got;
    if (code == Z_STREAM_END) {
      between_members_ = true;
    } else if (code != Z_OK && code != Z_BUF_ERROR) {
      return fail(Errc::kFormat, std::string("damaged gzip data (") + (stream_.msg ? stream_.msg : "zlib") +
                                     ") after " + std::to_string(given_) + " unpacked bytes");
    }
    if (given_ > limits_.max_bytes) {
      return fail(Errc::kLimit, "unpacks to more than " + std::to_string(limits_.max_bytes) + " bytes");
    }
    if (given_ > kRatioFrom && given_ / std::max<std::uint64_t>(taken_, 1) > limits_.max_ratio) {
      return fail(Errc::kLimit, "unpacks to more than " + std::to_string(limits_.max_ratio) + " times its size");
    }
    return got;
  }

  // Zero bytes behind a member are padding of tapes and disks; anything that is no member ends the file as gzip does.
  bool next_member() {
    while (stream_.avail_in > 0 && *stream_.next_in == 0) ++stream_.next_in, --stream_.avail_in;
    if (stream_.avail_in == 0) return false;
    inflateReset(&stream_);
    between_members_ = false;
    return true;
  }

  Error fail(Errc code, std::string message) {
    done_ = true;
    return {code, std::move(message), name_};
  }

  std::unique_ptr<ByteSource> packed_;
  std::string name_;
  Limits limits_;
  std::unique_ptr<char[]> piece_;
  z_stream stream_{};
  std::uint64_t taken_ = 0, given_ = 0;
  bool ready_ = false, done_ = false, between_members_ = false;
};

}  // namespace

Result<std::unique_ptr<ByteSource>> open_file(const std::filesystem::path& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    return Error{Errc::kNotFound, "is a folder, a file was expected", path.string()};
  }
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    const Errc code = errno == ENOENT ? Errc::kNotFound : Errc::kIo;
    return Error{code, std::string("cannot open: ") + std::strerror(errno), path.string()};
  }
  return std::unique_ptr<ByteSource>(std::make_unique<FileSource>(file, path.string()));
}

std::unique_ptr<ByteSource> from_memory(std::string bytes) {
  return std::make_unique<MemorySource>(std::move(bytes), nullptr);
}

// Most files are small: the head grows with what comes, clearing megabytes costs more than reading them.
Peeked peek(std::unique_ptr<ByteSource> source, std::size_t bytes) {
  std::string head;
  std::size_t have = 0;
  while (have < bytes) {
    if (have == head.size()) head.resize(std::min(bytes, std::max(kFirstPiece, 2 * have)));
    const auto got = source->read(std::span(head).subspan(have));
    if (!got) source = std::make_unique<FailedSource>(got.error());
    if (!got || *got == 0) break;
    have += *got;
  }
  head.resize(have);
  Peeked peeked{head, nullptr};
  peeked.source = std::make_unique<MemorySource>(std::move(head), std::move(source));
  return peeked;
}

bool is_gzip(std::string_view head) { return head.starts_with("\x1f\x8b"); }

std::unique_ptr<ByteSource> gunzip(std::unique_ptr<ByteSource> packed, std::string name, const Limits& limits) {
  return std::make_unique<GunzipSource>(std::move(packed), std::move(name), limits);
}

Result<std::string> read_all(ByteSource& source, const std::string& name, const Limits& limits) {
  std::string bytes;
  for (;;) {
    const std::size_t have = bytes.size();
    bytes.resize(have + std::clamp(have, kFirstPiece, kPiece));
    TANMIAO_ASSIGN(const std::size_t got, source.read(std::span(bytes).subspan(have)));
    bytes.resize(have + got);
    if (got == 0) return bytes;
    if (bytes.size() > limits.max_bytes) {
      return Error{Errc::kLimit, "is larger than " + std::to_string(limits.max_bytes) + " bytes", name};
    }
  }
}

}  // namespace tanmiao::tabular
