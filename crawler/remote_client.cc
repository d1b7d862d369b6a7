#include "crawler/remote_client.h"

#include <curl/curl.h>
#include <sodium.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "core/messages.h"
#include "crawler/connect_guard.h"
#include "store/data_folder.h"

namespace tanmiao::crawler {
namespace {

constexpr long kConnectSecondsRemote = 30, kAnswerSeconds = 60, kStalledSecondsRemote = 60;
constexpr int kFirstWaitMs = 1, kMostWaitMs = 256;
constexpr std::size_t kMostListing = std::size_t{64} << 20;
using Said = RemoteAnswer::Kind;

// Every byte but unreserved ones: a name with ';', '%' or blanks means itself.
std::string escaped_path(std::string_view path) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (const char c : path) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' ||
                       c == '-' || c == '.' || c == '_' || c == '~';
    if (plain) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out.append({'%', kHex[byte >> 4], kHex[byte & 15]});
  }
  return out;
}

// As ssh-keygen -l shows it: base64 without padding.
std::string fingerprint_of(const void* key, std::size_t length) {
  std::array<unsigned char, crypto_hash_sha256_BYTES> digest{};
  crypto_hash_sha256(digest.data(), static_cast<const unsigned char*>(key), length);
  std::array<char, sodium_base64_ENCODED_LEN(crypto_hash_sha256_BYTES, sodium_base64_VARIANT_ORIGINAL_NO_PADDING)>
      text{};
  sodium_bin2base64(text.data(), text.size(), digest.data(), digest.size(), sodium_base64_VARIANT_ORIGINAL_NO_PADDING);
  return std::string("SHA256:") + text.data();
}

struct RemoteTransfer {
  const RemoteAccess& access;
  const RemoteClient::GoOn& go_on;
  int fd = -1;                       // -1: a listing
  std::uint64_t left = 0, most = 0;  // of a file: bytes that may come; that may come now
  std::string listing{};
  std::uint64_t received = 0;
  bool grew = false, bounded = false, long_listing = false, other_key = false;
  std::optional<Error> disk{};
  std::string refused{};  // a connection that was not made
};

std::size_t take_file(const char* bytes, std::size_t size, RemoteTransfer& transfer) {
  if (size > transfer.left) {
    transfer.grew = true;
    return 0;
  }
  const auto now = static_cast<std::size_t>(std::min<std::uint64_t>(size, transfer.most));
  for (std::size_t done = 0; done < now;) {
    const ssize_t written = ::write(transfer.fd, bytes + done, now - done);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) {
      transfer.disk = store::io_error(written < 0 ? errno : ENOSPC, "writing a fetched file", {});
      return 0;
    }
    done += static_cast<std::size_t>(written);
  }
  transfer.left -= now;
  transfer.most -= now;
  transfer.received += now;
  transfer.bounded = now < size;
  return now;
}

std::size_t on_remote_bytes(char* bytes, std::size_t size, std::size_t count, void* user) {
  auto& transfer = *static_cast<RemoteTransfer*>(user);
  if (transfer.fd >= 0) return take_file(bytes, size * count, transfer);
  transfer.long_listing = transfer.listing.size() + size * count > kMostListing;
  if (transfer.long_listing) return 0;
  transfer.listing.append(bytes, size * count);
  transfer.received += size * count;
  return size * count;
}

int on_remote_progress(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<RemoteTransfer*>(user)->go_on() ? 0 : 1;
}

// Of data connections as well.
curl_socket_t on_remote_open(void* user, curlsocktype, curl_sockaddr* to) {
  auto& transfer = *static_cast<RemoteTransfer*>(user);
  const Url& host = transfer.access.host;
  std::string refusal = connect_refusal({host.host, host.port, transfer.access.named}, to->addr);
  if (refusal.empty()) return ::socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
  transfer.refused = std::move(refusal);
  return CURL_SOCKET_BAD;
}

int on_host_key(void* user, int, const char* key, std::size_t length) {
  auto& transfer = *static_cast<RemoteTransfer*>(user);
  const std::string shown = fingerprint_of(key, length);
  for (const std::string& known : transfer.access.fingerprints)
    if (known == shown) return CURLKHMATCH_OK;
  transfer.other_key = true;
  return CURLKHMATCH_MISMATCH;
}

struct RemoteVerdict {
  Said kind;
  std::string note;
};

