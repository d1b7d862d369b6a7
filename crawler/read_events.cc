#include "crawler/read_events.h"

#include <algorithm>
#include <array>
#include <fstream>

#include "core/text/normalize.h"
#include "crawler/address.h"
#include "crawler/built_address.h"
#include "crawler/folder_files.h"
#include "crawler/secrets.h"

namespace tanmiao::crawler {
namespace {

constexpr std::size_t kUsualFields = 8;

Error damaged_frame(std::string_view part) {
  return {Errc::kCorrupt, "the program that read it gave an answer that is none", std::string(part)};
}
Error damaged_frame(const EventsOf& of) { return damaged_frame(of.part); }

void put_day(FrameWriter& out, const std::optional<Date>& day) {
  out.number(day ? 1 : 0).number(day ? static_cast<std::uint64_t>(day->time_since_epoch().count()) : 0);
}
bool take_field(FrameReader& in, Field& field) {
  const std::uint64_t number = in.number();
  if (number >= all_fields().size()) return false;
  field = static_cast<Field>(number);
  return true;
}

std::optional<RecordKind> take_kind(FrameReader& in) {
  const std::uint64_t number = in.number();
  const bool known = number >= 1 && number <= static_cast<std::uint64_t>(RecordKind::kSignal);
  return known ? std::optional(static_cast<RecordKind>(number)) : std::nullopt;
}

// One logic for who keeps the record and for who only looks whether it is one (`sink` is nullptr).
template <bool kKept>
Status play_record(FrameReader& in, const EventsOf& of, ReadingSink* sink) {
  Record record;
  const auto kind = take_kind(in);
  if (!kind) return damaged_frame(of);
  const std::string_view key = in.words();
  const auto line = static_cast<std::uint32_t>(in.number());
  record.event_date = in.day();
  record.public_date = in.day().value_or(Date{});
  record.public_estimated = in.number() != 0;
  record.stated = in.day();
  if constexpr (kKept) record.fields.reserve(kUsualFields);
  std::optional<Field> before;
  while (in.ok() && !in.at_end()) {
    Field field{};
    if (!take_field(in, field)) return damaged_frame(of);
    const std::string_view value = in.words();
    // As canonicalise() leaves them: what is stored goes by it.
    if (value.empty() || (before && *before > field)) return damaged_frame(of);
    before = field;
    if constexpr (kKept) record.fields.push_back({field, std::string(value)});
  }
  if (!in.ok() || key.empty()) return damaged_frame(of);
  if constexpr (kKept) {
    record.kind = *kind;
    record.source = of.source.id;
    record.key = key;
    record.origin = {of.capture, of.part, line};
    return sink->record(std::move(record));
  }
  return {};
}

Status play_reject(FrameReader& in, const EventsOf& of, ReadingSink& sink) {
  store::Reject reject;
  reject.source = of.source.id;
  reject.part = of.part;
  reject.line = static_cast<std::uint32_t>(in.number());
  reject.field = in.words();
  reject.value = in.words();
  reject.expected = in.words();
  reject.row = in.words();
  reject.kind = take_kind(in);
  reject.key = in.words();
  return in.at_end() ? sink.reject(std::move(reject)) : Status(damaged_frame(of));
}

// A request that no rule of the source makes, or more names of secrets than one puts into an address: the file wrote
// it, whatever its reader says.
bool oversteps(const FoundLink& link, const EventsOf& of) {
  bool posts = false;
  std::size_t most_names = 0;
  for (const PageRule& page : of.source.pages) {
    posts = posts || page.paging.kind != PagingRule::Kind::kNone;
    for (const LinkRule& rule : page.links) {
      posts = posts || rule.address.find(kPostMark) != std::string::npos;
      most_names = std::max(most_names, secret_names(rule.address));
    }
  }
  if (link.built && !posts) return true;
  if (of.source.secrets.empty() || link.claims_secret) return false;
  return secret_names(normal_escapes(link.address)) > most_names + secret_names(normal_escapes(url_of(of.part)));
}

Status play_link(FrameReader& in, const EventsOf& of, ReadingSink& sink) {
  FoundLink link;
  link.address = in.words();
  link.role = in.words();
  link.built = in.number() != 0;
  link.continues = in.number() != 0;
  link.claims_secret = in.number() != 0;
  link.changed = in.day();
  link.fault = in.words();
  const bool known = link.role == kUnread || of.source.page(link.role) != nullptr;
  const bool strange = link.fault.empty() && oversteps(link, of);
  if (!in.at_end() || link.address.empty() || !known || strange) return damaged_frame(of);
  return sink.found(std::move(link));
}

}  // namespace

std::uint32_t frame_length(std::string_view head) {
  std::uint32_t length = 0;
  for (std::size_t i = 0; i < kFrameHead; ++i)
    length |= static_cast<std::uint32_t>(static_cast<unsigned char>(head[i])) << (8 * i);
  return length;
}

FrameWriter& FrameWriter::number(std::uint64_t value) {
  while (value >= 0x80) bytes_ += static_cast<char>(value | 0x80), value >>= 7;
  bytes_ += static_cast<char>(value);
  return *this;
}

FrameWriter& FrameWriter::text(std::string_view value) {
  number(value.size());
  bytes_ += value;
  return *this;
}

FrameWriter& FrameWriter::error(const Status& status) {
  if (status) return number(0);
  return number(1 + static_cast<std::uint64_t>(status.error().code))
      .text(status.error().message)
      .text(status.error().where);
}

std::string_view FrameWriter::done() {
  const std::size_t length = bytes_.size() - kFrameHead;
  for (std::size_t i = 0; i < kFrameHead; ++i) bytes_[i] = static_cast<char>(length >> (8 * i));
  return bytes_;
}

FrameReader::FrameReader(std::string_view payload) : rest_(payload), ok_(!payload.empty()) {
  if (!ok_) return;
  kind_ = static_cast<Frame>(payload.front());
  rest_.remove_prefix(1);
}

std::uint64_t FrameReader::number() {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64 && !rest_.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(rest_.front());
    rest_.remove_prefix(1);
    value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
    if (byte < 0x80) return value;
  }
  spoil();
  return 0;
}

