// ProFTPD, the real server, on a free port of loopback with a folder of its own and one user; and a register of firms
// whose files lie there, a folder a day.
#pragma once

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "archives.h"
#include "tests/crawler/crawl_fixture.h"

namespace tanmiao::crawler {

inline constexpr const char* kFtpProgram = "/usr/sbin/proftpd";
inline constexpr std::string_view kFtpPassword = "geheim-1234";
// crypt(3) of it, SHA-256: openssl passwd -5 -salt tanmiao geheim-1234
inline constexpr std::string_view kFtpShadow = "$5$tanmiao$v09KwevSRr2isznbw5k8buzNaDNQ0wMrlsVCpNjssw2";

inline int free_port() {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof at;
  ::bind(fd, reinterpret_cast<sockaddr*>(&at), length);
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&at), &length);
  ::close(fd);
  return ntohs(at.sin_port);
}

class FtpServer {
 public:
  explicit FtpServer(fs::path folder) : folder_(std::move(folder)), port_(free_port()) {
    fs::create_directories(root());
  }
  FtpServer(const FtpServer&) = delete;
  FtpServer& operator=(const FtpServer&) = delete;
  ~FtpServer() { die(); }

  fs::path root() const { return folder_ / "root"; }
  int port() const { return port_; }
  std::string address(const std::string& scheme = "ftp") const {
    return scheme + "://127.0.0.1:" + std::to_string(port_);
  }

