// What the elements of HTML mean for the shape of a page (HTML Living Standard, 4 and 13.1.2.4; which end tags may be
// left out).
#pragma once

#include <cstdint>
#include <string_view>

namespace tanmiao::crawler {

struct HtmlElement {
  enum Group : std::uint16_t {
    kOther = 0,
    kParagraph = 1,
    kItem = 2,       // li
    kTerm = 4,       // dt, dd
    kOption = 8,     // also optgroup
    kCell = 16,      // td, th
    kRow = 32,       // tr
    kRows = 64,      // thead, tbody, tfoot
    kCaption = 128,  // also colgroup
    kTable = 256,
    kList = 512,  // what items and terms stand in
    kSelect = 1024,
    kHeading = 2048,
    kAnchor = 4096,
    kShell = 8192,  // html, head, body, and what shuts its content off: button, object
  };
  enum class Content : std::uint8_t { kElements, kNone, kRaw, kText };

  std::string_view name;
  std::uint16_t group = kOther;
  // An end tag closes what stands open within its element, unless one of those holds more than it ends.
  std::uint8_t holds = 100, ends = 100;
  bool block = false;  // ends a paragraph
  bool head = false;   // may stand in the head of a page
  Content content = Content::kElements;
};

// Of a name in lower case; of one that HTML does not know a nameless one without properties.
const HtmlElement& html_element(std::string_view name);

}  // namespace tanmiao::crawler
