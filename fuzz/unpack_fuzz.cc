// Archives: members within the bounds, with names that lead nowhere, or an error; never more than was asked for.
#include "crawler/unpack.h"

#include <set>

#include "core/hash.h"
#include "core/text/normalize.h"
#include "fuzz/fuzz.h"

namespace {

using tanmiao::fuzz::must;

class Sink : public tanmiao::crawler::MemberSink {
 public:
  explicit Sink(const tanmiao::crawler::UnpackLimits& limits) : limits_(limits) {}
  tanmiao::Status member(const tanmiao::crawler::Member& member) override {
    check_name(member.name);
    must(names_.insert(member.name).second);
    must(member.size <= limits_.max_member_bytes);
    total_ += member.size;
    must(total_ <= limits_.max_bytes);
    if (member.file.empty()) must(member.bytes.size() == member.size && tanmiao::hash64(member.bytes) == member.hash);
    return {};
  }
  tanmiao::Status broken(const tanmiao::Error& error) override {
    check_name(error.where);
    must(!error.message.empty());
    return {};
  }

 private:
  static void check_name(const std::string& name) {
    must(name.starts_with("fuzz") && tanmiao::text::valid_utf8(name));
    for (const char c : name) must(static_cast<unsigned char>(c) >= 0x20);
  }
  const tanmiao::crawler::UnpackLimits& limits_;
  std::set<std::string> names_;
  std::uint64_t total_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  tanmiao::crawler::UnpackLimits limits;
  limits.max_bytes = 8U << 20;
  limits.max_member_bytes = 1U << 20;
  limits.in_memory = 64U << 10;
  limits.max_entries = 200;
  limits.max_depth = 2;
  Sink sink(limits);
  (void)tanmiao::crawler::unpack(tanmiao::fuzz::view(data, size), "fuzz", limits, sink);
  return 0;
}