RemoteVerdict verdict_of(CURLcode code, long reply, const RemoteTransfer& transfer) {
  if (transfer.other_key) return {Said::kRefused, "主机密钥不是来源说明所列的（host_keys），未登录"};
  if (code == CURLE_COULDNT_CONNECT && !transfer.refused.empty()) return {Said::kRefused, in_chinese(transfer.refused)};
  if (transfer.grew) return {Said::kGrew, "文件比列出的更大，仍在写入"};
  if (transfer.disk || transfer.bounded) return {Said::kOurs, {}};
  if (transfer.long_listing) return {Said::kTrouble, "目录列表过长"};
  switch (code) {
    case CURLE_OK: return {Said::kGood, {}};
    case CURLE_ABORTED_BY_CALLBACK: return {Said::kOurs, {}};
    case CURLE_LOGIN_DENIED:
      // 421: too many connections, or the server is about to go.
      if (reply == 421) return {Said::kTrouble, "服务器暂不接受登录（421）"};
      return {Said::kRefused, "登录被拒绝：用户名、密码或密钥不对，或尚未开通"};
    case CURLE_PEER_FAILED_VERIFICATION:
      return {Said::kRefused, transfer.access.host.scheme == "sftp" ? "主机密钥未通过检验" : "服务器证书未通过检验"};
    case CURLE_USE_SSL_FAILED: return {Said::kRefused, "服务器不提供 TLS，而来源说明要求（tls = \"required\"）"};
    case CURLE_SSL_CACERT_BADFILE: return {Said::kRefused, "ca_file 不能读取"};
    case CURLE_REMOTE_ACCESS_DENIED:
    case CURLE_REMOTE_FILE_NOT_FOUND: return {Said::kNotThere, "服务器上没有，或不许读取"};
    case CURLE_FTP_COULDNT_RETR_FILE:
      if (reply == 550) return {Said::kNotThere, "服务器上没有，或不许读取"};
      break;
    case CURLE_FTP_COULDNT_USE_REST:
    case CURLE_BAD_DOWNLOAD_RESUME: return {Said::kNoResume, "服务器不能续传"};
    case CURLE_OPERATION_TIMEDOUT: return {Said::kTrouble, in_chinese("timeout")};
    case CURLE_PARTIAL_FILE:
    case CURLE_RECV_ERROR:
    case CURLE_GOT_NOTHING: return {Said::kTrouble, "传输中断"};
    default: break;
  }
  return {Said::kTrouble,
          in_chinese(curl_easy_strerror(code)) + (reply > 0 ? "（" + std::to_string(reply) + "）" : "")};
}

}  // namespace

struct RemoteClient::Impl {
  CURL* easy = curl_easy_init();
  CURLM* multi = curl_multi_init();  // holds the connection
  bool knows_mlsd = true;            // until it says no

  Impl() { curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, 1L); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl() {
    curl_easy_cleanup(easy);
    curl_multi_cleanup(multi);
  }

