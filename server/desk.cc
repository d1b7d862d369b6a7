#include "server/desk.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include "server/http.h"

namespace tanmiao::server {
namespace {

constexpr std::size_t kKeptNotices = 500, kKeptImports = 50, kKeptLists = 20;
constexpr std::string_view kActingCookie = "tanmiao_by";
constexpr std::size_t kLongestActor = 40;  // characters

std::string random_hex(std::size_t bytes) {
  std::array<unsigned char, 32> random{};
  if (bytes > random.size() || ::getentropy(random.data(), bytes) != 0)
    throw std::runtime_error("the system gives no random bytes");
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out;
  for (std::size_t i = 0; i < bytes; ++i) out += {kHex[random[i] >> 4], kHex[random[i] & 15]};
  return out;
}

template <class Kept>
auto find_kept(const Kept& kept, std::string_view id) {
  return std::find_if(kept.begin(), kept.end(), [&](const auto& one) { return one.first == id; });
}

}  // namespace

Desk::Desk() : token_(random_hex(32)) {}

bool Desk::genuine(std::string_view token) const {
  if (token.size() != token_.size()) return false;
  unsigned different = 0;
  for (std::size_t i = 0; i < token.size(); ++i) different |= static_cast<unsigned>(token[i] ^ token_[i]);
  return different == 0;
}

std::string Desk::keep(Notice notice) {
  const std::lock_guard guard(mutex_);
  notices_.emplace_back(random_hex(8), std::move(notice));
  if (notices_.size() > kKeptNotices) notices_.pop_front();
  return notices_.back().first;
}

std::string Desk::keep(ImportResult result) {
  const std::lock_guard guard(mutex_);
  imports_.emplace_back(random_hex(8), std::make_shared<const ImportResult>(std::move(result)));
  if (imports_.size() > kKeptImports) imports_.pop_front();
  return imports_.back().first;
}

std::string Desk::keep(ListResult result) {
  const std::lock_guard guard(mutex_);
  lists_.emplace_back(random_hex(8), std::make_shared<const ListResult>(std::move(result)));
  if (lists_.size() > kKeptLists) lists_.pop_front();
  return lists_.back().first;
}

std::optional<Notice> Desk::notice(std::string_view id) const {
  const std::lock_guard guard(mutex_);
  const auto at = find_kept(notices_, id);
  return at == notices_.end() ? std::nullopt : std::optional(at->second);
}

std::shared_ptr<const ImportResult> Desk::import(std::string_view id) const {
  const std::lock_guard guard(mutex_);
  const auto at = find_kept(imports_, id);
  return at == imports_.end() ? nullptr : at->second;
}

std::shared_ptr<const ListResult> Desk::list(std::string_view id) const {
  const std::lock_guard guard(mutex_);
  const auto at = find_kept(lists_, id);
  return at == lists_.end() ? nullptr : at->second;
}

std::string acting(const Request& request) {
  const auto by = url_decode(request.cookie(kActingCookie));
  if (!by) return {};
  const auto checked = checked_actor(*by);
  return checked ? *checked : std::string();
}

std::string acting_cookie(std::string_view by) {
  return std::string(kActingCookie) + "=" + url_encode(by) + "; Path=/; Max-Age=31536000; HttpOnly; SameSite=Strict";
}

Result<std::string> checked_actor(const std::string& by) {
  if (by.empty()) return Error{Errc::kUsage, "请填写经办（科室或岗位），操作都记入日志", ""};
  const auto characters = std::count_if(by.begin(), by.end(), [](char c) { return (c & 0xC0) != 0x80; });
  const bool control = std::any_of(by.begin(), by.end(), [](char c) { return c >= 0 && c < ' '; });
  if (control || characters > static_cast<std::ptrdiff_t>(kLongestActor))
    return Error{Errc::kUsage, "经办应为一行，不超过 " + std::to_string(kLongestActor) + " 字", ""};
  return by;
}

}  // namespace tanmiao::server
