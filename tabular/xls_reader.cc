#include "tabular/xls_reader.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdio>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "core/text/normalize.h"
#include "tabular/cell_format.h"
#include "tabular/grid.h"
#include "tabular/ole_file.h"

namespace tanmiao::tabular {
namespace {

// Types of records.
namespace biff {
enum Type : std::uint32_t {
  kFormula = 0x06,
  kEof = 0x0A,
  kDateMode = 0x22,
  kFilePass = 0x2F,
  kFont = 0x31,
  kContinue = 0x3C,
  kBoundSheet = 0x85,
  kMulRk = 0xBD,
  kRString = 0xD6,
  kXf = 0xE0,
  kMergedCells = 0xE5,
  kSst = 0xFC,
  kLabelSst = 0xFD,
  kNumber = 0x203,
  kLabel = 0x204,
  kBoolErr = 0x205,
  kString = 0x207,
  kRow = 0x208,
  kRk = 0x27E,
  kFormat = 0x41E,
  kBof = 0x809,
};
}  // namespace biff
constexpr std::uint32_t kBiff8 = 0x0600, kWorksheet = 0x10;
constexpr std::size_t kMostSheets = 256;

// A record and those that continue it.
struct BiffRecord {
  std::uint32_t type = 0;
  std::vector<std::string_view> parts;
  std::string_view data() const { return parts.front(); }
  std::uint32_t at(std::size_t offset, std::size_t size) const { return little(data(), offset, size); }
  std::string_view behind(std::size_t offset) const { return data().substr(std::min(offset, data().size())); }
};

class BiffRecords {
 public:
  BiffRecords(std::string_view stream, std::size_t from) : stream_(stream), at_(from) {}

  // false: the stream ends here.
  bool next(BiffRecord& record) {
    record.parts.clear();
    if (at_ + 4 > stream_.size()) return false;
    record.type = little(stream_, at_, 2);
    record.parts.push_back(piece());
    while (at_ + 4 <= stream_.size() && little(stream_, at_, 2) == biff::kContinue) record.parts.push_back(piece());
    return true;
  }

 private:
  std::string_view piece() {
    const std::size_t size = little(stream_, at_ + 2, 2);
    const std::string_view data = stream_.substr(at_ + 4, size);
    at_ = std::min(at_ + 4 + size, stream_.size());
    return data;
  }

  std::string_view stream_;
  std::size_t at_;
};

// Strings of a record: characters of one or two bytes; where a record is continued inside the characters, their size
// is told anew.
class BiffStrings {
 public:
  explicit BiffStrings(const BiffRecord& record, std::size_t from) : parts_(record.parts), at_(from) {}

  bool done() const { return part_ >= parts_.size() || (part_ + 1 == parts_.size() && at_ >= parts_[part_].size()); }
  std::uint32_t number(std::size_t size) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < size; ++i) value |= static_cast<std::uint32_t>(byte()) << (8 * i);
    return value;
  }

  struct Text {
    std::string text;
    std::vector<std::uint32_t> fonts;  // of its runs
  };
  // `count_bytes`: of the length in front.
  Text string(std::size_t count_bytes) {
    constexpr std::uint32_t kWide = 1, kPhonetic = 4, kRich = 8;
    Text out;
    std::uint32_t count = number(count_bytes);
    const std::uint32_t flags = number(1);
    const std::uint32_t runs = (flags & kRich) != 0 ? number(2) : 0;
    const std::uint32_t phonetic = (flags & kPhonetic) != 0 ? number(4) : 0;
    bool wide = (flags & kWide) != 0;
    std::u16string units;
    for (; count > 0 && !done(); --count) {
      if (at_ >= parts_[part_].size()) {
        next_part();
        wide = (number(1) & kWide) != 0;
      }
      units += static_cast<char16_t>(number(wide ? 2 : 1));
    }
    for (std::uint32_t i = 0; i < runs && !done(); ++i) {
      number(2);
      out.fonts.push_back(number(2));
    }
    for (std::uint32_t i = 0; i < phonetic && !done(); ++i) byte();
    out.text = utf8(units);
    return out;
  }

 private:
  void next_part() { ++part_, at_ = 0; }
  unsigned char byte() {
    while (part_ < parts_.size() && at_ >= parts_[part_].size()) next_part();
    return part_ < parts_.size() ? static_cast<unsigned char>(parts_[part_][at_++]) : 0;
  }
  static std::string utf8(const std::u16string& units) {
    std::string out;
    for (std::size_t i = 0; i < units.size(); ++i) {
      char32_t c = units[i];
      const bool high = c >= 0xD800 && c < 0xDC00,
                 paired = high && i + 1 < units.size() && (units[i + 1] & 0xFC00) == 0xDC00;
      if (paired)
        c = 0x10000 + ((c - 0xD800) << 10) + (units[++i] - 0xDC00U);
      else if (c >= 0xD800 && c < 0xE000)
        c = 0xFFFD;
      if (c != 0) text::append_utf8(out, c);
    }
    return out;
  }

