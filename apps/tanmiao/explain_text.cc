#include "apps/tanmiao/explain_text.h"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "apps/tanmiao/console.h"
#include "core/candidate.h"
#include "core/reference.h"

namespace tanmiao::app {
namespace {

namespace json = boost::json;

// A member as text: strings as they are, null and absent as nothing.
std::string text(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  if (!value || value->is_null()) return {};
  if (value->is_string()) return std::string(value->as_string());
  if (value->is_double()) return fmt::format("{:.2f}", value->as_double());
  return json::serialize(*value);
}

// A count without places, anything else with two.
std::string counted(const json::object& object, std::string_view key) {
  const std::string out = text(object, key);
  return out.ends_with(".00") ? out.substr(0, out.size() - 3) : out;
}

// Points of the scorecard: whole thousandths, which add up to their sum as they are shown.
std::string points_text(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value == nullptr || !value->is_number() ? std::string() : fmt::format("{:.3f}", value->to_number<double>());
}

const json::array& list(const json::object& object, std::string_view key) {
  static const json::array none;
  const json::value* value = object.if_contains(key);
  return value && value->is_array() ? value->as_array() : none;
}

std::string known(std::string_view value) { return value.empty() ? "未知" : std::string(value); }

std::string header(const store::Snapshot& s, store::FirmNo n) {
  const auto& f = s.firms;
  const auto day = from_day(f.established[n]);
  std::string out = fmt::format("{}\n统一社会信用代码 {}   企业编号 {}\n登记状态 {}   成立日期 {}\n注册地址 {}\n",
                                f.name[n], known(f.code[n]), n, status_label(static_cast<FirmStatus>(f.status[n])),
                                day ? iso(*day) : "未知", known(f.address[n]));
  if (!f.former_names[n].empty()) {
    std::string former(f.former_names[n]);
    std::replace(former.begin(), former.end(), '\n', ' ');
    out += "曾用名 " + former + "\n";
  }
  return out;
}

std::string paragraph(std::string_view title, const std::string& body) {
  const std::string_view text = std::string_view(body).substr(0, body.find_last_not_of('\n') + 1);
  return text.empty() ? std::string() : fmt::format("\n{}\n{}\n", title, text);
}

std::string sentences(const json::object& e, std::string_view key) {
  std::string out;
  for (const auto& item : list(e, key))
    if (item.is_string()) out += (out.empty() ? "  · " : "\n  · ") + std::string(item.as_string());
  return out;
}

std::string rank_text(const json::object& e) {
  std::string out = fmt::format("线索类型 {}   研判 {}\n", known(text(e, "lead_kind")), known(text(e, "judgement")));
  // Direct, renewed and new leads stand in one list; start-ups in one of their own.
  const bool start_up = text(e, "lead_kind") == label(LeadKind::kStartUp);
  if (const auto rank = text(e, "rank"); !rank.empty())
    out += "名次 " + rank +
           std::string(start_up ? "（初创企业名单之内）" : "（直接确认、续评、新发掘合排的名单之内）") + "\n";
  if (const auto why = text(e, "why_not_a_lead"); !why.empty()) out += "不在名单：" + why + "\n";
  return out;
}

std::string contributions(const json::object& e) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& item : list(e, "contributions")) {
    const auto& c = item.as_object();
    const json::value* points = c.if_contains("points");
    if (points == nullptr || !points->is_number() || points->to_number<double>() == 0) continue;  // the page lists them
    const std::string found = text(c, "found");
    rows.push_back({text(c, "label") + (found.empty() ? "" : "（" + found + "）"), counted(c, "value"),
                    text(c, "weight"), points_text(c, "points")});
  }
  if (rows.empty()) return "  没有加分依据：公开线索很少，所以排得靠后\n";
  return table({{"依据", false, 60, true}, {"取值", true}, {"权重", true}, {"贡献", true}}, rows) + "合计 " +
         points_text(e, "score") + "\n";
}

