// The shipped descriptions of sites, on invented pages of the structure they say they read. None of the real sites was
// asked: what is shown here is that a description does what its comment says.
#include <map>

#include "tests/crawler/reading_fixture.h"

namespace tanmiao::crawler::sources_test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const Source& shipped(const std::string& id) {
  static const std::vector<Source> all = load_sources({"config/sources"}).value();
  const auto found = std::find_if(all.begin(), all.end(), [&](const Source& s) { return s.id == id; });
  EXPECT_NE(found, all.end()) << id;
  return *found;
}

Gathered read_page(const std::string& id, const std::string& role, const std::string& address,
                   const std::string& bytes) {
  const Source& source = shipped(id);
  const PageRule* const page = source.page(role);
  EXPECT_NE(page, nullptr) << id << " " << role;
  Gathered out;
  if (page == nullptr) return out;
  Document document;
  document.part = address;
  document.bytes = bytes;
  const ReadContext context{no_tables(), "key", make_date(2026, 1, 2)};
  const Status status = read_document(source, *page, document, context, out);
  EXPECT_TRUE(status) << id << " " << (status ? "" : status.error().text());
  return out;
}

TEST(ShippedSources, AreAllSoundAndSayWhatTheyAre) {
  for (const Source& source : load_sources({"config/sources"}).value()) {
    EXPECT_FALSE(source.title.empty() || source.publisher.empty() || source.terms.empty() || source.basis.empty())
        << source.id;
    if (source.folder || !source.not_yet.empty()) continue;
    EXPECT_EQ(source.contract.least_rows, 1u) << source.id << ": a description that reads nothing must be noticed";
    EXPECT_GE(source.pause.count(), 3000) << source.id;
    for (const std::string& start : source.start) EXPECT_THAT(start, HasSubstr(source.hosts.front())) << source.id;
  }
  EXPECT_FALSE(shipped("epo-ops").not_yet.empty());
}

// Lists are loaded years after they came out: a row that has a day or a year must not pass for news of the load.
TEST(ShippedSources, ListsAreKnownSinceTheDayOrYearThatTheirRowsTell) {
  for (const Source& source : load_sources({"config/sources"}).value())
    for (const PageRule& page : source.pages) {
      if (page.kind != RecordKind::kRecognition && page.kind != RecordKind::kSignal) continue;
      const bool tells = std::any_of(page.columns.begin(), page.columns.end(), [](const auto& column) {
        return column.first == Field::kIssued || column.first == Field::kYear || column.first == Field::kEventDate;
      });
      EXPECT_TRUE(!tells || page.public_date.field) << source.id << " " << page.role;
    }
}

// domain/sd_open_data.json: a page of results, a list of files in JSON, an address of a download.
TEST(ShippedSources, OpenDataPortalsLeadFromACatalogueToFiles) {
  const std::map<std::string, std::string> portals = {{"sd-open-data", "https://data.sd.gov.cn/portal"},
                                                      {"bz-open-data", "http://bzdata.sd.gov.cn/binzhou"}};
  for (const auto& [id, base] : portals) {
    const Gathered found = read_page(id, "catalogue", base + "/catalog/index?Q=x",
                                     "<a href='" + base + "/catalog/0123456789abcdef0123456789abcdef'>企业登记</a>");
    const std::string list = base + "/catalog/getResourceWithFormat?cataId=0123456789abcdef0123456789abcdef";
    EXPECT_THAT(found.links, ElementsAre("files " + list + "&pageNum=1&pageSize=100&fileFormat=")) << id;
    const Gathered files = read_page(
        id, "files", list,
        R"({"object":{"total":3,"records":[{"fileName":"a","fileFormat":"csv","idInRc":"A+/1=","isApply":"0"},)"
        R"({"idInRc":"B2","fileFormat":"XLSX"},{"fileFormat":"pdf","idInRc":"C3"}]}})");
    const std::string file = base + "/catalog/download?cataId=0123456789abcdef0123456789abcdef&cataName=&idInRc=";
    EXPECT_THAT(files.links, ElementsAre("registry " + file + "A%2B%2F1%3D", "registry-sheet " + file + "B2")) << id;
    const Gathered many =
        read_page(id, "files", list + "&pageNum=1&pageSize=100", R"({"object":{"total":201,"records":[]}})");
    EXPECT_THAT(many.links,
                ElementsAre("files " + list + "&pageNum=2&pageSize=100", "files " + list + "&pageNum=3&pageSize=100"));
    const Gathered refused = read_page(id, "files", list, R"({"code":-1,"msg":"无权限下载"})");
    EXPECT_THAT(refused.links, IsEmpty());
    const Gathered rows = read_page(id, "registry", file + "B2",
                                    "企业名称,统一社会信用代码,成立日期,注册资本(万元)\n"
                                    "试验一号科技有限公司,91371600310470710D,2015-06-02,100\n");
    ASSERT_EQ(rows.records.size(), 1u) << id;
    EXPECT_EQ(rows.records[0].get(Field::kCapital), "100000000 CNY");
  }
}

