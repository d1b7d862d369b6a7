// What people see: messages and progress on stderr, tables on stdout with the widths of Chinese characters.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/fwd.hpp>

#include "core/progress.h"

namespace tanmiao::app {

// What a name or a cell of a hostile host may hold for a terminal to obey is shown as a point; ends of lines and tabs
// stay.
std::string harmless_text(std::string_view text);
// JSON in which U+007F to U+009F, which some terminals obey and JSON lets stand, are written as \u009b.
std::string escaped_controls(std::string json);
void say(std::string_view line);  // one line on stderr; a progress line on the terminal is cleared first

// Lines that stand on the terminal until they are drawn again or anything else is said; none: nothing stands there any
// more, and ConsoleProgress shows the crawl's progress again.
void draw(const std::vector<std::string>& lines);

// One line that is written over on a terminal; elsewhere only notes.
class ConsoleProgress : public Progress {
 public:
  explicit ConsoleProgress(bool quiet = false);  // quiet: notes only
  ~ConsoleProgress() override;
  void update(std::string_view stage, std::uint64_t done, std::uint64_t total, std::string_view note) override;
  void note(std::string_view stage, std::string_view line) override;

 private:
  bool terminal_;
  std::chrono::steady_clock::time_point last_{};
};

// Columns that a text takes on a terminal: East Asian wide and full-width characters take two, combining ones none.
std::size_t shown_width(std::string_view utf8);
// At most `width` columns, with an ellipsis where it was cut.
std::string cut_to(std::string_view utf8, std::size_t width);

struct TableColumn {
  std::string heading;
  bool right = false;      // numbers
  std::size_t widest = 0;  // cut beyond; 0: never
  bool wrap = false;       // on more lines instead of cut
};
std::string table(const std::vector<TableColumn>& columns, const std::vector<std::vector<std::string>>& rows);

void print(std::string_view text);             // stdout, harmless_text
void print_json(const boost::json::value& v);  // one line on stdout

}  // namespace tanmiao::app
