#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <stdexcept>

#include <boost/json/parse.hpp>
#include <cerrno>
#include <cstring>

#include "store/columns/column.h"
#include "store/columns/column_format.h"
#include "store/data_folder.h"

namespace tanmiao::store {

namespace {

Error corrupt(const std::filesystem::path& path, std::string message) {
  return {Errc::kCorrupt, std::move(message), path.string()};
}

}  // namespace

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

void StringView::damaged() { throw std::range_error("a column of strings is damaged: see tanmiao check"); }

StringView StringView::repeated(std::string_view value, std::size_t rows) {
  struct Texts {
    std::vector<std::uint64_t> offsets{0};
    std::string bytes;
  };
  auto texts = std::make_shared<Texts>();
  for (std::size_t row = 0; row < rows; ++row) {
    texts->bytes.append(value);
    texts->offsets.push_back(texts->bytes.size());
  }
  StringView view;
  view.offsets_ = texts->offsets;
  view.bytes_ = texts->bytes.data();
  view.size_ = texts->bytes.size();
  view.keeper_ = std::move(texts);
  return view;
}

struct ColumnFolderReader::State {
  struct Entry {
    ColumnInfo info;
    std::shared_ptr<const MappedFile> file;
    const char* payload() const { return file->bytes().data() + sizeof(ColumnHeader); }
  };
  std::filesystem::path folder;
  std::string manifest, digest;
  std::map<std::string, Entry, std::less<>> columns;

  std::filesystem::path path_of(std::string_view name) const {
    return folder / (std::string(name) + std::string(kColumnSuffix));
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
  ColumnHeader header;
  if (file.size() < sizeof header) return corrupt(path, "the column is shorter than its header");
  std::memcpy(&header, file.data(), sizeof header);
  if (header.magic != ColumnHeader().magic) return corrupt(path, "this is not a column");
  if (header.kind != expected.kind || header.width != expected.width || header.count != expected.count ||
      header.hash != expected.hash)
    return corrupt(path, "the header differs from the manifest");
  if (header.length != file.size() - sizeof header) return corrupt(path, "the column is cut off or has grown");
  if (header.width != 1 && header.width != 2 && header.width != 4 && header.width != 8)
    return corrupt(path, "the element size is none of 1, 2, 4, 8");
  const std::uint64_t fit = header.length / header.width;
  bool fits = false;
  switch (header.kind) {
    case ColumnKind::kFixed: fits = fit == header.count && header.length % header.width == 0; break;
    case ColumnKind::kStrings: fits = header.width == 8 && fit > header.count; break;
    case ColumnKind::kPacked: fits = header.width == 8; break;  // the rest is PackedView::map's
    default: return corrupt(path, "a kind of column that this version does not know");
  }
  return fits ? Status() : corrupt(path, "the count does not fit the length");
}

Result<ColumnInfos> read_manifest(const std::filesystem::path& path, std::string_view text, std::string& digest) {
  ColumnInfos columns;
  boost::system::error_code error;
  const auto manifest = boost::json::parse(text, error);
  if (error) return corrupt(path, "the manifest is not JSON: " + error.message());
  try {
    digest = manifest.at("digest").as_string();
    for (const auto& column : manifest.at("columns").as_array())
      columns[std::string(column.at("name").as_string())] = {
          static_cast<ColumnKind>(column.at("kind").to_number<int>()), column.at("width").to_number<std::uint32_t>(),
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
  const auto path = folder / kColumnManifest;
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
bool ColumnFolderReader::has(std::string_view name) const { return state_->columns.contains(name); }

Result<ColumnFolderReader::Raw> ColumnFolderReader::find_fixed(std::string_view name, std::size_t width) const {
  TANMIAO_ASSIGN(const auto* entry, state_->find(name));
  if (entry->info.kind != ColumnKind::kFixed || entry->info.width != width)
    return corrupt(state_->path_of(name), "expected elements of " + std::to_string(width) + " bytes");
  return Raw{entry->payload(), static_cast<std::size_t>(entry->info.count), entry->file};
}

Status ColumnFolderReader::read(std::string_view name, StringView& view) const {
  TANMIAO_ASSIGN(const auto* entry, state_->find(name));
  const auto path = state_->path_of(name);
  if (entry->info.kind != ColumnKind::kStrings) return corrupt(path, "expected strings");
  const auto count = static_cast<std::size_t>(entry->info.count) + 1;
  const std::span offsets(reinterpret_cast<const std::uint64_t*>(entry->payload()), count);
  const std::uint64_t bytes = entry->file->bytes().size() - sizeof(ColumnHeader) - offsets.size_bytes();
  if (offsets.front() != 0 || offsets.back() != bytes) return corrupt(path, "the strings do not fill the column");
  view.offsets_ = offsets;
  view.bytes_ = entry->payload() + offsets.size_bytes();
  view.size_ = bytes;
  view.keeper_ = entry->file;
  return {};
}

Status ColumnFolderReader::read(std::string_view name, PackedView& view) const {
  TANMIAO_ASSIGN(const auto* entry, state_->find(name));
  const auto path = state_->path_of(name);
  if (entry->info.kind == ColumnKind::kStrings) {
    StringView plain;
    TANMIAO_TRY(read(name, plain));
    view = PackedView(std::move(plain));
    return {};
  }
  if (entry->info.kind != ColumnKind::kPacked) return corrupt(path, "expected texts");
  TANMIAO_ASSIGN(view, PackedView::map(path, entry->file->bytes().substr(sizeof(ColumnHeader)), entry->info.count,
                                       entry->info.hash, entry->file));
  return {};
}

Status ColumnFolderReader::check(const std::string& name) const {
  TANMIAO_ASSIGN(const auto* entry, state_->find(name));
  if (entry->info.kind == ColumnKind::kPacked) {
    PackedView view;
    TANMIAO_TRY(read(name, view));
    return view.check();
  }
  if (payload_hash(entry->file->bytes().substr(sizeof(ColumnHeader))) != entry->info.hash)
    return corrupt(state_->path_of(name), "the content does not match its hash");
  StringView view;
  return entry->info.kind == ColumnKind::kStrings ? read(name, view) : Status();
}

Result<std::vector<std::string>> ColumnFolderReader::check() const {
  std::vector<std::string> damage;
  for (const auto& [name, entry] : state_->columns)
    if (const Status status = check(name); !status) damage.push_back(status.error().text());
  return damage;
}

}  // namespace tanmiao::store
