#include "apps/tanmiao/name_list.h"

#include <filesystem>
#include <fstream>

#include "core/identifiers.h"
#include "core/text/normalize.h"
#include "linkage/values.h"

namespace tanmiao::app {
namespace {

enum Wanted : std::size_t {
  kId,
  kName,
  kCode,
  kRegion,
  kAddress,
  kDate,
  kFormer,
  kEnglish,
  kTruth,
  kCity,
  kIpc,
  kScope,
  kFounded,
  kStatus,
  kDissolved,
  kFormerUntil
};

const std::vector<tabular::WantedColumn>& wanted() {
  static const std::vector<tabular::WantedColumn> kColumns{
      {"id", {"id", "编号", "序号", "no", "key", "firm_id"}},
      {"name", {"name",         "企业名称",         "单位名称", "公司名称",   "企业名",   "名称",
                "单位全称",     "企业全称",         "公司全称", "申报单位",   "申报企业", "承担单位",
                "承担单位名称", "依托单位",         "主体名称", "纳税人名称", "会员名称", "机构名称",
                "申请人",       "申请（专利权）人", "专利权人", "单位",       "企业",     "公司",
                "單位名稱",     "企業名稱",         "公司名稱", "firm",       "company",  "full",
                "short",        "applicant"}},
      {"code", {"code", "统一社会信用代码", "社会信用代码", "信用代码", "统一代码", "uscc", "usci", "credit_code"}},
      {"region", {"region", "county", "district", "所属县区", "所在区", "县区", "区县", "地区", "所在地"}},
      {"address", {"address", "注册地址", "住所", "地址", "经营地址", "企业地址"}},
      {"date", {"date", "日期", "申请日", "公布日期", "公告日期", "认定日期"}},
      {"former", {"former", "former_names", "曾用名", "原名称"}},
      {"english", {"english", "name_en", "full_name_en", "英文名称", "英文名", "外文名称"}},
      {"truth", {"truth", "真值"}},
      {"city", {"city", "城市", "所在城市", "地市"}},
      {"ipc", {"ipc", "ipc_main", "主分类号", "分类号", "国际专利分类"}},
      {"scope", {"scope", "经营范围", "业务范围"}},
      {"founded", {"founded", "established", "成立日期", "注册日期"}},
      {"status", {"status", "登记状态", "经营状态", "企业状态", "存续状态", "状态"}},
      {"dissolved", {"dissolved", "注销日期", "吊销日期", "注吊销日期", "注销或吊销日期"}},
      {"former_until", {"former_until", "更名日期", "曾用名使用至", "曾用名截止日期"}}};
  return kColumns;
}

std::string columns_that_do(const std::vector<tabular::WantedColumn>& wanted) {
  std::string out;
  for (const std::string& heading : wanted[kName].headings) out += (out.empty() ? "" : ", ") + heading;
  return out;
}

// Parts of a cell of several.
void add_names(std::string_view text, std::vector<std::string>& out) {
  std::string one;
  const std::string whole(text);
  for (std::size_t at = 0; at <= whole.size();) {
    std::size_t end = whole.size(), skip = 1;
    for (const std::string_view sign : {"；", ";", "\n", "|"})
      if (const auto found = whole.find(sign, at); found < end) end = found, skip = sign.size();
    one = text::trim(std::string_view(whole).substr(at, end - at));
    if (!one.empty()) out.push_back(one);
    at = end + skip;
  }
}

// The sheets that can be seen; none of what is no workbook.
Result<std::vector<std::string>> sheets_of(const std::string& path) {
  if (!std::filesystem::is_regular_file(path)) return std::vector<std::string>();  // a pipe is read once
  std::ifstream in(path, std::ios::binary);
  std::string head(4, '\0');
  in.read(head.data(), static_cast<std::streamsize>(head.size()));
  const bool empty = in.gcount() == 0 && in.eof();
  const bool packed = head.starts_with("PK") || head == "\xD0\xCF\x11\xE0";
  if (empty) return Error{Errc::kFormat, "the file is empty", path};
  if (!packed) {
    for (const std::string_view ending : {".xlsx", ".xlsm", ".xls", ".ods"})
      if (path.ends_with(ending) && in && !text::ascii_lower(head).starts_with("<"))
        return Error{Errc::kFormat, "is no workbook, though its name says so", path};
    return std::vector<std::string>();
  }
  in.seekg(0);
  const std::string bytes{std::istreambuf_iterator<char>(in), {}};
  return tabular::sheet_names(bytes, path);
}

// Of a table of one column no sign is a delimiter: it stands within the cell.
std::string one_cell(const tabular::Row& row, const std::string& description) {
  const char between = description.ends_with("tab") ? '\t' : *(description.end() - 2);  // "csv, utf-8, delimiter ';'"
  std::string out(row.cells.front());
  for (std::size_t i = 1; i < row.cells.size(); ++i) (out += between) += row.cells[i];
  return out;
}

}  // namespace

Result<std::unique_ptr<NameList>> NameList::open(const std::string& path, const Reference& reference, bool keep_cells,
                                                 const std::string& column) {
  std::unique_ptr<NameList> list(new NameList(reference, keep_cells));
  list->wanted_ = wanted();
  if (!column.empty()) list->wanted_[kName].headings = {column};
  TANMIAO_ASSIGN(const auto sheets, std::filesystem::exists(path) ? sheets_of(path) : std::vector<std::string>());
  if (sheets.size() < 2) {
    TANMIAO_TRY(list->open_sheet(path, ""));
    return list;
  }
  Status first;
  for (std::size_t i = 0; i < sheets.size(); ++i) {
    const Status opened = list->open_sheet(path, sheets[i]);
    if (!opened && opened.error().code != Errc::kFormat) return opened.error();
    if (opened) {
      list->passed_over_.insert(list->passed_over_.end(), sheets.begin() + static_cast<std::ptrdiff_t>(i) + 1,
                                sheets.end());
      return list;
    }
    if (i == 0) first = opened;
    list->passed_over_.push_back(sheets[i]);
  }
  return first.error();
}

Status NameList::open_sheet(const std::string& path, const std::string& sheet) {
  tabular::ReadOptions options;
  options.sheet = sheet;
  TANMIAO_ASSIGN(rows_, tabular::open_rows(path, options));
  return find_header();
}

// The first row with a heading for names; titles above it are passed over.
Status NameList::find_header() {
  constexpr int kSearched = 30;
  tabular::Row row;
  for (int i = 0; i < kSearched; ++i) {
    TANMIAO_ASSIGN(const bool more, rows_->next(row));
    if (!more) break;
    if (row.bad() || row.blank()) continue;
    std::vector<std::string> headings;
    headings.reserve(row.cells.size());
    for (const std::string_view cell : row.cells) headings.emplace_back(text::trim(cell));
    header_ = tabular::match_header(headings, wanted_);
    header_.line = row.line;
    if (header_.position[kName] >= 0) return {};
  }
  return Error{Errc::kFormat,
               "has no column of names in its first 30 rows; expected a heading among: " + columns_that_do(wanted_),
               rows_->name()};
}

// Of a firm when it was founded and dissolved, of a mention the day that it speaks of.
void NameList::take_life(const tabular::Row& row, NameRow& out) {
  const auto day = [&](std::size_t column) { return linkage::day_of(header_.cell(row, column)); };
  out.asked = day(kDate);
  out.life.founded = day(kFounded);
  out.facts.day = out.asked != kNoDay ? out.asked : out.life.founded;
  if (out.life.founded == kNoDay) out.life.founded = out.asked;
  out.life.dissolved = day(kDissolved);
  out.life.gone = alive(reference_.status_of(header_.cell(row, kStatus))) == Alive::kNo;
  std::vector<std::string> until;
  add_names(header_.cell(row, kFormerUntil), until);
  if (until.size() != out.former) return;
  for (const std::string& text : until) out.former_until.push_back(linkage::day_of(text));
}

void NameList::take(const tabular::Row& read, NameRow& out) {
  tabular::Row row = read;
  std::string whole;
  if (header_.headings.size() == 1 && row.cells.size() > 1 && row.marks.empty()) {
    whole = one_cell(row, rows_->description());
    row.cells = {whole};
  }
  const auto cell = [&](std::size_t column) { return std::string(header_.cell(row, column)); };
  out = NameRow{};
  out.line = row.line;
  out.name = cell(kName);
  out.id = header_.position[kId] >= 0 ? cell(kId) : std::to_string(number_);
  if (out.id.empty()) out.id = std::to_string(number_);
  if (const std::string code = cell(kCode); !code.empty()) {
    if (const auto valid = CreditCode::parse(code))
      out.code = valid->text();
    else
      out.bad_code = code, ++bad_codes_;
  }
  add_names(header_.cell(row, kFormer), out.aliases);
  out.former = out.aliases.size();
  take_life(row, out);
  add_names(header_.cell(row, kEnglish), out.aliases);
  out.labelled = header_.position[kTruth] >= 0;
  out.truth = cell(kTruth);
  const std::string region = cell(kRegion), address = cell(kAddress), city = cell(kCity);
  if (!region.empty() || !address.empty() || !city.empty()) {
    const Place place = reference_.regions.resolve(address, region, city.empty() ? region : city, 0);
    out.facts.county = place.county, out.facts.prefecture = place.prefecture;
  }
  // Of a patent's row the classes, of a firm's the business scope tell the industry.
  std::string_view classes = header_.cell(row, kIpc);
  if (!classes.empty()) {
    while (!classes.empty()) {
      const std::size_t end = std::min(classes.find_first_of(";|,"), classes.size());
      out.facts.industries |= marks_.of_ipc(classes.substr(0, end));
      classes.remove_prefix(std::min(end + 1, classes.size()));
    }
  } else if (const auto scope = header_.cell(row, kScope); !scope.empty()) {
    out.facts.industries = marks_.of_text(scope) | marks_.of_text(out.name);
  }
  if (!keep_cells_) return;
  for (const std::string_view c : row.cells) out.cells.emplace_back(c);
  out.marks = row.marks;
}

Result<bool> NameList::next(NameRow& out) {
  constexpr std::size_t kTold = 10;
  tabular::Row row;
  for (;;) {
    TANMIAO_ASSIGN(const bool more, rows_->next(row));
    if (!more) return false;
    if (!row.bad() && row.blank()) continue;
    ++number_;
    if (row.bad()) {
      ++bad_;
      if (problems_.size() < kTold) problems_.push_back(rows_->where(row.line) + ": " + row.problem);
      if (!keep_cells_) continue;
      out = NameRow{};
      out.line = row.line, out.problem = row.problem;
      out.cells.emplace_back(row.raw);
      return true;
    }
    take(row, out);
    if (!out.name.empty()) return true;
    ++nameless_;
    // A code tells by itself; who writes the table back keeps the row.
    if (keep_cells_ || !out.code.empty()) return true;
  }
}

}  // namespace tanmiao::app
