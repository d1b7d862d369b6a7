// Who owned a patent from when to when: applicants, assignees and transfers in time. Persons stand among them without a
// name; only firms are followed.
#pragma once

#include <span>
#include <vector>

#include "core/patent.h"
#include "linkage/mentions.h"

namespace tanmiao::linkage {

// Mentions by their record. `mentions`: of `records`, in their order.
class ByRecord {
 public:
  ByRecord(const std::vector<Mention>& mentions, const std::vector<Slim>& records);
  std::span<const Mention> of(const Slim* record) const {  // one of `records`
    const auto row = static_cast<std::size_t>(record - records_.data());
    return std::span(mentions_).subspan(first_[row], first_[row + 1] - first_[row]);
  }

 private:
  const std::vector<Mention>& mentions_;
  const std::vector<Slim>& records_;
  std::vector<std::size_t> first_;  // by record, and one that ends them
};

struct PatentEventRow {
  PatentEvent event;
  Day date, public_date;
  const Slim* record;  // of a legal event; null when a list's legal status says it
  const Slim* from;    // the record that says so
};

// All that is known of one application.
struct PatentGroup {
  std::string_view application_no;
  std::span<const Slim*> records;  // publications, in order of survivorship
  std::vector<PatentEventRow> events;
};

struct Owned {
  store::FirmNo firm;
  std::uint32_t patent;
  Day from, to;
  std::uint8_t position;  // as OwnershipTable::position
  store::LinkReason reason;
  store::FirmNo through;
};

std::vector<Owned> owners_of(const PatentGroup& group, std::uint32_t patent, Day filing, const Firms& firms,
                             const ByRecord& names, const ByRecord& event_names);

// What an absorbed firm owned when it ceased to be is its heir's from that day on. `owned`: of one patent.
void pass_on(std::vector<Owned>& owned, const Firms& firms);

}  // namespace tanmiao::linkage
