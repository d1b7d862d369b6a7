// Firms as clusters of records, and the question "which firm does this name mean?".
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "linkage/decisions.h"
#include "linkage/record_worth.h"

namespace tanmiao::linkage {

using ClusterNo = std::uint32_t;
inline constexpr ClusterNo kNoCluster = ~0u;

// What a name says, worked out once.
struct NameInfo {
  std::string key, parent_key;
  std::vector<std::string> former;      // keys
  FormClass form = FormClass::kNone;    // as firm_form() says it
  bool branch = false, region = false;  // region: it names one
};
NameInfo name_info(std::string_view name, const Reference& reference);

// The days of which a record speaks when it names a firm; kNoDay: it does not say.
struct NameDays {
  Day filed = kNoDay;    // an applicant's filing: the firm was there then, under this name or the one of `named`
  bool by_year = false;  // `filed` is the end of the year that the number of the application tells
  Day named = kNoDay;    // on which the name stands there: of the publication, the event, the list
  Day existed() const { return filed != kNoDay ? filed : named; }
};

// When a name was borne, as far as it is known: from the day `from`, before the day `until`.
struct NamePeriod {
  std::string key;
  Day from = kNoDay, until = kNoDay;
};

struct Cluster {
  std::string identity, code;
  std::vector<const Slim*> records;             // registrations, in order of survivorship
  const Slim* list = nullptr;                   // the list entry it is known from when no registration was seen
  NameInfo name;                                // of its first record that has one
  std::vector<NamePeriod> periods;              // of names of which a day is known
  std::vector<std::string_view> earlier_names;  // that its register gave before
  Place place;
  struct Before {
    Place place;
    Day until;
  };
  std::vector<Before> earlier_places;  // where it was registered before
  Day established = kNoDay, dissolved = kNoDay;
  ClusterNo parent = kNoCluster;
  ClusterNo heir = kNoCluster;  // who absorbed it
  Day heir_since = kNoDay;
  store::FirmNo no = store::kNoFirm;
  std::vector<const store::Correction*> corrections;  // they stand above all records
  bool has_code() const { return !code.empty(); }
};

struct Verdict {
  ClusterNo firm = kNoCluster, through = kNoCluster;
  store::LinkReason reason = store::LinkReason::kName;
  std::vector<ClusterNo> candidates;
  std::string why;           // Chinese; says why it waits for a person
  bool gone = false;         // a person named a firm that is not there: nothing else is put in its place
  bool out_of_time = false;  // the firms of this name did not exist on the day
  bool other_name = false;   // by what is known of names in time, the firm bore another one on the day
  std::string detail{};      // as store::ReviewItem::detail, of several firms that share the name
  bool contradicts = false;  // two valid codes differ: no rule and no probability links it
};
// Both places are known and differ. Of a firm: whatever place it has or had.
bool elsewhere(const Place& a, const Place& b);
bool elsewhere(const Cluster& firm, const Place& place);
// A firm cannot file before it exists. A year either way: papers name a firm that is being founded, and a register may
// give the day of a conversion.
bool existed(const Cluster& firm, Day day);

// Exact keys to clusters: names of today and names of before.
class NameTable {
 public:
  void reserve(std::size_t names) { now_.reserve(names); }
  void add(std::string_view key, ClusterNo firm, bool former);
  const std::vector<ClusterNo>& find(std::string_view key, bool former) const;

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view s) const { return std::hash<std::string_view>{}(s); }
  };
  std::unordered_map<std::string, std::vector<ClusterNo>, Hash, std::equal_to<>> now_, before_;
};

class Firms {
 public:
  Firms(const Intake& intake, const LinkConfig& config, const Reference& reference);

  std::vector<Cluster> clusters;
  std::vector<store::Link> links;  // of the registrations
  std::vector<store::ReviewItem> reviews;
  std::vector<store::FirmEntry> new_firms, merged;

