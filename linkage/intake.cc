#include "linkage/intake.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <deque>
#include <future>
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
  static constexpr std::size_t kAtOnce = 4096, kMostWaiting = 2;  // records, loads

  Loading(int threads, Intake& intake) : intake_(intake), packing_(threads) {}
  std::vector<store::RecordId> changed;  // firms' records that have versions before
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
  // Packs what is left; how many there are.
  Result<std::size_t> finish() {
    if (!loads_.empty()) send(*loads_.back());
    packing_.wait();
    std::size_t count = 0;
    for (const auto& load : loads_) {
      TANMIAO_TRY(load->packed);
      count += load->records.size();
    }
    return count;
  }
  // All records, in the order in which they came, behind those of `records`. Slim::source counts in `met`, which grows.
  void hand_over(std::vector<std::string>& met, std::vector<Slim>& records) {
    std::vector<std::uint16_t> number;
    for (const std::string& source : met_) {
      const auto known = std::find(met.begin(), met.end(), source);
      number.push_back(static_cast<std::uint16_t>(known - met.begin()));
      if (known == met.end()) met.push_back(source);
    }
    for (auto& load : loads_) {
      for (Slim& record : load->records) records.emplace_back(record).source = number[record.source];
      intake_.texts.take(std::move(load->texts));
      load.reset();
    }
  }

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

// One thread reads each share. Where others may publish meanwhile there is one, so that all is of one moment.
Result<std::vector<Slim>> load_all(store::Store& store, const store::View& view, const LinkConfig& config,
                                   Progress& progress, Intake& intake, std::vector<std::string>& met,
                                   std::vector<store::RecordId>& changed) {
  constexpr std::uint32_t kReaders = 2;
  const std::uint32_t count = store.writable() && config.threads != 1 ? kReaders : 1;
  std::deque<Loading> loading;
  for (std::uint32_t n = 0; n < count; ++n) loading.emplace_back(config.threads, intake);
  std::atomic<std::uint64_t> done = 0;
  const auto read = [&](std::uint32_t n) {
    return store.facts().each_packed_record(
        view, {n, count}, [&, n](const store::StoredRecord& head, std::string_view fields, bool has_earlier) -> Status {
          if (has_earlier && head.record.kind == RecordKind::kFirm) loading[n].changed.push_back(head.id);
          loading[n].add(head, fields);
          if (const std::uint64_t now = ++done; n == 0 && now % 4096 == 0) progress.update("link", now, 0, "记录");
          return {};
        });
  };
  std::vector<std::future<Status>> others;
  for (std::uint32_t n = 1; n < count; ++n) others.push_back(std::async(std::launch::async, read, n));
  std::vector<Status> ended{read(0)};
  for (auto& other : others) ended.push_back(other.get());
  std::size_t total = 0;
  for (std::uint32_t n = 0; n < count; ++n) {
    TANMIAO_TRY(ended[n]);
    TANMIAO_ASSIGN(const std::size_t some, loading[n].finish());
    total += some;
  }
  std::vector<Slim> records;
  records.reserve(total);
  for (Loading& one : loading) {
    one.hand_over(met, records);
    changed.insert(changed.end(), one.changed.begin(), one.changed.end());
  }
  return records;
}

}  // namespace

bool Intake::before(const Slim& a, const Slim& b) const {
  if (a.source != b.source) return rank[a.source] < rank[b.source];
  if (a.last_seen != b.last_seen) return a.last_seen > b.last_seen;
  return a.key() < b.key();
}

Result<Intake> take_in(store::Store& store, const store::View& view, const LinkConfig& config, Progress& progress) {
  Intake intake;
  TANMIAO_ASSIGN(intake.aside, LongTexts::open(store.folder().root()));
  std::vector<std::string> met;
  std::vector<store::RecordId> changed;
  TANMIAO_ASSIGN(std::vector<Slim> records, load_all(store, view, config, progress, intake, met, changed));
  put_on_shelves(records, met, config.threads, intake);
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
