// What differs between two rows of a firm, in words.
#include <fmt/format.h>

#include <algorithm>

#include "apps/tanmiao/report_changes.h"

namespace tanmiao::app {
namespace {

void count_change(std::vector<std::string>& out, std::string_view what, std::int32_t was, std::int32_t is) {
  const auto text = [](std::int32_t n) { return n < 0 ? std::string("未知") : std::to_string(n); };
  if (was != is) out.push_back(fmt::format("{} {}→{}", what, text(was), text(is)));
}

void word_change(std::vector<std::string>& out, std::string_view what, std::string_view was, std::string_view is) {
  if (was != is) out.push_back(fmt::format("{} {}→{}", what, was.empty() ? "无" : was, is.empty() ? "无" : is));
}

// Lists of marks: what came and what went.
void list_change(std::vector<std::string>& out, std::string_view what, std::string_view was, std::string_view is,
                 std::string_view between) {
  if (was == is) return;
  const auto a = items_of(was, between), b = items_of(is, between);
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

}  // namespace

std::vector<std::string_view> items_of(std::string_view text, std::string_view between) {
  std::vector<std::string_view> out;
  while (!text.empty()) {
    const auto end = text.find(between);
    out.push_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + between.size());
  }
  return out;
}

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

}  // namespace tanmiao::app
