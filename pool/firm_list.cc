#include "pool/firm_list.h"

#include <array>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "core/candidate.h"
#include "tabular/csv_writer.h"
#include "tabular/file_out.h"
#include "tabular/xlsx_writer.h"

namespace tanmiao::pool {

struct FirmList::Row {
  std::size_t number = 0;
  store::FirmNo firm = store::kNoFirm;
  std::string_view name, code, status, unit, township, zone, industry, address, currency;
  std::string established;
  std::int64_t capital = -1;
  std::int32_t staff = -1;
  std::uint32_t patents = 0;
  std::uint32_t rank = 0;  // 0: not in the run
  std::string_view judgement;
  std::int32_t known = -1, most = -1;
};

namespace {

using tabular::CellKind;

struct FirmColumn {
  std::string_view heading;
  double width;
  CellKind kind;
};
constexpr std::array<FirmColumn, 18> kFirmColumns{{{"序号", 7, CellKind::kNumber},
                                                   {"企业名称", 34, CellKind::kText},
                                                   {"统一社会信用代码", 21, CellKind::kCode},
                                                   {"登记状态", 9, CellKind::kCentred},
                                                   {"成立日期", 12, CellKind::kDate},
                                                   {"注册资本(万元)", 13, CellKind::kNumber},
                                                   {"参保人数", 9, CellKind::kNumber},
                                                   {"责任单位", 14, CellKind::kCentred},
                                                   {"乡镇(街道)", 11, CellKind::kCentred},
                                                   {"园区", 16, CellKind::kCentred},
                                                   {"行业", 22, CellKind::kText},
                                                   {"注册地址", 34, CellKind::kText},
                                                   {"专利数", 8, CellKind::kNumber},
                                                   {"名次", 7, CellKind::kNumber},
                                                   {"研判", 12, CellKind::kCentred},
                                                   {"可确认得分", 10, CellKind::kNumber},
                                                   {"最高可能得分", 12, CellKind::kNumber},
                                                   {"企业编号", 9, CellKind::kNumber}}};

std::string number_or_blank(std::int64_t value) { return value < 0 ? std::string() : std::to_string(value); }

template <class Of>
std::vector<std::string> firm_cells(const Of& row) {
  return {std::to_string(row.number),
          std::string(row.name),
          std::string(row.code),
          std::string(row.status),
          row.established,
          capital_in_wan(row.capital, row.currency),
          number_or_blank(row.staff),
          std::string(row.unit),
          std::string(row.township),
          std::string(row.zone),
          std::string(row.industry),
          std::string(row.address),
          std::to_string(row.patents),
          row.rank == 0 ? std::string() : std::to_string(row.rank),
          std::string(row.judgement),
          number_or_blank(row.known),
          number_or_blank(row.most),
          std::to_string(row.firm)};
}

void append_firm_cells(std::string& out, const std::vector<std::string>& cells) {
  std::vector<std::string> safe;
  safe.reserve(cells.size());
  for (const std::string& cell : cells) safe.push_back(tabular::guarded(cell));
  tabular::append_csv_row(out, {safe.begin(), safe.end()});
}

std::uint32_t patents_of(const store::Snapshot& snapshot, store::FirmNo firm) {
  const auto [begin, end] = snapshot.ownerships_of(firm);
  std::uint32_t patents = 0, last = ~0u;
  for (std::uint32_t i = begin; i < end; ++i) {  // by patent; some twice, through a branch as well
    const std::uint32_t patent = snapshot.ownerships.patent[i];
    patents += patent != last ? 1U : 0U;
    last = patent;
  }
  return patents;
}

}  // namespace

FirmList::Row FirmList::row_of(std::size_t at) const {
  const store::Snapshot& s = *snapshot_;
  const auto& f = s.firms;
  Row row;
  const store::FirmNo firm = row.firm = firms_[at];
  row.number = at + 1;
  row.name = f.name[firm], row.code = f.code[firm], row.industry = f.industry_name[firm], row.address = f.address[firm];
  const auto status = static_cast<FirmStatus>(f.status[firm]);
  if (status != FirmStatus::kUnknown) row.status = status_label(status);
  row.unit = s.unit_name(firm, reference_->regions), row.zone = s.zone_name(firm, reference_->regions);
  if (f.township[firm] != 0) row.township = reference_->regions.name(f.township[firm]);
  if (const auto day = from_day(f.established[firm])) row.established = iso(*day);
  row.capital = f.capital[firm], row.currency = f.capital_currency[firm], row.staff = f.insured_staff[firm];
  row.patents = patents_of(s, firm);
  const std::size_t in_run = run_ == nullptr ? 0 : run_->row_of(firm);
  if (run_ == nullptr || in_run >= run_->size()) return row;
  row.rank = run_->rank[in_run], row.known = run_->known_points[in_run], row.most = run_->most_points[in_run];
  row.judgement = label(static_cast<Judgement>(run_->judgement[in_run]));
  return row;
}

void FirmList::append_csv(std::string& out, const Row& row) { append_firm_cells(out, firm_cells(row)); }

void FirmList::append_json(std::string& out, const Row& row) {
  boost::json::object object{{"firm", row.firm}, {"name", row.name}, {"patents", row.patents}};
  const auto text = [&](std::string_view member, std::string_view value) {
    if (!value.empty()) object[member] = value;
  };
  text("credit_code", row.code), text("status", row.status), text("established", row.established);
  text("unit", row.unit), text("township", row.township), text("zone", row.zone);
  text("industry", row.industry), text("address", row.address);
  if (row.capital >= 0) object["capital_minor"] = row.capital, text("capital_currency", row.currency);
  if (row.staff >= 0) object["insured_staff"] = row.staff;
  if (row.rank > 0) object["rank"] = row.rank, text("judgement", row.judgement);
  if (row.known >= 0) object["known_points"] = row.known, object["most_points"] = row.most;
  out += boost::json::serialize(object);
  out += '\n';
}

std::string FirmList::next_piece(ExportFormat format) {
  std::string out;
  if (!begun_ && format == ExportFormat::kCsv) {
    out = "\xEF\xBB\xBF";
    std::vector<std::string> headings;
    headings.reserve(kFirmColumns.size());
    for (const FirmColumn& column : kFirmColumns) headings.emplace_back(column.heading);
    append_firm_cells(out, headings);
  }
  begun_ = true;
  while (at_ < firms_.size() && out.size() < kPiece) {
    const Row row = row_of(at_++);
    format == ExportFormat::kCsv ? append_csv(out, row) : append_json(out, row);
  }
  return out;
}

Status FirmList::write_xlsx(const std::string& path, const FirmListInfo& info) const {
  constexpr std::size_t kMostRows = 1'000'000;  // a sheet has 1,048,576
  if (firms_.size() > kMostRows)
    return Error{Errc::kLimit, "a workbook holds at most 1000000 firms: narrow the query, or take csv or jsonl", path};
  TANMIAO_ASSIGN(const auto book, tabular::XlsxWriter::create(path, {info.title, info.issuer, info.as_of}));
  tabular::SheetLayout layout;
  layout.name = "名单";
  layout.title = info.title;
  layout.subtitles = {
      "编制单位：" + (info.issuer.empty() ? "（未填）" : info.issuer) + "　　数据截至：" + iso(info.as_of),
      "查询：" + (info.query.empty() ? "全部" : info.query) + "　　共 " + std::to_string(firms_.size()) + " 家"};
  layout.frozen_columns = 2;
  layout.columns.reserve(kFirmColumns.size());
  for (const FirmColumn& column : kFirmColumns)
    layout.columns.push_back({std::string(column.heading), column.width, column.kind});
  TANMIAO_TRY(book->begin_sheet(layout));
  for (std::size_t at = 0; at < firms_.size(); ++at) TANMIAO_TRY(book->row(firm_cells(row_of(at))));
  return book->finish();
}

Status FirmList::write(ExportFormat format, const std::string& path, const FirmListInfo& info) {
  if (format == ExportFormat::kXlsx) return write_xlsx(path, info);
  TANMIAO_ASSIGN(auto out, tabular::begin_file(path));
  for (std::string piece = next_piece(format); !piece.empty(); piece = next_piece(format))
    if (!out.write(piece.data(), static_cast<std::streamsize>(piece.size()))) return tabular::write_error(path);
  return tabular::finish_file(out, path);
}

}  // namespace tanmiao::pool
