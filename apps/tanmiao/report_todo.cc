// 需要处理的事项: what the night leaves to a person, with the command to type.
#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "apps/tanmiao/report.h"
#include "core/json_reading.h"
#include "server/report_view.h"

namespace tanmiao::app {
namespace {

namespace json = boost::json;

constexpr std::size_t kToldApart = 3;  // sources that nobody approved, names of firms; more are told in one line

std::string title_of(const json::object& source) {
  const std::string id(text_of(source, "id")), title(text_of(source, "title"));
  return title.empty() ? id : "“" + title + "”（" + id + "）";
}

class Todo {
 public:
  Todo(const json::object& report, const Surroundings& around) : report_(report), around_(around) {}

  json::array list() {
    failure();
    audit();
    model();
    each_source(
        [&](const json::object& s) { held(s), files(s), alarms(s), advice(s), stopped(s), silent(s), empty(s); });
    disk();
    approvals();
    each_source([&](const json::object& s) { rejects(s), words(s), unmapped(s); });
    reviews();
    each_source([&](const json::object& s) { quiet(s); });
    pool();
    backup();
    leads();
    std::stable_sort(items_.begin(), items_.end(), [](const json::value& a, const json::value& b) {
      return a.at("urgent").as_bool() && !b.at("urgent").as_bool();
    });
    return std::move(items_);
  }

 private:
  template <class F>
  void each_source(F&& f) const {
    each_of(report_, "stages", [&](const json::object& stage) { each_of(stage, "sources", f); });
  }
  const json::object& stage(std::string_view name) const {
    static const json::object none;
    const json::object* found = &none;
    each_of(report_, "stages", [&](const json::object& stage) {
      if (text_of(stage, "stage") == name && found == &none) found = &stage;
    });
    return *found;
  }
  void add(std::string_view what, bool urgent, const std::string& text, const std::string& command) {
    items_.push_back(json::object{{"what", what}, {"urgent", urgent}, {"text", text}, {"command", command}});
  }
  std::string command(const std::string& words) const { return "tanmiao " + words + around_.options; }

  void failure() {
    const json::object& error = object_of(report_, "error");
    if (error.empty()) return;
    if (text_of(error, "code") == "corrupt")
      return add("failure", true, "本次运行失败，数据可能损坏：查出损坏之处，必要时从备份恢复", command("check"));
    add("failure", true, "本次运行失败：排除原因后运行同一命令，从中断处继续", command("run"));
  }

  // Of a source whose file is wrong; running it again would change nothing.
  bool file_faults(const json::object& s) {
    std::string all;
    each_text(s, "file_faults", [&](std::string_view fault) { all.append(all.empty() ? "" : "；").append(fault); });
    if (all.empty()) return false;
    add("source_file", true, title_of(s) + "的来源说明有错，本次未读取，沿用此前数据。改正：" + all,
        command("check config"));
    return true;
  }

  void held(const json::object& s) {
    const bool failed = text_of(s, "outcome") == "failed";
    if (text_of(s, "outcome") != "held" && !failed) return;
    if (file_faults(s)) return;
    const std::string id(text_of(s, "id"));
    if (failed && !flag_of(s, "stopped") && !first_sign(s).empty()) return;  // stopped() says what to do
    if (rests(s)) {  // asking again tonight would be what the host does not want, and is not done
      if (text_of(first_sign(s), "rule").empty())
        add("held", true, title_of(s) + "：主机今晚不再访问，沿用此前数据，原因见“说明”。今晚不要重跑，下一夜照常再试",
            command("report show"));
      return;
    }
    add("held", true,
        title_of(s) + (failed ? "本次抓取失败，沿用此前数据。查明原因后重新运行"
                              : "本次未发布，沿用此前数据。按“说明”改正文件或来源后重新运行"),
        command("run --only " + id));
    bool breaches = false;
    each_of(s, "breaches", [&](const json::object&) { breaches = true; });
    if (!failed && breaches)
      add("accept", false, title_of(s) + "的变化若属实，写明理由接受：再读一次并发布，以后以此为准",
          command("crawl --accept " + id + " --by 单位 --reason 理由"));
  }

  // No breach of its contract, which a person may accept and have read again.
  static bool rests(const json::object& s) {
    bool breaches = false;
    each_of(s, "breaches", [&](const json::object&) { breaches = true; });
    return flag_of(s, "stopped") && !breaches;
  }
  static json::object first_sign(const json::object& s) {
    json::object first;
    each_of(s, "stop_signs", [&](const json::object& sign) {
      if (first.empty()) first = sign;
    });
    return first;
  }

