#include "store/columns/run_table.h"

#include <algorithm>

namespace tanmiao::store {

Result<std::shared_ptr<const Run>> Run::open(const std::filesystem::path& folder) {
  TANMIAO_ASSIGN(const auto reader, ColumnFolderReader::open(folder));
  auto run = std::make_shared<Run>();
  run->manifest_ = reader.manifest_json();
  run->digest_ = reader.digest();
  TANMIAO_TRY(TableReader(reader).read(static_cast<RunTable<Mapped>&>(*run)));
  SameSize same;
  run->each(same);
  if (!same.damage.empty()) return Error{Errc::kCorrupt, std::move(same.damage), folder.string()};
  for (std::uint32_t row = 0; row < run->firm.size(); ++row) run->by_firm_.emplace_back(run->firm[row], row);
  std::sort(run->by_firm_.begin(), run->by_firm_.end());
  return std::shared_ptr<const Run>(std::move(run));
}

std::size_t Run::row_of(FirmNo wanted) const {
  const auto found = std::lower_bound(by_firm_.begin(), by_firm_.end(), std::pair(wanted, std::uint32_t{0}));
  return found != by_firm_.end() && found->first == wanted ? found->second : size();
}

Result<std::string> write_run(const std::filesystem::path& folder, const RunTable<Build>& table,
                              std::string_view manifest_json) {
  const bool exists = std::filesystem::exists(folder);
  // An existing run is compared through its digest, so the new one is built under another name first.
  const std::filesystem::path target = exists ? std::filesystem::path(folder.string() + ".again") : folder;
  TANMIAO_ASSIGN(auto writer, ColumnFolderWriter::create(target));
  TANMIAO_TRY(TableWriter(writer).write(table));
  std::string digest = writer.digest();
  if (!exists) {
    TANMIAO_TRY(writer.finish(manifest_json));
    return digest;
  }
  TANMIAO_ASSIGN(const auto present, ColumnFolderReader::open(folder));
  if (present.digest() != digest)
    return Error{Errc::kCorrupt,
                 "the run exists with other content: digest " + present.digest() + ", expected " + digest,
                 folder.string()};
  return digest;
}

}  // namespace tanmiao::store
