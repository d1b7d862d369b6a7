#include "apps/tanmiao/report_changes.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <map>

namespace tanmiao::app {
namespace {

namespace json = boost::json;

struct Pair {
  store::FirmNo firm;
  std::size_t was, is;  // rows; the size of the run: none
};

// Parts of a run's inputs that are no data of firms. A new day is none either: it only moves what is valid on it.
constexpr std::pair<std::string_view, std::string_view> kRules[] = {{"miner", "程序的评分方法"},
                                                                    {"campaign", "检索条件"},
                                                                    {"rubric_hash", "评价指标"},
                                                                    {"scorecard_hash", "计分表"},
                                                                    {"reference", "参考表"}};

std::vector<std::string> changed_rules(const std::string& before, const std::string& now) {
  boost::system::error_code failed;
  const json::value was = json::parse(before, failed), is = json::parse(now, failed);
  std::vector<std::string> out;
  if (failed || !was.is_object() || !is.is_object()) return out;
  for (const auto& [key, text] : kRules) {
    const auto *a = was.get_object().if_contains(key), *b = is.get_object().if_contains(key);
    if (a != nullptr && b != nullptr && *a != *b) out.emplace_back(text);
  }
  return out;
}

std::string joined(const std::vector<std::string>& texts, std::string_view between) {
  std::string out;
  for (const auto& text : texts) out.append(out.empty() ? "" : between).append(text);
  return out;
}

void count_change(std::vector<std::string>& out, std::string_view what, std::int32_t was, std::int32_t is) {
  const auto text = [](std::int32_t n) { return n < 0 ? std::string("未知") : std::to_string(n); };
  if (was != is) out.push_back(fmt::format("{} {}→{}", what, text(was), text(is)));
}

void word_change(std::vector<std::string>& out, std::string_view what, std::string_view was, std::string_view is) {
  if (was != is) out.push_back(fmt::format("{} {}→{}", what, was.empty() ? "无" : was, is.empty() ? "无" : is));
}

std::vector<std::string_view> items(std::string_view text, std::string_view between) {
  std::vector<std::string_view> out;
  while (!text.empty()) {
    const auto end = text.find(between);
    out.push_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + between.size());
  }
  return out;
}

// Lists of marks: what came and what went.
void list_change(std::vector<std::string>& out, std::string_view what, std::string_view was, std::string_view is,
                 std::string_view between) {
  if (was == is) return;
  const auto a = items(was, between), b = items(is, between);
  const std::size_t before = out.size();
  for (const auto item : b)
    if (std::find(a.begin(), a.end(), item) == a.end()) out.push_back(fmt::format("新增{}：{}", what, item));
  for (const auto item : a)
    if (std::find(b.begin(), b.end(), item) == b.end()) out.push_back(fmt::format("不再有{}：{}", what, item));
  if (out.size() == before) out.push_back(std::string(what) + "有变");
}

std::string day_text(Day day) {
  const auto date = from_day(day);
  return date ? iso(*date) : std::string("未知");
}

// Which items of the scorecard differ, for a score that moved though nothing else of the row did.
std::string score_change(const store::Run& before, std::size_t was, const store::Run& now, std::size_t is) {
  std::map<std::string, double> sums;
  for (const auto& [run, row, sign] : {std::tuple(&before, was, -1.0), std::tuple(&now, is, 1.0)}) {
    const auto text = run->explanation.read(row);
    boost::system::error_code failed;
    const json::value root = text ? json::parse(*text, failed) : json::value();
    if (failed || !root.is_object()) return {};
    const json::value* list = root.get_object().if_contains("contributions");
    if (list == nullptr || !list->is_array()) return {};
    for (const json::value& item : list->get_array()) {
      const auto *label = item.as_object().if_contains("label"), *points = item.as_object().if_contains("points");
      if (label == nullptr || points == nullptr || !label->is_string() || !points->is_number()) return {};
      sums[label->get_string().c_str()] += sign * points->to_number<double>();
    }
  }
  std::string out;
  for (const auto& [label, change] : sums)
    if (std::abs(change) > 1e-9)
      out += fmt::format("{}{} {}{:.2f}", out.empty() ? "" : "、", label, change > 0 ? "+" : "−", std::abs(change));
  return out;
}

bool same_score(double a, double b) { return std::abs(a - b) < 1e-9; }

bool start_up(const store::Run& run, std::size_t row) {
  return static_cast<LeadKind>(run.lead_kind[row]) == LeadKind::kStartUp;
}

class Comparison {
 public:
  Comparison(Workplace& place, const miner::Rules& rules, const store::Run& before, const store::Run& now,
             const store::Snapshot& was, const store::Snapshot& is, RunChanges& out)
      : place_(place), rules_(rules), before_(before), now_(now), was_(was), is_(is), out_(out) {}

