#include "crawler/request_maker.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "crawler/built_address.h"

namespace tanmiao::crawler {
namespace {

constexpr std::uint64_t kMostAnswer = std::uint64_t{256} << 20;  // unpacked, to be looked through for secrets

template <std::size_t Size>
std::string hex_of(const std::array<unsigned char, Size>& bytes) {
  std::string out(Size * 2 + 1, '\0');
  sodium_bin2hex(out.data(), out.size(), bytes.data(), bytes.size());
  out.pop_back();
  return out;
}

std::string sha256_hex(std::string_view text) {
  std::array<unsigned char, crypto_hash_sha256_BYTES> digest{};
  crypto_hash_sha256(digest.data(), reinterpret_cast<const unsigned char*>(text.data()), text.size());
  return hex_of(digest);
}

SignMoment this_moment() {
  std::array<unsigned char, 16> random{};
  randombytes_buf(random.data(), random.size());
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::milliseconds>(now).count(), hex_of(random)};
}

struct Variables {
  std::vector<std::pair<std::string, std::string>> values;

  std::string filled(std::string_view text) const {
    std::string out;
    while (true) {
      const std::size_t at = text.find('{'), end = at == std::string_view::npos ? at : text.find('}', at);
      if (end == std::string_view::npos) return out.append(text);
      const std::string_view name = text.substr(at + 1, end - at - 1);
      const auto found = std::find_if(values.begin(), values.end(), [&](const auto& one) { return one.first == name; });
      out += text.substr(0, found == values.end() ? at + 1 : at);
      if (found != values.end()) out += found->second;
      text.remove_prefix(found == values.end() ? at + 1 : end + 1);
    }
  }
};

Status sign(FetchRequest& request, const SignRule& rule, const Secrets& secrets, const SignMoment& moment,
            std::vector<std::string>& marks) {
  TANMIAO_ASSIGN(const Url url, parse_url(request.url));
  Variables variables{{{"timestamp", std::to_string(moment.milliseconds)},
                       {"timestamp_s", std::to_string(moment.milliseconds / 1000)},
                       {"nonce", moment.nonce},
                       {"method", request.body ? "POST" : "GET"},
                       {"host", url.authority()},
                       {"path", url.path},
                       {"query", url.query.empty() ? "" : url.query.substr(1)},
                       {"body", request.body.value_or("")},
                       {"body_sha256", sha256_hex(request.body.value_or(""))}}};
  // Variables first: no secret is taken for one.
  TANMIAO_ASSIGN(const std::string key, secrets.filled(rule.key, Secrets::As::kPlain, url));
  TANMIAO_ASSIGN(const std::string text, secrets.filled(variables.filled(rule.text), Secrets::As::kPlain, url));
  const std::string signature = hmac_sha256(key, text, rule.hex);
  variables.values.emplace_back("signature", signature);
  marks = {escape_all(signature), signature};
  for (const auto& [name, value] : rule.headers) {
    TANMIAO_ASSIGN(const std::string line, secrets.filled(variables.filled(value), Secrets::As::kPlain, url));
    request.headers.emplace_back(name, line);
  }
  std::string query;
  for (const auto& [name, value] : rule.query) {
    TANMIAO_ASSIGN(const std::string made, secrets.filled(variables.filled(value), Secrets::As::kPlain, url));
    query += query.empty() ? "" : "&";
    query.append(name).append("=").append(escape_all(made));
  }
  if (!query.empty()) request.url += (url.query.empty() ? "?" : "&") + query;
  return {};
}

std::string without_headers(std::string_view head, std::initializer_list<std::string_view> names) {
  std::string out;
  while (!head.empty()) {
    const std::size_t end = std::min(head.find('\n'), head.size() - 1);
    const std::string_view line = head.substr(0, end + 1), name = line.substr(0, line.find(':'));
    head.remove_prefix(end + 1);
    if (std::none_of(names.begin(), names.end(), [&](std::string_view one) { return same_header(one, name); }))
      out += line;
  }
  return out;
}

// The head of an answer whose body is another one now.
std::string with_length(std::string_view head, std::size_t length) {
  return without_headers(head, {"Content-Encoding", "Content-Length", "Transfer-Encoding"})
      .append("Content-Length: ")
      .append(std::to_string(length))
      .append("\r\n");
}

class SecretWire : public Wire {
 public:
  SecretWire(std::shared_ptr<const Secrets> secrets, const SignRule* rule)
      : secrets_(std::move(secrets)), rule_(rule) {}

