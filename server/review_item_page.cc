// One name that waits for a person, or that was joined to a firm: the record that writes it beside the firm that it may
// be, what speaks for and against, and the ruling.
#include <algorithm>
#include <tuple>

#include "server/entry_view.h"
#include "server/form_html.h"
#include "server/review_item.h"
#include "store/review_words.h"

namespace tanmiao::server {
namespace {

Html candidate_tabs(const RegionTable& regions, const ItemView& view) {
  Html out;
  if (view.candidates.size() < 2) return out;
  out << "<nav class=\"tabs candidates\" aria-label=\"可能的企业\">";
  std::size_t number = 0;
  for (const pool::QueueCandidate& candidate : view.candidates) {
    const pool::FirmCard card = view.state.world->book->card(candidate.firm);
    ItemQuery other = view.query;
    other.firm = firm_word(card);
    out << "<a href=\"" << other.address() << "\" data-candidate=\"" << ++number << "\"";
    if (candidate.firm == view.firm) out << " aria-current=\"true\"";
    out << "><b>" << number << "</b> " << card.name;
    if (const std::string_view county = regions.name(view.state.world->snapshot->firms.county[card.firm]);
        !county.empty())
      out << " <small>" << county << "</small>";
    if (candidate.probability >= 0) out << " " << percent(candidate.probability);
    for (const auto& s : view.said)
      if (s.firm == candidate.firm) out << " " << ruling_badge(s.decision->ruling);
    out << "</a>";
  }
  out << "</nav>";
  return out;
}

Html pair_evidence(const ItemView& view) {
  const pool::QueueCandidate candidate = pool::candidate_of(view.one.item, view.firm);
  Html out;
  out << "<section class=\"sheet\"><h2>依据何在</h2>";
  if (candidate.factors.empty() && view.one.why_shown && !view.one.item.why.empty())
    out << "<p>" << view.one.item.why << "</p>";
  if (!candidate.factors.empty())
    out << factor_table(candidate)
        << "<p class=\"note\">正数支持是同一家，负数相反；每多 1 "
           "比特，是与不是之比加一倍。概率在各候选企业和“都不是”之间分摊。</p>";
  else if (view.firm != store::kNoFirm && view.one.item.candidates.empty())
    out << "<p class=\"note\">这家企业是另行填写的，没有逐项比较，请看上面两侧的内容。</p>";
  out << "</section>";
  return out;
}

Html rulings_so_far(const ItemView& view) {
  Html out;
  for (const auto& s : view.said) {
    const store::IdentityDecision& d = *s.decision;
    if (pool::is_taken_out(*view.state.world->book, view.state.taken_out, d.firm_identity)) continue;
    const pool::FirmCard card = view.state.world->book->card(s.firm);
    out << "<li>" << ruling_badge(d.ruling) << " "
        << (card.firm == store::kNoFirm ? lost_firm(d.firm_identity) : card.name) << "：" << d.reason
        << " <small class=\"nowrap\">" << d.by << " " << day_and_hour(d.decided_at)
        << std::string_view(d.key.empty() ? " · 该来源各条" : "") << "</small></li>";
  }
  Html all;
  if (!out.empty())
    all << "<section class=\"sheet\"><h2>已有判定</h2><ul class=\"plain\">" << out
        << "</ul><p class=\"note\">下一次夜间任务起生效。<a "
           "href=\"/review/decisions\">撤销见现有判定</a></p></section>";
  return all;
}

Html reason_field(const FormPart& form) {
  Html out;
  out << "<label class=\"wide-field\"><span>依据 <b class=\"must\" title=\"必填\">*</b></span><input type=\"text\" "
         "name=\"reason\" list=\"usual-reasons\" maxlength=\"200\" required autocomplete=\"off\" value=\""
      << form.value("reason", "")
      << "\"><small>如：字号、行业、所在地一致</small></label><datalist id=\"usual-reasons\">";
  for (const std::string_view reason : {"字号、行业、所在地一致", "曾用名", "名称误写，地址一致", "电话核实",
                                        "字号相同，行业或地区不同", "另有同名企业"})
    out << "<option value=\"" << reason << "\">";
  out << "</datalist>";
  return out;
}

Html key_legend() {
  Html out;
  out << "<details class=\"keys screen-only\" open data-keys><summary>键盘 <kbd>?</kbd></summary><p><kbd>s</kbd> "
      << pool::label(store::Ruling::kSame) << " <kbd>d</kbd> " << pool::label(store::Ruling::kDifferent)
      << " <kbd>u</kbd> " << pool::label(store::Ruling::kUnsure)
      << " <kbd>j</kbd> 下一项 <kbd>k</kbd> 上一项 <kbd>1</kbd>–<kbd>9</kbd> "
         "换一家候选。依据未填时先到依据一栏，填好后按回车即按刚才所选办理。在栏目里打字时这些键不起作用。</p></"
         "details>";
  return out;
}

Html ruling_button(store::Ruling ruling, std::string_view key, std::string_view style) {
  Html out;
  out << "<button type=\"submit\" name=\"ruling\" value=\"" << store::ruling_name(ruling) << "\"";
  if (!style.empty()) out << " class=\"" << style << "\"";
  out << " data-key=\"" << key << "\">" << pool::label(ruling) << " <kbd>" << key << "</kbd></button>";
  return out;
}

Html ruling_form(const ItemView& view, const FormWriter& writer, const pool::FirmCard& card) {
  const FormPart form = writer.form("ruling");
  const bool many = view.one.item.kind == RecordKind::kPatent || view.one.item.kind == RecordKind::kPatentEvent;
  const bool everywhere =
      form.refused() ? form.ticked("everywhere", "yes") : many && view.one.alike.empty() && !view.joined;
  ItemQuery here = view.query;
  here.firm = firm_word(card);
  Html out;
  out << "<section class=\"sheet ruling\" id=\"ruling\"><h2>“" << view.one.item.name << "”与“" << card.name << "”</h2>"
      << form.open(here.address(), "judging")
      << form.hidden("mark", mark_of(*view.state.rulings, view.one.at()))
      // The first button is what the Enter key presses: it must not decide.
      << "<button type=\"submit\" name=\"ruling\" value=\"\" class=\"no-choice\" tabindex=\"-1\" "
         "aria-hidden=\"true\">请选择</button><div class=\"fields\">"
      << reason_field(form) << "<label class=\"sure\"><input type=\"checkbox\" name=\"everywhere\" value=\"yes\""
      << std::string_view(everywhere ? " checked" : "")
      << "><span>该来源各条记录中的此名称都照此办理，今后的也是</span></label></div>";
  if (!view.one.alike.empty())
    out << "<p class=\"note\">此名称另有 " << view.one.alike.size() << " 条记录情形相同，一并判定。</p>";
  out << "<div class=\"send\">" << form.acting_field() << ruling_button(store::Ruling::kSame, "s", "")
      << ruling_button(store::Ruling::kDifferent, "d", "danger") << ruling_button(store::Ruling::kUnsure, "u", "quiet")
      << "</div></form>" << key_legend() << "</section>";
  return out;
}

Html other_firm(const ItemView& view) {
  Html out;
  out << "<form class=\"desk other-firm screen-only\" action=\"/review/item\" method=\"get\">";
  const auto hidden = [&](std::string_view name, std::string_view value) {
    if (!value.empty()) out << "<input type=\"hidden\" name=\"" << name << "\" value=\"" << value << "\">";
  };
  const pool::NamedIn& at = view.query.at;
  hidden("source", at.source), hidden("kind", kind_name(at.kind)), hidden("key", at.key);
  hidden("slot", std::to_string(at.slot)), hidden("in_source", view.query.among.source);
  if (view.query.among.kind) hidden("in_kind", kind_name(*view.query.among.kind));
  if (view.query.among.standing) hidden("in_state", pool::word(*view.query.among.standing));
  hidden("in_firm", view.query.in_firm);
  out << "<label><span>与另一家企业比较</span><input type=\"text\" name=\"firm\" maxlength=\"60\" "
         "placeholder=\"统一社会信用代码、编号或全称\" required></label><button type=\"submit\" "
         "class=\"quiet\">比较</button></form>";
  return out;
}

// What the item is gone through among: a part of the queue, or the records of a firm.
struct Walk {
  std::string before, after;  // addresses; empty: none
  std::size_t place = 0, count = 0;
  std::string list;
};

Result<Walk> walk_of_queue(const ItemView& view) {
  const pool::QueueFilter& among = view.query.among;
  const Neighbours around = neighbours(*view.state.queue, among, view.one.at());
  const auto address = [&](const pool::QueueItem* one) {
    return one == nullptr ? std::string() : item_query(*one, among).address();
  };
  return Walk{address(around.before), address(around.after), around.place, around.count,
              "/review" + ReviewQuery{among, 1}.address()};
}

Result<Walk> walk_of_firm(const Site& site, const ItemView& view) {
  const ItemQuery& query = view.query;
  TANMIAO_ASSIGN(const store::FirmNo firm, site.find_firm(*view.state.world, query.in_firm));
  TANMIAO_ASSIGN(const auto names, joined_names(site, firm, query.among.kind));
  const pool::FirmCard card = view.state.world->book->card(firm);
  const auto is_it = [&](const JoinedName& one) {
    return std::tie(one.at.source, one.at.kind, one.at.key, one.at.slot) ==
           std::tie(query.at.source, query.at.kind, query.at.key, query.at.slot);
  };
  const auto here = std::find_if(names.begin(), names.end(), is_it);
  const auto address = [&](const JoinedName& one) {
    return judge_query(one, firm_word(card), query.among.kind).address();
  };
  Walk out{"", "", 0, names.size(), records_path(card.code, firm)};
  if (here == names.end()) return out;
  out.place = static_cast<std::size_t>(here - names.begin()) + 1;
  if (here != names.begin()) out.before = address(*(here - 1));
  if (here + 1 != names.end()) out.after = address(*(here + 1));
  return out;
}

Html walk_nav(const Walk& walk) {
  Html out;
  out << "<nav class=\"walk\" aria-label=\"前后\">";
  const auto link = [&](const std::string& address, std::string_view rel, std::string_view text, std::string_view key) {
    if (address.empty())
      out << "<span class=\"unknown\">" << text << "</span>";
    else
      out << "<a rel=\"" << rel << "\" href=\"" << address << "\" data-key=\"" << key << "\">" << text << " <kbd>"
          << key << "</kbd></a>";
  };
  link(walk.before, "prev", "上一项", "k");
  if (walk.place > 0) out << "<span>第 " << walk.place << " / " << walk.count << " 项</span>";
  link(walk.after, "next", "下一项", "j");
  out << "<a href=\"" << walk.list << "\">返回列表</a></nav>";
  return out;
}

// Beside the headline: what it is, and how it stands.
Html subtitle(const ItemView& view, const SourceTitles& titles) {
  const std::string linked = view.state.world->book->card(view.one.item.linked).name;
  Html out;
  out << "<p class=\"sub\">" << pool::label(view.one.item.kind) << " · " << title_of(titles, view.one.item.source);
  if (view.joined)
    out << " · <strong>已归入" << linked << "（" << store::join_words(*view.joined) << "）</strong>";
  else
    out << " · 价值 " << worth(view.one.item.value);
  if (view.one.standing == pool::ItemStanding::kSettled) out << " · <strong>已判定，下一夜生效</strong>";
  if (view.one.standing == pool::ItemStanding::kShelved) out << " · <strong>搁置</strong>";
  if (view.one.standing == pool::ItemStanding::kLinked && !view.joined)
    out << " · <strong>已按概率归入" << linked << "</strong>";
  out << "</p>";
  return out;
}

}  // namespace

Result<Response> review_item_page(const Site& site, const Request& request, const Typed* typed) {
  TANMIAO_ASSIGN(const auto state, review_state(site));
  TANMIAO_ASSIGN(ItemQuery query, parse_item_query(request));
  TANMIAO_ASSIGN(const ItemView view, item_view(site, *state, std::move(query)));
  TANMIAO_ASSIGN(const Walk walk, view.query.in_firm.empty() ? walk_of_queue(view) : walk_of_firm(site, view));
  const SourceTitles titles = source_titles(site);
  const pool::FirmCard card = state->world->book->card(view.firm);
  const FormWriter writer(site, request, typed);
  Html body;
  body << "<div class=\"title\"><h1>是同一家企业吗？</h1>" << subtitle(view, titles) << "</div>" << writer.notice()
       << walk_nav(walk) << candidate_tabs(site.worlds.reference().regions, view) << "<div class=\"versus\">"
       << record_side(site, view, titles, card) << firm_side(site, view, card) << "</div>";
  if (card.firm != store::kNoFirm) body << ruling_form(view, writer, card);
  body << rulings_so_far(view) << pair_evidence(view) << other_firm(view);
  Frame frame;
  frame.title = view.one.item.name + (view.joined ? " · 关联记录" : " · 待判定");
  frame.active = "/review";
  frame.waiting = state->queue->count(pool::ItemStanding::kWaiting);
  frame.as_of = iso(state->world->snapshot->info().civil_date);
  frame.css = "judging-page";
  return page(frame, body);
}

}  // namespace tanmiao::server
