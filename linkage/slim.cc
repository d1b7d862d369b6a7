#include "linkage/slim.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <limits>

#include "core/stored_fields.h"

namespace tanmiao::linkage {

namespace {

constexpr std::size_t kPiece = std::size_t{1} << 20;
constexpr std::size_t kAsideSize = sizeof(std::uint64_t) + sizeof(std::uint32_t);  // of a text set aside: place, length

}  // namespace

Slim::Slim(const store::StoredRecord& head, std::uint16_t source_index)
    : id(head.id),
      event(to_day(head.record.event_date)),
      public_date(to_day(head.record.public_date)),
      last_seen(to_day(head.record.stated.value_or(civil_day(head.last_seen)))),
      since(to_day(civil_day(head.seen_at))),
      first_stated(to_day(head.first_stated)),
      line(head.record.origin.line),
      source(source_index),
      kind(head.record.kind),
      estimated(head.record.public_estimated) {}

std::string_view Slim::find(unsigned char tag) const {
  std::string_view found;
  unpack([&](unsigned char at, std::string_view value) {
    if (at == tag) found = value;
    return at != tag;
  });
  return found;
}

std::vector<std::string_view> Slim::all(Field field) const {
  std::vector<std::string_view> found;
  each(field, [&](std::string_view value) { found.push_back(value); });
  return found;
}

Slim::Aside Slim::aside(Field field) const {
  const std::string_view bytes = get(field);
  if (bytes.size() != kAsideSize) return {};
  return {number_at<std::uint64_t>(bytes.data()), number_at<std::uint32_t>(bytes.data() + sizeof(std::uint64_t))};
}

void SlimTexts::add(unsigned char tag, std::string_view value) {
  const auto length = static_cast<Slim::Length>(value.size());
  char bytes[sizeof length];
  std::memcpy(bytes, &length, sizeof length);
  list_.push_back(static_cast<char>(tag));
  list_.append(bytes, sizeof bytes);
  values_.append(value);
}

void SlimTexts::take(SlimTexts&& other) {
  // Behind those of the other this one's last piece is not the last any more.
  pieces_.insert(pieces_.begin(), std::make_move_iterator(other.pieces_.begin()),
                 std::make_move_iterator(other.pieces_.end()));
  other = {};
}

Result<std::string_view> SlimTexts::pack(std::string_view key, std::string_view part, std::string_view fields,
                                         std::uint64_t aside_at, std::string& aside) {
  list_.clear(), values_.clear();
  add(Slim::kKeyTag, key), add(Slim::kPartTag, part);
  const auto corrupt = [&](const std::string& what) {
    return Error{Errc::kCorrupt, "fields of record " + std::string(key) + ": " + what, {}};
  };
  const Status taken = each_field_of_json(fields, [&](Field field, std::string_view value) {
    if (field != Field::kAbstract) return add(static_cast<unsigned char>(field), value);
    char place[kAsideSize];
    const std::uint64_t at = aside_at + aside.size();
    const auto length = static_cast<std::uint32_t>(value.size());
    std::memcpy(place, &at, sizeof at);
    std::memcpy(place + sizeof at, &length, sizeof length);
    aside.append(value);
    add(static_cast<unsigned char>(field), {place, sizeof place});
  });
  if (!taken) return corrupt(taken.error().message);
  if (list_.size() / Slim::kEntry > std::numeric_limits<Slim::Count>::max()) return corrupt("more than 65,533 values");
  return keep();
}

std::string_view SlimTexts::keep() {
  const auto count = static_cast<Slim::Count>(list_.size() / Slim::kEntry);
  const std::size_t size = sizeof count + list_.size() + values_.size();
  if (size > room_ - used_) {
    room_ = std::max(kPiece, size), used_ = 0;
    pieces_.push_back(std::make_unique_for_overwrite<char[]>(room_));
  }
  char* const begin = pieces_.back().get() + used_;
  std::memcpy(begin, &count, sizeof count);
  std::copy(list_.begin(), list_.end(), begin + sizeof count);
  std::copy(values_.begin(), values_.end(), begin + sizeof count + list_.size());
  used_ += size;
  return {begin, size};
}

}  // namespace tanmiao::linkage
