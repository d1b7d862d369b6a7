#include "crawler/warc_read.h"

#include <fcntl.h>
#include <libdeflate.h>
#include <strings.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>

#include "store/data_folder.h"

namespace tanmiao::crawler {
namespace {

constexpr std::size_t kChunk = std::size_t{64} << 10;
constexpr std::size_t kFirstChunk = std::size_t{4} << 10;  // most members are short
constexpr std::size_t kMostHeader = std::size_t{64} << 10;
constexpr std::size_t kWindow = std::size_t{256} << 10;      // bytes of the file held for members that are short
constexpr std::size_t kMostAtOnce = std::size_t{512} << 10;  // bytes of such a member unpacked
constexpr std::string_view kEndOfHead = "\r\n\r\n";

}  // namespace

struct WarcReader::Inflater {
  Inflater() : ready(inflateInit2(&stream, 15 + 16) == Z_OK) {}
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  ~Inflater() { inflateEnd(&stream); }
  z_stream stream{};
  bool ready;
  std::array<char, kChunk> packed{}, plain{};

  // For members that lie in the window whole.
  std::unique_ptr<libdeflate_decompressor, void (*)(libdeflate_decompressor*)> at_once{libdeflate_alloc_decompressor(),
                                                                                       &libdeflate_free_decompressor};
  std::string window;
  std::uint64_t window_at = 0;      // where in the file
  std::size_t piece = kFirstChunk;  // larger with each that is read
  std::unique_ptr<char[]> unpacked;
};

std::string_view WarcRecord::field(std::string_view name) const {
  std::string_view rest = fields;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find("\r\n"), rest.size());
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 2, rest.size()));
    if (line.size() <= name.size() || line[name.size()] != ':' ||
        ::strncasecmp(line.data(), name.data(), name.size()) != 0)
      continue;
    line.remove_prefix(name.size() + 1);
    while (!line.empty() && (line.front() == ' ' || line.front() == '\t')) line.remove_prefix(1);
    while (!line.empty() && (line.back() == ' ' || line.back() == '\t')) line.remove_suffix(1);
    return line;
  }
  return {};
}

bool WarcRecord::digest_holds() const {
  const std::string_view digest = field("WARC-Block-Digest");
  return !digest.starts_with("sha256:") || digest == warc_digest({block});
}

WarcReader::WarcReader(Bytes bytes, std::string name, std::uint64_t most_record)
    : bytes_(std::move(bytes)),
      name_(std::move(name)),
      most_record_(most_record),
      inflater_(std::make_unique<Inflater>()) {}
WarcReader::WarcReader(WarcReader&&) noexcept = default;
WarcReader::~WarcReader() = default;

Result<WarcReader> WarcReader::open(const std::filesystem::path& file, std::uint64_t end) {
  const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0 && errno == ENOENT) return Error{Errc::kNotFound, "the segment is not there", file.string()};
  if (fd < 0) return store::io_error(errno, "opening the segment", file);
  const std::shared_ptr<const int> shared(new int(fd), [](const int* held) {
    ::close(*held);
    delete held;
  });
  const auto bytes = [shared, end](std::uint64_t offset, char* to, std::size_t most) {
    std::size_t done = 0;
    most = offset >= end ? 0 : static_cast<std::size_t>(std::min<std::uint64_t>(most, end - offset));
    while (done < most) {
      const ssize_t got = ::pread(*shared, to + done, most - done, static_cast<off_t>(offset + done));
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) break;
      done += static_cast<std::size_t>(got);
    }
    return done;
  };
  return WarcReader(bytes, file.string());
}

Error WarcReader::damaged(std::string_view what) const {
  return {Errc::kCorrupt, std::string(what), name_ + ":" + std::to_string(at_)};
}

// The member here, out of what is held of the file; false: it is long, or broken.
bool WarcReader::unpack_at_once(std::string& out, std::uint64_t& length) {
  Inflater& held = *inflater_;
  if (held.at_once == nullptr) return false;
  const std::size_t room = std::min<std::uint64_t>(kMostAtOnce, most_record_);
  if (held.unpacked == nullptr) held.unpacked = std::make_unique_for_overwrite<char[]>(kMostAtOnce);
  for (bool more = true;;) {
    const std::uint64_t skip = at_ - held.window_at;
    if (at_ >= held.window_at && skip < held.window.size()) {
      std::size_t used = 0, given = 0;
      const auto outcome =
          libdeflate_gzip_decompress_ex(held.at_once.get(), held.window.data() + skip, held.window.size() - skip,
                                        held.unpacked.get(), room, &used, &given);
      if (outcome == LIBDEFLATE_INSUFFICIENT_SPACE) return false;
      if (outcome == LIBDEFLATE_SUCCESS) {
        out.assign(held.unpacked.get(), given);
        length = used;
        return true;
      }
    }
    if (!more) return false;
    held.piece = std::min(held.piece * 4, kWindow);
    held.window.resize(held.piece);
    held.window.resize(bytes_(at_, held.window.data(), held.piece));
    held.window_at = at_;
    more = held.window.size() == held.piece && held.piece < kWindow;
  }
}