  // `more`: further lines of its configuration.
  void start(const std::string& more = "") {
    const bool super = ::geteuid() == 0;
    const unsigned user = super ? 65534 : ::geteuid(), group = super ? 65534 : ::getegid();
    std::ofstream(folder_ / "users", std::ios::trunc)
        << "reader:" << kFtpShadow << ':' << user << ':' << group << "::" << root().string() << ":/bin/false\n";
    fs::permissions(folder_ / "users", fs::perms::owner_read | fs::perms::owner_write);
    std::ofstream conf(folder_ / "conf", std::ios::trunc);
    conf << "ServerName test\nServerType standalone\nUseIPv6 off\nDefaultAddress 127.0.0.1\nSocketBindTight on\nPort "
         << port_ << "\nPidFile \"" << (folder_ / "pid").string() << "\"\nScoreboardFile \""
         << (folder_ / "score").string() << "\"\nSystemLog \"" << (folder_ / "system.log").string()
         << "\"\nLogFormat all \"%m %F %s %b\"\nExtendedLog \"" << (folder_ / "commands.log").string()
         << "\" ALL all\nTransferLog none\nWtmpLog off\nDelayEngine off\nUseReverseDNS off\nAuthPAM off\n"
            "AuthOrder mod_auth_file.c\nAuthUserFile \""
         << (folder_ / "users").string() << "\"\nRequireValidShell off\nDefaultRoot ~\nAllowRetrieveRestart on\n"
         << (super ? "User nobody\nGroup nogroup\n" : "") << more << '\n';
    conf.close();
    pid_ = ::fork();
    if (pid_ == 0) {
      ::setpgid(0, 0);
      const int out = ::open((folder_ / "out.log").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
      ::dup2(out, 1), ::dup2(out, 2);
      ::execl(kFtpProgram, kFtpProgram, "-n", "-c", (folder_ / "conf").c_str(), nullptr);
      ::_exit(127);
    }
    for (int i = 0; i < 200 && !listening(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(25));
    EXPECT_TRUE(listening()) << "proftpd did not start, see " << folder_ / "out.log";
  }
  // With all who are connected, at once.
  void die() {
    if (pid_ <= 0) return;
    ::kill(-pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = 0;
  }
  // Lines of its log that begin with a command: "RETR /CN/a.zip 226 300".
  std::vector<std::string> asked(const std::string& command) const {
    std::ifstream in(folder_ / "commands.log");
    std::vector<std::string> out;
    for (std::string line; std::getline(in, line);)
      if (line.starts_with(command + " ")) out.push_back(line);
    return out;
  }
  void forget_log() { std::ofstream(folder_ / "commands.log", std::ios::trunc); }

 private:
  bool listening() const {
    const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    at.sin_port = htons(static_cast<std::uint16_t>(port_));
    const bool open = ::connect(fd, reinterpret_cast<sockaddr*>(&at), sizeof at) == 0;
    ::close(fd);
    return open;
  }
  fs::path folder_;
  int port_;
  pid_t pid_ = 0;
};

class CrawlingFolders : public Crawling {
 protected:
  CrawlingFolders() : server_(root_ / "server") {
    fs::permissions(root_, fs::perms::others_exec | fs::perms::others_read, fs::perm_options::add);
    ::setenv("TANMIAO_TEST_FTP", std::string(kFtpPassword).c_str(), 1);
  }
  void SetUp() override {
    if (::access(kFtpProgram, X_OK) != 0) GTEST_SKIP() << "there is no proftpd at " << kFtpProgram;
  }
  static Date day(int number) { return make_date(2026, 1, 1) + std::chrono::days(number); }
  static std::string folder_of(int number) {
    std::string text = iso(day(number));
    std::erase(text, '-');
    return "CN/X-10-A/data/" + text + "rawdata";
  }
  // `extra`: further lines of [remote]; `fetch`: of [fetch].
  void remote_source(const std::string& hosts, const std::string& extra = "", const std::string& fetch = "") {
    write("sources/register.toml", R"(id = "register"
title = "登记"
publisher = "试验"
kind = "remote"
inbox = "inbox/register"
terms = "无"
basis = "试验"
complete = "append"
[secrets.PASSWORD]
env = "TANMIAO_TEST_FTP"
[remote]
hosts = [)" + hosts + R"(]
folders = ["/CN/X-10-A/data/{YYYYMMDD}rawdata/"]
files = ["*.zip"]
user = "reader"
password = "{secret:PASSWORD}"
)" + extra + "\n[fetch]\npause = 0\n" + fetch +
                                       R"(
[[page]]
role = "file"
files = ["*.csv"]
reader = "csv"
kind = "firm"
key = ["org_code"]
required = ["firm_name", "org_code"]
[page.columns]
firm_name = "企业名称"
org_code = "编号"
established = "成立日期"
address = "住所"
[page.public]
field = "established"
)");
    const auto list = list_sources(config_).value();
    store::SourceApproval approval;
    approval.source = "register";
    approval.state = store::SourceState::kApproved;
    approval.reviewer = "a test";
    approval.terms_hash = list.at(0).terms_hash;
    store_->people().decide_source(approval).value();
  }
  void remote_source() { remote_source('"' + server_.address() + '"'); }
  // A zip of a zip of one list, as the office packs its documents; `weight`: bytes that do not shrink.
  static std::string delivery(int first, int rows, std::size_t weight = 0) {
    std::string list(kColumns);
    for (int i = first; i < first + rows; ++i) list += firm_row(i);
    std::string noise(weight, '\0');
    std::uint32_t state = 12345;
    for (char& c : noise) state = state * 1664525 + 1013904223, c = static_cast<char>(state >> 24);
    Files files{{"inner.zip", packed({{"list.csv", list}})}};
    if (weight > 0) files.emplace_back("picture.tif", noise);
    return packed(files);
  }
  void put(FtpServer& server, int number, const std::string& name, const std::string& bytes) {
    const fs::path folder = server.root() / folder_of(number);
    fs::create_directories(folder);
    std::ofstream(folder / name, std::ios::binary | std::ios::trunc) << bytes;
  }
  void put(int number, const std::string& name, const std::string& bytes) { put(server_, number, name, bytes); }
  fs::path fetched(int number, const std::string& name) { return root_ / "inbox/register" / folder_of(number) / name; }

  FtpServer server_;
};

}  // namespace tanmiao::crawler
