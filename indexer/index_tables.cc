#include "indexer/index_tables.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include <tbb/parallel_for.h>
#include <tbb/parallel_invoke.h>
#include <tbb/parallel_sort.h>

#include "indexer/digests.h"
#include "indexer/document.h"
#include "indexer/firm_forms.h"

namespace tanmiao::indexer {
namespace {

constexpr std::size_t kParts = 64;  // fixed, so that nothing depends on the number of threads

// By text, then number.
template <class Texts>
struct BeforeBy {
  const Texts& text;
  bool operator()(std::uint32_t a, std::uint32_t b) const {
    const int difference = text[a].compare(text[b]);
    return difference != 0 ? difference < 0 : a < b;
  }
};
template <class Texts>
void sort_by(std::vector<std::uint32_t>& firms, const Texts& text) {
  tbb::parallel_sort(firms.begin(), firms.end(), BeforeBy<Texts>{text});
}

// Every firm is looked at.
class TableMaker {
 public:
  TableMaker(const store::Snapshot& snapshot, const Reference& reference)
      : s_(snapshot), forms_(snapshot, reference), names_(kParts), addresses_(kParts) {}

  BuiltTables run() {
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
    for (store::FirmNo firm = 1; firm <= s_.last_firm(); ++firm) {
      if (!listed(s_, firm)) continue;
      tables_.by_name.push_back(firm);
      if (!s_.firms.code[firm].empty()) tables_.by_code.push_back(firm);
    }
    sort_by(tables_.by_name, tables_.name), sort_by(tables_.by_code, s_.firms.code);
    return std::move(tables_);
  }

 private:
  void take(std::size_t part, store::FirmNo firm) {
    if (firm == 0 || !listed(s_, firm)) {
      names_[part].push_back(""), addresses_[part].push_back("");
      return;
    }
    names_[part].push_back(forms_.name(firm)), addresses_[part].push_back(forms_.address(firm));
    forms_.each_scope_item(firm, [&](std::string_view item) { scopes_.add(part, firm, item); });
    forms_.each_industry(firm, [&](std::string_view name) { industries_.add(part, firm, name); });
    forms_.each_class(firm, [&](std::string_view symbol) { classes_.add(part, firm, symbol); });
  }

  const store::Snapshot& s_;
  FirmForms forms_;
  std::vector<store::StringBuilder> names_, addresses_;
  DictionaryBuilder scopes_{kParts}, industries_{kParts}, classes_{kParts};
  BuiltTables tables_;
};

// Firms that changed are looked at; the rest is what the tables before have.
class TableMender {
 public:
  TableMender(const store::Snapshot& snapshot, const Reference& reference, const MappedTables& before,
              const std::vector<std::uint64_t>& digests)
      : s_(snapshot),
        forms_(snapshot, reference),
        before_(before),
        changed_(changed_firms(before.digest.span(), digests)),
        is_changed_(std::max(before.digest.size(), digests.size())) {
    for (const store::FirmNo firm : changed_) {
      is_changed_[firm] = 1;
      if (firm != 0 && firm <= s_.last_firm() && listed(s_, firm)) now_.push_back(firm);
    }
  }

  BuiltTables run() {
    BuiltTables out;
    tbb::parallel_invoke([&] { texts(out); }, [&] { out.scope = mend(before_.scope, scope_additions(), true); },
                         [&] { out.industry = mend(before_.industry, industry_additions(), false); },
                         [&] { out.ipc = mend(before_.ipc, class_additions(), false); });
    out.by_name = order(before_.by_name.span(), now_, out.name);
    std::vector<store::FirmNo> with_code;
    with_code.reserve(now_.size());
    for (const store::FirmNo firm : now_)
      if (!s_.firms.code[firm].empty()) with_code.push_back(firm);
    out.by_code = order(before_.by_code.span(), std::move(with_code), s_.firms.code);
    return out;
  }

 private:
  void texts(BuiltTables& out) const {
    auto next = now_.begin();
    for (std::size_t firm = 0; firm <= s_.last_firm(); ++firm) {
      const bool fresh = next != now_.end() && *next == firm;
      if (fresh) {
        out.name.push_back(forms_.name(*next)), out.address.push_back(forms_.address(*next));
        ++next;
      } else {
        const bool kept = firm < before_.name.size() && is_changed_[firm] == 0;
        out.name.push_back(kept ? before_.name[firm] : std::string_view());
        out.address.push_back(kept ? before_.address[firm] : std::string_view());
      }
    }
  }

  std::vector<DictionaryText> scope_additions() const {
    std::vector<DictionaryText> out;
    for (const store::FirmNo firm : now_)
      forms_.each_scope_item(firm, [&](std::string_view item) { out.emplace_back(item, firm); });
    return out;
  }
  std::vector<DictionaryText> industry_additions() const {
    std::vector<DictionaryText> out;
    for (const store::FirmNo firm : now_)
      forms_.each_industry(firm, [&](std::string_view name) { out.emplace_back(name, firm); });
    return out;
  }
  std::vector<DictionaryText> class_additions() const {
    std::vector<DictionaryText> out;
    for (const store::FirmNo firm : now_)
      forms_.each_class(firm, [&](std::string_view symbol) { out.emplace_back(symbol, firm); });
    return out;
  }
  DictionaryTable<store::Build> mend(const Dictionary& before, std::vector<DictionaryText> added, bool holders) const {
    return mended(before, is_changed_, std::move(added), holders);
  }

  // The order before without what changed, and what changed in its place.
  template <class Texts>
  std::vector<std::uint32_t> order(std::span<const std::uint32_t> before, std::vector<store::FirmNo> fresh,
                                   const Texts& text) const {
    sort_by(fresh, text);
    std::vector<std::uint32_t> kept, out;
    kept.reserve(before.size());
    for (const std::uint32_t firm : before)
      if (is_changed_[firm] == 0) kept.push_back(firm);
    out.reserve(kept.size() + fresh.size());
    std::merge(kept.begin(), kept.end(), fresh.begin(), fresh.end(), std::back_inserter(out), BeforeBy<Texts>{text});
    return out;
  }

  const store::Snapshot& s_;
  FirmForms forms_;
  const MappedTables& before_;
  std::vector<store::FirmNo> changed_, now_;  // ascending; now_: those that are listed now
  std::vector<char> is_changed_;              // by firm
};

}  // namespace

Status write_tables(const std::filesystem::path& folder, const store::Snapshot& snapshot, const Reference& reference,
                    const std::vector<std::uint64_t>& digests, const MappedTables* before) {
  auto tables = before == nullptr ? TableMaker(snapshot, reference).run()
                                  : TableMender(snapshot, reference, *before, digests).run();
  tables.digest = digests;
  TANMIAO_ASSIGN(auto writer, store::ColumnFolderWriter::create(folder));
  Status status;
  tables.each([&](std::string_view name, auto& column) {
    if (status) status = writer.write(name, column);
  });
  TANMIAO_TRY(std::move(status));
  return writer.finish("{}");
}

Result<std::shared_ptr<const MappedTables>> open_tables(const std::filesystem::path& folder,
                                                        std::optional<store::FirmNo> last) {
  TANMIAO_ASSIGN(const auto reader, store::ColumnFolderReader::open(folder));
  auto tables = std::make_shared<MappedTables>();
  Status status;
  tables->each([&](std::string_view name, auto& column) {
    if (status) status = reader.read(name, column);
  });
  TANMIAO_TRY(std::move(status));
  if ((last && tables->name.size() != std::size_t{*last} + 1) || tables->digest.size() != tables->name.size() ||
      tables->address.size() != tables->name.size())
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