std::string_view FrameReader::text() {
  const std::uint64_t size = number();
  if (size > rest_.size()) spoil();
  if (!ok_) return {};
  const std::string_view value = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return value;
}

std::string_view FrameReader::words() {
  const std::string_view value = text();
  if (text::valid_utf8(value)) return value;
  spoil();
  return {};
}

std::optional<Date> FrameReader::day() {
  static const std::int64_t first = make_date(1, 1, 1).time_since_epoch().count();
  static const std::int64_t last = make_date(9999, 12, 31).time_since_epoch().count();
  const std::uint64_t there = number();
  const auto days = static_cast<std::int64_t>(number());
  if (there > 1 || days < first || days > last) spoil();
  if (!ok_ || there == 0) return std::nullopt;
  return Date(std::chrono::days(days));
}

Status FrameReader::error() {
  const std::uint64_t code = number();
  if (code == 0) return {};
  std::string message(text()), where(text());
  for (std::string* const said : {&message, &where})
    if (!text::valid_utf8(*said)) said->clear();  // names of files may be no text
  const bool known = code <= 1 + static_cast<std::uint64_t>(Errc::kCancelled);
  return Error{known ? static_cast<Errc>(code - 1) : Errc::kFormat, std::move(message), std::move(where)};
}

Status EventSink::give(std::string_view frame) {
  if (!failed_) return failed_;
  failed_ = out_(frame);
  return failed_;
}

Status EventSink::record(Record&& record) {
  FrameWriter out(Frame::kRecord);
  out.number(static_cast<std::uint64_t>(record.kind)).text(record.key).number(record.origin.line);
  put_day(out, record.event_date);
  put_day(out, record.public_date);
  out.number(record.public_estimated ? 1 : 0);
  put_day(out, record.stated);
  for (const FieldValue& value : record.fields) out.number(static_cast<std::uint64_t>(value.field)).text(value.value);
  return give(out.done());
}

Status EventSink::reject(store::Reject&& reject) {
  FrameWriter out(Frame::kReject);
  out.number(reject.line).text(reject.field).text(reject.value).text(reject.expected).text(reject.row);
  out.number(reject.kind ? static_cast<std::uint64_t>(*reject.kind) : 0).text(reject.key);
  return give(out.done());
}

Status EventSink::link(std::string&& url, std::string_view role) {
  FoundLink link;
  link.address = std::move(url);
  link.role = role;
  return found(std::move(link));
}

Status EventSink::found(FoundLink&& link) {
  FrameWriter out(Frame::kLink);
  out.text(link.address).text(link.role).number(link.built ? 1 : 0).number(link.continues ? 1 : 0);
  out.number(link.claims_secret ? 1 : 0);
  put_day(out, link.changed);
  out.text(link.fault);
  return give(out.done());
}

