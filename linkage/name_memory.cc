#include "linkage/name_memory.h"

#include <algorithm>
#include <boost/json.hpp>
#include <filesystem>

#include "core/hash.h"

namespace tanmiao::linkage {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

std::string manifest(std::string_view header, std::string_view roll) {
  json::object out{{"header", header}};
  if (!roll.empty()) out["roll"] = roll;
  return json::serialize(out);
}

std::string said(const store::ColumnFolderReader& folder, std::string_view word) {
  boost::system::error_code failed;
  const json::value value = json::parse(folder.manifest_json(), failed);
  if (failed || !value.is_object()) return {};
  const json::value* const found = value.as_object().if_contains(word);
  return found != nullptr && found->is_string() ? std::string(found->as_string()) : std::string();
}

// A folder of columns, whole to the last byte, that was made under `header`.
std::optional<store::ColumnFolderReader> whole(const fs::path& path, std::string_view header) {
  std::error_code ignored;
  if (!fs::exists(path, ignored)) return std::nullopt;
  auto folder = store::ColumnFolderReader::open(path);
  if (!folder || said(*folder, "header") != header) return std::nullopt;
  const auto damage = folder->check();
  if (!damage || !damage->empty()) return std::nullopt;
  return std::move(*folder);
}

struct Columns {
  std::vector<std::uint64_t> id, exact;
  std::vector<float> floor;
  std::vector<std::uint32_t> first_walked{0}, walked, first_looked_at{0}, looked_at, first_firm{0};
  store::StringBuilder identity, phrases, factors;
  std::vector<double> probability, bits;

  void add(const NameAnswer& answer) {
    id.push_back(answer.id), exact.push_back(answer.exact), floor.push_back(answer.floor);
    walked.insert(walked.end(), answer.walked.begin(), answer.walked.end());
    looked_at.insert(looked_at.end(), answer.looked_at.begin(), answer.looked_at.end());
    for (const NearFirm& firm : answer.firms) {
      identity.push_back(firm.identity), phrases.push_back(firm.phrases), factors.push_back(firm.factors);
      probability.push_back(firm.probability), bits.push_back(firm.bits);
    }
    first_walked.push_back(static_cast<std::uint32_t>(walked.size()));
    first_looked_at.push_back(static_cast<std::uint32_t>(looked_at.size()));
    first_firm.push_back(static_cast<std::uint32_t>(identity.size()));
  }
  Status write(store::ColumnFolderWriter& folder) const {
    TANMIAO_TRY(folder.write("asked.id", id));
    TANMIAO_TRY(folder.write("asked.exact", exact));
    TANMIAO_TRY(folder.write("asked.floor", floor));
    TANMIAO_TRY(folder.write("asked.first_walked", first_walked));
    TANMIAO_TRY(folder.write("asked.first_looked_at", first_looked_at));
    TANMIAO_TRY(folder.write("asked.first_firm", first_firm));
    TANMIAO_TRY(folder.write("walked", walked));
    TANMIAO_TRY(folder.write("looked_at", looked_at));
    TANMIAO_TRY(folder.write("firm.identity", identity));
    TANMIAO_TRY(folder.write("firm.phrases", phrases));
    TANMIAO_TRY(folder.write("firm.factors", factors));
    TANMIAO_TRY(folder.write("firm.probability", probability));
    return folder.write("firm.bits", bits);
  }
};

// Makes the folder "PREFIX-DIGEST" below `root`; one of the same contents that is there is replaced.
template <class Write>
Result<std::string> make_folder(const store::DataFolder& folder, std::string_view prefix,
                                std::string_view manifest_json, const Write& write) {
  const fs::path working = folder.names(std::string(prefix) + "-unnamed");
  std::error_code ignored;
  fs::remove_all(working, ignored);
  TANMIAO_ASSIGN(auto writer, store::ColumnFolderWriter::create(working));
  TANMIAO_TRY(write(writer));
  const std::string name = std::string(prefix) + "-" + hash_hex(writer.digest() + std::string(manifest_json), 16);
  TANMIAO_TRY(writer.finish(manifest_json));
  const fs::path final = folder.names(name);
  fs::remove_all(final, ignored);
  std::error_code failed;
  fs::rename(working, final, failed);
  if (failed) return store::io_error(failed.value(), "cannot rename", working);
  TANMIAO_TRY(store::sync_folder(folder.names("")));
  return name;
}

}  // namespace