  void prepare(RemoteTransfer& transfer, const std::string& path) {
    const RemoteAccess& access = transfer.access;
    curl_easy_reset(easy);  // the connection is kept
    const std::string url = access.host.origin() + access.host.path + escaped_path(path);
    curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "ftp,ftps,sftp");
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, kConnectSecondsRemote);
    curl_easy_setopt(easy, CURLOPT_SERVER_RESPONSE_TIMEOUT, kAnswerSeconds);
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, kStalledSecondsRemote);
    if (!access.user.empty()) curl_easy_setopt(easy, CURLOPT_USERNAME, access.user.c_str());
    if (!access.password.empty()) curl_easy_setopt(easy, CURLOPT_PASSWORD, access.password.c_str());
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_remote_bytes);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &transfer);
    curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, on_remote_progress);
    curl_easy_setopt(easy, CURLOPT_XFERINFODATA, &transfer);
    curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, on_remote_open);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, &transfer);
    if (access.host.scheme == "sftp")
      prepare_ssh(transfer);
    else
      prepare_ftp(access);
  }

  void prepare_ftp(const RemoteAccess& access) {
    using Tls = RemoteRules::Tls;
    curl_easy_setopt(easy, CURLOPT_FTP_FILEMETHOD, static_cast<long>(CURLFTPMETHOD_SINGLECWD));
    curl_easy_setopt(easy, CURLOPT_FTP_SKIP_PASV_IP, 1L);
    const long use = access.tls == Tls::kRequired ? CURLUSESSL_ALL
                     : access.tls == Tls::kNever  ? CURLUSESSL_NONE
                                                  : CURLUSESSL_TRY;
    if (access.host.scheme == "ftp") curl_easy_setopt(easy, CURLOPT_USE_SSL, use);
    if (!access.ca_file.empty()) curl_easy_setopt(easy, CURLOPT_CAINFO, access.ca_file.c_str());
  }

  void prepare_ssh(RemoteTransfer& transfer) {
    const RemoteAccess& access = transfer.access;
    curl_easy_setopt(easy, CURLOPT_SSH_HOSTKEYFUNCTION, on_host_key);
    curl_easy_setopt(easy, CURLOPT_SSH_HOSTKEYDATA, &transfer);
    const long ways = access.key_file.empty() ? CURLSSH_AUTH_PASSWORD | CURLSSH_AUTH_KEYBOARD : CURLSSH_AUTH_PUBLICKEY;
    curl_easy_setopt(easy, CURLOPT_SSH_AUTH_TYPES, ways);
    if (!access.key_file.empty()) curl_easy_setopt(easy, CURLOPT_SSH_PRIVATE_KEYFILE, access.key_file.c_str());
  }

  RemoteAnswer perform(RemoteTransfer& transfer) {
    const auto began = std::chrono::steady_clock::now();
    const CURLcode code = run();
    long reply = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &reply);
    reply_ = reply;
    RemoteAnswer answer;
    answer.took = std::chrono::floor<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began);
    answer.bytes = transfer.received;
    answer.disk = transfer.disk;
    RemoteVerdict verdict = verdict_of(code, reply, transfer);
    answer.kind = verdict.kind;
    answer.note = std::move(verdict.note);
    return answer;
  }

  // As curl_easy_perform, which sleeps a whole second where the reply to EPSV came so soon that libcurl has no socket
  // yet to wait for (seen in 7.88): the first waits of a silence are short.
  CURLcode run() {
    curl_multi_add_handle(multi, easy);
    int running = 1;
    for (int wait_ms = kFirstWaitMs;;) {
      if (curl_multi_perform(multi, &running) != CURLM_OK || running == 0) break;
      int woken = 0;
      if (curl_multi_poll(multi, nullptr, 0, wait_ms, &woken) != CURLM_OK) break;
      wait_ms = woken > 0 ? kFirstWaitMs : std::min(wait_ms * 2, kMostWaitMs);
    }
    CURLcode code = CURLE_FAILED_INIT;
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi, &left))
      if (message->msg == CURLMSG_DONE) code = message->data.result;
    curl_multi_remove_handle(multi, easy);
    return code;
  }

  RemoteAnswer list_once(const RemoteAccess& access, const std::string& folder, const GoOn& go_on, bool mlsd) {
    RemoteTransfer transfer{access, go_on};
    prepare(transfer, folder + "/");
    if (mlsd) curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, "MLSD");
    RemoteAnswer answer = perform(transfer);
    if (answer.kind != Said::kGood) return answer;
    auto entries = mlsd ? parse_mlsd(transfer.listing) : parse_list(transfer.listing);
    if (entries) {
      answer.entries = std::move(*entries);
    } else {
      answer.kind = Said::kTrouble;
      answer.note = in_chinese(entries.error().message) + "：" + entries.error().where;
    }
    return answer;
  }

  long reply_ = 0;
};

RemoteClient::RemoteClient() {
  static const CURLcode once = curl_global_init(CURL_GLOBAL_DEFAULT);
  static_cast<void>(once);
  impl_ = std::make_unique<Impl>();
}
RemoteClient::~RemoteClient() = default;

RemoteAnswer RemoteClient::list(const RemoteAccess& access, const std::string& folder, const GoOn& go_on) {
  const bool mlsd = access.host.scheme != "sftp" && impl_->knows_mlsd;
  RemoteAnswer answer = impl_->list_once(access, folder, go_on, mlsd);
  // 500 to 504: no such command; 550: some servers forbid it, others mean the folder, which LIST then says as well.
  const bool unknown = impl_->reply_ >= 500 && impl_->reply_ <= 550;
  if (!mlsd || answer.kind == Said::kGood || answer.kind == Said::kRefused || !unknown) return answer;
  answer = impl_->list_once(access, folder, go_on, false);
  if (answer.kind == Said::kGood) impl_->knows_mlsd = false;
  return answer;
}

RemoteAnswer RemoteClient::get(const RemoteAccess& access, const std::string& folder, const std::string& raw_name,
                               int fd, std::uint64_t offset, std::uint64_t size, std::uint64_t most,
                               const GoOn& go_on) {
  RemoteTransfer transfer{access, go_on, fd, size - offset, most};
  impl_->prepare(transfer, folder + "/" + raw_name);
  if (offset > 0) curl_easy_setopt(impl_->easy, CURLOPT_RESUME_FROM_LARGE, static_cast<curl_off_t>(offset));
  RemoteAnswer answer = impl_->perform(transfer);
  if (answer.kind == Said::kGood && transfer.left > 0) {
    answer.kind = Said::kTrouble;
    answer.note = "传来的比列出的短";
  }
  return answer;
}

}  // namespace tanmiao::crawler