  Status compare(const store::RunEntry& now, std::size_t limit) {
    sort_apart();
    TANMIAO_TRY(tell_fresh(limit));
    TANMIAO_TRY(tell_gone(now, limit));
    tell_moved(limit);
    return {};
  }

 private:
  static bool named(const store::Snapshot& snapshot, store::FirmNo firm) {
    return firm <= snapshot.last_firm() && !snapshot.firms.name[firm].empty();
  }
  bool taken_out(store::FirmNo firm) const {
    return firm <= is_.last_firm() && (is_.firms.flags[firm] & store::kFirmSuppressed) != 0;
  }

  void sort_apart() {
    for (std::size_t row = 0; row < now_.size(); ++row) {
      const store::FirmNo firm = now_.firm[row];
      const std::size_t was = before_.row_of(firm);
      if (was == before_.size()) {
        fresh_.push_back({firm, was, row});
      } else if (before_.rank[was] != now_.rank[row] || start_up(before_, was) != start_up(now_, row)) {
        moved_.push_back({firm, was, row});
      }
    }
    for (std::size_t row = 0; row < before_.size(); ++row)
      if (now_.row_of(before_.firm[row]) == now_.size()) gone_.push_back({before_.firm[row], row, now_.size()});
    out_.fresh = fresh_.size(), out_.gone = gone_.size(), out_.moved = moved_.size();
  }

  FirmChange change(Turn turn, const Pair& pair, std::vector<std::string> why) const {
    const store::Snapshot& from = named(is_, pair.firm) ? is_ : was_;
    FirmChange out;
    out.turn = turn, out.firm = pair.firm, out.why = std::move(why);
    if (pair.firm <= from.last_firm()) {
      out.name = from.firms.name[pair.firm], out.code = from.firms.code[pair.firm];
      out.unit = from.unit_name(pair.firm, place_.reference->regions);
    }
    if (pair.was < before_.size())
      out.rank_before = before_.rank[pair.was], out.start_up_before = start_up(before_, pair.was);
    if (pair.is < now_.size()) out.rank = now_.rank[pair.is], out.start_up = start_up(now_, pair.is);
    return out;
  }

  static void add_counts(const std::map<std::string, std::uint64_t>& counts,
                         std::vector<std::pair<std::string, std::uint64_t>>& out) {
    out.assign(counts.begin(), counts.end());
    std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  }

  // Why a firm that is a lead now was none before: by the rules of today, on the data and the day of the run before.
  Status tell_fresh(std::size_t limit) {
    std::vector<store::FirmNo> known;
    for (const Pair& pair : fresh_)
      if (named(was_, pair.firm)) known.push_back(pair.firm);
    const miner::MineConfig then{out_.before.campaign, out_.before.as_of, 1};
    TANMIAO_ASSIGN(const auto reasons, miner::why_not_leads(was_, rules_, *place_.reference, then, known));
    std::map<std::string, std::uint64_t> counts;
    std::size_t at = 0, shown = 0;
    for (const Pair& pair : fresh_) {
      std::string why = "首次见到该企业";
      if (named(was_, pair.firm)) {
        const std::string& reason = reasons[at++];
        why = !reason.empty()      ? "此前" + reason + "，现不再是"
              : out_.rules.empty() ? "此前未列入，原因未知"
                                   : joined(out_.rules, "、") + "变更后列入";
      }
      ++counts[why];
      if (shown++ >= limit) continue;
      std::vector<std::string> texts = {why};
      if (const auto basis = items(now_.basis[pair.is], "\n"); !basis.empty())
        texts.push_back("现有依据：" + std::string(basis.front()));
      out_.firms.push_back(change(Turn::kNew, pair, std::move(texts)));
    }
    add_counts(counts, out_.fresh_by);
    return {};
  }

  Status tell_gone(const store::RunEntry& now, std::size_t limit) {
    std::vector<store::FirmNo> known;
    for (const Pair& pair : gone_)
      if (pair.firm <= is_.last_firm()) known.push_back(pair.firm);
    const miner::MineConfig today{now.campaign, now.as_of, 1};
    TANMIAO_ASSIGN(const auto reasons, miner::why_not_leads(is_, rules_, *place_.reference, today, known));
    std::map<std::string, std::uint64_t> counts;
    std::size_t at = 0, shown = 0;
    for (const Pair& pair : gone_) {
      const bool there = pair.firm <= is_.last_firm();
      std::string why = there ? reasons[at++] : std::string("来源数据中已没有该企业");
      if (taken_out(pair.firm)) {
        ++out_.taken_out;
        continue;
      }
      if (there && is_.firms.name[pair.firm].empty() && (is_.firms.flags[pair.firm] & store::kFirmMerged) == 0)
        why = "来源数据中已没有该企业";
      if (why.empty()) why = "原因未知";
      ++counts[why];
      if (shown++ >= limit) continue;
      std::vector<std::string> texts = {std::move(why)};
      if (!out_.rules.empty()) texts.push_back(joined(out_.rules, "、") + "有变更");
      out_.firms.push_back(change(Turn::kGone, pair, std::move(texts)));
    }
    add_counts(counts, out_.gone_by);
    return {};
  }