  Result<FetchRequest> complete(const FetchRequest& request, bool elsewhere,
                                std::vector<std::string>& marks) const override {
    if (elsewhere && request.body && secret_names(*request.body) > 0)
      return Error{Errc::kConfig, "重定向到另一主机：请求体含密钥，未再发出", ""};
    return completed(request, elsewhere ? nullptr : rule_, *secrets_, this_moment(), marks);
  }

  void redact(FetchResponse& response, const std::vector<std::string>& marks) const override {
    const auto clean = [&](std::string& text) {
      bool any = secrets_->redact(text);
      for (const std::string& mark : marks) any = replace_all(text, mark, "(signature)") || any;
      return any;
    };
    clean(response.request_head);
    clean(response.failure);
    response.head = without_headers(response.head, {kRedactedHeader});
    const bool in_head = clean(response.head);
    const bool in_body = redact_body(response, clean);
    if (in_head || in_body) response.head.append(kRedactedHeader).append(": secrets\r\n");
  }

 private:
  template <class Clean>
  static bool redact_body(FetchResponse& response, const Clean& clean) {
    std::string plain;
    const bool encoded = !header_of(response.head, "Content-Encoding").empty();
    if (encoded && !decoded_body(response.head, response.body, kMostAnswer, plain)) return false;  // nobody keeps it
    if (!clean(encoded ? plain : response.body)) return false;
    if (encoded) response.body = std::move(plain);
    response.head = with_length(response.head, response.body.size());
    return true;
  }

  std::shared_ptr<const Secrets> secrets_;
  const SignRule* rule_;
};

}  // namespace

std::string hmac_sha256(std::string_view key, std::string_view text, bool hex) {
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, reinterpret_cast<const unsigned char*>(key.data()), key.size());
  crypto_auth_hmacsha256_update(&state, reinterpret_cast<const unsigned char*>(text.data()), text.size());
  std::array<unsigned char, crypto_auth_hmacsha256_BYTES> digest{};
  crypto_auth_hmacsha256_final(&state, digest.data());
  if (hex) return hex_of(digest);
  std::string out(sodium_base64_encoded_len(digest.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(out.data(), out.size(), digest.data(), digest.size(), sodium_base64_VARIANT_ORIGINAL);
  out.pop_back();  // its terminating zero
  return out;
}

Result<FetchRequest> completed(const FetchRequest& request, const SignRule* rule, const Secrets& secrets,
                               const SignMoment& moment, std::vector<std::string>& marks) {
  FetchRequest out = request;
  out.wire = nullptr;
  TANMIAO_ASSIGN(const Url url, parse_url(request.url));
  TANMIAO_ASSIGN(out.url, secrets.filled(request.url, Secrets::As::kComponent, url));
  for (auto& [name, value] : out.headers) {
    TANMIAO_ASSIGN(value, secrets.filled(value, Secrets::As::kPlain, url));
  }
  if (out.body) {
    const auto as = out.content_type == kJsonType ? Secrets::As::kJson : Secrets::As::kComponent;
    TANMIAO_ASSIGN(out.body, secrets.filled(*out.body, as, url));
  }
  if (rule != nullptr) TANMIAO_TRY(sign(out, *rule, secrets, moment, marks));
  return out;
}

RequestMaker::RequestMaker(const Source& source, Secrets secrets)
    : source_(source), secrets_(std::make_shared<const Secrets>(std::move(secrets))) {}

FetchRequest RequestMaker::request(const Address& address, const PageRule& page) const {
  FetchRequest request;
  request.url = address.text();
  request.most_bytes = source_.most_bytes;
  if (address.post()) {
    request.body = address.body;
    request.content_type = address.kind == Address::Body::kJson ? kJsonType : kFormType;
  }
  request.headers = source_.headers;
  for (const auto& [name, value] : page.headers) {
    std::erase_if(request.headers, [&, &key = name](const auto& one) { return same_header(one.first, key); });
    request.headers.emplace_back(name, value);
  }
  const auto rule = source_.signs.find(page.sign);
  const SignRule* const signing = rule == source_.signs.end() ? nullptr : &rule->second;
  if (signing != nullptr || !secrets_->empty()) request.wire = std::make_shared<SecretWire>(secrets_, signing);
  return request;
}

}  // namespace tanmiao::crawler