  std::span<const std::string_view> parts_;
  std::size_t part_ = 0, at_;
};

double from_bits(std::string_view eight) {
  const std::uint64_t low = little(eight, 0, 4), high = little(eight, 4, 4);
  return std::bit_cast<double>(low | (high << 32));
}

double from_rk(std::uint32_t rk) {
  const double value = (rk & 2) != 0 ? static_cast<double>(static_cast<std::int32_t>(rk) >> 2)
                                     : std::bit_cast<double>(static_cast<std::uint64_t>(rk & ~3U) << 32);
  return (rk & 1) != 0 ? value / 100 : value;
}

std::string digits_of(double value) {
  std::array<char, 40> buffer{};
  constexpr double kDigitsOfExcel = 1e15;  // it keeps 15; more of them would be invented
  const bool whole = std::floor(value) == value && std::abs(value) < kDigitsOfExcel;
  const bool long_one = std::abs(value) >= kDigitsOfExcel;
  std::snprintf(buffer.data(), buffer.size(), whole ? "%.0f" : long_one ? "%.15g" : "%.17g", value);
  return buffer.data();
}

std::string_view fault_name(std::uint32_t code) {
  switch (code) {
    case 0x00: return "#NULL!";
    case 0x07: return "#DIV/0!";
    case 0x0F: return "#VALUE!";
    case 0x17: return "#REF!";
    case 0x1D: return "#NAME?";
    case 0x24: return "#NUM!";
    default: return "#N/A";
  }
}

class XlsReader {
 public:
  XlsReader(std::string stream, const std::string& name, const Limits& limits)
      : stream_(std::move(stream)), name_(name), grid_(name, "xls", limits) {}

  Result<std::unique_ptr<Book>> read() {
    TANMIAO_TRY(read_globals());
    for (const BoundSheet& sheet : sheets_) {
      TANMIAO_TRY(grid_.begin_sheet(sheet.name, sheet.hidden));
      TANMIAO_TRY(read_sheet(sheet.at));
    }
    return grid_.finish();
  }

 private:
  struct BoundSheet {
    std::size_t at;
    std::string name;
    bool hidden;
  };

  Error broken(std::string_view what) const {
    return {Errc::kFormat, "is a damaged workbook of the old format (.xls): " + std::string(what), name_};
  }

  Status read_globals() {
    BiffRecords records(stream_, 0);
    BiffRecord record;
    if (!records.next(record) || record.type != biff::kBof) return broken("it does not begin like one");
    if (record.at(0, 2) != kBiff8) {
      return Error{Errc::kFormat, "is a workbook older than Excel 97; save it as .xlsx or .csv", name_};
    }
    while (records.next(record) && record.type != biff::kEof) {
      switch (record.type) {
        case biff::kFilePass:
          return Error{Errc::kFormat, "is a workbook protected by a password; save it without", name_};
        case biff::kDateMode:
          if (record.at(0, 2) == 1) grid_.set_epoch_1904();
          break;
        case biff::kFont: struck_fonts_.push_back((record.at(2, 2) & 8) != 0); break;
        case biff::kFormat: formats_[record.at(0, 2)] = parse_format(BiffStrings(record, 2).string(2).text); break;
        case biff::kXf: styles_.push_back({record.at(0, 2), record.at(2, 2)}); break;
        case biff::kBoundSheet:
          if (sheets_.size() == kMostSheets) return Error{Errc::kLimit, "has too many sheets", name_};
          if (record.at(5, 1) == 0)
            sheets_.push_back({record.at(0, 4), BiffStrings(record, 6).string(1).text, (record.at(4, 1) & 3) != 0});
          break;
        case biff::kSst: read_strings(record); break;
        default: break;
      }
    }
    return {};
  }

  void read_strings(const BiffRecord& record) {
    BiffStrings reader(record, 8);
    while (!reader.done()) {
      BiffStrings::Text text = reader.string(2);
      const bool struck =
          std::any_of(text.fonts.begin(), text.fonts.end(), [&](std::uint32_t f) { return struck_font(f); });
      strings_.push_back({std::move(text.text), struck});
    }
  }

  // Font 4 does not exist: those behind it count one less.
  bool struck_font(std::uint32_t font) const {
    const std::uint32_t index = font > 4 ? font - 1 : font;
    return index < struck_fonts_.size() && struck_fonts_[index];
  }

  Status read_sheet(std::size_t at) {
    BiffRecords records(stream_, at);
    BiffRecord record;
    if (!records.next(record) || record.type != biff::kBof) return broken("a sheet is missing");
    if (record.at(2, 2) != kWorksheet) return {};
    bool ended = false;
    while (!ended && records.next(record)) {
      ended = record.type == biff::kEof;
      TANMIAO_TRY(read_record(record));
    }
    return ended ? Status() : broken("a sheet is cut off");
  }

