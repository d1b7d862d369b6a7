// Addresses, known parts and what was asked for, one by one as a crawl wants them.
#include "store_fixture.h"

namespace tanmiao::store::frontier_test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class FrontierOfBatch : public StoreTest {
 protected:
  FrontierUrl url(const std::string& address, UrlState state = UrlState::kWaiting) {
    FrontierUrl out;
    out.url = address;
    out.role = "detail";
    out.state = state;
    out.id = facts().next_url_ids(1).value();
    return out;
  }
  void commit(BatchId batch, std::vector<FrontierUrl> urls) {
    CrawlGroup group;
    group.urls = std::move(urls);
    facts().commit(batch, group).value();
  }
};

TEST_F(FrontierOfBatch, NumbersAreGivenOnceAndGoOnAfterARestart) {
  const Batch batch = begin(1);
  EXPECT_EQ(facts().next_url_ids(3).value(), 1u);
  FrontierUrl fourth = url("https://example.test/4");
  EXPECT_EQ(fourth.id, 4u);
  commit(batch.id, {fourth});
  reopen();
  EXPECT_EQ(facts().next_url_ids(1).value(), 5u);
}

TEST_F(FrontierOfBatch, AnAddressWithoutANumberIsRefused) {
  const Batch batch = begin(1);
  CrawlGroup group;
  group.urls = {{"https://example.test/1", "", "list", 0, UrlState::kWaiting, 0, ""}};
  EXPECT_EQ(facts().commit(batch.id, group).error().code, Errc::kUsage);
}

// Of what failed or was refused what says so in its note; of what waits that end is kept.
TEST_F(FrontierOfBatch, WhatSaysSoIsHandedOn) {
  const std::string tried = "留待再访：自 2026-01-02，末次 2026-01-03",
                    allowed = "留待许可：自 2026-01-02，末次 2026-01-02";
  const auto noted = [&](const std::string& name, UrlState state, const std::string& note) {
    FrontierUrl out = url("https://example.test/" + name, state);
    out.note = note;
    out.attempts = 4;
    return out;
  };
  const auto next = [&](int number, bool held) {
    const BatchId last = facts().batches(night_.id).value().back().id;
    if (held)
      facts().hold(last, "a test").value();
    else
      facts().publish_crawl(last, Completeness::kByPart).value();
    facts().finish_night(night_.id).value();
    std::map<std::string, std::string> found;
    for (const FrontierUrl& one : facts().frontier(begin(number).id).value()) {
      EXPECT_EQ(one.state, UrlState::kWaiting);
      EXPECT_EQ(one.attempts, 0);
      found[one.url.substr(std::string("https://example.test/").size())] = one.note;
    }
    return found;
  };
  const Batch batch = begin(1);
  commit(batch.id, {noted("failed", UrlState::kFailed, "主机应答 500；" + tried),
                    noted("refused", UrlState::kRefused, "robots.txt 不允许（第 2 行）；" + allowed),
                    noted("failed for good", UrlState::kFailed, "主机应答 403"),
                    noted("said within", UrlState::kFailed, tried + "；主机应答 403"),
                    noted("done", UrlState::kDone, tried), noted("waits", UrlState::kWaiting, ""),
                    noted("waits again", UrlState::kWaiting, tried), noted("leased", UrlState::kLeased, allowed)});
  using Notes = std::map<std::string, std::string>;
  const Notes first = next(2, false);
  EXPECT_EQ(
      first,
      (Notes{
          {"failed", tried}, {"refused", allowed}, {"waits", kLeftOver}, {"waits again", tried}, {"leased", allowed}}));
  EXPECT_EQ(next(3, true), first) << "nobody asked for any of them";
}

