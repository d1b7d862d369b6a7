#include "crawler/mirrors.h"

#include <algorithm>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "crawler/http_crawl_source.h"

namespace tanmiao::crawler {
namespace asio = boost::asio;

namespace {

// Trouble of the host. An answer that refuses programs or fits a stop sign, or says that there is no such page, is
// none: a mirror is no way around it.
bool host_failed(const PoliteAnswer& answer) {
  if (answer.kind != PoliteAnswer::Kind::kFailed || answer.response.limit || answer.sign) return false;
  const int status = answer.response.status;
  return status == 0 || status == 429 || status >= 500;
}

}  // namespace

Mirrors::Mirrors(std::string_view first, const std::vector<std::string>& mirrors) {
  const auto url = parse_url(first.substr(0, first.find('#')));
  if (!url || mirrors.empty()) return;
  origins_.push_back(url->origin());
  for (const std::string& mirror : mirrors)
    if (const auto other = parse_url(mirror)) origins_.push_back(other->origin());
}

std::size_t Mirrors::place(std::string_view address) const {
  for (std::size_t i = 0; i < origins_.size(); ++i)
    if (address.starts_with(origins_[i]) &&
        (address.size() == origins_[i].size() ||
         std::string_view("/?#").find(address[origins_[i].size()]) != std::string_view::npos))
      return i;
  return origins_.size();
}

std::string Mirrors::known_as(std::string_view address) const {
  const std::size_t at = place(address);
  if (at == origins_.size()) return std::string(address);
  return origins_.front() + std::string(address.substr(origins_[at].size()));
}

std::vector<std::string> Mirrors::all(std::string_view address) const {
  const std::size_t at = place(address);
  if (empty() || at == origins_.size()) return {std::string(address)};
  std::vector<std::string> out;
  out.reserve(origins_.size());
  for (const std::string& origin : origins_) out.push_back(origin + std::string(address.substr(origins_[at].size())));
  return out;
}

std::string Mirrors::mirror_of(std::string_view address) const {
  const std::size_t at = place(address);
  return at == 0 || at == origins_.size() ? std::string() : origins_[at];
}

Result<std::string> parse_mirror(std::string_view text) {
  const auto url = parse_url(text);
  if (!url || url->target() != "/")
    return Error{Errc::kConfig, "expected a host that shows the same, as https://b.example", std::string(text)};
  return url->origin();
}

// [scope] holds for redirects as for links; an address of a mirror counts as that of the first host.
std::function<std::string(const Url&, const Url&)> HttpSource::redirect_rule(bool of_start) const {
  return [this, of_start](const Url& to, const Url& from) {
    const auto known = [this](const Url& url) {
      const auto at_first = parse_url(mirrors_.known_as(url.text()));
      return at_first ? *at_first : url;
    };
    const Url asked = known(from);
    return scope_.redirect_refusal(scope_.plain(known(to)), of_start ? nullptr : &asked);
  };
}

// The first that does not rest, then the others in turn, for as long as it is the host that fails. One that shuts
// programs out ends it for all: they show the same.
asio::awaitable<PoliteAnswer> HttpSource::get(FetchRequest request, bool failed_before) {
  std::vector<std::string> addresses = mirrors_.all(request.url);
  Policy policy = policy_;
  policy.failed_before = failed_before;
  if (addresses.size() == 1) co_return co_await hosts_.get(std::move(request), policy);
  PoliteAnswer answer;
  answer.url = request.url;
  for (const std::string& address : addresses)
    if (hosts_.shut_out(address)) {
      if (const auto asked = parse_url(address)) answer.stopped_because = hosts_.why_left_alone(asked->origin());
      answer.note = answer.stopped_because;
      answer.stop = true;
      co_return answer;
    }
  std::stable_partition(addresses.begin(), addresses.end(),
                        [&](const std::string& address) { return !hosts_.rests(address, policy_); });
  std::uint32_t requests = 0;
  std::uint64_t bytes = 0;
  bool shut_out = false;
  for (std::size_t i = 0; i < addresses.size() && !shut_out; ++i) {
    FetchRequest one = request;
    one.url = addresses[i];
    policy.most_attempts = i + 1 < addresses.size() ? 1 : policy_.most_attempts;
    answer = co_await hosts_.get(std::move(one), policy);
    if (const auto asked = parse_url(addresses[i])) origins_.insert(asked->origin());
    requests += answer.requests;
    bytes += answer.bytes;
    shut_out = hosts_.shut_out(addresses[i]);
    if (!host_failed(answer)) break;
  }
  if (const std::string mirror = mirrors_.mirror_of(answer.url); !mirror.empty()) {
    answer.robots += "; mirror " + mirror;
    answer.mirror = std::exchange(answer.url, mirrors_.known_as(answer.url));
  }
  answer.requests = requests;
  answer.bytes = bytes;
  answer.stop = shut_out || std::all_of(addresses.begin(), addresses.end(),
                                        [&](const std::string& address) { return hosts_.left_alone(address); });
  co_return answer;
}

}  // namespace tanmiao::crawler
