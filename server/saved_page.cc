// 已存查询: queries that are kept and run each night, and what is new in each.
#include <boost/json.hpp>

#include "core/messages.h"
#include "core/text/normalize.h"
#include "server/entry_view.h"
#include "server/form_html.h"
#include "server/json_reading.h"
#include "server/people_posts.h"
#include "server/saved_view.h"

namespace tanmiao::server {
namespace {

constexpr std::size_t kLongestName = 40;  // characters

std::string told_of(const Site& site, const store::SavedSearch& search) {
  const auto query = saved_query(search.query);
  return query ? saved_query_told(*query, site.words()) : search.query;
}

// The search page with this query; empty where that page has no word for a part of it.
std::string search_address(const store::SavedSearch& search) {
  const auto query = saved_query(search.query);
  if (!query || query->alive || query->candidates) return {};
  ListQuery list;
  list.text = query->text, list.campaign = query->campaign;
  for (const indexer::Filter& filter : query->filters) list.filters[filter.facet] = filter.values;
  return "/search" + list.address();
}

// Behind who did something: when, not broken within.
Html moment(Instant at) {
  Html out;
  out << " <span class=\"nowrap\">" << day_and_hour(at) << "</span>";
  return out;
}

// What the last night found, by name; stages that were run by themselves since then ran no search.
std::map<std::string, boost::json::object, std::less<>> last_night(const Site& site) {
  std::map<std::string, boost::json::object, std::less<>> out;
  const auto text = report_text(site, newest_night(site));
  if (!text) return out;
  boost::system::error_code failed;
  const auto report = boost::json::parse(*text, failed);
  if (failed || !report.is_object()) return out;
  each_of(report.get_object(), "searches",
          [&](const boost::json::object& search) { out[std::string(text_of(search, "name"))] = search; });
  return out;
}

Html last_found(const boost::json::object* found, std::uint64_t revision) {
  Html out;
  // Of another revision it speaks of another query.
  if (found == nullptr || number_of(*found, "revision") != static_cast<std::int64_t>(revision)) {
    out << "尚未运行";
    return out;
  }
  if (found->contains("error")) {
    out << "未能运行";
    return out;
  }
  out << number_of(*found, "total", 0) << " 家";
  if (found->contains("since"))
    out << "，新增 <strong>" << number_of(*found, "new", 0) << "</strong>，减少 " << number_of(*found, "gone", 0);
  return out;
}

Html searches_table(const Site& site, const std::vector<store::SavedSearch>& searches) {
  const auto found = last_night(site);
  Html out;
  out << "<table class=\"stack\"><thead><tr>";
  for (const std::string_view head : {"名称", "查询", "上次夜间任务", "用途", "经办"})
    out << "<th scope=\"col\">" << head << "</th>";
  out << "</tr></thead><tbody>";
  for (const store::SavedSearch& search : searches) {
    const auto last = found.find(search.name);
    out << "<tr><td class=\"lead\" data-label=\"名称\"><a href=\"" << saved_path(search.name) << "\">" << search.name
        << "</a></td><td data-label=\"查询\">" << told_of(site, search) << "</td><td data-label=\"上次夜间任务\"><span>"
        << last_found(last == found.end() ? nullptr : &last->second, search.revision)
        << "</span></td><td data-label=\"用途\">" << search.reason << "</td><td data-label=\"经办\"><span>" << search.by
        << moment(search.at) << "</span></td></tr>";
  }
  out << "</tbody></table>";
  return out;
}

Html news_section(const Result<SavedFound>& found) {
  Html out;
  out << "<section class=\"sheet\" id=\"news\"><h2>新增企业</h2>";
  if (!found) {
    out << "<p class=\"needed\">未能运行：" << in_chinese(found.error()) << "。</p></section>";
    return out;
  }
  out << "<p>现在共 <strong>" << found->total << "</strong> 家";
  if (found->since.empty()) {
    out << "；尚无可比的上一夜，从第二次夜间任务起列出新增企业。</p></section>";
    return out;
  }
  out << "，较 " << found->since << " 新增 <strong>" << found->fresh << "</strong> 家，减少 " << found->gone
      << " 家。</p>";
  if (!found->firms.empty()) {
    out << "<ul class=\"firms\">";
    for (const SavedFound::Firm& firm : found->firms)
      out << "<li><a href=\"" << firm_path(firm.code, firm.firm, "") << "\">" << firm.name
          << "</a> <small class=\"id\">"
          << (firm.code.empty() ? std::string_view("代码待查") : std::string_view(firm.code)) << "</small></li>";
    out << "</ul>";
  }
  if (found->fresh > found->firms.size())
    out << "<p class=\"note\">另有 " << found->fresh - found->firms.size() << " 家。</p>";
  out << "</section>";
  return out;
}

Html history_section(const Site& site, const std::vector<store::SavedSearch>& history) {
  Html out;
  out << "<section class=\"sheet\"><h2>历次修改</h2><table class=\"stack\"><thead><tr>";
  for (const std::string_view head : {"版本", "查询", "用途", "经办"}) out << "<th scope=\"col\">" << head << "</th>";
  out << "</tr></thead><tbody>";
  for (auto at = history.rbegin(); at != history.rend(); ++at)
    out << "<tr><td class=\"lead\" data-label=\"版本\">第 " << at->revision << " 版</td><td data-label=\"查询\">"
        << (at->kept ? told_of(site, *at) : std::string("停止运行")) << "</td><td data-label=\"用途\">" << at->reason
        << "</td><td data-label=\"经办\"><span>" << at->by << moment(at->at) << "</span></td></tr>";
  out << "</tbody></table></section>";
  return out;
}

Html drop_form(const FormWriter& writer, const store::SavedSearch& search) {
  const FormPart form = writer.form("drop");
  Html out;
  out << "<section class=\"sheet screen-only\"><details class=\"step\""
      << std::string_view(form.refused() ? " open" : "") << "><summary>停止运行</summary>"
      << form.open(saved_path(search.name)) << form.hidden("revision", std::to_string(search.revision))
      << "<div class=\"fields\">" << form.input({"reason", "原因", "text", "", "如：名单已办结", true, true})
      << "</div>" << form.close("停止运行")
      << "</details><p class=\"note\">停止后夜间任务不再运行它；历次修改保留。</p></section>";
  return out;
}

Result<SavedQuery> query_of(const Posted& posted) {
  Request request;
  if (!parse_target("/search" + posted.text("search"), request)) return Error{Errc::kUsage, "查询地址无法识别", ""};
  TANMIAO_ASSIGN(const ListQuery list, parse_list_query(request, kSearchWords));
  if (!list.filtered()) return Error{Errc::kUsage, "请先输入查询词或选择筛选条件", ""};
  TANMIAO_ASSIGN(const auto world, posted.site.worlds.now(posted.site.campaign_of(list)));
  TANMIAO_ASSIGN(const auto found, search_firms(posted.site, *world, list.at(1)));  // what cannot be run is not kept
  if (!found.corrections.empty())
    return Error{Errc::kUsage,
                 "没有企业含有“" + found.corrections[0].typed + "”，夜间任务不作猜测：请改查“" +
                     found.corrections[0].as + "”后再保存",
                 ""};
  SavedQuery query;
  query.text = list.text, query.campaign = list.campaign;
  for (const auto& [facet, values] : list.filters) query.filters.push_back({facet, values});
  return query;
}

Result<std::string> name_of(const Posted& posted) {
  const std::string name = text::squeeze(posted.text("name"));
  if (name.empty()) return Error{Errc::kUsage, "请填写名称", ""};
  const bool lines = std::any_of(name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) < ' '; });
  if (lines || text::length(name) > kLongestName)
    return Error{Errc::kUsage, "名称应为一行，至多 " + std::to_string(kLongestName) + " 字", ""};
  return name;
}

}  // namespace

