#include "crawler/host_words.h"

#include <curl/curl.h>

#include <boost/json.hpp>
#include <cstdlib>

#include "core/text/normalize.h"

namespace tanmiao::crawler {
namespace {

constexpr std::size_t kMostShown = 200;                        // bytes of a host's words in a report
constexpr std::uint64_t kMostError = std::uint64_t{64} << 10;  // of an answer that is looked through for them
constexpr std::chrono::seconds kMostApart{60};

std::string words_of(const PageRule& page, const FetchResponse& response) {
  namespace json = boost::json;
  std::string text;
  if (page.says.empty()) return {};
  if (header_of(response.head, "Content-Encoding").empty()) {
    if (response.body.size() > kMostError) return {};
    text = response.body;
  } else if (!decoded_body(response.head, response.body, kMostError, text)) {
    return {};
  }
  boost::system::error_code failed;
  const json::value root = json::parse(text, failed);
  if (failed) return {};
  const json::value* const words = root.find_pointer(json::string_view(page.says.data(), page.says.size()), failed);
  if (words == nullptr || words->is_null()) return {};
  return words->is_string() ? std::string(words->get_string().c_str(), words->get_string().size())
                            : json::serialize(*words);
}

}  // namespace

std::string shown_words(std::string_view text) {
  std::string out(text.substr(0, kMostShown));
  if (text.size() > kMostShown)
    while (!out.empty() && !text::valid_utf8(out)) out.pop_back();
  for (char& c : out)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  return out;
}

std::string host_words(const PageRule& page, const FetchResponse& response, std::chrono::sys_seconds now) {
  if (response.status < 400) return {};
  std::string out;
  if (const std::string words = words_of(page, response); !words.empty()) out = "（" + shown_words(words) + "）";
  if (page.sign.empty() || (response.status != 401 && response.status != 403)) return out;
  const std::time_t at = curl_getdate(header_of(response.head, "Date").c_str(), nullptr);
  if (at < 0) return out;
  const auto apart = now - std::chrono::sys_seconds(std::chrono::seconds(at));
  if (apart <= kMostApart && apart >= -kMostApart) return out;
  return out + "（本机时钟比主机" + (apart.count() > 0 ? "快 " : "慢 ") + std::to_string(std::abs(apart.count())) +
         " 秒）";
}

}  // namespace tanmiao::crawler