std::shared_ptr<const NameMemory> NameMemory::open(const store::DataFolder& folder, std::string_view note,
                                                   std::string_view header, const Anatomist& anatomist) {
  if (note.empty() || note.find('/') != std::string_view::npos) return nullptr;
  const auto asked = whole(folder.names(note), header);
  if (!asked) return nullptr;
  auto memory = std::make_shared<NameMemory>();
  memory->roll_name_ = said(*asked, "roll");
  const auto roll = whole(folder.names(memory->roll_name_), header);
  if (!roll || !memory->read(*asked)) return nullptr;
  auto segment = RollSegment::open(anatomist, *roll);
  if (!segment) return nullptr;
  memory->roll_ = std::move(*segment);
  return memory;
}

Status NameMemory::read(const store::ColumnFolderReader& folder) {
  TANMIAO_TRY(folder.read("list", list_));
  TANMIAO_TRY(folder.read("asked.id", id_));
  TANMIAO_TRY(folder.read("asked.exact", exact_));
  TANMIAO_TRY(folder.read("asked.floor", floor_));
  TANMIAO_TRY(folder.read("asked.first_walked", first_walked_));
  TANMIAO_TRY(folder.read("asked.first_looked_at", first_looked_at_));
  TANMIAO_TRY(folder.read("asked.first_firm", first_firm_));
  TANMIAO_TRY(folder.read("walked", walked_));
  TANMIAO_TRY(folder.read("looked_at", looked_at_));
  TANMIAO_TRY(folder.read("firm.identity", identity_));
  TANMIAO_TRY(folder.read("firm.phrases", phrases_));
  TANMIAO_TRY(folder.read("firm.factors", factors_));
  TANMIAO_TRY(folder.read("firm.probability", probability_));
  return folder.read("firm.bits", bits_);
}

Result<std::string> NameMemory::keep(const store::DataFolder& folder, std::string_view header, const Next& next,
                                     const NameMemory* last) {
  std::string roll = last != nullptr ? last->roll_name_ : std::string();
  if (next.roll != nullptr) {
    TANMIAO_ASSIGN(roll, make_folder(folder, "roll", manifest(header, ""),
                                     [&](store::ColumnFolderWriter& out) { return next.roll->write(out); }));
  }
  return make_folder(folder, "asked", manifest(header, roll), [&](store::ColumnFolderWriter& out) -> Status {
    Columns columns;
    for (const NameAnswer& answer : next.answers) columns.add(answer);
    TANMIAO_TRY(out.write("list", next.list));
    return columns.write(out);
  });
}

Status NameMemory::sweep(const store::DataFolder& folder, std::string_view note) {
  std::error_code failed;
  const fs::path root = folder.names("");
  if (!fs::exists(root, failed)) return {};
  std::string roll;
  if (!note.empty())
    if (const auto asked = store::ColumnFolderReader::open(folder.names(note))) roll = said(*asked, "roll");
  for (const auto& entry : fs::directory_iterator(root, failed)) {
    const std::string name = entry.path().filename().string();
    if (name != note && name != roll) fs::remove_all(entry.path(), failed);
    if (failed) return store::io_error(failed.value(), "cannot remove", entry.path());
  }
  return {};
}

std::optional<std::size_t> NameMemory::find(std::uint64_t id) const {
  const auto ids = id_.span();
  const auto at = std::lower_bound(ids.begin(), ids.end(), id);
  if (at == ids.end() || *at != id) return std::nullopt;
  return static_cast<std::size_t>(at - ids.begin());
}

NameAnswer NameMemory::answer(std::size_t row) const {
  NameAnswer out;
  out.id = id_[row], out.exact = exact_[row], out.floor = floor_[row];
  out.walked.assign(walked(row).begin(), walked(row).end());
  out.looked_at.assign(looked_at(row).begin(), looked_at(row).end());
  for (std::size_t n = first_firm_[row]; n < first_firm_[row + 1]; ++n)
    out.firms.push_back(
        {std::string(identity_[n]), probability_[n], bits_[n], std::string(phrases_[n]), std::string(factors_[n])});
  return out;
}

}  // namespace tanmiao::linkage