  // Those whose own data moved first: the others follow from them.
  void tell_moved(std::size_t limit) {
    std::vector<std::pair<std::size_t, std::vector<std::string>>> own;
    std::vector<std::size_t> pushed;
    for (std::size_t i = 0; i < moved_.size(); ++i) {
      auto texts = differences(before_, moved_[i].was, now_, moved_[i].is);
      const bool of_itself = !texts.empty() || !same_score(before_.score[moved_[i].was], now_.score[moved_[i].is]);
      out_.moved_of_itself += of_itself;
      if (of_itself && own.size() < limit)
        own.emplace_back(i, std::move(texts));
      else if (!of_itself && pushed.size() < limit)
        pushed.push_back(i);
    }
    for (auto& [i, texts] : own) {
      if (texts.empty()) {
        const std::string items = score_change(before_, moved_[i].was, now_, moved_[i].is);
        texts.push_back(items.empty() ? "排序分有变" : "排序分有变：" + items);
      }
      if (!out_.rules.empty()) texts.push_back(joined(out_.rules, "、") + "有变更");
      out_.firms.push_back(change(Turn::kMoved, moved_[i], std::move(texts)));
    }
    for (std::size_t n = own.size(), i = 0; n < limit && i < pushed.size(); ++n, ++i) {
      out_.firms.push_back(change(Turn::kMoved, moved_[pushed[i]], {"本企业数据未变，因其他企业升降而移动"}));
      out_.firms.back().of_itself = false;
    }
  }

  Workplace& place_;
  const miner::Rules& rules_;
  const store::Run &before_, &now_;
  const store::Snapshot &was_, &is_;
  RunChanges& out_;
  std::vector<Pair> fresh_, gone_, moved_;
};

}  // namespace

std::vector<std::string> differences(const store::Run& before, std::size_t was, const store::Run& now, std::size_t is) {
  std::vector<std::string> out;
  word_change(out, "线索类型", label(static_cast<LeadKind>(before.lead_kind[was])),
              label(static_cast<LeadKind>(now.lead_kind[is])));
  word_change(out, "研判", label(static_cast<Judgement>(before.judgement[was])),
              label(static_cast<Judgement>(now.judgement[is])));
  count_change(out, "可确认得分", before.known_points[was], now.known_points[is]);
  count_change(out, "最高可能得分", before.most_points[was], now.most_points[is]);
  count_change(out, "有效发明", before.valid_inventions[was], now.valid_inventions[is]);
  count_change(out, "有效Ⅱ类知识产权", before.valid_class_two[was], now.valid_class_two[is]);
  count_change(out, "效力待核专利", before.unverified[was], now.unverified[is]);
  count_change(out, "在审发明", before.pending[was], now.pending[is]);
  count_change(out, "已失效专利", before.dead[was], now.dead[is]);
  word_change(out, "最近申请日", day_text(before.last_filing[was]), day_text(now.last_filing[is]));
  list_change(out, "资质", before.recognitions[was], now.recognitions[is], "；");
  list_change(out, "研发投入线索", before.rd_signals[was], now.rd_signals[is], "；");
  list_change(out, "重点产业", before.industries[was], now.industries[is], "、");
  list_change(out, "提示", before.hints[was], now.hints[is], "、");
  return out;
}

std::optional<RunChanges> compare_runs(Workplace& place, const miner::Rules& rules, const store::RunEntry& before,
                                       const store::RunEntry& now, const store::Snapshot& snapshot, std::size_t limit) {
  const auto was_run = store::Run::open(place.folder().run(before.id));
  const auto now_run = store::Run::open(place.folder().run(now.id));
  const auto was = store::Snapshot::open(place.folder().columns(before.snapshot));
  if (!was_run || !now_run || !was) return std::nullopt;
  RunChanges out;
  out.before = before;
  out.rules = changed_rules(before.inputs_json, now.inputs_json);
  if (!Comparison(place, rules, **was_run, **now_run, **was, snapshot, out).compare(now, limit)) return std::nullopt;
  return out;
}

}  // namespace tanmiao::app
