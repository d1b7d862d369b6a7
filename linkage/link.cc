#include "linkage/link.h"

#include <algorithm>
#include <vector>

#include "core/hash.h"
#include "linkage/assemble.h"
#include "linkage/match/model.h"

namespace tanmiao::linkage {

namespace {

constexpr std::string_view kVersion = "link-7";  // raised with every change of what linkage makes of the same records
constexpr std::string_view kNote = "link.inputs";

// All that the result rests on, apart from the firm register, which only linkage writes.
Result<std::string> inputs_of(store::Store& store, const LinkConfig& config, const Reference& reference) {
  TANMIAO_ASSIGN(const auto generation, store.facts().records_generation());
  TANMIAO_ASSIGN(const auto decisions, store.people().identity_decisions());
  TANMIAO_ASSIGN(const auto suppressions, store.people().suppressions());
  std::string text = std::string(kVersion) + '\n' + std::to_string(generation) + '\n' + reference.digest + '\n';
  for (const auto& source : config.source_order) text += source + '\n';
  if (config.name_model != nullptr)
    text += config.name_model->version + ' ' + std::to_string(config.suggest_from) + '\n';
  for (const auto& d : decisions)
    if (d.counts())
      text += std::to_string(static_cast<int>(d.kind)) + '\t' + d.source + '\t' + d.key + '\t' + d.name + '\t' +
              std::to_string(d.slot) + '\t' + d.firm_identity + (d.same() ? "\t1\n" : "\t0\n");
  for (const auto& [code, reason] : suppressions) text += code + '\n';
  TANMIAO_ASSIGN(const auto corrections, store.people().corrections());
  for (const auto& c : corrections)
    text += c.firm + '\t' + c.field + '\t' + c.value + '\t' + c.reason + '\t' + c.by + '\n';
  return hash_hex(text);
}

// The note: "inputs generation".
std::string noted_generation(std::string_view note, std::string_view inputs) {
  if (!note.starts_with(inputs) || note.size() <= inputs.size() + 1) return {};
  return std::string(note.substr(inputs.size() + 1));
}

// Firms whose range of ownerships is not empty; `first` as in SnapshotTables::first_ownership.
template <class Column>
std::uint64_t owners_in(const Column& first) {
  std::uint64_t owners = 0;
  for (std::size_t n = 1; n + 1 < first.size(); ++n) owners += first[n + 1] > first[n];
  return owners;
}

Result<LinkReport> report_unchanged(store::Store& store, const std::string& generation) {
  TANMIAO_ASSIGN(const auto snapshot, store::Snapshot::open(store.folder().columns(generation)));
  LinkReport report;
  report.unchanged = true;
  report.generation = generation;
  report.digest = snapshot->info().digest;
  report.patents = snapshot->patents.title.size();
  std::vector<bool> linked(report.patents);
  for (const std::uint32_t patent : snapshot->ownerships.patent.span()) linked[patent] = true;
  report.patents_linked = static_cast<std::uint64_t>(std::count(linked.begin(), linked.end(), true));
  report.patent_owners = owners_in(snapshot->first_ownership);
  for (store::FirmNo n = 1; n <= snapshot->last_firm(); ++n) report.firms += !snapshot->firms.name[n].empty();
  TANMIAO_ASSIGN(report.reviews, store.facts().review_count());
  return report;
}

// A name that neither the live folder bears nor depends on anything but the night: what a killed night left under it is
// replaced.
std::string generation_name(const store::Night& night, std::string_view live) {
  std::string name = "snapshot-" + iso(night.civil_date);
  if (name != live) return name;
  return name + "-b";
}

std::filesystem::path previous_folder(const store::Store& store, const std::string& live) {
  if (live.empty()) return {};
  std::error_code ignored;
  const auto folder = store.folder().columns(live);
  return std::filesystem::exists(folder, ignored) ? folder : std::filesystem::path();
}

LinkReport report_of(const Intake& intake, const Assembly& made, const store::SnapshotInfo& info) {
  LinkReport report;
  report.generation = info.generation, report.digest = info.digest;
  report.records = intake.records(), report.firms = made.firms, report.new_firms = made.new_firms.size();
  report.patents = made.tables.patents.title.size(), report.patents_linked = made.patents_linked;
  report.patent_owners = owners_in(made.tables.first_ownership);
  for (const auto& link : made.links) ++report.links_by_reason[std::string(store::link_reason_name(link.reason))];
  report.reviews = made.reviews.size();
  report.decisions = made.decisions, report.decisions_idle = made.decisions_idle;
  report.decisions_without_firm = made.decisions_without_firm;
  return report;
}

}  // namespace

Result<LinkReport> link(store::Store& store, const store::Night& night, const LinkConfig& config,
                        const Reference& reference, Progress& progress) {
  TANMIAO_ASSIGN(const std::string inputs, inputs_of(store, config, reference));
  TANMIAO_ASSIGN(const std::string note, store.facts().note(kNote));
  if (const auto generation = noted_generation(note, inputs); !previous_folder(store, generation).empty())
    if (auto report = report_unchanged(store, generation)) return report;
  TANMIAO_ASSIGN(const auto live, store.facts().live());
  TANMIAO_ASSIGN(const auto batch, store.facts().open_batch(night, store::Stage::kLink, ""));
  TANMIAO_ASSIGN(const Intake intake, take_in(store, {}, config, progress));
  Assembly made = assemble(intake, config, reference);
  progress.update("link", intake.records(), intake.records(), "写入快照");
  store::SnapshotInfo info;
  info.civil_date = night.civil_date;
  TANMIAO_ASSIGN(info, store::write_snapshot(store.folder().columns(generation_name(night, live.snapshot)), made.tables,
                                             info, previous_folder(store, live.snapshot)));
  LinkReport report = report_of(intake, made, info);
  made.tables = {};
  store::Facts::LinkUpdate update{info.generation, std::move(made.new_firms), std::move(made.merged),
                                  std::move(made.links), std::move(made.reviews)};
  TANMIAO_ASSIGN(report.delta, store.facts().publish_links(batch.id, update));
  TANMIAO_TRY(store.facts().set_note(kNote, inputs + " " + info.generation));
  return report;
}

Result<std::shared_ptr<const store::Snapshot>> assemble_as_of(store::Store& store, const store::View& view,
                                                              const LinkConfig& live, const Reference& reference,
                                                              Progress& progress) {
  LinkConfig config = live;
  config.name_model = nullptr;  // nobody reviews a past day
  TANMIAO_ASSIGN(std::string inputs, inputs_of(store, config, reference));
  if (view.as_of) inputs += " as-of " + iso(*view.as_of);
  if (view.known_at) inputs += " known-at " + iso(*view.known_at);
  const auto folder_for = [&](std::size_t numbers) {
    return store.folder().columns("asof-" + hash_hex(inputs + ' ' + std::to_string(numbers), 16));
  };
  TANMIAO_ASSIGN(const auto entries, store.facts().firm_register());
  auto folder = folder_for(entries.size());
  std::error_code ignored;
  if (std::filesystem::exists(folder, ignored))
    if (auto made = store::Snapshot::open(folder)) return made;
  TANMIAO_ASSIGN(const Intake intake, take_in(store, view, config, progress));
  const Assembly made = assemble(intake, config, reference);
  // A run that is kept must not name firms by numbers that others may get later. Who only looks borrows them: a folder
  // of its own, which nothing names.
  if (!made.new_firms.empty()) {
    if (store.writable())
      TANMIAO_TRY(store.facts().add_firms(made.new_firms));
    else
      inputs += " borrowed numbers";
    folder = folder_for(entries.size() + (store.writable() ? made.new_firms.size() : 0));
    if (std::filesystem::exists(folder, ignored)) return store::Snapshot::open(folder);
  }
  store::SnapshotInfo info;
  info.view = view;
  info.civil_date = view.as_of ? *view.as_of : civil_day(view.known_at.value_or(Instant{}));
  TANMIAO_TRY(store::write_snapshot(folder, made.tables, info));
  return store::Snapshot::open(folder);
}

}  // namespace tanmiao::linkage
