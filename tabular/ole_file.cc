#include "tabular/ole_file.h"

#include <algorithm>

namespace tanmiao::tabular {
namespace {

constexpr std::string_view kOleMagic = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";
constexpr std::size_t kOleHeader = 512, kEntryBytes = 128, kTablesInHeader = 109;
constexpr std::uint32_t kLastSector = 0xFFFFFFFA;  // above: marks for the end, free sectors, tables
enum EntryType : std::uint8_t { kStreamEntry = 2, kRootEntry = 5 };

}  // namespace

std::uint32_t little(std::string_view bytes, std::size_t at, std::size_t size) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < size && at + i < bytes.size(); ++i) {
    value |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[at + i])) << (8 * i);
  }
  return value;
}

bool is_ole(std::string_view head) { return head.starts_with(kOleMagic); }

Error OleFile::broken(std::string_view what) const {
  return {Errc::kFormat, "is a damaged workbook of the old format (.xls): " + std::string(what), name_};
}

std::string_view OleFile::sector(std::uint32_t number) const {
  const std::size_t at = (static_cast<std::size_t>(number) + 1) << sector_shift_;
  if (at >= bytes_.size()) return {};
  return bytes_.substr(at, std::size_t{1} << sector_shift_);
}

Result<std::string> OleFile::chain(std::uint32_t first, std::uint64_t most) const {
  std::string out;
  std::size_t steps = 0;
  for (std::uint32_t at = first; at < kLastSector && out.size() < most;
       at = at < next_.size() ? next_[at] : kLastSector) {
    const std::string_view piece = sector(at);
    if (piece.empty() || ++steps > next_.size()) return broken("a part lies behind its end");
    out += piece;
  }
  if (out.size() > most) out.resize(static_cast<std::size_t>(most));
  return out;
}

Status OleFile::read_tables() {
  std::vector<std::uint32_t> tables;
  for (std::size_t i = 0; i < kTablesInHeader; ++i) tables.push_back(little(bytes_, 76 + 4 * i, 4));
  const std::size_t sectors = (bytes_.size() >> sector_shift_) + 1;
  const std::size_t numbers = (std::size_t{1} << sector_shift_) / 4;
  std::uint32_t more = little(bytes_, 68, 4);
  for (std::size_t steps = 0; more < kLastSector; ++steps) {
    const std::string_view list = sector(more);
    if (list.empty() || steps > sectors) return broken("its list of sectors is cut off");
    for (std::size_t i = 0; i + 1 < numbers; ++i) tables.push_back(little(list, 4 * i, 4));
    more = little(list, 4 * (numbers - 1), 4);
  }
  for (const std::uint32_t table : tables) {
    if (table >= kLastSector) continue;
    const std::string_view piece = sector(table);
    if (piece.empty()) return broken("it is cut off");
    for (std::size_t i = 0; i < numbers; ++i) next_.push_back(little(piece, 4 * i, 4));
    if (next_.size() > sectors + numbers) break;  // more than the file has sectors
  }
  return {};
}

Status OleFile::read_directory(std::uint32_t first) {
  TANMIAO_ASSIGN(const std::string directory, chain(first, bytes_.size()));
  for (std::size_t at = 0; at + kEntryBytes <= directory.size(); at += kEntryBytes) {
    const std::string_view entry = std::string_view(directory).substr(at, kEntryBytes);
    const std::uint32_t type = little(entry, 66, 1), start = little(entry, 116, 4), size = little(entry, 120, 4);
    const std::size_t name_bytes = std::min<std::size_t>(little(entry, 64, 2), 64);
    if (type == kRootEntry && mini_.empty()) {
      TANMIAO_ASSIGN(mini_, chain(start, size));
    } else if (type == kStreamEntry) {
      Entry& added = entries_.emplace_back(Entry{{}, start, size});
      for (std::size_t i = 0; i + 2 < name_bytes; i += 2) {
        added.name += static_cast<char16_t>(little(entry, i, 2));
      }
    }
  }
  return {};
}

Result<OleFile> OleFile::open(std::string_view bytes, std::string name) {
  OleFile file(bytes, std::move(name));
  if (bytes.size() < kOleHeader) return file.broken("it is cut off");
  file.sector_shift_ = little(bytes, 30, 2);
  file.mini_shift_ = little(bytes, 32, 2);
  file.mini_below_ = little(bytes, 56, 4);
  if ((file.sector_shift_ != 9 && file.sector_shift_ != 12) || file.mini_shift_ != 6) {
    return file.broken("its sectors have no known size");
  }
  TANMIAO_TRY(file.read_tables());
  TANMIAO_TRY(file.read_directory(little(bytes, 48, 4)));
  TANMIAO_ASSIGN(const std::string mini, file.chain(little(bytes, 60, 4), bytes.size()));
  for (std::size_t at = 0; at + 4 <= mini.size(); at += 4) file.mini_next_.push_back(little(mini, at, 4));
  return file;
}

const OleFile::Entry* OleFile::find(std::u16string_view stream) const {
  const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& e) { return e.name == stream; });
  return found == entries_.end() ? nullptr : &*found;
}

Result<std::string> OleFile::read(std::u16string_view stream) const {
  const Entry* entry = find(stream);
  if (entry == nullptr) return broken("a part is missing");
  std::string out;
  if (entry->size >= mini_below_) {
    TANMIAO_ASSIGN(out, chain(entry->start, entry->size));
  } else {
    std::size_t steps = 0;
    for (std::uint32_t at = entry->start; at < kLastSector && out.size() < entry->size;
         at = at < mini_next_.size() ? mini_next_[at] : kLastSector) {
      const std::size_t from = static_cast<std::size_t>(at) << mini_shift_;
      if (from >= mini_.size() || ++steps > mini_next_.size()) return broken("a part lies behind its end");
      out.append(mini_, from, std::size_t{1} << mini_shift_);
    }
    out.resize(std::min<std::size_t>(out.size(), static_cast<std::size_t>(entry->size)));
  }
  if (out.size() < entry->size) return broken("it is cut off");
  return out;
}

}  // namespace tanmiao::tabular
