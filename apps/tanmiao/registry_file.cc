#include "apps/tanmiao/registry_file.h"

#include <algorithm>

#include "core/identifiers.h"
#include "core/money.h"
#include "core/text/normalize.h"
#include "tabular/header.h"

namespace tanmiao::app {
namespace {

enum RegistryColumn : std::size_t {
  kRegName,
  kRegCode,
  kRegDate,
  kRegType,
  kRegCapital,
  kRegScope,
  kRegAddress,
  kRegColumns
};

const std::vector<tabular::WantedColumn>& registry_columns() {
  static const std::vector<tabular::WantedColumn> kColumns{
      {"name", {"企业名称", "单位名称", "公司名称", "企业名", "市场主体名称", "名称", "name", "company", "firm"}},
      {"code",
       {"统一社会信用代码", "社会信用代码", "信用代码", "统一代码", "code", "creditcode", "credit_code", "uscc",
        "usci"}},
      {"date", {"注册日期", "成立日期", "登记日期", "核准日期", "startdate", "date", "established"}},
      {"type", {"企业类型", "市场主体类型", "类型", "econkind", "type"}},
      {"capital", {"注册资金", "注册资本", "注册资本(万元)", "注册资金(万元)", "registcapi", "capital"}},
      {"scope", {"经营范围", "业务范围", "scope"}},
      {"address", {"注册地址", "住所", "地址", "企业地址", "经营场所", "address"}}};
  return kColumns;
}

std::string name_headings() {
  std::string out;
  for (const std::string& heading : registry_columns()[kRegName].headings) out += (out.empty() ? "" : ", ") + heading;
  return out;
}

// The first of the first thirty rows that has a heading for names; titles above it are passed over.
Result<tabular::Header> registry_header(tabular::RowReader& rows) {
  constexpr int kSearched = 30;
  tabular::Row row;
  for (int i = 0; i < kSearched; ++i) {
    TANMIAO_ASSIGN(const bool more, rows.next(row));
    if (!more) break;
    if (row.bad() || row.blank()) continue;
    std::vector<std::string> headings;
    headings.reserve(row.cells.size());
    for (const std::string_view cell : row.cells) headings.emplace_back(text::trim(cell));
    tabular::Header header = tabular::match_header(headings, registry_columns());
    header.line = row.line;
    if (header.position[kRegName] >= 0) return header;
  }
  return Error{Errc::kFormat,
               "has no column of names in its first 30 rows; expected a heading among: " + name_headings(),
               rows.name()};
}

// "万元" when the heading says so, or says nothing while its numbers are bare: capital is told in ten thousands.
std::string unit_of(const tabular::Header& header) {
  const int at = header.position[kRegCapital];
  if (at < 0) return "万元";
  const std::string heading = text::nfkc(header.headings[static_cast<std::size_t>(at)]);
  return heading.find("(元)") != std::string::npos ? "元" : "万元";
}

// What a registry writes for "nothing".
bool says_nothing(std::string_view text) {
  const std::string low = text::ascii_lower(text);
  return low.empty() || low == "n/a" || low == "na" || low == "null" || low == "none" || low == "-" || low == "--" ||
         low == "nan";
}

// Of a million names in registers of China the longest has 47 characters; foreign ones in Latin letters are longer.
constexpr std::size_t kLongestName = 200;

// Neither letters nor characters but those of a number: a code, right or wrong, or a row's number. "3M公司" is a name.
bool is_no_name(std::string_view text) {
  std::size_t digits = 0, letters = 0;
  for (const char c : text) {
    if (static_cast<unsigned char>(c) >= 0x80) return false;
    digits += c >= '0' && c <= '9';
    letters += (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }
  return digits >= letters;
}

// What the columns of names and codes hold, so that one that holds something else is found out.
struct CellCounts {
  std::uint64_t rows = 0, no_names = 0, codes_as_names = 0;  // rows that could be split into cells
  std::uint64_t codes = 0, no_codes = 0;                     // cells that are not empty
};

class RowTaker {
 public:
  RowTaker(const tabular::RowReader& rows, const tabular::Header& header, std::vector<RowTrouble>& troubles)
      : rows_(rows), header_(header), troubles_(troubles), unit_(unit_of(header)) {}

  // False: the row is left out.
  bool take(const tabular::Row& row, miner::RankFirm& firm) {
    line_ = row.line;
    if (row.bad()) return leave("", row.problem);
    const std::size_t columns = header_.headings.size();
    for (std::size_t i = columns; i < row.cells.size(); ++i)
      if (!row.cells[i].empty())
        return leave("", "the row has " + std::to_string(row.cells.size()) + " cells, the header " +
                             std::to_string(columns) + ": its columns may have shifted");
    firm.name = cell(row, kRegName);
    count(row, firm.name);
    if (says_nothing(firm.name)) return leave(heading(kRegName), "the row has no name");
    if (const std::size_t length = text::length(firm.name); length > kLongestName)
      return leave(heading(kRegName), "the name has " + std::to_string(length) + " characters: expected at most " +
                                          std::to_string(kLongestName));
    take_code(row, firm);
    take_date(row, firm);
    take_capital(row, firm);
    for (const auto& [column, to] :
         {std::pair{kRegType, &firm.type}, {kRegScope, &firm.scope}, {kRegAddress, &firm.address}}) {
      *to = cell(row, column);
      if (says_nothing(*to)) to->clear();
    }
    return true;
  }
  // A few bad cells are remarks; when most are, the columns hold something else than their headings say.
  Status holds_firms(const std::string& path) const {
    const CellCounts& n = counts_;
    if (2 * n.no_codes > n.codes && 2 * n.codes_as_names > n.rows)
      return Error{Errc::kUsage,
                   std::to_string(n.codes_as_names) + " of " + std::to_string(n.rows) + " names (" + heading(kRegName) +
                       ") are credit codes, and " + std::to_string(n.no_codes) + " of " + std::to_string(n.codes) +
                       " codes (" + heading(kRegCode) + ") are none: the two columns seem to be swapped",
                   path};
    if (2 * n.no_names > n.rows)
      return Error{Errc::kUsage,
                   std::to_string(n.no_names) + " of " + std::to_string(n.rows) + " names (" + heading(kRegName) +
                       ") are none: expected names of firms, found nothing or numbers",
                   path};
    return {};
  }
  std::string heading(std::size_t column) const {
    const int at = header_.position[column];
    return at < 0 ? "" : header_.headings[static_cast<std::size_t>(at)];
  }

 private:
  std::string cell(const tabular::Row& row, std::size_t column) const { return std::string(header_.cell(row, column)); }
  void count(const tabular::Row& row, const std::string& name) {
    const std::string code = cell(row, kRegCode);
    ++counts_.rows;
    counts_.no_names += says_nothing(name) || is_no_name(name);
    counts_.codes_as_names += CreditCode::parse(name).has_value();
    if (says_nothing(code)) return;
    ++counts_.codes;
    counts_.no_codes += !CreditCode::parse(code).has_value();
  }
  bool leave(std::string column, std::string message) {
    troubles_.push_back({rows_.where(line_), std::move(column), std::move(message), true});
    return false;
  }
  void note(std::size_t column, const std::string& message) {
    troubles_.push_back({rows_.where(line_), heading(column), message, false});
  }

  void take_code(const tabular::Row& row, miner::RankFirm& firm) {
    firm.code = cell(row, kRegCode);
    if (says_nothing(firm.code)) return firm.code.clear();
    if (const auto valid = CreditCode::parse(firm.code))
      firm.code = valid->text();
    else
      note(kRegCode,
           "'" + firm.code + "' is no credit code (" + valid.error().message + "); it is passed on as written");
  }
  void take_date(const tabular::Row& row, miner::RankFirm& firm) {
    const std::string text = cell(row, kRegDate);
    if (says_nothing(text)) return;
    const auto date = parse_loose_date(text);
    if (!date) return note(kRegDate, date.error().message + "; the date counts as unknown");
    if (date->kind == LooseDate::Kind::kDay || date->kind == LooseDate::Kind::kMonth ||
        date->kind == LooseDate::Kind::kYear)
      firm.registered = to_day(date->first);
  }
  void take_capital(const tabular::Row& row, miner::RankFirm& firm) {
    const std::string text = cell(row, kRegCapital);
    if (says_nothing(text)) return;
    const auto money = parse_money(text, unit_);
    if (!money) return note(kRegCapital, money.error().message + "; the capital counts as unknown");
    constexpr double kMinorInWan = 1e6;
    const std::int64_t minor = money->value_or(Money{}).minor;
    if (minor > 0) firm.capital_wan = static_cast<double>(minor) / kMinorInWan;
  }

  const tabular::RowReader& rows_;
  const tabular::Header& header_;
  std::vector<RowTrouble>& troubles_;
  std::string unit_;
  std::uint32_t line_ = 0;
  CellCounts counts_;
};

struct RegistryRows {
  std::vector<miner::RankFirm> firms;
  std::vector<RowTrouble> troubles;
  std::vector<std::string> columns;
  std::uint64_t rows = 0;
};

Result<RegistryRows> read_firms(const std::string& path) {
  TANMIAO_ASSIGN(const auto rows, tabular::open_rows(path));
  TANMIAO_ASSIGN(tabular::Header header, registry_header(*rows));
  RegistryRows out;
  for (std::size_t c = 0; c < kRegColumns; ++c)
    if (header.position[c] >= 0) out.columns.push_back(registry_columns()[c].name);
  RowTaker taker(*rows, header, out.troubles);
  tabular::Row row;
  for (;;) {
    const auto more = rows->next(row);
    if (!more) return more.error();  // a file that ends where it should not is no register
    if (!*more) break;
    if ((!row.bad() && row.blank()) || header.takes(row, registry_columns())) continue;
    ++out.rows;
    miner::RankFirm firm;
    if (taker.take(row, firm)) out.firms.push_back(std::move(firm));
  }
  TANMIAO_TRY(taker.holds_firms(path));
  return out;
}

}  // namespace

Result<RegistryFile> read_registry(const std::string& path) {
  TANMIAO_ASSIGN(RegistryRows rows, read_firms(path));
  RegistryFile out{std::move(rows.firms), std::move(rows.columns), std::move(rows.troubles), rows.rows, 0};
  out.left_out = out.rows - out.firms.size();
  return out;
}

Result<ListFile> read_list(const std::string& path) {
  TANMIAO_ASSIGN(RegistryRows rows, read_firms(path));
  ListFile out;
  for (miner::RankFirm& firm : rows.firms) {
    const bool valid = CreditCode::parse(firm.code).has_value();
    out.labels.push_back({std::move(firm.name), valid ? firm.code : std::string()});
  }
  out.troubles = std::move(rows.troubles), out.rows = rows.rows;
  out.left_out = out.rows - out.labels.size();
  return out;
}

}  // namespace tanmiao::app
