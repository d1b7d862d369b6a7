#include "tabular/reference_reader.h"

#include <charconv>
#include <functional>
#include <set>
#include <sstream>

#include "core/hash.h"
#include "core/text/normalize.h"
#include "tabular/config_table.h"

namespace tanmiao::tabular {
namespace {

using Cells = ConfigCells;
using OnRow = std::function<Status(const Cells&)>;

Result<std::uint32_t> code(const std::string& text) {
  std::uint32_t value = 0;
  if (text.empty()) return value;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || stop != text.data() + text.size()) return misfit("'" + text + "' is no code of digits");
  return value;
}

Result<FormClass> form_class(const std::string& text) {
  using enum FormClass;
  static const std::vector<std::pair<std::string_view, FormClass>> kWords{
      {"company", kCompany},       {"branch", kBranch},         {"partnership", kPartnership},
      {"factory", kFactory},       {"individual", kIndividual}, {"sole_proprietor", kSoleProprietor},
      {"university", kUniversity}, {"hospital", kHospital},     {"institution", kInstitution},
      {"foreign", kForeign},       {"other", kOther},           {"cooperative", kCooperative}};
  for (const auto& [word, value] : kWords)
    if (word == text) return value;
  return misfit("'" + text + "' is no class of legal forms");
}

Result<LatinWord::Kind> latin_kind(const std::string& text) {
  using enum LatinWord::Kind;
  if (text == "form") return kForm;
  if (text == "filler") return kFiller;
  if (text == "industry") return kIndustry;
  if (text == "region") return kRegion;
  return misfit("'" + text + "' is none of form, filler, industry, region");
}

std::vector<std::string> pieces(const std::string& text, char between) {
  std::vector<std::string> out;
  std::istringstream in(text);
  for (std::string piece; std::getline(in, piece, between);)
    if (!piece.empty()) out.push_back(piece);
  return out;
}

// One folder of tables on its way to a Reference.
class Loader {
 public:
  Loader(std::filesystem::path folder, std::uint32_t city) : folder_(std::move(folder)), city_(city) {}

  Result<std::shared_ptr<const Reference>> load() {
    TANMIAO_TRY(places());
    TANMIAO_TRY(words());
    TANMIAO_TRY(classes());
    TANMIAO_TRY(key_industries());
    out_->digest = hash_hex(contents_ + std::to_string(city_));
    out_->finish();
    return std::shared_ptr<const Reference>(out_);
  }

 private:
  // Calls on_row for each row behind the header, padded to `columns` cells.
  Status table(std::string_view file, std::size_t columns, const OnRow& on_row) {
    return read_config_table(folder_ / file, "one of the tables of config/reference", columns, on_row, &contents_);
  }

  Status optional_table(std::string_view file, std::size_t columns, const OnRow& on_row) {
    if (!std::filesystem::exists(folder_ / file)) return {};
    return table(file, columns, on_row);
  }

  Status list(std::string_view file, std::vector<std::string>& out) {
    return table(file, 1, [&](const Cells& c) -> Status {
      out.push_back(c[0]);
      return {};
    });
  }

  Status places() {
    std::uint32_t own = 0;
    TANMIAO_TRY(table("city.csv", 2, [&](const Cells& c) -> Status {
      TANMIAO_ASSIGN(own, code(c[0]));
      return {};
    }));
    if (city_ == 0) city_ = own;
    TANMIAO_TRY(table("divisions.csv", 4, [&](const Cells& c) -> Status {
      TANMIAO_ASSIGN(const auto number, code(c[0]));
      TANMIAO_ASSIGN(const auto parent, code(c[2]));
      TANMIAO_ASSIGN(const auto level, code(c[3]));
      divisions_.push_back({number, c[1], parent, static_cast<std::uint8_t>(level)});
      return {};
    }));
    TANMIAO_TRY(table("retired.csv", 3, [&](const Cells& c) -> Status {
      TANMIAO_ASSIGN(const auto from, code(c[0]));
      TANMIAO_ASSIGN(const auto to, code(c[2]));
      retired_.emplace_back(from, to);
      return {};
    }));
    TANMIAO_TRY(zones_and_units());
    if (city_ != own) units_of_divisions();
    out_->regions =
        RegionTable::build(city_, std::move(divisions_), std::move(zones_), std::move(units_), std::move(retired_));
    return {};
  }

