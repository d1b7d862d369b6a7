#include "server/serve.h"

#include "server/handler.h"
#include "server/listener.h"

namespace tanmiao::server {

Status serve(const std::filesystem::path& data, const ServeConfig& config, std::shared_ptr<const Reference> reference,
             std::shared_ptr<const miner::Rules> rules, const std::atomic<bool>& stop,
             const std::function<void(std::uint16_t)>& ready) {
  if (config.pool_rules == nullptr) return Error{Errc::kConfig, "没有培育库的规则（config/pool）", ""};
  TANMIAO_ASSIGN(auto store, store::Store::open(data, store::Access::kRead, "tanmiao serve"));
  Worlds worlds(std::move(store), std::move(reference), std::move(rules));
  Desk desk;
  const Site site{worlds, config, desk};
  const Handler handler = [&site](const Request& request) { return handle(site, request); };
  return listen(config.address, config.port, config.threads, Limits{}, handler, stop, ready);
}

}  // namespace tanmiao::server