// Columns of Hanweb sites hold their list as CDATA within a script, dataproxy.jsp gives it alone
// (domain/sd_open_data.json, hanweb).
std::string hanweb(const std::string& host, const std::vector<std::string>& titles) {
  std::string out = "<html><body><script type=\"text/xml\"><datastore><recordset>";
  for (std::size_t i = 0; i < titles.size(); ++i)
    out += "<record><![CDATA[<li><a target=\"_blank\" href=\"" + host + "/art/2026/1/2/art_1_" + std::to_string(i) +
           ".html\" title=\"" + titles[i] + "\">" + titles[i].substr(0, 12) + "</a></li>]]></record>";
  return out + "</recordset></datastore></script></body></html>";
}

TEST(ShippedSources, NoticesOfDepartmentsAreChosenByTheirTitles) {
  const std::string science = "http://kjt.shandong.gov.cn", industry = "http://gxt.shandong.gov.cn";
  const std::string proxy =
      science + "/module/web/jpage/dataproxy.jsp?startrecord=1&endrecord=45&perpage=15#POST:form:";
  EXPECT_THAT(
      read_page("sd-science-notices", "column", proxy + "columnid=13360",
                "<totalrecord>3</totalrecord>" + hanweb(science, {"关于公布某批科技型中小企业名单的公告",
                                                                  "关于某奖的公告", "某批高新技术企业备案的公告"}))
          .links,
      ElementsAre("techsme-notice " + science + "/art/2026/1/2/art_1_0.html",
                  "hnte-notice " + science + "/art/2026/1/2/art_1_2.html"));
  const std::string next =
      science + "/module/web/jpage/dataproxy.jsp?startrecord=46&endrecord=90&perpage=15#POST:form:";
  EXPECT_THAT(read_page("sd-science-notices", "column", proxy + "columnid=13360",
                        "<totalrecord>90</totalrecord>" + hanweb(science, {"关于某奖的公告"}))
                  .links,
              ElementsAre("column " + next + "columnid=13360"));
  const Gathered titles = read_page("sd-industry-notices", "column", industry + "/col/col15201/index.html",
                                    hanweb(industry, {"某年专精特新中小企业名单", "某批专精特新小巨人企业名单",
                                                      "某年瞪羚企业公示", "某年首台套名单"}));
  EXPECT_THAT(titles.links, ElementsAre("little_giant-notice " + industry + "/art/2026/1/2/art_1_1.html",
                                        "gazelle-notice " + industry + "/art/2026/1/2/art_1_2.html",
                                        "equipment-notice " + industry + "/art/2026/1/2/art_1_3.html",
                                        "srdi-notice " + industry + "/art/2026/1/2/art_1_0.html",
                                        "srdi-notice " + industry + "/art/2026/1/2/art_1_1.html"));
}

TEST(ShippedSources, AttachmentsThatNobodyReadsAreNamedAsSuch) {
  const std::string page =
      "<a href='/attach/0/abc.xlsx'>附件1</a><a "
      "href='/module/download/downfile.jsp?classid=0&filename=0a.pdf'>附件2</a>"
      "<a href='/attach/0/abc.xls'>附件3</a><a href='/attach/0/abc.doc'>附件4</a><a "
      "href='/attach/0/名单.RAR?x=1'>附件5</a>"
      "<a href='/attach/0/名单.zip'>附件6</a><a href='/'>首页</a>";
  const std::map<std::string, std::string> notices = {{"sd-science-notices", "techsme"},
                                                      {"sd-industry-notices", "srdi"},
                                                      {"zjtx-notices", "techsme"},
                                                      {"bz-gov-notices", "contest"},
                                                      {"innocom-notices", ""}};
  for (const auto& [id, role] : notices) {
    const std::string notice = role.empty() ? "notice" : role + "-notice", target = role.empty() ? "hnte" : role;
    EXPECT_THAT(read_page(id, notice, "http://h/art/1.html", page).links,
                ElementsAre(target + " http://h/attach/0/abc.xlsx",
                            target + " http://h/module/download/downfile.jsp?classid=0&filename=0a.pdf",
                            target + " http://h/attach/0/abc.xls", target + " http://h/attach/0/%E5%90%8D%E5%8D%95.zip",
                            "unread http://h/attach/0/abc.doc", "unread http://h/attach/0/%E5%90%8D%E5%8D%95.RAR?x=1"))
        << id;
  }
}

