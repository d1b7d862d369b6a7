#include "server/review_item.h"

#include <algorithm>

#include "pool/judge.h"

namespace tanmiao::server {
namespace {

constexpr std::size_t kLongestFact = 400;  // bytes of an abstract or a business scope; the rest folds away

void side_fact(Html& out, std::string_view label, std::string_view value) {
  if (value.empty()) return;
  out << "<dt>" << label << "</dt><dd>";
  if (value.size() <= kLongestFact) {
    out << value << "</dd>";
    return;
  }
  std::size_t end = kLongestFact;
  while ((static_cast<unsigned char>(value[end]) & 0xC0) == 0x80) --end;
  out << "<details><summary>" << value.substr(0, end) << "…</summary>" << value.substr(end) << "</details></dd>";
}

// Where the record stood: a file and its line, or a page.
Html record_place(const ItemView& view) {
  Html out;
  if (!view.origin) return out;
  const std::string& part = view.origin->part;
  const bool page = part.find("://") != std::string::npos;
  out << "<dt>位置</dt><dd>" << outside_link(part, (page ? "" : "文件 ") + part);
  if (view.origin->line > (page ? 1 : 0)) out << " 第 " << view.origin->line << " 行";
  out << " <small class=\"nowrap\">取得 " << iso(view.origin->seen) << "</small></dd>";
  return out;
}

bool shown_field(Field field) { return field != Field::kInventorHash && field != Field::kApplicantPosition; }

std::size_t patents_now(const store::Snapshot& s, store::FirmNo firm) {
  const auto [first, last] = s.ownerships_of(firm);
  std::size_t count = 0;
  for (auto i = first; i < last; ++i) count += s.ownerships.to[i] == kNoDay;
  return count;
}

// As somebody who knows the firm writes it: code, number, or a name that only one bears.
Result<store::FirmNo> meant_firm(const Site& site, const ReviewState& state, const std::string& text) {
  const pool::FirmBook& book = *state.world->book;
  const bool name = std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
  if (!name) return site.find_firm(*state.world, text);
  auto bearers = book.by_name(text);
  std::erase_if(bearers, [&](store::FirmNo firm) {
    return pool::is_taken_out(book, state.taken_out, pool::identity_of(book, firm));
  });
  if (bearers.size() > 1)
    return Error{Errc::kUsage,
                 "有 " + std::to_string(bearers.size()) + " 家企业叫“" + text + "”，请填写统一社会信用代码", ""};
  return bearers.empty() ? site.find_firm(*state.world, text) : bearers.front();
}

}  // namespace

Result<ItemView> item_view(const Site& site, const ReviewState& state, ItemQuery query) {
  TANMIAO_ASSIGN(auto judged, judged_item(site, state, query.at));
  ItemView view{state, std::move(judged.one), judged.joined, std::move(query), store::kNoFirm, {}, {}, {}, {}};
  view.candidates = pool::candidates_of(view.one.item);
  view.query.at.name.clear();
  view.said = state.rulings->on(view.one.at());
  if (view.joined && view.query.in_firm.empty())
    view.query.in_firm = firm_word(state.world->book->card(view.one.item.linked));
  if (!view.query.firm.empty()) {
    TANMIAO_ASSIGN(view.firm, meant_firm(site, state, view.query.firm));
  } else if (!view.candidates.empty()) {
    // The best that nobody ruled out.
    const auto open = std::find_if(view.candidates.begin(), view.candidates.end(), [&](const auto& candidate) {
      return std::none_of(view.said.begin(), view.said.end(), [&](const auto& s) { return s.firm == candidate.firm; });
    });
    view.firm = (open == view.candidates.end() ? view.candidates.front() : *open).firm;
  }
  const auto read = [&](store::Store& store) -> Status {
    const store::ReviewItem& item = view.one.item;
    TANMIAO_ASSIGN(view.record, pool::live_record(store.facts(), item.kind, item.source, item.key));
    TANMIAO_ASSIGN(view.origin, store::origin_of(store.facts(), {}, item.kind, item.source, item.key));
    return {};
  };
  TANMIAO_TRY(site.worlds.with_store(read));
  return view;
}

Html record_side(const Site& site, const ItemView& view, const SourceTitles& titles, const pool::FirmCard& card) {
  const store::ReviewItem& item = view.one.item;
  Html out;
  out << "<section class=\"sheet side\" aria-label=\"记录\"><h2>记录中的名称</h2><p class=\"big-name\">"
      << marked_name(item.name, card.name) << "</p><dl class=\"sides\">";
  if (!view.record) out << "<dt>记录</dt><dd>数据中已没有这条记录</dd>";
  if (view.record) {
    const Record& record = view.record->record;
    for (const FieldSpec& spec : all_fields()) {
      if (!shown_field(spec.id)) continue;
      std::string text;
      for (const std::string_view value : record.all(spec.id))
        text += (text.empty() ? "" : "、") + record_text(site.worlds.reference(), spec.id, value);
      side_fact(out, spec.label, text);
    }
  }
  side_fact(out, "来源", title_of(titles, item.source) + "（" + std::string(pool::label(item.kind)) + "）");
  side_fact(out, "记录编号", item.key);
  out << record_place(view) << "</dl></section>";
  return out;
}

Html firm_side(const Site& site, const ItemView& view, const pool::FirmCard& card) {
  Html out;
  out << "<section class=\"sheet side\" aria-label=\"企业\"><h2>可能的企业</h2>";
  if (card.firm == store::kNoFirm) {
    out << "<p "
           "class=\"empty\">登记数据中没有相近的企业。知道是哪一家的，可在下面填写它的统一社会信用代码或全称来比较。</"
           "p></"
           "section>";
    return out;
  }
  const store::Snapshot& s = *view.state.world->snapshot;
  const auto& f = s.firms;
  const RegionTable& regions = site.worlds.reference().regions;
  std::string former(f.former_names[card.firm]);
  for (std::size_t at = 0; (at = former.find('\n', at)) != std::string::npos;) former.replace(at, 1, "、");
  const auto established = from_day(f.established[card.firm]);
  const auto [first, last] = s.recognitions_of(card.firm);
  out << "<p class=\"big-name\"><a href=\"" << firm_path(card.code, card.firm, "") << "\">"
      << marked_name(card.name, view.one.item.name) << "</a></p><dl class=\"sides\">";
  side_fact(out, "曾用名", former);
  side_fact(out, "统一社会信用代码", card.code.empty() ? "待查" : card.code);
  side_fact(out, "所属县区", regions.name(f.county[card.firm]));
  side_fact(out, "责任单位", card.unit);
  side_fact(out, "注册地址", f.address[card.firm]);
  side_fact(out, "成立日期", established ? iso(*established) : "");
  const auto status = static_cast<FirmStatus>(f.status[card.firm]);
  side_fact(out, "登记状态", status == FirmStatus::kUnknown ? std::string_view() : status_label(status));
  side_fact(out, "企业类型", f.org_type[card.firm]);
  side_fact(out, "行业", f.industry_name[card.firm]);
  side_fact(out, "专利", std::to_string(patents_now(s, card.firm)) + " 件");
  if (last > first) side_fact(out, "资质", std::to_string(last - first) + " 项");
  side_fact(out, "经营范围", f.scope[card.firm]);
  out << "</dl></section>";
  return out;
}

}  // namespace tanmiao::server
