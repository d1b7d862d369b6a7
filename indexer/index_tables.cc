#include "indexer/index_tables.h"

#include <algorithm>
#include <vector>

#include <tbb/parallel_for.h>
#include <tbb/parallel_sort.h>

#include "core/text/normalize.h"
#include "core/text/search_form.h"
#include "indexer/document.h"
#include "indexer/texts.h"

namespace tanmiao::indexer {
namespace {

constexpr std::size_t kParts = 64;  // fixed, so that nothing depends on the number of threads

class TableMaker {
 public:
  TableMaker(const store::Snapshot& snapshot, const Reference& reference)
      : s_(snapshot), map_(reference.simplified), names_(kParts), addresses_(kParts) {}

  IndexTables<store::Build, DictionaryTable<store::Build>> run() {
    const std::uint64_t rows = std::uint64_t{s_.last_firm()} + 1;
    tbb::parallel_for(std::size_t{0}, kParts, [&](std::size_t part) {
      for (std::uint64_t firm = rows * part / kParts; firm < rows * (part + 1) / kParts; ++firm)
        take(part, static_cast<store::FirmNo>(firm));
    });
    for (const auto& part : names_)
      for (std::size_t i = 0; i < part.size(); ++i) tables_.name.push_back(part[i]);
    for (const auto& part : addresses_)
      for (std::size_t i = 0; i < part.size(); ++i) tables_.address.push_back(part[i]);
    tables_.scope = scopes_.finish(true);
    tables_.industry = industries_.finish(false), tables_.ipc = classes_.finish(false);
    order();
    return std::move(tables_);
  }

 private:
  void take(std::size_t part, store::FirmNo firm) {
    const auto& f = s_.firms;
    if (firm == 0 || !listed(s_, firm)) {
      names_[part].push_back(""), addresses_[part].push_back("");
      return;
    }
    names_[part].push_back(text::search_form(text::fold(f.name[firm], map_), text::Marks::kDropped));
    addresses_[part].push_back(text::search_form(text::fold(f.address[firm], map_), text::Marks::kKept));
    each_piece(text::search_form(text::fold(f.scope[firm], map_), text::Marks::kKept), '\n',
               [&](std::string_view item) { scopes_.add(part, firm, item); });
    each_piece(text::search_form(text::fold(f.industry_name[firm], map_), text::Marks::kKept), '\n',
               [&](std::string_view name) { industries_.add(part, firm, name); });
    const auto [begin, end] = s_.ownerships_of(firm);
    for (std::uint32_t i = begin; i < end; ++i)
      each_piece(s_.patents.ipc[s_.ownerships.patent[i]], ' ',
                 [&](std::string_view symbol) { classes_.add(part, firm, symbol); });
  }

  void order() {
    const auto& codes = s_.firms.code;
    for (store::FirmNo firm = 1; firm <= s_.last_firm(); ++firm) {
      if (!listed(s_, firm)) continue;
      tables_.by_name.push_back(firm);
      if (!codes[firm].empty()) tables_.by_code.push_back(firm);
    }
    const auto sort = [](std::vector<std::uint32_t>& firms, const auto& text) {
      tbb::parallel_sort(firms.begin(), firms.end(), [&](std::uint32_t a, std::uint32_t b) {
        const int difference = text[a].compare(text[b]);
        return difference != 0 ? difference < 0 : a < b;
      });
    };
    sort(tables_.by_name, tables_.name), sort(tables_.by_code, codes);
  }

  const store::Snapshot& s_;
  const CharMap& map_;
  std::vector<store::StringBuilder> names_, addresses_;
  DictionaryBuilder scopes_{kParts}, industries_{kParts}, classes_{kParts};
  IndexTables<store::Build, DictionaryTable<store::Build>> tables_;
};

}  // namespace

Status write_tables(const std::filesystem::path& folder, const store::Snapshot& snapshot, const Reference& reference) {
  auto tables = TableMaker(snapshot, reference).run();
  TANMIAO_ASSIGN(auto writer, store::ColumnFolderWriter::create(folder));
  Status status;
  tables.each([&](std::string_view name, auto& column) {
    if (status) status = writer.write(name, column);
  });
  TANMIAO_TRY(std::move(status));
  return writer.finish("{}");
}

Result<std::shared_ptr<const MappedTables>> open_tables(const std::filesystem::path& folder, store::FirmNo last) {
  TANMIAO_ASSIGN(const auto reader, store::ColumnFolderReader::open(folder));
  auto tables = std::make_shared<MappedTables>();
  Status status;
  tables->each([&](std::string_view name, auto& column) {
    if (status) status = reader.read(name, column);
  });
  TANMIAO_TRY(std::move(status));
  if (tables->name.size() != std::size_t{last} + 1 || tables->address.size() != tables->name.size())
    return Error{Errc::kCorrupt, "the columns of the search index are of another number of firms", folder.string()};
  return std::shared_ptr<const MappedTables>(std::move(tables));
}

std::string check_tables(const std::filesystem::path& folder) {
  const auto reader = store::ColumnFolderReader::open(folder);
  if (!reader) return reader.error().text();
  const auto damaged = reader->check();
  if (!damaged) return damaged.error().text();
  std::string said;
  for (const std::string& column : *damaged) said += folder.string() + ": column " + column + " is damaged";
  return said;
}

}  // namespace tanmiao::indexer
