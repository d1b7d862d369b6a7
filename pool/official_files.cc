#include "pool/official_files.h"

#include <filesystem>
#include <map>
#include <system_error>

#include "pool/export.h"
#include "tabular/csv_writer.h"
#include "tabular/reader.h"
#include "tabular/xlsx_writer.h"

namespace tanmiao::pool {
namespace {

constexpr std::string_view kMarkedBefore = ".非本企业_";  // hidden: no delivery of a source (crawler/folder_crawl.cc)

std::string namesakes(const OfficialRow& row) {
  std::string text;
  for (const FirmCard& card : row.firms)
    text += (text.empty() ? "" : "\n") + card.name + "（" + (card.code.empty() ? "代码待查" : card.code) + "，" +
            (card.unit.empty() ? "待核" : card.unit) + "）";
  return text;
}

std::vector<std::string> subtitles_of(const OfficialList& list, std::size_t shown, std::string hint) {
  return {std::string(kTitleMark) + list.title + std::string(kTitleEnd) + iso(list.as_of) + "　　" +
              std::to_string(shown) + " 家，共 " + std::to_string(list.rows.size()) + " 行",
          std::move(hint)};
}

std::string number_heading(const OfficialProgram& program) {
  return program.number_heading.empty() ? "编号" : program.number_heading;
}

Status write_pile(tabular::XlsxWriter& book, const OfficialList& list, Pile pile) {
  using tabular::CellKind;
  tabular::SheetLayout layout;
  layout.name = label(pile);
  layout.title = list.program.label + "公告名单核对：" + std::string(label(pile));
  layout.subtitles = subtitles_of(list, list.count(pile),
                                  "代码有误或空缺的，在“统一社会信用代码”一栏改好；同名而不是这几家的，填“" +
                                      std::string(kNotOurs) + "”。改好后整份再导入，各页的行都会重新核对");
  layout.frozen_columns = 2;
  layout.pages_wide = 2;
  layout.columns = {{"序号", 7, CellKind::kNumber},
                    {"企业名称", 32},
                    {std::string(kRightCode), 21, CellKind::kCode, true},
                    {"所属县区", 14, CellKind::kCentred, true},
                    {number_heading(list.program), 22, CellKind::kCode},
                    {"发证日期", 12, CellKind::kDate},
                    {"有效期至", 12, CellKind::kDate},
                    {"年度", 8, CellKind::kCentred},
                    {"状态", 9, CellKind::kCentred},
                    {"失效日期", 12, CellKind::kDate},
                    {"对应企业", 32},
                    {"对应责任单位", 14, CellKind::kCentred},
                    {"同名企业", 44},
                    {"说明", 36},
                    {"原表位置", 26}};
  TANMIAO_TRY(book.begin_sheet(layout));
  std::size_t n = 0;
  for (const OfficialRow& row : list.rows) {
    if (row.pile != pile) continue;
    const bool one = row.firms.size() == 1;
    const auto until = from_day(row.until);
    TANMIAO_TRY(book.row(std::vector<std::string>{
        std::to_string(++n), row.name, row.code, row.county, row.number, row.issued, row.valid_to, row.year, row.state,
        until ? iso(*until) : "", one ? row.firms.front().name : "", one ? row.firms.front().unit : "",
        row.firms.size() > 1 ? namesakes(row) : "", row.why, row.where}));
  }
  return {};
}

Status write_proposals(tabular::XlsxWriter& book, const OfficialList& list, const std::vector<Achievement>& proposals,
                       const PoolRules& rules) {
  using tabular::CellKind;
  tabular::SheetLayout layout;
  layout.name = kProposalSheet;
  layout.title = list.program.label + "公告名单核对：" + std::string(kProposalSheet);
  layout.subtitles = subtitles_of(
      list, proposals.size(),
      "在库、已在名单上找到且截至日有效的企业；已达成的换上新编号。仅为建议，由经办确认后才列入台账；本页不读回");
  layout.frozen_columns = 2;
  layout.columns = {{"序号", 7, CellKind::kNumber},
                    {"企业名称", 32},
                    {std::string(kRightCode), 21, CellKind::kCode},
                    {"责任单位", 14, CellKind::kCentred},
                    {"培育库", 24, CellKind::kCentred},
                    {"当前阶段", 18, CellKind::kCentred},
                    {number_heading(list.program), 22, CellKind::kCode},
                    {"有效期至", 12, CellKind::kDate},
                    {"达成日期", 12, CellKind::kDate},
                    {"建议", 18, CellKind::kCentred}};
  TANMIAO_TRY(book.begin_sheet(layout));
  std::size_t n = 0;
  for (const Achievement& one : proposals)
    TANMIAO_TRY(book.row(std::vector<std::string>{
        std::to_string(++n), one.name, one.code, one.unit, rules.track_label(one.track), rules.stage_label(one.stage),
        one.number, iso(one.until), one.renewal() ? "" : iso(one.on), std::string(label(one))}));
  return {};
}

// A table of a fixed header whose rows are known by a key. Rows stay in the order in which they came.
class KeptRows {
 public:
  explicit KeptRows(std::vector<std::string> header) : header_(std::move(header)) {}

