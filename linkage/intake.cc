#include "linkage/intake.h"

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <mutex>
#include <numeric>

#include "linkage/parallel.h"

namespace tanmiao::linkage {

namespace {

constexpr std::uint16_t kNoSource = 0xFFFF;

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

// Where a record stands among those of its kind. Most are told apart by the beginning of their keys, which lies here:
// the key itself lies somewhere in a gigabyte.
struct ShelfKey {
  ShelfKey() = default;
  ShelfKey(const Slim& record, std::uint16_t of) : source(of), key(record.key()) {
    for (std::size_t i = 0; i < begin.size() * 8; ++i)
      begin[i / 8] = begin[i / 8] << 8 | (i < key.size() ? static_cast<unsigned char>(key[i]) : 0U);
  }
  bool operator<(const ShelfKey& other) const {
    if (source != other.source) return source < other.source;
    return begin != other.begin ? begin < other.begin : key < other.key;
  }

  std::array<std::uint64_t, 3> begin{};  // the first bytes, so that they sort as they do
  std::uint16_t source = 0;              // place of its name
  std::string_view key;
};

// By kind, source and key, whatever order they lay in. `met`: what Slim::source counts in.
void put_on_shelves(const std::vector<Slim>& records, const std::vector<std::string>& met, int threads,
                    Intake& intake) {
  std::map<RecordKind, std::size_t> counts;
  for (const Slim& r : records) ++counts[r.kind];
  for (const auto& [kind, count] : counts) shelf(intake, kind).reserve(count);
  for (const Slim& r : records) shelf(intake, r.kind).push_back(r);
  const auto by_name = [&](std::uint16_t a, std::uint16_t b) { return met[a] < met[b]; };
  std::vector<std::uint16_t> name_rank(met.size()), number(met.size(), kNoSource);
  const auto sources = static_cast<std::uint16_t>(met.size());  // Slim::source counts in them
  for (std::uint16_t i = 0; i < sources; ++i)
    for (std::uint16_t other = 0; other < sources; ++other) name_rank[i] += by_name(other, i);
  for (const auto& [kind, count] : counts) {
    auto& some = shelf(intake, kind);
    std::vector<ShelfKey> keys(some.size());
    for_each_index(threads, some.size(), [&](std::size_t i) { keys[i] = {some[i], name_rank[some[i].source]}; });
    if (!std::is_sorted(keys.begin(), keys.end())) {
      std::vector<std::uint32_t> order(some.size());
      std::iota(order.begin(), order.end(), 0U);
      sort_numbers(threads, order, [&](std::uint32_t a, std::uint32_t b) { return keys[a] < keys[b]; });
      std::vector<Slim> sorted;
      sorted.reserve(some.size());
      for (const std::uint32_t n : order) sorted.push_back(some[n]);
      some = std::move(sorted);
    }
    for (Slim& r : some) {
      if (number[r.source] == kNoSource) {
        number[r.source] = static_cast<std::uint16_t>(intake.sources.size());
        intake.sources.push_back(met[r.source]);
      }
      r.source = number[r.source];
    }
  }
}

// Of each firm's record what stood there before.
Status take_history(store::Store& store, const store::View& view, const std::vector<store::RecordId>& changed,
                    Intake& intake) {
  return store.facts().each_earlier(view, changed, [&](const store::StoredRecord& stored, Date until) {
    const auto text = [&](Field field) { return std::string(stored.record.get(field)); };
    Earlier one{text(Field::kFirmName),   text(Field::kAddress),       text(Field::kCounty), text(Field::kCity),
                text(Field::kCreditCode), text(Field::kSuccessorCode), to_day(until)};
    auto& list = intake.earlier[stored.id];
    if (list.empty() || !list.back().says_the_same(one)) list.push_back(std::move(one));
    return Status();
  });
}

// Records as they lie, so many at once: read by the calling thread, packed by any.
struct Load {
  struct Lengths {
    std::size_t key, part, fields;
  };
  std::vector<Slim> records;
  std::vector<Lengths> lengths;
  std::string bytes;  // key, part and fields of each
  SlimTexts texts;
  Status packed;
};

// No abstract is longer than the fields it stands in.
void pack(Load& load, LongTexts& aside, std::string& abstracts) {
  abstracts.clear();
  const std::uint64_t at = aside.reserve(load.bytes.size());
  std::string_view rest = load.bytes;
  const auto next = [&](std::size_t size) {
    const std::string_view text = rest.substr(0, size);
    rest.remove_prefix(size);
    return text;
  };
  for (std::size_t i = 0; i < load.records.size(); ++i) {
    const std::string_view key = next(load.lengths[i].key), part = next(load.lengths[i].part);
    const auto packed = load.texts.pack(key, part, next(load.lengths[i].fields), at, abstracts);
    if (!packed) {
      load.packed = packed.error();
      return;
    }
    load.records[i].point_at(*packed);
  }
  load.packed = aside.write(at, abstracts);
  load.lengths = {};
}

// Reads on while others pack what was read.
class Loading {
 public:
  static constexpr std::size_t kAtOnce = 4096, kMostWaiting = 4;  // records, loads