// What a learned model says of the firm, where one orders the list: its contributions and their exact sum.
std::string learned(const json::object& e) {
  const json::value* found = e.if_contains("learned");
  if (found == nullptr || !found->is_object()) return {};
  const json::object& model = found->get_object();
  const auto units = [&](const json::object& of, std::string_view key) {
    const json::value* points = of.if_contains(key);
    return points == nullptr || !points->is_number() ? "未知"
                                                     : fmt::format("{:+.3f}", points->to_number<double>() / 1000);
  };
  std::vector<std::vector<std::string>> rows{{"学习对象的平均", "", units(model, "base")}};
  for (const auto& item : list(model, "contributions")) {
    const auto& c = item.as_object();
    rows.push_back({text(c, "label"), c.contains("value") ? text(c, "value") : "未知", units(c, "points")});
  }
  return text(model, "text") + "\n" + table({{"因素", false, 60}, {"取值", true}, {"贡献", true}}, rows) + "合计 " +
         units(model, "score") + "（对数几率；名次按此排）\n";
}

std::string percent(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value == nullptr || !value->is_number() ? "未知" : fmt::format("{:.0f}%", 100 * value->to_number<double>());
}

std::string texts(const json::object& of, std::string_view key) {
  std::string out;
  for (const auto& item : list(of, key)) out += "  · " + text(item.as_object(), "text") + "\n";
  return out;
}

// What those at the top have and it lacks, and what one more fact would do.
std::string beside_others(const json::object& e) {
  const json::value* value = e.if_contains("why_not_higher");
  if (value == nullptr) return {};
  const auto& beside = value->as_object();
  return text(beside, "text") + "\n" + texts(beside, "items") + texts(beside, "ranks");
}

std::string among_listed(const json::object& e) {
  const json::value* value = e.if_contains("listed");
  if (value == nullptr) return {};
  const auto& listed = value->as_object();
  std::vector<std::vector<std::string>> rows;
  for (const auto& item : list(listed, "items")) {
    const auto& one = item.as_object();
    rows.push_back({text(one, "label"), counted(one, "value"), counted(one, "median"), percent(one, "below"),
                    percent(one, "equal")});
  }
  std::string out = text(listed, "text") + "\n";
  if (!rows.empty())
    out += table(
        {{"依据", false, 40, true}, {"本企业", true}, {"中位数", true}, {"高于其中", true}, {"等于其中", true}}, rows);
  for (const auto& item : list(listed, "nearest")) {
    const auto& other = item.as_object();
    std::string reasons;
    for (const auto& reason : list(other, "reasons"))
      reasons += (reasons.empty() ? "" : "；") + std::string(reason.as_string());
    out += "  最相近 " + text(other, "name") + "（相似度 " + percent(other, "score") + "）：" + reasons + "\n";
  }
  return out;
}

std::string gates(const json::object& e) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& item : list(e, "gates")) {
    const auto& g = item.as_object();
    const std::string answer = text(g, "answer");
    const char* shown = answer == "holds" ? "已知满足" : answer == "fails" ? "已知不满足" : "未知";
    rows.push_back({text(g, "article"), text(g, "text"), shown, text(g, "why")});
  }
  return rows.empty()
             ? std::string()
             : table({{"条款", false, 30, true}, {"条件", false, 44, true}, {"现状"}, {"依据", false, 50, true}}, rows);
}

