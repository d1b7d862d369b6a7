// What a crawl leaves in its archive, what goes out of it, and what can be made of it alone.
#include "crawler/archive.h"

#include <chrono>
#include <thread>

#include "crawler/warc_index.h"
#include "crawler/warc_read.h"
#include "http_fixture.h"
#include "tests/crawler/crawl_fixture.h"

namespace tanmiao::crawler::archive_test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Instant second() { return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()); }

class Archive : public Crawling {
 protected:
  Archive() {
    std::string start;
    for (int i = 1; i <= 3; ++i) {
      detail(i, "试验" + std::to_string(i) + "科技有限公司");
      start += (i == 1 ? "\"" : ", \"") + server_.address("/firm/" + std::to_string(i)) + "\"";
    }
    write(
        "sources/register.toml",
        "id = \"register\"\ntitle = \"登记\"\npublisher = \"试验\"\nkind = \"http\"\nterms = \"无\"\nbasis = \"试验\"\n"
        "hosts = [\"127.0.0.1\"]\ncomplete = \"part\"\n[fetch]\nstart = [" +
            start + "]\nstart_role = \"detail\"\npause = 0\n" + R"(
[[page]]
role = "detail"
reader = "html"
kind = "firm"
rows = "//table"
key = ["org_code"]
required = ["firm_name", "org_code"]
[page.columns]
firm_name = "tr[1]/td"
org_code = "tr[2]/td"
)");
    approve();
  }
  void approve() {
    store::SourceApproval approval;
    approval.source = "register";
    approval.state = store::SourceState::kApproved;
    approval.reviewer = "a test";
    approval.terms_hash = list_sources(config_).value().at(0).terms_hash;
    store_->people().decide_source(approval).value();
  }
  void detail(int number, const std::string& name) {
    server_.put("/firm/" + std::to_string(number),
                {200,
                 "<html><meta charset=utf-8><body><table><tr><td>" + name + "</td></tr><tr><td>" + code(number) +
                     "</td></tr></table></body></html>",
                 "Content-Type: text/html; charset=utf-8\r\nETag: \"" + std::to_string(number) + "\"\r\n"});
  }
  std::string firm(int number) { return server_.address("/firm/" + std::to_string(number)); }
  // A night on which the first page is not modified, the second the same, the third another.
  void second_night() {
    server_.put("/firm/1", {304, "", "ETag: \"1\"\r\n"});
    detail(3, "改名科技有限公司");
    EXPECT_EQ(crawl_once(2).counts.changed, 1u);
  }
  std::vector<WarcRecord> records_kept() {
    std::vector<WarcRecord> all;
    for (const auto& [name, length] : store_->facts().segments("register").value()) {
      auto reader = WarcReader::open(store_->folder().captures("register") / name, length).value();
      for (auto record = reader.next().value(); record; record = reader.next().value())
        all.push_back(std::move(*record));
    }
    return all;
  }
  std::vector<std::string> kept() {
    std::vector<std::string> all;
    for (const WarcRecord& r : records_kept())
      if (r.type() != "warcinfo")
        all.push_back(std::string(r.type()) + " " + std::string(r.field("WARC-Target-URI").substr(firm(1).size() - 1)));
    return all;
  }

  TestServer server_;
};

