// docs/source-format.md and the loader know the same keys: whatever is read is described, whatever is described is
// read.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <re2/re2.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

#include "crawler/source_files.h"

namespace tanmiao::crawler::source_format_test {
namespace {

using Keys = std::map<std::string, std::set<std::string>>;  // section -> keys
// A source file in pieces: section as TOML heads it -> its lines by key, in order.
using Pieces = std::vector<std::pair<std::string, std::map<std::string, std::string>>>;

std::string text_of(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  EXPECT_TRUE(in) << file;
  return {std::istreambuf_iterator<char>(in), {}};
}

Pieces http_pieces() {
  return {{"", {{"id", "\"a\""}, {"title", "\"a\""}, {"hosts", "[\"h\"]"}}},
          {"[fetch]", {{"start", "[\"http://h/\"]"}, {"start_role", "\"r\""}}},
          {"[scope]", {}},
          {"[contract]", {}},
          {"[secrets.NAME]", {{"env", "\"X\""}}},
          {"[sign.NAME]", {{"key", "\"{secret:NAME}\""}, {"text", "\"x\""}}},
          {"[[page]]", {{"role", "\"r\""}, {"reader", "\"json\""}, {"kind", "\"firm\""}, {"key", "[\"firm_name\"]"}}},
          {"[page.columns]", {{"firm_name", "\"a\""}}},
          {"[page.rules.firm_name]", {}},
          {"[page.public]", {}},
          {"[page.revisit]", {}},
          {"[page.request]", {}},
          {"[page.request.form]", {{"a", "\"1\""}}},
          {"[page.paging]", {{"kind", "\"counter\""}, {"param", "\"a\""}}},
          {"[[page.link]]", {{"role", "\"r\""}, {"match", "\"x\""}}}};
}

Pieces json_body() {
  Pieces pieces = http_pieces();
  std::erase_if(pieces, [](const auto& piece) { return piece.first == "[page.request.form]"; });
  return pieces;
}

Pieces remote_pieces() {
  return {{"", {{"id", "\"a\""}, {"title", "\"a\""}, {"kind", "\"remote\""}, {"inbox", "\"i\""}}},
          {"[remote]", {{"hosts", "\"ftp://h\""}, {"folders", "\"/a\""}, {"files", "\"*\""}}},
          {"[[page]]", {{"reader", "\"csv\""}}}};
}

std::string written(const Pieces& pieces) {
  std::string out;
  for (const auto& [head, lines] : pieces) {
    out += head + "\n";
    for (const auto& [key, value] : lines) out.append(key).append(" = ").append(value).append("\n");
  }
  return out;
}

// "[page.rules.firm_name]" -> "page.rules.FIELD"
std::string section_of(std::string head) {
  std::erase_if(head, [](char c) { return c == '[' || c == ']'; });
  RE2::Replace(&head, "firm_name", "FIELD");
  return head;
}

// Tables whose keys are names of the author's own.
bool is_free(const std::string& section) { return section == "page.columns" || section == "page.request.form"; }

std::string path_of(std::string head) {
  std::erase_if(head, [](char c) { return c == '[' || c == ']'; });
  return head;
}

// Those of the keys that the loader reads in that section: it does not call them unknown.
std::set<std::string> read_of(Pieces pieces, const std::string& head, const std::set<std::string>& keys) {
  const std::string before = head.empty() ? "" : path_of(head) + ".";
  std::set<std::string> unknown;
  for (auto& [name, lines] : pieces) {
    if (name != head) continue;
    for (const std::string& key : keys) {
      const std::string path = before + key;
      const bool piece = std::any_of(pieces.begin(), pieces.end(), [&](const auto& other) {
        return path_of(other.first) == path || path_of(other.first).starts_with(path + ".");
      });
      if (!piece) lines.emplace(key, "\"?\"");
    }
  }
  const auto source = parse_source(written(pieces), "a.toml");
  if (!source)
    for (const Error& fault : each_fault(source.error())) {
      EXPECT_FALSE(fault.message.starts_with("TOML")) << fault.text() << "\n" << written(pieces);
      std::string path;
      if (!RE2::PartialMatch(fault.message, "^unknown key '([^']*)'", &path)) continue;
      RE2::GlobalReplace(&path, R"(\[\d+\])", "");
      if (path.starts_with(before)) unknown.insert(path.substr(before.size()));
    }
  std::set<std::string> out;
  std::set_difference(keys.begin(), keys.end(), unknown.begin(), unknown.end(), std::inserter(out, out.end()));
  return out;
}

Keys documented() {
  Keys keys;
  std::string section = "none";
  const std::string text = text_of("docs/source-format.md");
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string line = text.substr(at, end - at);
    at = end + 1;
    std::string head, key;
    if (line == "## Top of the file") {
      section = "";
    } else if (RE2::FullMatch(line, R"(## `\[+([\w.]+)\]+`)", &head)) {
      section = head;
    } else if (line.starts_with("## ")) {
      section = "none";
    } else if (section != "none" && line.starts_with("| `")) {
      const std::string first = line.substr(0, line.find(" | "));
      re2::StringPiece rest(first);
      while (RE2::FindAndConsume(&rest, "`([a-z_]+)`", &key)) keys[section].insert(key);
      EXPECT_GE(std::count(line.begin(), line.end(), '|'), 7) << "six columns: " << line;
    }
  }
  return keys;
}

// Every word in quotes of the files that read source files: keys are among them.
std::set<std::string> words_of_the_loader() {
  std::set<std::string> words;
  for (const char* file :
       {"crawler/source.cc", "crawler/source_checks.cc", "crawler/request_rules.cc", "crawler/remote_rules.cc"}) {
    const std::string text = text_of(file);
    re2::StringPiece rest(text);
    std::string word;
    while (RE2::FindAndConsume(&rest, R"re("([a-z][a-z_]*)")re", &word)) words.insert(word);
  }
  return words;
}

TEST(SourceFormat, TheReferenceAndTheLoaderKnowTheSameKeys) {
  const Keys described = documented();
  std::set<std::string> words = words_of_the_loader();
  EXPECT_GT(words.size(), 100u);
  for (const auto& [section, keys] : described) words.insert(keys.begin(), keys.end());
  words.insert("no_such_key");
  // What is read beside these depends on them: each is tried alone.
  const std::set<std::string> deciding = {"kind", "reader", "form", "json", "lines"};
  for (const std::string& word : deciding) words.erase(word);
  Keys known;
  for (const Pieces& pieces : {http_pieces(), json_body(), remote_pieces()}) {
    ASSERT_TRUE(parse_source(written(pieces), "a.toml")) << parse_source(written(pieces), "a.toml").error().text();
    for (const auto& [head, lines] : pieces) {
      const std::string section = section_of(head);
      if (is_free(section)) continue;
      auto& keys = known[section];
      keys.merge(read_of(pieces, head, words));
      for (const std::string& word : deciding) keys.merge(read_of(pieces, head, {word}));
    }
  }
  for (const auto& [section, keys] : known) {
    EXPECT_FALSE(keys.contains("no_such_key")) << section;
    const auto at = described.find(section);
    ASSERT_NE(at, described.end()) << "no section of the reference: " << section;
    EXPECT_THAT(at->second, ::testing::ContainerEq(keys)) << "[" << section << "]";
  }
  EXPECT_EQ(described.size(), known.size());
}

// The two examples at the end of the page.
TEST(SourceFormat, TheExamplesOfTheReferenceAreSound) {
  const std::string text = text_of("docs/source-format.md");
  int count = 0;
  for (std::size_t at = text.find("```toml\n"); at != std::string::npos; at = text.find("```toml\n", at + 1)) {
    const std::size_t begin = at + 8;
    const auto source = parse_source(text.substr(begin, text.find("```", begin) - begin), "docs/source-format.md");
    EXPECT_TRUE(source) << source.error().text();
    ++count;
  }
  EXPECT_EQ(count, 2);
}

}  // namespace
}  // namespace tanmiao::crawler::source_format_test
