// What a reader gives, as bytes: between processes, and kept until a document was read to its end.
//
// A frame is its length (32 bits, little-endian) and that many bytes, the first of which says what it is. Who decodes
// trusts none of it: a reader that a hostile file has taken over may say anything.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "crawler/reading.h"
#include "crawler/spool.h"

namespace tanmiao::crawler {

enum class Frame : char {
  // of a document
  kRecord = 'R',
  kReject = 'J',
  kRows = 'n',
  kWord = 'w',
  kCharset = 'c',
  kUnmapped = 'u',
  kLink = 'l',
  kTotal = 't',
  // of an archive: a member is there, and waits to be answered; its end; one that cannot be had
  kMember = 'M',
  kMemberEnd = 'e',
  kBroken = 'X',
  kEnd = 'E',  // of what was asked for
  // to a reader
  kBegin = 'B',
  kDocument = 'D',
  kArchive = 'A',
  kAnswer = 'a',
};
inline constexpr std::uint32_t kLongestFrame = std::uint32_t{256} << 20;
inline constexpr std::size_t kFrameHead = 4;
std::uint32_t frame_length(std::string_view head);  // of the payload; `head`: kFrameHead bytes at least

class FrameWriter {
 public:
  explicit FrameWriter(Frame kind) : bytes_(kFrameHead, '\0') { bytes_ += static_cast<char>(kind); }
  FrameWriter& number(std::uint64_t value);
  FrameWriter& text(std::string_view value);
  FrameWriter& error(const Status& status);  // also of one that is none
  std::string_view done();                   // the whole frame

 private:
  std::string bytes_;
};

// Reads what FrameWriter wrote; nothing more comes, and ok() is false, once it does not fit.
class FrameReader {
 public:
  explicit FrameReader(std::string_view payload);  // without its length
  Frame kind() const { return kind_; }
  std::uint64_t number();
  std::string_view text();    // any bytes, of the payload
  std::string_view words();   // the same; only UTF-8 fits
  std::optional<Date> day();  // of the years 1 to 9999, or none
  Status error();
  bool ok() const { return ok_; }  // all that was asked for was there
  bool at_end() const { return ok_ && rest_.empty(); }

 private:
  Frame kind_ = Frame::kEnd;
  void spoil() { ok_ = false, rest_ = {}; }
  std::string_view rest_;
  bool ok_ = true;
};

// Gives frames on. An error of `out` ends the reading.
class EventSink : public ReadingSink {
 public:
  using Out = std::function<Status(std::string_view frame)>;
  explicit EventSink(Out out) : out_(std::move(out)) {}
  Status record(Record&& record) override;
  Status reject(store::Reject&& reject) override;
  Status link(std::string&& url, std::string_view role) override;
  Status found(FoundLink&& link) override;
  void said_total(std::int64_t total) override;
  void offered(std::uint64_t rows) override { rows_ += rows; }
  void unknown_word(Field field, std::string_view word) override;
  void wrong_charset(std::string_view claimed, std::string_view charset) override;
  void unmapped(std::string_view name) override;
  Status finish();                        // what was only counted so far, and the first error of `out`
  bool lost() const { return !failed_; }  // `out` had an error: what ended the reading was not the document

 private:
  Status give(std::string_view frame);
  Out out_;
  std::uint64_t rows_ = 0;
  Status failed_;
};

// What the records and rejects of a document do not say themselves.
struct EventsOf {
  const Source& source;
  std::string part;
  std::uint64_t capture = 0;
};
// Gives one frame to a sink. kCorrupt when it is none.
Status play(std::string_view payload, const EventsOf& of, ReadingSink& sink);
// Whether play() would take it.
bool can_be_played(std::string_view payload, const EventsOf& of);
// `frames`: whole ones. kCorrupt when they are none.
Status play_all(std::string_view frames, const EventsOf& of, ReadingSink& sink);
Status play_all(const Spool& frames, const EventsOf& of, ReadingSink& sink);
// Of each frame that lies in a file or in memory, its length before it. kCorrupt when they are none.
Status each_frame(const Spool& frames, std::string_view part, const std::function<Status(std::string_view)>& visit);

}  // namespace tanmiao::crawler