TEST_F(Archive, PagesThatWereTheSameAreRevisits) {
  crawl_once(1);
  EXPECT_THAT(kept(), ElementsAre("response 1", "request 1", "metadata 1", "response 2", "request 2", "metadata 2",
                                  "response 3", "request 3", "metadata 3"));
  second_night();
  const auto records = records_kept();
  ASSERT_EQ(records.size(), 17u);  // warcinfo, nine, two revisits of two, three
  const WarcRecord &first = records[1], &second = records[4], &not_modified = records[10], &same = records[12];
  EXPECT_THAT(first.block, HasSubstr("ETag: \"1\""));
  EXPECT_THAT(records[2].block, HasSubstr("GET /firm/1 HTTP/1.1\r\n"));
  EXPECT_THAT(records[2].block, HasSubstr("User-Agent: "));
  EXPECT_THAT(records[3].block, HasSubstr("robots: "));
  EXPECT_EQ(not_modified.field("WARC-Profile"), "http://netpreserve.org/warc/1.1/revisit/server-not-modified");
  EXPECT_EQ(same.field("WARC-Profile"), "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest");
  for (const auto& [revisit, original] : {std::pair{&not_modified, &first}, std::pair{&same, &second}}) {
    EXPECT_EQ(revisit->type(), "revisit");
    EXPECT_EQ(revisit->field("WARC-Refers-To"), original->id());
    EXPECT_EQ(revisit->field("WARC-Refers-To-Target-URI"), original->field("WARC-Target-URI"));
    EXPECT_EQ(revisit->field("WARC-Refers-To-Date"), original->field("WARC-Date"));
    EXPECT_EQ(revisit->field("WARC-Payload-Digest"), original->field("WARC-Payload-Digest"));
  }
  EXPECT_TRUE(not_modified.block.starts_with("HTTP/1.1 304"));
  EXPECT_THAT(records[11].block, HasSubstr("If-None-Match: \"1\""));
  EXPECT_EQ(records[11].field("WARC-Concurrent-To"), not_modified.id());
  EXPECT_EQ(store_->facts().captures("register", std::nullopt).value().size(), 4u) << "a revisit is no capture";
  EXPECT_TRUE(check_captures(*store_, {"register"}).value().empty());
}

TEST_F(Archive, ATakeDownTakesEveryRecordOfAPage) {
  crawl_once(1);
  second_night();
  ASSERT_TRUE(write_indexes(*store_, ""));
  const auto before = dump();
  const Unwanted one = [&](const store::Capture& c) { return c.url == firm(1); };
  const auto cut = cut_archive(*store_, one, "TanmiaoBot/0.1", false).value();
  ASSERT_EQ(cut.size(), 1u);
  EXPECT_EQ(cut[0].pages, 1u);
  EXPECT_EQ(cut[0].revisits, 1u);
  EXPECT_THAT(kept(), ElementsAre("response 2", "request 2", "metadata 2", "response 3", "request 3", "metadata 3",
                                  "revisit 2", "request 2", "response 3", "request 3", "metadata 3"));
  for (const auto& file : fs::directory_iterator(store_->folder().captures("register")))
    EXPECT_EQ(file.path().filename(), "000002.warc.gz");
  EXPECT_TRUE(check_captures(*store_, {"register"}).value().empty());
  EXPECT_EQ(dump(), before);
  EXPECT_TRUE(cut_archive(*store_, one, "TanmiaoBot/0.1", false).value().empty());
  crawl_once(3);  // not modified once more: there is nothing left that a revisit could refer to
  for (const WarcRecord& r : records_kept())
    EXPECT_FALSE(r.type() == "revisit" && r.field("WARC-Target-URI") == firm(1));
}

// A firm's captures are named by their numbers; the revisit has none, but says what it refers to.
TEST_F(Archive, ATakeDownOfACaptureTakesTheRevisitsOfItsBytes) {
  crawl_once(1);
  second_night();
  const auto captures = store_->facts().captures("register", std::nullopt).value();
  const auto second_page = captures.at(1);
  ASSERT_EQ(second_page.url, firm(2));
  const Unwanted by_number = [&](const store::Capture& c) { return c.id == second_page.id; };
  EXPECT_EQ(cut_archive(*store_, by_number, "TanmiaoBot/0.1", false).value().at(0).revisits, 1u);
  for (const std::string& line : kept()) EXPECT_FALSE(line.ends_with(" 2")) << line;
}

