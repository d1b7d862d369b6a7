// Counters of a delivery live and die with its batch; those of the last good one change with its publication.
#include "store_fixture.h"

namespace tanmiao::store::tallies_test {
namespace {

using ::testing::IsEmpty;

class TalliesTest : public StoreTest {
 protected:
  Batch read(int number, const Tallies& tallies) {
    Batch batch = begin(number);
    CrawlGroup group;
    group.parts = {{"list", static_cast<std::uint64_t>(number), 1, {}, {}}};
    group.records = {firm("A", "渤海路")};
    group.tallies = tallies;
    EXPECT_TRUE(facts().commit(batch.id, group));
    return batch;
  }
};

TEST_F(TalliesTest, CountersAreAddedUpAndOfSomeTheHighestCounts) {
  const Batch batch = read(1, {{"page", {{"records", 2}, {"^newest", 9}}}});
  CrawlGroup more;
  more.tallies = {{"page", {{"records", 3}, {"^newest", 7}}}, {"other", {{"records", 0}}}};
  ASSERT_TRUE(facts().commit(batch.id, more));
  const Tallies expected = {{"page", {{"records", 5}, {"^newest", 9}}}, {"other", {{"records", 0}}}};
  EXPECT_EQ(facts().tallies(batch.id).value(), expected);
}

TEST_F(TalliesTest, PublicationReplacesScopesAndAHeldBatchLeavesNothing) {
  const Batch first = read(1, {{"a", {{"records", 2}}}});
  const Tallies good = {{"a", {{"records", 2}, {"old", 1}}}, {"b", {{"records", 4}}}};
  ASSERT_TRUE(facts().publish_crawl(first.id, Completeness::kByPart, good));
  EXPECT_THAT(facts().tallies(first.id).value(), IsEmpty());
  ASSERT_TRUE(facts().finish_night(night_.id));
  const Batch held = read(2, {{"a", {{"records", 1}}}});
  ASSERT_TRUE(facts().hold(held.id, "too few", "[1]"));
  EXPECT_THAT(facts().tallies(held.id).value(), IsEmpty());
  EXPECT_EQ(facts().good_tallies("register").value(), good);
  ASSERT_TRUE(facts().finish_night(night_.id));
  const Batch next = read(3, {});
  ASSERT_TRUE(facts().publish_crawl(next.id, Completeness::kByPart, {{"a", {{"records", 3}}}}));
  const Tallies after = {{"a", {{"records", 3}}}, {"b", {{"records", 4}}}};
  EXPECT_EQ(facts().good_tallies("register").value(), after);
  EXPECT_EQ(facts().live_records("register").value(), 1u);
  EXPECT_EQ(facts().live_records("nobody").value(), 0u);
}

TEST_F(TalliesTest, OnlyABreachThatStillHoldsCanBeAccepted) {
  const Batch unread = read(1, {});
  ASSERT_TRUE(facts().hold(unread.id, "cannot be read"));
  EXPECT_EQ(facts().accept_held(unread.id, "{}").error().code, Errc::kConflict);
  const Batch held = read(1, {});
  ASSERT_TRUE(facts().hold(held.id, "too few", "[1]"));
  ASSERT_TRUE(facts().accept_held(held.id, "{\"by\":\"office\"}"));
  const auto waiting = facts().held_batches("register").value();
  ASSERT_EQ(waiting.size(), 2u);
  EXPECT_EQ(waiting[1].breaches, "[1]");
  EXPECT_EQ(waiting[1].accepted, "{\"by\":\"office\"}");
  const Batch next = read(1, {});
  ASSERT_TRUE(facts().publish_crawl(next.id, Completeness::kByPart));
  EXPECT_THAT(facts().held_batches("register").value(), IsEmpty());
  EXPECT_EQ(facts().accept_held(held.id, "{}").error().code, Errc::kConflict);
}

}  // namespace
}  // namespace tanmiao::store::tallies_test
