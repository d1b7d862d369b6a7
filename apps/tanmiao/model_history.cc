#include "apps/tanmiao/model_history.h"

#include <algorithm>
#include <boost/json.hpp>

#include "core/json_reading.h"

namespace tanmiao::app {
namespace {

namespace json = boost::json;

constexpr std::size_t kEarlierKept = 60, kEarlierTried = 12;

}  // namespace

std::vector<EarlierModel> earlier_models(const json::object& in_use) {
  std::vector<EarlierModel> out;
  each_of(in_use, "earlier", [&](const json::object& o) {
    const auto until = parse_iso_date(text_of(o, "until"));
    if (until) out.push_back({std::string(text_of(o, "hash")), std::string(text_of(o, "scorecard")), *until});
  });
  return out;
}

json::array earlier_after(const json::object& in_use, std::string_view taken, Date today) {
  std::vector<EarlierModel> all = earlier_models(in_use);
  const std::string before(text_of(in_use, "hash"));
  std::erase_if(all, [&](const EarlierModel& model) { return model.hash == taken || model.hash == before; });
  if (!before.empty() && before != taken)
    all.insert(all.begin(), {before, std::string(text_of(in_use, "scorecard")), today});
  if (all.size() > kEarlierKept) all.resize(kEarlierKept);
  json::array out;
  for (const EarlierModel& model : all) {
    json::object one{{"hash", model.hash}, {"until", iso(model.until)}};
    if (!model.scorecard.empty()) one["scorecard"] = model.scorecard;
    out.push_back(std::move(one));
  }
  return out;
}

std::vector<EarlierModel> earlier_within(const json::object& in_use, int months, Date today,
                                         const std::vector<std::string>& others) {
  if (months == 0) return {};  // also not what was in use until today
  std::vector<EarlierModel> out = earlier_models(in_use);
  std::erase_if(out, [&](const EarlierModel& model) {
    return model.until < add_months(today, -months) ||
           std::find(others.begin(), others.end(), model.hash) != others.end();
  });
  if (out.size() > kEarlierTried) out.resize(kEarlierTried);
  return out;
}

}  // namespace tanmiao::app
