#include "store/columns/column.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <bit>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cerrno>
#include <cstring>
#include <map>

#include "core/hash.h"
#include "store/data_folder.h"

namespace tanmiao::store {

static_assert(std::endian::native == std::endian::little, "columns are mapped as they lie on disk: little endian");

namespace {

constexpr std::string_view kManifest = "manifest.json";
constexpr std::string_view kSuffix = ".col";
enum class Kind : std::uint32_t { kFixed = 1, kStrings = 2 };

struct Header {
  std::array<char, 8> magic{'T', 'M', 'C', 'O', 'L', '1', 0, 0};
  Kind kind = Kind::kFixed;
  std::uint32_t width = 0;   // of an element; 8 for strings: their offsets
  std::uint64_t count = 0;   // elements or strings
  std::uint64_t length = 0;  // of the payload in bytes
  std::uint64_t hash = 0;    // BLAKE2b-64 of the payload
  std::array<char, 24> reserved{};
};
static_assert(sizeof(Header) == 64);

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

std::uint64_t payload_hash(std::string_view a, std::string_view b = {}) {
  Hasher hasher;
  hasher.add(a);
  hasher.add(b);
  return hasher.done();
}

template <class T>
std::string_view bytes_of(const T* data, std::size_t count) {
  return {reinterpret_cast<const char*>(data), count * sizeof(T)};
}

struct ColumnInfo {
  Kind kind;
  std::uint32_t width;
  std::uint64_t count, hash;
};

std::string digest_of(const std::map<std::string, ColumnInfo, std::less<>>& columns) {
  std::string text;
  for (const auto& [name, info] : columns)
    text += name + ' ' + std::to_string(static_cast<int>(info.kind)) + ' ' + std::to_string(info.width) + ' ' +
            std::to_string(info.count) + ' ' + std::to_string(info.hash) + '\n';
  return hash_hex(text, 32);
}

Error corrupt(const std::filesystem::path& path, std::string message) {
  return {Errc::kCorrupt, std::move(message), path.string()};
}

Status write_pieces(const std::filesystem::path& path, std::initializer_list<std::string_view> pieces) {
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

// --- mapping

Result<std::shared_ptr<const MappedFile>> MappedFile::open(const std::filesystem::path& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    const int reason = errno;
    if (reason == ENOENT) return Error{Errc::kNotFound, "the file does not exist", path.string()};
    return io_error(reason, "opening the file", path);
  }
  struct stat info {};
  void* data = nullptr;
  int failed = ::fstat(fd, &info) != 0 ? errno : 0;
  const auto size = static_cast<std::size_t>(info.st_size);
  if (failed == 0 && size != 0) {
    data = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, fd, 0);
    if (data == MAP_FAILED) failed = errno;
  }
  ::close(fd);
  if (failed != 0) return io_error(failed, "mapping the file", path);
  return std::shared_ptr<const MappedFile>(new MappedFile(static_cast<const char*>(data), size));
}

MappedFile::~MappedFile() {
  if (data_) ::munmap(const_cast<char*>(data_), size_);
}

// --- writing

struct ColumnFolderWriter::State {
  std::filesystem::path folder, beside;
  std::map<std::string, ColumnInfo, std::less<>> columns;
  bool finished = false;

  ~State() {
    std::error_code ignored;
    if (!finished) std::filesystem::remove_all(beside, ignored);
  }
};

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
  Header header;
  header.width = static_cast<std::uint32_t>(width);
  header.count = count;
  header.length = payload.size();
  header.hash = payload_hash(payload);
  state_->columns[std::string(name)] = {header.kind, header.width, header.count, header.hash};
  return write_pieces(state_->beside / (std::string(name) + std::string(kSuffix)), {bytes_of(&header, 1), payload});
}

Status ColumnFolderWriter::write(std::string_view name, const StringBuilder& values) {
  const std::string_view offsets = bytes_of(values.offsets().data(), values.offsets().size());
  Header header;
  header.kind = Kind::kStrings;
  header.width = sizeof(std::uint64_t);
  header.count = values.size();
  header.length = offsets.size() + values.bytes().size();
  header.hash = payload_hash(offsets, values.bytes());
  state_->columns[std::string(name)] = {header.kind, header.width, header.count, header.hash};
  return write_pieces(state_->beside / (std::string(name) + std::string(kSuffix)),
                      {bytes_of(&header, 1), offsets, values.bytes()});
}

std::string ColumnFolderWriter::digest() const { return digest_of(state_->columns); }

Status ColumnFolderWriter::finish(std::string manifest_json) {
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
  TANMIAO_TRY(write_file_durably(state_->beside / kManifest, boost::json::serialize(manifest)));
  if (::rename(state_->beside.c_str(), state_->folder.c_str()) != 0)
    return io_error(errno, "renaming the folder", state_->folder);
  state_->finished = true;
  return sync_folder(state_->folder.parent_path());
}

// --- reading

struct ColumnFolderReader::State {
  struct Entry {
    ColumnInfo info;
    std::shared_ptr<const MappedFile> file;
    const char* payload() const { return file->bytes().data() + sizeof(Header); }
  };
  std::filesystem::path folder;
  std::string manifest, digest;
  std::map<std::string, Entry, std::less<>> columns;

  std::filesystem::path path_of(std::string_view name) const {
    return folder / (std::string(name) + std::string(kSuffix));
  }
  Result<const Entry*> find(std::string_view name) const {
    const auto found = columns.find(name);
    if (found == columns.end()) return Error{Errc::kCorrupt, "the column is missing", path_of(name).string()};
    return &found->second;
  }
};

