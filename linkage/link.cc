#include "linkage/link.h"

#include <algorithm>
#include <limits>
#include <map>
#include <tuple>
#include <vector>

#include "core/hash.h"
#include "linkage/assemble.h"
#include "linkage/match/model.h"
#include "linkage/name_memory.h"
#include "linkage/name_model.h"
#include "linkage/parallel.h"

namespace tanmiao::linkage {

namespace {

constexpr std::string_view kVersion = "link-20";  // raised with every change of what linkage makes of the same records
constexpr std::string_view kNote = "link.inputs";
constexpr std::string_view kNamesNote = "link.names";  // folder of what it knew of names that are not equal

// All that the result rests on, apart from the firm register, which only linkage writes. `model`: version of the frozen
// model of names.
Result<std::string> inputs_of(store::Store& store, const LinkConfig& config, const Reference& reference,
                              std::string_view model) {
  TANMIAO_ASSIGN(const auto generation, store.facts().records_generation());
  TANMIAO_ASSIGN(const auto decisions, store.people().identity_decisions());
  TANMIAO_ASSIGN(const auto suppressions, store.people().suppressions());
  std::string text = std::string(kVersion) + '\n' + std::to_string(generation) + '\n' + reference.digest + '\n';
  for (const auto& source : config.source_order) text += source + '\n';
  for (const auto& [field, order] : config.field_order) {
    text += field_spec(field).name;
    for (const auto& source : order) text += '\t' + source;
    text += '\n';
  }
  if (config.name_model != nullptr) {
    text += std::string(model) + ' ' + std::to_string(config.suggest_from) + ' ' + std::to_string(config.habits_from) +
            '\n';
    for (const auto& [kind, from] : config.link_from)
      text += std::string(kind_name(kind)) + ' ' + std::to_string(from) + '\n';
    const RecordWorth& w = config.worth;
    for (const double one : {w.invention, w.application, w.other_patent, w.event, w.recognition, w.signal})
      text += std::to_string(one) + ' ';
    text += '\n';
  }
  for (const auto& d : decisions)
    if (d.ruling != store::Ruling::kUndone)
      text += std::to_string(static_cast<int>(d.kind)) + '\t' + d.source + '\t' + d.key + '\t' + d.name + '\t' +
              std::to_string(d.slot) + '\t' + d.firm_identity + '\t' + std::string(store::ruling_name(d.ruling)) + '\n';
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

LinkReport report_of(const Intake& intake, const Assembly& made) {
  LinkReport report;
  report.records = intake.records(), report.firms = made.firms, report.new_firms = made.new_firms.size();
  report.patents = made.tables.patents.title.size(), report.patents_linked = made.patents_linked;
  report.patent_owners = owners_in(made.tables.first_ownership);
  for (const auto& link : made.links) ++report.links_by_reason[std::string(store::link_reason_name(link.reason))];
  report.reviews = static_cast<std::uint64_t>(std::count_if(
      made.reviews.begin(), made.reviews.end(), [](const auto& item) { return item.linked == store::kNoFirm; }));
  report.decisions = made.decisions, report.decisions_idle = made.decisions_idle;
  report.decisions_without_firm = made.decisions_without_firm;
  return report;
}

// The model that is kept; null before the first, and when it cannot be read: it is frozen anew then.
Result<std::shared_ptr<const NameModel>> kept_model(store::Store& store, const LinkConfig& config) {
  std::shared_ptr<const NameModel> model;
  if (config.name_model == nullptr) return model;
  TANMIAO_ASSIGN(const auto entry, store.facts().name_model());
  if (!entry) return model;
  if (auto parsed = NameModel::parse(entry->body)) model = std::move(*parsed);
  return model;
}

// What answers of the last link must have in common with those of this one.
std::string memory_header(const NameModel& model, const LinkConfig& config, const Reference& reference) {
  return std::string(kVersion) + ' ' + reference.digest + ' ' + model.version + ' ' +
         std::to_string(config.suggest_from);
}

Result<NamesFrame> open_names(store::Store& store, const LinkConfig& config, const Reference& reference,
                              std::shared_ptr<const NameModel> model) {
  NamesFrame frame;
  frame.frozen = std::move(model), frame.refit = config.refit_names;
  if (frame.frozen == nullptr) return frame;
  TANMIAO_ASSIGN(const std::string note, store.facts().note(kNamesNote));
  frame.memory =
      NameMemory::open(store.folder(), note, memory_header(*frame.frozen, config, reference), Anatomist(reference));
  return frame;
}

bool links_by_probability(const LinkConfig& config) {
  return std::any_of(config.link_from.begin(), config.link_from.end(),
                     [](const auto& from) { return from.second < 1; });
}

// Gives the note by which the next link finds it; empty when names were not looked at.
Result<std::string> keep_names(const store::Store& store, const LinkConfig& config, const Reference& reference,
                               const NamesFrame& frame) {
  if (frame.report.model.empty()) return std::string();
  return NameMemory::keep(store.folder(), memory_header(*frame.frozen, config, reference), frame.next,
                          frame.memory.get());
}

Status keep_model(store::Store& store, const store::Night& night, const NamesFrame& frame) {
  if (frame.report.model.empty() || !frame.report.frozen_now) return {};
  return store.facts().keep_name_model({frame.frozen->version, night.clock, frame.report.why, frame.frozen->text});
}

RefitReport compare_reviews(const std::vector<store::ReviewItem>& before, const std::vector<store::ReviewItem>& now) {
  using Key = std::tuple<RecordKind, std::string_view, std::string_view, std::uint16_t>;
  const auto key = [](const store::ReviewItem& r) { return Key{r.kind, r.source, r.key, r.slot}; };
  const auto first_firm = [](const store::ReviewItem& r) {
    return std::string_view(r.detail).substr(0, r.detail.find(','));
  };
  std::map<Key, const store::ReviewItem*> old;
  for (const auto& item : before) old.emplace(key(item), &item);
  RefitReport report;
  std::vector<std::pair<std::int64_t, RefitReport::Change>> changes;
  for (const auto& item : now) {
    const auto found = old.find(key(item));
    const store::ReviewItem* const was = found == old.end() ? nullptr : found->second;
    if (was != nullptr) old.erase(found);
    const bool other = was != nullptr && first_firm(*was) != first_firm(item);
    ++(was == nullptr ? report.came : other ? report.other_firm : report.same);
    const store::FirmNo linked_before = was == nullptr ? store::kNoFirm : was->linked;
    const bool relinked = item.linked != linked_before;
    report.links_came += relinked && item.linked != store::kNoFirm;
    report.links_went += relinked && linked_before != store::kNoFirm;
    if (was == nullptr || other || relinked)
      changes.push_back({item.value, {item.source, item.key, item.name, was == nullptr ? "" : was->why, item.why}});
  }
  report.went = old.size();
  for (const auto& [unused, item] : old) report.links_went += item->linked != store::kNoFirm;
  for (const auto& [unused, item] : old)
    changes.push_back({item->value, {item->source, item->key, item->name, item->why, ""}});
  std::stable_sort(changes.begin(), changes.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  constexpr std::size_t kGreatest = 20;
  for (std::size_t n = 0; n < std::min(kGreatest, changes.size()); ++n)
    report.greatest.push_back(std::move(changes[n].second));
  return report;
}

}  // namespace

Result<LinkReport> link(store::Store& store, const store::Night& night, const LinkConfig& config,
                        const Reference& reference, Progress& progress) {
  TANMIAO_ASSIGN(auto model, kept_model(store, config));
  TANMIAO_ASSIGN(std::string inputs, inputs_of(store, config, reference, model == nullptr ? "" : model->version));
  TANMIAO_ASSIGN(const std::string note, store.facts().note(kNote));
  if (const auto generation = noted_generation(note, inputs);
      !config.refit_names && !previous_folder(store, generation).empty())
    if (auto report = report_unchanged(store, generation)) return report;
  TANMIAO_ASSIGN(NamesFrame frame, open_names(store, config, reference, std::move(model)));
  TANMIAO_ASSIGN(const auto live, store.facts().live());
  TANMIAO_ASSIGN(const auto batch, store.facts().open_batch(night, store::Stage::kLink, ""));
  TANMIAO_ASSIGN(Intake taken, take_in(store, {}, config, progress));
  auto intake = std::make_unique<const Intake>(std::move(taken));
  TANMIAO_ASSIGN(Assembly made, assemble(*intake, config, reference, frame));
  progress.update("link", intake->records(), intake->records(), "写入快照");
  LinkReport report = report_of(*intake, made);
  report.names = frame.report;
  if (config.refit_names) {
    constexpr std::size_t kAll = std::numeric_limits<std::int64_t>::max();
    TANMIAO_ASSIGN(const auto before, store.facts().reviews(0, kAll));
    report.refit = compare_reviews(before, made.reviews);
  }
  TANMIAO_TRY(keep_model(store, night, frame));
  // Both folders are written while links are, which are published when both are there: nothing names them before.
  Result<std::string> names = std::string();
  Result<store::SnapshotInfo> written = store::SnapshotInfo();
  Tasks beside(config.threads);
  beside.run([&] { made.remains.reset(), intake.reset(); });
  beside.run([&] { names = keep_names(store, config, reference, frame); });
  beside.run([&] {
    store::SnapshotInfo info;
    info.civil_date = night.civil_date;
    written = store::write_snapshot(store.folder().columns(generation_name(night, live.snapshot)), made.tables, info,
                                    previous_folder(store, live.snapshot));
    made.tables = {};
  });
  store::Facts::LinkUpdate update{{},
                                  [&]() -> Result<std::string> {
                                    beside.wait();
                                    TANMIAO_TRY(names);
                                    TANMIAO_TRY(written);
                                    return written->generation;
                                  },
                                  std::move(made.new_firms),
                                  std::move(made.merged),
                                  std::move(made.links),
                                  std::move(made.reviews)};
  TANMIAO_ASSIGN(report.delta, store.facts().publish_links(batch.id, update));
  report.generation = written->generation, report.digest = written->digest;
  if (!names->empty()) {
    TANMIAO_ASSIGN(inputs, inputs_of(store, config, reference, frame.frozen->version));
    TANMIAO_TRY(store.facts().set_note(kNamesNote, *names));
    TANMIAO_TRY(NameMemory::sweep(store.folder(), *names));
  }
  TANMIAO_TRY(store.facts().set_note(kNote, inputs + " " + report.generation));
  return report;
}

Result<std::shared_ptr<const store::Snapshot>> assemble_as_of(store::Store& store, const store::View& view,
                                                              const LinkConfig& live, const Reference& reference,
                                                              Progress& progress) {
  // Nobody reviews a past day, but what is linked by probability is linked then as well, by the model of today.
  LinkConfig config = live;
  config.refit_names = false;
  if (!links_by_probability(config)) config.name_model = nullptr;
  TANMIAO_ASSIGN(auto model, kept_model(store, config));
  TANMIAO_ASSIGN(std::string inputs, inputs_of(store, config, reference, model == nullptr ? "" : model->version));
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
  TANMIAO_ASSIGN(NamesFrame frame, open_names(store, config, reference, std::move(model)));
  frame.fixed = true;
  TANMIAO_ASSIGN(const Assembly made, assemble(intake, config, reference, frame));
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
