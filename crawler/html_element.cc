#include "crawler/html_element.h"

#include <array>
#include <cstddef>
#include <iterator>

namespace tanmiao::crawler {
namespace {

using Content = HtmlElement::Content;

constexpr HtmlElement block(std::string_view name, std::uint16_t group = HtmlElement::kOther) {
  return {name, group, 140, 150, true};
}
constexpr HtmlElement in_line(std::string_view name, std::uint16_t group = HtmlElement::kOther) {
  return {name, group};
}
constexpr HtmlElement part_of_table(std::string_view name, std::uint16_t group, std::uint8_t rank) {
  return {name, group, rank, rank};
}
constexpr HtmlElement empty(std::string_view name, bool block = false, bool head = false) {
  return {name, HtmlElement::kOther, 100, 100, block, head, Content::kNone};
}
constexpr HtmlElement raw(std::string_view name, bool head, Content content = Content::kRaw) {
  return {name, HtmlElement::kOther, 100, 100, false, head, content};
}
constexpr HtmlElement shell(std::string_view name, std::uint8_t rank) {
  return {name, HtmlElement::kShell, rank, rank};
}

constexpr HtmlElement kElements[] = {
    shell("html", 255),
    shell("head", 254),
    shell("body", 254),
    shell("frameset", 253),
    shell("button", 155),
    shell("object", 155),
    shell("applet", 155),
    shell("marquee", 155),
    {"p", HtmlElement::kParagraph, 120, 120},
    block("address"),
    block("article"),
    block("aside"),
    block("blockquote"),
    block("center"),
    block("details"),
    block("dialog"),
    block("div"),
    block("fieldset"),
    block("figcaption"),
    block("figure"),
    block("footer"),
    block("form"),
    block("header"),
    block("hgroup"),
    block("listing"),
    block("main"),
    block("nav"),
    block("pre"),
    block("search"),
    block("section"),
    block("summary"),
    block("h1", HtmlElement::kHeading),
    block("h2", HtmlElement::kHeading),
    block("h3", HtmlElement::kHeading),
    block("h4", HtmlElement::kHeading),
    block("h5", HtmlElement::kHeading),
    block("h6", HtmlElement::kHeading),
    {"dir", HtmlElement::kList, 150, 150, true},
    {"dl", HtmlElement::kList, 150, 150, true},
    {"menu", HtmlElement::kList, 150, 150, true},
    {"ol", HtmlElement::kList, 150, 150, true},
    {"ul", HtmlElement::kList, 150, 150, true},
    {"li", HtmlElement::kItem, 130, 145, true},
    {"dt", HtmlElement::kTerm, 130, 145, true},
    {"dd", HtmlElement::kTerm, 130, 145, true},
    in_line("option", HtmlElement::kOption),
    in_line("optgroup", HtmlElement::kOption),
    in_line("select", HtmlElement::kSelect),
    in_line("a", HtmlElement::kAnchor),
    {"table", HtmlElement::kTable, 190, 190, true},
    part_of_table("caption", HtmlElement::kCaption, 160),
    part_of_table("colgroup", HtmlElement::kCaption, 160),
    part_of_table("td", HtmlElement::kCell, 160),
    part_of_table("th", HtmlElement::kCell, 160),
    part_of_table("tr", HtmlElement::kRow, 170),
    part_of_table("thead", HtmlElement::kRows, 180),
    part_of_table("tbody", HtmlElement::kRows, 180),
    part_of_table("tfoot", HtmlElement::kRows, 180),
    in_line("abbr"),
    in_line("b"),
    in_line("big"),
    in_line("em"),
    in_line("font"),
    in_line("i"),
    in_line("label"),
    in_line("s"),
    in_line("small"),
    in_line("span"),
    in_line("strong"),
    in_line("u"),
    empty("area"),
    empty("br"),
    empty("col"),
    empty("embed"),
    empty("frame"),
    empty("hr", true),
    empty("img"),
    empty("input"),
    empty("keygen"),
    empty("param"),
    empty("source"),
    empty("track"),
    empty("wbr"),
    empty("base", false, true),
    empty("basefont", false, true),
    empty("bgsound", false, true),
    empty("link", false, true),
    empty("meta", false, true),
    raw("script", true),
    raw("style", true),
    raw("title", true, Content::kText),
    raw("textarea", false, Content::kText),
    raw("xmp", false),
    raw("iframe", false),
    raw("noembed", false),
    raw("noframes", true),
    {"noscript", HtmlElement::kOther, 100, 100, false, true},
    {"template", HtmlElement::kOther, 100, 100, false, true},
};

// Places of the elements by a hash of their names, with a free place for each that is taken.
class Places {
 public:
  constexpr Places() {
    for (std::size_t i = 0; i < std::size(kElements); ++i) {
      std::size_t at = hash(kElements[i].name);
      while (places_[at] != 0) at = (at + 1) % kSize;
      places_[at] = static_cast<std::uint8_t>(i + 1);
    }
  }
  const HtmlElement* find(std::string_view name) const {
    for (std::size_t at = hash(name); places_[at] != 0; at = (at + 1) % kSize)
      if (kElements[places_[at] - 1].name == name) return &kElements[places_[at] - 1];
    return nullptr;
  }

 private:
  static constexpr std::size_t kSize = 512;
  static constexpr std::size_t hash(std::string_view name) {
    if (name.empty()) return 0;
    const auto code = [&](std::size_t at) { return static_cast<std::size_t>(static_cast<unsigned char>(name[at])); };
    return (code(0) * 37 + code(name.size() - 1) * 11 + code(name.size() / 2) * 5 + name.size() * 101) % kSize;
  }
  std::array<std::uint8_t, kSize> places_{};
};
static_assert(std::size(kElements) < 250);
constexpr Places kPlaces;

}  // namespace

const HtmlElement& html_element(std::string_view name) {
  static constexpr HtmlElement kUnknown{};
  const HtmlElement* const known = kPlaces.find(name);
  return known == nullptr ? kUnknown : *known;
}

}  // namespace tanmiao::crawler
