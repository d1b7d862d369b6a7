// demo_city: a small invented city on loopback, to crawl.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <iostream>

#include "apps/demo_city/config_writer.h"
#include "apps/demo_city/faults.h"
#include "apps/demo_city/maps.h"
#include "apps/demo_city/patent_bulk.h"
#include "apps/demo_city/serve.h"
#include "core/date.h"

namespace {

using demo_city::WorldConfig;

struct Options {
  WorldConfig world;
  std::string folder, today, log, out, date;
  std::uint16_t first_port = 0;
  int day = 1;
  std::vector<std::string> faults;  // "captcha@registry"
  int clock_off = 0;
};

// Sites by their ids, so that a fault names the one it is of.
void put_faults(const std::vector<std::string>& faults, std::vector<demo_city::Site>& sites) {
  for (const std::string& fault : faults) {
    const std::size_t at = fault.find('@');
    const std::string kind = fault.substr(0, at), id = at == std::string::npos ? "" : fault.substr(at + 1);
    const auto site = std::find_if(sites.begin(), sites.end(), [&](const auto& one) { return one.id == id; });
    const auto& known = demo_city::kFaults;
    if (site == sites.end() || std::find(known.begin(), known.end(), kind) == known.end())
      throw std::runtime_error("--fault: expected one of captcha, challenge, login, storm, template, and a site: " +
                               fault);
    *site = demo_city::with_fault(std::move(*site), kind);
  }
}

int make(Options& options) {
  using namespace std::chrono;
  options.world.today = tanmiao::civil_day(time_point_cast<seconds>(system_clock::now()));
  if (!options.today.empty()) {
    const auto date = tanmiao::parse_iso_date(options.today);
    if (!date) return std::cerr << "demo_city: --today: " << date.error().text() << '\n', 2;
    options.world.today = *date;
  }
  const auto world = demo_city::make_world(options.world);
  const auto count = demo_city::all_sites(world, 1).size();
  demo_city::write_world_folder(options.folder, world, demo_city::find_ports(count, options.first_port));
  std::cout << "{\"folder\": \"" << options.folder << "\", \"firms\": " << world.firms.size()
            << ", \"patents\": " << world.patents.size() << "}\n";
  return 0;
}

int serve(const Options& options) {
  const auto folder = demo_city::read_world_folder(options.folder);
  const auto world = demo_city::make_world(folder.config);
  auto sites = demo_city::all_sites(world, options.day);
  for (std::size_t i = 0; i < sites.size(); ++i)
    if (sites[i].id == "science")
      sites[i] = demo_city::with_maps(std::move(sites[i]), "http://127.0.0.1:" + std::to_string(folder.ports.at(i)),
                                      world.config.today, options.day);
  put_faults(options.faults, sites);
  demo_city::serve(sites, folder.ports, options.log, std::chrono::seconds(options.clock_off), [&] {
    std::cout << "{\"day\": " << options.day << ", \"hosts\": {";
    for (std::size_t i = 0; i < sites.size(); ++i)
      std::cout << (i ? ", " : "") << '"' << sites[i].id << "\": \"http://127.0.0.1:" << folder.ports[i] << "/\"";
    std::cout << "}}" << std::endl;
  });
  return 0;
}

int bulk(const Options& options) {
  const auto world = demo_city::make_world(demo_city::read_world_folder(options.folder).config);
  const auto date =
      options.date.empty() ? tanmiao::Result<tanmiao::Date>(world.config.today) : tanmiao::parse_iso_date(options.date);
  if (!date) return std::cerr << "demo_city: --date: " << date.error().text() << '\n', 2;
  const auto totals = demo_city::write_patent_bulk(options.out, world, *date);
  std::cout << "{\"dates\": " << totals.dates << ", \"files\": " << totals.files
            << ", \"documents\": " << totals.documents << ", \"events\": " << totals.events << "}\n";
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app{"demo_city: a small invented city on loopback, deterministic from a seed"};
  app.require_subcommand(1);
  CLI::App* making =
      app.add_subcommand("make", "write truth.csv, world.json and the source descriptions into a folder");
  making->add_option("--out", options.folder, "folder")->required();
  making->add_option("--seed", options.world.seed, "seed of everything")->capture_default_str();
  making->add_option("--firms", options.world.firms, "how many firms")
      ->capture_default_str()
      ->check(CLI::Range(1, 1000000));
  making->add_option("--patents", options.world.patents, "how many patents")
      ->capture_default_str()
      ->check(CLI::Range(0, 900000));
  making->add_option("--days", options.world.days, "how many days of change")
      ->capture_default_str()
      ->check(CLI::Range(2, 3650));
  making->add_option("--today", options.today, "civil date of day 1 (default: today)");
  making->add_option("--first-port", options.first_port, "ports from here on (default: free ones)");
  CLI::App* serving =
      app.add_subcommand("serve", "serve the city on loopback until SIGTERM; prints its addresses as JSON");
  serving->add_option("--world", options.folder, "folder made by make")->required();
  serving->add_option("--day", options.day, "the city as it is on this day")
      ->capture_default_str()
      ->check(CLI::Range(1, 3650));
  serving->add_option(
      "--fault", options.faults,
      "a site on a bad night: captcha, challenge, login, storm or template, @, and its id: storm@registry");
  serving->add_option("--log", options.log, "add a line for each request to this file: begin end port status target");
  serving->add_option("--clock-off", options.clock_off, "seconds by which the hosts' clock is fast; negative: slow");
  CLI::App* packing = app.add_subcommand(
      "bulk",
      "write the folder of the patent office's FTP server, for such a server to show; prints its totals as JSON");
  packing->add_option("--world", options.folder, "folder made by make")->required();
  packing->add_option("--out", options.out, "folder that the server shows")->required();
  packing->add_option("--date", options.date, "as it stands on this day, none after the world's first (default: that)");
  try {
    app.parse(argc, argv);
    return making->parsed() ? make(options) : packing->parsed() ? bulk(options) : serve(options);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  } catch (const std::exception& error) {
    std::cerr << "demo_city: " << error.what() << '\n';
    return 1;
  }
}