  Status read_record(const BiffRecord& record) {
    const std::uint32_t row = record.at(0, 2) + 1, column = record.at(2, 2) + 1, style = record.at(4, 2);
    const std::size_t size = record.data().size();
    switch (record.type) {
      case biff::kRow: return (record.at(12, 2) & 0x20) != 0 ? grid_.hide_row(row) : Status();
      case biff::kNumber: return number(row, column, style, from_bits(record.behind(6)));
      case biff::kRk: return number(row, column, style, from_rk(record.at(6, 4)));
      case biff::kMulRk:
        for (std::size_t i = 0; 4 + 6 * (i + 1) + 2 <= size; ++i) {
          TANMIAO_TRY(number(row, column + static_cast<std::uint32_t>(i), record.at(4 + 6 * i, 2),
                             from_rk(record.at(6 + 6 * i, 4))));
        }
        return {};
      case biff::kLabelSst: {
        const std::uint32_t index = record.at(6, 4);
        if (index >= strings_.size()) return broken("a text is missing");
        return text(row, column, style, strings_[index].text, strings_[index].struck);
      }
      case biff::kLabel:
      case biff::kRString: return text(row, column, style, BiffStrings(record, 6).string(2).text, false);
      case biff::kBoolErr:
        if (record.at(7, 1) != 0) return grid_.cell(row, column, std::string(fault_name(record.at(6, 1))), kFaultMark);
        return grid_.cell(row, column, record.at(6, 1) != 0 ? "TRUE" : "FALSE");
      case biff::kFormula: return formula(record, row, column, style);
      case biff::kString:
        if (!awaiting_) return {};
        {
          const Awaited cell = *awaiting_;
          awaiting_.reset();
          return text(cell.row, cell.column, cell.style, BiffStrings(record, 0).string(2).text, false);
        }
      case biff::kMergedCells: return merges(record);
      default: return {};
    }
  }

  Status formula(const BiffRecord& record, std::uint32_t row, std::uint32_t column, std::uint32_t style) {
    if (record.at(12, 2) != 0xFFFF) return number(row, column, style, from_bits(record.behind(6)));
    switch (record.at(6, 1)) {
      case 0: awaiting_ = Awaited{row, column, style}; return {};  // a text: in the next record
      case 1: return grid_.cell(row, column, record.at(8, 1) != 0 ? "TRUE" : "FALSE");
      case 2: return grid_.cell(row, column, std::string(fault_name(record.at(8, 1))), kFaultMark);
      default: return {};
    }
  }

  Status merges(const BiffRecord& record) {
    const std::uint32_t count = record.at(0, 2);
    for (std::uint32_t i = 0; i < count && 2 + 8 * (i + 1) <= record.data().size(); ++i) {
      const std::size_t at = 2 + std::size_t{8} * i;
      TANMIAO_TRY(grid_.merge(record.at(at, 2) + 1, record.at(at + 2, 2) + 1, record.at(at + 4, 2) + 1));
    }
    return {};
  }

  Status number(std::uint32_t row, std::uint32_t column, std::uint32_t style, double value) {
    NumberFormat format;
    std::uint8_t struck = 0;
    if (style < styles_.size()) {
      const auto custom = formats_.find(styles_[style].format);
      format = custom == formats_.end() ? builtin_format(styles_[style].format) : custom->second;
      if (struck_font(styles_[style].font)) struck = kStruckMark;
    }
    return grid_.cell(row, column, shown_number(digits_of(value), format, grid_.epoch_1904()),
                      marks_of(format) | struck);
  }

  Status text(std::uint32_t row, std::uint32_t column, std::uint32_t style, const std::string& words, bool struck) {
    if (words.empty()) return {};
    struck = struck || (style < styles_.size() && struck_font(styles_[style].font));
    return grid_.cell(row, column, words, static_cast<std::uint8_t>(struck ? kStruckMark : 0));
  }

  struct Awaited {
    std::uint32_t row, column, style;
  };
  struct Style {
    std::uint32_t font, format;
  };
  struct Words {
    std::string text;
    bool struck;
  };

  std::string stream_, name_;
  GridBuilder grid_;
  std::vector<BoundSheet> sheets_;
  std::vector<bool> struck_fonts_;
  std::map<std::uint32_t, NumberFormat> formats_;
  std::vector<Style> styles_;
  std::vector<Words> strings_;
  std::optional<Awaited> awaiting_;
};

}  // namespace

Result<std::unique_ptr<Book>> open_xls(std::string_view bytes, const std::string& name, const ReadOptions& options) {
  TANMIAO_ASSIGN(const OleFile file, OleFile::open(bytes, name));
  if (file.has(u"EncryptedPackage"))
    return Error{Errc::kFormat, "is a workbook protected by a password; save it without", name};
  if (!file.has(u"Workbook")) {
    return Error{Errc::kFormat,
                 file.has(u"Book") ? "is a workbook older than Excel 97; save it as .xlsx or .csv"
                                   : "is a file of Office, but no workbook",
                 name};
  }
  TANMIAO_ASSIGN(std::string stream, file.read(u"Workbook"));
  return XlsReader(std::move(stream), name, options.limits).read();
}

}  // namespace tanmiao::tabular
