#include "apps/demo_city/patent_bulk.h"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <set>
#include <stdexcept>

#include "apps/demo_city/patent_documents.h"

namespace demo_city {
namespace {

namespace fs = std::filesystem;

constexpr int kKeptDays = 30;
constexpr std::size_t kDocumentsInZip = 20;

struct DataSet {
  std::string_view name;
  PatentSort sort;
  std::string_view kind;  // empty: legal events
};
constexpr DataSet kDataSets[] = {{"CN-PA-BIBS-ABSS-10-A", PatentSort::kInvention, "A"},
                                 {"CN-PA-BIBS-ABSS-10-B", PatentSort::kInvention, "B"},
                                 {"CN-PA-BIBS-ABSS-20-U", PatentSort::kUtilityModel, "U"},
                                 {"CN-PA-PRSS-10", PatentSort::kInvention, ""},
                                 {"CN-PA-PRSS-20", PatentSort::kUtilityModel, ""}};

bool is_issue_day(Date date) {
  const std::chrono::weekday day(date);
  return day == std::chrono::Tuesday || day == std::chrono::Friday;
}

// CN, type and year and serial number of the application, CN, number and kind, date:
// CN102015000163325CN00001047518250BBIBZH20231003CN00Q
std::string document_name(const PatentDocument& document, std::string_view kind) {
  const std::string year = document.application_no.substr(0, 4), serial = document.application_no.substr(5, 7);
  char number[32];
  std::snprintf(number, sizeof number, "%013lld0", std::stoll(document.number.empty() ? "0" : document.number));
  return "CN" + std::to_string(static_cast<int>(document.sort)) + year + "00" + serial + "CN" + number +
         std::string(kind) + "ZH" + compact(document.date) + "CN00Q";
}

void write_once(const fs::path& path, const std::string& bytes) {
  if (fs::exists(path) && fs::file_size(path) == bytes.size()) return;
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!out.flush()) throw std::runtime_error("cannot write " + path.string());
}

// The zips of one issue of a data set: name -> bytes.
std::vector<Member> issue_of(const DataSet& set, Date date, const std::vector<const PatentDocument*>& documents) {
  std::vector<Member> zips, inner;
  const std::string stem = std::string(set.name) + "_" + compact(date) + "_";
  const auto close = [&] {
    if (inner.empty()) return;
    char number[8];
    std::snprintf(number, sizeof number, "%03zu", zips.size() + 1);
    zips.emplace_back(stem + number + ".ZIP", make_zip(inner));
    inner.clear();
  };
  if (set.kind.empty()) {
    std::string records;
    for (const PatentDocument* event : documents) records += event->file.second;
    const std::string name = stem + "PRS";
    if (!records.empty()) inner.emplace_back(name + ".ZIP", make_zip({{name + ".XML", patent_event_file(records)}}));
  }
  for (const PatentDocument* document : documents) {
    if (set.kind.empty()) break;
    const std::string name = document_name(*document, document->kind + "BIB");
    const std::string within = name + "/";
    inner.emplace_back(name + ".ZIP",
                       make_zip({{std::string(within).append(name).append(".XML"), document->file.second},
                                 {within + "000001.GIF", "GIF89a"}}));
    if (inner.size() == kDocumentsInZip) close();
  }
  close();
  return zips;
}

std::string index_of(const std::vector<Member>& zips) {
  std::string out = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<index>\n";
  for (const auto& [name, bytes] : zips)
    out += "<file name=\"" + name + "\" size=\"" + std::to_string(bytes.size()) + "\"/>\n";
  return out + "</index>\n";
}

}  // namespace

BulkTotals write_patent_bulk(const fs::path& folder, const World& world, Date date) {
  if (date > world.config.today) throw std::runtime_error("the world publishes nothing after its first day");
  const auto documents = patent_documents(world), events = patent_events(world);
  BulkTotals totals;
  for (const DataSet& set : kDataSets) {
    const fs::path data = folder / "CN" / set.name / "data";
    fs::create_directories(data);
    std::set<std::string> shown;
    for (Date issue = date - std::chrono::days(kKeptDays - 1); issue <= date; issue += std::chrono::days(1)) {
      if (!is_issue_day(issue)) continue;
      Date last = issue - std::chrono::days(1);
      while (!is_issue_day(last)) last -= std::chrono::days(1);
      std::vector<const PatentDocument*> in;
      for (const PatentDocument& one : set.kind.empty() ? events : documents)
        if (one.date > last && one.date <= issue && one.sort == set.sort && (set.kind.empty() || one.kind == set.kind))
          in.push_back(&one);
      const std::vector<Member> zips = issue_of(set, issue, in);
      if (zips.empty()) continue;
      const fs::path day = data / (compact(issue) + "rawdata");
      shown.insert(day.filename().string());
      fs::create_directories(day);
      for (const auto& [name, bytes] : zips) write_once(day / name, bytes);
      write_once(day / ("INDEX-" + std::string(set.name) + "_" + compact(issue) + ".XML"), index_of(zips));
      ++totals.dates;
      totals.files += static_cast<int>(zips.size());
      (set.kind.empty() ? totals.events : totals.documents) += static_cast<int>(in.size());
    }
    std::vector<fs::path> left;
    for (const auto& entry : fs::directory_iterator(data))
      if (!shown.contains(entry.path().filename().string())) left.push_back(entry.path());
    for (const fs::path& path : left) fs::remove_all(path);
  }
  return totals;
}

}  // namespace demo_city
