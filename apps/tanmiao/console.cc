#include "apps/tanmiao/console.h"

#include <fmt/format.h>
#include <unicode/uchar.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <cstdio>

#include "core/text/normalize.h"

namespace tanmiao::app {
namespace {

std::size_t lines_shown = 0;  // that stand on the terminal, the last one without its end
bool drawing = false;         // somebody shows more of the crawl than one line

void clear_progress() {
  if (lines_shown == 0) return;
  std::fputs("\r\033[K", stderr);
  for (; lines_shown > 1; --lines_shown) std::fputs("\033[A\033[K", stderr);
  lines_shown = 0;
}

std::size_t width_of(char32_t c) {
  const auto point = static_cast<UChar32>(c);
  const auto category = u_charType(point);
  if (category == U_NON_SPACING_MARK || category == U_ENCLOSING_MARK || category == U_FORMAT_CHAR) return 0;
  const int wide = u_getIntPropertyValue(point, UCHAR_EAST_ASIAN_WIDTH);
  return wide == U_EA_FULLWIDTH || wide == U_EA_WIDE ? 2 : 1;
}

// What is not for a terminal (control characters of a hostile name) is shown as a point.
char32_t harmless(char32_t c) { return u_iscntrl(static_cast<UChar32>(c)) ? U'·' : c; }

std::string cell(std::string_view value, const TableColumn& column, std::size_t width, bool last) {
  const std::string text = column.widest ? cut_to(value, column.widest) : cut_to(value, std::string::npos);
  const std::string pad(width - std::min(width, shown_width(text)), ' ');
  if (column.right) return pad + text;
  return last ? text : text + pad;
}

}  // namespace

std::string harmless_text(std::string_view text) {
  const auto is_control = [](unsigned char c) { return (c < ' ' && c != '\n' && c != '\t') || c == 0x7F || c == 0xC2; };
  if (std::none_of(text.begin(), text.end(), is_control)) return std::string(text);  // nearly always
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto c = static_cast<unsigned char>(text[at]);
    const bool high =
        c == 0xC2 && at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) < 0xA0;  // U+0080 to U+009F
    if (high) ++at;
    if (high || (c != 0xC2 && is_control(c)))
      out += "·";
    else
      out += text[at];
  }
  return out;
}

std::string escaped_controls(std::string json) {
  const auto control = [&](std::size_t at) -> unsigned {
    const auto c = static_cast<unsigned char>(json[at]);
    if (c == 0x7F) return c;
    const auto next = at + 1 < json.size() ? static_cast<unsigned char>(json[at + 1]) : 0U;
    return c == 0xC2 && next < 0xA0 ? next : 0U;
  };
  std::string out;
  std::size_t copied = 0;
  for (std::size_t at = 0; at < json.size(); ++at) {
    const unsigned c = control(at);
    if (c == 0) continue;
    out.append(json, copied, at - copied).append(fmt::format("\\u{:04x}", c));
    at += c == 0x7F ? 0 : 1;
    copied = at + 1;
  }
  return copied == 0 ? std::move(json) : out.append(json, copied);
}

void say(std::string_view line) {
  clear_progress();
  const std::string text = harmless_text(line);
  std::fprintf(stderr, "%s\n", text.c_str());
}

void draw(const std::vector<std::string>& lines) {
  drawing = !lines.empty();
  clear_progress();
  for (std::size_t i = 0; i < lines.size(); ++i) std::fprintf(stderr, "%s%s", i == 0 ? "" : "\n", lines[i].c_str());
  lines_shown = lines.size();
  std::fflush(stderr);
}

ConsoleProgress::ConsoleProgress(bool quiet) : terminal_(!quiet && isatty(STDERR_FILENO) == 1) {}
ConsoleProgress::~ConsoleProgress() { clear_progress(); }

void ConsoleProgress::update(std::string_view stage, std::uint64_t done, std::uint64_t total, std::string_view note) {
  if (!terminal_ || drawing) return;
  const auto now = std::chrono::steady_clock::now();
  if (now - last_ < std::chrono::milliseconds(100)) return;
  last_ = now;
  std::string line = std::string(stage) + " " + std::to_string(done);
  if (total) line += "/" + std::to_string(total) + " (" + std::to_string(done * 100 / total) + "%)";
  if (!note.empty()) line += "  " + std::string(note);
  clear_progress();
  std::fprintf(stderr, "\r\033[K%s", cut_to(line, 78).c_str());
  std::fflush(stderr);
  lines_shown = 1;
}

void ConsoleProgress::note(std::string_view stage, std::string_view line) {
  say(std::string(stage) + ": " + std::string(line));
}

std::size_t shown_width(std::string_view utf8) {
  std::size_t width = 0;
  for (const char32_t c : text::code_points(utf8)) width += width_of(c);
  return width;
}

std::string cut_to(std::string_view utf8, std::size_t width) {
  std::string out;
  std::size_t used = 0;
  const bool fits = width == std::string::npos || shown_width(utf8) <= width;
  for (const char32_t c : text::code_points(utf8)) {
    const std::size_t more = width_of(c);
    if (!fits && used + more + 1 > width) return out + "…";
    text::append_utf8(out, harmless(c));
    used += more;
  }
  return out;
}

// Of a cell, so that each takes at most `width`; a word or a number may be parted, as Chinese text is.
std::vector<std::string> wrapped(std::string_view utf8, std::size_t width) {
  std::vector<std::string> lines(1);
  std::size_t used = 0;
  for (const char32_t c : text::code_points(utf8)) {
    const std::size_t more = width_of(c);
    if (used + more > width && used > 0) lines.emplace_back(), used = 0;
    text::append_utf8(lines.back(), harmless(c));
    used += more;
  }
  return lines;
}

std::string table(const std::vector<TableColumn>& columns, const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    std::size_t width = shown_width(columns[i].heading);
    for (const auto& row : rows) {
      const std::size_t own = shown_width(row.at(i));
      width = std::max(width, columns[i].widest ? std::min(own, columns[i].widest) : own);
    }
    widths.push_back(width);
  }
  std::string out;
  const auto line = [&](const auto& value) {
    for (std::size_t i = 0; i < columns.size(); ++i)
      out += (i ? "  " : "") + cell(value(i), columns[i], widths[i], i + 1 == columns.size());
    out.erase(out.find_last_not_of(' ') + 1);
    out += '\n';
  };
  line([&](std::size_t i) -> const std::string& { return columns[i].heading; });
  std::string rule;
  for (std::size_t i = 0; i < columns.size(); ++i) rule += (i ? "  " : "") + std::string(widths[i], '-');
  out += rule + '\n';
  for (const auto& row : rows) {
    std::vector<std::vector<std::string>> cells;
    std::size_t height = 1;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      cells.push_back(columns[i].wrap ? wrapped(row[i], widths[i]) : std::vector<std::string>{row[i]});
      height = std::max(height, cells.back().size());
    }
    for (auto& cell_lines : cells) cell_lines.resize(height);
    for (std::size_t k = 0; k < height; ++k) line([&](std::size_t i) -> const std::string& { return cells[i][k]; });
  }
  return out;
}

void print_as_it_is(std::string_view text) {
  clear_progress();
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

void print(std::string_view text) { print_as_it_is(harmless_text(text)); }

void print_json(const boost::json::value& value) {
  print_as_it_is(escaped_controls(boost::json::serialize(value)) + "\n");
}

}  // namespace tanmiao::app
