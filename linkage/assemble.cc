#include "linkage/assemble.h"

#include <algorithm>
#include <tuple>

#include "linkage/parallel.h"

namespace tanmiao::linkage {
namespace {

struct Parts {
  Parts(const Intake& intake, const LinkConfig& config, const Reference& reference)
      : firms(intake, config, reference), mentions(mentions_by_rule(firms, config.threads)) {}
  Firms firms;
  Mentions mentions;
};

}  // namespace

Result<Assembly> assemble(const Intake& intake, const LinkConfig& config, const Reference& reference,
                          NamesFrame& frame) {
  const auto parts = std::make_shared<Parts>(intake, config, reference);
  Firms& firms = parts->firms;
  Mentions& mentions = parts->mentions;
  TANMIAO_ASSIGN(auto suggested, suggest(mentions, firms, config, reference, frame));
  Assembly out;
  out.firms = firms.clusters.size();
  out.links = firms.links;
  out.reviews = firms.reviews;
  // Rows are put down by one thread: those of firms beside those of patents, each in tables of their own.
  Tasks beside(config.threads);
  beside.run([&] { write_firms(firms, config, reference, out.tables); });
  const Status patents = write_patents(firms, mentions, config, reference, out);
  beside.wait();
  TANMIAO_TRY(patents);
  write_lists(firms, mentions, out);
  out.decisions = firms.decisions(), out.decisions_idle = firms.decisions_idle();
  out.decisions_without_firm = firms.decisions_without_firm();
  out.new_firms = std::move(firms.new_firms);
  out.merged = std::move(firms.merged);
  out.remains = parts;
  std::sort(out.links.begin(), out.links.end(),
            [](const auto& a, const auto& b) { return std::tie(a.record, a.slot) < std::tie(b.record, b.slot); });
  put_in_order(out.reviews, std::move(suggested));
  return out;
}

}  // namespace tanmiao::linkage