TEST(ShippedSources, OtherSitesAreEnteredByTheTitlesOfTheirLinks) {
  const std::string page =
      "<a href='/zxqySy/tzggView?id=1' title='关于公布小巨人企业名单的通告'>关于公布…</a>"
      "<a href='/zxqySy/tzggView?id=2'>科技型中小企业评价</a><a href='/zxqySy/tzggView?id=3'>其他</a><a "
      "href='/qyxx/login'>"
      "科技型中小企业登录</a>";
  EXPECT_THAT(read_page("zjtx-notices", "column", "https://zjtx.miit.gov.cn/zxqySy/tzggMore", page).links,
              ElementsAre("little_giant-notice https://zjtx.miit.gov.cn/zxqySy/tzggView?id=1",
                          "techsme-notice https://zjtx.miit.gov.cn/zxqySy/tzggView?id=2"));
  EXPECT_THAT(
      read_page("bz-gov-notices", "column", "http://www.binzhou.gov.cn/",
                "<a href='/zfxxgk/news/html/?1.html' title='某届创新创业大赛获奖名单'>大赛</a><a href='/x'>新闻</a>")
          .links,
      ElementsAre("contest-notice http://www.binzhou.gov.cn/zfxxgk/news/html/?1.html"));
  EXPECT_THAT(read_page("innocom-notices", "column", "http://www.innocom.gov.cn/gqrdw/c101481/list_gsgg_l2.shtml",
                        "<a href=\"/gqrdw/c101481/202501/0123456789abcdef.shtml\">对某省备案的公告</a>")
                  .links,
              ElementsAre("notice http://www.innocom.gov.cn/gqrdw/c101481/202501/0123456789abcdef.shtml"));
}

TEST(ShippedSources, AnAwardGivesItsWinnerAndNothingOfItsContacts) {
  const std::string id = "bz-public-resources", host = "http://ggzyjy.binzhou.gov.cn";
  EXPECT_THAT(read_page(id, "column", host + "/",
                        "<a href='/bzweb/InfoDetail/?InfoID=1&CategoryNum=002'>某项目中标公告</a>"
                        "<a href='/bzweb/InfoDetail/?InfoID=2'>某项目招标公告</a>")
                  .links,
              ElementsAre("award " + host + "/bzweb/InfoDetail/?InfoID=1&CategoryNum=002"));
  const std::string tail = "</p><p>联系人：某某 电话：13000000000</p></body></html>";
  const Gathered award =
      read_page(id, "award", host + "/1",
                "<html><head><title>某项目中标公告</title></head><body><p>发布时间：2026-01-02</p><p>"
                "中标供应商名称：试验一号科技有限公司" +
                    tail);
  ASSERT_EQ(award.records.size(), 1u);
  EXPECT_EQ(award.records[0].get(Field::kFirmName), "试验一号科技有限公司");
  EXPECT_EQ(award.records[0].get(Field::kSignalType), "procurement");
  EXPECT_EQ(award.records[0].get(Field::kEventDate), "2026-01-02");
  const Gathered none =
      read_page(id, "award", host + "/2", "<html><head><title>某项目废标公告</title></head><body><p>无有效投标" + tail);
  ASSERT_EQ(none.rejects.size(), 1u);
  EXPECT_THAT(none.rejects[0].row, testing::Not(HasSubstr("电话")));
}

// Members as other programs read them from api.gleif.org.
TEST(ShippedSources, LegalEntityIdentifiersGiveEnglishNames) {
  const Gathered got = read_page(
      "gleif", "records", "https://api.gleif.org/api/v1/lei-records?page%5Bsize%5D=200",
      R"({"links":{"next":"https:\/\/api.gleif.org\/api\/v1\/lei-records?page%5Bnumber%5D=2"},"data":[)"
      R"({"attributes":{"lei":"X","entity":{"legalName":{"name":"试验一号科技有限公司","language":"zh"},)"
      R"("registeredAs":"91371600310470710D","otherNames":[{"name":"TRIAL ONE TECHNOLOGY CO., LTD.","language":"en",)"
      R"("type":"ALTERNATIVE_LANGUAGE_LEGAL_NAME"}]}}},)"
      R"({"attributes":{"entity":{"legalName":{"name":"TRIAL TWO LTD","language":"en"},"registeredAs":"123"}}}]})");
  EXPECT_THAT(got.links, ElementsAre("records https://api.gleif.org/api/v1/lei-records?page%5Bnumber%5D=2"));
  ASSERT_EQ(got.records.size(), 1u);
  EXPECT_EQ(got.records[0].key, "91371600310470710D");
  EXPECT_EQ(got.records[0].get(Field::kEnglishName), "TRIAL ONE TECHNOLOGY CO., LTD.");
  EXPECT_EQ(got.rejects.size(), 1u);
}

}  // namespace
}  // namespace tanmiao::crawler::sources_test
