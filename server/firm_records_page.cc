// 关联记录: every name in a record that is joined to the firm, by what, and the way to judge it.
#include <algorithm>
#include <array>
#include <charconv>

#include "server/firm_parts.h"
#include "server/joined_names.h"
#include "server/review_parts.h"
#include "store/review_words.h"

namespace tanmiao::server {
namespace {

constexpr std::array kJoinedKinds = {RecordKind::kFirm, RecordKind::kPatent, RecordKind::kPatentEvent,
                                     RecordKind::kRecognition, RecordKind::kSignal};

struct RecordsQuery {
  std::optional<RecordKind> kind;
  std::size_t page = 1;
  std::string address() const {
    std::string out;
    if (kind) out += "?kind=" + std::string(kind_name(*kind));
    if (page > 1) out += (out.empty() ? "?page=" : "&page=") + std::to_string(page);
    return out;
  }
};

Html kind_tabs(const std::vector<JoinedName>& all, const RecordsQuery& query, std::string_view path) {
  Html out;
  out << "<nav class=\"tabs\" aria-label=\"记录的类别\">";
  const auto tab = [&](std::optional<RecordKind> kind, std::string_view text) {
    const auto count =
        std::count_if(all.begin(), all.end(), [&](const auto& one) { return !kind || one.at.kind == *kind; });
    if (kind && count == 0) return;
    out << "<a href=\"" << path << RecordsQuery{kind, 1}.address() << "\"";
    if (query.kind == kind) out << " aria-current=\"true\"";
    out << ">" << text << " " << count << "</a>";
  };
  tab(std::nullopt, "全部");
  for (const RecordKind kind : kJoinedKinds) tab(kind, pool::label(kind));
  out << "</nav>";
  return out;
}

void joined_row(Html& out, const ReviewState& state, const JoinedName& one, const SourceTitles& titles,
                const std::string& address) {
  out << "<tr><td class=\"lead\" data-label=\"名称\"><a href=\"" << address << "\">" << one.at.name
      << "</a></td><td data-label=\"记录\"><span>" << one.title << " <small class=\"code\">" << one.at.key
      << "</small></span></td>";
  labelled_cell(out, "类别", pool::label(one.at.kind), "nowrap");
  labelled_cell(out, "日期", one.day, "nowrap");
  labelled_cell(out, "归入依据", store::join_words(one.reason));
  labelled_cell(out, "来源", title_of(titles, one.at.source));
  out << "<td data-label=\"判定\"><span>";
  for (const auto& s : state.rulings->on(one.at))
    if (!pool::is_taken_out(*state.world->book, state.taken_out, s.decision->firm_identity))
      out << "<span class=\"candidate\">" << ruling_badge(s.decision->ruling) << " <small>"
          << (s.firm == store::kNoFirm ? lost_firm(s.decision->firm_identity) : state.world->book->card(s.firm).name)
          << "</small></span>";
  out << "</span></td></tr>\n";
}

}  // namespace

Result<Response> firm_records_page(const Site& site, const Request& request, std::string_view code) {
  TANMIAO_ASSIGN(const auto state, review_state(site));
  TANMIAO_ASSIGN(const ReviewQuery asked, parse_review_query(*state, request));
  const RecordsQuery query{asked.filter.kind, asked.page};
  TANMIAO_ASSIGN(const store::FirmNo firm, site.find_firm(*state->world, code));
  TANMIAO_ASSIGN(const auto all, joined_names(site, firm));
  std::vector<JoinedName> names;
  std::copy_if(all.begin(), all.end(), std::back_inserter(names),
               [&](const auto& one) { return !query.kind || one.at.kind == *query.kind; });
  const pool::FirmCard card = state->world->book->card(firm);
  const std::string path = records_path(card.code, firm), word = firm_word(card);
  const std::size_t begin = std::min((query.page - 1) * kRowsOfPage, names.size()),
                    end = std::min(begin + kRowsOfPage, names.size());
  const SourceTitles titles = source_titles(site);
  const FormWriter writer(site, request, nullptr);
  Html body;
  body << "<div class=\"title\"><h1>关联记录：" << card.name << "</h1><p class=\"links screen-only\"><a href=\""
       << firm_path(card.code, firm, "") << "\">← 企业页</a> · <a href=\"/review/decisions\">现有判定</a></p></div>"
       << writer.notice() << kind_tabs(all, query, path);
  if (names.empty()) {
    body << "<div class=\"sheet none\"><p>没有归入这家企业的记录。</p></div>";
  } else if (begin == end) {
    body << "<div class=\"sheet none\"><p>没有第 " << query.page << " 页。</p></div>";
  } else {
    body << "<section class=\"sheet\"><table class=\"stack\">";
    column_heads(body, {"名称（记录中的写法）", "记录", "类别", "日期", "归入依据", "来源", "判定"});
    body << "<tbody>\n";
    for (std::size_t i = begin; i < end; ++i)
      joined_row(body, *state, names[i], titles, judge_query(names[i], word, query.kind).address());
    body << "</tbody></table></section>" << pages_of(query, path, names.size());
  }
  body << "<p class=\"note\">归错了的，点名称进去判“不是”，写明依据；知道是哪一家的，在那里填写另一家企业来比较。判定"
          "从下一次夜间任务起生效，以后重建数据也照此办理，可随时撤销。</p>";
  Frame frame;
  frame.waiting = state->queue->count(pool::ItemStanding::kWaiting);
  frame.title = "关联记录：" + card.name;
  frame.as_of = iso(state->world->snapshot->info().civil_date);
  return page(frame, body);
}

}  // namespace tanmiao::server
