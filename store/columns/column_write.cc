#include <fcntl.h>
#include <sodium.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cerrno>
#include <cstring>
#include <mutex>
#include <span>
#include <thread>

#include "core/hash.h"
#include "store/columns/column.h"
#include "store/columns/column_format.h"
#include "store/columns/table.h"
#include "store/data_folder.h"

namespace tanmiao::store {

static_assert(std::endian::native == std::endian::little, "columns are mapped as they lie on disk: little endian");

namespace {

class Hasher {
 public:
  Hasher() { crypto_generichash_init(&state_, nullptr, 0, kBytes); }
  void add(std::string_view bytes) {
    crypto_generichash_update(&state_, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  }
  // The first eight bytes of a BLAKE2b of 16 bytes, the shortest that libsodium makes.
  std::uint64_t done() {
    std::array<unsigned char, kBytes> digest{};
    crypto_generichash_final(&state_, digest.data(), digest.size());
    std::uint64_t value = 0;
    std::memcpy(&value, digest.data(), sizeof value);
    return value;
  }

 private:
  static constexpr std::size_t kBytes = 16;
  crypto_generichash_state state_;
};

template <class T>
std::string_view bytes_of(const T* data, std::size_t count) {
  return {reinterpret_cast<const char*>(data), count * sizeof(T)};
}

Status write_pieces(const std::filesystem::path& path, std::span<const std::string_view> pieces) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  if (fd < 0) return io_error(errno, "creating the column", path);
  int failed = 0;
  for (std::string_view piece : pieces) {
    while (failed == 0 && !piece.empty()) {
      const ssize_t written = ::write(fd, piece.data(), piece.size());
      if (written < 0 && errno != EINTR) failed = errno;
      if (written > 0) piece.remove_prefix(static_cast<std::size_t>(written));
    }
  }
  if (failed == 0 && ::fsync(fd) != 0) failed = errno;
  if (::close(fd) != 0 && failed == 0) failed = errno;
  if (failed != 0) return io_error(failed, "writing the column", path);
  return {};
}

}  // namespace

std::uint64_t payload_hash(std::span<const std::string_view> pieces) {
  Hasher hasher;
  for (const std::string_view piece : pieces) hasher.add(piece);
  return hasher.done();
}

std::uint64_t payload_hash(std::string_view a, std::string_view b) { return payload_hash(std::array{a, b}); }

void StringBuilder::begin_piece(std::size_t least) {
  constexpr std::size_t kSmallest = std::size_t{1} << 10, kLargest = std::size_t{1} << 20;
  // A table has many columns, most of them short.
  room_ = std::max(least, std::clamp<std::size_t>(bytes(), kSmallest, kLargest));
  pieces_.push_back({bytes(), std::make_unique_for_overwrite<char[]>(room_)});
}

void StringBuilder::append(StringBuilder&& other) {
  const std::uint64_t before = bytes();
  offsets_.reserve(offsets_.size() + other.size());
  for (std::size_t i = 1; i < other.offsets_.size(); ++i) offsets_.push_back(before + other.offsets_[i]);
  for (Piece& piece : other.pieces_) pieces_.push_back({before + piece.first, std::move(piece.text)});
  if (!other.pieces_.empty()) room_ = other.room_;
  other = {};
}

std::string_view StringBuilder::operator[](std::size_t row) const {
  const std::uint64_t begin = offsets_[row], end = offsets_[row + 1];
  if (begin == end) return {};
  const auto after = std::upper_bound(pieces_.begin(), pieces_.end(), begin,
                                      [](std::uint64_t at, const Piece& piece) { return at < piece.first; });
  const Piece& piece = *(after - 1);
  return {piece.text.get() + (begin - piece.first), static_cast<std::size_t>(end - begin)};
}

std::vector<std::string_view> StringBuilder::pieces() const {
  std::vector<std::string_view> out;
  for (std::size_t i = 0; i < pieces_.size(); ++i) {
    const std::uint64_t end = i + 1 < pieces_.size() ? pieces_[i + 1].first : bytes();
    out.emplace_back(pieces_[i].text.get(), static_cast<std::size_t>(end - pieces_[i].first));
  }
  return out;
}

std::string digest_of(const ColumnInfos& columns) {
  std::string text;
  for (const auto& [name, info] : columns)
    text += name + ' ' + std::to_string(static_cast<int>(info.kind)) + ' ' + std::to_string(info.width) + ' ' +
            std::to_string(info.count) + ' ' + std::to_string(info.hash) + '\n';
  return hash_hex(text, 32);
}

struct ColumnFolderWriter::State {
  std::filesystem::path folder, beside;
  std::mutex mutex;  // of `columns`: several threads write one each
  ColumnInfos columns;
  bool finished = false;

  void add(std::string_view name, const ColumnHeader& header) {
    const std::scoped_lock hold(mutex);
    columns[std::string(name)] = {header.kind, header.width, header.count, header.hash};
  }

