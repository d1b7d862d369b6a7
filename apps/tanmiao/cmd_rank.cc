// rank: the learned ranking alone, on anyone's files. No store is opened and nothing is kept but what is written out.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>

#include "apps/tanmiao/console.h"
#include "apps/tanmiao/registry_file.h"
#include "apps/tanmiao/workplace.h"
#include "tabular/csv_writer.h"
#include "tabular/file_out.h"
#include "tabular/reference_reader.h"

namespace tanmiao::app {
namespace {

struct RankOptions {
  std::string train, labels, score, out, card, rejects, settings;
  std::optional<double> class_prior;
  int threads = 0;
};

// What was read of one file, for people and for programs.
struct InputNote {
  std::string role, path;
  std::uint64_t rows = 0, used = 0, left_out = 0, noted = 0;
  std::vector<std::string> columns;
};

struct Inputs {
  miner::RankTask task;
  std::vector<InputNote> notes;
  std::vector<RowTrouble> troubles;
};

void tell(const InputNote& note, const std::vector<RowTrouble>& troubles) {
  constexpr std::size_t kTold = 10;
  for (std::size_t i = 0; i < std::min(kTold, troubles.size()); ++i) {
    const RowTrouble& t = troubles[i];
    say(t.where + (t.column.empty() ? "" : ", " + t.column) + ": " + t.message + (t.left_out ? "; left out" : ""));
  }
  if (troubles.size() > kTold)
    say(note.path + ": and " + std::to_string(troubles.size() - kTold) +
        " further rows or cells (--rejects writes all)");
}

void take_troubles(Inputs& inputs, InputNote note, std::vector<RowTrouble>&& troubles) {
  note.noted = troubles.size() - note.left_out;
  tell(note, troubles);
  inputs.troubles.insert(inputs.troubles.end(), std::make_move_iterator(troubles.begin()),
                         std::make_move_iterator(troubles.end()));
  inputs.notes.push_back(std::move(note));
}

Status add_registry(Inputs& inputs, const std::string& path, const std::string& role, bool train, bool score) {
  TANMIAO_ASSIGN(RegistryFile file, read_registry(path));
  for (miner::RankFirm& firm : file.firms) {
    firm.train = train, firm.score = score;
    inputs.task.firms.push_back(std::move(firm));
  }
  const std::uint64_t used = file.rows - file.left_out;
  take_troubles(inputs, {role, path, file.rows, used, file.left_out, 0, file.columns}, std::move(file.troubles));
  return {};
}

Result<Inputs> read_inputs(const RankOptions& options) {
  Inputs inputs;
  std::error_code ignored;
  const bool same =
      options.train == options.score || std::filesystem::equivalent(options.train, options.score, ignored);
  TANMIAO_TRY(add_registry(inputs, options.train, same ? "train, score" : "train", true, same));
  if (!same) TANMIAO_TRY(add_registry(inputs, options.score, "score", false, true));
  if (std::none_of(inputs.task.firms.begin(), inputs.task.firms.end(), [](const auto& f) { return f.score; }))
    return Error{Errc::kFormat, "has no row of a firm to rank", options.score};
  TANMIAO_ASSIGN(ListFile list, read_list(options.labels));
  inputs.task.labels = std::move(list.labels);
  take_troubles(inputs, {"labels", options.labels, list.rows, list.rows - list.left_out, list.left_out, 0, {}},
                std::move(list.troubles));
  inputs.task.class_prior = options.class_prior.value_or(0);
  inputs.task.threads = options.threads;
  return inputs;
}

// Nine digits: enough that what ranks higher also has the higher number, unless the two are one.
std::string number(double value) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::general, 9);
  return {text.data(), end.ptr};
}

Status write_scores(const std::string& path, const miner::RankTask& task, const miner::RankAnswer& answer) {
  TANMIAO_ASSIGN(tabular::CsvWriter out, tabular::CsvWriter::create(path, {false, true}));
  TANMIAO_TRY(out.row(std::vector<std::string>{"code", "name", "probability", "rank"}));
  for (const miner::RankedFirm& one : answer.firms) {
    const miner::RankFirm& firm = task.firms[one.row];
    TANMIAO_TRY(
        out.row(std::vector<std::string>{firm.code, firm.name, number(one.probability), std::to_string(one.rank)}));
  }
  return out.finish();
}