  Status zones_and_units() {
    TANMIAO_TRY(table("zones.csv", 5, [&](const Cells& c) -> Status {
      TANMIAO_ASSIGN(const auto county, code(c[2]));
      TANMIAO_ASSIGN(const bool acts, config_flag(c[3]));
      std::vector<std::string> streets;
      std::istringstream in(c[4]);
      for (std::string street; std::getline(in, street, ';');) streets.push_back(street);
      zones_.push_back({c[0], c[1], std::move(streets), county, acts});
      return {};
    }));
    return table("units.csv", 5, [&](const Cells& c) -> Status {
      TANMIAO_ASSIGN(const auto county, code(c[2]));
      TANMIAO_ASSIGN(const bool unresolved, config_flag(c[4]));
      units_.push_back({c[0], c[1], county, c[3], unresolved});
      return {};
    });
  }

  void units_of_divisions() {
    zones_.clear();
    units_.clear();
    for (const Division& d : divisions_)
      if (d.parent == city_) units_.push_back({std::to_string(d.code), d.name, d.code, "", false});
    units_.push_back({"U99", "待核", 0, "", true});
  }

  // What names are compared by. A folder without them compares characters as they stand.
  Status name_tables() {
    TANMIAO_TRY(optional_table("name_regions.csv", 2, [&](const Cells& c) -> Status {
      TANMIAO_ASSIGN(const auto number, code(c[0]));
      out_->name_regions.emplace_back(number, c[1]);
      return {};
    }));
    TANMIAO_TRY(optional_table("region_abbreviations.csv", 2, [&](const Cells& c) -> Status {
      const auto character = text::code_points(c[0]);
      if (character.size() != 1) return misfit("'" + c[0] + "' is not one character");
      TANMIAO_ASSIGN(const auto number, code(c[1]));
      out_->region_abbreviations[character[0]].push_back(number);
      return {};
    }));
    TANMIAO_TRY(optional_table("han.csv", 4, [&](const Cells& c) -> Status {
      const auto character = text::code_points(c[0]);
      if (character.size() != 1) return misfit("'" + c[0] + "' is not one character");
      out_->han.add(character[0], c[1], c[2], c[3]);
      return {};
    }));
    TANMIAO_TRY(optional_table("name_readings.csv", 2, [&](const Cells& c) -> Status {
      const auto syllables = static_cast<std::size_t>(std::count(c[1].begin(), c[1].end(), ' ')) + 1;
      if (text::length(c[0]) != syllables)
        return misfit("'" + c[1] + "' is not a syllable for each character of " + c[0]);
      out_->name_readings.emplace_back(c[0], c[1]);
      return {};
    }));
    return optional_table("latin_words.csv", 4, [&](const Cells& c) -> Status {
      TANMIAO_ASSIGN(const LatinWord::Kind kind, latin_kind(c[1]));
      out_->latin_words.push_back({c[0], kind, c[2], c[3]});
      return {};
    });
  }

  Status words() {
    TANMIAO_TRY(table("status_words.csv", 2, [&](const Cells& c) -> Status {
      const FirmStatus status = status_from_word(c[1]);
      if (status == FirmStatus::kUnknown && c[1] != "UNKNOWN") return misfit("'" + c[1] + "' is no status");
      out_->status_words.push_back({text::without_blanks(text::nfkc(c[0])), status});
      return {};
    }));
    TANMIAO_TRY(table("legal_forms.csv", 3, [&](const Cells& c) -> Status {
      TANMIAO_ASSIGN(const FormClass form, form_class(c[1]));
      TANMIAO_ASSIGN(const bool in_scope, config_flag(c[2]));
      out_->legal_forms.push_back({text::nfkc(c[0]), form, in_scope});
      return {};
    }));
    TANMIAO_TRY(table("legal_events.csv", 2, [&](const Cells& c) -> Status {
      const PatentEvent event = patent_event_from_word(c[1]);
      if (event == PatentEvent::kOther) return misfit("'" + c[1] + "' is no legal event");
      out_->legal_events.push_back({text::nfkc(c[0]), event});
      return {};
    }));
    TANMIAO_TRY(list("region_words.csv", out_->region_words));
    TANMIAO_TRY(name_tables());
    TANMIAO_TRY(list("industry_words.csv", out_->industry_words));
    TANMIAO_TRY(list("surnames.csv", out_->surnames));
    TANMIAO_TRY(list("org_type_words.csv", out_->org_type_words));
    TANMIAO_TRY(table("programs.csv", 2, [&](const Cells& c) -> Status {
      out_->programs.emplace_back(c[0], c[1]);
      return {};
    }));
    return table("simplified.csv", 2, [&](const Cells& c) -> Status {
      const auto from = text::code_points(c[0]), to = text::code_points(c[1]);
      if (from.size() != 1 || to.size() != 1) return misfit("a pair must be one character to one");
      out_->simplified.emplace(from[0], to[0]);
      return {};
    });
  }

