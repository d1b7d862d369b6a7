// What is said of a text 16 bytes at a time is what its characters say one by one.
#include "core/text/scan.h"

#include "core/text/normalize.h"
#include "tests/core/generators.h"

namespace tanmiao::text_scan_test {
namespace {

using namespace testing;

bool in(char32_t c, char32_t low, char32_t high) { return c >= low && c <= high; }
bool han(char32_t c) { return in(c, 0x4E00, 0x9FFF); }
bool sign(char32_t c) { return in(c, 0x3001, 0x3011) || in(c, 0xFF01, 0xFF3F); }
bool leftover(char32_t c) { return c == U'锟' || c == U'斤' || c == U'锘' || c == U'烫' || c == U'屯'; }

template <class Test>
bool all(std::string_view s, Test test) {
  if (!text::valid_utf8(s)) return false;
  const auto points = text::code_points(s);
  return std::all_of(points.begin(), points.end(), test);
}
bool common(std::string_view s) {
  return all(s, [](char32_t c) { return (in(c, 0x20, 0x7E) && c != '[') || (han(c) && !leftover(c)) || sign(c); });
}
bool plain(std::string_view s) {
  return common(s) && all(s, [](char32_t c) { return c != ' ' && !sign(c); });
}

// Mostly what is common, with characters at the edges of the ranges between, and now and then a byte of another text.
std::string nearly_common() {
  static constexpr char32_t kEdges[] = {0x00,   0x09,   0x1F,   0x20,   '[',    0x7E,   0x7F,   0x80,   0xA0,   0x7FF,
                                        0x800,  0x2010, 0x3000, 0x3001, 0x3011, 0x3012, 0x4DFF, 0x4E00, 0x9FFF, 0xA000,
                                        0xD7FF, 0xE000, 0xFEFF, 0xFF00, 0xFF01, 0xFF3F, 0xFF40, 0xFFFE, 0x10000};
  static constexpr char32_t kLeftovers[] = {U'锟', U'斤', U'锘', U'烫', U'屯'};
  std::string out;
  const int odd = between(0, 3) == 0 ? 10 : 0;
  for (int i = between(0, 60); i > 0; --i) {
    char32_t c = between(0, 1) == 0 ? within<char32_t>(0x4E00, 0xA000) : within<char32_t>(0x21, 0x5B);
    if (chance(odd)) c = one_of(kEdges);
    if (chance(odd / 5)) c = one_of(kLeftovers);
    text::append_utf8(out, c);
  }
  if (!out.empty() && chance(odd)) out[within<std::size_t>(0, out.size())] = static_cast<char>(between(0, 255));
  if (!out.empty() && chance(odd)) out.resize(out.size() - 1);
  return out;
}

RC_GTEST_PROP(ScanProperty, AgreesWithTheCharacters, ()) {
  for (int i = 0; i < 20; ++i) {
    const std::string s = chance(90) ? nearly_common() : any_bytes();
    const text::Scan scan = text::scan(s);
#if defined(__SSE2__)
    RC_ASSERT(scan.common == common(s));
    RC_ASSERT(scan.plain == plain(s));
#else
    RC_ASSERT(!scan.common || common(s));
    RC_ASSERT(!scan.plain || plain(s));
#endif
    RC_ASSERT(text::ascii_and_han(s) == all(s, [](char32_t c) { return c < 0x80 || han(c); }));
  }
}

RC_GTEST_PROP(ScanProperty, AValidBeginningIsOneAndNearlyAllOfAWholeText, ()) {
  for (int i = 0; i < 20; ++i) {
    const std::string s = chance(90) ? nearly_common() : any_bytes();
    const std::size_t length = text::surely_valid_prefix(s);
    RC_ASSERT(length <= s.size());
    RC_ASSERT(text::valid_utf8(std::string_view(s).substr(0, length)));
    RC_ASSERT(std::string_view(s).substr(0, length).find('\0') == std::string_view::npos);
#if defined(__SSE2__)
    if (all(s, [](char32_t c) { return (c > 0 && c < 0x80) || han(c) || sign(c); })) RC_ASSERT(length + 18 > s.size());
#endif
  }
}

TEST(Scan, TellsEachThreeByteCharacterWhereverItStands) {
  for (char32_t c = 0x800; c <= 0xFFFF; ++c) {
    if (in(c, 0xD800, 0xDFFF)) continue;
    const std::string before(c % 17, 'x');
    std::string s = before;
    text::append_utf8(s, c);
    ASSERT_EQ(text::scan(s).common, common(s)) << static_cast<unsigned>(c);
    ASSERT_EQ(text::ascii_and_han(s), han(c)) << static_cast<unsigned>(c);
  }
}

}  // namespace
}  // namespace tanmiao::text_scan_test
