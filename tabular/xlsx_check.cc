#include "tabular/xlsx_check.h"

#include <archive.h>
#include <archive_entry.h>

#include <memory>
#include <string_view>

#include "tabular/xml_pull.h"

namespace tanmiao::tabular {
namespace {

using Archive = std::unique_ptr<struct archive, decltype(&archive_read_free)>;
constexpr std::size_t kCheckPiece = std::size_t{256} << 10;
constexpr std::string_view kCell = "<c ", kSheetEnd = "</worksheet>", kSheets = "xl/worksheets/sheet";

// What stands in texts is escaped, so "<c " is a cell and nothing else.
std::uint64_t cells_of(std::string_view text) {
  std::uint64_t count = 0;
  for (std::size_t at = text.find(kCell); at != std::string_view::npos; at = text.find(kCell, at + kCell.size()))
    ++count;
  return count;
}

class Reading {
 public:
  explicit Reading(const std::string& path) : path_(path), archive_(archive_read_new(), archive_read_free) {}

  Status open() {
    archive_read_support_format_zip(archive_.get());
    return archive_read_open_filename(archive_.get(), path_.c_str(), kCheckPiece) == ARCHIVE_OK ? Status() : broken("");
  }

  // The path of the next part; empty at the end.
  Result<std::string> next() {
    struct archive_entry* entry = nullptr;
    const int code = archive_read_next_header(archive_.get(), &entry);
    if (code == ARCHIVE_EOF) return std::string();
    const char* name = code < ARCHIVE_WARN ? nullptr : archive_entry_pathname(entry);
    if (name == nullptr) return broken("").error();
    return std::string(name);
  }

  Status sheet(const std::string& part, std::uint64_t wanted) {
    std::string piece;
    std::uint64_t cells = 0;
    std::size_t kept = 0;  // the end of the piece before: a tag may lie across
    for (;;) {
      piece.resize(kept + kCheckPiece);
      const la_ssize_t got = archive_read_data(archive_.get(), piece.data() + kept, kCheckPiece);
      if (got < 0) return broken(part);
      piece.resize(kept + static_cast<std::size_t>(got));
      if (got == 0) break;
      cells += cells_of(piece) - cells_of(std::string_view(piece).substr(0, kept));
      if (piece.size() > kSheetEnd.size()) piece.erase(0, piece.size() - kSheetEnd.size());
      kept = piece.size();
    }
    return cells == wanted && piece.ends_with(kSheetEnd) ? Status() : broken(part);
  }

  Status xml(const std::string& part) {
    std::string text;
    for (;;) {
      const std::size_t had = text.size();
      text.resize(had + kCheckPiece);
      const la_ssize_t got = archive_read_data(archive_.get(), text.data() + had, kCheckPiece);
      if (got < 0) return broken(part);
      text.resize(had + static_cast<std::size_t>(got));
      if (got == 0) break;
    }
    XmlPull pull(text, part, Limits{});
    for (bool any = false;; any = true) {
      const Result<XmlPull::Event> event = pull.next();
      if (!event) return broken(part);
      if (*event == XmlPull::Event::kDone) return any ? Status() : broken(part);
    }
  }

  Status broken(const std::string& part) const {
    return Error{Errc::kIo, (part.empty() ? "parts are missing" : part + " is not whole"), path_};
  }

 private:
  const std::string& path_;
  Archive archive_;
};

}  // namespace

Status workbook_is_whole(const std::string& path, std::span<const std::uint64_t> cells) {
  Reading reading(path);
  TANMIAO_TRY(reading.open());
  std::size_t sheets = 0;
  for (;;) {
    TANMIAO_ASSIGN(const std::string part, reading.next());
    if (part.empty()) break;
    if (part.starts_with(kSheets)) {
      // sheet1.xml is the first
      const std::size_t number = std::strtoul(part.c_str() + kSheets.size(), nullptr, 10);
      if (number == 0 || number > cells.size()) return reading.broken(part);
      TANMIAO_TRY(reading.sheet(part, cells[number - 1]));
      ++sheets;
    } else {
      TANMIAO_TRY(reading.xml(part));
    }
  }
  return sheets == cells.size() ? Status() : reading.broken("");
}

}  // namespace tanmiao::tabular
