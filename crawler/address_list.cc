#include "crawler/address_list.h"

#include <curl/curl.h>
#include <re2/re2.h>

#include <algorithm>
#include <cstring>

#include "core/text/normalize.h"
#include "tabular/charset.h"
#include "tabular/xml_pull.h"

namespace tanmiao::crawler {
namespace {

using tabular::ByteSource;
using tabular::XmlPull;
using Event = XmlPull::Event;

constexpr std::size_t kListHead = 1024;
constexpr std::size_t kListChunk = std::size_t{64} << 10;
constexpr std::size_t kLongestText = 4 * kLongestListed;  // collected of an element; what is longer is none of ours

// As UTF-8 whatever it was.
class DecodedSource : public ByteSource {
 public:
  DecodedSource(std::unique_ptr<ByteSource> behind, std::unique_ptr<tabular::Decoder> decoder)
      : behind_(std::move(behind)), decoder_(std::move(decoder)), chunk_(kListChunk, '\0') {}

  Result<std::size_t> read(std::span<char> into) override {
    std::size_t given = 0;
    while (given < into.size()) {
      if (at_ == text_.size()) {
        if (ended_) break;
        TANMIAO_ASSIGN(const std::size_t got, behind_->read({chunk_.data(), chunk_.size()}));
        ended_ = got == 0;
        text_.clear();
        at_ = 0;
        decoder_->decode(std::string_view(chunk_).substr(0, got), ended_, text_);
        continue;
      }
      const std::size_t some = std::min(into.size() - given, text_.size() - at_);
      std::memcpy(into.data() + given, text_.data() + at_, some);
      given += some;
      at_ += some;
    }
    return given;
  }

 private:
  std::unique_ptr<ByteSource> behind_;
  std::unique_ptr<tabular::Decoder> decoder_;
  std::string chunk_, text_;
  std::size_t at_ = 0;
  bool ended_ = false;
};

// Says kLimit when more comes than a list may have.
class BoundedSource : public ByteSource {
 public:
  BoundedSource(std::unique_ptr<ByteSource> behind, std::string name)
      : behind_(std::move(behind)), name_(std::move(name)) {}
  Result<std::size_t> read(std::span<char> into) override {
    TANMIAO_ASSIGN(const std::size_t got, behind_->read(into));
    read_ += got;
    if (read_ > kMostListBytes) return Error{Errc::kLimit, "is larger than 50 MiB unpacked", name_};
    return got;
  }