Status write_rejects(const std::string& path, const std::vector<RowTrouble>& troubles) {
  TANMIAO_ASSIGN(tabular::CsvWriter out, tabular::CsvWriter::create(path));
  TANMIAO_TRY(out.row(std::vector<std::string>{"where", "column", "problem", "left_out"}));
  for (const RowTrouble& t : troubles)
    TANMIAO_TRY(out.row(std::vector<std::string>{t.where, t.column, t.message, t.left_out ? "1" : "0"}));
  return out.finish();
}

std::vector<std::string> card_inputs(const std::vector<InputNote>& notes) {
  std::vector<std::string> out;
  for (const InputNote& n : notes) {
    std::string line = n.role + ": " + std::filesystem::path(n.path).filename().string() + ", " +
                       std::to_string(n.used) + " of " + std::to_string(n.rows) + " rows";
    if (n.noted > 0) line += ", " + std::to_string(n.noted) + " cells unreadable";
    if (!n.columns.empty()) {
      line += "; columns";
      for (const std::string& column : n.columns) line += " " + column;
    }
    out.push_back(std::move(line));
  }
  return out;
}

Status write_card(const std::string& path, const miner::RankReport& report, const std::vector<std::string>& inputs) {
  const bool json = std::filesystem::path(path).extension() == ".json";
  TANMIAO_ASSIGN(std::ofstream out, tabular::begin_file(path));
  out << (json ? rank_card_json(report, inputs) : rank_card_text(report, inputs));
  return tabular::finish_file(out, path);
}

void print_answer(const RankOptions& options, const Inputs& inputs, const miner::RankReport& report) {
  boost::json::object out = boost::json::parse(rank_card_json(report, card_inputs(inputs.notes))).as_object();
  boost::json::array files;
  for (const InputNote& n : inputs.notes)
    files.push_back(boost::json::object{{"role", n.role},
                                        {"path", n.path},
                                        {"rows", n.rows},
                                        {"used", n.used},
                                        {"left_out", n.left_out},
                                        {"unreadable_cells", n.noted},
                                        {"columns", boost::json::value_from(n.columns)}});
  out["files"] = std::move(files);
  out["scores"] = options.out;
  out["model_card"] = options.card.empty() ? boost::json::value(nullptr) : boost::json::value(options.card);
  out["rejects"] = options.rejects.empty() ? boost::json::value(nullptr) : boost::json::value(options.rejects);
  print_json(out);
}

void tell_answer(const miner::RankReport& report) {
  say(std::to_string(report.score_rows) + " firms ranked (" + std::string(rank_method_word(report.method)) + "); of " +
      std::to_string(report.labels) + " listed firms " + std::to_string(report.labels - report.listed_by_name) +
      " stand in the training register, " + std::to_string(report.listed_by_name) + " are known by name");
  if (!report.why.empty()) say(report.why);
  if (report.assumed_share > 0) {
    char text[200];
    std::snprintf(
        text, sizeof text,
        "there is nothing to calibrate by: the column probability assumes that %.2f %% of all firms are of the "
        "kind; it orders them and measures nothing",
        100 * report.assumed_share);
    say(text);
  }
  if (report.train_rows > 0 && report.listed_in_train == report.train_rows)
    say("all firms of the training register are listed: how good the order is cannot be measured");
  for (const miner::PartFigures& part : report.figures) {
    if (part.id != "blend" || part.figures.listed == 0) continue;
    char text[160];
    std::snprintf(text, sizeof text,
                  "held out, on the training register: %.0f %% of the listed in the top 5 %%, AP %.3f, AUC %.3f",
                  100 * part.figures.top_share, part.figures.average_precision, part.figures.auc);
    say(text);
  }
  for (const std::string& warning : report.warnings) say("warning: " + warning);
}

