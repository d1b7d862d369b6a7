#include "crawler/secrets.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "crawler/built_address.h"
#include "crawler/secret_forms.h"

namespace tanmiao::crawler {
namespace {

// Shorter ones occur in any text, so that they could not be kept out of it.
constexpr std::size_t kLeastSecret = 8;
constexpr std::size_t kMostSecret = 4096;
constexpr std::string_view kPlain = "{secret:", kEscaped = "%7Bsecret:";  // a name, in an address as well

Result<std::string> from_environment(const std::string& variable) {
  const char* const value = std::getenv(variable.c_str());
  if (value == nullptr || *value == '\0')
    return Error{Errc::kConfig, "the variable " + variable + " of the environment is not set", variable};
  return std::string(value);
}

Result<std::string> from_file(const std::filesystem::path& file) {
  const std::string where = file.string();
  const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  if (fd < 0)
    return Error{Errc::kConfig, std::string("cannot open the file of a secret: ") + std::strerror(errno), where};
  struct stat is {};
  std::string text(kMostSecret + 1, '\0');
  const bool known = ::fstat(fd, &is) == 0;
  const bool sound =
      known && S_ISREG(is.st_mode) && (is.st_mode & 077) == 0 && (is.st_uid == ::geteuid() || is.st_uid == 0);
  const ssize_t got = sound ? ::read(fd, text.data(), text.size()) : 0;
  ::close(fd);
  if (!known || !S_ISREG(is.st_mode)) return Error{Errc::kConfig, "the file of a secret is no regular file", where};
  if ((is.st_mode & 077) != 0)
    return Error{Errc::kConfig, "the file of a secret can be read by others: expected mode 0600 (chmod 600)", where};
  if (!sound) return Error{Errc::kConfig, "the file of a secret belongs to another user", where};
  if (got < 0 || static_cast<std::size_t>(got) > kMostSecret)
    return Error{Errc::kConfig, "the file of a secret cannot be read, or is longer than 4096 bytes", where};
  text.resize(static_cast<std::size_t>(got));
  return text;
}

Result<std::string> value_of(const SecretRule& rule, const std::filesystem::path& base) {
  const std::string where = rule.env.empty() ? rule.file : rule.env;
  std::string value;
  if (rule.env.empty()) {
    TANMIAO_ASSIGN(value, from_file(base / rule.file));
  } else {
    TANMIAO_ASSIGN(value, from_environment(rule.env));
  }
  while (!value.empty() && (value.back() == '\n' || value.back() == '\r')) value.pop_back();
  if (value.size() < kLeastSecret)
    return Error{Errc::kConfig, "a secret of fewer than 8 characters cannot be kept out of logs", where};
  if (std::any_of(value.begin(), value.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }))
    return Error{Errc::kConfig, "a secret is one line without control characters", where};
  return value;
}

// A memory image of a process that knows secrets would hold them. 1 and not 0: what the kernel pipes to a program is
// kept from it by this value alone (core(5)).
void leave_no_image() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_CORE, &limit) != 0) return;
  limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, 1);
  ::setrlimit(RLIMIT_CORE, &limit);
}

std::string in_form(std::string_view value, Secrets::As as) {
  if (as == Secrets::As::kComponent) return escape_all(value);
  return as == Secrets::As::kJson ? json_escaped(value) : std::string(value);
}

}  // namespace

std::string json_escaped(std::string_view text) {
  const std::string quoted =
      boost::json::serialize(boost::json::value(boost::json::string_view(text.data(), text.size())));
  return quoted.substr(1, quoted.size() - 2);
}

bool replace_all(std::string& text, std::string_view what, std::string_view with) {
  bool any = false;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size())) {
    text.replace(at, what.size(), with);
    any = true;
  }
  return any;
}

Result<Secrets> Secrets::load(const Source& source, const std::filesystem::path& base) {
  Secrets out;
  for (const auto& [name, rule] : source.secrets) {
    const auto value = value_of(rule, base);
    if (!value)
      return Error{value.error().code, "secret '" + name + "': " + value.error().message, value.error().where};
    Secret secret;
    secret.value = *value;
    secret.hosts = rule.hosts.empty() ? source.hosts : rule.hosts;
    for (std::string& form : secret_forms(*value)) out.forms_.emplace_back(std::move(form), name);
    out.known_[name] = std::move(secret);
  }
  std::sort(out.forms_.begin(), out.forms_.end(), [](const auto& a, const auto& b) {
    return a.first.size() != b.first.size() ? a.first.size() > b.first.size() : a < b;
  });
  out.encrypted_only_ =
      !source.start.empty() && std::all_of(source.start.begin(), source.start.end(),
                                           [](const std::string& start) { return start.starts_with("https://"); });
  if (!out.empty()) leave_no_image();
  return out;
}

Result<std::string> Secrets::filled(std::string_view text, As as, const Url& host) const {
  std::string out;
  while (true) {
    const std::size_t plain = text.find(kPlain);
    const std::size_t escaped = as == As::kComponent ? text.find(kEscaped) : std::string_view::npos;
    const std::size_t at = std::min(plain, escaped);
    if (at == std::string_view::npos) return out.append(text);
    const std::string_view open = plain < escaped ? kPlain : kEscaped, close = plain < escaped ? "}" : "%7D";
    const std::size_t from = at + open.size(), end = text.find(close, from);
    if (end == std::string_view::npos) return out.append(text);
    const std::string name(text.substr(from, end - from));
    const auto found = known_.find(name);
    if (found == known_.end()) return Error{Errc::kConfig, "来源没有名为 " + name + " 的密钥，未发出请求", name};
    if (!host_allowed(host, found->second.hosts))
      return Error{Errc::kConfig, "密钥 " + name + " 不得发给主机 " + host.authority() + "，未发出请求", name};
    if (encrypted_only_ && host.scheme != "https")
      return Error{Errc::kConfig, "密钥 " + name + " 只经 HTTPS 发出，" + host.authority() + " 不是，未发出请求", name};
    out.append(text.substr(0, at)).append(in_form(found->second.value, as));
    text.remove_prefix(end + close.size());
  }
}

bool Secrets::redact(std::string& text) const {
  bool any = false;
  for (const auto& [form, name] : forms_)
    any = replace_all(text, form, std::string("{secret:").append(name).append("}")) || any;
  return any;
}

std::size_t secret_names(std::string_view text) {
  std::size_t count = 0;
  for (const std::string_view open : {kPlain, kEscaped})
    for (std::size_t at = text.find(open); at != std::string_view::npos; at = text.find(open, at + open.size()))
      ++count;
  return count;
}

}  // namespace tanmiao::crawler