  // Whatever else became of the source.
  void stopped(const json::object& s) {
    const json::object sign = first_sign(s);
    if (sign.empty()) return;
    const bool ends = flag_of(s, "stopped");
    add("stopped", ends || text_of(s, "outcome") == "failed",
        fmt::format("{}：{}（规则 {}，{}）。程序不绕过{}：在浏览器里看该网址，误判的改 "
                    "config/crawl/stop_signs.toml，属实的向主办单位申请数据",
                    title_of(s), text_of(sign, "text"), text_of(sign, "rule"), text_of(sign, "address"),
                    ends ? "，今晚不再访问，不要重跑" : ""),
        command("check config"));
  }

  void silent(const json::object& s) {
    const std::int64_t days = number_of(s, "days_since_new"), promised = number_of(s, "silent_days");
    if (promised <= 0 || days <= promised) return;
    add("silent", true,
        fmt::format(
            "{}已 {} 天没有新数据（上次 {}），来源说明约定最多 {} 天：看它是否停更、迁址，或读的是不再变动的页面",
            title_of(s), days, text_of(s, "last_new"), promised),
        command("run --only " + std::string(text_of(s, "id"))));
  }

  void alarms(const json::object& s) {
    const std::string id(text_of(s, "id"));
    each_text(s, "alarms", [&](std::string_view text) {
      const bool gap = text.ends_with("缺口");
      add("alarm", true,
          title_of(s) + "：" + std::string(text) + (gap ? "。补到数据放入收件夹，或写明理由接受" : "。尽快取全"),
          command(gap ? "crawl --accept " + id + " --by 单位 --reason 理由" : "run --only " + id));
    });
  }

  void advice(const json::object& s) {
    each_text(s, "advice", [&](std::string_view text) {
      add("advice", false, title_of(s) + "：" + std::string(text),
          command("crawl --dry-run --only " + std::string(text_of(s, "id"))));
    });
  }

  // A held source says so itself.
  void files(const json::object& s) {
    std::vector<std::string> names;
    each_text(s, "lost_files", [&](std::string_view file) { names.emplace_back(file); });
    if (names.empty() || text_of(s, "outcome") == "held") return;
    if (s.contains("lost_new")) return attachments(s, std::move(names));
    add("files", true,
        fmt::format("{}有 {} 个文件无法读取，其余已读：{}。换上完好的文件后重新运行", title_of(s),
                    number_of(s, "lost_count"), some(names)),
        command("run --only " + std::string(text_of(s, "id"))));
  }

  // They are the publisher's: nobody here can mend them, so they are told once.
  void attachments(const json::object& s, std::vector<std::string> names) {
    const std::int64_t fresh = number_of(s, "lost_new");
    if (fresh <= 0) return;
    names.resize(std::min(names.size(), static_cast<std::size_t>(fresh)));
    add("attachments", false,
        fmt::format("{}有 {} 个附件读不了，这是首次：{}。在浏览器里打开看：能打开的另存为 xlsx 放入收件夹，"
                    "打不开的告知主办单位；文件不变，以后只在报告中列出，不再提醒",
                    title_of(s), fresh, some(names)),
        command("report show"));
  }

  // Urgent when it is new: then its description hardly fits it. A list may be empty for a while.
  void empty(const json::object& s) {
    if (!flag_of(s, "no_records_yet") || text_of(s, "outcome") == "held") return;
    const std::string id(text_of(s, "id"));
    add("no_records", flag_of(s, "first_delivery"),
        title_of(s) + "至今没有给出一条记录：存一个网页或文件下来试读，改正来源说明的 rows、link",
        command("parse --source " + id + " 文件"));
  }

  void unmapped(const json::object& s) {
    const bool first = flag_of(s, "first_delivery");
    std::vector<std::string> names;
    each_of(s, "unmapped", [&](const json::object& field) {
      if (first || flag_of(field, "new")) names.emplace_back(text_of(field, "name"));
    });
    if (names.empty()) return;
    add("unmapped", false,
        fmt::format("{}{} {} 个未读取的栏目：{}。有用的写进来源说明的 [page.columns]", title_of(s),
                    first ? "首次读取，有" : "新出现", names.size(), some(names)),
        command("check config"));
  }

  // Also when this night ended for it, whatever is free by now.
  void disk() {
    if (!around_.free_bytes) return;
    const bool low = *around_.free_bytes < around_.limits.free_bytes;
    if (!low && text_of(object_of(report_, "error"), "code") != "disk_full") return;
    std::string text = "磁盘可用空间只剩 " + server::size_text(static_cast<std::int64_t>(*around_.free_bytes));
    if (low) text += "，低于设定的 " + server::size_text(static_cast<std::int64_t>(around_.limits.free_bytes));
    add("disk", true, low ? text : text + "：腾出空间后再运行", "df -h");
  }

