// From an address and its page description to a request: body and headers when it is planned, secrets and signature in
// the moment it goes out.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "crawler/fetcher.h"
#include "crawler/secrets.h"
#include "crawler/source.h"

namespace tanmiao::crawler {

// What makes two signed requests for the same thing differ.
struct SignMoment {
  std::int64_t milliseconds = 0;  // since 1970
  std::string nonce;
};

// `request` with its secrets filled in and, under `sign` (nullptr: unsigned), its signature. `marks`: what was made for
// this request only and must not be kept either.
Result<FetchRequest> completed(const FetchRequest& request, const SignRule* sign, const Secrets& secrets,
                               const SignMoment& moment, std::vector<std::string>& marks);
std::string hmac_sha256(std::string_view key, std::string_view text, bool hex);

class RequestMaker {
 public:
  RequestMaker(const Source& source, Secrets secrets);  // `source` must outlive it and its requests
  FetchRequest request(const Address& address, const PageRule& page) const;

 private:
  const Source& source_;
  std::shared_ptr<const Secrets> secrets_;
};

}  // namespace tanmiao::crawler
