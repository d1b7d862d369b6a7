// A register that answers in JSON, however it is asked, and all that is kept of it.
#pragma once

#include <string>

#include "crawler/secrets.h"
#include "crawler/warc_read.h"
#include "tests/crawler/crawling_hosts.h"

namespace tanmiao::crawler {

inline constexpr const char* kSecretWord = "S3cret+word/of=this test";

class AskingByPost : public CrawlingHosts {
 protected:
  // ROWS in a description: records from an array of JSON.
  void describe(const std::string& start, std::string more) {
    replace_all(more, "ROWS", R"(rows = "data"
kind = "firm"
key = ["org_code"]
required = ["firm_name", "org_code"]
columns = {firm_name = "name", org_code = "code"})");
    write(
        "sources/register.toml",
        "id = \"register\"\ntitle = \"登记\"\npublisher = \"试验\"\nkind = \"http\"\nterms = \"无\"\nbasis = \"试验\"\n"
        "hosts = [\"127.0.0.1\"]\n" +
            top_ + "[fetch]\nstart = [\"" + server_.address(start) + "\"]\nstart_role = \"list\"\npause = 0\n" + more);
  }
  void source_of(const std::string& start, const std::string& more) {
    describe(start, more);
    approve();
  }
  static std::string rows(int from, int to, const std::string& more) {
    std::string out = "{\"code\": 200, \"data\": [";
    for (int i = from; i <= to; ++i)
      out += (i == from ? "" : ",") + std::string(R"({"name": "试验)") + std::to_string(i) +
             "科技有限公司\", \"code\": \"" + code(i) + "\"}";
    return out + "]" + more + "}";
  }
  // Of everything below the data folder the bytes, archives unpacked; and of the log of the requests of the server
  // none.
  std::string all_that_is_kept() {
    store_.reset();
    std::string out;
    for (const auto& entry : fs::recursive_directory_iterator(root_ / "data")) {
      if (!entry.is_regular_file()) continue;
      std::ifstream in(entry.path(), std::ios::binary);
      out += entry.path().string() + "\n" + std::string(std::istreambuf_iterator<char>(in), {});
      if (entry.path().extension() != ".gz") continue;
      WarcReader reader = WarcReader::open(entry.path()).value();
      for (auto record = reader.next().value(); record; record = reader.next().value())
        out += record->fields + record->block;
    }
    open();
    return out;
  }
  std::string top_;  // before the first table of a description
};

}  // namespace tanmiao::crawler