namespace {

// The header must agree with the manifest and with the size of the file, so that no access leaves the mapping.
Status check_header(const std::filesystem::path& path, std::string_view file, const ColumnInfo& expected) {
  Header header;
  if (file.size() < sizeof header) return corrupt(path, "the column is shorter than its header");
  std::memcpy(&header, file.data(), sizeof header);
  if (header.magic != Header().magic) return corrupt(path, "this is not a column");
  if (header.kind != expected.kind || header.width != expected.width || header.count != expected.count ||
      header.hash != expected.hash)
    return corrupt(path, "the header differs from the manifest");
  if (header.length != file.size() - sizeof header) return corrupt(path, "the column is cut off or has grown");
  if (header.width != 1 && header.width != 2 && header.width != 4 && header.width != 8)
    return corrupt(path, "the element size is none of 1, 2, 4, 8");
  const std::uint64_t fit = header.length / header.width;
  const bool fits = header.kind == Kind::kFixed ? fit == header.count && header.length % header.width == 0
                                                : header.width == 8 && fit > header.count;
  if (!fits) return corrupt(path, "the count does not fit the length");
  return {};
}

// Cheap where the file is warm: offsets are read once in order. It keeps a damaged offset from leading outside.
Status check_offsets(const std::filesystem::path& path, std::span<const std::uint64_t> offsets, std::uint64_t bytes) {
  if (offsets.front() != 0 || offsets.back() != bytes) return corrupt(path, "the strings do not fill the column");
  std::uint64_t falling = 0;
  for (std::size_t i = 1; i < offsets.size(); ++i) falling |= static_cast<std::uint64_t>(offsets[i] < offsets[i - 1]);
  return falling ? corrupt(path, "the offsets of the strings are not in order") : Status();
}

Result<std::map<std::string, ColumnInfo, std::less<>>> read_manifest(const std::filesystem::path& path,
                                                                     std::string_view text, std::string& digest) {
  std::map<std::string, ColumnInfo, std::less<>> columns;
  boost::system::error_code error;
  const auto manifest = boost::json::parse(text, error);
  if (error) return corrupt(path, "the manifest is not JSON: " + error.message());
  try {
    digest = manifest.at("digest").as_string();
    for (const auto& column : manifest.at("columns").as_array())
      columns[std::string(column.at("name").as_string())] = {
          static_cast<Kind>(column.at("kind").to_number<int>()), column.at("width").to_number<std::uint32_t>(),
          column.at("count").to_number<std::uint64_t>(), column.at("hash").to_number<std::uint64_t>()};
  } catch (const std::exception&) {
    return corrupt(path, "the manifest lacks what a manifest of columns holds");
  }
  if (digest_of(columns) != digest) return corrupt(path, "the digest does not fit the columns");
  return columns;
}

}  // namespace

Result<ColumnFolderReader> ColumnFolderReader::open(const std::filesystem::path& folder) {
  auto state = std::make_shared<State>();
  state->folder = folder;
  const auto path = folder / kManifest;
  TANMIAO_ASSIGN(const auto file, MappedFile::open(path));
  state->manifest = file->bytes();
  TANMIAO_ASSIGN(const auto columns, read_manifest(path, state->manifest, state->digest));
  for (const auto& [name, info] : columns) {
    auto column = MappedFile::open(state->path_of(name));
    if (!column) {
      Error error = column.error();
      if (error.code == Errc::kNotFound) error.code = Errc::kCorrupt;
      return error;
    }
    TANMIAO_TRY(check_header(state->path_of(name), (*column)->bytes(), info));
    state->columns.emplace(name, State::Entry{info, *column});
  }
  ColumnFolderReader reader;
  reader.state_ = std::move(state);
  return reader;
}

const std::string& ColumnFolderReader::manifest_json() const { return state_->manifest; }
const std::string& ColumnFolderReader::digest() const { return state_->digest; }

Result<ColumnFolderReader::Raw> ColumnFolderReader::find_fixed(std::string_view name, std::size_t width) const {
  TANMIAO_ASSIGN(const auto* entry, state_->find(name));
  if (entry->info.kind != Kind::kFixed || entry->info.width != width)
    return corrupt(state_->path_of(name), "expected elements of " + std::to_string(width) + " bytes");
  return Raw{entry->payload(), static_cast<std::size_t>(entry->info.count), entry->file};
}

Status ColumnFolderReader::read(std::string_view name, StringView& view) const {
  TANMIAO_ASSIGN(const auto* entry, state_->find(name));
  const auto path = state_->path_of(name);
  if (entry->info.kind != Kind::kStrings) return corrupt(path, "expected strings");
  const auto count = static_cast<std::size_t>(entry->info.count) + 1;
  const std::span offsets(reinterpret_cast<const std::uint64_t*>(entry->payload()), count);
  const std::uint64_t bytes = entry->file->bytes().size() - sizeof(Header) - offsets.size_bytes();
  TANMIAO_TRY(check_offsets(path, offsets, bytes));
  view.offsets_ = offsets;
  view.bytes_ = entry->payload() + offsets.size_bytes();
  view.file_ = entry->file;
  return {};
}

Result<std::vector<std::string>> ColumnFolderReader::check() const {
  std::vector<std::string> damage;
  for (const auto& [name, entry] : state_->columns) {
    if (payload_hash(entry.file->bytes().substr(sizeof(Header))) != entry.info.hash)
      damage.push_back(state_->path_of(name).string() + ": the content does not match its hash");
    if (StringView view; entry.info.kind == Kind::kStrings)
      if (const Status status = read(name, view); !status) damage.push_back(status.error().text());
  }
  return damage;
}

}  // namespace tanmiao::store
