// Zip (APPNOTE 6.3, members stored), minimal Office Open XML workbooks, CSV (RFC 4180).
#include <zlib.h>

#include "apps/demo_city/site.h"

namespace demo_city {
namespace {

void put(std::string& out, std::uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out += static_cast<char>((value >> (8 * i)) & 0xFF);
}

// What local and central headers share: version, flags, method, time, date (1980-01-01), checksum, sizes, name length.
void put_common(std::string& out, const Member& member) {
  const auto& [name, bytes] = member;
  put(out, 20, 2), put(out, 0x0800, 2), put(out, 0, 2), put(out, 0, 2), put(out, 0x21, 2);
  put(out, crc32(0, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size())), 4);
  put(out, bytes.size(), 4), put(out, bytes.size(), 4), put(out, name.size(), 2), put(out, 0, 2);
}

constexpr std::string_view kContentTypes =
    R"(<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>)";
constexpr std::string_view kRootRelations =
    R"(<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>)";
constexpr std::string_view kBookRelations =
    R"(<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/></Relationships>)";
constexpr std::string_view kMain = R"(xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main")";
constexpr std::string_view kProlog = R"(<?xml version="1.0" encoding="UTF-8" standalone="yes"?>)";

std::string cell_name(std::size_t column, std::size_t row) {
  return std::string(1, static_cast<char>('A' + column)) + std::to_string(row + 1);
}

std::string workbook_xml(const std::string& sheet) {
  return std::string(kProlog) + "<workbook " + std::string(kMain) +
         R"( xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name=")" +
         escape(sheet) + R"(" sheetId="1" r:id="rId1"/></sheets></workbook>)";
}

}  // namespace

std::string make_zip(const std::vector<Member>& members) {
  std::string out, directory;
  for (const Member& member : members) {
    const std::size_t offset = out.size();
    put(out, 0x04034b50, 4), put_common(out, member);
    out += member.first + member.second;
    put(directory, 0x02014b50, 4), put(directory, 20, 2), put_common(directory, member);
    put(directory, 0, 2), put(directory, 0, 2), put(directory, 0, 2), put(directory, 0, 4), put(directory, offset, 4);
    directory += member.first;
  }
  const std::size_t start = out.size();
  out += directory;
  put(out, 0x06054b50, 4), put(out, 0, 4), put(out, members.size(), 2), put(out, members.size(), 2);
  put(out, directory.size(), 4), put(out, start, 4), put(out, 0, 2);
  return out;
}

std::string make_xlsx(const std::string& sheet, const Rows& rows) {
  std::string strings, cells;
  std::size_t count = 0;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    cells += "<row r=\"" + std::to_string(r + 1) + "\">";
    for (std::size_t c = 0; c < rows[r].size(); ++c) {
      if (rows[r][c].empty()) continue;
      cells += "<c r=\"" + cell_name(c, r) + "\" t=\"s\"><v>" + std::to_string(count++) + "</v></c>";
      strings += "<si><t xml:space=\"preserve\">" + escape(rows[r][c]) + "</t></si>";
    }
    cells += "</row>";
  }
  const std::string head(kProlog), main(kMain), n = std::to_string(count);
  return make_zip(
      {{"[Content_Types].xml", std::string(kContentTypes)},
       {"_rels/.rels", std::string(kRootRelations)},
       {"xl/workbook.xml", workbook_xml(sheet)},
       {"xl/_rels/workbook.xml.rels", std::string(kBookRelations)},
       {"xl/worksheets/sheet1.xml", head + "<worksheet " + main + "><sheetData>" + cells + "</sheetData></worksheet>"},
       {"xl/sharedStrings.xml",
        head + "<sst " + main + " count=\"" + n + "\" uniqueCount=\"" + n + "\">" + strings + "</sst>"}});
}

std::string make_csv(const Rows& rows) {
  std::string out;
  for (const auto& row : rows) {
    for (std::size_t c = 0; c < row.size(); ++c) {
      if (c) out += ',';
      const bool quote = row[c].find_first_of(",\"\n") != std::string::npos;
      if (!quote) {
        out += row[c];
        continue;
      }
      out += '"';
      for (char ch : row[c]) out += ch == '"' ? std::string("\"\"") : std::string(1, ch);
      out += '"';
    }
    out += "\r\n";
  }
  return out;
}

}  // namespace demo_city
