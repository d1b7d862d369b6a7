#include "crawler/source_checks.h"

#include <algorithm>

#include "core/text/normalize.h"
#include "crawler/address.h"

namespace tanmiao::crawler {
namespace {

// "data.example" or "data.example:8080", as Url has them: another spelling would never be met.
void check_host(Settings& at, const std::string& host) {
  const auto url = parse_url("http://" + host);
  if (!url || url->target() != "/") {
    at.complain("hosts", "'" + host + "' is no host: expected a name such as data.example or data.example:8080");
    return;
  }
  if (url->authority() != text::ascii_lower(host))
    at.complain("hosts", "expected '" + url->authority() + "' in place of '" + host + "', as it is asked");
}

void check_start(Settings& fetch, const Source& source, const std::string& start) {
  if (url_of(start).find('@') != std::string_view::npos && !parse_address(start)) {
    fetch.complain("start",  // and it is not shown
                   "a user's name or password stands in an address: it comes from [secrets.NAME], not from this file");
    return;
  }
  const auto address = parse_address(start);
  if (!address)
    fetch.complain("start", "'" + start + "': " + address.error().message);
  else if (!source.hosts.empty() && !host_allowed(address->url, source.hosts))
    fetch.complain("start", "the host of '" + start + "' is not among hosts, it would never be asked");
}

}  // namespace

void check_source_id(Settings& at, const std::string& id) {
  const bool odd = std::any_of(id.begin(), id.end(), [](char c) {
    return static_cast<unsigned char>(c) <= ' ' || c == 0x7F || c == '/' || c == '\\';
  });
  if (id.empty() || odd || id.front() == '.') at.complain("id", "must be a word that can name a folder");
}

// Pages with name patterns are chosen by the names of files as well.
void check_role_once(Settings& at, const Source& source) {
  const PageRule& page = source.pages.back();
  if (source.folder || !page.files.empty() || source.page(page.role) == &page) return;
  at.complain("role", "another [[page]] before has the role '" + page.role + "': this one would never be used");
}

std::string no_page(const Source& source, const std::string& role) {
  std::vector<std::string_view> roles;
  roles.reserve(source.pages.size());
  for (const PageRule& page : source.pages) roles.push_back(page.role);
  return "no [[page]] has the role '" + role + "'" + did_you_mean(role, roles);
}

void check_roles(Settings& at, const Source& source) {
  const auto known = [&](const std::string& role) { return role == kUnread || source.page(role) != nullptr; };
  if (source.folder && !source.remote && !source.not_yet.empty())
    at.complain("not_yet", "is of sources on the network");
  if (!source.not_yet.empty()) return;
  if (source.pages.empty()) at.complain("id", "a source needs at least one [[page]]");
  if (source.folder) {
    if (source.inbox.empty()) at.complain("kind", "a folder source needs inbox");
    if (source.remote && source.completeness == store::Completeness::kComplete)
      at.complain("complete", "files of a remote folder leave it: expected part or append");
  } else {
    if (source.hosts.empty()) at.complain("kind", "an http source needs hosts");
    if (source.start_role.empty())
      at.table("fetch").complain("start_role", "missing, expected the role of the pages that start names");
    else if (source.page(source.start_role) == nullptr)
      at.table("fetch").complain("start_role", no_page(source, source.start_role));
  }
  const PageRule* const map = source.page(source.robots_sitemaps);
  if (!source.robots_sitemaps.empty() && (map == nullptr || map->reader != "sitemap"))
    at.table("fetch").complain("robots_sitemaps", "no [[page]] with reader \"sitemap\" has the role '" +
                                                      source.robots_sitemaps + "' of fetch.robots_sitemaps");
  for (Settings& page : at.tables("page"))
    for (Settings& link : page.tables("link"))
      if (const std::string role = link.text("role", ""); !role.empty() && !known(role))
        link.complain("role", no_page(source, role));
}

void check_addresses(Settings& at, const Source& source) {
  if (source.folder || !source.not_yet.empty()) return;
  for (const std::string& host : at.texts("hosts")) check_host(at, host);
  Settings fetch = at.table("fetch");
  if (source.start.empty()) fetch.complain("start", "missing, expected an address to begin with");
  for (const std::string& start : source.start) check_start(fetch, source, start);
}

}  // namespace tanmiao::crawler