// These have no answer: what `out` says of them comes with the next, or with finish().
void EventSink::unknown_word(Field field, std::string_view word) {
  (void)give(FrameWriter(Frame::kWord).number(static_cast<std::uint64_t>(field)).text(word).done());
}
void EventSink::wrong_charset(std::string_view claimed, std::string_view charset) {
  (void)give(FrameWriter(Frame::kCharset).text(claimed).text(charset).done());
}
void EventSink::said_total(std::int64_t total) {
  (void)give(FrameWriter(Frame::kTotal).number(static_cast<std::uint64_t>(total)).done());
}
void EventSink::unmapped(std::string_view name) { (void)give(FrameWriter(Frame::kUnmapped).text(name).done()); }

Status EventSink::finish() {
  if (rows_ > 0) (void)give(FrameWriter(Frame::kRows).number(rows_).done());
  rows_ = 0;
  return failed_;
}

Status play(std::string_view payload, const EventsOf& of, ReadingSink& sink) {
  FrameReader in(payload);
  switch (in.kind()) {
    case Frame::kRecord: return play_record<true>(in, of, &sink);
    case Frame::kReject: return play_reject(in, of, sink);
    case Frame::kLink: return play_link(in, of, sink);
    case Frame::kRows: {
      constexpr std::uint64_t kMostRows = 1'000'000'000;
      const std::uint64_t rows = in.number();
      if (!in.at_end() || rows > kMostRows) break;
      sink.offered(rows);
      return {};
    }
    case Frame::kTotal: {
      const auto total = static_cast<std::int64_t>(in.number());
      if (!in.at_end()) break;
      sink.said_total(total);
      return {};
    }
    case Frame::kWord: {
      Field field{};
      if (!take_field(in, field)) break;
      const std::string_view word = in.words();
      if (!in.at_end()) break;
      sink.unknown_word(field, word);
      return {};
    }
    case Frame::kCharset: {
      const std::string_view claimed = in.words(), charset = in.words();
      if (!in.at_end()) break;
      sink.wrong_charset(claimed, charset);
      return {};
    }
    case Frame::kUnmapped: {
      const std::string_view name = in.words();
      if (!in.at_end()) break;
      sink.unmapped(name);
      return {};
    }
    default: break;
  }
  return damaged_frame(of);
}

bool can_be_played(std::string_view payload, const EventsOf& of) {
  FrameReader in(payload);
  if (in.kind() == Frame::kRecord) return play_record<false>(in, of, nullptr).has_value();
  DrySink dry;
  return play(payload, of, dry).has_value();
}

Status play_all(std::string_view frames, const EventsOf& of, ReadingSink& sink) {
  while (!frames.empty()) {
    if (frames.size() < kFrameHead) return damaged_frame(of);
    const std::uint32_t length = frame_length(frames);
    if (length > frames.size() - kFrameHead) return damaged_frame(of);
    TANMIAO_TRY(play(frames.substr(kFrameHead, length), of, sink));
    frames.remove_prefix(kFrameHead + length);
  }
  return {};
}

Status play_all(const Spool& frames, const EventsOf& of, ReadingSink& sink) {
  if (frames.file().empty()) return play_all(frames.bytes(), of, sink);
  return each_frame(frames, of.part, [&](std::string_view frame) { return play_all(frame, of, sink); });
}

Status each_frame(const Spool& frames, std::string_view part, const std::function<Status(std::string_view)>& visit) {
  std::string_view held = frames.bytes();
  std::ifstream in;
  if (!frames.file().empty()) in.open(frames.file(), std::ios::binary);
  std::string frame;
  for (std::uint64_t left = frames.size(); left > 0;) {
    const auto take = [&](std::size_t size) {
      if (size > left) return false;
      left -= size;
      const std::size_t before = frame.size();
      frame.resize(before + size);
      if (!frames.file().empty())
        return static_cast<bool>(in.read(frame.data() + before, static_cast<std::streamsize>(size)));
      held.copy(frame.data() + before, size);
      held.remove_prefix(size);
      return true;
    };
    frame.clear();
    if (!take(kFrameHead) || !take(frame_length(frame))) return damaged_frame(part);
    TANMIAO_TRY(visit(frame));
  }
  return {};
}

}  // namespace tanmiao::crawler
