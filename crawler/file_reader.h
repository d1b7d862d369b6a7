// Reads files of an inbox: in this process, or (crawler/reader_process.h) in one of its own, so that what a file does
// to its reader ends there.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "crawler/read_events.h"
#include "crawler/unpack.h"

namespace tanmiao::crawler {

// How reading ended. Both empty: the document was read to its end.
struct ReadEnd {
  ReadEnd() = default;  // and no aggregate, which could be made of an Error as a Result is
  static ReadEnd faulty(Error error);
  static ReadEnd dead(std::string why);
  std::optional<Error> fault;  // the document cannot be read
  std::string died;            // the reader crashed, hung, or needed too much memory: why, in Chinese
  bool done() const { return !fault && died.empty(); }
};

// Takes the members of an archive one by one.
class MemberTaker {
 public:
  virtual ~MemberTaker() = default;
  // Is it to be read? No: it is known, or no page reads it (nullptr).
  virtual Result<bool> member(const Member& member, const PageRule* page) = 0;
  // Takes what the member that is read now gives, until its end is told or another one is asked for. A member may be
  // read anew, from its beginning.
  virtual FrameTaker& events(const std::string& name, const PageRule& page) = 0;
  virtual Status read(const std::string& name, const PageRule& page, const ReadEnd& end) = 0;  // its end
  virtual Status broken(const Error& error) = 0;
};

// Errors are ours: no space, a wish to stop.
class FileReader {
 public:
  virtual ~FileReader() = default;
  virtual Result<ReadEnd> read(const Document& document, const PageRule& page, FrameTaker& events) = 0;
  // `of`: as of walk_archive().
  virtual Result<ReadEnd> unpack(const Document& archive, const PageRule* of, MemberTaker& taker) = 0;
};

inline constexpr std::uint64_t kHeldEvents = std::uint64_t{4} << 20;  // more lie in a file

std::unique_ptr<FileReader> reader_in_process(const Source& source, const ReadContext& context);

// Walks an archive. Of an inbox (`of` is nullptr) a member is read by the first page that its name fits; of one that
// was attached to a web page by the page that reads the attachment itself, or one whose `files` fit. nullptr: nobody
// reads it.
Status walk_archive(const Source& source, const Document& archive, const PageRule* of,
                    const std::function<Status(const Member&, const PageRule*)>& member,
                    const std::function<Status(const Error&)>& broken);

}  // namespace tanmiao::crawler
