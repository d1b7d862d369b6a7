// tanmiao-pdf: the tables of a PDF on standard input as JSON lines on standard output, one row a line:
//   {"page":1,"table":1,"cells":["序号","企业名称"]}
// A program of its own: it gives itself limits of memory and time before it reads a byte, and what a hostile file does
// to the PDF libraries ends here. Exit 0; 3 the file cannot be read, 4 it has a password, 5 a limit was reached, 6 it
// has no text (a scanned picture), 2 usage. One line on standard error says why.
#include <poppler-document.h>
#include <poppler-page.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <iostream>
#include <memory>
#include <optional>
#include <string>

#include "apps/tanmiao_pdf/page_rules.h"
#include "tabular/page_table.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define TANMIAO_SANITIZED
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define TANMIAO_SANITIZED
#endif
#endif

namespace {

using namespace tanmiao;
enum Exit { kDone = 0, kUsage = 2, kUnreadable = 3, kLocked = 4, kLimit = 5, kNoText = 6 };

int fail(Exit code, const std::string& why) {
  std::fprintf(stderr, "%s\n", why.c_str());
  return code;
}

void limit(int what, rlim_t most) {
  const rlimit both{most, most};
  setrlimit(what, &both);
}

std::optional<std::string> standard_input(std::size_t most) {
  std::string bytes;
  std::string piece(std::size_t{1} << 20, '\0');
  for (;;) {
    const ssize_t got = ::read(STDIN_FILENO, piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return got == 0 ? std::optional(std::move(bytes)) : std::nullopt;
    bytes.append(piece, 0, static_cast<std::size_t>(got));
    if (bytes.size() > most) return std::nullopt;
  }
}

std::string utf8(const poppler::ustring& text) {
  const poppler::byte_array bytes = text.to_utf8();
  return {bytes.begin(), bytes.end()};
}

std::vector<tabular::PageWord> words_of(const poppler::page& page) {
  std::vector<tabular::PageWord> out;
  for (const poppler::text_box& box : page.text_list()) {
    const poppler::rectf at = box.bbox();
    out.push_back({at.left(), at.top(), at.right(), at.bottom(), utf8(box.text())});
  }
  return out;
}

void print(const std::vector<tabular::PageRow>& rows) {
  for (const tabular::PageRow& row : rows) {
    boost::json::array cells;
    for (const std::string& cell : row.cells) cells.emplace_back(cell);
    const boost::json::object line{{"page", row.page}, {"table", row.table}, {"cells", std::move(cells)}};
    std::cout << boost::json::serialize(line) << '\n';
  }
}

int tables_of(const std::string& bytes, int most_pages) {
  const std::unique_ptr<poppler::document> document(
      poppler::document::load_from_raw_data(bytes.data(), static_cast<int>(bytes.size())));
  if (!document) return fail(kUnreadable, "is no PDF, or a damaged one");
  if (document->is_locked()) return fail(kLocked, "needs a password");
  if (document->pages() > most_pages) return fail(kLimit, "has more than " + std::to_string(most_pages) + " pages");
  const pdf::Drawings drawings(bytes);
  tabular::PageTables tables;
  bool text = false;
  for (int number = 0; number < document->pages(); ++number) {
    const std::unique_ptr<poppler::page> page(document->create_page(number));
    if (!page) return fail(kUnreadable, "page " + std::to_string(number + 1) + " cannot be read");
    tabular::PageContent content;
    content.number = static_cast<std::uint32_t>(number + 1);
    content.words = words_of(*page);
    text = text || !content.words.empty();
    content.rules = drawings.rules_of(static_cast<std::size_t>(number));
    tables.add(std::move(content));
    if (tables.pages_left_out() > 0)
      return fail(kLimit, "page " + std::to_string(number + 1) + " holds more words or lines than a table has");
    print(tables.take(false));
  }
  if (!text) return fail(kNoText, "has no text (a scanned picture)");
  print(tables.take(true));
  std::cout.flush();
  return std::cout ? kDone : fail(kLimit, "cannot write what was read");
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow further is an error of the write
  std::uint64_t memory = 1'024, seconds = 120, input = 256;
  int most_pages = 5'000;
  CLI::App app("the tables of a PDF on standard input, as JSON lines");
  app.add_option("--memory", memory, "MiB")->check(CLI::Range(64, 65'536));
  app.add_option("--seconds", seconds, "of processor time")->check(CLI::Range(1, 86'400));
  app.add_option("--input", input, "MiB of the file at most")->check(CLI::Range(1, 1'900));
  app.add_option("--pages", most_pages, "at most")->check(CLI::Range(1, 1'000'000));
  CLI11_PARSE(app, argc, argv);
  prctl(PR_SET_PDEATHSIG, SIGKILL);  // nobody reads what is written for a dead parent
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_CPU, seconds);
#if !defined(TANMIAO_SANITIZED)  // whose shadow takes terabytes of addresses
  limit(RLIMIT_AS, memory << 20);
#endif
  try {
    const std::optional<std::string> bytes = standard_input(input << 20);
    if (!bytes) return fail(kLimit, "is larger than " + std::to_string(input) + " MiB");
    return tables_of(*bytes, most_pages);
  } catch (const std::bad_alloc&) {
    return fail(kLimit, "needs more than " + std::to_string(memory) + " MiB of memory");
  } catch (const std::exception& error) {
    return fail(kUnreadable, std::string("cannot be read: ") + error.what());
  }
}
