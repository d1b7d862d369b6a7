#include "apps/tanmiao/name_list.h"

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
  kScope
};

const std::vector<tabular::WantedColumn>& wanted() {
  static const std::vector<tabular::WantedColumn> kColumns{
      {"id", {"id", "编号", "序号", "no", "key", "firm_id"}},
      {"name",
       {"name", "企业名称", "单位名称", "公司名称", "企业名", "名称", "申请人", "申请（专利权）人", "专利权人", "单位",
        "firm", "company", "full", "short", "applicant"}},
      {"code", {"code", "统一社会信用代码", "社会信用代码", "信用代码", "统一代码", "uscc", "usci", "credit_code"}},
      {"region", {"region", "county", "district", "所属县区", "所在区", "县区", "区县", "地区", "所在地"}},
      {"address", {"address", "注册地址", "住所", "地址", "经营地址", "企业地址"}},
      {"date", {"date", "日期", "申请日", "注册日期", "成立日期", "公布日期"}},
      {"former", {"former", "former_names", "曾用名", "原名称"}},
      {"english", {"english", "name_en", "full_name_en", "英文名称", "英文名", "外文名称"}},
      {"truth", {"truth", "真值"}},
      {"city", {"city", "城市", "所在城市", "地市"}},
      {"ipc", {"ipc", "ipc_main", "主分类号", "分类号", "国际专利分类"}},
      {"scope", {"scope", "经营范围", "业务范围"}}};
  return kColumns;
}

std::string columns_that_do() {
  std::string out;
  for (const std::string& heading : wanted()[kName].headings) out += (out.empty() ? "" : ", ") + heading;
  return out;
}

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

}  // namespace

Result<std::unique_ptr<NameList>> NameList::open(const std::string& path, const Reference& reference, bool keep_cells) {
  std::unique_ptr<NameList> list(new NameList(reference, keep_cells));
  TANMIAO_ASSIGN(list->rows_, tabular::open_rows(path));
  TANMIAO_TRY(list->find_header());
  return list;
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
    header_ = tabular::match_header(headings, wanted());
    header_.line = row.line;
    if (header_.position[kName] >= 0) return {};
  }
  return Error{Errc::kFormat,
               "has no column of names in its first 30 rows; expected a heading among: " + columns_that_do(),
               rows_->name()};
}

void NameList::take(const tabular::Row& row, NameRow& out) const {
  const auto cell = [&](std::size_t column) { return std::string(header_.cell(row, column)); };
  out = NameRow{};
  out.line = row.line;
  out.name = cell(kName);
  out.id = header_.position[kId] >= 0 ? cell(kId) : std::to_string(number_);
  if (out.id.empty()) out.id = std::to_string(number_);
  if (const std::string code = cell(kCode); !code.empty())
    if (const auto valid = CreditCode::parse(code)) out.code = valid->text();
  add_names(header_.cell(row, kFormer), out.aliases);
  add_names(header_.cell(row, kEnglish), out.aliases);
  out.labelled = header_.position[kTruth] >= 0;
  out.truth = cell(kTruth);
  const std::string region = cell(kRegion), address = cell(kAddress), city = cell(kCity);
  if (!region.empty() || !address.empty() || !city.empty()) {
    const Place place = reference_.regions.resolve(address, region, city.empty() ? region : city, 0);
    out.facts.county = place.county, out.facts.prefecture = place.prefecture;
  }
  out.facts.day = linkage::day_of(cell(kDate));
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
  if (keep_cells_)
    for (const std::string_view c : row.cells) out.cells.emplace_back(c);
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
    if (!keep_cells_) continue;
    return true;  // who writes the table back keeps the row
  }
}

}  // namespace tanmiao::app
