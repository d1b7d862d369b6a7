#include "apps/demo_city/maps.h"

#include <zlib.h>

#include <stdexcept>
#include <utility>

namespace demo_city {
namespace {

struct Notice {
  std::string target, date;
};

std::string between(const std::string& text, std::string_view begin, std::string_view end, std::size_t& at) {
  const std::size_t from = text.find(begin, at);
  if (from == std::string::npos) return at = from, std::string();
  const std::size_t to = text.find(end, from + begin.size());
  at = to;
  return to == std::string::npos ? std::string() : text.substr(from + begin.size(), to - from - begin.size());
}

std::string page_of(const Site& site, const std::string& target) {
  Asked asked;
  asked.method = "GET";
  asked.target = target;
  return site.answer(asked).body;
}

// Those that the site's own list leads to, with the date that each of them shows.
std::vector<Notice> notices_of(const Site& site, const std::string& changed) {
  std::vector<Notice> out;
  const std::string list = page_of(site, "/notice/");
  for (std::size_t at = 0; at != std::string::npos;) {
    const std::string target = between(list, "<a href=\"", "\"", at);
    if (!target.starts_with("/notice/")) continue;
    std::size_t from = 0;
    const std::string date = between(page_of(site, target), "<p class=\"date\">", "</p>", from);
    out.push_back({target, out.empty() ? changed : date});
  }
  return out;
}

std::string gzip(const std::string& text) {
  z_stream stream{};
  if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
    throw std::runtime_error("zlib does not start");
  std::string out(deflateBound(&stream, text.size()), '\0');
  std::string in = text;
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int done = deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  if (done != Z_STREAM_END) throw std::runtime_error("zlib does not end");
  return out;
}

constexpr std::string_view kXml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
constexpr std::string_view kSpace = " xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\"";

std::string entry(std::string_view element, const std::string& address, const std::string& day) {
  std::string out = "<";
  out.append(element).append("><loc>").append(escape(address)).append("</loc>");
  if (!day.empty()) out.append("<lastmod>").append(day).append("</lastmod>");
  return out.append("</").append(element).append(">\n");
}

std::string document(std::string_view element, const std::string& entries) {
  std::string out(kXml);
  out.append("<").append(element).append(kSpace).append(">\n").append(entries);
  return out.append("</").append(element).append(">\n");
}

std::string atom(const std::vector<Notice>& notices, const std::string& origin, const std::string& changed) {
  std::string out(kXml);
  out += "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>通知公告</title><id>" + origin + "/</id><updated>" +
         changed + "T08:00:00+08:00</updated>\n";
  for (const Notice& notice : notices)
    out += "<entry><title>公告</title><id>" + origin + notice.target + "</id><link href=\"" + notice.target +
           "\"/><updated>" + notice.date + "T08:00:00+08:00</updated></entry>\n";
  return out + "</feed>\n";
}

}  // namespace

Site with_maps(Site site, const std::string& origin, Date today, int day) {
  const std::string changed = tanmiao::iso(today + std::chrono::days(day - 1));
  const std::vector<Notice> notices = notices_of(site, changed);
  std::string list;
  for (const Notice& notice : notices) list += entry("url", origin + notice.target, notice.date);
  list += entry("url", "http://elsewhere.example/notice/1.html", changed);  // nobody else's addresses are taken
  std::map<std::string, Answer> pages;
  pages["/sitemap.xml"] = {
      .type = "application/xml",
      .body = document("sitemapindex", entry("sitemap", origin + "/sitemap-notices.xml.gz", changed))};
  pages["/sitemap-notices.xml.gz"] = {.type = "application/gzip", .body = gzip(document("urlset", list))};
  pages["/feed.atom"] = {.type = "application/atom+xml", .body = atom(notices, origin, changed)};
  site.answer = [inner = std::move(site.answer), pages = std::move(pages), origin](const Asked& asked) {
    if (const auto found = pages.find(asked.target); found != pages.end()) return found->second;
    Answer answer = inner(asked);
    if (asked.target == "/robots.txt" && answer.status == 200) answer.body += "\nSitemap: " + origin + "/sitemap.xml\n";
    return answer;
  };
  return site;
}

}  // namespace demo_city