std::string rubric(const json::object& e) {
  const json::value* value = e.if_contains("rubric");
  if (!value || !value->is_object()) return "  此日没有适用的评价办法\n";
  const auto& r = value->as_object();
  std::vector<std::vector<std::string>> rows;
  for (const auto& item : list(r, "rows")) {
    const auto& row = item.as_object();
    rows.push_back({text(row, "label"), text(row, "evidence"), text(row, "known") + "/" + text(row, "max"),
                    text(row, "least") + "–" + text(row, "most"), text(row, "gap"), text(row, "remedy")});
  }
  std::string name = text(r, "name");
  if (const auto clause = text(r, "article"); !clause.empty()) name += "（计分见" + clause + "）";
  if (const auto note = text(r, "note"); !note.empty()) name += "\n" + note;
  std::string out = name + "\n" +
                    table({{"指标", false, 20, true},
                           {"证据", false, 40, true},
                           {"已知得分", true},
                           {"可能区间", true},
                           {"缺口", false, 40, true},
                           {"如何补", false, 40, true}},
                          rows);
  out += fmt::format("可确认 {} 分，最高可能 {} 分；评价需 {} 分\n", known(text(r, "known")), known(text(r, "most")),
                     known(text(r, "pass")));
  for (const auto& need : list(r, "needed"))
    if (need.is_string()) out += "  · " + std::string(need.as_string()) + "\n";
  if (const json::value* needed = r.if_contains("needed");
      needed && needed->is_string() && !needed->as_string().empty())
    out += "  · " + std::string(needed->as_string()) + "\n";
  return out;
}

std::string answered(const std::string& answer) {
  return answer == "holds" ? "已知满足" : answer == "fails" ? "已知不满足" : "未知";
}

std::string standards(const json::object& e) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& item : list(e, "standards")) {
    const auto& s = item.as_object();
    const std::string points =
        s.contains("pass") ? text(s, "known") + "–" + text(s, "most") + " / " + text(s, "pass") : "";
    rows.push_back({text(s, "id"), text(s, "name"), text(s, "standing"), text(s, "holds"), text(s, "fails"),
                    text(s, "unknown"), points});
  }
  if (rows.empty()) return {};
  return table({{"标准"},
                {"名称", false, 40, true},
                {"研判"},
                {"已知满足", true},
                {"已知不满足", true},
                {"未知", true},
                {"分值区间 / 所需", true}},
               rows);
}

std::string inputs_text(const json::object& line) {
  std::string out;
  for (const auto& item : list(line, "inputs")) {
    const auto& input = item.as_object();
    const std::string least = text(input, "least"), most = text(input, "most");
    out += (out.empty() ? "" : "；") + text(input, "label") + "：" + text(input, "evidence");
    if (least == most && !least.empty()) out += "（" + least + "）";
    if (const std::string date = text(input, "date"); !date.empty()) out += "，" + date;
  }
  return out;
}

// How likely the mark is, what to ask first, the cheapest ways there.
std::string belief(const json::object& e) {
  const json::value* value = e.if_contains("belief");
  if (value == nullptr) return {};
  const auto& b = value->as_object();
  if (const auto note = text(b, "note"); !note.empty()) return "  " + note + "\n";
  const auto& points = b.at("points").as_object();
  std::string out =
      fmt::format("  达到分数线约 {}（{}–{}），得分多半在 {}–{} 分之间（先验 {}）\n", percent(b, "pass"),
                  percent(b, "low"), percent(b, "high"), text(points, "p10"), text(points, "p90"), text(b, "priors"));
  for (const auto& item : list(b, "ask_first")) {
    const auto& question = item.as_object();
    out += "  先问 " + text(question, "label") + "：可减少 " + percent(question, "value") + " 的不确定\n";
  }
  for (const auto& item : list(b, "paths")) {
    std::string steps;
    for (const auto& step : list(item.as_object(), "steps"))
      steps += (steps.empty() ? "" : "；") + text(step.as_object(), "text");
    out += "  补法 " + steps + "（合计 " + text(item.as_object(), "points") + " 分）\n";
  }
  return out;
}