  Loading(int threads, Intake& intake) : intake_(intake), packing_(threads) {}
  void add(const store::StoredRecord& head, std::string_view fields) {
    if (loads_.empty() || loads_.back()->records.size() == kAtOnce) begin_load();
    const auto known = std::find(met_.begin(), met_.end(), head.record.source);
    const auto source = static_cast<std::uint16_t>(known - met_.begin());
    if (known == met_.end()) met_.push_back(head.record.source);
    Load& load = *loads_.back();
    const std::string &key = head.record.key, &part = head.record.origin.part;
    load.records.emplace_back(head, source);
    load.lengths.push_back({key.size(), part.size(), fields.size()});
    load.bytes.append(key).append(part).append(fields);
  }
  // All records, in the order in which they came; Slim::source counts in met().
  Result<std::vector<Slim>> finish() {
    if (!loads_.empty()) send(*loads_.back());
    packing_.wait();
    std::size_t count = 0;
    for (const auto& load : loads_) {
      TANMIAO_TRY(load->packed);
      count += load->records.size();
    }
    std::vector<Slim> records;
    records.reserve(count);
    for (auto& load : loads_) {
      records.insert(records.end(), load->records.begin(), load->records.end());
      intake_.texts.take(std::move(load->texts));
      load.reset();
    }
    return records;
  }
  const std::vector<std::string>& met() const { return met_; }

 private:
  void begin_load() {
    if (!loads_.empty()) send(*loads_.back());
    if (loads_.size() % kMostWaiting == 0) packing_.wait();
    loads_.push_back(std::make_unique<Load>());
    loads_.back()->records.reserve(kAtOnce);
    loads_.back()->bytes = spare();
  }
  void send(Load& load) {
    packing_.run([&load, this] {
      std::string abstracts = spare();
      pack(load, intake_.aside, abstracts);
      const std::scoped_lock lock(mutex_);
      spare_.push_back(std::move(load.bytes)), spare_.push_back(std::move(abstracts));
    });
  }
  // Megabytes that the system need not clear again for each load.
  std::string spare() {
    const std::scoped_lock lock(mutex_);
    if (spare_.empty()) return {};
    std::string bytes = std::move(spare_.back());
    spare_.pop_back();
    bytes.clear();
    return bytes;
  }

  Intake& intake_;
  std::vector<std::string> met_;
  std::vector<std::unique_ptr<Load>> loads_;
  std::mutex mutex_;
  std::vector<std::string> spare_;
  Tasks packing_;  // the last: they end before what they work on
};

}  // namespace

bool Intake::before(const Slim& a, const Slim& b) const {
  if (a.source != b.source) return rank[a.source] < rank[b.source];
  if (a.last_seen != b.last_seen) return a.last_seen > b.last_seen;
  return a.key() < b.key();
}

Result<Intake> take_in(store::Store& store, const store::View& view, const LinkConfig& config, Progress& progress) {
  Intake intake;
  TANMIAO_ASSIGN(intake.aside, LongTexts::open(store.folder().root()));
  std::vector<store::RecordId> changed;
  std::uint64_t done = 0;
  Loading loading(config.threads, intake);
  TANMIAO_TRY(store.facts().each_packed_record(
      view, [&](const store::StoredRecord& head, std::string_view fields, bool has_earlier) -> Status {
        if (has_earlier && head.record.kind == RecordKind::kFirm) changed.push_back(head.id);
        loading.add(head, fields);
        if (++done % 4096 == 0) progress.update("link", done, 0, "记录");
        return {};
      }));
  TANMIAO_ASSIGN(std::vector<Slim> records, loading.finish());
  put_on_shelves(records, loading.met(), config.threads, intake);
  TANMIAO_TRY(take_history(store, view, changed, intake));
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
