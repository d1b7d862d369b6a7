#include "pool/row_list.h"

#include <libdeflate.h>

#include <algorithm>
#include <memory>
#include <new>
#include <stdexcept>
#include <string_view>

namespace tanmiao::pool {
namespace {

constexpr std::size_t kBlock = std::size_t{256} << 10;  // of unpacked rows
constexpr int kLevel = 1;                               // of deflate: the rows are packed to be read once or twice

// The first byte of a cell.
constexpr unsigned kValueIsAsWritten = 1, kHasProblem = 2, kHasRemark = 4, kDigitsLost = 8;

void put(std::string& out, std::uint64_t number) {
  for (; number >= 0x80; number >>= 7U) out.push_back(static_cast<char>(number | 0x80U));
  out.push_back(static_cast<char>(number));
}
void put(std::string& out, std::string_view text) {
  put(out, std::uint64_t{text.size()});
  out.append(text);
}
void put(std::string& out, const ReturnedCell& cell) {
  const bool same = cell.value == cell.as_written;
  const auto bits = (same ? kValueIsAsWritten : 0U) | (cell.problem.empty() ? 0U : kHasProblem) |
                    (cell.remark.empty() ? 0U : kHasRemark) | (cell.digits_lost ? kDigitsLost : 0U);
  out.push_back(static_cast<char>(bits));
  put(out, cell.as_written);
  if (!same) put(out, cell.value);
  if (!cell.problem.empty()) put(out, cell.problem);
  if (!cell.remark.empty()) put(out, cell.remark);
}

// Reads what put() wrote; nobody else's bytes come here.
class Unpacking {
 public:
  explicit Unpacking(std::string_view bytes) : rest_(bytes) {}
  std::uint64_t number() {
    std::uint64_t out = 0;
    for (unsigned shift = 0;; shift += 7U) {
      const unsigned byte = next();
      out |= std::uint64_t{byte & 0x7FU} << shift;
      if (byte < 0x80U) return out;
    }
  }
  std::string text() {
    const std::size_t length = number();
    std::string out(rest_.substr(0, length));
    rest_.remove_prefix(length);
    return out;
  }
  ReturnedCell cell() {
    const unsigned bits = next();
    ReturnedCell out;
    out.as_written = text();
    out.value = (bits & kValueIsAsWritten) != 0 ? out.as_written : text();
    if ((bits & kHasProblem) != 0) out.problem = text();
    if ((bits & kHasRemark) != 0) out.remark = text();
    out.digits_lost = (bits & kDigitsLost) != 0;
    return out;
  }

 private:
  unsigned next() {
    const auto byte = static_cast<unsigned char>(rest_.front());
    rest_.remove_prefix(1);
    return byte;
  }
  std::string_view rest_;
};

}  // namespace

void RowList::push_back(const ReturnedRow& row) {
  if (tail_.starts.empty()) tail_.first = size_;
  std::string& out = tail_.bytes;
  tail_.starts.push_back(static_cast<std::uint32_t>(out.size()));
  put(out, std::uint64_t{row.line});
  put(out, place_of(row));
  put(out, row.problem);
  put(out, row.remark);
  put(out, std::uint64_t{row.cells.size()});
  for (const ReturnedCell& cell : row.cells) put(out, cell);
  put(out, std::uint64_t{row.all.size()});
  for (const std::string& cell : row.all) put(out, std::string_view(cell));
  ++size_;
  if (out.size() >= kBlock) pack();
}

// `where` ends with the line, and what is before it is the same in all rows of a sheet.
std::uint64_t RowList::place_of(const ReturnedRow& row) {
  std::string_view place = row.where;
  const std::string line = std::to_string(row.line);
  if (place.ends_with(line)) place.remove_suffix(line.size());
  const std::uint64_t with_line = place.size() < row.where.size() ? 1 : 0;
  auto known = std::find(places_.rbegin(), places_.rend(), place);
  if (known == places_.rend()) known = (places_.emplace_back(place), places_.rbegin());
  return static_cast<std::uint64_t>(places_.rend() - known - 1) * 2 + with_line;
}

void RowList::pack() {
  const std::unique_ptr<libdeflate_compressor, void (*)(libdeflate_compressor*)> packer(
      libdeflate_alloc_compressor(kLevel), &libdeflate_free_compressor);
  if (packer == nullptr) throw std::bad_alloc();
  std::string packed(libdeflate_deflate_compress_bound(packer.get(), tail_.bytes.size()), '\0');
  packed.resize(
      libdeflate_deflate_compress(packer.get(), tail_.bytes.data(), tail_.bytes.size(), packed.data(), packed.size()));
  packed.shrink_to_fit();
  blocks_.push_back({tail_.first, tail_.bytes.size(), std::move(packed), std::move(tail_.starts)});
  tail_ = {};
}

void RowList::open_block_of(std::size_t row) const {
  const auto behind = std::upper_bound(blocks_.begin(), blocks_.end(), row,
                                       [](std::size_t wanted, const Block& block) { return wanted < block.first; });
  const Block& block = *std::prev(behind);
  const std::unique_ptr<libdeflate_decompressor, void (*)(libdeflate_decompressor*)> unpacker(
      libdeflate_alloc_decompressor(), &libdeflate_free_decompressor);
  if (unpacker == nullptr) throw std::bad_alloc();
  read_ = {block.first, std::string(block.length, '\0'), block.starts};
  if (libdeflate_deflate_decompress(unpacker.get(), block.packed.data(), block.packed.size(), read_.bytes.data(),
                                    read_.bytes.size(), nullptr) != LIBDEFLATE_SUCCESS)
    throw std::logic_error("RowList: a block does not unpack");
}

ReturnedRow RowList::operator[](std::size_t i) const {
  const bool in_tail = tail_.has(i);
  if (!in_tail && !read_.has(i)) open_block_of(i);
  const Open& open = in_tail ? tail_ : read_;
  Unpacking bytes(std::string_view(open.bytes).substr(open.starts[i - open.first]));
  ReturnedRow row;
  row.line = static_cast<std::uint32_t>(bytes.number());
  const std::uint64_t place = bytes.number();
  row.where = places_[place / 2] + (place % 2 == 1 ? std::to_string(row.line) : std::string());
  row.problem = bytes.text();
  row.remark = bytes.text();
  row.cells.resize(bytes.number());
  for (ReturnedCell& cell : row.cells) cell = bytes.cell();
  row.all.resize(bytes.number());
  for (std::string& cell : row.all) cell = bytes.text();
  return row;
}

ReturnedRow RowList::at(std::size_t i) const {
  if (i >= size_) throw std::out_of_range("RowList: row " + std::to_string(i) + " of " + std::to_string(size_));
  return (*this)[i];
}

std::size_t RowList::packed_bytes() const {
  std::size_t bytes = tail_.bytes.size();
  for (const Block& block : blocks_) bytes += block.packed.size();
  return bytes;
}

}  // namespace tanmiao::pool
