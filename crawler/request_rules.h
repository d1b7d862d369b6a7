// What a source file says of its requests beyond an address: bodies, headers, secrets, signatures, paging.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/settings.h"
#include "crawler/address.h"

namespace tanmiao::crawler {

using Pairs = std::vector<std::pair<std::string, std::string>>;

// [secrets.NAME]: where a word comes from that nothing but the wire may see.
struct SecretRule {
  std::string env;                 // a variable of the environment; or
  std::string file;                // mode 0600; relative to CrawlConfig::base
  std::vector<std::string> hosts;  // that may be told; empty: all hosts of the source
};

using SecretRules = std::map<std::string, SecretRule>;

// [page.request]: pages of this role are asked for by POST, with this body unless the address brings its own.
struct RequestRule {
  Address::Body kind = Address::Body::kNone;
  std::string body;
};

// [sign.NAME]: headers and parts of the query that are made anew for each request and kept nowhere. Texts may hold
//   {secret:NAME}; {timestamp} milliseconds since 1970, {timestamp_s} seconds; {nonce} 32 random hexadecimal digits;
//   {method}, {host}, {path}, {query} (without '?'), {body} as sent, {body_sha256} in hexadecimal digits;
//   {signature}: HMAC-SHA256 of `text` under `key`, not within `text` itself.
struct SignRule {
  std::string key, text;
  bool hex = false;  // encoding = "hex"; else base64
  Pairs headers, query;
};

using SignRules = std::map<std::string, SignRule>;

// [page.paging]: how a list goes on.
struct PagingRule {
  enum class Kind : std::uint8_t { kNone, kCounter, kCursor };
  Kind kind = Kind::kNone;
  bool in_body = false;  // `param` is one of the form, or a JSON pointer into the body; else of the query
  std::string param;
  // Counter: from, from + step, ... up to what `total` allows, `until`, or the first page that gives nothing.
  std::int64_t from = 1, step = 1, until = INT64_MAX;
  std::int64_t per_page = 1;                               // of what is counted by the total
  std::vector<std::pair<std::string, std::int64_t>> also;  // parameters that stand so much above the counter
  std::string total, total_match;                          // JSON pointer, or RE2 whose first group is the number
  enum class Counts : std::uint8_t { kOther, kRows, kLinks };
  Counts counts = Counts::kOther;   // what the total is of, if it is of what pages give
  std::string next, next_match;     // cursor: JSON pointer or RE2 of the token of the next page
  std::uint32_t most_pages = 1000;  // of this role a night
};

// Header names that are ours: who we are, what we take, how the connection is used, and nobody's session.
bool header_is_ours(std::string_view name);
// The first {...} that is neither a secret of `secrets` nor one of `variables`; empty: all are known. Braces of JSON
// are none of these.
std::string unknown_variable(std::string_view text, const SecretRules& secrets,
                             const std::vector<std::string_view>& variables);
const std::vector<std::string_view>& sign_variables(bool with_signature);

SecretRules read_secrets(Settings at);
SignRules read_signs(Settings at, const SecretRules& secrets);
Pairs read_headers(Settings at, const SecretRules& secrets);
RequestRule read_request(Settings at, const SecretRules& secrets);
// `rows`: the page gives records.
PagingRule read_paging(Settings at, std::string_view reader, const RequestRule& request, bool rows);

}  // namespace tanmiao::crawler