  Status load(const std::filesystem::path& path) {
    if (!std::filesystem::exists(path)) return {};
    TANMIAO_ASSIGN(const auto kept, tabular::open_rows(path));
    tabular::Row row;
    for (bool first = true;; first = false) {
      TANMIAO_ASSIGN(const bool more, kept->next(row));
      if (!more) return {};
      if (first || row.bad() || row.cells.size() != header_.size()) continue;
      put(std::vector<std::string>(row.cells.begin(), row.cells.end()));
    }
  }
  Status save(const std::filesystem::path& path) const {
    TANMIAO_ASSIGN(auto out, tabular::CsvWriter::create(path.string()));
    TANMIAO_TRY(out.row(header_));
    for (const std::string& key : order_)
      if (const auto row = rows_.find(key); row != rows_.end()) TANMIAO_TRY(out.row(row->second));
    return out.finish();
  }
  void put(std::vector<std::string> cells) {
    const std::string key = key_of(cells);
    if (rows_.insert_or_assign(key, std::move(cells)).second) order_.push_back(key);
  }
  void take_out(const std::string& key) {
    if (rows_.erase(key) > 0) std::erase(order_, key);
  }
  bool empty() const { return rows_.empty(); }
  const std::vector<std::string>& keys() const { return order_; }

  // Columns of both files: name, code, county, (number,) issued, valid to, year.
  static std::string key_of(const std::vector<std::string>& cells) {
    constexpr std::size_t kNumbered = 7;
    return cells.size() == kNumbered ? cells[3] : cells.front() + '\t' + cells.back();
  }

 private:
  std::vector<std::string> header_, order_;
  std::map<std::string, std::vector<std::string>> rows_;
};

std::vector<std::string> header_of(const OfficialProgram& program) {
  std::vector<std::string> header = {"企业名称", std::string(kRightCode), "所属县区"};
  if (!program.number_heading.empty()) header.push_back(program.number_heading);
  header.insert(header.end(), {"发证日期", "有效期至", "年度"});
  return header;
}

std::filesystem::path marked_path(const OfficialProgram& program, const std::filesystem::path& folder) {
  return folder / (std::string(kMarkedBefore) + program.program + ".csv");
}

}  // namespace

Status write_piles(const OfficialList& list, const std::vector<Achievement>& proposals, const PoolRules& rules,
                   const std::string& path, const std::string& issuer) {
  TANMIAO_ASSIGN(const auto book, tabular::XlsxWriter::create(path, {list.title, issuer, list.as_of}));
  for (const Pile pile : kPiles) TANMIAO_TRY(write_pile(*book, list, pile));
  TANMIAO_TRY(write_proposals(*book, list, proposals, rules));
  return book->finish();
}

Result<std::string> keep_list(const OfficialList& list, const InboxLock& inbox) {
  const std::filesystem::path& folder = inbox.folder();
  std::string name = list.title;
  if (name.find(list.program.file_word) == std::string::npos) name = list.program.file_word + "_" + name;
  const std::string path = (folder / (safe_file_name(name) + ".csv")).string();
  // Rows that were kept before and are not in this one stay: a single pile may come back, or another list of one name.
  KeptRows rows(header_of(list.program)), marked(header_of(list.program));
  TANMIAO_TRY(rows.load(path));
  TANMIAO_TRY(marked.load(marked_path(list.program, folder)));
  const std::vector<std::string> marked_before = marked.keys();
  for (const OfficialRow& row : list.rows) {
    if (row.pile == Pile::kUnreadable) continue;
    std::vector<std::string> cells = {row.name, row.code == kNotOurs ? std::string() : row.code, row.county};
    if (!list.program.number_heading.empty()) cells.push_back(row.number);
    cells.insert(cells.end(), {row.issued, row.valid_to, row.year});
    if (row.not_ours)
      marked.put(cells);
    else if (row.by_code)
      marked.take_out(KeptRows::key_of(cells));
    rows.put(std::move(cells));
  }
  if (rows.empty()) return Error{Errc::kFormat, "没有一行读得出来，名单未存", list.title};
  // The marks first: a process that dies between has lost no word of a person.
  if (marked.keys() != marked_before) TANMIAO_TRY(marked.save(marked_path(list.program, folder)));
  TANMIAO_TRY(rows.save(path));
  return path;
}

Result<std::set<std::string>> marked_rows(const OfficialProgram& program, const std::filesystem::path& base) {
  KeptRows marked(header_of(program));
  TANMIAO_TRY(marked.load(marked_path(program, inbox_folder(program, base))));
  return std::set<std::string>(marked.keys().begin(), marked.keys().end());
}

}  // namespace tanmiao::pool
