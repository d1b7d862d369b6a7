// The candidate list as files: sheets, columns, sums, one file a unit, and what must never stand in them.
#include "pool/export.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "pool/candidate_columns.h"
#include "pool/summary.h"
#include "tabular/reader.h"

namespace tanmiao::pool::export_test {
namespace {

namespace fs = std::filesystem;
using Rows = std::vector<std::vector<std::string>>;

// The heading row of domain words_and_forms.md, "Spreadsheet: candidates", both groups.
constexpr std::string_view kHeadings =
    "序号 · 名次 · 名次变化 · 企业名称 · 统一社会信用代码 · 责任单位 · 乡镇(街道) · 园区 · 注册地址 · 成立日期 · "
    "登记状态 · "
    "注册资本(万元) · 重点产业 · 线索类型 · 研判 · 可确认得分 · 最高可能得分 · 有效发明 · 有效Ⅱ类知识产权 · "
    "效力待核专利 · "
    "在审发明 · 最近申请日 · 研发投入线索 · 资质及有效期 · 主要依据 · 先问事项 · 规模提示 · 是否在市级培育库 · "
    "数据截至 · "
    "走访人 · 走访日期 · 职工总数 · 科技人员数 · 上年销售收入(万元) · 上年研发费用(万元) · 上年成本费用总额(万元) · "
    "资产总额(万元) · 软件著作权(件) · 核实结论 · 备注 · 数据版本";  // the last is hidden

class Folder {
 public:
  Folder() : path_(fs::path(testing::TempDir()) / ("export_" + std::to_string(::getpid()))) {
    fs::create_directories(path_);
  }
  ~Folder() { fs::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::string operator/(const std::string& name) const { return (path_ / name).string(); }

 private:
  fs::path path_;
};

CandidateRow firm(std::uint32_t number, std::string name, std::string code, std::string unit, Judgement judgement,
                  LeadKind kind) {
  CandidateRow row;
  row.firm = row.number = row.rank = number;
  row.rank_change = number == 1 ? "▲12" : "持平";
  row.name = std::move(name);
  row.code = std::move(code);
  row.unit = std::move(unit);
  row.township = "甲镇";
  row.address = "某省某市某县甲镇工业路 " + std::to_string(number) + " 号";
  row.established = to_day(make_date(2016, 5, 1));
  row.status = "存续";
  row.capital = 500'000'000;
  row.capital_currency = "CNY";
  row.industries = "高端铝、新材料";
  row.judgement = judgement;
  row.lead_kind = kind;
  row.known_points = 24;
  row.most_points = 86;
  row.valid_inventions = 0;
  row.valid_class_two = 3;
  row.unverified = 5;
  row.pending = 1;
  row.last_filing = to_day(make_date(2025, 3, 9));
  row.basis = "有效实用新型 3 件，最近一件 2024-08-02 授权\n近三年有 1 件发明专利在审";
  row.ask_first = "上年研发费用与销售收入；科技人员数";
  row.pool_state = "否";
  row.data_as_of = to_day(make_date(2026, 11, 20));
  return row;
}

constexpr std::string_view kExplanation =
    R"({"score":3.5,"evidence":[{"kind":"专利","text":"一种铝材挤压模具（实用新型，ZL2023 2 0000001.0）","date":"2024-08-02","source":"专利公告","url":"https://example.org/p/1"},{"kind":"登记","text":"=成立于 2016-05-01","date":"2016-05","source":"企业登记","url":""}]})";

// A run whose rows have these explanations.
std::shared_ptr<const store::Run> run_of(const Folder& folder, const std::vector<std::string>& explanations) {
  store::RunTable<store::Build> table;
  for (const std::string& text : explanations) {
    table.each([&](std::string_view name, auto& column) {
      if (name != "explanation") column.push_back({});
    });
    table.explanation.push_back(text);
  }
  EXPECT_TRUE(store::write_run(folder / "run", table, "{}"));
  return store::Run::open(folder / "run").value();
}

std::vector<CandidateRow> sample() {
  std::vector<CandidateRow> rows = {
      firm(1, "甲铝业科技有限公司", "91371600MA3WPBLW37", "博兴县", Judgement::kPromising, LeadKind::kNew),
      firm(2, "=HYPERLINK(\"http://x\")有限公司", "000123", "高新区", Judgement::kNeedsData, LeadKind::kStartUp),
      firm(3, "丙材料有限公司", "", "博兴县", Judgement::kLittle, LeadKind::kNew),
      firm(4, "丁食品有限公司", "91371625000000000X", "待核", Judgement::kNotYet, LeadKind::kRenewal)};
  rows[2].capital = 6'350'000'000;
  rows[2].capital_currency = "USD";
  rows[3].known_points = rows[3].valid_inventions = -1;
  rows[3].established = kNoDay;
  return rows;
}

ExportInfo info() {
  return {"某市科技型中小企业候选名单", "某市科学技术局", make_date(2026, 11, 23), {}, "0123456789abcdef"};
}

Rows read(const std::string& path, const std::string& sheet = "") {
  tabular::ReadOptions options;
  options.sheet = sheet;
  auto reader = tabular::open_rows(path, options);
  EXPECT_TRUE(reader) << reader.error().text();
  Rows rows;
  tabular::Row row;
  while ((*reader)->next(row).value()) {
    EXPECT_FALSE(row.bad()) << row.problem;
    rows.emplace_back(row.cells.begin(), row.cells.end());
  }
  return rows;
}

std::vector<std::string> headings() {
  std::vector<std::string> out;
  std::string_view rest = kHeadings;
  constexpr std::string_view kBetween = " · ";
  for (;;) {
    const std::size_t end = rest.find(kBetween);
    out.emplace_back(rest.substr(0, end));
    if (end == std::string_view::npos) return out;
    rest.remove_prefix(end + kBetween.size());
  }
}

std::size_t column(std::string_view heading) {
  const auto all = headings();
  return static_cast<std::size_t>(std::find(all.begin(), all.end(), heading) - all.begin());
}

TEST(CandidateColumns, AreExactlyThoseOfTheForm) {
  std::vector<std::string> got;
  for (const CandidateColumn& c : candidate_columns()) got.emplace_back(c.heading);
  EXPECT_EQ(got, headings());
}

TEST(ExportXlsx, HoldsTheFourSheetsWithTitleBlockAndHeader) {
  const Folder folder;
  const std::string path = folder / "名单.xlsx";
  ASSERT_TRUE(export_candidates(sample(), ExportFormat::kXlsx, path, info()));
  std::ifstream in(path, std::ios::binary);
  std::stringstream bytes;
  bytes << in.rdbuf();
  EXPECT_EQ(tabular::sheet_names(bytes.str(), path).value(),
            (std::vector<std::string>{"名单", "汇总", "依据明细", "口径说明"}));
  const Rows list = read(path, "名单");
  EXPECT_EQ(list[0][0], "某市科技型中小企业候选名单");
  EXPECT_EQ(list[1][0], "编制单位：某市科学技术局　　截至日期：2026-11-23");
  EXPECT_EQ(list[2][0], "筛选条件：全部　　共 4 家　　内部线索，不作为评价结论");
  EXPECT_EQ(list[3], headings());
  EXPECT_EQ(read(path, "口径说明").back()[1].substr(0, 16), "0123456789abcdef") << "ids are for those who ask for them";
  ASSERT_EQ(list.size(), 8U);
  EXPECT_EQ(list[4][column("统一社会信用代码")], "91371600MA3WPBLW37");
  EXPECT_EQ(list[5][column("统一社会信用代码")], "000123");
  EXPECT_EQ(list[5][column("企业名称")], "=HYPERLINK(\"http://x\")有限公司") << "text, as it was";
  EXPECT_EQ(list[6][column("注册资本(万元)")], "6350万美元");
  EXPECT_EQ(list[4][column("成立日期")], "2016-05-01");
}

TEST(ExportXlsx, UnknownIsAnEmptyCellAndNotZero) {
  const Folder folder;
  const std::string path = folder / "a.xlsx";
  ASSERT_TRUE(export_candidates(sample(), ExportFormat::kXlsx, path, info()));
  const Rows list = read(path, "名单");
  EXPECT_EQ(list[7][column("有效发明")], "");
  EXPECT_EQ(list[4][column("有效发明")], "0");
  EXPECT_EQ(list[7][column("成立日期")], "");
  EXPECT_EQ(list[4][column("职工总数")], "");
}

TEST(ExportXlsx, TheSummaryAddsUpToTheList) {
  const auto rows = sample();
  const auto lines = summarise(rows);
  std::uint32_t by_line = 0, by_unit = 0;
  for (const SummaryLine& line : lines) {
    std::uint32_t kinds = 0;
    for (const auto n : line.kinds) kinds += n;
    EXPECT_EQ(kinds, line.total) << line.unit;
    if (!line.sum) by_line += line.total;
    if (line.sum && line.judgement == "小计") by_unit += line.total;
  }
  EXPECT_EQ(by_line, rows.size());
  EXPECT_EQ(by_unit, rows.size());
  EXPECT_EQ(lines.back().total, rows.size());
  EXPECT_EQ(lines.back().unit, "全市合计");
}

TEST(ExportXlsx, EveryEvidenceIsARow) {
  const Folder folder;
  const std::string path = folder / "a.xlsx";
  auto rows = sample();
  for (std::uint32_t i = 0; i < rows.size(); ++i) rows[i].run_row = 3 - i;  // in another order than the run
  const std::string some(kExplanation);
  const auto run = run_of(folder, {some, some, "not json", some});
  ExportInfo with = info();
  with.explanations = &run->explanation;
  ASSERT_TRUE(export_candidates(rows, ExportFormat::kXlsx, path, with));
  const Rows evidence = read(path, "依据明细");
  EXPECT_EQ(evidence[3],
            (std::vector<std::string>{"序号", "企业名称", "统一社会信用代码", "类别", "内容", "日期", "来源", "出处"}));
  ASSERT_EQ(evidence.size(), 4U + 3 * 2);
  EXPECT_EQ(evidence[4][4], "一种铝材挤压模具（实用新型，ZL2023 2 0000001.0）");
  EXPECT_EQ(evidence[4][6], "专利公告");
  EXPECT_EQ(evidence[4][7], "https://example.org/p/1");
  EXPECT_EQ(evidence[5][4], "=成立于 2016-05-01");
  EXPECT_EQ(evidence[6][1], "丙材料有限公司") << "the second firm's text is none";
  rows[0].run_row = 4;
  EXPECT_FALSE(export_candidates(rows, ExportFormat::kXlsx, path, with)) << "a row that the run does not have";
}

// Programs break a fitted sheet where the next column does not fit: the widths decide what stands together.
TEST(ExportXlsx, PrintedPagesHoldWhatBelongsTogether) {
  auto columns = candidate_columns();
  columns.pop_back();  // 数据版本 is hidden
  const auto pixels = [](const CandidateColumn& column) { return column.width * 7 + 5; };
  double repeated = 0;
  for (std::size_t c = 0; c < 4; ++c) repeated += pixels(columns[c]);
  const auto pages = [&](double room) {
    std::vector<std::string> ends;
    double used = 0;
    for (std::size_t c = 0; c < columns.size(); ++c) {
      if (c > 0 && used + pixels(columns[c]) > room) ends.emplace_back(columns[c - 1].heading), used = repeated;
      used += pixels(columns[c]);
    }
    return ends;
  };
  double room = 0;  // the least that makes four pages of it
  while (pages(room += 1).size() > 3 && room < 10'000) continue;
  EXPECT_EQ(pages(room), (std::vector<std::string>{"重点产业", "资质及有效期", "数据截至"}));
}

TEST(ExportXlsx, NamesSourcesByTheirTitles) {
  const Folder folder;
  ExportInfo told = info();
  told.sources = {{"企业登记", "滨州市企业登记公示"}};
  auto rows = sample();
  for (std::uint32_t i = 0; i < rows.size(); ++i) rows[i].run_row = i;
  const std::string some(kExplanation);
  const auto run = run_of(folder, {some, some, some, some});
  told.explanations = &run->explanation;
  ASSERT_TRUE(export_candidates(rows, ExportFormat::kXlsx, folder / "a.xlsx", told));
  const Rows evidence = read(folder / "a.xlsx", "依据明细");
  EXPECT_EQ(evidence[5][6], "滨州市企业登记公示");
  EXPECT_EQ(evidence[4][6], "专利公告") << "one that nobody described is shown by its id";
}

TEST(ExportXlsx, NeverSpeaksAsIfItWereAnEvaluation) {
  const Folder folder;
  const std::string path = folder / "a.xlsx";
  ASSERT_TRUE(export_candidates(sample(), ExportFormat::kXlsx, path, info()));
  for (const std::string sheet : {"名单", "汇总", "依据明细", "口径说明"}) {
    for (const auto& row : read(path, sheet)) {
      for (const std::string& cell : row) {
        EXPECT_EQ(cell.find("符合"), std::string::npos) << cell;
        EXPECT_EQ(cell.find("通过"), std::string::npos) << cell;
      }
    }
  }
}

TEST(ExportCsv, GuardsFormulasAndCarriesTheSameColumns) {
  const Folder folder;
  const std::string path = folder / "a.csv";
  ASSERT_TRUE(export_candidates(sample(), ExportFormat::kCsv, path, info()));
  const Rows rows = read(path);
  ASSERT_EQ(rows.size(), 5U);
  EXPECT_EQ(rows[0], headings());
  EXPECT_EQ(rows[2][column("企业名称")], "'=HYPERLINK(\"http://x\")有限公司");
  EXPECT_EQ(rows[2][column("统一社会信用代码")], "000123");
}

TEST(ExportJsonl, GivesTypedMembersAndNullForUnknown) {
  const Folder folder;
  const std::string path = folder / "a.jsonl";
  ASSERT_TRUE(export_candidates(sample(), ExportFormat::kJsonl, path, info()));
  std::ifstream in(path);
  std::vector<boost::json::object> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(boost::json::parse(line).as_object());
  ASSERT_EQ(lines.size(), 4U);
  EXPECT_EQ(lines[0]["rank"].as_int64(), 1);
  EXPECT_EQ(lines[0]["credit_code"].as_string(), "91371600MA3WPBLW37");
  EXPECT_EQ(lines[0]["capital_minor"].as_int64(), 500'000'000);
  EXPECT_EQ(lines[2]["capital_currency"].as_string(), "USD");
  EXPECT_TRUE(lines[3]["valid_inventions"].is_null());
  EXPECT_TRUE(lines[2]["credit_code"].is_null());
  EXPECT_EQ(lines[0].size(), headings().size() + 1) << "money is two members";
}

TEST(ExportByUnit, WritesOneFileAUnitNumberedAnew) {
  const Folder folder;
  const auto files = export_by_unit(sample(), ExportFormat::kXlsx, folder / "各单位", info());
  ASSERT_TRUE(files) << files.error().text();
  ASSERT_EQ(files->size(), 3U);
  std::size_t firms = 0;
  for (const auto& [path, firms_of_unit] : *files) {
    const Rows list = read(path, "名单");
    EXPECT_EQ(list.size() - 4, firms_of_unit);
    firms += firms_of_unit;
    EXPECT_EQ(list[4][0], "1");
  }
  EXPECT_EQ(firms, sample().size());
  EXPECT_NE(files->at(0).path.find("候选名单_博兴县_2026-11-23.xlsx"), std::string::npos) << files->at(0).path;
  EXPECT_NE(read(files->at(0).path, "名单")[2][0].find("筛选条件：责任单位：博兴县"), std::string::npos);
}

TEST(Export, TheSameRowsGiveTheSameBytes) {
  const Folder folder;
  const auto bytes = [&](const std::string& name) {
    EXPECT_TRUE(export_candidates(sample(), ExportFormat::kXlsx, folder / name, info()));
    std::ifstream in(folder / name, std::ios::binary);
    std::stringstream out;
    out << in.rdbuf();
    return out.str();
  };
  EXPECT_EQ(bytes("a.xlsx"), bytes("b.xlsx"));
}

TEST(Export, NamesTheFolderThatIsMissing) {
  for (const ExportFormat format : {ExportFormat::kXlsx, ExportFormat::kCsv, ExportFormat::kJsonl}) {
    const Status status = export_candidates(sample(), format, "no/such/folder/a.x", info());
    ASSERT_FALSE(status);
    EXPECT_NE(status.error().text().find("no/such/folder/a.x"), std::string::npos);
  }
}

TEST(Export, AnUnknownFormatIsAnsweredWithTheKnownOnes) {
  EXPECT_EQ(export_format("xls").error().message, "there is no format 'xls', did you mean 'xlsx'?");
}

TEST(FileNames, TakeNothingAFileSystemWouldMistake) {
  EXPECT_EQ(safe_file_name("../a/b:c*?\"<>|\n"), "_a_b_c_______");
  EXPECT_EQ(safe_file_name(""), "_");
  EXPECT_EQ(safe_file_name("候选名单_博兴县"), "候选名单_博兴县");
}

TEST(Capital, IsInWanAndNamesOtherCurrencies) {
  EXPECT_EQ(capital_in_wan(500'000'000, "CNY"), "500");
  EXPECT_EQ(capital_in_wan(233'600'000, "CNY"), "233.6");
  EXPECT_EQ(capital_in_wan(123'456, "CNY"), "0.123456");
  EXPECT_EQ(capital_in_wan(6'350'000'000, "USD"), "6350万美元");
  EXPECT_EQ(capital_in_wan(-1, ""), "");
  EXPECT_EQ(capital_in_wan(0, "CNY"), "0");
}

}  // namespace
}  // namespace tanmiao::pool::export_test
