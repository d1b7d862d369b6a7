// The snapshot: everything linkage knows of firms, as columns by firm number. Indexer, miner and server read nothing
// else on their hot paths. Row 0 of the firm table is unused, so a firm number is a row. Relations are stored as
// compressed rows: `first` has firm count + 1 entries, firm n owns rows first[n] .. first[n+1]-1 of the relation.
//
// Unknown is a value of its own everywhere: kNoDay, -1, 0 of an enumeration whose 0 is kUnknown, the empty string.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include "core/date.h"
#include "core/region.h"
#include "store/columns/table.h"
#include "store/types.h"

namespace tanmiao::store {

enum FirmFlag : std::uint32_t {
  kFirmInScope = 1u << 0,      // enterprise (91) or unknown category; not an individual business, university, ...
  kFirmCooperative = 1u << 1,  // category 93
  kFirmBranch = 1u << 2,       // parent is set when it is known
  kFirmMerged = 1u << 3,       // successor is set; the row is otherwise empty
  kFirmHasCode = 1u << 4,
  kFirmNameOnly = 1u << 5,    // known from patents or lists alone, no registration seen
  kFirmAbnormal = 1u << 6,    // on the list of abnormal operations
  kFirmDishonest = 1u << 7,   // on the list of serious dishonesty
  kFirmOutside = 1u << 8,     // its place lies outside the configured city
  kFirmSuppressed = 1u << 9,  // a person had it taken out; never in lists, index, exports
};

template <class Mode>
struct FirmTable {
  Column<Mode, std::string> name, code, former_names;  // former names joined by '\n'
  Column<Mode, std::string> address, scope, org_type, industry_code, industry_name, registration_no;
  Column<Mode, std::uint8_t> status;             // FirmStatus
  Column<Mode, std::uint8_t> region_basis;       // RegionBasis
  Column<Mode, std::uint16_t> unit, zone;        // rows of UnitTable and ZoneTable, 0 none; see Snapshot::unit_name
  Column<Mode, std::uint16_t> industry_edition;  // 2011, 2017, 0
  Column<Mode, std::uint32_t> prefecture, county, township;
  Column<Mode, std::uint32_t> flags;              // FirmFlag
  Column<Mode, std::uint32_t> parent, successor;  // FirmNo
  Column<Mode, std::uint32_t> heir;               // FirmNo of the firm that absorbed it; 0 none
  Column<Mode, Day> heir_since;
  Column<Mode, Day> established, dissolved;
  Column<Mode, Day> seen;              // civil day when its registration was last seen
  Column<Mode, std::int64_t> capital;  // minor units, -1 unknown
  Column<Mode, std::string> capital_currency;
  Column<Mode, std::int32_t> insured_staff;  // -1 unknown
  // The first day for which a register stated what changes while a firm lives: status, capital, insured staff, and the
  // lists of the abnormal and the dishonest. kNoDay: none of it is known, or an older folder did not say.
  Column<Mode, Day> stated;
  // JSON: field -> {"source","key","url","line","seen"}, survivorship's choice.
  Column<Mode, PackedText> lineage;

