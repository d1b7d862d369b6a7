// serve: the staff pages on loopback.
#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <memory>

#include "apps/tanmiao/console.h"
#include "apps/tanmiao/model_gate.h"
#include "apps/tanmiao/office_desk.h"
#include "apps/tanmiao/serving.h"
#include "server/serve.h"
#include "tabular/reference_reader.h"

namespace tanmiao::app {

Result<int> serve_pages(const Common& common, const AppConfig& config, std::shared_ptr<const Reference> reference) {
  const auto& stop = stop_flag();
  TANMIAO_ASSIGN(const auto rules, rules_in_use(config, store::DataFolder(common.data)));
  server::ServeConfig serve;
  serve.address = config.address;
  serve.port = config.port;
  serve.campaign = config.campaigns.front();
  serve.issuer = config.issuer;
  TANMIAO_ASSIGN(serve.pool_rules, pool::PoolRules::load(config.rules / "pool", *reference));
  serve.remine = [&common] { return remade(common, "tanmiao serve", silent_progress()); };
  serve.lists = config.crawl.base;
  serve.take_up = [&common](const pool::OfficialProgram& program) {
    return taken_up(common, program, "tanmiao serve", silent_progress());
  };
  const auto ready = [&](std::uint16_t port) {
    const std::string url = "http://" + config.address + ":" + std::to_string(port) + "/";
    say("pages: " + url + "  (Ctrl-C ends)");
    if (common.json) print_json(boost::json::object{{"url", url}, {"port", port}});
  };
  TANMIAO_TRY(server::serve(common.data, serve, std::move(reference), rules, stop, ready));
  return kDone;
}

Action declare_serve(CLI::App& app, Common& common) {
  add_common(app, common);
  auto port = std::make_shared<int>(-1);
  app.add_option("--port", *port, "0: any free one (default: of the configuration)")->check(CLI::Range(0, 65535));
  return [port, &common]() -> Result<int> {
    TANMIAO_ASSIGN(auto config, open_config(common));
    if (!std::filesystem::exists(common.data / "facts.db"))
      return Error{Errc::kNotFound, "no data yet: run tanmiao run first", common.data.string()};
    TANMIAO_ASSIGN(auto reference, tabular::load_reference(config.reference, config.city_code));
    if (*port >= 0) config.port = static_cast<std::uint16_t>(*port);
    return serve_pages(common, config, std::move(reference));
  };
}

}  // namespace tanmiao::app
