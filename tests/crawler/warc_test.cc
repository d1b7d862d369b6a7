#include "crawler/warc.h"
#include "crawler/warc_read.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <fstream>
#include <iterator>

#include "crawler/warc_index.h"

namespace tanmiao::crawler::warc_test {
namespace {

namespace fs = std::filesystem;

class Warc : public ::testing::Test {
 protected:
  Warc() : folder_(fs::temp_directory_path() / ("tanmiao_warc_" + std::to_string(::getpid())) / "source") {
    fs::remove_all(folder_.parent_path());
    fs::create_directories(folder_.parent_path());
  }
  ~Warc() override { fs::remove_all(folder_.parent_path()); }

  static WarcResponse response(std::string url, std::string body) {
    WarcResponse r;
    r.url = r.asked = std::move(url);
    r.role = "detail";
    r.robots = "allowed: line 4";
    r.request_head = "GET /secret HTTP/1.1\r\nHost: example.test\r\nAuthorization: Basic abc\r\nX-Key: k\r\n\r\n";
    r.fetched_at = Instant(make_date(2026, 1, 2));
    r.status = 200;
    r.head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n";
    r.body = std::move(body);
    return r;
  }
  fs::path folder_;
};

TEST_F(Warc, GivesBackWhatWasArchived) {
  auto writer = WarcWriter::open(folder_, {}, "test").value();
  std::string bytes = "a\r\n\r\nb";
  bytes.push_back('\0');
  const auto first = writer.append(response("http://example.test/1", bytes), Instant{}).value();
  const auto second = writer.append(response("http://example.test/2", ""), Instant{}).value();
  ASSERT_TRUE(writer.sync());
  const auto got = read_warc(folder_ / first.segment, first.offset).value();
  EXPECT_EQ(got.url, "http://example.test/1");
  EXPECT_EQ(got.body, bytes);
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(got.role, "detail");
  EXPECT_EQ(got.robots, "allowed: line 4");
  EXPECT_EQ(got.head, response("", "").head);
  EXPECT_EQ(read_warc(folder_ / second.segment, second.offset).value().url, "http://example.test/2");
  EXPECT_EQ(read_warc(folder_ / first.segment, first.offset + 1).error().code, Errc::kCorrupt);
}

TEST_F(Warc, IsClosedToOthers) {
  auto writer = WarcWriter::open(folder_, {}, "test").value();
  const auto place = writer.append(response("http://example.test/1", "x"), Instant{}).value();
  struct stat info {};
  ASSERT_EQ(::stat(folder_.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0700u);
  ASSERT_EQ(::stat((folder_ / place.segment).c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
}

TEST_F(Warc, IsCutBackToWhatWasAcknowledged) {
  std::uint64_t length = 0;
  {
    auto writer = WarcWriter::open(folder_, {}, "test").value();
    ASSERT_TRUE(writer.append(response("http://example.test/1", "one"), Instant{}));
    length = writer.length();
    ASSERT_TRUE(writer.append(response("http://example.test/2", "two"), Instant{}));
  }
  std::ofstream(folder_ / "000002.warc.gz") << "never acknowledged";
  auto writer = WarcWriter::open(folder_, {{"000001.warc.gz", length}}, "test").value();
  EXPECT_EQ(fs::file_size(folder_ / "000001.warc.gz"), length);
  EXPECT_FALSE(fs::exists(folder_ / "000002.warc.gz"));
  const auto place = writer.append(response("http://example.test/3", "three"), Instant{}).value();
  EXPECT_EQ(place.offset, length);
  EXPECT_EQ(read_warc(folder_ / place.segment, place.offset).value().body, "three");
}

// The facts that knew the segments are gone: the archive is then all that is left of what came.
TEST_F(Warc, WhatNobodyKnowsAnyMoreIsSetAsideAndNotRemoved) {
  std::uint64_t offset = 0;
  for (int i = 0; i < 2; ++i) {
    auto writer = WarcWriter::open(folder_, {}, "test").value();
    offset = writer.append(response("http://example.test/1", std::to_string(i)), Instant{}).value().offset;
    ASSERT_TRUE(writer.sync());
  }
  auto writer = WarcWriter::open(folder_, {}, "test").value();
  EXPECT_EQ(read_warc(folder_ / "000001.warc.gz.unknown", offset).value().body, "0");
  EXPECT_EQ(read_warc(folder_ / "000001.warc.gz.unknown2", offset).value().body, "1");
  EXPECT_FALSE(fs::exists(folder_ / "000001.warc.gz"));
  EXPECT_EQ(writer.append(response("http://example.test/1", "2"), Instant{}).value().segment, "000001.warc.gz");
}

TEST_F(Warc, SaysWhenAcknowledgedBytesAreMissing) {
  {
    auto writer = WarcWriter::open(folder_, {}, "test").value();
    ASSERT_TRUE(writer.append(response("http://e.test/", ""), Instant{}));
  }
  EXPECT_EQ(WarcWriter::open(folder_, {{"000001.warc.gz", 1 << 20}}, "test").error().code, Errc::kCorrupt);
}

std::string bytes_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

WarcReader reader_of(const std::string& bytes) {
  const auto read = [&bytes](std::uint64_t offset, char* to, std::size_t most) {
    return offset >= bytes.size() ? 0 : bytes.copy(to, most, offset);
  };
  return {read, "test", std::uint64_t{1} << 20};
}

std::vector<WarcRecord> records_of(const fs::path& file) {
  std::vector<WarcRecord> records;
  auto reader = WarcReader::open(file).value();
  for (auto record = reader.next().value(); record; record = reader.next().value())
    records.push_back(std::move(*record));
  return records;
}

TEST_F(Warc, APageIsAResponseItsRequestAndMetadata) {
  auto writer = WarcWriter::open(folder_, {}, "test").value();
  const auto place = writer.append(response("http://example.test/1", "x"), Instant{}).value();
  const auto records = records_of(folder_ / place.segment);
  ASSERT_EQ(records.size(), 4u);
  const std::vector<std::string> types{"warcinfo", "response", "request", "metadata"};
  for (std::size_t i = 0; i < types.size(); ++i) {
    EXPECT_EQ(records[i].type(), types[i]);
    EXPECT_TRUE(records[i].digest_holds());
    EXPECT_FALSE(records[i].field("WARC-Block-Digest").empty());
    EXPECT_EQ(records[i].id().size(), std::string_view("<urn:uuid:00000000-0000-0000-0000-000000000000>").size());
  }
  EXPECT_EQ(records[1].offset, place.offset);
  for (const auto i : {std::size_t{2}, std::size_t{3}})
    EXPECT_EQ(records[i].field("warc-concurrent-to"), records[1].id());
  EXPECT_EQ(records[1].field("WARC-Payload-Digest"),
            "sha256:2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881");  // of "x"
  EXPECT_EQ(records[2].block,
            "GET /1 HTTP/1.1\r\nHost: example.test\r\nAuthorization: (withheld)\r\nX-Key: (withheld)\r\n\r\n");
}

TEST_F(Warc, WhatIsSentIsKeptWithoutSecrets) {
  const std::string kept = request_to_keep(
      "GET /list?page=2&sign=geheim HTTP/1.1\r\nHOST: a.test\r\nCookie: geheim\r\nIf-None-Match: \"1\"\r\n"
      "Proxy-Authorization: geheim\r\nx-ca-signature: geheim\r\nno colon geheim\r\n\r\n",
      "http://a.test/list?page=2");
  EXPECT_EQ(kept.find("geheim"), std::string::npos) << kept;
  EXPECT_TRUE(
      kept.starts_with("GET /list?page=2 HTTP/1.1\r\nHOST: a.test\r\nCookie: (withheld)\r\n"
                       "If-None-Match: \"1\"\r\n"))
      << kept;
  EXPECT_EQ(request_to_keep("", "http://a.test/"), "");
  EXPECT_EQ(request_to_keep("geheim", "http://a.test/"), "");
}

TEST_F(Warc, NoReaderLooksForATransferEncodingThatWasTakenOff) {
  auto sent = response("http://example.test/1", "not in chunks");
  sent.head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\nX: y\r\n";  // one line with a bare LF
  auto writer = WarcWriter::open(folder_, {}, "test").value();
  const auto place = writer.append(sent, Instant{}).value();
  const auto records = records_of(folder_ / place.segment);
  EXPECT_TRUE(records.at(1).block.starts_with(
      "HTTP/1.1 200 OK\r\nX-Archive-Orig-transfer-encoding: chunked\r\nX: y\r\n\r\nnot in chunks"));
  const auto got = read_warc(folder_ / place.segment, place.offset).value();
  EXPECT_EQ(got.head, "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\nX: y\r\n");
  EXPECT_EQ(got.body, sent.body);
}

// Every byte flipped and every length cut: an error, or the records as they were.
TEST_F(Warc, DamageIsAnErrorOrChangesNothing) {
  auto writer = WarcWriter::open(folder_, {}, "test").value();
  const auto place = writer.append(response("http://example.test/1", "some body text"), Instant{}).value();
  const std::string whole = bytes_of(folder_ / place.segment);
  const auto read_all = [](const std::string& bytes) {
    std::string all;
    auto reader = reader_of(bytes);
    for (auto record = reader.next(); record && *record; record = reader.next())
      all += (*record)->fields + (*record)->block + "\n--\n";
    return all;
  };
  const std::string sound = read_all(whole);
  std::size_t errors = 0;
  for (std::size_t at = 0; at < whole.size(); ++at)
    for (const int bit : {1, 16, 128}) {
      std::string damaged = whole;
      damaged[at] = static_cast<char>(damaged[at] ^ bit);
      const std::string got = read_all(damaged);
      if (got != sound) ++errors;
      EXPECT_TRUE(sound.starts_with(got)) << "byte " << at;
      auto reader = reader_of(damaged);
      reader.seek(place.offset);
      (void)reader.peek();
    }
  EXPECT_GT(errors, whole.size() * 2);  // most of a member is under its checksum
  for (std::size_t length = 0; length < whole.size(); ++length) {
    const std::string got = read_all(whole.substr(0, length));
    EXPECT_TRUE(sound.starts_with(got) && got != sound) << length;
  }
}

TEST_F(Warc, ALengthThatIsNotThatOfTheBlockIsDamage) {
  const auto try_record = [&](const std::string& text) {
    std::string packed(compressBound(text.size()) + 64, '\0');
    z_stream stream{};
    deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
    std::string in = text;
    stream.next_in = reinterpret_cast<Bytef*>(in.data());
    stream.avail_in = static_cast<uInt>(in.size());
    stream.next_out = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_out = static_cast<uInt>(packed.size());
    deflate(&stream, Z_FINISH);
    packed.resize(stream.total_out);
    deflateEnd(&stream);
    auto reader = reader_of(packed);
    const auto record = reader.next();
    return record ? std::string() : record.error().message;
  };
  const auto with = [](const std::string& length, const std::string& block) {
    return "WARC/1.1\r\nWARC-Type: response\r\nContent-Length: " + length + "\r\n\r\n" + block + "\r\n\r\n";
  };
  EXPECT_EQ(try_record(with("4", "abcd")), "");
  for (const char* const length : {"3", "5", "", "-4", "4x", "99999999999999999999"})
    EXPECT_NE(try_record(with(length, "abcd")), "") << length;
  EXPECT_NE(try_record("WARC/1.1\r\n\r\nabcd\r\n\r\n"), "");
  EXPECT_NE(try_record("WARC/2.0\r\nContent-Length: 0\r\n\r\n\r\n\r\n"), "");
  EXPECT_NE(try_record(""), "");
  EXPECT_NE(try_record(with("2000000", std::string(2000000, 'a'))), "") << "larger than allowed";
}

TEST_F(Warc, TheIndexFollowsFromTheSegment) {
  auto writer = WarcWriter::open(folder_, {}, "test").value();
  std::string name;
  for (const char* const url : {"http://www.b.test/z?b=2&a=1", "http://a.test/", "http://127.0.0.1:8080/Q"})
    name = writer.append(response(url, url), Instant{}).value().segment;
  const WarcOriginal original{"<urn:x>", "http://a.test/", "2026-01-02T00:00:00Z", "sha256:00", "http://a.test/"};
  ASSERT_TRUE(writer.append_revisit(response("http://a.test/", ""), original, Revisit::kNotModified, Instant{}));
  const fs::path segment = folder_ / name;
  std::string damage;
  const auto walked = index_segment(segment, writer.length(), damage);
  ASSERT_EQ(walked.size(), 4u) << damage;
  ASSERT_TRUE(write_warc_index(segment, writer.length()));
  const std::string text = bytes_of(warc_index_of(segment));
  EXPECT_TRUE(text.starts_with("!segment {\"filename\":\"000001.warc.gz\",\"length\":")) << text;
  EXPECT_NE(text.find("\n127.0.0.1:8080)/q 20260102000000 {\"url\":\"http://127.0.0.1:8080/Q\",\"mime\":\"text/html\","
                      "\"status\":\"200\",\"digest\":\"sha256:"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("\ntest,b)/z?a=1&b=2 "), std::string::npos) << text;
  const auto listed = entries_of_segment(segment, writer.length(), damage);
  ASSERT_EQ(listed.size(), walked.size());
  for (const auto& entry : listed) {
    const auto record = [&] {
      auto reader = WarcReader::open(segment).value();
      reader.seek(entry.offset);
      return *reader.next().value();
    }();
    EXPECT_EQ(record.length, entry.length);
    EXPECT_EQ(record.type(), entry.type);
    EXPECT_EQ(record.field("WARC-Target-URI"), entry.url);
  }
  ASSERT_TRUE(write_warc_index(segment, writer.length()));
  EXPECT_EQ(bytes_of(warc_index_of(segment)), text);
  ASSERT_TRUE(writer.append(response("http://c.test/", "c"), Instant{}));
  EXPECT_EQ(entries_of_segment(segment, writer.length(), damage).size(), 5u) << "an index of another length is none";
  EXPECT_EQ(damage, "");
  EXPECT_EQ(entries_of_segment(segment, writer.length() - 3, damage).size(), 5u);
  EXPECT_NE(damage, "");  // the last record, metadata, is cut
  EXPECT_EQ(write_warc_index(segment, writer.length() - 3).error().code, Errc::kCorrupt);
}

// Bytes that deflate makes no shorter.
std::string noise(std::size_t length, std::uint32_t seed) {
  std::string out(length, '\0');
  for (char& c : out) c = static_cast<char>((seed = seed * 1664525 + 1013904223) >> 24);
  return out;
}

// Appends until the segment is long enough to be closed: pages of all kinds, some of them the same.
void fill_segment(WarcWriter& writer, const WarcResponse& like) {
  const WarcOriginal original{"<urn:x>", "http://a.test/", "2026-01-02T00:00:00Z", "sha256:00", "http://a.test/p"};
  const std::vector<std::string> addresses{"http://www.b.test/z?b=2&a=1", "http://a.test/\xE4\xBC\x81\xE4\xB8\x9A",
                                           "http://127.0.0.1:8080/Q", "http://h.test/list#POST:form:start=0&A=b",
                                           "http://a.test/\"quoted\"\\"};
  const std::vector<std::string> heads{like.head, "HTTP/1.1 404 Not Found\r\nContent-Type: Text/HTML; charset=GBK\r\n",
                                       "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Type:\r\n",
                                       "HTTP/1.1\r\n", "HTTP/1.1 200 OK\r\nX-\"\xFF: \x01\r\n"};
  const std::string body = noise(200'000, 7);
  for (std::size_t i = 0; writer.is_open() || i == 0; ++i) {
    WarcResponse page = like;
    page.url = addresses[i % addresses.size()];
    page.asked = page.url + (i % 7 == 0 ? std::to_string(i) : "");
    if (i % 3 == 0) page.url += "&n=" + std::to_string(i % 100);
    page.head = heads[i % heads.size()];
    page.fetched_at += std::chrono::seconds(i % 60);
    page.body = body.substr(0, i % 20 == 0 ? body.size() : i % 11);
    ASSERT_TRUE(writer.append(page, page.fetched_at));
    if (i % 5 == 0) {
      ASSERT_TRUE(writer.append_revisit(page, original, Revisit::kSamePayload, page.fetched_at));
    }
    if (i % 100 == 99) {
      writer.rotate_when_long();
    }
  }
}

TEST_F(Warc, LinesMadeWhileWritingAreThoseOfReadingAgain) {
  auto writer = WarcWriter::open(folder_, {}, "test").value();
  fill_segment(writer, response("http://a.test/", ""));
  const fs::path segment = folder_ / writer.segment();
  const std::string lines = bytes_of(warc_index_of(segment));
  EXPECT_GT(lines.size(), std::size_t{1} << 20) << "fewer than go into a file";
  ASSERT_TRUE(fs::remove(warc_index_of(segment)));
  ASSERT_TRUE(write_warc_index(segment, writer.length()));
  EXPECT_TRUE(bytes_of(warc_index_of(segment)) == lines);
}

TEST_F(Warc, ASegmentThatIsGoneOnWithHasTheLinesOfAllOfIt) {
  std::uint64_t acknowledged = 0;
  {
    auto killed = WarcWriter::open(folder_, {}, "test").value();
    for (int i = 0; i < 10; ++i)
      ASSERT_TRUE(killed.append(response("http://first.test/" + std::to_string(i), noise(1000, 3)), Instant{}));
    acknowledged = killed.length();
    ASSERT_TRUE(killed.append(response("http://lost.test/", "x"), Instant{}));
  }
  auto writer = WarcWriter::open(folder_, {{"000001.warc.gz", acknowledged}}, "test").value();
  ASSERT_EQ(writer.length(), acknowledged);
  fill_segment(writer, response("http://a.test/", ""));
  ASSERT_EQ(writer.segment(), "000001.warc.gz");
  const fs::path segment = folder_ / writer.segment();
  const std::string lines = bytes_of(warc_index_of(segment));
  EXPECT_NE(lines.find("\ntest,first)/9 "), std::string::npos);
  EXPECT_EQ(lines.find("lost"), std::string::npos);
  ASSERT_TRUE(write_warc_index(segment, writer.length()));
  EXPECT_TRUE(bytes_of(warc_index_of(segment)) == lines);
}

// Copied members have no lines, and an answer without a head is none that a reader takes.
TEST_F(Warc, WhereALineIsMissingTheSegmentIsReadAgain) {
  for (const bool readable : {true, false}) {
    auto writer = WarcWriter::open(folder_, {}, "test").value();
    ASSERT_TRUE(writer.begin_segment(Instant{}));
    WarcResponse odd = response("http://odd.test/", "no end");
    if (!readable) odd.head.clear();
    const PackedResponse packed = pack_response(odd);
    EXPECT_EQ(packed.line.known(), readable);
    ASSERT_TRUE(readable ? writer.append_member(packed.members) : writer.append(packed, Instant{}));
    fill_segment(writer, response("http://a.test/", ""));
    const fs::path index = warc_index_of(folder_ / writer.segment());
    EXPECT_EQ(fs::exists(index), readable) << "of what cannot be read whole there is no index";
    EXPECT_EQ(readable, fs::exists(index) && bytes_of(index).find("\ntest,odd)/ ") != std::string::npos);
    fs::remove_all(folder_);
  }
}

}  // namespace
}  // namespace tanmiao::crawler::warc_test
