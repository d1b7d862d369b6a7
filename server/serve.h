// The staff pages and the API on loopback. Accounts come later, so until then nobody from another machine is let in:
// the address must be a loopback one, the Host header must name it, and a request that came through a proxy is refused.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "core/reference.h"
#include "miner/mine.h"
#include "pool/list_intake.h"
#include "pool/pool_rules.h"

namespace tanmiao::server {

struct ServeConfig {
  std::string address = "127.0.0.1";  // a loopback address; error kConfig otherwise
  std::uint16_t port = 8080;          // 0: any free port
  int threads = 2;
  std::string campaign = "all";                         // whose run the pages open with
  std::string issuer;                                   // 编制单位 in exports
  std::shared_ptr<const pool::PoolRules> pool_rules{};  // must be set
  // Makes the run anew from what people brought in. Error kLocked while a night is running. None: nothing is made.
  std::function<Status()> remine{};
  std::filesystem::path lists{};  // base of the inboxes that announcement lists are kept in
  // Reads an announcement list that was kept there and makes the run anew. Error kLocked while a night is running.
  std::function<Result<pool::TakenUp>(const pool::OfficialProgram&)> take_up{};
  std::function<Instant()> clock{};  // none: that of the system
};

// Serves until `stop` is set (looked at twice a second). `ready` is called once with the port. Errors: kConfig for an
// address that is not loopback, kIo when the port is taken, with what to do about it.
Status serve(const std::filesystem::path& data, const ServeConfig& config, std::shared_ptr<const Reference> reference,
             std::shared_ptr<const miner::Rules> rules, const std::atomic<bool>& stop,
             const std::function<void(std::uint16_t port)>& ready);

}  // namespace tanmiao::server