  // Which firm `record` means by the `name` in `slot`. `address`, `county`, `city`: what the record says of the place.
  // May be called by many threads.
  Verdict resolve(const Slim& record, std::uint16_t slot, std::string_view name, std::string_view address,
                  std::string_view county, std::string_view city, const NameDays& days) const;
  // The same of a name that was worked out before.
  Verdict resolve(const Slim& record, std::uint16_t slot, const NameInfo& name, std::string_view address,
                  std::string_view county, std::string_view city, const NameDays& days) const;
  // For records that carry a credit code; kNoCluster when the code is unknown.
  ClusterNo by_code(std::string_view code) const;
  // The firm of this number if another one absorbed it; else null.
  const Cluster* absorbed(store::FirmNo no) const;
  // Whether these words name a place outside the office's.
  bool outside(std::string_view county, std::string_view city) const;
  // Whether people said anything of the name with this exact key that counts.
  bool judged(const Slim& record, std::uint16_t slot, std::string_view key) const;
  // Whether they spoke of it in this very record.
  bool judged_here(const Slim& record, std::uint16_t slot, std::string_view key) const;
  // Whether somebody looked at it and could not say whom it means.
  bool doubted(const Slim& record, std::string_view key) const;
  // Whether people said of it that it is not the firm.
  bool ruled_out(const Slim& record, std::uint16_t slot, std::string_view key, ClusterNo firm) const;
  Place place_at(std::string_view address, std::string_view county, std::string_view city) const {
    return reference_.regions.resolve(address, county, city, 0);
  }
  const Reference& reference() const { return reference_; }
  std::string place_name(std::uint32_t code) const { return std::string(reference_.regions.name(code)); }
  // Whether people said of any name of the record that it is not this firm.
  bool forbids(const Slim& record, ClusterNo firm) const;
  std::size_t decisions() const { return decisions_.size(); }
  std::size_t decisions_idle() const { return decisions_.idle(); }  // after all names were resolved
  std::size_t decisions_without_firm() const;
  std::vector<store::FirmNo> numbers(const std::vector<ClusterNo>& some) const;
  store::ReviewItem review(const Slim& record, std::uint16_t slot, std::string_view name, const Verdict& verdict) const;
  const Intake& intake() const { return intake_; }
  store::FirmNo last_number() const { return last_number_; }

 private:
  struct Waiting {
    const Slim* record;
    const NameInfo* name;
    Place place;
  };
  struct Said {  // by people, of one name
    ClusterNo same = kNoCluster;
    std::vector<ClusterNo> different;
    std::string_view gone;  // identity of the firm said to be the same when it is not there
  };
  std::size_t index_of(const Slim& registration) const {
    return static_cast<std::size_t>(&registration - intake_.firms.data());
  }
  void add_coded(std::vector<Waiting>& without_code);
  void add_listed();
  void add_uncoded(const std::vector<Waiting>& waiting);
  void finish_cluster(ClusterNo no);
  void correct(Cluster& c, const store::Correction& correction) const;
  void add_history(ClusterNo no, const Slim& record);
  void relate_branches();
  void relate_heirs();
  void give_numbers();
  void merge_names();
  Verdict choose(std::string_view key, bool former, const std::vector<ClusterNo>& forbidden, store::LinkReason one,
                 const Place& place, Day existed_on, Day borne_on) const;
  Day given_up(const Cluster& firm, std::string_view key) const;
  void doubt_by_former(std::string_view key, const std::vector<ClusterNo>& forbidden, const Place& place, Day day,
                       Verdict& v) const;
  Verdict bearer(std::string_view key, const std::vector<ClusterNo>& forbidden, const Place& place, Day existed_on,
                 Day borne_on) const;
  Verdict resolve_key(const Slim& record, std::uint16_t slot, const NameInfo& name, const Place& place,
                      const NameDays& days, std::vector<ClusterNo> forbidden = {}) const;
  Verdict by_rule(const Slim& record, const NameInfo& name, const Place& place, const NameDays& days,
                  const std::vector<ClusterNo>& forbidden) const;
  void doubt_far(const Place& place, Verdict& v) const;
  Verdict of_registration(const Waiting& waiting) const;
  void open_uncoded(std::vector<std::pair<const Waiting*, std::string>>& own);
  void wait(const Slim& registration, const Verdict& verdict);
  Said said(const Slim& record, std::string_view key, std::uint16_t slot) const;
  void follow_register();
  ClusterNo heir(std::string_view identity) const;
  ClusterNo by_identity(std::string_view identity) const;
  ClusterNo open(std::string identity, std::string code);

  const Intake& intake_;
  const Reference& reference_;
  int threads_;
  RecordWorth worth_;
  Decisions decisions_;
  NameTable table_;
  std::unordered_map<std::string, ClusterNo> by_identity_;
  std::unordered_map<std::string, ClusterNo> joined_;             // identities that people said a code's firm is
  std::unordered_map<std::string_view, std::string> successors_;  // of the register, while there are decisions
  std::vector<NameInfo> names_;                                   // of the registrations, as are the next two
  std::vector<std::string> codes_;                                // the valid ones
  std::vector<Place> places_;
  std::unordered_map<store::FirmNo, ClusterNo> absorbed_;
  std::unordered_map<std::string_view, std::vector<const store::Correction*>> corrected_;  // by credit code
  store::FirmNo last_number_ = 0;
};

// The canonical code when the text is a valid one, else empty.
std::string valid_code(std::string_view text);
// Of two that are valid or empty: both are known and not the same. Such two are never one firm, whoever says so.
bool codes_differ(std::string_view a, std::string_view b);

}  // namespace tanmiao::linkage
