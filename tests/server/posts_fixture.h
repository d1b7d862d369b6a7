// People at the pages: forms sent to the site of site_fixture.h.
#pragma once

#include <regex>
#include <string>

#include "server/posts.h"
#include "tests/server/site_fixture.h"

namespace tanmiao::server {

inline constexpr std::string_view kFirst = "91371600MA3WPBLW37", kSecond = "91371625MA3WPBLW48",
                                  kEvil = "91371625MA3WPBLW59";

inline std::string hidden_value(const Response& page, const std::string& field) {
  std::smatch found;
  const std::regex wanted("name=\"" + field + "\" value=\"([^\"]*)\"");
  return std::regex_search(page.body, found, wanted) ? found[1].str() : std::string();
}

class Posts : public SiteTest {
 protected:
  static std::string firm(std::string_view code) { return "/firm/" + std::string(code); }
  static std::string entry(std::string_view code) { return "/pool/entry/" + std::string(code) + "?track=tech_sme"; }
  Response visit(std::string_view code, Fields more) const {
    Fields fields{{"form", "visit"}, {"version", "走访0"}, {"visited_on", "2026-11-20"}};
    fields.insert(fields.end(), more.begin(), more.end());
    return send(firm(code) + "/people", fields);
  }
  std::string revision(const std::string& path) const { return hidden_value(get(path), "revision"); }
  std::vector<store::PoolEntry> entries() const {
    return people([](store::People& p) { return p.pool_entries().value(); });
  }
  // A batch with both firms in it, signed.
  void admit() const {
    for (const auto code : {kFirst, kSecond}) EXPECT_EQ(visit(code, {{"verdict", "有意申报"}}).status, 303);
    const std::string batch = location(send("/batches", {{"form", "open"}, {"track", "tech_sme"}}));
    batch_ = batch.substr(0, batch.find('?'));
    const Response ticked = send("/pool", {{"form", "ticks"},
                                           {"way", "in"},
                                           {"batch", batch_.substr(9)},
                                           {"firm", std::string(kFirst)},
                                           {"firm", std::string(kSecond)}});
    EXPECT_EQ(ticked.status, 303) << ticked.body;
    EXPECT_EQ(state_to("frozen").status, 303);
    EXPECT_EQ(state_to("signed").status, 303);
  }
  Response state_to(const std::string& to, Fields more = {}) const {
    Fields fields{{"form", "to-" + to}, {"to", to}, {"revision", revision(batch_)}};
    fields.insert(fields.end(), more.begin(), more.end());
    return send(batch_, fields);
  }
  mutable std::string batch_;
};

}  // namespace tanmiao::server
