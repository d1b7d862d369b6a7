// Who may ask, and what every answer carries. Until there are accounts, only a browser on the same machine.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "server/http.h"

namespace tanmiao::server {

// nullopt: let in. Otherwise the refusal: 400 without a Host, 403 for a Host that is not this server (a page elsewhere
// that resolves its own name to loopback would send one) and for requests that name a proxy, 405 for a method that the
// path does not take. A POST must not come from a page of another origin (Origin, Sec-Fetch-Site: 403); that its form
// is one of ours is seen by its token (server/posts.h).
std::optional<Response> refuse(const Request& request, std::uint16_t port);

// Content-Security-Policy without outside resources or inline script, no sniffing, no framing, no referrer to others,
// no caching.
const std::vector<std::pair<std::string, std::string>>& security_headers();

bool loopback_address(std::string_view address);  // 127.0.0.0/8, ::1, localhost

}  // namespace tanmiao::server