  template <class F>
  void each(F&& f) {
    f("firm.name", name), f("firm.code", code), f("firm.former_names", former_names), f("firm.address", address);
    f("firm.scope", scope), f("firm.org_type", org_type), f("firm.industry_code", industry_code);
    f("firm.industry_name", industry_name), f("firm.registration_no", registration_no), f("firm.status", status);
    f("firm.region_basis", region_basis), f("firm.unit", unit), f("firm.zone", zone);
    f("firm.industry_edition", industry_edition), f("firm.prefecture", prefecture), f("firm.county", county);
    f("firm.township", township), f("firm.flags", flags), f("firm.parent", parent), f("firm.successor", successor);
    f("firm.established", established), f("firm.dissolved", dissolved), f("firm.seen", seen),
        f("firm.capital", capital);
    f("firm.capital_currency", capital_currency), f("firm.insured_staff", insured_staff), f("firm.lineage", lineage);
    added(f, "firm.heir", heir, std::uint32_t{0}), added(f, "firm.heir_since", heir_since, kNoDay);
    added(f, "firm.stated", stated, kNoDay);
  }
};

// What the numbers in FirmTable::unit and zone stand for: the rows of config/reference in the night of the snapshot,
// row 0 for none. A table that people edit later numbers its rows otherwise and names them otherwise; what an older
// snapshot says of a firm does not change with it. Empty in snapshots from before they were kept.
template <class Mode>
struct UnitTable {
  Column<Mode, std::string> id, name;
  Column<Mode, std::uint8_t> unresolved;  // 1: 待核
  template <class F>
  void each(F&& f) {
    added(f, "unit.id", id, ""), added(f, "unit.name", name, "");
    added(f, "unit.unresolved", unresolved, std::uint8_t{0});
  }
};

template <class Mode>
struct ZoneTable {
  Column<Mode, std::string> id, name;
  template <class F>
  void each(F&& f) {
    added(f, "zone.id", id, ""), added(f, "zone.name", name, "");
  }
};

// Relations carry where they come from: source, and key: the natural key of the record within (source, kind). Together
// they lead to the record's versions, its capture and the line of a page (Facts::history). Both empty: not known.

inline constexpr std::uint8_t kAcademicUnknown = 255;

// One row an application (A and B of one invention are one patent). Ordered by application number. Source, url and key
// are those of its first publication by trust in sources.
template <class Mode>
struct PatentTable {
  Column<Mode, std::string> application_no, title, source, url, key;
  Column<Mode, std::string> ipc, publication_nos;  // joined by ' ', the main one first
  Column<Mode, PackedText> abstract;               // empty of a patent that no firm ever owned: it is asked for by firm
  Column<Mode, std::uint8_t> kind;                 // PatentKind
  Column<Mode, std::uint8_t>
      granted_by_kind;  // 1: a grant publication (B, C, U, Y, S, D) or a utility model/design as such
  Column<Mode, Day> filing, published, granted;  // published: first publication; granted: by publication or event
  Column<Mode, Day> public_date;                 // from when on it could be known
  Column<Mode, std::uint8_t> public_estimated;
  Column<Mode, std::uint16_t> applicants, persons, inventors, claims;  // counts; 0 inventors or claims: unknown
  // How many of the applicants are universities or institutes, by their names; kAcademicUnknown: nobody looked.
  Column<Mode, std::uint8_t> academic;
  Column<Mode, std::uint32_t> first_event;     // patents + 1 entries into the event table
  Column<Mode, std::uint32_t> first_inventor;  // patents + 1 entries into inventors
  template <class F>
  void each(F&& f) {
    f("patent.application_no", application_no), f("patent.title", title), f("patent.abstract", abstract),
        f("patent.ipc", ipc);
    f("patent.publication_nos", publication_nos), f("patent.source", source), f("patent.url", url),
        f("patent.kind", kind);
    f("patent.granted_by_kind", granted_by_kind), f("patent.filing", filing), f("patent.published", published);
    f("patent.granted", granted), f("patent.public_date", public_date), f("patent.public_estimated", public_estimated);
    f("patent.applicants", applicants), f("patent.persons", persons), f("patent.inventors", inventors);
    f("patent.claims", claims), f("patent.first_event", first_event), f("patent.first_inventor", first_inventor);
    added(f, "patent.key", key, "");
    added(f, "patent.academic", academic, kAcademicUnknown);
  }
};

template <class Mode>
struct PatentEventTable {            // by patent, then date, then event
  Column<Mode, std::uint8_t> event;  // PatentEvent
  Column<Mode, Day> date, public_date;
  // An event stands in a record of its own (RecordKind::kPatentEvent) or follows from the legal status that a
  // publication's record gives (kPatent).
  Column<Mode, std::uint8_t> record_kind;
  Column<Mode, PackedText> source, key;
  template <class F>
  void each(F&& f) {
    f("event.event", event), f("event.date", date), f("event.public_date", public_date);
    added(f, "event.record_kind", record_kind, std::uint8_t{0}), added(f, "event.source", source, "");
    added(f, "event.key", key, "");
  }
};

template <class Mode>
struct InventorTable {  // by patent; keyed hashes
  Column<Mode, std::uint64_t> hash;
  template <class F>
  void each(F&& f) {
    f("inventor.hash", hash);
  }
};

// Who owns what from when to when. By firm (first_ownership), then patent row.
template <class Mode>
struct OwnershipTable {
  Column<Mode, std::uint32_t> patent;   // row of PatentTable
  Column<Mode, Day> from, to;           // to: kNoDay = still
  Column<Mode, std::uint8_t> position;  // 1 first applicant, 2 later applicant, 0 acquired by transfer
  Column<Mode, std::uint8_t> reason;    // LinkReason
  Column<Mode, std::uint32_t> through;  // FirmNo of the branch it came through, 0 none
  template <class F>
  void each(F&& f) {
    f("owner.patent", patent), f("owner.from", from), f("owner.to", to), f("owner.position", position);
    f("owner.reason", reason), f("owner.through", through);
  }
};

template <class Mode>
struct RecognitionTable {  // by firm, then issued, then program
  Column<Mode, std::string> program, level, title, certificate_no, source, url,
      key;  // program: "hnte", "tech_sme", ... (config/reference/programs.csv)
  Column<Mode, Day> issued, valid_to, public_date;
  Column<Mode, std::int32_t> year;  // -1 unknown
  Column<Mode, std::uint8_t> reason;
  // 0: public_date is what the list says; 2: an estimate by rule, of before the night that read it; 1: that night, or
  // not told apart (folders of before).
  Column<Mode, std::uint8_t> public_estimated;
  template <class F>
  void each(F&& f) {
    f("recognition.program", program), f("recognition.level", level), f("recognition.title", title);
    f("recognition.certificate_no", certificate_no), f("recognition.source", source), f("recognition.url", url);
    f("recognition.issued", issued), f("recognition.valid_to", valid_to), f("recognition.public_date", public_date);
    f("recognition.year", year), f("recognition.reason", reason);
    added(f, "recognition.key", key, ""), added(f, "recognition.public_estimated", public_estimated, std::uint8_t{1});
  }
};

template <class Mode>
struct SignalTable {  // by firm, then date, then type
  Column<Mode, std::string> type, level, title, source, url,
      key;  // type: "rd_project", "rd_subsidy", ... (config/reference/signals.csv)
  Column<Mode, Day> date, public_date;
  Column<Mode, std::int64_t> amount;  // minor units, -1 unknown
  Column<Mode, std::int32_t> year;
  Column<Mode, std::uint8_t> reason;
  Column<Mode, std::string> numbers;  // JSON of a self-report's numbers, empty otherwise
  template <class F>
  void each(F&& f) {
    f("signal.type", type), f("signal.level", level), f("signal.title", title), f("signal.source", source);
    f("signal.url", url), f("signal.date", date), f("signal.public_date", public_date), f("signal.amount", amount);
    f("signal.year", year), f("signal.reason", reason), f("signal.numbers", numbers);
    added(f, "signal.key", key, "");
  }
};

template <class Mode>
struct SnapshotTables {
  FirmTable<Mode> firms;
  PatentTable<Mode> patents;
  PatentEventTable<Mode> events;
  InventorTable<Mode> inventors;
  OwnershipTable<Mode> ownerships;
  RecognitionTable<Mode> recognitions;
  SignalTable<Mode> signals;
  UnitTable<Mode> units;
  ZoneTable<Mode> zones;
  Column<Mode, std::uint32_t> first_ownership, first_recognition, first_signal;  // firm count + 1 entries each

