// A mining run on disk: one row a firm of the campaign, in rank order, immutable. Folder runs/RUN; the same inputs give
// the same bytes on any number of threads. Whoever shows or exports a run reads this table and the snapshot it names.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "core/candidate.h"
#include "store/columns/table.h"
#include "store/types.h"

namespace tanmiao::store {

template <class Mode>
struct RunTable {
  Column<Mode, FirmNo> firm;
  Column<Mode, std::uint32_t> rank;             // 名次 within its list, from 1: start-ups are ranked among themselves
  Column<Mode, std::uint8_t> lead_kind;         // LeadKind
  Column<Mode, std::uint8_t> judgement;         // Judgement
  Column<Mode, double> score;                   // scorecard; sum of the contributions
  Column<Mode, std::int32_t> known_points;      // 可确认得分
  Column<Mode, std::int32_t> most_points;       // 最高可能得分
  Column<Mode, std::uint32_t> gates;            // two bits a gate in the rubric's order: GateAnswer
  Column<Mode, std::int32_t> valid_inventions;  // 有效发明 (class I)
  Column<Mode, std::int32_t> valid_class_two;   // 有效Ⅱ类知识产权
  Column<Mode, std::int32_t> unverified;        // 效力待核专利
  Column<Mode, std::int32_t> pending;           // 在审发明
  Column<Mode, std::int32_t> dead;              // 已失效
  Column<Mode, Day> last_filing;                // 最近申请日
  Column<Mode, std::string> industries;         // 重点产业: names joined by 、
  Column<Mode, std::string> rd_signals;         // 研发投入线索: "研发投入后补助(2024); ..."
  Column<Mode, std::string> recognitions;       // 资质及有效期
  Column<Mode, std::string> basis;              // 主要依据: up to three plain sentences joined by '\n'
  Column<Mode, std::string> ask_first;          // 先问事项
  Column<Mode, std::string> hints;  // 规模提示 and others: 疑似超规模、仅受让专利、地址待核、名称待核
  // JSON, docs/schema/explanation.json: contributions, rubric rows, gates, evidence. Some 3 KB each, told apart by
  // little.
  Column<Mode, PackedText> explanation;

  template <class F>
  void each(F&& f) {
    f("firm", firm), f("rank", rank), f("lead_kind", lead_kind), f("judgement", judgement), f("score", score);
    f("known_points", known_points), f("most_points", most_points), f("gates", gates);
    f("valid_inventions", valid_inventions), f("valid_class_two", valid_class_two), f("unverified", unverified);
    f("pending", pending), f("dead", dead), f("last_filing", last_filing), f("industries", industries);
    f("rd_signals", rd_signals), f("recognitions", recognitions), f("basis", basis), f("ask_first", ask_first);
    f("hints", hints), f("explanation", explanation);
  }
};

class Run : public RunTable<Mapped> {
 public:
  static Result<std::shared_ptr<const Run>> open(const std::filesystem::path& folder);
  const std::string& manifest_json() const { return manifest_; }
  const std::string& digest() const { return digest_; }
  std::size_t size() const { return firm.size(); }
  // Row of a firm, or size() when the run does not hold it. Logarithmic.
  std::size_t row_of(FirmNo firm) const;

 private:
  std::string manifest_, digest_;
  std::vector<std::pair<FirmNo, std::uint32_t>> by_firm_;
};

// Does nothing when the folder exists already with the same digest; error kCorrupt when it exists with another one.
Result<std::string> write_run(const std::filesystem::path& folder, const RunTable<Build>& table,
                              std::string_view manifest_json);

}  // namespace tanmiao::store