  void approvals() {
    std::vector<const json::object*> waiting;
    each_source([&](const json::object& s) {
      const std::string_view why = text_of(s, "why");
      const bool asks = why.starts_with("未批准") || why.starts_with("来源说明在批准之后有改动");
      if (text_of(s, "outcome") == "not_approved" && asks) waiting.push_back(&s);
    });
    if (waiting.size() > kToldApart) {
      std::string names;
      for (const auto* s : waiting) names.append(names.empty() ? "" : "、").append(text_of(*s, "id"));
      return add("approve", false,
                 fmt::format("{} 个来源未批准，未抓取：{}。逐个看过条款后批准", waiting.size(), names),
                 command("source list"));
    }
    for (const auto* s : waiting)
      add("approve", false, title_of(*s) + "：" + std::string(text_of(*s, "why")) + "。看过条款后批准",
          command("source approve " + std::string(text_of(*s, "id")) + " --by 单位 --reason 理由"));
  }

  void rejects(const json::object& s) {
    const std::int64_t waiting = number_of(s, "rejects_waiting");
    if (waiting <= 0) return;
    const std::string id(text_of(s, "id"));
    const json::value* const fed = s.if_contains("rejects_can_be_fed");
    if (fed != nullptr && fed->is_bool() && !fed->as_bool())
      return add(
          "rejects", false,
          fmt::format(
              "{}有 {} 行被退回，原因在 rejects/{}.csv：网页和文档中的行不能单独读回，请改正来源说明或文件后重读",
              title_of(s), waiting, id),
          command("parse --source " + id + " 文件"));
    add("rejects", false,
        fmt::format("{}有 {} 行被退回，原因在 rejects/{}.csv：改正“原行”一列后再读入", title_of(s), waiting, id),
        command("rejects feed " + id + " 改正后的文件.csv"));
  }

  void words(const json::object& s) {
    std::size_t count = 0;
    std::string first;
    each_text(s, "unknown_words", [&](std::string_view word) {
      if (++count == 1) first = word;
    });
    if (count == 0) return;
    add("words", false,
        fmt::format("{}有 {} 个词在词表中没有，如“{}”：补进 config/reference 后会重新读入", title_of(s), count, first),
        "tanmiao check config" + around_.options);
  }

  void reviews() {
    const std::int64_t waiting = number_of(report_, "reviews_waiting");
    if (waiting > 0) add("reviews", false, fmt::format("{} 条名称待人工核对", waiting), command("review list"));
    const std::int64_t lost = number_of(stage("link"), "decisions_without_firm", 0);
    if (lost > 0)
      add("decisions", false, fmt::format("{} 条人工判定所指的企业已不在登记数据中", lost), command("review list"));
  }

  void quiet(const json::object& s) {
    const std::int64_t days = number_of(s, "days_since_new");
    const std::string id(text_of(s, "id"));
    if (number_of(s, "silent_days") > 0) return;  // it says itself how long it may be quiet
    const auto own = around_.limits.quiet_days_of.find(id);
    const int limit = own == around_.limits.quiet_days_of.end() ? around_.limits.quiet_days : own->second;
    if (days <= limit) return;
    add("quiet", false,
        fmt::format("{}已 {} 天没有新数据（上次 {}）：看来源是否停更、改版，或文件是否该换新的", title_of(s), days,
                    text_of(s, "last_new")),
        command("run --only " + id));
  }

  void backup() {
    const auto at = parse_iso_instant(text_of(around_.backup, "at"));
    const auto clock = parse_iso_instant(text_of(object_of(report_, "night"), "clock"));
    const std::string type = command("backup --to 备份文件夹 --keep 14");
    if (!at) return add("backup", false, "尚未备份过", type);
    if (!clock) return;
    const auto days = (civil_day(*clock) - civil_day(*at)).count();
    if (days > around_.limits.backup_days) add("backup", false, fmt::format("上次备份是 {} 天前", days), type);
  }

  void audit() {
    if (!around_.audit_damage.empty())
      add("audit", true, "人员操作记录与上次夜间任务结束时不符，可能有人改动过 people.db：查出不符之处，从备份恢复",
          command("check"));
  }

  void model() {
    const json::object& model = object_of(report_, "model");
    const std::string take = command("runs model --take --by 科室 --reason 理由");
    learned();
    if (text_of(model, "step") == "held")
      return add("model", true,
                 fmt::format("新计分表“{}”待人决定：{}；名单仍按在用的“{}”排{}", text_of(model, "candidate"),
                             text_of(model, "note"), text_of(model, "in_use"), tested(model)),
                 take);
    if (text_of(model, "step") != "refused") return;
    const json::object& duel = object_of(model, "duel");
    add("model", true,
        fmt::format("新计分表“{}”未采用：以 {} 检验，平均精度 {:.3f}，不如在用“{}”的 {:.3f}（{:.0f}% 的重抽样中较差）；"
                    "名单仍按在用的排。改好 scorecard.toml，或由人决定采用",
                    text_of(model, "candidate"), text_of(duel, "as_of"), real_of(duel, "ap_candidate"),
                    text_of(model, "in_use"), real_of(duel, "ap_in_use"), 100 * real_of(duel, "share_worse")),
        take);
  }

