// Firms in time: since when a firm exists and bears its name, where it was before, and who took over what it had.
#include <algorithm>

#include "linkage/firms.h"
#include "linkage/former_names.h"
#include "linkage/values.h"
#include "store/review_words.h"

namespace tanmiao::linkage {

using store::LinkReason;

namespace {

constexpr Day kGrace = 366;

bool holds_one(const std::vector<ClusterNo>& list, ClusterNo one) {
  return std::find(list.begin(), list.end(), one) != list.end();
}

}  // namespace

// What the record said in its versions before, and until when the former names that it gives were borne.
void Firms::add_history(ClusterNo no, const Slim& record) {
  Cluster& c = clusters[no];
  const NameInfo& info = names_[index_of(record)];
  NamePeriod now{info.key, kNoDay, kNoDay};
  for (const FormerName& former : former_names_of(record)) {
    if (former.from == kNoDay && former.until == kNoDay) continue;
    c.periods.push_back({exact_name_key(former.name, reference_), former.from, former.until});
    now.from = std::max(now.from, former.until);
  }
  const auto history = intake_.earlier.find(record.id);
  if (history != intake_.earlier.end())
    for (const Earlier& before : history->second) {
      // A register that gave the row to another firm.
      if (const std::string code = valid_code(before.code); !code.empty() && code != c.code) break;
      const Place place = reference_.regions.resolve(before.address, before.county, before.city, 0);
      if (elsewhere(c, place)) c.earlier_places.push_back({place, before.until});
      std::string key = exact_name_key(before.name, reference_);
      if (key.empty() || key == now.key) continue;
      now.from = std::max(now.from, before.until);
      c.periods.push_back(std::move(now));
      now = {key, kNoDay, before.until};
      c.earlier_names.push_back(before.name);
      if (key != c.name.key) table_.add(key, no, true);
    }
  if (now.from != kNoDay || now.until != kNoDay) c.periods.push_back(std::move(now));
}

namespace {

// Since when the record names its successor, where a version before it did not.
Day named_since(const Slim& record, const Intake& intake) {
  const auto history = intake.earlier.find(record.id);
  if (history == intake.earlier.end()) return kNoDay;
  for (const Earlier& before : history->second)
    if (valid_code(before.successor) != valid_code(record.get(Field::kSuccessorCode))) return before.until;
  return kNoDay;
}

}  // namespace

// All that an absorbed firm had is its successor's from that day on (company law: the absorbing company takes over).
// Firms that name each other in a ring are a register's mistake: none of them is absorbed.
void Firms::relate_heirs() {
  for (ClusterNo no = 0; no < clusters.size(); ++no) {
    Cluster& c = clusters[no];
    for (const Slim* r : c.records) {
      const ClusterNo heir = by_code(valid_code(r->get(Field::kSuccessorCode)));
      if (heir == kNoCluster || heir == no) continue;
      c.heir = heir, c.heir_since = c.dissolved != kNoDay ? c.dissolved : named_since(*r, intake_);
      break;
    }
  }
  std::vector<ClusterNo> walk(clusters.size(), kNoCluster), in_ring;  // by which walk a firm was met first
  for (ClusterNo no = 0; no < clusters.size(); ++no) {
    ClusterNo at = no;
    while (at != kNoCluster && walk[at] == kNoCluster) walk[at] = no, at = clusters[at].heir;
    if (at == kNoCluster || walk[at] != no) continue;
    const ClusterNo first = at;
    do {
      in_ring.push_back(at), at = clusters[at].heir;
    } while (at != first);
  }
  for (const ClusterNo no : in_ring) clusters[no].heir = kNoCluster, clusters[no].heir_since = kNoDay;
}

const Cluster* Firms::absorbed(store::FirmNo no) const {
  const auto found = absorbed_.find(no);
  return found == absorbed_.end() ? nullptr : &clusters[found->second];
}

bool existed(const Cluster& firm, Day day) {
  if (day == kNoDay) return true;
  if (firm.established != kNoDay && day + kGrace < firm.established) return false;
  return firm.dissolved == kNoDay || day <= firm.dissolved + kGrace;
}

namespace {

// As far as it is known when it bore the name.
bool bore(const Cluster& firm, std::string_view key, Day day) {
  bool known = false;
  for (const NamePeriod& period : firm.periods) {
    if (period.key != key) continue;
    known = true;
    if ((period.from == kNoDay || day + kGrace >= period.from) &&
        (period.until == kNoDay || day <= period.until + kGrace))
      return true;
  }
  return !known || day == kNoDay;
}

// It is registered there, or was on the day.
bool was_in(const Cluster& firm, std::uint32_t county, Day day) {
  return std::any_of(firm.earlier_places.begin(), firm.earlier_places.end(), [&](const Cluster::Before& before) {
    return before.place.county == county && (day == kNoDay || day <= before.until + kGrace);
  });
}

std::string out_of_time(const Cluster& firm, Day day) {
  const bool before = firm.established != kNoDay && day < firm.established;
  const auto text = [](Day of) { return iso(from_day(of).value_or(Date{})); };
  return std::string(store::kOutOfTime) + text(day) + std::string(before ? store::kTooEarly : store::kTooLate) +
         text(before ? firm.established : firm.dissolved);
}

}  // namespace

// One of those with the name: the only one, the only one that existed and bore it on the day, or the only one of the
// county. Who bore another name on that day counts only where nobody else bore this one: registers tell of changes late
// or correct a slip, and patents go on under a name of before.
Verdict Firms::choose(std::string_view key, bool former, const std::vector<ClusterNo>& forbidden, LinkReason one,
                      const Place& place, Day existed_on, Day borne_on) const {
  Verdict v;
  for (const ClusterNo c : table_.find(key, former))
    if (!holds_one(forbidden, c)) v.candidates.push_back(c);
  std::vector<ClusterNo> alive, bearers;
  for (const ClusterNo c : v.candidates) {
    if (!existed(clusters[c], existed_on)) continue;
    alive.push_back(c);
    if (bore(clusters[c], key, borne_on)) bearers.push_back(c);
  }
  v.other_name = bearers.empty() && !alive.empty();
  if (!v.other_name) alive = std::move(bearers);
  if (alive.size() == 1) {
    v.firm = alive[0], v.reason = v.candidates.size() == 1 ? one : LinkReason::kNameDate;
    return v;
  }
  if (alive.empty() && !v.candidates.empty()) {
    v.out_of_time = true;
    v.why = out_of_time(clusters[v.candidates[0]], existed_on);
    return v;
  }
  std::vector<ClusterNo> near;
  for (const ClusterNo c : alive)
    if (place.county != 0 && clusters[c].place.county == place.county) near.push_back(c);
  if (near.empty() && place.county != 0)
    for (const ClusterNo c : alive)
      if (was_in(clusters[c], place.county, existed_on)) near.push_back(c);
  if (near.size() > 1 && place.township != 0)
    std::erase_if(near, [&](ClusterNo c) { return clusters[c].place.township != place.township; });
  if (near.size() == 1) v.firm = near[0], v.reason = LinkReason::kNameCounty;
  if (v.firm == kNoCluster && !v.candidates.empty())
    v.why = std::to_string(v.candidates.size()) + " 家企业同名，" +
            (place.county == 0 ? "记录未写明县区" : "按县区仍不能区分");
  return v;
}

// Since when the register is known to list the name among those of before: then the firm bore it no more.
Day Firms::given_up(const Cluster& firm, std::string_view key) const {
  Day since = kNoDay;
  for (const Slim* r : firm.records)
    for (const FormerName& former : former_names_of(*r))
      if (r->since != kNoDay && exact_name_key(former.name, reference_) == key)
        since = since == kNoDay ? r->since : std::min(since, r->since);
  return since;
}

// Whoever bears the name today is not sure to be meant on a day on which another firm, that gave it up some time nobody
// knows, may have borne it still. The county of the record decides, else a person.
void Firms::doubt_by_former(std::string_view key, const std::vector<ClusterNo>& forbidden, const Place& place, Day day,
                            Verdict& v) const {
  if (v.firm == kNoCluster || day == kNoDay) return;
  std::vector<ClusterNo> others;
  for (const ClusterNo c : table_.find(key, true)) {
    if (c == v.firm || holds_one(forbidden, c) || holds_one(v.candidates, c)) continue;
    if (!existed(clusters[c], day) || !bore(clusters[c], key, day)) continue;
    if (const Day since = given_up(clusters[c], key); since == kNoDay || day < since) others.push_back(c);
  }
  const auto here = [&](ClusterNo c) { return place.county != 0 && clusters[c].place.county == place.county; };
  if (others.empty() || (here(v.firm) && std::none_of(others.begin(), others.end(), here))) return;
  v.candidates.insert(v.candidates.end(), others.begin(), others.end());
  v.firm = kNoCluster;
  v.why = "另有 " + std::to_string(others.size()) + " 家企业曾用此名，何时改名未知，不知当时是哪一家";
}

}  // namespace tanmiao::linkage
