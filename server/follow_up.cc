#include "server/follow_up.h"

#include "store/answers.h"

namespace tanmiao::server {

Result<FollowUps> latest_visits(const Site& site, const World& world) {
  FollowUps out;
  const auto read = [&](store::Store& store) -> Status {
    TANMIAO_ASSIGN(auto reports, store.people().self_reports());
    TANMIAO_ASSIGN(const auto conflicts, store.people().conflicts(false));
    for (const auto& report : store::settled_reports(std::move(reports), conflicts)) {
      const store::FirmNo firm = world.book->number(report.firm);
      if (firm == store::kNoFirm) continue;
      FollowUp& last = out[firm];
      if (report.visited_on < last.visited_on) continue;
      last.visited_on = report.visited_on;
      if (!report.verdict.empty()) last.verdict = report.verdict;
    }
    return {};
  };
  TANMIAO_TRY(site.worlds.with_store(read));
  return out;
}

}  // namespace tanmiao::server
