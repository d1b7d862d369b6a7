#include "indexer/relevance.h"

#include <algorithm>
#include <array>
#include <initializer_list>

#include "core/text/search_form.h"

namespace tanmiao::indexer {
namespace {

// Says of no text of a firm how well it fits.
bool bounds_only(QueryField field) {
  switch (field) {
    case QueryField::kPlace:
    case QueryField::kAddress:
    case QueryField::kFacet:
    case QueryField::kEstablished:
    case QueryField::kCapital:
    case QueryField::kStaff:
    case QueryField::kPatents:
    case QueryField::kPoints: return true;
    default: return false;
  }
}

// A text of the firm, but none that it could be called by.
bool beside_names(QueryField field) {
  switch (field) {
    case QueryField::kScope:
    case QueryField::kIndustry:
    case QueryField::kIpc:
    case QueryField::kPatent:
    case QueryField::kAbstract:
    case QueryField::kAward:
    case QueryField::kSignal: return true;
    default: return false;
  }
}

// Which words are looked for as texts, and which are conditions of such a text: they stand beside one and are fulfilled
// by any field. A plain word that is a place, and one of a field that holds no names, are such conditions beside other
// words, and else texts.
// `铝 OR region:371625` has no condition: nobody fulfils it by a name that holds no 铝.
class Roles {
 public:
  Roles(const ParsedQuery& parsed, const std::vector<FoundWord>& found)
      : parsed_(parsed), found_(found), condition_(parsed.words.size()) {
    others_bound_ = has_text(parsed.root);
    look_at(parsed.root);
    name_ = collect(parsed.root);
  }
  bool is_condition(std::size_t word) const { return condition_[word]; }
  bool any_place() const {
    return std::any_of(name_.begin(), name_.end(), [&](std::size_t word) { return condition_[word]; });
  }
  // The words could be a name as they stand: those of it in their order, places too. Empty: they could not.
  const std::vector<std::size_t>& name() const { return name_; }

 private:
  using Kind = QueryNode::Kind;

  bool has_text(const QueryNode& node) const {
    if (node.kind == Kind::kWord) {
      const QueryWord& word = parsed_.words[node.word];
      const bool place = word.field == QueryField::kAny && found_[node.word].of(Field::kPlace) != nullptr;
      return !word.excluded && !bounds_only(word.field) && !(others_bound_ && (place || beside_names(word.field)));
    }
    return std::any_of(node.parts.begin(), node.parts.end(), [&](const QueryNode& part) { return has_text(part); });
  }
  void mark_all(const QueryNode& node) {
    if (node.kind == Kind::kWord) condition_[node.word] = true;
    for (const QueryNode& part : node.parts) mark_all(part);
  }
  void look_at(const QueryNode& node) {
    const bool beside = node.kind == Kind::kAnd && has_text(node);
    for (const QueryNode& part : node.parts) beside && !has_text(part) ? mark_all(part) : look_at(part);
  }

  std::vector<std::size_t> collect(const QueryNode& root) const {
    std::vector<std::size_t> words;
    return add_words(root, words) ? words : std::vector<std::size_t>{};
  }
  // False: it is no name.
  bool add_words(const QueryNode& node, std::vector<std::size_t>& words) const {
    if (node.kind == Kind::kWord) {
      const QueryField field = parsed_.words[node.word].field;
      if (field == QueryField::kAny || field == QueryField::kName) words.push_back(node.word);
      return field == QueryField::kAny || field == QueryField::kName || condition_[node.word];
    }
    if (node.kind == Kind::kNot) return true;
    if (node.kind == Kind::kOr)
      return std::all_of(node.parts.begin(), node.parts.end(), [&](const QueryNode& part) { return is_bound(part); });
    return std::all_of(node.parts.begin(), node.parts.end(),
                       [&](const QueryNode& part) { return add_words(part, words); });
  }
  bool is_bound(const QueryNode& node) const {
    if (node.kind == Kind::kWord) return condition_[node.word];
    return std::all_of(node.parts.begin(), node.parts.end(), [&](const QueryNode& part) { return is_bound(part); });
  }