Result<std::string> WarcReader::unpack(bool header_only, std::uint64_t& length) {
  if (std::string whole; !header_only && unpack_at_once(whole, length)) return whole;
  z_stream& stream = inflater_->stream;
  if (!inflater_->ready || inflateReset(&stream) != Z_OK) return damaged("cannot begin to unpack");
  stream.avail_in = 0;
  std::string out;
  std::uint64_t from = at_;
  std::size_t wanted = kFirstChunk;
  for (int state = Z_OK; state != Z_STREAM_END;) {
    if (stream.avail_in == 0) {
      const std::size_t got = bytes_(from, inflater_->packed.data(), wanted);
      if (got == 0) return damaged("no whole gzip member");
      from += got;
      wanted = kChunk;
      stream.avail_in = static_cast<uInt>(got);
      stream.next_in = reinterpret_cast<Bytef*>(inflater_->packed.data());
    }
    stream.next_out = reinterpret_cast<Bytef*>(inflater_->plain.data());
    stream.avail_out = static_cast<uInt>(kChunk);
    state = inflate(&stream, Z_NO_FLUSH);
    if (state != Z_OK && state != Z_STREAM_END && state != Z_BUF_ERROR) return damaged("no whole gzip member");
    const std::size_t seen = out.size() < 3 ? 0 : out.size() - 3;
    out.append(inflater_->plain.data(), kChunk - stream.avail_out);
    if (out.size() > most_record_) return damaged("a record larger than any that is written");
    if (header_only && out.find(kEndOfHead, seen) != std::string::npos) return out;
    if (header_only && out.size() > kMostHeader) return damaged("not a WARC record");
  }
  length = from - stream.avail_in - at_;
  return out;
}

namespace {

// "WARC/1.1" and fields up to the empty line; says where the block begins, 0: it is no record.
std::size_t read_header(std::string_view text, WarcRecord& record) {
  const std::size_t end = text.find(kEndOfHead);
  const std::size_t first = text.find("\r\n");
  const std::string_view version = text.substr(0, first);
  if ((version != "WARC/1.1" && version != "WARC/1.0") || end == std::string_view::npos || end > kMostHeader) return 0;
  if (first < end) record.fields = text.substr(first + 2, end - first);
  return end + kEndOfHead.size();
}

}  // namespace

Result<std::optional<WarcRecord>> WarcReader::next() {
  char probe = 0;
  if (bytes_(at_, &probe, 1) == 0) return std::optional<WarcRecord>();
  std::optional<WarcRecord> record(std::in_place);
  record->offset = at_;
  TANMIAO_ASSIGN(record->block, unpack(false, record->length));
  const std::size_t begin = read_header(record->block, *record);
  if (begin == 0) return damaged("not a WARC record");
  record->block.erase(0, begin);
  const std::string_view claimed = record->field("Content-Length");
  std::uint64_t length = 0;
  const auto [end, failed] = std::from_chars(claimed.data(), claimed.data() + claimed.size(), length);
  std::string& block = record->block;
  if (claimed.empty() || failed != std::errc() || end != claimed.data() + claimed.size() ||
      block.size() < kEndOfHead.size() || length != block.size() - kEndOfHead.size() || !block.ends_with(kEndOfHead))
    return damaged("a WARC record whose Content-Length is not that of its block");
  block.resize(length);
  at_ += record->length;
  return record;
}

std::optional<WarcRecord> head_of_record(std::string_view text) {
  WarcRecord record;
  const std::size_t begin = read_header(text, record);
  if (begin == 0 || text.size() < begin + kEndOfHead.size() || text.size() > WarcReader::kMostRecord)
    return std::nullopt;
  const std::string_view block = text.substr(begin, text.size() - begin - kEndOfHead.size());
  const std::size_t head = block.find(kEndOfHead);
  record.block = block.substr(0, head == std::string_view::npos ? head : head + kEndOfHead.size());
  return record;
}

Result<WarcRecord> WarcReader::peek() {
  std::uint64_t length = 0;
  TANMIAO_ASSIGN(std::string text, unpack(true, length));
  WarcRecord record;
  record.offset = at_;
  if (read_header(text, record) == 0) return damaged("not a WARC record");
  return record;
}

Result<std::string> WarcReader::packed(std::uint64_t from, std::uint64_t to) const {
  std::string bytes(to - from, '\0');
  if (bytes_(from, bytes.data(), bytes.size()) != bytes.size())
    return Error{Errc::kCorrupt, "the segment ends before its records do", name_ + ":" + std::to_string(from)};
  return bytes;
}

Result<WarcResponse> response_of(const WarcRecord& record, const std::string& where) {
  const bool revisit = record.type() == "revisit";
  if (!revisit && record.type() != "response") return Error{Errc::kCorrupt, "a WARC record that is no response", where};
  WarcResponse out;
  out.url = std::string(record.field("WARC-Target-URI")).append(record.field("WARC-Tanmiao-Post"));
  out.asked = record.field("WARC-Tanmiao-Asked");
  out.role = record.field("WARC-Tanmiao-Role");
  out.robots = record.field("WARC-Tanmiao-Robots");
  if (const auto at = parse_iso_instant(record.field("WARC-Date"))) out.fetched_at = *at;
  if (out.asked.empty()) out.asked = out.url;
  const std::string_view block = record.block;
  const std::size_t head = block.find(kEndOfHead);
  if (head == std::string_view::npos)
    return Error{Errc::kCorrupt, "an HTTP response without an end of its headers", where};
  out.head = received_head(block.substr(0, head + 2));
  out.body = block.substr(head + kEndOfHead.size());
  if (const std::size_t blank = out.head.find(' '); blank != std::string::npos)
    std::from_chars(out.head.data() + blank + 1, out.head.data() + out.head.size(), out.status);
  return out;
}

Result<WarcResponse> read_warc(const std::filesystem::path& file, std::uint64_t offset) {
  const std::string where = file.string() + ":" + std::to_string(offset);
  TANMIAO_ASSIGN(WarcReader reader, WarcReader::open(file));
  reader.seek(offset);
  TANMIAO_ASSIGN(const auto record, reader.next());
  if (!record) return Error{Errc::kCorrupt, "no whole gzip member", where};
  if (record->type() != "response") return Error{Errc::kCorrupt, "a WARC record that is no response", where};
  return response_of(*record, where);
}

}  // namespace tanmiao::crawler
