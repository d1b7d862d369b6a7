#include "store/columns/snapshot.h"

#include <array>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "core/date.h"

namespace tanmiao::store {

namespace {

std::string manifest_of(const SnapshotInfo& info) {
  boost::json::object manifest{{"kind", "snapshot"}, {"civil_date", iso(info.civil_date)}, {"firms", info.firms}};
  if (info.view.as_of) manifest["as_of"] = iso(*info.view.as_of);
  if (info.view.known_at) manifest["known_at"] = iso(*info.view.known_at);
  return boost::json::serialize(manifest);
}

Result<SnapshotInfo> read_info(const std::filesystem::path& folder, const ColumnFolderReader& reader) {
  const auto corrupt = [&](std::string message) {
    return Error{Errc::kCorrupt, std::move(message), (folder / "manifest.json").string()};
  };
  SnapshotInfo info;
  info.generation = folder.filename().string();
  info.digest = reader.digest();
  boost::system::error_code error;
  const auto manifest = boost::json::parse(reader.manifest_json(), error);
  const auto* object = error ? nullptr : manifest.if_object();
  const auto text = [&](std::string_view name) {
    const auto* value = object ? object->if_contains(name) : nullptr;
    return value && value->is_string() ? std::string(value->get_string()) : std::string();
  };
  if (text("kind") != "snapshot") return corrupt("this is not the manifest of a snapshot");
  TANMIAO_ASSIGN(info.civil_date, parse_iso_date(text("civil_date")));
  if (const auto as_of = text("as_of"); !as_of.empty()) {
    TANMIAO_ASSIGN(info.view.as_of, parse_iso_date(as_of));
  }
  if (const auto known_at = text("known_at"); !known_at.empty()) {
    TANMIAO_ASSIGN(info.view.known_at, parse_iso_instant(known_at));
  }
  return info;
}

// `first` must lead, row by row and never backwards, from 0 to the end of the relation.
std::string check_relation(std::string_view name, std::span<const std::uint32_t> first, std::size_t owners,
                           std::size_t rows) {
  if (first.size() != owners + 1) return std::string(name) + " has not one entry more than its owners";
  if (first.front() != 0 || first.back() != rows) return std::string(name) + " does not span its relation";
  for (std::size_t i = 1; i < first.size(); ++i)
    if (first[i] < first[i - 1]) return std::string(name) + " goes backwards at row " + std::to_string(i);
  return {};
}

template <class T>
std::string check_rows(std::string_view name, std::span<const T> values, std::size_t end) {
  for (const T value : values)
    if (value >= end) return std::string(name) + " leads outside its table";
  return {};
}

constexpr auto each_patent_column = [](auto& patents, auto&& visit) {
  // The two relations of the patent table have one entry more; they are checked as relations.
  patents.each([&](std::string_view name, auto& view) {
    if (name != "patent.first_event" && name != "patent.first_inventor") visit(name, view);
  });
};

template <class Table>
std::string check_size(Table& table, std::size_t& rows) {
  SameSize same;
  table.each(same);
  rows = same.rows.value_or(0);
  return same.damage;
}

struct Rows {
  std::size_t firms, patents, events, inventors, ownerships, recognitions, signals, units, zones;
};

std::string check_sizes(SnapshotTables<Mapped>& t, Rows& rows) {
  SameSize patents;
  each_patent_column(t.patents, patents);
  rows.patents = patents.rows.value_or(0);
  for (const std::string& damage : {patents.damage, check_size(t.firms, rows.firms), check_size(t.events, rows.events),
                                    check_size(t.inventors, rows.inventors), check_size(t.ownerships, rows.ownerships),
                                    check_size(t.recognitions, rows.recognitions), check_size(t.signals, rows.signals),
                                    check_size(t.units, rows.units), check_size(t.zones, rows.zones)})
    if (!damage.empty()) return damage;
  return {};
}

std::string check_tables(SnapshotTables<Mapped>& t) {
  Rows rows{};
  if (std::string damage = check_sizes(t, rows); !damage.empty()) return damage;
  for (const std::string& damage :
       {check_relation("firm.first_ownership", t.first_ownership.span(), rows.firms, rows.ownerships),
        check_relation("firm.first_recognition", t.first_recognition.span(), rows.firms, rows.recognitions),
        check_relation("firm.first_signal", t.first_signal.span(), rows.firms, rows.signals),
        check_relation("patent.first_event", t.patents.first_event.span(), rows.patents, rows.events),
        check_relation("patent.first_inventor", t.patents.first_inventor.span(), rows.patents, rows.inventors),
        check_rows("owner.patent", t.ownerships.patent.span(), rows.patents),
        check_rows("owner.through", t.ownerships.through.span(), rows.firms),
        check_rows("firm.parent", t.firms.parent.span(), rows.firms),
        check_rows("firm.successor", t.firms.successor.span(), rows.firms)})
    if (!damage.empty()) return damage;
  // Empty: a snapshot from before its units and zones were kept.
  if (rows.units != 0)
    if (std::string damage = check_rows("firm.unit", t.firms.unit.span(), rows.units); !damage.empty()) return damage;
  if (rows.zones != 0)
    if (std::string damage = check_rows("firm.zone", t.firms.zone.span(), rows.zones); !damage.empty()) return damage;
  return {};
}

FirmNo as_number(std::string_view text) {
  FirmNo number = 0;
  if (text.empty() || text.size() > 9) return kNoFirm;
  for (const char c : text) {
    if (c < '0' || c > '9') return kNoFirm;
    number = number * 10 + static_cast<FirmNo>(c - '0');
  }
  return number;
}

}  // namespace

Result<std::shared_ptr<const Snapshot>> Snapshot::open(const std::filesystem::path& folder) {
  TANMIAO_ASSIGN(const auto reader, ColumnFolderReader::open(folder));
  auto snapshot = std::make_shared<Snapshot>();
  TANMIAO_ASSIGN(snapshot->info_, read_info(folder, reader));
  Status status;
  TableReader tables(reader);
  snapshot->each_table([&](auto& table) {
    if (status) status = tables.read(table);
  });
  snapshot->each_first([&](std::string_view name, auto& view) {
    if (status) status = reader.read(name, view);
  });
  TANMIAO_TRY(status);
  if (std::string damage = check_tables(*snapshot); !damage.empty())
    return Error{Errc::kCorrupt, std::move(damage), folder.string()};
  snapshot->info_.firms = snapshot->last_firm();
  return std::shared_ptr<const Snapshot>(std::move(snapshot));
}

std::string_view Snapshot::unit_id(FirmNo n, const RegionTable& now) const {
  const std::uint16_t unit = firms.unit[n];
  if (units.id.size() != 0) return units.id[unit];
  return unit == 0 || unit > now.units().size() ? std::string_view() : std::string_view(now.units()[unit - 1u].id);
}

std::string_view Snapshot::unit_name(FirmNo n, const RegionTable& now) const {
  return units.name.size() != 0 ? units.name[firms.unit[n]] : now.unit_name(firms.unit[n]);
}

bool Snapshot::unit_unresolved(FirmNo n, const RegionTable& now) const {
  const std::uint16_t unit = firms.unit[n];
  return units.unresolved.size() != 0 ? units.unresolved[unit] != 0 : unit != 0 && unit == now.unresolved_unit();
}

std::string_view Snapshot::zone_id(FirmNo n, const RegionTable& now) const {
  const std::uint16_t zone = firms.zone[n];
  if (zones.id.size() != 0) return zones.id[zone];
  return zone == 0 || zone > now.zones().size() ? std::string_view() : std::string_view(now.zones()[zone - 1u].id);
}

std::string_view Snapshot::zone_name(FirmNo n, const RegionTable& now) const {
  return zones.name.size() != 0 ? zones.name[firms.zone[n]] : now.zone_name(firms.zone[n]);
}

FirmNo Snapshot::find_code(std::string_view text) const {
  if (text.empty()) return kNoFirm;
  FirmNo named = kNoFirm;
  bool unique = true;
  for (FirmNo n = 1; n <= last_firm(); ++n) {
    if (firms.code[n] == text) return n;
    if (firms.name[n] != text || (firms.flags[n] & kFirmMerged)) continue;
    unique = named == kNoFirm;
    named = n;
    if (!unique) break;
  }
  if (const FirmNo number = as_number(text); number != kNoFirm && number <= last_firm()) return number;
  return unique ? named : kNoFirm;
}

Result<SnapshotInfo> write_snapshot(const std::filesystem::path& folder, const SnapshotTables<Build>& tables,
                                    const SnapshotInfo& info, const std::filesystem::path& previous) {
  if (std::error_code ignored; folder != previous && std::filesystem::exists(folder, ignored))
    std::filesystem::remove_all(folder, ignored);
  TANMIAO_ASSIGN(auto writer, ColumnFolderWriter::create(folder));
  TANMIAO_TRY(TableWriter(writer).write(tables));
  SnapshotInfo written = info;
  written.firms = tables.firms.name.size() == 0 ? 0 : tables.firms.name.size() - 1;
  written.digest = writer.digest();
  written.generation = folder.filename().string();
  if (!previous.empty()) {
    const auto before = ColumnFolderReader::open(previous);
    if (before && before->digest() == written.digest) {
      written.generation = previous.filename().string();
      return written;
    }
  }
  TANMIAO_TRY(writer.finish(manifest_of(written)));
  return written;
}

}  // namespace tanmiao::store
