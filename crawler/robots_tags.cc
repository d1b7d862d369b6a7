#include "crawler/robots_tags.h"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <string>

#include "core/text/normalize.h"

namespace tanmiao::crawler {
namespace {

constexpr std::size_t kLookedAt = std::size_t{256} * 1024;  // of a page: what it says of itself stands at its head

std::string_view stripped(std::string_view text) {
  const auto blank = [](char c) { return static_cast<unsigned char>(c) <= 0x20; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

bool same(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return lower(x) == lower(y); });
}

std::string_view product_name(std::string_view product) { return stripped(product.substr(0, product.find('/'))); }

// Directives whose value stands behind a colon, which is therefore no name of a program.
bool takes_value(std::string_view word) {
  constexpr std::array<std::string_view, 4> kWords{"unavailable_after", "max-snippet", "max-image-preview",
                                                   "max-video-preview"};
  return std::any_of(kWords.begin(), kWords.end(), [&](std::string_view known) { return same(known, word); });
}

void take_word(std::string_view word, PageWishes& out) {
  const bool none = same(word, "none");
  out.noindex |= none || same(word, "noindex");
  out.nofollow |= none || same(word, "nofollow");
  out.noarchive |= same(word, "noarchive");
}

// A date that nobody can read is taken for passed.
bool passed(std::string_view date, std::chrono::sys_seconds now) {
  const std::time_t at = curl_getdate(std::string(stripped(date)).c_str(), nullptr);
  return at < 0 || std::chrono::sys_seconds(std::chrono::seconds(at)) <= now;
}

// "noindex, nofollow", "otherbot: noindex", "unavailable_after: Wed, 25 Jun 2025 15:00:00 GMT". A name holds for what
// follows it in the same header.
void take_list(std::string_view list, std::string_view product, std::chrono::sys_seconds now, PageWishes& out) {
  bool ours = true;
  while (!list.empty()) {
    const std::size_t end = std::min(list.find(','), list.size());
    std::string_view word = stripped(list.substr(0, end));
    std::size_t colon = word.find(':');
    if (colon != std::string_view::npos && !takes_value(stripped(word.substr(0, colon)))) {
      ours = same(stripped(word.substr(0, colon)), product) || stripped(word.substr(0, colon)) == "*";
      word = stripped(word.substr(colon + 1));
      colon = word.find(':');
    }
    if (colon != std::string_view::npos && same(stripped(word.substr(0, colon)), "unavailable_after")) {
      // The date may have commas: it takes the rest.
      const auto from = static_cast<std::size_t>(word.data() + colon + 1 - list.data());
      if (ours && passed(list.substr(from), now)) out.noindex = true;
      return;
    }
    if (ours) take_word(word, out);
    list.remove_prefix(std::min(list.size(), end + 1));
  }
}

void take_headers(std::string_view head, std::string_view product, std::chrono::sys_seconds now, PageWishes& out) {
  while (!head.empty()) {
    const std::size_t end = std::min(head.find('\n'), head.size() - 1);
    const std::string_view line = head.substr(0, end);
    head.remove_prefix(end + 1);
    const std::size_t colon = line.find(':');
    if (colon != std::string_view::npos && same(stripped(line.substr(0, colon)), "X-Robots-Tag"))
      take_list(stripped(line.substr(colon + 1)), product, now, out);
  }
}

struct Attribute {
  std::string_view name, value;
};

// The next attribute of a tag, `rest` standing behind its name; an empty name at the tag's end.
Attribute next_attribute(std::string_view& rest) {
  const auto blank = [](char c) { return static_cast<unsigned char>(c) <= 0x20 || c == '/'; };
  while (!rest.empty() && blank(rest.front())) rest.remove_prefix(1);
  Attribute out;
  std::size_t end = 0;
  while (end < rest.size() && !blank(rest[end]) && rest[end] != '=' && rest[end] != '>') ++end;
  out.name = rest.substr(0, end);
  rest.remove_prefix(end);
  while (!rest.empty() && static_cast<unsigned char>(rest.front()) <= 0x20) rest.remove_prefix(1);
  if (!rest.starts_with('=')) return out;
  rest.remove_prefix(1);
  while (!rest.empty() && static_cast<unsigned char>(rest.front()) <= 0x20) rest.remove_prefix(1);
  const char quote = rest.empty() ? 0 : rest.front();
  if (quote == '"' || quote == '\'') {
    rest.remove_prefix(1);
    end = std::min(rest.find(quote), rest.size());
    out.value = rest.substr(0, end);
    rest.remove_prefix(std::min(rest.size(), end + 1));
    return out;
  }
  end = 0;
  while (end < rest.size() && static_cast<unsigned char>(rest[end]) > 0x20 && rest[end] != '>') ++end;
  out.value = rest.substr(0, end);
  rest.remove_prefix(end);
  return out;
}

void take_meta(std::string_view tag, std::string_view product, std::chrono::sys_seconds now, PageWishes& out) {
  std::string_view name, content;
  while (!tag.empty() && tag.front() != '>') {
    const std::size_t before = tag.size();
    const Attribute attribute = next_attribute(tag);
    if (same(attribute.name, "name")) name = stripped(attribute.value);
    if (same(attribute.name, "content")) content = attribute.value;
    if (tag.size() == before) tag.remove_prefix(1);  // a lone '='
  }
  if (same(name, "robots") || same(name, product)) take_list(content, product, now, out);
}

bool begins(std::string_view text, std::string_view word) {
  return text.size() >= word.size() && same(text.substr(0, word.size()), word);
}

// Tags of the page's head by their letters: all charsets that pages come in keep ASCII as it is. Comments and scripts
// are passed over.
void take_page(std::string_view html, std::string_view product, std::chrono::sys_seconds now, PageWishes& out) {
  html = html.substr(0, kLookedAt);
  for (std::size_t at = html.find('<'); at != std::string_view::npos; at = html.find('<', at)) {
    const std::string_view tag = html.substr(at + 1);
    if (tag.starts_with("!--")) {
      const std::size_t end = html.find("-->", at + 1);
      if (end == std::string_view::npos) return;
      at = end;
    } else if (begins(tag, "script")) {
      std::size_t end = at + 1;
      while (end < html.size() && !begins(html.substr(end), "</script")) end = html.find('<', end + 1);
      if (end >= html.size()) return;
      at = end + 1;
    } else {
      if (begins(tag, "meta") && tag.size() > 4 && (static_cast<unsigned char>(tag[4]) <= 0x20 || tag[4] == '/'))
        take_meta(tag.substr(4), product, now, out);
      ++at;
    }
  }
}

}  // namespace

PageWishes page_wishes(std::string_view head, std::string_view html, std::string_view product,
                       std::chrono::sys_seconds now) {
  PageWishes out;
  const std::string_view name = product_name(product);
  take_headers(head, name, now, out);
  take_page(html, name, now, out);
  return out;
}

}  // namespace tanmiao::crawler