  Status names(std::string_view file, std::unordered_map<std::string, std::string>& out) {
    return table(file, 2, [&](const Cells& c) -> Status {
      out.emplace(c[0], c[1]);
      return {};
    });
  }

  Status classes() {
    out_->industry_2011.edition = 2011;
    TANMIAO_TRY(names("gbt4754_2011.csv", out_->industry_2011.name_by_code));
    TANMIAO_TRY(names("gbt4754_2017.csv", out_->industry_2017.name_by_code));
    if (!std::filesystem::exists(folder_ / "ipc_titles.csv")) return {};
    return names("ipc_titles.csv", out_->ipc_titles);
  }

  Status product_words() {
    std::set<std::string> seen;
    return optional_table("product_words.csv", 5, [&](const Cells& c) -> Status {
      ProductWord word{c[0], pieces(c[1], '|'), pieces(c[2], ' '), pieces(c[3], ' '), c[4]};
      if (word.word.empty() || word.source.empty())
        return misfit("expected a word and the source of what is said of it");
      std::vector<std::string> names = word.same;
      names.push_back(word.word);
      for (const std::string& name : names)
        if (!seen.insert(name).second) return misfit("'" + name + "' stands in two rows");
      for (const std::string& code : word.gbt)
        if (out_->industry_2017.name(code).empty()) return misfit("'" + code + "' is no code of GB/T 4754-2017");
      for (const std::string& code : word.ipc)
        if (code.size() < 3 || code[0] < 'A' || code[0] > 'H')
          return misfit("'" + code + "' begins no symbol of the IPC");
      out_->product_words.push_back(std::move(word));
      return {};
    });
  }

  Status key_industries() {
    TANMIAO_TRY(table("industries.csv", 2, [&](const Cells& c) -> Status {
      out_->key_industries.push_back({c[0], c[1], {}, {}, {}, {}});
      return {};
    }));
    TANMIAO_TRY(product_words());
    return table("industry_marks.csv", 4, [&](const Cells& c) -> Status {
      TANMIAO_ASSIGN(const double value, config_number(c[3]));
      for (KeyIndustry& industry : out_->key_industries) {
        if (industry.id != c[0]) continue;
        auto* marks = c[1] == "gbt"     ? &industry.gbt_prefixes
                      : c[1] == "ipc"   ? &industry.ipc_prefixes
                      : c[1] == "word"  ? &industry.words
                      : c[1] == "minus" ? &industry.minus_words
                                        : nullptr;
        if (marks == nullptr) return misfit("'" + c[1] + "' is none of gbt, ipc, word, minus");
        marks->push_back({c[2], value});
        return {};
      }
      return misfit("'" + c[0] + "' is no industry of industries.csv");
    });
  }

  std::filesystem::path folder_;
  std::uint32_t city_;
  std::string contents_;
  std::vector<Division> divisions_;
  std::vector<Zone> zones_;
  std::vector<Unit> units_;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> retired_;
  std::shared_ptr<Reference> out_ = std::make_shared<Reference>();
};

}  // namespace

Result<std::shared_ptr<const Reference>> load_reference(const std::filesystem::path& folder) {
  return Loader(folder, 0).load();
}

Result<std::shared_ptr<const Reference>> load_reference(const std::filesystem::path& folder, std::uint32_t city_code) {
  return Loader(folder, city_code).load();
}

}  // namespace tanmiao::tabular
