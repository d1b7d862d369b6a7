// The patent office: zips of bibliographic XML (one a year of the backlog, one a week lately) and of legal events, in
// the forms of its bulk data. Persons are placeholders (发明人甲).
#include <algorithm>

#include "apps/demo_city/site.h"

namespace demo_city {
namespace {

constexpr int kRecentWeeks = 6;
constexpr std::string_view kNamespaces =
    R"(xmlns:base="http://www.sipo.gov.cn/XMLSchema/base" xmlns:business="http://www.sipo.gov.cn/XMLSchema/business")";
constexpr std::string_view kPatentProlog = R"(<?xml version="1.0" encoding="utf-8" standalone="no"?>)";
constexpr std::string_view kInventors[] = {"发明人甲", "发明人乙", "发明人丙", "发明人丁", "发明人戊", "发明人己"};

std::string tag(std::string_view name, std::string_view text) {
  return "<" + std::string(name) + ">" + escape(text) + "</" + std::string(name) + ">";
}

std::string document_id(std::string_view number, std::string_view kind, Date date) {
  std::string out = "<base:DocumentID>" + tag("base:WIPOST3Code", "CN") + tag("base:DocNumber", number);
  if (!kind.empty()) out += tag("base:Kind", kind);
  return out + tag("base:Date", compact(date)) + "</base:DocumentID>";
}

std::string party(std::string_view element, std::size_t sequence, std::string_view name, bool with_address) {
  std::string out = "<business:" + std::string(element) + " sequence=\"" + std::to_string(sequence) +
                    "\" dataFormat=\"original\"><base:AddressBook>" + tag("base:Name", name);
  if (with_address)
    out += "<base:Address>" + tag("base:Province", "山东省") + tag("base:City", "滨州市") + "</base:Address>";
  return out + "</base:AddressBook></business:" + std::string(element) + ">";
}

std::string parties(const Patent& patent, bool grant) {
  const std::string who = grant ? "Assignee" : "Applicant";
  std::string out = "<business:Parties><business:ApplicantDetails>";
  std::size_t sequence = 0;
  for (const std::string& name : patent.applicants) out += party("Applicant", ++sequence, name, true);
  for (int i = 0; i < patent.person_applicants; ++i) out += party("Applicant", ++sequence, "申请人甲", false);
  out += "</business:ApplicantDetails><business:InventorDetails>";
  for (int i = 0; i < patent.inventors; ++i)
    out += party("Inventor", static_cast<std::size_t>(i) + 1, kInventors[i], false);
  out += "</business:InventorDetails>";
  if (grant) {
    out += "<business:AssigneeDetails>";
    sequence = 0;
    for (const std::string& name : patent.applicants) out += party("Assignee", ++sequence, name, true);
    out += "</business:AssigneeDetails>";
  }
  return out + "</business:Parties>";
}

std::string document_xml(const Patent& patent, std::string_view number, std::string_view kind, Date date) {
  const std::string type = patent.sort == PatentSort::kInvention ? "10" : "20";
  std::string out = std::string(kPatentProlog) + "\n<business:PatentDocumentAndRelated " + std::string(kNamespaces) +
                    " xsdVersion=\"V2.2.1\" status=\"C\" lang=\"zh\" country=\"CN\" docNumber=\"" +
                    std::string(number) + "\" kind=\"" + std::string(kind) + "\" datePublication=\"" + compact(date) +
                    "\"><business:BibliographicData>";
  out += "<business:PublicationReference dataFormat=\"original\" sequence=\"1\">" + document_id(number, kind, date) +
         "</business:PublicationReference>";
  out += "<business:ApplicationReference applType=\"" + type + "\" dataFormat=\"original\" sequence=\"1\">" +
         document_id(patent.application_no, "", patent.filed) + "</business:ApplicationReference>";
  out += "<business:ClassificationIPCRDetails><business:ClassificationIPCR sequence=\"1\">" +
         tag("base:Text", patent.ipc + " (2006.01)") +
         "</business:ClassificationIPCR></business:ClassificationIPCRDetails>";
  out += "<business:InventionTitle lang=\"zh\" dataFormat=\"original\">" + escape(patent.title) +
         "</business:InventionTitle>";
  out += parties(patent, kind != "A") + "</business:BibliographicData>";
  out += "<business:Abstract><base:Paragraphs>" + escape("本文涉及" + patent.title + "，为演示数据。") +
         "</base:Paragraphs></business:Abstract>";
  return out + "</business:PatentDocumentAndRelated>\n";
}

struct Document {
  Date date;
  Member file;
};

std::vector<Document> all_documents(const World& world) {
  std::vector<Document> out;
  const auto add = [&](const Patent& patent, const std::string& number, std::string_view kind, Date date) {
    out.push_back({date, {"CN" + number + std::string(kind) + ".XML", document_xml(patent, number, kind, date)}});
  };
  for (const Patent& patent : world.patents) {
    if (patent.published == Date{}) continue;
    const bool invention = patent.sort == PatentSort::kInvention;
    add(patent, patent.publication_no, invention ? "A" : "U", patent.published);
    if (invention && patent.granted != Date{}) add(patent, patent.grant_no, "B", patent.granted);
  }
  return out;
}

std::string event_xml(const Patent& patent, std::string_view code, std::string_view value, std::string_view text,
                      Date date) {
  return "<business:PRSRecord><business:ApplicationReference dataFormat=\"original\">" +
         document_id(patent.application_no, "", patent.filed) + "</business:ApplicationReference>" +
         tag("business:PRSCode", code) + tag("business:PRSValue", value) + tag("business:PRSInformation", text) +
         "<business:PRSPublicationDate>" + tag("base:Date", compact(date)) +
         "</business:PRSPublicationDate></business:PRSRecord>\n";
}

std::vector<Document> all_events(const World& world) {
  std::vector<Document> out;
  const auto add = [&](const Patent& patent, std::string_view code, std::string_view value, const std::string& text,
                       Date date) {
    out.push_back({date, {"", event_xml(patent, code, value, text, date)}});
  };
  for (const Patent& patent : world.patents) {
    if (patent.granted != Date{}) add(patent, "GR01", "授权", "授权", patent.granted);
    if (patent.lapsed) add(patent, "CF01", "未缴年费专利权终止", "未缴年费专利权终止", patent.lapsed_on);
    if (!patent.transferred_to.empty())
      add(patent, "TR01", "专利申请权、专利权的转移",
          "专利权的转移;变更事项:专利权人;变更前权利人:" + patent.applicants.front() +
              ";变更后权利人:" + patent.transferred_to + ";登记生效日:" + compact(patent.transferred_on),
          patent.transferred_on);
  }
  return out;
}

// Deliveries: a zip for each year of the backlog, then one a week; a new week comes with each day of the demo.
struct Delivery {
  std::string name;
  Date first, after;
};
std::vector<Delivery> deliveries(const World& world, int day) {
  std::vector<Delivery> out;
  const Date recent = world.config.today - std::chrono::days(7 * kRecentWeeks);
  const int last_year = tanmiao::year_of(recent);
  for (int year = last_year - 9; year <= last_year; ++year) {
    const Date first = tanmiao::make_date(year, 1, 1), next = tanmiao::make_date(year + 1, 1, 1);
    out.push_back({std::to_string(year) + "1231rawdata", first, std::min(next, recent)});
  }
  for (int week = 0; week < kRecentWeeks - 3 + day && week < kRecentWeeks; ++week) {
    const Date first = recent + std::chrono::days(7 * week);
    out.push_back({compact(first + std::chrono::days(6)) + "rawdata-w", first, first + std::chrono::days(7)});
  }
  return out;
}

std::string event_file(const std::string& records) {
  return std::string(kPatentProlog) + "\n<business:PRS " + std::string(kNamespaces) + ">\n" + records +
         "</business:PRS>\n";
}

}  // namespace

Site patent_site(const World& world, int day) {
  const std::vector<Document> documents = all_documents(world), events = all_events(world);
  std::map<std::string, Answer> pages;
  pages["/robots.txt"] = {.status = 404, .body = "no robots"};
  std::string bibliographic, legal;
  for (const Delivery& delivery : deliveries(world, day)) {
    std::vector<Member> members;
    std::string records;
    const auto in = [&](Date date) { return delivery.first <= date && date < delivery.after; };
    for (const Document& document : documents)
      if (in(document.date)) members.push_back(document.file);
    for (const Document& event : events)
      if (in(event.date)) records += event.file.second;
    const std::string bib = "/bib/" + delivery.name + ".zip", prs = "/legal/" + delivery.name + ".zip";
    if (!members.empty()) {
      pages[bib] = {.type = "application/zip", .body = make_zip(members)};
      bibliographic += "<li><a href=\"" + bib + "\">" + delivery.name + "</a></li>\n";
    }
    if (!records.empty()) {
      pages[prs] = {.type = "application/zip", .body = make_zip({{delivery.name + ".XML", event_file(records)}})};
      legal += "<li><a href=\"" + prs + "\">" + delivery.name + "</a></li>\n";
    }
  }
  // The last delivery of another data set arrived cut short: it can be listed but not read.
  std::string broken = make_zip({{"broken.XML", std::string(kPatentProlog) + std::string(4000, ' ')}});
  broken.resize(broken.size() / 2);
  pages["/bib/broken.zip"] = {.type = "application/zip", .body = broken};
  pages["/bib/"] = {
      .body = page("专利著录数据", "<ul>" + bibliographic + "<li><a href=\"/bib/broken.zip\">（残缺）</a></li></ul>")};
  pages["/legal/"] = {.body = page("专利法律状态", "<ul>" + legal + "</ul>")};
  return fixed_site("patents", "专利数据（演示）", std::move(pages));
}

}  // namespace demo_city
