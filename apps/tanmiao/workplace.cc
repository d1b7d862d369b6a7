#include "apps/tanmiao/workplace.h"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <csignal>

#include "apps/tanmiao/console.h"
#include "apps/tanmiao/model_gate.h"
#include "core/identifiers.h"
#include "tabular/reference_reader.h"

namespace tanmiao::app {
namespace {

namespace fs = std::filesystem;

std::atomic<bool> stop{false};
void on_signal(int) { stop.store(true, std::memory_order_relaxed); }

constexpr std::string_view kIndexBefore = "pipeline.index_before";  // name of the index, of its snapshot
constexpr std::string_view kNoDataYet = "no data yet: run tanmiao run first";

// Up to five names that contain the text, for the message.
std::string near_names(const store::Snapshot& snapshot, std::string_view part) {
  std::string names;
  int count = 0;
  for (store::FirmNo n = 1; n <= snapshot.last_firm() && count < 5; ++n)
    if ((snapshot.firms.flags[n] & store::kFirmSuppressed) == 0 &&
        snapshot.firms.name[n].find(part) != std::string_view::npos)
      names += (count++ ? "、" : "") + std::string(snapshot.firms.name[n]);
  return names;
}

std::string list_of(const store::Snapshot& snapshot, const std::vector<store::FirmNo>& firms) {
  std::string out;
  for (const store::FirmNo n : firms) {
    const std::string_view code = snapshot.firms.code[n];
    out += (out.empty() ? "" : "、") + std::string(code.empty() ? std::to_string(n) : std::string(code));
  }
  return out;
}

}  // namespace

Result<std::shared_ptr<const miner::Rules>> Workplace::rules() const { return rules_in_use(config, folder()); }

Result<AppConfig> open_config(const Common& common) { return load_config(common.config); }

Result<Workplace> open_workplace(const Common& common, store::Access access, std::string_view what) {
  Workplace place;
  TANMIAO_ASSIGN(place.config, open_config(common));
  place.data = common.data;
  if (access == store::Access::kRead && !fs::exists(common.data / "facts.db"))
    return Error{Errc::kNotFound, std::string(kNoDataYet), common.data.string()};
  TANMIAO_ASSIGN(place.reference, tabular::load_reference(place.config.reference, place.config.city_code));
  TANMIAO_ASSIGN(place.store, store::Store::open(common.data, access, what));
  return place;
}

store::Access people_access(const Common& common) {
  return fs::exists(common.data / "facts.db") ? store::Access::kRead : store::Access::kWrite;
}

Status note_done(Workplace& place, std::string_view action, std::string_view subject,
                 const boost::json::object& detail) {
  const std::string& office = place.config.issuer;
  return place.people().audit(office.empty() ? "-" : office, action, subject, boost::json::serialize(detail), now());
}

Result<GenerationBefore> generation_before(Workplace& place) {
  TANMIAO_ASSIGN(const std::string note, place.facts().note(kIndexBefore));
  const std::size_t blank = note.find(' ');
  if (blank == std::string::npos) return GenerationBefore{};
  return GenerationBefore{note.substr(0, blank), note.substr(blank + 1)};
}

Status note_generation_before(store::Facts& facts, const store::Live& live) {
  return facts.set_note(kIndexBefore, live.index + " " + live.snapshot);
}

Result<LiveView> open_live(Workplace& place) {
  LiveView view;
  TANMIAO_ASSIGN(view.live, place.facts().live());
  if (view.live.snapshot.empty()) return Error{Errc::kNotFound, std::string(kNoDataYet), place.data.string()};
  TANMIAO_ASSIGN(view.snapshot, store::Snapshot::open(place.folder().columns(view.live.snapshot)));
  return view;
}

Result<LiveView> open_linked(Workplace& place) {
  auto live = open_live(place);
  if (live || live.error().code != Errc::kNotFound) return live;
  TANMIAO_ASSIGN(const std::string linked, place.facts().note(kLinkedNote));
  if (linked.empty()) return live;
  LiveView view;
  TANMIAO_ASSIGN(view.snapshot, store::Snapshot::open(place.folder().columns(linked)));
  return view;
}

void add_when(CLI::App& app, When& when) {
  app.add_option("--as-of", when.as_of, "what could be known in public on this day (YYYY-MM-DD)");
  app.add_option("--known-at", when.known_at, "what this data folder knew then (YYYY-MM-DD or YYYY-MM-DDThh:mm:ssZ)");
}

Result<store::View> parse_view(const When& when) {
  store::View view;
  if (!when.as_of.empty()) {
    const auto date = parse_iso_date(when.as_of);
    if (!date) return Error{Errc::kUsage, date.error().message, "--as-of"};
    view.as_of = *date;
    if (*date > civil_day(now()))
      say(when.as_of + " is yet to come: shown is what is known today, with what will have run out by then");
  }
  if (!when.known_at.empty()) {
    // A day alone means its end in Beijing.
    if (const auto date = parse_iso_date(when.known_at)) {
      view.known_at = Instant(*date) + std::chrono::hours(24 - 8) - std::chrono::seconds(1);
    } else {
      const auto instant = parse_iso_instant(when.known_at);
      if (!instant) return Error{Errc::kUsage, instant.error().message, "--known-at"};
      view.known_at = *instant;
    }
  }
  return view;
}

Result<std::shared_ptr<const store::Snapshot>> snapshot_of(Workplace& place, const When& when, Progress& progress) {
  if (!when.given()) {
    TANMIAO_ASSIGN(const auto live, open_live(place));
    return live.snapshot;
  }
  TANMIAO_ASSIGN(const auto view, parse_view(when));
  return linkage::assemble_as_of(*place.store, view, place.config.link, *place.reference, progress);
}

Result<Date> day_of(const When& when) {
  TANMIAO_ASSIGN(const auto view, parse_view(when));
  if (view.as_of) return *view.as_of;
  return civil_day(view.known_at ? *view.known_at : now());
}

Result<store::FirmNo> find_firm(const store::Snapshot& snapshot, const Reference& reference, std::string_view firm) {
  if (firm.empty()) return Error{Errc::kUsage, "name a firm by credit code, number or name", ""};
  const store::FirmNo direct = snapshot.find_code(firm);
  if (direct != store::kNoFirm) return direct;
  const auto match = linkage::NameIndex::build(snapshot, reference)->match(firm, "");
  if (match.firm != store::kNoFirm) return match.firm;
  if (!match.candidates.empty())
    return Error{Errc::kUsage, "several firms have this name; give one of: " + list_of(snapshot, match.candidates),
                 std::string(firm)};
  constexpr std::size_t kCodeLength = 18;
  if (firm.size() == kCodeLength && firm.find_first_of("0123456789") == 0)
    if (const auto code = CreditCode::parse(firm); !code)
      return Error{Errc::kNotFound, "no such firm; the code is none: " + code.error().message, std::string(firm)};
  const std::string near = near_names(snapshot, firm);
  return Error{Errc::kNotFound, near.empty() ? "no such firm" : "no firm has exactly this name; near: " + near,
               std::string(firm)};
}

const std::atomic<bool>& stop_flag() {
  static const bool installed = [] {
    struct sigaction action = {};
    action.sa_handler = on_signal;
    action.sa_flags = static_cast<int>(SA_RESETHAND);
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
    return true;
  }();
  static_cast<void>(installed);
  return stop;
}

Instant now() { return std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::now()); }

}  // namespace tanmiao::app
