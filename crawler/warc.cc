#include "crawler/warc.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <libdeflate.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <memory>
#include <utility>
#include <vector>

#include "crawler/warc_index.h"
#include "store/data_folder.h"

namespace tanmiao::crawler {
namespace {

namespace fs = std::filesystem;
constexpr std::uint64_t kSegmentLength = std::uint64_t{64} << 20;
constexpr int kCompression = 1;  // a page 2 % larger than at 6, in half the time

Status cut_back(const fs::path& file, std::uint64_t length) {
  std::error_code failed;
  const std::uint64_t now = fs::file_size(file, failed);
  if (failed) return Error{Errc::kIo, "cannot look at the segment: " + failed.message(), file.string()};
  if (now < length)
    return Error{Errc::kCorrupt,
                 "the segment has " + std::to_string(now) + " bytes, " + std::to_string(length) + " were acknowledged",
                 file.string()};
  if (now > length) fs::resize_file(file, length, failed);
  if (failed) return Error{Errc::kIo, "cannot cut the segment back: " + failed.message(), file.string()};
  return {};
}

unsigned segment_number(const std::string& name) {
  unsigned number = 0;
  std::from_chars(name.data(), name.data() + name.size(), number);
  return number;
}

// "000001.warc.gz.unknown", ".unknown2" when that is there already: nothing reads it, nothing writes over it.
void set_aside(const fs::path& file, std::error_code& failed) {
  fs::remove(warc_index_of(file), failed);
  fs::path aside = file.string() + ".unknown";
  for (int number = 2; fs::exists(aside, failed); ++number) aside = file.string() + ".unknown" + std::to_string(number);
  fs::rename(file, aside, failed);
}

// A segment that was never acknowledged is what a killed process left, and comes again. But when nothing of the source
// is acknowledged it may be the facts that were lost, and what came is then the last that there is of it.
Status recover(const fs::path& folder, const std::map<std::string, std::uint64_t>& acknowledged) {
  std::error_code failed;
  std::vector<fs::path> segments;
  for (const auto& entry : fs::directory_iterator(folder, failed))
    if (entry.path().filename().string().ends_with(".warc.gz")) segments.push_back(entry.path());
  for (const fs::path& file : segments) {
    const auto known = acknowledged.find(file.filename().string());
    if (known != acknowledged.end())
      TANMIAO_TRY(cut_back(file, known->second));
    else if (acknowledged.empty())
      set_aside(file, failed);
    else
      TANMIAO_TRY(remove_segment(file));
  }
  if (failed) return Error{Errc::kIo, "cannot read the folder of captures: " + failed.message(), folder.string()};
  return {};
}

Status make_private_folder(const fs::path& folder) {
  for (const fs::path& each : {folder.parent_path(), folder}) {
    if (::mkdir(each.c_str(), 0700) != 0 && errno != EEXIST) return store::io_error(errno, "making the folder", each);
    if (::chmod(each.c_str(), 0700) != 0) return store::io_error(errno, "closing the folder to others", each);
  }
  return {};
}

// nullptr, and errno, when it cannot be opened.
std::shared_ptr<const int> open_segment(const fs::path& path, int how) {
  const int file = ::open(path.c_str(), how, 0600);
  if (file < 0) return nullptr;
  return {new int(file), [](const int* held) {
            ::close(*held);
            delete held;
          }};
}

Status sync_segment(int file, const fs::path& path) {
  return ::fdatasync(file) == 0 ? Status() : store::io_error(errno, "syncing the segment", path);
}

void pack_member(std::string_view record, std::string& out) {
  if (record.empty()) return;
  thread_local const std::unique_ptr<libdeflate_compressor, void (*)(libdeflate_compressor*)> packer(
      libdeflate_alloc_compressor(kCompression), &libdeflate_free_compressor);
  if (packer == nullptr) throw std::bad_alloc();
  const std::size_t begin = out.size();
  out.resize(begin + libdeflate_gzip_compress_bound(packer.get(), record.size()));
  out.resize(begin + libdeflate_gzip_compress(packer.get(), record.data(), record.size(), out.data() + begin,
                                              out.size() - begin));
}

}  // namespace

Result<WarcWriter> WarcWriter::open(const fs::path& folder, const std::map<std::string, std::uint64_t>& acknowledged,
                                    std::string software) {
  TANMIAO_TRY(make_private_folder(folder));
  TANMIAO_TRY(recover(folder, acknowledged));
  WarcWriter writer;
  writer.folder_ = folder;
  writer.software_ = std::move(software);
  for (const auto& [name, length] : acknowledged) writer.number_ = std::max(writer.number_, segment_number(name));
  if (writer.number_ == 0) return writer;
  const auto& [name, length] = *acknowledged.rbegin();
  if (length >= kSegmentLength || !fs::exists(folder / name)) return writer;
  writer.file_ = open_segment(folder / name, O_WRONLY | O_APPEND | O_CLOEXEC);
  if (!writer.file_) return store::io_error(errno, "opening the segment", folder / name);
  writer.name_ = name;
  writer.length_ = length;
  writer.lines_ = std::make_unique<CdxjLines>(length);
  return writer;
}

Status WarcWriter::begin_segment(Instant now) {
  file_.reset();
  std::array<char, 32> name{};
  std::snprintf(name.data(), name.size(), "%06u.warc.gz", ++number_);
  name_ = name.data();
  const fs::path path = folder_ / name_;
  file_ = open_segment(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC);
  if (!file_) return store::io_error(errno, "making the segment", path);
  length_ = 0;
  lines_ = std::make_unique<CdxjLines>(0);
  TANMIAO_TRY(store::sync_folder(folder_));
  std::string packed;
  pack_member(info_record(name_, software_, now), packed);
  return write_all(packed);
}

Status WarcWriter::write_all(std::string_view packed) {
  for (std::size_t done = 0; done < packed.size();) {
    const ssize_t written = ::write(*file_, packed.data() + done, packed.size() - done);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return store::io_error(errno, "writing the segment", folder_ / name_);
    done += static_cast<std::size_t>(written);
  }
  length_ += packed.size();
  return {};
}

PackedResponse pack_response(const WarcResponse& response) {
  std::string id;
  PackedResponse packed;
  const std::string record = response_record(response, id);
  pack_member(record, packed.members);
  packed.line = CdxjLine::of(record, packed.members.size());
  pack_member(request_record(response, id), packed.members);
  pack_member(metadata_record(response, id), packed.members);
  return packed;
}

Result<WarcWriter::Place> WarcWriter::append(const PackedResponse& packed, Instant now) {
  if (!file_) {
    TANMIAO_TRY(begin_segment(now));
  }
  Place place{name_, length_};
  TANMIAO_TRY(write_all(packed.members));
  lines_->add(packed.line, place.offset, name_);
  return place;
}

Status WarcWriter::append_revisit(const WarcResponse& again, const WarcOriginal& original, Revisit profile,
                                  Instant now) {
  if (!file_) {
    TANMIAO_TRY(begin_segment(now));
  }
  std::string id;
  std::string packed;
  const std::string record = revisit_record(again, original, profile, id);
  pack_member(record, packed);
  const CdxjLine line = CdxjLine::of(record, packed.size());
  pack_member(request_record(again, id), packed);
  const std::uint64_t offset = length_;
  TANMIAO_TRY(write_all(packed));
  lines_->add(line, offset, name_);
  return {};
}

Result<WarcWriter::Place> WarcWriter::append_member(std::string_view packed) {
  if (!file_) return Error{Errc::kUsage, "no segment is open", folder_.string()};
  Place place{name_, length_};
  TANMIAO_TRY(write_all(packed));
  lines_->lose();
  return place;
}

Status WarcWriter::sync() { return file_ ? sync_segment(*file_, folder_ / name_) : Status(); }

WarcCut WarcWriter::cut() {
  WarcCut cut;
  cut.file_ = file_;
  cut.folder_ = folder_;
  cut.name_ = name_;
  cut.length_ = length_;
  if (!file_ || length_ < kSegmentLength) return cut;
  cut.lines_ = std::move(lines_);
  file_.reset();
  return cut;
}

Status WarcCut::sync() const { return file_ ? sync_segment(*file_, folder_ / name_) : Status(); }

void WarcCut::committed() {
  file_.reset();
  // The index follows from the segment: what fails here is made by `tanmiao archive index`.
  if (const auto lines = std::move(lines_)) (void)write_warc_index(folder_ / name_, length_, *lines);
}

}  // namespace tanmiao::crawler
