// Reading of TOML configuration with errors that name file, line, column, the key and what was expected.
//
// A Settings is a view of one table of a parsed file. Each key that is asked for is remembered; finish() then reports
// every key that nobody asked for, with the nearest known one ("unknown key 'puase', did you mean 'pause'?").
// Errors are gathered, not thrown: read everything, then ask ok(). Not thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/date.h"
#include "core/error.h"

namespace tanmiao {

class Settings {
 public:
  // `file` is only used in messages. Error kConfig with line and column where TOML itself is broken.
  static Result<Settings> parse(std::string_view toml, std::string file);

  // Scalars. A missing key gives the default; the forms without default report an error when it is missing.
  std::string text(std::string_view key);
  std::string text(std::string_view key, std::string_view fallback);
  std::int64_t integer(std::string_view key, std::int64_t fallback, std::int64_t least, std::int64_t most);
  double number(std::string_view key, double fallback, double least, double most);
  bool flag(std::string_view key, bool fallback);
  std::optional<Date> date(std::string_view key);
  // One of a closed list of words; reports the nearest when the value is none of them.
  std::string word(std::string_view key, std::string_view fallback, const std::vector<std::string_view>& allowed);
  std::vector<std::string> texts(std::string_view key);  // array of strings (a single string counts as one)

  bool has(std::string_view key) const;
  Settings table(std::string_view key);                // an empty view when missing
  std::vector<Settings> tables(std::string_view key);  // array of tables
  // Every key of a free-form table with its value as text, in the file's order; marks all of them as known.
  std::vector<std::pair<std::string, std::string>> entries();
  std::vector<std::string> keys() const;

  // Records an error of the caller's own at this key's place.
  void complain(std::string_view key, std::string message);
  // Error kConfig that names all complaints of this file, one a line, unknown keys included; ok otherwise.
  Status finish();
  std::string where(std::string_view key) const;  // "file:line:column"

 private:
  struct File;
  struct Node;
  Settings(std::shared_ptr<File> file, std::shared_ptr<Node> node);
  std::shared_ptr<File> file_;
  std::shared_ptr<Node> node_;
};

// The nearest of `known` to `word` by edit distance, if near enough to be a slip (a third of its length, at least 1).
std::optional<std::string_view> nearest_word(std::string_view word, const std::vector<std::string_view>& known);
// What to put behind a complaint about an unknown word: ", did you mean 'pause'?", else "; known: a, b, c" when they
// are few, else nothing.
std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& known);
// kUsage: "there is no facet 'unti', did you mean 'unit'?" Words of `also` may be meant too, but are not listed.
Error no_such(std::string_view what, std::string_view word, const std::vector<std::string_view>& known,
              const std::vector<std::string_view>& also = {});

}  // namespace tanmiao
