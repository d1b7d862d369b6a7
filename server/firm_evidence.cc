#include "server/firm_evidence.h"

#include <boost/json.hpp>

#include "core/patent.h"
#include "server/firm_parts.h"
#include "server/json_reading.h"
#include "store/review_words.h"

namespace tanmiao::server {
namespace {

using boost::json::object;

constexpr std::size_t kShownPatents = 30;  // the rest folds away

std::string_view source_title(const SourceTitles& titles, std::string_view source) {
  const auto title = titles.find(source);
  return title == titles.end() ? source : std::string_view(title->second);
}

// Source, and where in it: "文件 x.csv 第 12 行"; of a page only the row, since the link leads to it.
Html source_cell(const object& item, const SourceTitles& titles) {
  Html out;
  const std::string_view url = text_of(item, "url");
  const bool file = !url.empty() && url.find("://") == std::string_view::npos;
  out << outside_link(url, source_title(titles, text_of(item, "source")));
  const bool placed = number_of(item, "line") > (file ? 0 : 1);  // a page of one firm has no rows
  if (file || placed) {
    out << " <small>";
    if (file) out << "文件 " << url << " ";
    if (placed) out << "第 " << number_of(item, "line") << " 行";
    out << "</small>";
  }
  return out;
}

// The same with the day on which it was first seen there. `way`: where it can be judged; empty: it is joined by no
// name.
Html evidence_cell(const object& item, const SourceTitles& titles, std::string_view way = {}) {
  Html out;
  out << "<td data-label=\"来源\"><span>" << source_cell(item, titles);
  if (!text_of(item, "seen").empty()) out << " <small class=\"nowrap\">取得 " << text_of(item, "seen") << "</small>";
  if (!way.empty())
    out << " <a class=\"screen-only nowrap\" href=\"" << way << "\" title=\"这条记录是不是这家企业的\">核对</a>";
  out << "</span></td></tr>";
  return out;
}

std::string_view way_of(const JudgeWays& ways, RecordKind kind, const object& item) {
  const auto at = ways.find({kind, std::string(text_of(item, "source")), std::string(text_of(item, "key"))});
  return at == ways.end() ? std::string_view() : std::string_view(at->second);
}

std::string_view kind_label(std::int64_t kind) {
  switch (static_cast<PatentKind>(kind)) {
    case PatentKind::kInvention: return "发明";
    case PatentKind::kUtility: return "实用新型";
    case PatentKind::kDesign: return "外观设计";
    case PatentKind::kUnknown: break;
  }
  return "未知";
}

// Where the name in a record is not the firm's, or not today's: how it was found.
std::string_view link_note(std::string_view link) {
  using store::LinkReason;
  for (const LinkReason reason :
       {LinkReason::kNear, LinkReason::kFormerName, LinkReason::kNameDate, LinkReason::kNameCounty, LinkReason::kBranch,
        LinkReason::kDecision, LinkReason::kSuccession})
    if (link == store::link_reason_name(reason)) return store::join_words(reason);
  return "";
}

void named_cell(Html& out, std::string_view label, std::string_view text, std::string_view link) {
  const std::string_view note = link_note(link);
  out << "<td class=\"lead\" data-label=\"" << label << "\"><span>" << text;
  if (!note.empty()) out << " <small class=\"nowrap\">" << note << "</small>";
  out << "</span></td>";
}

}  // namespace

Html patents_section(const object& firm, const SourceTitles& titles, const JudgeWays& ways) {
  Html out, first, rest;
  std::size_t count = 0;
  each_of(firm, "patents", [&](const object& item) {
    Html& rows = ++count <= kShownPatents ? first : rest;
    rows << "<tr>";
    named_cell(rows, "名称", text_of(item, "title"), text_of(item, "link"));
    labelled_cell(rows, "申请号", text_of(item, "application_no"), "code");
    labelled_cell(rows, "类型", kind_label(number_of(item, "kind", 0)), "nowrap");
    labelled_cell(rows, "状态", std::string(text_of(item, "state")) + (flag_of(item, "acquired") ? "（受让）" : ""),
                  "nowrap");
    labelled_cell(rows, "申请日", text_of(item, "filing"), "nowrap");
    labelled_cell(rows, "授权日", text_of(item, "granted"), "nowrap");
    rows << evidence_cell(item, titles, way_of(ways, RecordKind::kPatent, item));
  });
  begin_sheet(out, "专利", "patents");
  if (count == 0) {
    out << "<p class=\"empty\">未见公开专利。</p></section>";
    return out;
  }
  const auto table = [&](const Html& rows) {
    out << "<table class=\"stack\">";
    column_heads(out, {"名称", "申请号", "类型", "状态", "申请日", "授权日", "来源"});
    out << "<tbody>" << rows << "</tbody></table>";
  };
  table(first);
  if (!rest.empty()) {
    out << "<details><summary>其余 " << count - kShownPatents << " 件</summary>";
    table(rest);
    out << "</details>";
  }
  out << "</section>";
  return out;
}

Html recognitions_section(const object& firm, const SourceTitles& titles, const JudgeWays& ways) {
  Html out, rows, signals;
  each_of(firm, "recognitions", [&](const object& item) {
    rows << "<tr>";
    named_cell(rows, "资质", text_of(item, "label"), text_of(item, "link"));
    labelled_cell(rows, "状态", text_of(item, "state"));
    labelled_cell(rows, "发证（公告）日期", text_of(item, "issued"), "nowrap");
    labelled_cell(rows, "有效期至", text_of(item, "until"), "nowrap");
    labelled_cell(rows, "编号", text_of(item, "certificate_no"));
    rows << evidence_cell(item, titles, way_of(ways, RecordKind::kRecognition, item));
  });
  each_of(firm, "signals", [&](const object& item) {
    signals << "<tr>";
    labelled_cell(signals, "线索", text_of(item, "label"), "lead");
    labelled_cell(signals, "内容", text_of(item, "title"));
    labelled_cell(signals, "日期", text_of(item, "date"));
    signals << evidence_cell(item, titles, way_of(ways, RecordKind::kSignal, item));
  });
  begin_sheet(out, "资质", "recognitions");
  if (rows.empty()) {
    out << "<p class=\"empty\">未见公开资质。</p>";
  } else {
    out << "<table class=\"stack\">";
    column_heads(out, {"资质", "状态", "发证（公告）日期", "有效期至", "编号", "来源"});
    out << "<tbody>" << rows << "</tbody></table>";
  }
  out << "</section>";
  if (signals.empty()) return out;
  begin_sheet(out, "研发投入线索与企业自报", "signals");
  out << "<table class=\"stack\">";
  column_heads(out, {"线索", "内容", "日期", "来源"});
  out << "<tbody>" << signals << "</tbody></table></section>";
  return out;
}

Html changes_section(const object& firm, const SourceTitles& titles) {
  Html out, rows;
  each_of(firm, "changes", [&](const object& item) {
    rows << "<tr>";
    labelled_cell(rows, "发现日期", text_of(item, "date"), "lead");
    labelled_cell(rows, "事项", text_of(item, "label"));
    labelled_cell(rows, "变更前", text_of(item, "before"));
    labelled_cell(rows, "变更后", text_of(item, "after"));
    rows << evidence_cell(item, titles);
  });
  begin_sheet(out, "变更", "changes");
  if (rows.empty()) {
    out << "<p class=\"empty\">自开始采集以来未见变更。</p></section>";
    return out;
  }
  out << "<table class=\"stack\">";
  column_heads(out, {"发现日期", "事项", "变更前", "变更后", "来源"});
  out << "<tbody>" << rows << "</tbody></table></section>";
  return out;
}

Html origins_section(const object& firm, const SourceTitles& titles) {
  Html out;
  begin_sheet(out, "来源", "origins");
  out << "<table class=\"stack origins\">";
  column_heads(out, {"项目", "内容", "来源", "取得日期"});
  out << "<tbody>";
  each_of(firm, "origins", [&](const object& item) {
    out << "<tr>";
    labelled_cell(out, "项目", text_of(item, "label"), "lead");
    out << "<td data-label=\"内容\"><span>" << text_of(item, "value");
    each_of(item, "also", [&](const object& other) {
      out << "<br><small>另有来源：" << text_of(other, "value") << "（"
          << source_title(titles, text_of(other, "source")) << "，" << text_of(other, "seen") << "）</small>";
    });
    out << "</span></td><td data-label=\"来源\"><span>" << source_cell(item, titles) << "</span></td>";
    labelled_cell(out, "取得日期", text_of(item, "seen"), "nowrap");
    out << "</tr>";
  });
  out << "</tbody></table></section>";
  return out;
}

}  // namespace tanmiao::server