// The standard that was asked for, in full.
std::string standard_in_full(const json::object& e) {
  const json::value* value = e.if_contains("standard");
  if (value == nullptr) return {};
  const auto& s = value->as_object();
  std::vector<std::vector<std::string>> conditions, points;
  for (const auto& key : {"conditions", "direct_ways"})
    for (const auto& item : list(s, key)) {
      const auto& c = item.as_object();
      conditions.push_back({text(c, "article"), text(c, "text"), answered(text(c, "answer")), inputs_text(c)});
    }
  for (const auto& item : list(s, "rows")) {
    const auto& r = item.as_object();
    points.push_back({text(r, "text"), text(r, "known") + "/" + text(r, "max"),
                      text(r, "least") + "–" + text(r, "most"), inputs_text(r)});
  }
  std::string out =
      text(s, "name") + "（" + text(s, "doc") + "，规则 " + text(s, "id") + "）：" + text(s, "standing") + "\n";
  if (text(s, "in_force") == "false") out += "此日该标准不在施行期，以下只作参照\n";
  if (const auto note = text(s, "note"); !note.empty()) out += note + "\n";
  out += table({{"条款", false, 30, true}, {"条件", false, 44, true}, {"现状"}, {"依据", false, 60, true}}, conditions);
  if (!points.empty())
    out +=
        table({{"指标", false, 36, true}, {"已知得分", true}, {"可能区间", true}, {"依据", false, 60, true}}, points) +
        fmt::format("可确认 {} 分，最高可能 {} 分；所需 {} 分\n", text(s, "known"), text(s, "most"), text(s, "pass"));
  std::string missing;
  for (const auto& item : list(s, "missing"))
    missing += (missing.empty() ? "" : "、") + text(item.as_object(), "label");
  return out + (missing.empty() ? "" : "尚缺：" + missing + "\n");
}

// Where its record stood: "文件 x.csv 第 12 行", or the address of a page.
std::string standing(const json::object& line) {
  std::string out = text(line, "url");
  if (!out.empty() && out.find("://") == std::string::npos) out = "文件 " + out;
  const std::string number = text(line, "line");
  if (!number.empty() && number != "0") out += " 第 " + number + " 行";
  return out;
}

std::string evidence(const json::object& e, const std::map<std::string, std::string, std::less<>>& sources) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& item : list(e, "evidence")) {
    const auto& line = item.as_object();
    const auto title = sources.find(text(line, "source"));
    rows.push_back({text(line, "kind"), text(line, "text"), text(line, "date"),
                    title == sources.end() ? text(line, "source") : title->second, text(line, "seen"), standing(line)});
  }
  if (rows.empty()) return "  没有专利、资质、研发投入的记录，只有登记信息\n";
  return table({{"类别"}, {"内容", false, 90}, {"日期"}, {"来源"}, {"取得日期"}, {"出处"}}, rows);
}

}  // namespace

std::string explain_text(const store::Snapshot& snapshot, store::FirmNo firm, const json::object& e,
                         const std::map<std::string, std::string, std::less<>>& sources) {
  std::string out = header(snapshot, firm);
  out += "数据截至 " + text(e, "as_of") + "\n";
  out += paragraph("研判", rank_text(e));
  out += paragraph("主要依据", sentences(e, "basis"));
  out += paragraph("学习排序", learned(e));
  out += (e.contains("learned") ? "\n评分卡的得分\n" : "\n为何在此名次\n") + contributions(e);
  out += paragraph("为何没有更靠前", beside_others(e));
  out += paragraph("与登记过科技型中小企业的企业比较", among_listed(e));
  out += "\n评价指标\n" + rubric(e);
  out += paragraph("条件", gates(e));
  out += paragraph("达到分数线的可能性", belief(e));
  out += paragraph("其他认定标准", standards(e));
  out += paragraph("标准对照", standard_in_full(e));
  out += paragraph("先问事项", text(e, "ask_first"));
  out += paragraph("提示", text(e, "hints"));
  out += "\n证据\n" + evidence(e, sources);
  return out + "\n内部线索，不作为评价结论。缺少的数据按未知处理，不按零处理。\n";
}

}  // namespace tanmiao::app
