#include "pool/review_queue.h"

#include <algorithm>
#include <boost/json.hpp>
#include <limits>
#include <map>
#include <set>
#include <tuple>

#include "core/firm_name.h"
#include "store/review_words.h"

namespace tanmiao::pool {
namespace {

namespace json = boost::json;

struct StandingWord {
  std::string_view word, label;
};
constexpr std::array<StandingWord, kStandings> kStandingWords = {{{"waiting", "待判定"},
                                                                  {"shelved", "搁置"},
                                                                  {"settled", "已判定"},
                                                                  {"linked", "按概率归入"},
                                                                  {"nothing_near", "无相近企业"}}};

// The names that linkage/match gives to what it compares, as people read them.
constexpr auto kFactorLabels =
    std::to_array<std::pair<std::string_view, std::string_view>>({{"whole", "全称"},
                                                                  {"trade", "字号"},
                                                                  {"industry", "行业词"},
                                                                  {"extra", "多出的字"},
                                                                  {"region", "名称中的地区"},
                                                                  {"form", "组织形式"},
                                                                  {"group", "集团"},
                                                                  {"branch", "分支机构"},
                                                                  {"number", "序号"},
                                                                  {"place", "所在地"},
                                                                  {"day", "时间"},
                                                                  {"classes", "专利分类与经营范围"},
                                                                  {"partners", "共同申请人"},
                                                                  {"prior", "名单大小"},
                                                                  {"code", "信用代码"},
                                                                  {"claimed", "更相符的名称"},
                                                                  {"former", "曾用名"},
                                                                  {"life", "存续"}});

std::string factor_label(std::string_view field) {
  for (const auto& [word, text] : kFactorLabels)
    if (word == field) return std::string(text);
  return std::string(field);
}

double member_number(const json::object& object, std::string_view name, double otherwise) {
  const json::value* at = object.if_contains(name);
  return at != nullptr && at->is_number() ? at->to_number<double>() : otherwise;
}

std::string member_text(const json::object& object, std::string_view name) {
  const json::value* at = object.if_contains(name);
  return at != nullptr && at->is_string() ? std::string(at->get_string()) : std::string();
}

// "字号：一致" under the heading 字号 says it once.
std::string without_label(const std::string& text, const std::string& label) {
  const std::string begin = label + "：";
  return text.starts_with(begin) ? text.substr(begin.size()) : text;
}

QueueCandidate candidate_in(const json::object& object) {
  QueueCandidate out;
  out.firm = static_cast<store::FirmNo>(member_number(object, "firm", 0));
  out.probability = member_number(object, "probability", -1);
  out.bits = member_number(object, "bits", 0);
  const json::value* factors = object.if_contains("factors");
  if (factors == nullptr || !factors->is_array()) return out;
  for (const json::value& one : factors->get_array()) {
    if (!one.is_object()) continue;
    QueueFactor factor{member_text(one.get_object(), "field"), {}, {}, member_number(one.get_object(), "bits", 0)};
    factor.label = factor_label(factor.field);
    factor.text = without_label(member_text(one.get_object(), "text"), factor.label);
    out.factors.push_back(std::move(factor));
  }
  return out;
}

// As is_taken_out(), of thousands.
bool can_be_shown(const FirmBook& book, const TakenOut& taken_out, store::FirmNo firm) {
  const std::string key = book.key(firm);
  return !key.empty() && (book.snapshot().firms.flags[firm] & store::kFirmSuppressed) == 0 &&
         !std::binary_search(taken_out.firms.begin(), taken_out.firms.end(), firm) && !taken_out.keys.contains(key);
}

ItemStanding standing_of(const store::ReviewItem& item, const std::vector<Rulings::Said>& said) {
  const auto of = [&](store::FirmNo firm) {
    const auto at = std::find_if(said.begin(), said.end(), [&](const auto& s) { return s.firm == firm; });
    return at == said.end() ? store::Ruling::kUndone : at->decision->ruling;
  };
  // A registration that was joined to another code waits with no candidate, whatever was said of it.
  const bool joined = item.kind == RecordKind::kFirm && item.candidates.empty();
  for (const auto& s : said)
    if (s.decision->same() && s.firm != store::kNoFirm && !joined) return ItemStanding::kSettled;
  if (item.linked != store::kNoFirm) {
    const store::Ruling ruling = of(item.linked);
    return ruling == store::Ruling::kUndone ? ItemStanding::kLinked : ItemStanding::kSettled;
  }
  bool unsure = false, all_different = !item.candidates.empty();
  for (const store::FirmNo firm : item.candidates) {
    unsure |= of(firm) == store::Ruling::kUnsure;
    all_different &= of(firm) == store::Ruling::kDifferent;
  }
  if (item.candidates.empty())
    unsure = std::any_of(said.begin(), said.end(),
                         [](const auto& s) { return s.decision->ruling == store::Ruling::kUnsure; });
  if (all_different) return ItemStanding::kSettled;
  if (unsure) return ItemStanding::kShelved;
  return item.candidates.empty() ? ItemStanding::kNothingNear : ItemStanding::kWaiting;
}

}  // namespace

std::string_view word(ItemStanding standing) { return kStandingWords.at(static_cast<std::size_t>(standing)).word; }
std::string_view label(ItemStanding standing) { return kStandingWords.at(static_cast<std::size_t>(standing)).label; }
std::optional<ItemStanding> standing_from_word(std::string_view word) {
  for (std::size_t i = 0; i < kStandings; ++i)
    if (kStandingWords[i].word == word) return static_cast<ItemStanding>(i);
  return std::nullopt;
}

std::vector<QueueCandidate> candidates_of(const store::ReviewItem& item) {
  std::vector<QueueCandidate> out;
  boost::system::error_code failed;
  const json::value detail = item.detail.empty() ? json::value() : json::parse(item.detail, failed);
  const auto wanted = [&](store::FirmNo firm) {
    return std::find(item.candidates.begin(), item.candidates.end(), firm) != item.candidates.end();
  };
  if (!failed && detail.is_array())
    for (const json::value& one : detail.get_array())
      if (one.is_object())
        if (QueueCandidate candidate = candidate_in(one.get_object()); wanted(candidate.firm))
          out.push_back(std::move(candidate));
  for (const store::FirmNo firm : item.candidates)
    if (std::none_of(out.begin(), out.end(), [&](const QueueCandidate& c) { return c.firm == firm; }))
      out.push_back({firm, -1, 0, {}});
  return out;
}

QueueCandidate candidate_of(const store::ReviewItem& item, store::FirmNo firm) {
  for (QueueCandidate& candidate : candidates_of(item))
    if (candidate.firm == firm) return std::move(candidate);
  return {firm, -1, 0, {}};
}

ReviewQueue::ReviewQueue(std::vector<store::ReviewItem> items, const Rulings& rulings, const FirmBook& book,
                         const TakenOut& taken_out) {
  using NameKey = std::tuple<RecordKind, std::string, std::string>;
  std::set<NameKey> near;  // names that some item knows a candidate of
  std::vector<NameKey> unknown;
  items_.reserve(items.size());
  for (store::ReviewItem& item : items) {
    NameKey key{item.kind, item.source, exact_name_key(item.name, book.reference())};
    const std::size_t before = item.candidates.size();
    std::erase_if(item.candidates, [&](store::FirmNo firm) { return !can_be_shown(book, taken_out, firm); });
    const std::size_t left = item.candidates.size();
    if (before == 0 || left > 0) {
      QueueItem one{std::move(item), ItemStanding::kWaiting, left == before};
      one.standing = standing_of(one.item, rulings.on(one.at(), std::get<2>(key)));
      if (one.standing == ItemStanding::kNothingNear)
        unknown.push_back(one.item.why == store::kNoSuchName ? key : NameKey{});
      items_.push_back(std::move(one));
    }
    if (before > 0) near.insert(std::move(key));
  }
  std::size_t number = 0;  // in `unknown`
  std::erase_if(items_, [&](const QueueItem& one) {
    return one.standing == ItemStanding::kNothingNear && near.contains(unknown[number++]);
  });
  put_together(book.reference());
  std::stable_sort(items_.begin(), items_.end(),
                   [](const QueueItem& a, const QueueItem& b) { return a.standing < b.standing; });
  for (const QueueItem& one : items_) ++counts_.at(static_cast<std::size_t>(one.standing));
}

bool same_case(const store::ReviewItem& a, const store::ReviewItem& b, const Reference& reference) {
  return store::is_out_of_time(a) && store::is_out_of_time(b) && store::is_too_early(a) == store::is_too_early(b) &&
         a.kind == b.kind && a.source == b.source && a.candidates == b.candidates &&
         exact_name_key(a.name, reference) == exact_name_key(b.name, reference);
}

void ReviewQueue::put_together(const Reference& reference) {
  using Case = std::tuple<RecordKind, std::string, std::string, std::vector<store::FirmNo>, bool>;
  std::map<Case, std::size_t> first;  // in `kept`
  std::vector<QueueItem> kept;
  kept.reserve(items_.size());
  for (QueueItem& one : items_) {
    if (one.standing == ItemStanding::kWaiting && one.why_shown && store::is_out_of_time(one.item)) {
      const Case it{one.item.kind, one.item.source, exact_name_key(one.item.name, reference), one.item.candidates,
                    store::is_too_early(one.item)};
      const auto [at, fresh] = first.emplace(it, kept.size());
      if (!fresh) {
        kept[at->second].alike.push_back(one.at());
        continue;
      }
    }
    kept.push_back(std::move(one));
  }
  for (QueueItem& one : kept)
    if (!one.alike.empty())
      one.item.why += "；此名称另有 " + std::to_string(one.alike.size()) + " 条记录情形相同，一并判定";
  items_ = std::move(kept);
}

Result<ReviewQueue> ReviewQueue::read(store::Facts& facts, const Rulings& rulings, const FirmBook& book,
                                      const TakenOut& taken_out) {
  TANMIAO_ASSIGN(auto items, facts.reviews(0, std::numeric_limits<std::size_t>::max()));
  return ReviewQueue(std::move(items), rulings, book, taken_out);
}

std::vector<const QueueItem*> ReviewQueue::select(const QueueFilter& filter) const {
  std::vector<const QueueItem*> out;
  for (const QueueItem& one : items_)
    if ((filter.source.empty() || one.item.source == filter.source) &&
        (!filter.kind || one.item.kind == *filter.kind) && (!filter.standing || one.standing == *filter.standing))
      out.push_back(&one);
  return out;
}

const QueueItem* ReviewQueue::find(const NamedIn& at) const {
  const auto is_it = [&](const NamedIn& one) {
    return one.source == at.source && one.kind == at.kind && one.key == at.key && one.slot == at.slot;
  };
  const auto found = std::find_if(items_.begin(), items_.end(), [&](const QueueItem& one) {
    return is_it(one.at()) || std::any_of(one.alike.begin(), one.alike.end(), is_it);
  });
  return found == items_.end() ? nullptr : &*found;
}

std::vector<std::string> ReviewQueue::sources() const {
  std::set<std::string> all;
  for (const QueueItem& one : items_) all.insert(one.item.source);
  return {all.begin(), all.end()};
}

}  // namespace tanmiao::pool
