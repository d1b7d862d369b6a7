#include "linkage/intake.h"

#include <algorithm>
#include <cstring>

namespace tanmiao::linkage {

namespace {

constexpr unsigned kAllKinds = ~0u;

void pack(std::string& out, unsigned char tag, std::string_view value) {
  const auto size = static_cast<std::uint32_t>(value.size());
  char length[sizeof size];
  std::memcpy(length, &size, sizeof size);
  out.push_back(static_cast<char>(tag));
  out.append(length, sizeof length);
  out.append(value);
}

// Calls f(tag, value) until it returns false.
template <class F>
void unpack(std::string_view packed, F&& f) {
  while (!packed.empty()) {
    std::uint32_t size = 0;
    std::memcpy(&size, packed.data() + 1, sizeof size);
    if (!f(static_cast<unsigned char>(packed[0]), packed.substr(1 + sizeof size, size))) return;
    packed.remove_prefix(1 + sizeof size + size);
  }
}

std::vector<std::uint32_t> rank_sources(const std::vector<std::string>& sources,
                                        const std::vector<std::string>& order) {
  std::vector<std::uint32_t> by_trust(sources.size());
  for (std::uint32_t i = 0; i < by_trust.size(); ++i) by_trust[i] = i;
  const auto place = [&](std::uint32_t i) {
    return std::pair(std::find(order.begin(), order.end(), sources[i]) - order.begin(), std::string_view(sources[i]));
  };
  std::sort(by_trust.begin(), by_trust.end(), [&](auto a, auto b) { return place(a) < place(b); });
  std::vector<std::uint32_t> rank(sources.size());
  for (std::uint32_t i = 0; i < by_trust.size(); ++i) rank[by_trust[i]] = i;
  return rank;
}

std::vector<Slim>& shelf(Intake& intake, RecordKind kind) {
  switch (kind) {
    case RecordKind::kFirm: return intake.firms;
    case RecordKind::kPatent: return intake.patents;
    case RecordKind::kPatentEvent: return intake.events;
    case RecordKind::kRecognition: return intake.recognitions;
    case RecordKind::kSignal: break;
  }
  return intake.signals;
}

// Of each firm's record what stood there before.
Status take_history(store::Store& store, const store::View& view, Intake& intake) {
  return store.facts().each_earlier(view, RecordKind::kFirm, [&](const store::StoredRecord& stored, Date until) {
    const auto text = [&](Field field) { return std::string(stored.record.get(field)); };
    Earlier one{text(Field::kFirmName),   text(Field::kAddress),       text(Field::kCounty), text(Field::kCity),
                text(Field::kCreditCode), text(Field::kSuccessorCode), to_day(until)};
    auto& list = intake.earlier[stored.id];
    if (list.empty() || !list.back().says_the_same(one)) list.push_back(std::move(one));
    return Status();
  });
}

}  // namespace

Slim::Slim(const store::StoredRecord& stored, std::uint16_t source_index)
    : id(stored.id),
      event(to_day(stored.record.event_date)),
      public_date(to_day(stored.record.public_date)),
      last_seen(to_day(stored.record.stated.value_or(civil_day(stored.last_seen)))),
      since(to_day(civil_day(stored.seen_at))),
      line(stored.record.origin.line),
      source(source_index),
      kind(stored.record.kind),
      estimated(stored.record.public_estimated) {
  std::size_t size = stored.record.key.size() + stored.record.origin.part.size() + 10;
  for (const FieldValue& value : stored.record.fields) size += value.value.size() + 5;
  packed_.reserve(size);
  pack(packed_, kKeyTag, stored.record.key);
  pack(packed_, kPartTag, stored.record.origin.part);
  for (const FieldValue& value : stored.record.fields)
    pack(packed_, static_cast<unsigned char>(value.field), value.value);
}

std::string_view Slim::find(unsigned char tag) const {
  std::string_view found;
  unpack(packed_, [&](unsigned char at, std::string_view value) {
    if (at == tag) found = value;
    return at != tag;
  });
  return found;
}

std::vector<std::string_view> Slim::all(Field field) const {
  std::vector<std::string_view> found;
  unpack(packed_, [&](unsigned char at, std::string_view value) {
    if (at == static_cast<unsigned char>(field)) found.push_back(value);
    return true;
  });
  return found;
}

bool Intake::before(const Slim& a, const Slim& b) const {
  if (a.source != b.source) return rank[a.source] < rank[b.source];
  if (a.last_seen != b.last_seen) return a.last_seen > b.last_seen;
  return a.key() < b.key();
}

Result<Intake> take_in(store::Store& store, const store::View& view, const LinkConfig& config, Progress& progress) {
  Intake intake;
  std::uint64_t done = 0;
  TANMIAO_TRY(store.facts().each_record(view, kAllKinds, [&](const store::StoredRecord& stored) -> Status {
    const auto known = std::find(intake.sources.begin(), intake.sources.end(), stored.record.source);
    const auto index = static_cast<std::uint16_t>(known - intake.sources.begin());
    if (known == intake.sources.end()) intake.sources.push_back(stored.record.source);
    shelf(intake, stored.record.kind).emplace_back(stored, index);
    if (++done % 4096 == 0) progress.update("link", done, 0, "记录");
    return {};
  }));
  TANMIAO_TRY(take_history(store, view, intake));
  intake.rank = rank_sources(intake.sources, config.source_order);
  TANMIAO_ASSIGN(intake.decisions, store.people().identity_decisions());
  for (const auto& d : intake.decisions)
    if (d.ruling == store::Ruling::kUnsure) intake.doubts.push_back(d);
  std::erase_if(intake.decisions, [](const store::IdentityDecision& d) { return !d.counts(); });
  TANMIAO_ASSIGN(const auto suppressions, store.people().suppressions());
  for (const auto& [code, reason] : suppressions) intake.suppressed.insert(code);
  TANMIAO_ASSIGN(intake.corrections, store.people().corrections());
  TANMIAO_ASSIGN(intake.firm_register, store.facts().firm_register());
  return intake;
}

}  // namespace tanmiao::linkage
