#include "pool/official_guard.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <regex>

#include "pool/row_version.h"

namespace tanmiao::pool {
namespace {

// Headings that no authority's list has.
constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kOurMarks = {
    {{"当前阶段", "培育库表"},
     {"培育措施", "培育库表"},
     {"核实结论", "候选名单（走访填写）"},
     {"走访日期", "候选名单（走访填写）"}}};

// What speaks for a programme.
struct Evidence {
  std::size_t numbers = 0;  // of its shape
  std::string first_number;
  std::string word, where;  // the first of its words, and the text that has it
  bool words() const { return !word.empty(); }
};

Evidence evidence_of(const ReturnedSheet& sheet, std::size_t number_field, const OfficialProgram& program) {
  Evidence out;
  if (!program.number_shape.empty()) {
    const std::regex shape(program.number_shape);
    for (const ReturnedRow& row : sheet.rows) {
      if (number_field >= row.cells.size()) continue;
      const std::string& number = row.cells[number_field].value;
      if (number.empty() || !std::regex_match(number, shape)) continue;
      if (out.numbers++ == 0) out.first_number = number;
    }
  }
  std::vector<std::string> texts = sheet.above;
  texts.insert(texts.end(), sheet.headings.begin(), sheet.headings.end());
  texts.push_back(std::filesystem::path(sheet.file).filename().string());
  for (const std::string& text : texts) {
    for (const std::string& word : program.title_words)
      if (!out.words() && text.find(word) != std::string::npos) out.word = word, out.where = text;
  }
  return out;
}

std::string told(const Evidence& seen, std::size_t filled) {
  std::string text;
  if (seen.words()) text = "表中写着“" + seen.where + "”";
  if (seen.numbers > 0)
    text += std::string(text.empty() ? "" : "，") + "编号如 " + seen.first_number + "（" + std::to_string(filled) +
            " 个编号中有 " + std::to_string(seen.numbers) + " 个是这种）";
  return text;
}

}  // namespace

Status check_foreign(const ReturnedSheet& sheet) {
  const auto has = [&](std::string_view heading) {
    return std::find(sheet.headings.begin(), sheet.headings.end(), heading) != sheet.headings.end();
  };
  std::string_view ours = has(kVersionHeading) ? "候选名单（走访填写）" : "";
  for (const auto& [heading, name] : kOurMarks)
    if (has(heading)) {
      ours = name;
      break;
    }
  if (ours.empty()) return {};
  return Error{
      Errc::kFormat,
      "这是本系统的" + std::string(ours) + "，不是公告名单，没有存入：填好的表请用“导入”（tanmiao pool import）",
      std::filesystem::path(sheet.file).filename().string()};
}

Status check_program(const ReturnedSheet& sheet, std::size_t number_field, const PoolRules& rules,
                     const OfficialProgram& program, bool forced, std::vector<std::string>& remarks) {
  std::size_t filled = 0;
  for (const ReturnedRow& row : sheet.rows)
    if (number_field < row.cells.size() && !row.cells[number_field].value.empty()) ++filled;
  const Evidence own = evidence_of(sheet, number_field, program);
  const OfficialProgram* other = nullptr;
  Evidence seen;
  for (const OfficialProgram& one : rules.official_lists) {
    if (one.program == program.program) continue;
    Evidence of_one = evidence_of(sheet, number_field, one);
    if (!of_one.words() && of_one.numbers == 0) continue;
    if (other != nullptr && std::pair(of_one.numbers, of_one.words()) <= std::pair(seen.numbers, seen.words()))
      continue;
    other = &one;
    seen = std::move(of_one);
  }
  if (other == nullptr) return {};
  const bool by_number = seen.numbers > own.numbers && seen.numbers * 2 >= filled;
  const bool by_words = own.numbers == 0 && seen.words() && !own.words();
  const std::string what = told(seen, filled);
  if (!by_number && !by_words) {
    remarks.push_back("名单里也有“" + other->label + "”的迹象，请核对类别：" + what);
  } else if (forced) {
    remarks.push_back("像是“" + other->label + "”名单（" + what + "），已按填写的理由作为“" + program.label + "”导入");
  } else {
    return Error{Errc::kRefused,
                 "这份名单像是“" + other->label + "”，不是“" + program.label + "”：" + what + "。请把资质类别改为“" +
                     other->label + "”（命令行 --program " + other->program +
                     "）；确认类别无误的，写明理由后再导入（命令行 --force 理由）。没有存入任何内容",
                 std::filesystem::path(sheet.file).filename().string()};
  }
  return {};
}

}  // namespace tanmiao::pool
