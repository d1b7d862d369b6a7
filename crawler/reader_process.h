// The program tanmiao-read: reads documents for this one, in a process that has nothing but them.
//
// It is started when the first document is to be read and reads one after the other; what crashes it, hangs it or takes
// more memory than it may have costs that document. It knows the source's description, the reference tables and the key
// of persons' hashes, and nothing of the store or the network.
#pragma once

#include <atomic>
#include <memory>

#include "crawler/file_reader.h"
#include "crawler/reader_place.h"

namespace tanmiao::crawler {

// The source must outlive it. Errors: kNotFound, kIo when the program cannot be started; kCancelled once `stop` is set.
std::unique_ptr<FileReader> reader_process(const ReaderPlace& place, const Source& source, const ReadContext& context,
                                           const std::atomic<bool>& stop);

// The other side, of apps/tanmiao_read: serves what stands at the other end of a socket until that is closed. Gives the
// exit code.
int serve_reader(int socket);
inline constexpr int kReaderOutOfMemory = 5;

}  // namespace tanmiao::crawler
