// A page description, some bytes, and what came of them.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "crawler/reading.h"

namespace tanmiao::crawler {

class Gathered : public ReadingSink {
 public:
  Status record(Record&& r) override { return records.push_back(std::move(r)), Status(); }
  Status reject(store::Reject&& r) override { return rejects.push_back(std::move(r)), Status(); }
  Status link(std::string&& url, std::string_view role) override {
    links.push_back(std::string(role) + " " + url);
    return {};
  }
  void offered(std::uint64_t more) override { rows += static_cast<int>(more); }
  void unknown_word(Field, std::string_view word) override { words.emplace_back(word); }
  void wrong_charset(std::string_view claimed, std::string_view charset) override {
    charsets.push_back(std::string(claimed) + " " + std::string(charset));
  }
  std::vector<Record> records;
  std::vector<store::Reject> rejects;
  std::vector<std::string> links, words, charsets;
  int rows = 0;
};

inline const Reference& no_tables() {
  static const Reference reference = [] {
    Reference out;
    out.finish();
    return out;
  }();
  return reference;
}

inline Source source_of(const std::string& page) {
  const auto file = std::filesystem::temp_directory_path() / ("reading_" + std::to_string(getpid()) + ".toml");
  std::ofstream(file) << "id = \"t\"\ntitle = \"t\"\nkind = \"folder\"\ninbox = \"x\"\n" << page;
  auto source = load_source(file);
  std::filesystem::remove(file);
  EXPECT_TRUE(source) << (source ? "" : source.error().text());
  return source ? *source : Source{};
}

inline Gathered read(const Source& source, const std::string& bytes, const std::string& charset = {}) {
  Gathered out;
  Document document;
  document.part = "http://h/a/b.html";
  document.bytes = bytes;
  document.charset = charset;
  const ReadContext context{no_tables(), "key", make_date(2026, 1, 2)};
  const Status status = read_document(source, source.pages.at(0), document, context, out);
  EXPECT_TRUE(status) << (status ? "" : status.error().text());
  return out;
}

inline constexpr const char* kPatents = R"([[page]]
reader = "patent_xml"
kind = "patent"
key = ["publication_no", "kind_code"]
required = ["application_no", "title"]
[page.columns]
application_no = "application_no"
publication_no = "publication_no"
kind_code = "kind_code"
title = "title"
applicant = "applicant"
inventor_hash = "inventor_hash"
inventor_count = "inventor_count"
publication_date = "publication_date"
)";

}  // namespace tanmiao::crawler