  const ParsedQuery& parsed_;
  const std::vector<FoundWord>& found_;
  std::vector<bool> condition_;
  std::vector<std::size_t> name_;
  bool others_bound_ = true;
};

void add_whole_names(const ParsedQuery& parsed, const std::vector<std::size_t>& words, const Lookup& lookup,
                     std::vector<Step>& steps) {
  std::string joined;
  for (const std::size_t word : words) joined += parsed.words[word].folded;
  const std::string form = text::search_form(joined, text::Marks::kDropped);
  if (form.empty()) return;
  constexpr std::size_t kWholeCode = 18;
  const std::string code = words.size() == 1 ? code_part(joined, 4) : "";
  steps.push_back({"名称相同", lookup.names_beginning(form, true), true});
  if (code.size() == kWholeCode) steps.push_back({"代码相同", lookup.codes_beginning(code), true});
  steps.push_back({"名称以此开头", lookup.names_beginning(form, false), true});
  if (!code.empty()) steps.push_back({"代码以此开头", lookup.codes_beginning(code), false});
}

}  // namespace

FirmSet all_of(const Shared& shared, const FoundWord& word) {
  FirmSet firms(shared.snapshot->last_firm());
  for (const auto& [field, set] : word.by_field) firms |= set;
  return firms;
}

std::vector<Step> steps_of(const Shared& shared, const ParsedQuery& parsed, const std::vector<FoundWord>& found,
                           const Lookup& lookup) {
  std::vector<Step> steps;
  if (parsed.wanted.empty()) return {{"", shared.listed, false}};
  const Roles roles(parsed, found);
  add_whole_names(parsed, roles.name(), lookup, steps);
  const auto holding = [&](bool places_in_text, const auto& counts) {
    return evaluate(parsed.root, shared.listed, [&](std::size_t word) {
      FirmSet firms(shared.snapshot->last_firm());
      // What must not be there must be nowhere.
      const bool condition =
          roles.is_condition(word) && (!places_in_text || parsed.words[word].field != QueryField::kAny);
      for (const auto& [field, set] : found[word].by_field)
        if (parsed.words[word].excluded || condition || counts(field)) firms |= set;
      return firms;
    });
  };
  const auto in = [&](std::initializer_list<Field> fields, bool places_in_text = false) {
    return holding(places_in_text,
                   [&](Field field) { return std::find(fields.begin(), fields.end(), field) != fields.end(); });
  };
  // 红星铝业有限公司 济南, 旅游 泰山: the place may be part of the name and need not.
  if (roles.any_place()) {
    steps.push_back({"名称含有", in({Field::kName}, true), true});
    std::vector<std::size_t> texts = roles.name();
    std::erase_if(texts, [&](std::size_t word) { return roles.is_condition(word); });
    add_whole_names(parsed, texts, lookup, steps);
  }
  steps.push_back({"名称含有", in({Field::kName}), true});
  steps.push_back({"名称读音相符", in({Field::kName, Field::kPinyin}), true});
  steps.push_back({"代码含有", in({Field::kName, Field::kPinyin, Field::kCode}), true});
  steps.push_back({"曾用名含有", in({Field::kName, Field::kFormer}), false});
  steps.push_back({"专利含有", in({Field::kName, Field::kFormer, Field::kPatent, Field::kIpc}), false});
  const bool otherwise =
      std::any_of(found.begin(), found.end(), [](const auto& word) { return word.of(Field::kSynonym) != nullptr; });
  if (otherwise)
    steps.push_back({"其他字段相符", holding(false, [](Field field) { return field != Field::kSynonym; }), false});
  steps.push_back({otherwise ? "同义词" : "其他字段相符", shared.listed, false});
  return steps;
}

Status dump_answers(const Searcher& searcher, const std::vector<std::string>& facets,
                    const std::function<void(std::string_view)>& line) {
  static constexpr std::array<std::string_view, 14> kQueries{
      "",       "科技",     "铝",       "新材料", "\"有限公司\"", "电气 -公司", "山东",
      "滨州市", "泰安电力", "机械制造", "9137",   "\"技术开发\"", "一种 装置",  "化工 研发"};
  for (const std::string_view text : kQueries) {
    Query query;
    query.text = text;
    query.limit = 1000;
    query.facets = facets;
    TANMIAO_ASSIGN(const Page page, searcher.search(query));
    const std::string head = "query\t" + std::string(text) + "\t";
    line(head + "total\t" + std::to_string(page.total));
    for (const Hit& hit : page.hits)
      line(head + std::to_string(hit.firm) + "\t" + hit.matched_in + "\t" + hit.name_html + "\t" + hit.snippet_html);
    for (const FacetCounts& facet : page.facets)
      for (const FacetValue& value : facet.values)
        line(head + facet.facet + "\t" + value.value + "\t" + std::to_string(value.count));
  }
  return {};
}

}  // namespace tanmiao::indexer
