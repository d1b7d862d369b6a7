// Secrets of a source: read when a crawl begins, sent, and known to nothing else. Names stand for them everywhere but
// on the wire: in source files, addresses, bodies, logs, reports, archives.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "crawler/source.h"

namespace tanmiao::crawler {

class Secrets {
 public:
  // From the environment or from files of mode 0600 (or less) that are ours; relative ones lie below `base`. kConfig
  // with the name, the variable or file and what is wrong, never with what stands in it.
  static Result<Secrets> load(const Source& source, const std::filesystem::path& base);

  enum class As : std::uint8_t { kPlain, kComponent, kJson };  // of a header; of a query or form; within a JSON string
  // {secret:NAME} and %7Bsecret:NAME%7D filled in. kConfig when the host may not be told, or there is none of the name.
  Result<std::string> filled(std::string_view text, As as, const Url& host) const;
  // Each of them, in whatever form it may come back (crawler/secret_forms.h), as its name again. Whether there was any.
  bool redact(std::string& text) const;
  bool empty() const { return known_.empty(); }

 private:
  struct Secret {
    std::string value;
    std::vector<std::string> hosts;
  };
  std::map<std::string, Secret> known_;
  // Form and name, the longest first: one secret may be a part of another.
  std::vector<std::pair<std::string, std::string>> forms_;
  bool encrypted_only_ = false;  // all that the source begins with is https: so goes what it must not tell
};

// How many names of secrets stand in an address or a body: filled() would put them in.
std::size_t secret_names(std::string_view text);
// Of an answer in which a secret was found; the host's own header of the name is none.
inline constexpr std::string_view kRedactedHeader = "X-Archive-Redacted";

// A string within JSON, without its quotes.
std::string json_escaped(std::string_view text);
// Every occurrence; whether there was one.
bool replace_all(std::string& text, std::string_view what, std::string_view with);

}  // namespace tanmiao::crawler