Html keep_form(const FormWriter& writer, const ListQuery& query) {
  Html out;
  if (!query.filtered()) return out;
  ListQuery kept = query.at(1);
  kept.open.clear(), kept.sort.clear(), kept.format.clear();
  const FormPart form = writer.form("keep");
  out << "<details class=\"step screen-only\"" << std::string_view(form.refused() ? " open" : "")
      << "><summary>保存本次查询</summary>" << form.open("/saved", "", "/search" + query.at(1).address())
      << form.hidden("search", kept.address()) << "<div class=\"fields\">"
      << form.input({"name", "名称", "text", "", "如：铝箔招引", true})
      << form.input({"reason", "用途", "text", "", "如：招引名单", true, true})
      << "<label class=\"sure\"><input type=\"checkbox\" name=\"replace\" value=\"yes\""
      << std::string_view(form.ticked("replace", "yes") ? " checked" : "")
      << "><span>已有同名的查询时改为本次查询</span></label></div>" << form.close("保存")
      << "<p class=\"note\">以后每次夜间任务都会运行它，列出新增的企业。</p></details>";
  return out;
}

Result<Response> saved_page(const Site& site, const Request& request) {
  TANMIAO_ASSIGN(auto searches,
                 site.worlds.with_store([](store::Store& store) { return store.people().saved_searches(); }));
  std::erase_if(searches, [](const store::SavedSearch& search) { return !search.kept; });
  const FormWriter writer(site, request, nullptr);
  Html body;
  body << "<div class=\"title\"><h1>已存查询</h1><p class=\"sub\">共 <strong>" << searches.size()
       << "</strong> 项</p><p class=\"links screen-only\"><a href=\"/search\">← 企业查询</a></p></div>"
       << writer.notice();
  if (searches.empty())
    body << "<div class=\"sheet none\"><p>还没有已存的查询：在<a "
            "href=\"/search\">企业查询</a>中查询后点“保存本次查询”。</p></div>";
  else
    body << "<section class=\"sheet\">" << searches_table(site, searches) << "</section>";
  Frame frame;
  frame.waiting = site.waiting();
  frame.title = "已存查询";
  frame.active = "/search";
  return page(frame, body);
}

