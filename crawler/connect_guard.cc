#include "crawler/connect_guard.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <optional>

namespace tanmiao::crawler {
namespace {

using Bytes = std::array<std::uint8_t, 16>;  // IPv4 as ::ffff:a.b.c.d
constexpr std::size_t kV4 = 12;              // where its four bytes begin

struct Range {
  std::string_view first;  // of the range
  int bits;                // that all of it share
  std::string_view kind;
};

// IANA special-purpose address registries (RFC 6890 and its updates), multicast (RFC 5771), future use (RFC 1112).
constexpr Range kRanges4[] = {
    {"0.0.0.0", 8, "of this network"}, {"10.0.0.0", 8, "private"},        {"100.64.0.0", 10, "shared"},
    {"127.0.0.0", 8, "loopback"},      {"169.254.0.0", 16, "link-local"}, {"172.16.0.0", 12, "private"},
    {"192.0.0.0", 24, "reserved"},     {"192.0.2.0", 24, "reserved"},     {"192.88.99.0", 24, "reserved"},
    {"192.168.0.0", 16, "private"},    {"198.18.0.0", 15, "reserved"},    {"198.51.100.0", 24, "reserved"},
    {"203.0.113.0", 24, "reserved"},   {"224.0.0.0", 4, "multicast"},     {"240.0.0.0", 4, "reserved"},
};
// The same of IPv6; what is not global unicast (2000::/3) is reserved in any case.
constexpr Range kRanges6[] = {
    {"::", 128, "of this network"}, {"::1", 128, "loopback"},       {"64:ff9b:1::", 48, "private"},
    {"2001::", 23, "reserved"},     {"2001:db8::", 32, "reserved"}, {"3fff::", 20, "reserved"},
    {"fc00::", 7, "private"},       {"fe80::", 10, "link-local"},   {"fec0::", 10, "private"},
    {"ff00::", 8, "multicast"},
};
constexpr Range kGlobal6{"2000::", 3, ""};
// IPv6 that leads to an IPv4 address, and where that begins.
struct Within {
  Range range;
  std::size_t at;
};
constexpr Within kWithin[] = {{{"::ffff:0:0", 96, ""}, kV4}, {{"64:ff9b::", 96, ""}, kV4}, {{"2002::", 16, ""}, 2}};

std::optional<Bytes> parsed(std::string_view text) {
  const std::string letters(text);
  Bytes bytes{};
  bytes[10] = bytes[11] = 0xff;
  if (::inet_pton(AF_INET, letters.c_str(), bytes.data() + kV4) == 1) return bytes;
  if (::inet_pton(AF_INET6, letters.c_str(), bytes.data()) == 1) return bytes;
  return std::nullopt;
}

bool in_range(const std::uint8_t* address, const std::uint8_t* first, int bits) {
  const auto whole = static_cast<std::size_t>(bits / 8);
  if (std::memcmp(address, first, whole) != 0) return false;
  const int rest = bits % 8;
  return rest == 0 || ((address[whole] ^ first[whole]) >> (8 - rest)) == 0;
}

bool in_range4(const std::uint8_t* address, const Range& range) {
  const std::optional<Bytes> first = parsed(range.first);
  return first && in_range(address, first->data() + kV4, range.bits);
}

bool in_range6(const Bytes& address, const Range& range) {
  const std::optional<Bytes> first = parsed(range.first);
  return first && in_range(address.data(), first->data(), range.bits);
}

std::string_view kind4(const std::uint8_t* address) {
  for (const Range& range : kRanges4)
    if (in_range4(address, range)) return range.kind;
  return {};
}

std::string_view kind_of(const Bytes& address) {
  for (const Within& within : kWithin)
    if (in_range6(address, within.range)) return kind4(address.data() + within.at);
  for (const Range& range : kRanges6)
    if (in_range6(address, range)) return range.kind;
  return in_range6(address, kGlobal6) ? std::string_view() : std::string_view("reserved");
}

struct Peer {
  Bytes bytes{};
  std::uint16_t port = 0;
};

std::optional<Peer> peer_of(const sockaddr& address) {
  Peer peer;
  if (address.sa_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &address, sizeof v4);
    peer.bytes[10] = peer.bytes[11] = 0xff;
    std::memcpy(peer.bytes.data() + kV4, &v4.sin_addr, 4);
    peer.port = ntohs(v4.sin_port);
    return peer;
  }
  if (address.sa_family != AF_INET6) return std::nullopt;
  sockaddr_in6 v6{};
  std::memcpy(&v6, &address, sizeof v6);
  std::memcpy(peer.bytes.data(), &v6.sin6_addr, 16);
  peer.port = ntohs(v6.sin6_port);
  return peer;
}

std::string letters_of(const Peer& peer) {
  char text[INET6_ADDRSTRLEN] = {};
  const Range& mapped = kWithin[0].range;
  const bool v4 = in_range6(peer.bytes, mapped);
  ::inet_ntop(v4 ? AF_INET : AF_INET6, peer.bytes.data() + (v4 ? kV4 : 0), text, sizeof text);
  return text;
}

// "10.1.2.3", "[fd00::1]", either with a port, "localhost".
bool names(std::string_view entry, const Peer& peer) {
  std::string_view host = entry, port;
  const std::size_t colon = entry.rfind(':');
  if (colon != std::string_view::npos && entry.find(']', colon) == std::string_view::npos)
    host = entry.substr(0, colon), port = entry.substr(colon + 1);
  if (!port.empty() && port != std::to_string(peer.port)) return false;
  if (host == "localhost") return kind_of(peer.bytes) == "loopback";
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  const std::optional<Bytes> own = parsed(host);
  return own && *own == peer.bytes;
}

}  // namespace

