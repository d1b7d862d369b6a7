// Firms as clusters of records, and the question "which firm does this name mean?".
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "linkage/intake.h"

namespace tanmiao::linkage {

using ClusterNo = std::uint32_t;
inline constexpr ClusterNo kNoCluster = ~0u;

// What a name says, worked out once.
struct NameInfo {
  std::string key, parent_key;
  std::vector<std::string> former;  // keys
  FormClass form = FormClass::kNone;
  bool branch = false;
};
NameInfo name_info(std::string_view name, const Reference& reference);

struct Cluster {
  std::string identity, code;
  std::vector<const Slim*> records;  // registrations, in order of survivorship
  const Slim* list = nullptr;        // the list entry it is known from when no registration was seen
  NameInfo name;                     // of its first record that has one
  Place place;
  ClusterNo parent = kNoCluster;
  store::FirmNo no = store::kNoFirm;
  bool has_code() const { return !code.empty(); }
};

struct Verdict {
  ClusterNo firm = kNoCluster, through = kNoCluster;
  store::LinkReason reason = store::LinkReason::kName;
  std::vector<ClusterNo> candidates;
  std::string why;  // Chinese; says why it waits for a person
};

// Exact keys to clusters: names of today and names of before.
class NameTable {
 public:
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

  // Which firm `record` means by `name`. `address`, `county`, `city`: what the record says of the place. Pure.
  Verdict resolve(const Slim& record, std::string_view name, std::string_view address, std::string_view county,
                  std::string_view city) const;
  // For records that carry a credit code; kNoCluster when the code is unknown.
  ClusterNo by_code(std::string_view code) const;
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
  void add_coded(std::vector<Waiting>& without_code, const std::vector<NameInfo>& names,
                 const std::vector<Place>& places);
  void add_listed();
  void add_uncoded(const std::vector<Waiting>& waiting);
  void finish_cluster(ClusterNo no);
  void relate_branches();
  void give_numbers();
  void merge_names();
  Verdict choose(const std::vector<ClusterNo>& found, const std::vector<ClusterNo>& forbidden, store::LinkReason one,
                 const Place& place) const;
  Verdict resolve_key(const Slim& record, const NameInfo& name, const Place& place) const;
  ClusterNo heir(std::string_view identity) const;
  ClusterNo by_identity(std::string_view identity) const;
  ClusterNo open(std::string identity, std::string code);

  const Intake& intake_;
  const Reference& reference_;
  int threads_;
  NameTable table_;
  std::unordered_map<std::string, ClusterNo> by_identity_;
  std::vector<NameInfo> names_;
  store::FirmNo last_number_ = 0;
};

// The canonical code when the text is a valid one, else empty.
std::string valid_code(std::string_view text);

}  // namespace tanmiao::linkage
