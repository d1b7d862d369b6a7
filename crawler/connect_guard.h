// Where a connection may go. Asked with the address itself, in the moment its socket is opened: a name that resolves to
// another address the second time (DNS rebinding) gains nothing by it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

struct sockaddr;

namespace tanmiao::crawler {

// Why an address is none of the public internet: "loopback", "private", ... by the registries of special-purpose
// addresses (RFC 6890); empty: it is public. IPv4 within IPv6 (mapped, NAT64, 6to4) counts as what it leads to.
std::string_view not_public(const sockaddr& address);

struct ConnectRule {
  std::string host, port;  // of the URL that is asked
  // Hosts that the source names. An address that is not public must stand there as such, or be the URL's own host; a
  // name that leads to it is not enough. "localhost" names the loopback.
  const std::vector<std::string>* named = nullptr;
  std::uint16_t proxy_port = 0;  // of the proxy that the environment names; it resolves names itself
};

// Why the connection is not made, English; empty: it may be.
std::string connect_refusal(const ConnectRule& rule, const sockaddr& address);

// Of http_proxy, https_proxy, HTTPS_PROXY, all_proxy, ALL_PROXY, as libcurl takes them; 0: none for this scheme.
std::uint16_t environment_proxy_port(std::string_view scheme);

}  // namespace tanmiao::crawler