  template <class F>
  void each_table(F&& f) {
    f(firms), f(patents), f(events), f(inventors), f(ownerships), f(recognitions), f(signals), f(units), f(zones);
  }
  template <class F>
  void each(F&& f) {
    each_table([&](auto& table) { table.each(f); });
    each_first(f);
  }
  template <class F>
  void each_first(F&& f) {
    f("firm.first_ownership", first_ownership), f("firm.first_recognition", first_recognition);
    f("firm.first_signal", first_signal);
  }
};

struct SnapshotInfo {
  std::string generation;  // folder name; "" until it is written
  std::string digest;      // of the content: equal snapshots have equal digests
  View view;
  Date civil_date{};        // of the night that made it
  std::uint64_t firms = 0;  // highest firm number
};

class Snapshot : public SnapshotTables<Mapped> {
 public:
  static Result<std::shared_ptr<const Snapshot>> open(const std::filesystem::path& folder);
  const SnapshotInfo& info() const { return info_; }
  FirmNo last_firm() const { return static_cast<FirmNo>(firms.name.size() ? firms.name.size() - 1 : 0); }
  // [begin, end) of a firm's rows in a relation.
  std::pair<std::uint32_t, std::uint32_t> ownerships_of(FirmNo n) const {
    return {first_ownership[n], first_ownership[n + 1]};
  }
  std::pair<std::uint32_t, std::uint32_t> recognitions_of(FirmNo n) const {
    return {first_recognition[n], first_recognition[n + 1]};
  }
  std::pair<std::uint32_t, std::uint32_t> signals_of(FirmNo n) const { return {first_signal[n], first_signal[n + 1]}; }
  std::pair<std::uint32_t, std::uint32_t> events_of(std::uint32_t patent) const {
    return {patents.first_event[patent], patents.first_event[patent + 1]};
  }
  // Of the place a firm was put into, as the snapshot says it; from `now` where the snapshot is older than its tables
  // of units and zones. Empty: none.
  std::string_view unit_id(FirmNo n, const RegionTable& now) const;
  std::string_view unit_name(FirmNo n, const RegionTable& now) const;
  bool unit_unresolved(FirmNo n, const RegionTable& now) const;  // it has one: 待核
  std::string_view zone_id(FirmNo n, const RegionTable& now) const;
  std::string_view zone_name(FirmNo n, const RegionTable& now) const;
  // By code, number or unique exact name; kNoFirm otherwise. Linear in firms: for commands, not for loops.
  FirmNo find_code(std::string_view code) const;

 private:
  SnapshotInfo info_;
};

// Writes a snapshot into `folder` (a generation that nothing names yet: what a killed night left there is replaced);
// returns its digest. When the tables equal those of `previous` nothing
// is written and `previous`'s generation name is returned instead: an unchanged night keeps its generation.
Result<SnapshotInfo> write_snapshot(const std::filesystem::path& folder, const SnapshotTables<Build>& tables,
                                    const SnapshotInfo& info, const std::filesystem::path& previous = {});

}  // namespace tanmiao::store