struct NamedFile {
  std::string_view option;
  std::string path;
};

// By what they lead to, links and ".." followed; a file that is there also by what it is (hard links).
bool same_place(const std::string& a, const std::string& b) {
  std::error_code ignored;
  if (std::filesystem::equivalent(a, b, ignored)) return true;
  return std::filesystem::weakly_canonical(std::filesystem::absolute(a), ignored) ==
         std::filesystem::weakly_canonical(std::filesystem::absolute(b), ignored);
}

// A register is often the only copy of an export: what is read is never written over, nor one output by another.
Status check_outputs(const RankOptions& options, const std::filesystem::path& settings) {
  std::vector<NamedFile> taken{
      {"--train", options.train}, {"--labels", options.labels}, {"--score", options.score}, {"--settings", settings}};
  for (const NamedFile& out :
       {NamedFile{"-o", options.out}, {"--model-card", options.card}, {"--rejects", options.rejects}}) {
    if (out.path.empty()) continue;
    for (const NamedFile& other : taken)
      if (same_place(out.path, other.path))
        return Error{Errc::kUsage,
                     std::string(out.option) + " and " + std::string(other.option) +
                         " are the same file: expected one of its own to write to",
                     out.path};
    taken.push_back(out);
  }
  return {};
}

Result<int> rank(const Common& common, const RankOptions& options) {
  if (options.class_prior && !(*options.class_prior > 0 && *options.class_prior < 1))
    return Error{Errc::kUsage, "--class-prior must lie between 0 and 1, without the two: a share of all firms", ""};
  TANMIAO_ASSIGN(const AppConfig config, open_config(common));
  const std::filesystem::path own =
      options.settings.empty() ? config.rules / "rank.toml" : std::filesystem::path(options.settings);
  TANMIAO_TRY(check_outputs(options, own));
  TANMIAO_ASSIGN(const auto reference, tabular::load_reference(config.reference, config.city_code));
  TANMIAO_ASSIGN(const auto rules, miner::Rules::load(config.rules));
  TANMIAO_ASSIGN(const auto settings, miner::RankSettings::load(own));
  TANMIAO_ASSIGN(const Inputs inputs, read_inputs(options));
  if (!options.rejects.empty()) TANMIAO_TRY(write_rejects(options.rejects, inputs.troubles));
  ConsoleProgress progress(common.json);
  TANMIAO_ASSIGN(const miner::RankAnswer answer,
                 miner::rank_firms(inputs.task, *rules, *reference, settings, progress));
  TANMIAO_TRY(write_scores(options.out, inputs.task, answer));
  if (!options.card.empty()) TANMIAO_TRY(write_card(options.card, answer.report, card_inputs(inputs.notes)));
  if (common.json) print_answer(options, inputs, answer.report);
  tell_answer(answer.report);
  return kDone;
}

}  // namespace

Action declare_rank(CLI::App& app, Common& common) {
  add_common(app, common);
  auto options = std::make_shared<RankOptions>();
  app.add_option("--train", options->train, "register to learn from: CSV (gzip or not) or a workbook")->required();
  app.add_option("--labels", options->labels, "the list: names, with codes where it has them")->required();
  app.add_option("--score", options->score, "register to rank; may be the same file")->required();
  app.add_option("-o,--output", options->out, "CSV of code, name, probability, rank, best first")->required();
  app.add_option("--model-card", options->card, "writes what the model is and how good: Markdown, or JSON by .json");
  app.add_option("--rejects", options->rejects, "CSV of all rows and cells that could not be read");
  app.add_option(
      "--class-prior", options->class_prior,
      "share of all firms that are of the kind, above 0 and below 1: probabilities are then those of the kind, "
      "not of the list");
  app.add_option("--settings", options->settings, "instead of rank.toml of the configuration");
  app.add_option("--threads", options->threads, "0: as many as there are cores")->check(CLI::Range(0, 256));
  return [options, &common] { return rank(common, *options); };
}

}  // namespace tanmiao::app