TEST_F(FrontierOfBatch, TheLastStateOfAnAddressCountsAndDoneStaysDone) {
  const Batch batch = begin(1);
  FrontierUrl a = url("https://example.test/a"), b = url("https://example.test/b");
  FrontierUrl leased = a, done = a;
  leased.state = UrlState::kLeased;
  done.state = UrlState::kDone;
  done.attempts = 2;
  commit(batch.id, {a, b, leased, done, a});
  const auto stored = facts().frontier(batch.id).value();
  ASSERT_EQ(stored.size(), 2u);
  EXPECT_EQ(stored[0].state, UrlState::kDone);
  EXPECT_EQ(stored[0].attempts, 2);
  EXPECT_EQ(stored[1].state, UrlState::kWaiting);
  commit(batch.id, {leased});
  EXPECT_EQ(facts().frontier(batch.id).value()[0].state, UrlState::kDone);
}

TEST_F(FrontierOfBatch, AddressesComeInTheOrderInWhichTheyAreWanted) {
  const Batch batch = begin(1);
  const FrontierUrl a = url("https://example.test/a"), b = url("https://example.test/b");
  commit(batch.id, {a, b});
  std::vector<std::string> found;
  for (const FrontierUrl& one : facts().urls({b.id, a.id}).value()) found.push_back(one.url);
  EXPECT_THAT(found, ElementsAre(b.url, a.url));
  EXPECT_EQ(facts().urls({a.id, 99}).error().code, Errc::kCorrupt);
  EXPECT_THAT(facts().urls({}).value(), IsEmpty());
}

TEST_F(FrontierOfBatch, AVisitorsErrorEndsTheWalk) {
  const Batch batch = begin(1);
  commit(batch.id, {url("https://example.test/a"), url("https://example.test/b")});
  int calls = 0;
  const Status said = facts().each_url(batch.id, [&](FrontierUrl&&) -> Status {
    ++calls;
    return Error{Errc::kCancelled, "enough", {}};
  });
  EXPECT_EQ(said.error().code, Errc::kCancelled);
  EXPECT_EQ(calls, 1);
}

TEST_F(FrontierOfBatch, OneKnownPartIsThatOfAllOfThem) {
  EXPECT_FALSE(facts().any_parts("register").value());
  night(1, {firm("A", "渤海路", "a.zip!1.csv")}, Completeness::kByPart, {"a.zip", "a.zip!1.csv", "a.zip!2.csv", "b"});
  EXPECT_TRUE(facts().any_parts("register").value());
  const auto all = facts().parts("register").value();
  const auto one = facts().part("register", "a.zip!1.csv").value();
  ASSERT_TRUE(one);
  EXPECT_EQ(one->bytes_hash, all.at("a.zip!1.csv").bytes_hash);
  EXPECT_EQ(one->seen, clock_of(1));
  EXPECT_FALSE(facts().part("register", "c").value());
  EXPECT_FALSE(facts().part("other", "b").value());
  EXPECT_THAT(facts().parts_within("register", "a.zip!").value(), ElementsAre("a.zip!1.csv", "a.zip!2.csv"));
}

TEST_F(FrontierOfBatch, WhatIsAskedCountsForTheCivilDay) {
  const auto ask = [&](BatchId batch, std::uint64_t requests, std::uint64_t bytes) {
    CrawlGroup group;
    group.asked = {requests, bytes};
    facts().commit(batch, group).value();
  };
  Batch batch = begin(1);
  ask(batch.id, 3, 500);
  ask(batch.id, 1, 20);
  facts().publish_crawl(batch.id, Completeness::kByPart).value();
  facts().finish_night(night_.id).value();
  batch = begin(1);
  ask(batch.id, 1, 1);
  EXPECT_EQ(facts().asked("register", day(1)).value().requests, 5u);
  EXPECT_EQ(facts().asked("register", day(1)).value().bytes, 521u);
  EXPECT_EQ(facts().asked("other", day(1)).value().requests, 0u);
  facts().finish_night(night_.id).value();
  ask(begin(2).id, 7, 7);
  EXPECT_EQ(facts().asked("register", day(2)).value().requests, 7u);
  EXPECT_EQ(facts().asked("register", day(1)).value().requests, 0u) << "an earlier day is forgotten";
}

}  // namespace
}  // namespace tanmiao::store::frontier_test
