// When a host may be asked: never sooner than it may, later when it is slow or in trouble, not at all when it says so.
#include "crawler/host_pace.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace tanmiao::crawler::host_pace_test {
namespace {

using namespace std::chrono_literals;
using Kind = HostPace::Next::Kind;
using Time = HostPace::Time;

const Time kBegin = Time{} + 1000h;
constexpr std::chrono::minutes kNoon{12 * 60};

// A host on a clock of its own: asks as soon as it may, the answer comes after `took`.
struct Walk {
  PaceRules rules;
  HostPace pace;
  Time now = kBegin;

  std::chrono::milliseconds wait() const {
    const auto next = pace.next(rules, now, kNoon);
    EXPECT_TRUE(next.kind == Kind::kNow || next.kind == Kind::kAt);
    return next.kind == Kind::kAt ? std::chrono::ceil<std::chrono::milliseconds>(next.at - now) : 0ms;
  }
  void ask(int status, std::chrono::milliseconds took = 100ms, std::chrono::seconds retry_after = 0s) {
    now += wait();
    ASSERT_EQ(pace.next(rules, now, kNoon).kind, Kind::kNow);
    pace.began();
    EXPECT_EQ(pace.next(rules, now, kNoon).kind, Kind::kBusy);
    now += took;
    pace.ended(rules, now, {status, false, took, retry_after});
  }
};

TEST(HostPace, TheFirstRequestGoesAtOnceAndTheNextAfterThePause) {
  Walk walk;
  EXPECT_EQ(walk.wait(), 0ms);
  walk.ask(200);
  EXPECT_EQ(walk.wait(), 3000ms);
  walk.ask(404);  // an answer like any other
  EXPECT_EQ(walk.wait(), 3000ms);
}

TEST(HostPace, AfterACrashTheFirstWaitsAFullPause) {
  Walk walk;
  walk.pace.asked_before(kBegin);
  EXPECT_EQ(walk.wait(), 3000ms);
  walk.pace.wish("http://h.test", 10s);
  EXPECT_EQ(walk.wait(), 10s) << "or what its robots.txt asked for";
}

TEST(HostPace, TheHostsOwnWishCountsWhenItIsLonger) {
  Walk walk;
  walk.ask(200);
  walk.pace.wish("http://h.test", 10s);
  EXPECT_EQ(walk.wait(), 10s);
  walk.pace.wish("https://h.test", 1s);
  EXPECT_EQ(walk.wait(), 10s) << "whichever of its origins was asked last";
  walk.pace.wish("http://h.test", 1s);
  EXPECT_EQ(walk.wait(), 3s);
  walk.pace.wish("https://h.test", 0s);
  EXPECT_EQ(walk.pace.wishes().size(), 1u);
}

TEST(HostPace, WhatAHostEarnedOutlivesTheProcess) {
  Walk walk;
  for (int i = 0; i < 4; ++i) walk.ask(500);
  Walk next;
  next.pace.take_up(walk.pace.earned());
  next.pace.asked_before(kBegin);
  EXPECT_EQ(next.wait(), 48s) << "four failures: sixteen times the pause";
  next.ask(500);
  EXPECT_EQ(next.wait(), 60s) << "the fifth in a row opens the circuit";
}

TEST(HostPace, ASlowHostIsAskedLessOftenUntilItIsWellAgain) {
  Walk walk;
  for (int i = 0; i < 10; ++i) walk.ask(200, 200ms);
  EXPECT_EQ(walk.wait(), 3000ms);
  walk.ask(200, 5s);
  EXPECT_EQ(walk.wait(), 4500ms);
  walk.ask(200, 5s);
  EXPECT_EQ(walk.wait(), 6750ms);
  for (int i = 0; i < 20; ++i) walk.ask(200, 200ms);
  EXPECT_EQ(walk.wait(), 3000ms);
}

TEST(HostPace, ARetryAfterIsHeededAndOneThatIsTooLongEndsTheNight) {
  Walk walk;
  walk.ask(503, 10ms, 120s);
  EXPECT_EQ(walk.wait(), 120s);
  walk.ask(429, 10ms, 301s);
  EXPECT_TRUE(walk.pace.over());
  EXPECT_THAT(walk.pace.why_over(), testing::HasSubstr("301"));
  EXPECT_EQ(walk.pace.resting_until(), walk.now + 301s) << "nor is it forgotten when the night ends before";
}

TEST(HostPace, FiveFailuresInARowLetItRestLongerEachTimeAndThenForTheNight) {
  Walk walk;
  walk.rules.slowest = 3s;  // the pauses between stay out of the picture
  for (int i = 0; i < 4; ++i) walk.ask(500);
  EXPECT_EQ(walk.wait(), 3s);
  walk.ask(500);
  EXPECT_EQ(walk.wait(), 60s);
  walk.ask(0);  // the one that tries
  EXPECT_EQ(walk.wait(), 120s);
  walk.ask(502);
  EXPECT_EQ(walk.wait(), 240s);
  walk.ask(500);
  EXPECT_TRUE(walk.pace.over());
}

TEST(HostPace, AnAnswerClosesTheCircuit) {
  Walk walk;
  walk.rules.slowest = 3s;
  for (int i = 0; i < 5; ++i) walk.ask(500);
  walk.ask(200);
  for (int i = 0; i < 4; ++i) walk.ask(500);
  EXPECT_EQ(walk.wait(), 3s);
}

TEST(HostPace, WhatAHostRefusesIsNoTroubleOfIts) {  // crawler/stop_signs.h looks at it
  Walk walk;
  for (int i = 0; i < 20; ++i) walk.ask(i % 2 == 0 ? 403 : 412);
  EXPECT_FALSE(walk.pace.over());
  EXPECT_EQ(walk.wait(), 3s);
}

TEST(HostPace, WhatEndsForAReasonOfOursSaysNothingOfTheHost) {
  Walk walk;
  for (int i = 0; i < 20; ++i) {
    walk.now += walk.wait();
    walk.pace.began();
    walk.pace.ended(walk.rules, walk.now, {0, true, 0ms, 0s});
  }
  EXPECT_FALSE(walk.pace.over());
  EXPECT_EQ(walk.wait(), 3s);
}

TEST(HostPace, HoursOfTheDayMayGoOverMidnight) {
  const auto night = parse_window("22:00-06:00").value();
  EXPECT_TRUE(night.holds(22h));
  EXPECT_TRUE(night.holds(5h + 59min));
  EXPECT_FALSE(night.holds(6h));
  EXPECT_FALSE(night.holds(21h + 59min));
  EXPECT_EQ(night.text(), "22:00-06:00");
  EXPECT_TRUE(parse_window("08:30-17:00").value().holds(kNoon));
  EXPECT_TRUE(parse_window("00:00-24:00").value().holds(0min));
  for (const char* const wrong :
       {"", "22", "22:00", "25:00-06:00", "22:60-06:00", "a-b", "22:00-06:00x", "-", "24:01-1:00"})
    EXPECT_FALSE(parse_window(wrong)) << wrong;
  Walk walk;
  walk.rules.window = night;
  EXPECT_EQ(walk.pace.next(walk.rules, walk.now, kNoon).kind, Kind::kShut);
  EXPECT_EQ(walk.pace.next(walk.rules, walk.now, kNoon).at, walk.now + 10h);
  EXPECT_EQ(night.opens_in(23h), 0min);
  EXPECT_EQ(parse_window("01:00-02:00").value().opens_in(23h), 120min);
  EXPECT_EQ(walk.pace.next(walk.rules, walk.now, 1h).kind, Kind::kNow);
  EXPECT_FALSE(walk.pace.over());  // the host is not to blame
}

// Whatever comes back and however long it takes: two requests are never nearer than the pause and the wish of the host,
// no pause is longer than the slowest, and a Retry-After is never undercut.
RC_GTEST_PROP(HostPaceProperty, NeverSoonerThanItMay, ()) {
  Walk walk;
  walk.rules.pause = std::chrono::milliseconds(*rc::gen::inRange(1, 5000));
  walk.rules.slowest = walk.rules.pause * *rc::gen::inRange(1, 20);
  const auto wish = std::chrono::milliseconds(*rc::gen::inRange(0, 8000));
  walk.pace.wish("http://h.test", wish);
  const int steps = *rc::gen::inRange(1, 60);
  for (int i = 0; i < steps && !walk.pace.over(); ++i) {
    const int status = *rc::gen::element(0, 200, 200, 200, 304, 403, 404, 429, 500, 503);
    const auto took = std::chrono::milliseconds(*rc::gen::inRange(0, 20'000));
    const auto retry = std::chrono::seconds(status == 429 || status == 503 ? *rc::gen::inRange(0, 300) : 0);
    walk.ask(status, took, retry);
    if (walk.pace.over()) break;
    const auto wait = walk.wait();
    RC_ASSERT(wait >= walk.rules.pause);
    RC_ASSERT(wait >= wish);
    RC_ASSERT(wait >= retry);
    RC_ASSERT(walk.pace.pause(walk.rules) <= std::max({walk.rules.slowest, walk.rules.pause, wish}));
  }
}

}  // namespace
}  // namespace tanmiao::crawler::host_pace_test
