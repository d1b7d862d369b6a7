#include "apps/demo_city/config_writer.h"

#include <boost/json.hpp>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "apps/demo_city/lists.h"
#include "apps/demo_city/site.h"
#include "apps/demo_city/sources.h"

namespace demo_city {
namespace {

namespace json = boost::json;
namespace fs = std::filesystem;

void write_file(const fs::path& path, std::string_view bytes) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!out.flush()) throw std::runtime_error("cannot write " + path.string());
}

// What only its owner can read, from its first byte on.
void write_secret(const fs::path& path, std::string_view text) {
  write_file(path, "");
  fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write);
  write_file(path, text);
}

std::string share(double value) {
  std::ostringstream out;
  out.precision(6);  // a rounded share may be of another band of the evaluation than the share
  out << std::fixed << value;
  return out.str();
}

Rows truth_table(const World& world) {
  Rows rows = {{"number", "code", "name", "unit_county", "staff", "technical_staff", "rd_share", "does_rd",
                "would_pass", "tech_sme_year", "hnte", "patents", "born_day", "changed_day", "gone_day", "points"}};
  std::vector<int> patents(world.firms.size() + 1);
  for (const Patent& patent : world.patents) ++patents[static_cast<std::size_t>(patent.firm)];
  for (const Firm& firm : world.firms) {
    const Truth& truth = firm.truth;
    rows.push_back({std::to_string(firm.number), firm.code, firm.name, std::string(firm.place->county),
                    std::to_string(truth.staff), std::to_string(truth.technical_staff), share(truth.rd_share),
                    truth.does_rd ? "1" : "0", truth.would_pass ? "1" : "0", std::to_string(firm.tech_sme_year),
                    firm.hnte_number, std::to_string(patents[static_cast<std::size_t>(firm.number)]),
                    std::to_string(firm.born_day), std::to_string(firm.changed_day), std::to_string(firm.gone_day),
                    std::to_string(truth.points)});
  }
  return rows;
}

json::object parameters(const World& world, const std::vector<std::uint16_t>& ports) {
  json::array list(ports.begin(), ports.end());
  const WorldConfig& c = world.config;
  return {
      {"seed", c.seed}, {"firms", c.firms}, {"patents", c.patents}, {"days", c.days}, {"today", tanmiao::iso(c.today)},
      {"ports", list}};
}

}  // namespace

void write_world_folder(const fs::path& folder, const World& world, const std::vector<std::uint16_t>& ports) {
  fs::create_directories(folder / "sources");
  fs::create_directories(folder / "secrets");
  const GatewayClient client = gateway_client(world.config);
  write_secret(folder / "secrets" / "gateway.id", client.id + "\n");
  write_secret(folder / "secrets" / "gateway.key", client.secret + "\n");
  for (const auto& [name, text] : source_files(ports, fs::absolute(folder).string()))
    write_file(folder / "sources" / name, text);
  fs::create_directories(folder / "inbox" / "lists-tech-sme");
  fs::create_directories(folder / "lists");
  for (const auto& [name, bytes] : announcement_lists(world)) write_file(folder / "lists" / name, bytes);
  write_file(folder / "truth.csv", make_csv(truth_table(world)));
  write_file(folder / "world.json", json::serialize(parameters(world, ports)) + "\n");
}

WorldFolder read_world_folder(const fs::path& folder) {
  std::ifstream in(folder / "world.json");
  if (!in) throw std::runtime_error("no world in " + folder.string() + ": make one with demo_city make --out");
  std::ostringstream text;
  text << in.rdbuf();
  const json::value world = json::parse(text.str());
  WorldFolder out;
  out.config.seed = world.at("seed").to_number<std::uint64_t>();
  out.config.firms = world.at("firms").to_number<int>();
  out.config.patents = world.at("patents").to_number<int>();
  out.config.days = world.at("days").to_number<int>();
  out.config.today = tanmiao::parse_iso_date(std::string(world.at("today").as_string())).value();
  for (const auto& port : world.at("ports").as_array()) out.ports.push_back(port.to_number<std::uint16_t>());
  return out;
}

}  // namespace demo_city