std::string_view not_public(const sockaddr& address) {
  const std::optional<Peer> peer = peer_of(address);
  return peer ? kind_of(peer->bytes) : std::string_view("unknown");
}

std::string connect_refusal(const ConnectRule& rule, const sockaddr& address) {
  const std::optional<Peer> peer = peer_of(address);
  if (!peer) return "an address of an unknown family";
  const std::string_view kind = kind_of(peer->bytes);
  if (kind.empty() || names(rule.host, *peer)) return {};
  if (rule.proxy_port != 0 && rule.proxy_port == peer->port) return {};
  if (rule.named != nullptr && std::any_of(rule.named->begin(), rule.named->end(),
                                           [&](const std::string& entry) { return names(entry, *peer); }))
    return {};
  return "leads to " + letters_of(*peer) + ", a " + std::string(kind) + " address that the source does not name";
}

std::uint16_t environment_proxy_port(std::string_view scheme) {
  const char* proxy = nullptr;
  const auto look = [&](const char* name) {
    if (proxy == nullptr || *proxy == 0) proxy = std::getenv(name);
  };
  // libcurl does not take HTTP_PROXY in capitals: a CGI request could set it.
  look(scheme == "https" ? "https_proxy" : "http_proxy");
  if (scheme == "https") look("HTTPS_PROXY");
  look("all_proxy");
  look("ALL_PROXY");
  if (proxy == nullptr || *proxy == 0) return 0;
  std::string_view at(proxy);
  const std::size_t slashes = at.find("://");
  const bool tls = at.starts_with("https:");
  if (slashes != std::string_view::npos) at.remove_prefix(slashes + 3);
  at = at.substr(0, at.find('/'));
  if (const std::size_t user = at.rfind('@'); user != std::string_view::npos) at.remove_prefix(user + 1);
  const std::uint16_t usual = tls ? 443 : 1080;
  const std::size_t colon = at.rfind(':');
  if (colon == std::string_view::npos || at.find(']', colon) != std::string_view::npos) return usual;
  std::uint16_t port = 0;
  const std::string_view digits = at.substr(colon + 1);
  const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  return failed == std::errc() && end == digits.data() + digits.size() ? port : usual;
}

}  // namespace tanmiao::crawler
