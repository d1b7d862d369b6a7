// Documents and legal events in the forms of the patent office's bulk data. Persons are placeholders (发明人甲).
#include "apps/demo_city/patent_documents.h"

namespace demo_city {
namespace {

constexpr std::string_view kNamespaces =
    R"(xmlns:base="http://www.sipo.gov.cn/XMLSchema/base" xmlns:business="http://www.sipo.gov.cn/XMLSchema/business")";
constexpr std::string_view kDocumentProlog = R"(<?xml version="1.0" encoding="utf-8" standalone="no"?>)";
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
  std::string out = std::string(kDocumentProlog) + "\n<business:PatentDocumentAndRelated " + std::string(kNamespaces) +
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

std::string event_xml(const Patent& patent, std::string_view code, std::string_view value, std::string_view text,
                      Date date) {
  return "<business:PRSRecord><business:ApplicationReference dataFormat=\"original\">" +
         document_id(patent.application_no, "", patent.filed) + "</business:ApplicationReference>" +
         tag("business:PRSCode", code) + tag("business:PRSValue", value) + tag("business:PRSInformation", text) +
         "<business:PRSPublicationDate>" + tag("base:Date", compact(date)) +
         "</business:PRSPublicationDate></business:PRSRecord>\n";
}

}  // namespace

std::vector<PatentDocument> patent_documents(const World& world) {
  std::vector<PatentDocument> out;
  const auto add = [&](const Patent& patent, const std::string& number, std::string_view kind, Date date) {
    out.push_back({date,
                   patent.sort,
                   std::string(kind),
                   patent.application_no,
                   number,
                   {"CN" + number + std::string(kind) + ".XML", document_xml(patent, number, kind, date)}});
  };
  for (const Patent& patent : world.patents) {
    if (patent.published == Date{}) continue;
    const bool invention = patent.sort == PatentSort::kInvention;
    add(patent, patent.publication_no, invention ? "A" : "U", patent.published);
    if (invention && patent.granted != Date{}) add(patent, patent.grant_no, "B", patent.granted);
  }
  return out;
}

std::vector<PatentDocument> patent_events(const World& world) {
  std::vector<PatentDocument> out;
  const auto add = [&](const Patent& patent, std::string_view code, std::string_view value, const std::string& text,
                       Date date) {
    out.push_back({date, patent.sort, {}, patent.application_no, {}, {"", event_xml(patent, code, value, text, date)}});
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

std::string patent_event_file(const std::string& records) {
  return std::string(kDocumentProlog) + "\n<business:PRS " + std::string(kNamespaces) + ">\n" + records +
         "</business:PRS>\n";
}

}  // namespace demo_city