  ~State() {
    std::error_code ignored;
    if (!finished) std::filesystem::remove_all(beside, ignored);
  }
};

std::filesystem::path ColumnFolderWriter::path_of(const State& state, std::string_view name) {
  return state.beside / (std::string(name) + std::string(kColumnSuffix));
}

Result<ColumnFolderWriter> ColumnFolderWriter::create(const std::filesystem::path& folder) {
  if (std::filesystem::exists(folder)) return Error{Errc::kConflict, "the folder exists already", folder.string()};
  auto state = std::make_shared<State>();
  state->folder = folder;
  state->beside = folder.string() + ".new";
  std::error_code error;
  std::filesystem::remove_all(state->beside, error);
  if (!error) std::filesystem::create_directories(state->beside, error);
  if (error) return io_error(error.value(), "creating the folder", state->beside);
  ColumnFolderWriter writer;
  writer.state_ = std::move(state);
  return writer;
}

Status ColumnFolderWriter::write_fixed(std::string_view name, const void* data, std::size_t width, std::size_t count) {
  const std::string_view payload(static_cast<const char*>(data), width * count);
  ColumnHeader header;
  header.width = static_cast<std::uint32_t>(width);
  header.count = count;
  header.length = payload.size();
  header.hash = payload_hash(payload);
  state_->add(name, header);
  return write_pieces(path_of(*state_, name), std::array{bytes_of(&header, 1), payload});
}

Status ColumnFolderWriter::write(std::string_view name, const StringBuilder& values) {
  ColumnHeader header;
  std::vector<std::string_view> pieces = values.pieces();
  pieces.insert(pieces.begin(), {bytes_of(&header, 1), bytes_of(values.offsets().data(), values.offsets().size())});
  header.kind = ColumnKind::kStrings;
  header.width = sizeof(std::uint64_t);
  header.count = values.size();
  header.length = pieces[1].size() + values.bytes();
  header.hash = payload_hash(std::span(pieces).subspan(1));
  state_->add(name, header);
  return write_pieces(path_of(*state_, name), pieces);
}

Status ColumnFolderWriter::write(std::string_view name, const PackedBuilder& values) {
  const auto path = path_of(*state_, name);
  if (values.too_long_)
    return Error{Errc::kLimit, "a text is longer than " + std::to_string(PackedBuilder::kMostRow) + " bytes",
                 path.string()};
  const PackedBuilder::Closed closed = values.close();
  const std::uint64_t blocks = closed.blocks.size() - 1;
  ColumnHeader header;
  const std::array<std::string_view, 6> pieces{bytes_of(&header, 1),
                                               bytes_of(&blocks, 1),
                                               bytes_of(values.offsets_.data(), values.offsets_.size()),
                                               bytes_of(closed.blocks.data(), closed.blocks.size()),
                                               values.bytes_,
                                               closed.tail};
  header.kind = ColumnKind::kPacked;
  header.width = sizeof(std::uint64_t);
  header.count = values.size();
  for (const std::string_view piece : pieces) header.length += piece.size();
  header.length -= sizeof header;
  header.hash = closed.hash;
  state_->add(name, header);
  return write_pieces(path, pieces);
}

Status TableWriter::write_all(const Columns& columns) {
  constexpr std::size_t kWriters = 4;
  std::atomic<std::size_t> next = 0;
  std::vector<Status> done(columns.size());
  const auto work = [&] {
    for (std::size_t i = next++; i < columns.size(); i = next++) done[i] = columns[i]();
  };
  {
    std::vector<std::jthread> writers;
    for (std::size_t i = 1; i < std::min(kWriters, columns.size()); ++i) writers.emplace_back(work);
    work();
  }
  for (const Status& one : done) TANMIAO_TRY(one);
  return {};
}

std::string ColumnFolderWriter::digest() const { return digest_of(state_->columns); }

Status ColumnFolderWriter::finish(std::string_view manifest_json) {
  boost::system::error_code error;
  auto manifest = boost::json::parse(manifest_json, error);
  if (error || !manifest.is_object()) return Error{Errc::kUsage, "the manifest is not a JSON object", {}};
  boost::json::array columns;
  for (const auto& [name, info] : state_->columns)
    columns.push_back({{"name", name},
                       {"kind", static_cast<int>(info.kind)},
                       {"width", info.width},
                       {"count", info.count},
                       {"hash", info.hash}});
  manifest.as_object()["columns"] = std::move(columns);
  manifest.as_object()["digest"] = digest();
  TANMIAO_TRY(write_file_durably(state_->beside / kColumnManifest, boost::json::serialize(manifest)));
  if (::rename(state_->beside.c_str(), state_->folder.c_str()) != 0)
    return io_error(errno, "renaming the folder", state_->folder);
  state_->finished = true;
  return sync_folder(state_->folder.parent_path());
}

}  // namespace tanmiao::store
