#include "pool/returned_sheet.h"

#include <algorithm>

#include <memory>

#include "pool/returned_cell.h"
#include "pool/returned_header.h"
#include "pool/returned_rows.h"
#include "tabular/byte_source.h"
#include "tabular/reader.h"

namespace tanmiao::pool {
namespace {

constexpr std::uint32_t kRowsOfAnySheet = 2'000'000;

struct Candidate {
  std::size_t sheet;
  std::string name;
  bool hidden;
  std::unique_ptr<tabular::RowReader> reader;
  std::unique_ptr<SheetReading> reading;
  bool fits = false;  // its header has all required fields
};

tabular::ReadOptions read_options(const ReturnedOptions& options) {
  tabular::ReadOptions out;
  out.limits.max_bytes = options.max_bytes;
  out.limits.max_rows = kRowsOfAnySheet;  // formatted blank ones count here
  out.limits.max_columns = options.max_columns;
  return out;
}

class BookReading {
 public:
  BookReading(tabular::Book& book, std::string name, std::span<const SheetField> fields, const ReturnedOptions& options)
      : book_(book), name_(std::move(name)), fields_(fields), options_(options) {}

  Result<ReturnedSheet> read() {
    TANMIAO_TRY(look_at_sheets());
    std::vector<Candidate*> chosen = choose();
    if (chosen.empty()) return no_header();
    ReturnedSheet sheet;
    sheet.file = name_;
    sheet.sheet = chosen.front()->name;
    sheet.column.assign(fields_.size(), -1);
    sheet.present.assign(fields_.size(), false);
    remark_on_sheets(chosen, sheet);
    for (Candidate* candidate : chosen) {
      for (const std::string& line : candidate->reading->header().above) sheet.above.push_back(line);
      TANMIAO_TRY(candidate->reading->read(chosen.size() > 1 ? candidate->name : std::string(), sheet));
    }
    return sheet;
  }

 private:
  Status look_at_sheets() {
    const auto& sheets = book_.sheets();
    for (std::size_t i = 0; i < sheets.size(); ++i) {
      if (!options_.sheet.empty() && sheets[i].name != options_.sheet) continue;
      Candidate candidate{i, sheets[i].name, sheets[i].hidden, nullptr, nullptr};
      TANMIAO_ASSIGN(candidate.reader, book_.open(i));
      candidate.reading = std::make_unique<SheetReading>(*candidate.reader, fields_, options_, book_.kind() == "csv");
      TANMIAO_ASSIGN(const bool found, candidate.reading->find());
      candidate.fits = found && candidate.reading->header().complete;
      candidates_.push_back(std::move(candidate));
    }
    if (!candidates_.empty()) return {};
    std::string known;
    for (const tabular::SheetInfo& sheet : sheets) known += (known.empty() ? "" : ", ") + sheet.name;
    return Error{Errc::kNotFound, "has no sheet \"" + options_.sheet + "\"; its sheets are " + known, name_};
  }

  std::vector<Candidate*> choose() {
    for (const bool hidden : {false, true}) {
      std::size_t most = 0;
      for (const Candidate& c : candidates_) {
        if (c.fits && c.hidden == hidden) most = std::max(most, c.reading->header().found);
      }
      std::vector<Candidate*> chosen;
      for (Candidate& c : candidates_) {
        if (c.fits && c.hidden == hidden && c.reading->header().found * 2 >= most && !ours(c)) chosen.push_back(&c);
      }
      if (!chosen.empty()) return chosen;
    }
    return {};
  }

  bool ours(const Candidate& c) const {
    return candidates_.size() > 1 &&
           std::find(options_.other_sheets.begin(), options_.other_sheets.end(), c.name) != options_.other_sheets.end();
  }

  void remark_on_sheets(const std::vector<Candidate*>& chosen, ReturnedSheet& sheet) const {
    std::string read, hidden, left;
    const auto list = [](std::string& to, const std::string& name) { to += (to.empty() ? "" : "、") + in_marks(name); };
    for (const Candidate& c : candidates_) {
      if (std::find(chosen.begin(), chosen.end(), &c) != chosen.end()) {
        list(read, c.name);
        if (c.hidden) sheet.remarks.push_back("工作表" + in_marks(c.name) + "是隐藏的，也已读入");
      } else if (c.reading->any_rows() && !ours(c)) {
        list(c.hidden ? hidden : left, c.name);
      }
    }
    if (chosen.size() > 1)
      sheet.remarks.push_back("有 " + std::to_string(chosen.size()) + " 张工作表是名单，都已读入：" + read);
    if (!left.empty()) sheet.remarks.push_back("读取了工作表" + read + "；不是名单、未读取的工作表：" + left);
    if (!hidden.empty()) sheet.remarks.push_back("隐藏的工作表未读取：" + hidden);
  }

  // What the reader of headers says of the first sheet with rows: it knows the nearest heading.
  Error no_header() {
    const auto filled =
        std::find_if(candidates_.begin(), candidates_.end(), [](const Candidate& c) { return c.reading->any_rows(); });
    const Candidate& c = filled == candidates_.end() ? candidates_.front() : *filled;
    auto reader = book_.open(c.sheet);
    if (!reader) return reader.error();
    const auto wanted = wanted_columns(fields_);
    const auto header = tabular::read_header(**reader, wanted);
    if (!header) return header.error();
    return {Errc::kFormat, "no header row found in the first " + std::to_string(kHeaderRows) + " rows",
            (*reader)->name()};
  }

  tabular::Book& book_;
  std::string name_;
  std::span<const SheetField> fields_;
  const ReturnedOptions& options_;
  std::vector<Candidate> candidates_;
};

}  // namespace

std::string ReturnedRow::problems(std::span<const SheetField> fields) const {
  std::string out = problem;
  for (std::size_t f = 0; f < cells.size() && f < fields.size(); ++f) {
    if (cells[f].problem.empty()) continue;
    out += (out.empty() ? "" : "；") + fields[f].headings.front() + "：" + cells[f].problem;
  }
  return out;
}

Result<ReturnedSheet> read_returned(const std::filesystem::path& path, std::span<const SheetField> fields,
                                    const ReturnedOptions& options) {
  TANMIAO_ASSIGN(const auto source, tabular::open_file(path));
  TANMIAO_ASSIGN(std::string bytes, tabular::read_all(*source, path.string(), read_options(options).limits));
  return read_returned(std::move(bytes), path.string(), fields, options);
}

Result<ReturnedSheet> read_returned(std::string bytes, const std::string& name, std::span<const SheetField> fields,
                                    const ReturnedOptions& options) {
  if (bytes.empty()) return Error{Errc::kFormat, "is empty", name};
  if (bytes.size() > options.max_bytes) {
    return Error{Errc::kLimit, "is larger than " + std::to_string(options.max_bytes) + " bytes", name};
  }
  TANMIAO_ASSIGN(const auto book, tabular::open_book(std::move(bytes), name, read_options(options)));
  return BookReading(*book, name, fields, options).read();
}

Result<ReturnedSheet> read_returned(tabular::Book& book, const std::string& name, std::span<const SheetField> fields,
                                    const ReturnedOptions& options) {
  return BookReading(book, name, fields, options).read();
}

}  // namespace tanmiao::pool
