#include <zlib.h>

#include <array>
#include <charconv>
#include <fstream>
#include <memory>

#include "crawler/warc.h"

namespace tanmiao::crawler {
namespace {

constexpr std::size_t kMostRecord = std::size_t{512} << 20;  // bytes of a record after unpacking

Error damaged(const std::filesystem::path& file, std::uint64_t offset, std::string_view what) {
  return {Errc::kCorrupt, std::string(what), file.string() + ":" + std::to_string(offset)};
}

// One gzip member from `in` on.
bool unpack_member(std::ifstream& in, std::string& out) {
  z_stream stream{};
  if (inflateInit2(&stream, 15 + 16) != Z_OK) return false;
  const std::unique_ptr<z_stream, decltype(&inflateEnd)> guard(&stream, &inflateEnd);
  std::array<char, 1 << 16> packed{}, plain{};
  int state = Z_OK;
  while (state == Z_OK) {
    if (stream.avail_in == 0) {
      in.read(packed.data(), packed.size());
      stream.avail_in = static_cast<uInt>(in.gcount());
      stream.next_in = reinterpret_cast<Bytef*>(packed.data());
      if (stream.avail_in == 0) return false;
    }
    stream.next_out = reinterpret_cast<Bytef*>(plain.data());
    stream.avail_out = static_cast<uInt>(plain.size());
    state = inflate(&stream, Z_NO_FLUSH);
    out.append(plain.data(), plain.size() - stream.avail_out);
    if (out.size() > kMostRecord) return false;
  }
  return state == Z_STREAM_END;
}

void read_header(std::string_view line, WarcResponse& out, std::string& type) {
  const std::size_t colon = line.find(": ");
  if (colon == std::string_view::npos) return;
  const std::string_view name = line.substr(0, colon), value = line.substr(colon + 2);
  if (name == "WARC-Type") type = value;
  if (name == "WARC-Target-URI") out.url = value;
  if (name == "WARC-Tanmiao-Asked") out.asked = value;
  if (name == "WARC-Tanmiao-Role") out.role = value;
  if (name == "WARC-Tanmiao-Robots") out.robots = value;
  if (name == "WARC-Date")
    if (const auto at = parse_iso_instant(value)) out.fetched_at = *at;
}

}  // namespace

Result<WarcResponse> read_warc(const std::filesystem::path& file, std::uint64_t offset) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return Error{Errc::kNotFound, "the segment is not there", file.string()};
  in.seekg(static_cast<std::streamoff>(offset));
  std::string record;
  if (!unpack_member(in, record)) return damaged(file, offset, "no whole gzip member");
  const std::size_t end = record.find("\r\n\r\n");
  if (!record.starts_with("WARC/1.") || end == std::string::npos || record.size() < end + 8)
    return damaged(file, offset, "not a WARC record");
  WarcResponse out;
  std::string type;
  for (std::size_t at = 0; at < end;) {
    const std::size_t stop = record.find("\r\n", at);
    read_header(std::string_view(record).substr(at, stop - at), out, type);
    at = stop + 2;
  }
  if (type != "response") return damaged(file, offset, "a WARC record that is no response");
  const std::string_view block = std::string_view(record).substr(end + 4, record.size() - end - 8);
  const std::size_t head = block.find("\r\n\r\n");
  if (head == std::string_view::npos) return damaged(file, offset, "an HTTP response without an end of its headers");
  out.head = block.substr(0, head + 2);
  out.body = block.substr(head + 4);
  if (const std::size_t blank = out.head.find(' '); blank != std::string::npos)
    std::from_chars(out.head.data() + blank + 1, out.head.data() + out.head.size(), out.status);
  if (out.asked.empty()) out.asked = out.url;
  return out;
}

}  // namespace tanmiao::crawler