  void learned() {
    const json::object &learned = object_of(report_, "learned"), &lesson = object_of(learned, "lesson");
    if (text_of(learned, "step") != "held") return;
    const json::object& test = object_of(lesson, "test");
    std::string text = fmt::format("新学的排序待人决定：以 {} 检验，{} 家线索中 {} 家后来取得", text_of(test, "as_of"),
                                   number_of(test, "firms"), number_of(test, "labelled"));
    const auto compared = [&](std::string_view whom, std::string_view less, std::string_view share) {
      if (const json::object& by = object_of(lesson, less); !by.empty())
        text += fmt::format("，平均精度与{}相比 {:+.3f}（{:.0f}% 的重抽样中较差）", whom, real_of(by, "value"),
                            100 * real_of(lesson, share));
    };
    compared("在用的", "less_in_use", "share_worse");
    compared("此前用过的最好的", "less_earlier", "share_worse_earlier");
    add("model", true, text + "；名单仍按在用的排", command("runs model --take --learned --by 科室 --reason 理由"));
  }

  // Figures of both, how many labels they rest on, and how often the new one is worse; empty: not tested.
  static std::string tested(const json::object& model) {
    const auto figures = [](const json::object& duel) {
      return fmt::format("{:.3f} 对 {:.3f}（{:.0f}% 的重抽样中较差）", real_of(duel, "ap_candidate"),
                         real_of(duel, "ap_in_use"), 100 * real_of(duel, "share_worse"));
    };
    const json::object &duel = object_of(model, "duel"), &earlier = object_of(model, "earlier");
    if (duel.empty()) return {};
    std::string out = fmt::format("。以 {} 检验，{} 家线索中 {} 家后来取得：与在用的相比 {}", text_of(duel, "as_of"),
                                  number_of(duel, "firms"), number_of(duel, "labelled"), figures(duel));
    if (!earlier.empty())
      out += fmt::format("，与“{}”相比 {}", text_of(earlier, "scorecard"), figures(object_of(earlier, "duel")));
    return out;
  }

  // One word for a shell.
  static std::string in_shell(const std::string& path) {
    return path.find_first_of(" '\"$`\\()&;") == std::string::npos ? path : "'" + path + "'";
  }
  static std::string some(const std::vector<std::string>& names) {
    std::string text;
    for (std::size_t i = 0; i < std::min(names.size(), kToldApart); ++i) text += (i == 0 ? "" : "、") + names[i];
    return text + (names.size() > kToldApart ? "等" : "");
  }
  void pool() {
    if (!around_.waiting) return;
    const pool::Waiting& waits = *around_.waiting;
    if (waits.conflicts > 0)
      add("conflicts", false, fmt::format("{} 处两人填写不一致，暂按先前的值：逐项选择", waits.conflicts),
          command("pool conflicts"));
    if (!waits.sheets.empty())
      add("sheets", false,
          fmt::format("{} 份退回的表未改正再导入：{}（在 exports/）", waits.sheets.size(), some(waits.sheets)),
          command("pool import " + in_shell(around_.exports + "/" + waits.sheets.front())));
    if (!waits.expired.empty())
      add("expired", false,
          fmt::format("{} 家编号或证书已到期，仍列为已达成：{}。改列为已失效，或补录续评的编号", waits.expired.size(),
                      some(waits.expired)),
          command("pool move 企业 LAPSED"));
    if (!waits.overdue.empty())
      add("overdue", false, fmt::format("{} 家已过完成时限：{}", waits.overdue.size(), some(waits.overdue)),
          command("pool list"));
  }

  void leads() {
    const json::object& mine = stage("mine");
    const std::int64_t leads = number_of(object_of(mine, "proposed"), "leads");
    if (leads <= 0) return;
    std::string text = fmt::format("“{}”有线索 {} 家待走访核实", text_of(mine, "title"), leads);
    if (around_.in_pool && *around_.in_pool > 0) text += fmt::format("，已列入培育流程的 {} 家次", *around_.in_pool);
    add("leads", false, text, command("export -o 名单.xlsx"));
  }

  const json::object& report_;
  const Surroundings& around_;
  json::array items_;
};

}  // namespace

json::array todo_of(const json::object& report, const Surroundings& around) { return Todo(report, around).list(); }

}  // namespace tanmiao::app
