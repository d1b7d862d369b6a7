// The state of a list in its address.
#include "server/list_query.h"

#include <gtest/gtest.h>

namespace tanmiao::server::list_query_test {
namespace {

Result<ListQuery> parse(const std::string& target) {
  Request request;
  EXPECT_TRUE(parse_target(target, request));
  return parse_list_query(request, kCandidateWords);
}

TEST(ListQuery, ItsAddressHoldsTheWholeState) {
  const std::string address = "?campaign=steel&q=%E9%93%9D&judgement=little&unit=a&unit=b&sort=known&page=3";
  const auto query = parse("/" + address);
  ASSERT_TRUE(query);
  EXPECT_EQ(query->address(), address);
  EXPECT_EQ(parse("/" + query->address())->address(), address);
}

TEST(ListQuery, TheDefaultOrderAndPageAreNotWritten) { EXPECT_EQ(parse("/?sort=rank&page=1&q=")->address(), ""); }

TEST(ListQuery, AFilterIsToggledAndStartsAtTheFirstPage) {
  const ListQuery query = *parse("/?unit=a&page=4");
  EXPECT_EQ(query.with("unit", "b").address(), "?unit=a&unit=b");
  EXPECT_EQ(query.with("unit", "a").address(), "");
  EXPECT_EQ(query.without("unit").address(), "");
  EXPECT_EQ(query.sorted("name").address(), "?unit=a&sort=name");
}

TEST(ListQuery, WhatItDoesNotKnowIsNamed) {
  for (const char* bad :
       {"/?sort=nonsense", "/?page=0", "/?page=-1", "/?page=x", "/?page=99999999999999999999", "/?nonsense=1"}) {
    const auto query = parse(bad);
    ASSERT_FALSE(query) << bad;
    EXPECT_EQ(query.error().code, Errc::kUsage);
  }
  EXPECT_EQ(parse("/?q=" + std::string(300, 'a')).error().code, Errc::kLimit);
  std::string many = "/?unit=0";
  for (int i = 1; i < 100; ++i) many += "&unit=" + std::to_string(i);
  EXPECT_EQ(parse(many).error().code, Errc::kLimit);
}

}  // namespace
}  // namespace tanmiao::server::list_query_test