 private:
  std::unique_ptr<ByteSource> behind_;
  std::string name_;
  std::uint64_t read_ = 0;
};

struct OpenedList {
  std::unique_ptr<ByteSource> bytes;  // unpacked, UTF-8
  bool xml = false;
};

Result<OpenedList> open_list(std::unique_ptr<ByteSource> bytes, const std::string& name, const std::string& charset) {
  tabular::Limits limits;
  limits.max_bytes = kMostListBytes;
  tabular::Peeked peeked = tabular::peek(std::move(bytes), kListHead);
  if (tabular::is_gzip(peeked.head))
    peeked = tabular::peek(tabular::gunzip(std::move(peeked.source), name, limits), kListHead);
  OpenedList out;
  out.bytes = std::make_unique<BoundedSource>(std::move(peeked.source), name);
  std::string_view head = peeked.head;
  static constexpr std::string_view kUtf8Mark = "\xEF\xBB\xBF";
  const bool marked = head.starts_with(kUtf8Mark);
  if (marked) head.remove_prefix(kUtf8Mark.size());
  const std::size_t first = head.find_first_not_of(" \t\r\n");
  out.xml = first != std::string_view::npos && head[first] == '<';
  std::string declared;
  static const re2::RE2 encoding(R"(^\s*<\?xml[^>]*\bencoding\s*=\s*["']([A-Za-z0-9._-]+))", re2::RE2::Latin1);
  if (!marked) re2::RE2::PartialMatch(re2::StringPiece(head.data(), head.size()), encoding, &declared);
  if (declared.empty() && !marked) declared = charset;
  const auto known = tabular::canonical_charset(declared.empty() ? "utf-8" : declared);
  if (!known || *known == "utf-8") return out;
  TANMIAO_ASSIGN(auto decoder, tabular::make_decoder(*known, 0));
  out.bytes = std::make_unique<DecodedSource>(std::move(out.bytes), std::move(decoder));
  return out;
}

// Gives entries on, as many as a list may have.
class Giver {
 public:
  Giver(const OnListed& take, std::string name) : take_(take), name_(std::move(name)) {}
  Status give(Listed&& entry) {
    if (++given_ > kMostListed)
      return Error{Errc::kLimit, "lists more than " + std::to_string(kMostListed) + " addresses", name_};
    entry.address = std::string(text::trim(entry.address));
    if (entry.fault.empty() && entry.address.size() > kLongestListed) entry.fault = "网址过长";
    if (entry.fault.empty() && entry.address.empty()) entry.fault = "没有网址";
    if (entry.fault.empty() && !text::valid_utf8(entry.address)) entry.fault = "网址的编码损坏";
    return take_(std::move(entry));
  }

 private:
  const OnListed& take_;
  std::string name_;
  std::size_t given_ = 0;
};

// The text of an element; a damaged one is told by `false`.
struct Gathered {
  std::string text;
  bool sound = true;
  void add(const XmlPull& xml) {
    std::string more;
    sound = sound && xml.append_text(more).has_value() && text.size() + more.size() <= kLongestText;
    if (sound) text += more;
  }
};

// Reads to the end of the element that just began; what stands in elements within it is not of it.
Result<Gathered> text_within(XmlPull& xml) {
  Gathered out;
  const std::size_t depth = xml.depth();
  while (true) {
    TANMIAO_ASSIGN(const Event event, xml.next());
    if (event == Event::kText && xml.depth() == depth) out.add(xml);
    if (event == Event::kDone || (event == Event::kEnd && xml.depth() < depth)) return out;
  }
}

Status sitemap_entry(XmlPull& xml, bool map, Date tonight, Giver& giver) {
  Listed entry;
  entry.map = map;
  const std::size_t depth = xml.depth();
  while (true) {
    TANMIAO_ASSIGN(const Event event, xml.next());
    if (event == Event::kDone || (event == Event::kEnd && xml.depth() < depth)) break;
    if (event != Event::kStart) continue;
    const bool address = xml.element() == "loc", day = xml.element() == "lastmod";
    if (!address && !day) {
      TANMIAO_TRY(xml.skip());
      continue;
    }
    TANMIAO_ASSIGN(const Gathered got, text_within(xml));
    if (day) entry.changed = listed_day(got.text, tonight);
    if (address && !got.sound) entry.fault = "网址的写法不合 XML";
    if (address) entry.address = got.text;
  }
  return giver.give(std::move(entry));
}

Status lines_of_sitemap(ByteSource& bytes, Giver& giver) {
  std::string window(kListChunk, '\0'), line;
  const auto end_line = [&]() -> Status {
    Listed entry;
    entry.address = std::move(line);
    line.clear();
    if (text::trim(entry.address).empty()) return {};
    return giver.give(std::move(entry));
  };
  while (true) {
    TANMIAO_ASSIGN(const std::size_t got, bytes.read({window.data(), window.size()}));
    if (got == 0) return end_line();
    for (const char c : std::string_view(window).substr(0, got)) {
      if (c == '\n') {
        TANMIAO_TRY(end_line());
      } else if (line.size() <= kLongestListed) {
        line += c;
      }
    }
  }
}

struct FeedItem {
  std::string link, id;  // id: an address that stands for the link, when there is none
  std::optional<Date> updated, published;
  bool sound = true;
};

Status feed_link(XmlPull& xml, FeedItem& item) {
  const auto href = xml.attribute("href"), rel = xml.attribute("rel");
  if (!href || !rel) item.sound = false;
  const std::string address = href ? *href : std::string();
  const bool meant = rel && (rel->empty() || *rel == "alternate");
  TANMIAO_ASSIGN(const Gathered got, text_within(xml));
  item.sound = item.sound && got.sound;
  if (!address.empty() && meant && item.link.empty()) item.link = address;
  if (address.empty() && item.link.empty()) item.link = got.text;
  return {};
}

Status feed_item(XmlPull& xml, Date tonight, Giver& giver) {
  FeedItem item;
  if (const auto about = xml.prefixed_attribute("about")) item.id = *about;
  const std::size_t depth = xml.depth();
  while (true) {
    TANMIAO_ASSIGN(const Event event, xml.next());
    if (event == Event::kDone || (event == Event::kEnd && xml.depth() < depth)) break;
    if (event != Event::kStart) continue;
    const std::string name(xml.element());
    if (name == "link") {
      TANMIAO_TRY(feed_link(xml, item));
    } else if (name == "guid") {
      const auto permanent = xml.attribute("isPermaLink");
      TANMIAO_ASSIGN(const Gathered got, text_within(xml));
      if (got.sound && permanent && *permanent != "false" && got.text.find("://") != std::string::npos)
        item.id = got.text;
    } else if (name == "updated" || name == "modified" || name == "pubDate" || name == "published" || name == "date" ||
               name == "issued") {
      TANMIAO_ASSIGN(const Gathered got, text_within(xml));
      auto& day = name == "updated" || name == "modified" ? item.updated : item.published;
      day = listed_day(got.text, tonight);
    } else {
      TANMIAO_TRY(xml.skip());
    }
  }
  Listed entry;
  entry.address = text::trim(item.link).empty() ? item.id : item.link;
  entry.changed = item.updated ? item.updated : item.published;
  if (!item.sound) entry.fault = "网址的写法不合 XML";
  return giver.give(std::move(entry));
}

// Elements outside of entries are walked through; `take` reads an entry to its end or tells that it is none.
template <class Take>
Status walk_elements(XmlPull& xml, Take take) {
  while (true) {
    TANMIAO_ASSIGN(const Event event, xml.next());
    if (event == Event::kDone) return {};
    if (event == Event::kStart) TANMIAO_TRY(take());
  }
}

Status no_list(std::string_view expected, std::string_view found, const std::string& name) {
  std::string message("is no ");
  message.append(expected).append(": begins with <").append(found.substr(0, 40)).append(">");
  return Error{Errc::kFormat, std::move(message), name};
}

}  // namespace

Status each_of_sitemap(std::unique_ptr<ByteSource> bytes, const std::string& name, const std::string& charset,
                       Date tonight, const OnListed& take) {
  TANMIAO_ASSIGN(OpenedList list, open_list(std::move(bytes), name, charset));
  Giver giver(take, name);
  if (!list.xml) return lines_of_sitemap(*list.bytes, giver);
  XmlPull xml(std::move(list.bytes), name, {});
  return walk_elements(xml, [&]() -> Status {
    const std::string_view element = xml.element();
    if (xml.depth() == 1 && element != "urlset" && element != "sitemapindex") return no_list("sitemap", element, name);
    if (xml.depth() == 2 && (element == "url" || element == "sitemap"))
      return sitemap_entry(xml, element == "sitemap", tonight, giver);
    return xml.depth() == 1 ? Status() : xml.skip();
  });
}

Status each_of_feed(std::unique_ptr<ByteSource> bytes, const std::string& name, const std::string& charset,
                    Date tonight, const OnListed& take) {
  TANMIAO_ASSIGN(OpenedList list, open_list(std::move(bytes), name, charset));
  if (!list.xml) return Error{Errc::kFormat, "is no feed: does not begin with a tag", name};
  Giver giver(take, name);
  XmlPull xml(std::move(list.bytes), name, {});
  return walk_elements(xml, [&]() -> Status {
    const std::string_view element = xml.element();
    if (xml.depth() == 1 && element != "rss" && element != "RDF" && element != "feed")
      return no_list("feed", element, name);
    if (element == "item" || element == "entry") return feed_item(xml, tonight, giver);
    return xml.depth() == 1 || element == "channel" || element == "items" ? Status() : xml.skip();
  });
}

std::optional<Date> listed_day(std::string_view text, Date tonight) {
  const std::string said(text::trim(text));
  static const re2::RE2 w3c(R"((\d{4}-\d\d-\d\d)(?:[T ](\d\d):(\d\d)(?::\d\d(?:[.,]\d+)?)?\s*(Z|z|[+-]\d\d:?\d\d)?)?)");
  std::string day, zone;
  int hour = 0, minute = 0;
  std::optional<Date> found;
  std::string hour_text, minute_text;
  if (re2::RE2::FullMatch(said, w3c, &day, &hour_text, &minute_text, &zone)) {
    const auto date = parse_iso_date(day);
    if (!date) return std::nullopt;
    found = *date;
    if (!zone.empty()) {
      hour = std::stoi(hour_text), minute = std::stoi(minute_text);
      int offset = 0;
      if (zone.size() > 1) {
        offset = std::stoi(zone.substr(1, 2)) * 60 + std::stoi(zone.substr(zone.size() - 2));
        if (zone[0] == '-') offset = -offset;
      }
      found = civil_day(Instant(*date) + std::chrono::minutes(hour * 60 + minute - offset));
    }
  } else if (std::any_of(said.begin(), said.end(), [](char c) { return (c | 32) >= 'a' && (c | 32) <= 'z'; })) {
    const std::time_t at = curl_getdate(said.c_str(), nullptr);
    if (at >= 0) found = civil_day(Instant(std::chrono::seconds(at)));
  } else if (const auto loose = parse_loose_date(said); loose && loose->kind == LooseDate::Kind::kDay) {
    found = loose->first;
  }
  return found && *found <= tonight ? found : std::nullopt;
}

}  // namespace tanmiao::crawler
