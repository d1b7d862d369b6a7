#include "server/guard.h"

#include <array>

#include "server/posts.h"

namespace tanmiao::server {
namespace {

Response refusal(int status, std::string text) {
  Response response;
  response.status = status;
  response.type = "text/plain; charset=utf-8";
  response.body = std::move(text);
  return response;
}

// Browsers of today send both. What sends neither has no cookies or pages of ours to misuse, and needs the token.
bool from_elsewhere(const Request& request, std::string_view host) {
  const std::string_view origin = request.header("origin"), site = request.header("sec-fetch-site");
  return (!origin.empty() && origin != "http://" + std::string(host)) || (!site.empty() && site != "same-origin");
}

}  // namespace

bool loopback_address(std::string_view address) {
  return address == "localhost" || address == "::1" || address == "[::1]" ||
         (address.starts_with("127.") && address.find_first_not_of("0123456789.") == std::string_view::npos);
}

std::optional<Response> refuse(const Request& request, std::uint16_t port) {
  const bool post = request.method == "POST";
  if (request.method != "GET" && request.method != "HEAD" && !(post && post_limit(request.path)))
    return refusal(405, post ? "这个地址不接受提交\n" : "只支持 GET 和 POST\n");
  const std::string_view host = request.header("host");
  if (host.empty()) return refusal(400, "请求缺少 Host\n");
  // "[::1]:8080" has its port behind the bracket.
  const std::size_t bracket = host.rfind(']');
  const std::size_t colon = host.find(':', bracket == std::string_view::npos ? 0 : bracket);
  const std::string_view name = host.substr(0, colon);
  const std::string_view digits = colon == std::string_view::npos ? "80" : host.substr(colon + 1);
  if (!loopback_address(name) || digits != std::to_string(port)) return refusal(403, "Host 不是本机地址，已拒绝\n");
  static constexpr std::array<std::string_view, 6> kProxyHeaders{
      "forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "via"};
  for (const std::string_view header : kProxyHeaders)
    if (!request.header(header).empty()) return refusal(403, "经代理转发的请求已拒绝：尚无账号管理，仅限本机使用\n");
  if (post && from_elsewhere(request, host)) return refusal(403, "提交来自其他网站，已拒绝\n");
  return std::nullopt;
}

const std::vector<std::pair<std::string, std::string>>& security_headers() {
  static const std::vector<std::pair<std::string, std::string>> headers{
      {"Content-Security-Policy",
       "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
       "frame-ancestors 'none'"},
      {"X-Content-Type-Options", "nosniff"},
      {"X-Frame-Options", "DENY"},
      // "no-referrer" would make browsers send "Origin: null" with our own forms (Fetch, "append a request Origin").
      {"Referrer-Policy", "same-origin"},
      {"Cross-Origin-Opener-Policy", "same-origin"},
      {"Cross-Origin-Resource-Policy", "same-origin"},
      {"Cache-Control", "no-store"}};
  return headers;
}

}  // namespace tanmiao::server