Result<Response> saved_search_page(const Site& site, const Request& request, std::string_view name,
                                   const Typed* typed) {
  TANMIAO_ASSIGN(const store::SavedSearch search, find_saved(site, name));
  TANMIAO_ASSIGN(const auto history, site.worlds.with_store([&](store::Store& store) {
    return store.people().saved_search_history(search.name);
  }));
  const FormWriter writer(site, request, typed);
  Html body;
  body << "<div class=\"title\"><h1>" << search.name << "</h1><p class=\"sub\">" << told_of(site, search) << " · "
       << search.reason << "</p><p class=\"links screen-only\"><a href=\"/saved\">← 全部已存查询</a>";
  if (const std::string address = search_address(search); !address.empty())
    body << " <a href=\"" << address << "\">在企业查询中打开</a>";
  body << "</p></div>" << writer.notice() << news_section(saved_news(site, search)) << history_section(site, history)
       << drop_form(writer, search);
  Frame frame;
  frame.waiting = site.waiting();
  frame.title = search.name;
  frame.active = "/search";
  return page(frame, body);
}

Result<Done> keep_post(const Posted& posted) {
  TANMIAO_ASSIGN(const std::string name, name_of(posted));
  TANMIAO_ASSIGN(const SavedQuery query, query_of(posted));
  store::SavedSearch search;
  search.name = name, search.query = saved_query_json(query);
  search.reason = text::squeeze(posted.text("reason")), search.by = posted.actor.by, search.at = posted.actor.at;
  if (search.reason.empty()) return Error{Errc::kUsage, "请写明用途", ""};
  const bool replace = posted.text("replace") == "yes";
  TANMIAO_TRY(posted.site.worlds.with_store([&](store::Store& store) -> Status {
    TANMIAO_ASSIGN(const auto history, store.people().saved_search_history(name));
    if (!history.empty()) search.revision = history.back().revision;
    if (!history.empty() && history.back().kept && !replace)
      return Error{Errc::kConflict,
                   "已有同名的查询：" + told_of(posted.site, history.back()) + "；请换一个名称，或勾选“改为本次查询”",
                   ""};
    TANMIAO_ASSIGN(const std::uint64_t revision, store.people().save_search(search));
    (void)revision;
    return {};
  }));
  return Done{saved_path(name), {"查询已保存，从下一次夜间任务起列出新增企业。", "/saved", "全部已存查询"}};
}

Result<Done> drop_post(const Posted& posted) {
  TANMIAO_ASSIGN(store::SavedSearch search, find_saved(posted.site, posted.rest));
  search.reason = text::squeeze(posted.text("reason"));
  if (search.reason.empty()) return Error{Errc::kUsage, "请写明停止的原因", ""};
  if (posted.text("revision") != std::to_string(search.revision))
    return Error{Errc::kConflict, "查询已由" + search.by + "于 " + day_and_hour(search.at) + " 修改，请核对后再定", ""};
  search.kept = false, search.by = posted.actor.by, search.at = posted.actor.at;
  TANMIAO_TRY(posted.site.worlds.with_store([&](store::Store& store) { return store.people().save_search(search); }));
  return Done{"/saved", {"“" + search.name + "”不再运行。", "", ""}};
}

}  // namespace tanmiao::server