TEST_F(Archive, ByAgeARevisitMayOutliveItsPage) {
  crawl_once(1);
  const Instant later = second() + std::chrono::seconds(1);
  std::this_thread::sleep_until(later);
  second_night();
  const auto cut = prune_archive(*store_, later, "TanmiaoBot/0.1", false).value();
  ASSERT_EQ(cut.size(), 1u);
  EXPECT_EQ(cut[0].pages, 3u);
  EXPECT_EQ(cut[0].revisits, 0u);
  EXPECT_THAT(kept(),
              ElementsAre("revisit 1", "request 1", "revisit 2", "request 2", "response 3", "request 3", "metadata 3"));
  EXPECT_TRUE(prune_archive(*store_, later, "TanmiaoBot/0.1", false).value().empty());
  const auto rest = prune_archive(*store_, second() + std::chrono::hours(1), "TanmiaoBot/0.1", false).value();
  ASSERT_EQ(rest.size(), 1u);
  EXPECT_EQ(rest[0].pages, 1u);
  EXPECT_EQ(rest[0].revisits, 2u);
  EXPECT_TRUE(kept().empty());
}

TEST_F(Archive, WhatIsDamagedIsFoundInRecordsThatAreNoCaptures) {
  crawl_once(1);
  const auto request = records_kept().at(5);
  ASSERT_EQ(request.type(), "request");
  const auto file = store_->folder().captures("register") / "000001.warc.gz";
  {
    std::fstream out(file, std::ios::binary | std::ios::in | std::ios::out);
    out.seekp(static_cast<std::streamoff>(request.offset + request.length / 2));
    out << "damage";
  }
  EXPECT_EQ(check_captures(*store_, {"register"}).value().size(), 1u);
  // By age what cannot be read stays as it lies; a take-down cannot look into it, so it goes.
  const Instant never = Instant(make_date(2000, 1, 1));
  EXPECT_TRUE(prune_archive(*store_, never, "TanmiaoBot/0.1", false).value().empty());
  const Unwanted first = [](const store::Capture& c) { return c.url.ends_with("/firm/1"); };
  EXPECT_EQ(cut_archive(*store_, first, "TanmiaoBot/0.1", false).value().at(0).pages, 1u);
  EXPECT_THAT(kept(), ElementsAre("response 2", "response 3", "request 3", "metadata 3"));
}

// The facts are gone; what the archive holds gives them again, as far as they came from the network.
TEST_F(Archive, RecordsComeAgainFromTheArchiveAlone) {
  crawl_once(1);
  second_night();
  const auto lost = dump();
  store_.reset();
  fs::create_directories(root_ / "other");
  fs::copy(root_ / "data/captures", root_ / "other/captures", fs::copy_options::recursive);
  open("other");
  const store::Night again_night = night(2);
  ASSERT_TRUE(replay_unknown(*store_, again_night, "register", std::nullopt, config_, *reference_));
  store_->facts().finish_night(again_night.id).value();
  const auto captures = store_->facts().captures("register", std::nullopt).value();
  EXPECT_EQ(captures.size(), 3u);
  EXPECT_EQ(records(), 3u);
  EXPECT_TRUE(check_captures(*store_, {"register"}).value().empty());
  EXPECT_THAT(kept(), ElementsAre("response 1", "request 1", "metadata 1", "response 2", "request 2", "metadata 2",
                                  "response 3", "request 3", "metadata 3"));
  const auto again = replay_unknown(*store_, night(3), "register", std::nullopt, config_, *reference_).value();
  EXPECT_EQ(again.counts.parts, 0u) << "what is known is left alone";
  const auto made = dump();
  // Of one night the store is the same.
  open("one");
  detail(1, "试验1科技有限公司");
  approve();
  crawl_once(2);
  EXPECT_EQ(made, dump());
  EXPECT_NE(made, lost) << "the history of two nights is not in the archive's last pages";
}

}  // namespace
}  // namespace tanmiao::crawler::archive_test
