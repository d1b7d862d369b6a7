#include "server/entry_view.h"

#include <algorithm>

namespace tanmiao::server {
namespace {

// The form begins with the cells of this revision.
const store::PoolEntry* form_base(const EntryView& view, const Typed& typed) {
  return view.revision(typed.form.value("revision"));
}

std::string shown_cell(const std::string& text) { return text.empty() ? "（空）" : text; }

struct Changed {
  std::string what, before, after;
};

std::vector<Changed> changes_between(const Site& site, const EntryView& view, const store::PoolEntry* before,
                                     const store::PoolEntry& after) {
  std::vector<Changed> out;
  const pool::PoolRules& rules = site.pool_rules();
  const auto compare = [&](std::string what, const std::string& from, const std::string& to) {
    if (from != to) out.push_back({std::move(what), from, to});
  };
  const store::PoolEntry none;
  const store::PoolEntry& from = before == nullptr ? none : *before;
  compare("当前阶段", from.stage.empty() ? "" : rules.stage_label(from.stage), rules.stage_label(after.stage));
  if (before != nullptr && from.stage_since != after.stage_since)
    compare("阶段起始日", iso(from.stage_since), iso(after.stage_since));
  const auto title = [&](const std::string& batch) {
    const auto at = view.batches.find(batch);
    return at == view.batches.end() ? batch : at->second;
  };
  compare("批次", title(from.batch), title(after.batch));
  for (const pool::CellWord& cell : pool::pool_cells())
    compare(std::string(cell.heading), cell_text(from, cell.word), cell_text(after, cell.word));
  return out;
}

}  // namespace

const store::PoolEntry* EntryView::revision(std::string_view number) const {
  const auto at = std::find_if(history.begin(), history.end(),
                               [&](const auto& entry) { return std::to_string(entry.revision) == number; });
  return at == history.end() ? nullptr : &*at;
}

Result<EntryView> entry_view(const Site& site, const Request& request, std::string_view firm) {
  TANMIAO_ASSIGN(PoolState state, pool_state(site));
  EntryView view;
  view.world = state.world;
  view.as_of = state.as_of;
  for (const store::PoolBatch& batch : state.batches) view.batches.emplace(batch.id, batch.title);
  pool::PoolFilter filter;
  const std::string_view wanted = request.parameter("track");
  TANMIAO_ASSIGN(const pool::Track* track,
                 site.pool_rules().track(wanted.empty() ? site.pool_rules().tracks.front().id : wanted));
  filter.track = track->id;
  const auto number = site.find_firm(*state.world, firm);
  bool found = false;
  for (pool::PoolRow& row : state.rows(site, filter)) {
    if (row.entry.firm != firm && (!number || row.card.firm != *number)) continue;
    view.row = std::move(row);
    found = true;
    break;
  }
  if (!found) return Error{Errc::kNotFound, "不在" + track->label + "：" + std::string(firm), ""};
  const store::PoolEntry& entry = view.row.entry;
  TANMIAO_ASSIGN(view.history, site.worlds.with_store([&](store::Store& store) {
    return store.people().pool_history(entry.firm, entry.track);
  }));
  std::sort(view.history.begin(), view.history.end(),
            [](const auto& a, const auto& b) { return a.revision < b.revision; });
  for (const store::Conflict& conflict : state.conflicts)
    if (conflict.open() && conflict.firm == entry.firm && conflict.track == entry.track)
      view.conflicts.push_back(conflict);
  return view;
}

std::vector<const pool::PoolColumn*> editable_columns() {
  std::vector<const pool::PoolColumn*> out;
  for (const pool::PoolColumn& column : pool::pool_columns())
    if (column.edit == pool::Edit::kCell) out.push_back(&column);
  return out;
}

std::string heading_of_cell(std::string_view word) {
  for (const pool::CellWord& cell : pool::pool_cells())
    if (cell.word == word) return std::string(cell.heading);
  return std::string(word);
}

std::string cell_text(const store::PoolEntry& entry, std::string_view word) {
  const auto at = entry.cells.find(word);
  return at == entry.cells.end() ? std::string() : at->second;
}

std::string day_and_hour(Instant at) {
  const std::string text = iso(at + std::chrono::hours(8));  // Beijing
  return text.substr(0, 10) + " " + text.substr(11, 5);
}

std::string origin_text(const std::string& origin) {
  if (origin.starts_with(kTypedOnPage)) return std::string(kTypedOnPage);
  const std::size_t row = origin.find_last_of("!:");
  if (row == std::string::npos) return origin;
  std::string place = origin.substr(0, row);
  std::replace(place.begin(), place.end(), '!', ' ');
  return place + " 第 " + origin.substr(row + 1) + " 行";
}

std::string merged_cell(const EntryView& view, const Typed& typed, std::string_view word) {
  std::string now = cell_text(view.row.entry, word);
  if (!typed.form.has(word)) return now;
  std::string mine = typed.form.value(word);
  const store::PoolEntry* base = form_base(view, typed);
  return base != nullptr && cell_text(*base, word) == mine ? now : mine;
}

Html differences(const EntryView& view, const Typed& typed) {
  Html out, lines;
  const store::PoolEntry* base = form_base(view, typed);
  const store::PoolEntry& now = view.row.entry;
  if (typed.error.code != Errc::kConflict || base == nullptr || base->revision == now.revision) return out;
  if (base->stage != now.stage)
    lines << "<tr><th scope=\"row\">当前阶段</th><td colspan=\"3\">已变为“" << view.row.stage << "”</td></tr>";
  for (const pool::PoolColumn* column : editable_columns()) {
    const std::string was = cell_text(*base, column->word), theirs = cell_text(now, column->word);
    const std::string mine = typed.form.has(column->word) ? typed.form.value(column->word) : was;
    if (was == theirs && was == mine) continue;
    lines << "<tr" << std::string_view(theirs != was && mine != was && theirs != mine ? " class=clash" : "")
          << "><th scope=\"row\">" << column->heading << "</th><td data-label=\"打开时\">" << shown_cell(was)
          << "</td><td data-label=\"现在（" << now.by << "）\">" << shown_cell(theirs)
          << "</td><td data-label=\"您填的\">" << shown_cell(mine) << "</td></tr>";
  }
  out << "<table class=\"stack compare\"><thead><tr><th scope=\"col\">栏目</th><th scope=\"col\">打开时</th>"
         "<th scope=\"col\">现在（"
      << now.by << " " << day_and_hour(now.at) << "）</th><th scope=\"col\">您填的</th></tr></thead><tbody>" << lines
      << "</tbody></table><p "
         "class=\"note\">您改过的栏目，下面保留您填的值；没有动过的栏目，已换成现在的值。底色标出的是两人"
         "都改了而且改得不同的。核对后保存，以保存时的值为准；先前的值仍在历史里。</p>";
  return out;
}

Html open_conflicts_note(const EntryView& view) {
  Html out;
  if (!view.conflicts.empty())
    out << "<p class=\"needed\">有 " << view.conflicts.size()
        << " 处导入的值与台账不一致，暂按台账：<a href=\"/conflicts\">逐项选择</a></p>";
  return out;
}

Html entry_history(const Site& site, const EntryView& view) {
  Html out;
  out << "<section class=\"sheet\" id=\"history\"><h2>历史</h2><table class=\"stack\"><thead><tr>"
         "<th scope=\"col\">时间</th><th scope=\"col\">经办</th><th scope=\"col\">变动</th><th "
         "scope=\"col\">原因或依据</th>"
         "</tr></thead><tbody>";
  for (std::size_t i = view.history.size(); i-- > 0;) {
    const store::PoolEntry* before = i == 0 ? nullptr : &view.history[i - 1];
    const store::PoolEntry& after = view.history[i];
    out << "<tr><td class=\"lead nowrap\" data-label=\"时间\">" << day_and_hour(after.at)
        << "</td><td data-label=\"经办\">" << after.by << "</td><td data-label=\"变动\"><ul class=\"changes\">";
    for (const Changed& change : changes_between(site, view, before, after)) {
      out << "<li>" << change.what << "：";
      if (before != nullptr) out << "<del>" << shown_cell(change.before) << "</del> → ";
      out << shown_cell(change.after) << "</li>";
    }
    out << "</ul></td><td data-label=\"原因或依据\">";
    if (before == nullptr || before->reason != after.reason || before->stage != after.stage) out << after.reason;
    out << "</td></tr>";
  }
  out << "</tbody></table></section>";
  return out;
}

}  // namespace tanmiao::server
