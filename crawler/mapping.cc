#include "crawler/mapping.h"

#include <algorithm>

#include "core/industry.h"
#include "core/patent.h"
#include "core/text/normalize.h"
#include "crawler/parties.h"
#include "crawler/patterns.h"
#include "crawler/stated.h"

namespace tanmiao::crawler {
namespace {

// Utility models and designs are published with their grant, within a year of filing: earlier than inventions.
constexpr int kMonthsToGrantWithoutExamination = 12;
constexpr std::string_view kPersonKey = "person";   // stands in a key where the applicant is a person
constexpr std::string_view kPersonCell = "自然人";  // stands in a refused row instead of a name; read as a person again

// The last day a date may mean: nobody could have known a "2022-12" before the month was over.
Date last_day(const LooseDate& date) {
  if (date.kind == LooseDate::Kind::kMonth) return add_months(date.first, 1) - std::chrono::days(1);
  if (date.kind == LooseDate::Kind::kYear) return add_months(date.first, 12) - std::chrono::days(1);
  return date.first;
}

std::optional<LooseDate> date_of(const Record& record, Field field) {
  const std::string_view text = record.get(field);
  if (text.empty()) return std::nullopt;
  const auto date = parse_loose_date(text);
  if (!date || date->first == Date{}) return std::nullopt;
  return *date;
}

int months_of(const Record& record, int declared) {
  if (record.kind != RecordKind::kPatent || declared <= kMonthsToGrantWithoutExamination) return declared;
  const auto number = parse_application_no(record.get(Field::kApplicationNo));
  const bool examined = !number || number->kind == PatentKind::kInvention || number->kind == PatentKind::kUnknown;
  return examined ? declared : kMonthsToGrantWithoutExamination;
}

std::string key_of(const Record& record, const std::vector<Field>& fields) {
  std::string key;
  bool any = false, first = true;
  for (const Field field : fields) {
    if (!first) key += '|';
    first = false;
    const std::size_t begin = key.size();
    for (const FieldValue& one : record.fields) {
      if (one.field != field) continue;
      if (key.size() > begin) key += ';';
      key += one.value;
    }
    if (key.size() == begin && field == Field::kApplicant && record.has(Field::kPersonApplicants)) key += kPersonKey;
    any = any || key.size() > begin;
  }
  return any ? key : std::string();
}

// Fields of few words, or whose rows stand in an order (registers by date). What names somebody is not kept.
bool comes_again(Field field) {
  switch (field_spec(field).type) {
    case FieldType::kDate:
    case FieldType::kMoney:
    case FieldType::kWord: return true;
    case FieldType::kCode: return field == Field::kIpc || field == Field::kIndustryCode;
    case FieldType::kText:
      return field == Field::kOrgType || field == Field::kProvince || field == Field::kCity || field == Field::kCounty;
    default: return false;
  }
}

void split(std::string_view raw, const std::string& separators, std::vector<std::string>& out) {
  const auto points = text::code_points(raw), cuts = text::code_points(separators);
  std::string part;
  for (const char32_t c : points) {
    if (std::find(cuts.begin(), cuts.end(), c) == cuts.end()) {
      text::append_utf8(part, c);
    } else if (!part.empty()) {
      out.push_back(std::move(part));
      part.clear();
    }
  }
  if (!part.empty()) out.push_back(std::move(part));
}

}  // namespace

struct Mapper::Draft {
  explicit Draft(const Reference& reference) : parties(reference) {}
  Record record;
  Parties parties;
  int inventors = 0;
  std::vector<std::pair<Field, std::string>> unknown;
  bool rejected = false;
  bool personal = false;  // speaks of a person: nothing of it is kept, nor which record it was
  bool shifted = false;   // cells stand in other columns: a person's name may stand in any
  Field bad_field{};
  std::string bad_value, expected;  // no value when it is itself another column's

  // Of a rule for what is no party. An empty value says "none": what another column said of the field stays.
  void set(const Rule& rule, std::string value) {
    if (value.empty()) return;
    if (rule.field == Field::kInventorHash) ++inventors;
    if (rule.multiple)
      record.add(rule.field, std::move(value));
    else
      record.set(rule.field, std::move(value));
  }

  void refuse(Field field, std::string_view value, std::string why, bool person = false) {
    if (rejected && !person) return;
    rejected = true;
    personal = personal || person;
    bad_field = field;
    bad_value = value;
    expected = std::move(why);
  }
};

Mapper::Mapper(const Source& source, const PageRule& page, const Document& document, const ReadContext& context)
    : source_(source), page_(page), document_(document), context_(context), stated_(stated_of(page, document.part)) {
  columns_.reserve(page.columns.size());
  for (const auto& [field, place] : page.columns) columns_.push_back(compile(field));
  for (const auto& [field, rule] : page.rules)
    if (!rule.constant.empty()) constants_.push_back(compile(field));
}

Mapper::Rule Mapper::compile(Field field) const {
  Rule rule{field};
  rule.multiple = field_spec(field).multiple;
  rule.party = is_party(field);
  if (comes_again(field)) rule.known.emplace();
  const auto declared = page_.rules.find(field);
  if (declared != page_.rules.end()) {
    rule.declared = &declared->second;
    if (!rule.declared->match.empty()) rule.match = &pattern(rule.declared->match);
    if (rule.multiple) rule.separators = rule.declared->split;
  }
  if (rule.separators.empty() && field == Field::kIpc) rule.separators = ";；|";
  if (rule.separators.empty() && field == Field::kInventorHash) rule.separators = ";；,，、|";
  return rule;
}

// A word as a whole, else the longest one that stands in the value ("国家专精特新小巨人(第五批)" has "专精特新小巨人").
std::string_view Mapper::replaced(const FieldRule& rule, std::string_view raw) const {
  if (const auto whole = rule.words.find(std::string(raw)); whole != rule.words.end()) return whole->second;
  const std::pair<const std::string, std::string>* best = nullptr;
  for (const auto& entry : rule.words)
    if (raw.find(entry.first) != std::string_view::npos && (!best || entry.first.size() > best->first.size()))
      best = &entry;
  return best ? std::string_view(best->second) : std::string_view();
}

// What the rule takes of a text; nothing (a null view) when it does not fit.
std::string_view Mapper::matched(const Rule& rule, std::string_view text) {
  if (!rule.match) return text;
  re2::StringPiece groups[2];
  const int wanted = rule.match->NumberOfCapturingGroups() > 0 ? 2 : 1;
  if (!rule.match->Match(re2::StringPiece(text.data(), text.size()), 0, text.size(), re2::RE2::UNANCHORED, groups,
                         wanted))
    return {};
  const re2::StringPiece found = groups[wanted - 1];
  return found.data() ? std::string_view(found.data(), found.size()) : text.substr(0, 0);
}

void Mapper::take(Rule& rule, const RawValue& value, Draft& draft) const {
  const std::string_view text = matched(rule, value.text);
  if (text.data() == nullptr) return;
  if (rule.separators.empty()) return take_one(rule, text, value.unit, draft);
  std::vector<std::string> parts;
  split(text::trim(text), rule.separators, parts);
  for (const std::string& part : parts) take_one(rule, part, value.unit, draft);
}

void Mapper::take_one(Rule& rule, std::string_view text, std::string_view unit, Draft& draft) const {
  if (rule.known)
    if (const std::string* const value = rule.known->find(text, unit)) return draft.set(rule, *value);
  const Trimmed trimmed(text);
  const std::string_view raw = trimmed.text();
  if (says_none(raw)) {
    if (!raw.empty() && rule.party) draft.parties.add_nobody(rule.field);
    if (rule.known) rule.known->keep(text, unit, {});
    return;
  }
  NormaliseContext context{context_.reference, context_.person_key, unit};
  if (unit.empty() && rule.declared) context.unit = rule.declared->unit;
  const bool worded = rule.declared && !rule.declared->words.empty();
  const std::string_view word = worded ? replaced(*rule.declared, raw) : raw;
  if (worded && word.empty()) {
    draft.unknown.emplace_back(rule.field, raw);
    return;
  }
  Normal normal = worded ? normalise(rule.field, Trimmed(word), context) : normalise(rule.field, trimmed, context);
  switch (normal.outcome) {
    case Normal::Outcome::kBad:
      draft.shifted = draft.shifted || normal.shifted;
      return draft.refuse(rule.field, normal.shifted ? std::string_view() : raw, std::move(normal.expected));
    case Normal::Outcome::kPerson: return draft.refuse(rule.field, {}, std::move(normal.expected), true);
    case Normal::Outcome::kUnknown: draft.unknown.emplace_back(rule.field, raw); return;
    case Normal::Outcome::kValue: break;
  }
  if (rule.party) return draft.parties.add(rule.field, std::move(normal.parties), draft.record);
  if (rule.known) rule.known->keep(text, unit, normal.value);
  draft.set(rule, std::move(normal.value));
}

// A code and its edition are one statement: an edition that does not have the code makes it no code. Without an edition
// a code may be read two ways, which the report tells.
void Mapper::settle_industry(Draft& draft) const {
  Record& record = draft.record;
  const std::string code(record.get(Field::kIndustryCode));
  if (code.empty()) return;
  const int edition = industry_edition(record.get(Field::kIndustryEdition));
  const IndustryCode read = industry_of(code, edition, record.get(Field::kIndustryName), context_.reference);
  if (read.code.empty()) {
    draft.unknown.emplace_back(Field::kIndustryCode, code + "（" + std::to_string(edition) + " 版没有此代码）");
    record.set(Field::kIndustryCode, {});
    record.set(Field::kIndustryEdition, {});
    return;
  }
  if (edition == 0 && read.edition == 0 && read.name.empty())
    draft.unknown.emplace_back(Field::kIndustryEdition, "未注明，代码在 2011、2017 两版中含义不同");
  record.set(Field::kIndustryCode, read.code);
}

void Mapper::complete(Draft& draft) const {
  Record& record = draft.record;
  const bool one_a_row = std::find(page_.key.begin(), page_.key.end(), Field::kApplicant) != page_.key.end();
  draft.parties.finish(one_a_row, record);
  if (draft.inventors > 0 && !record.has(Field::kInventorCount))
    record.set(Field::kInventorCount, std::to_string(draft.inventors));
  settle_industry(draft);
  canonicalise(record);
  for (const Field field : page_.required)
    if (!record.has(field)) draft.refuse(field, {}, "不得为空：" + column_of(field));
  record.key = key_of(record, page_.key);
  if (record.key.empty()) draft.refuse(page_.key.front(), {}, "主键不得为空");
  set_dates(record);
}

void Mapper::set_dates(Record& record) const {
  if (page_.event_date)
    if (const auto date = date_of(record, *page_.event_date)) record.event_date = date->first;
  record.public_date = context_.seen;
  record.public_estimated = true;
  record.stated = stated_;
  // A patent that names its publication date was public on that day, whatever the rule estimates for others.
  const auto published = record.kind == RecordKind::kPatent ? date_of(record, Field::kPublicationDate) : std::nullopt;
  if (published && published->kind == LooseDate::Kind::kDay) {
    record.public_date = published->first;
    record.public_estimated = false;
    return;
  }
  if (!page_.public_date.field) return;
  // Lists with a column for the day often leave it empty and have the year: the day of the load would make an old
  // number news.
  auto date = date_of(record, *page_.public_date.field);
  if (!date && (record.kind == RecordKind::kRecognition || record.kind == RecordKind::kSignal))
    date = date_of(record, Field::kYear);
  if (!date) return;
  const int months = months_of(record, page_.public_date.months);
  record.public_date = add_months(last_day(*date), months);
  record.public_estimated = months != 0 || date->kind != LooseDate::Kind::kDay || record.kind == RecordKind::kFirm;
}

Mapper::Draft Mapper::draft_of(RecordKind kind, const RawRow& row) const {
  Draft draft(context_.reference);
  draft.record.kind = kind;
  draft.record.source = source_.id;
  draft.record.origin = {document_.capture, document_.part, row.line};
  return draft;
}

bool Mapper::says_nothing(const RawRow& row) const {
  if (page_.any_of.empty()) return false;
  return std::none_of(row.values.begin(), row.values.end(), [&](const RawValue& value) {
    const Field field = columns_[value.column].field;
    return std::find(page_.any_of.begin(), page_.any_of.end(), field) != page_.any_of.end() &&
           !text::without_blanks(value.text).empty();
  });
}

// As people know it: the first of the headings that a table may have, else the field's name.
std::string Mapper::column_of(Field field) const {
  for (const auto& [own, heading] : page_.columns)
    if (page_.has_headings() && own == field && !heading.empty()) return heading.substr(0, heading.find('|'));
  return std::string(field_spec(field).label);
}

Status Mapper::row(const RawRow& row, ReadingSink& sink) {
  if (!page_.kind || says_nothing(row)) return {};  // the page only leads on
  sink.row();
  Draft draft = draft_of(*page_.kind, row);
  draft.record.fields.reserve(row.values.size() + constants_.size());
  for (const RawValue& value : row.values) take(columns_[value.column], value, draft);
  for (const Rule& rule : constants_)
    if (!draft.record.has(rule.field)) draft.record.set(rule.field, rule.declared->constant);
  complete(draft);
  if (draft.rejected) {
    store::Reject out = reject_of(row, draft);
    if (draft.shifted && !draft.personal)
      out.expected += page_.reader == "csv" || page_.reader == "xlsx" ? kNotKept : kNotKeptAnywhere;
    else if (!draft.personal)
      out.row = csv_of(row);
    return sink.reject(std::move(out));
  }
  for (const auto& [field, word] : draft.unknown) sink.unknown_word(field, word);
  return sink.record(std::move(draft.record));
}

store::Reject Mapper::reject_of(const RawRow& row, const Draft& draft) const {
  store::Reject out;
  out.source = source_.id;
  out.part = document_.part;
  out.line = row.line;
  if (draft.rejected) out.field = field_spec(draft.bad_field).name;
  out.expected = draft.expected;
  if (draft.personal) return out;
  out.value = draft.bad_value;
  if (std::all_of(page_.key.begin(), page_.key.end(), [&](Field f) { return draft.record.has(f); })) {
    out.kind = page_.kind;
    out.key = draft.record.key;
  }
  return out;
}

Status Mapper::misfit(const RawRow& row, std::string_view fault, std::string_view csv, ReadingSink& sink) {
  if (!page_.kind) return {};
  sink.row();
  std::vector<RawValue> values = row.values;
  std::stable_sort(values.begin(), values.end(), [](const auto& a, const auto& b) { return a.cell < b.cell; });
  Draft draft = draft_of(*page_.kind, row);
  for (std::size_t i = 0; i < values.size() && !draft.rejected; ++i) take(columns_[values[i].column], values[i], draft);
  // What stands before the first cell that does not fit is where it should be, the key too. Applicants and owners have
  // no key before the whole row is read.
  draft.record.key = key_of(draft.record, page_.key);
  store::Reject out = reject_of(row, draft);
  const std::string where =
      draft.rejected ? "；从“" + std::string(field_spec(draft.bad_field).label) + "”一列起对不上：" + draft.expected
                     : "";
  out.expected = std::string(fault) + where;
  if (csv.empty() || draft.shifted || draft.personal) {
    out.value.clear();
    out.expected += page_.reader == "csv" || page_.reader == "xlsx" ? kNotKept : kNotKeptAnywhere;
  } else {
    out.row = csv;
  }
  return sink.reject(std::move(out));
}

Status Mapper::reject(std::uint32_t line, std::string_view expected, std::string_view csv, ReadingSink& sink) const {
  sink.row();
  store::Reject out;
  out.source = source_.id;
  out.part = document_.part;
  out.line = line;
  out.expected = expected;
  out.row = csv;
  return sink.reject(std::move(out));
}

// What may be kept of a cell: names of persons are not, bodies beside them are.
std::string Mapper::without_persons(Field field, std::string_view raw) const {
  if (field_spec(field).type == FieldType::kHash) return {};
  if (!is_party(field)) return std::string(raw);
  std::string kept;
  for (const Applicant& applicant : parse_applicants(raw, context_.reference))
    kept += (kept.empty() ? "" : ";") +
            (applicant.kind == Applicant::Kind::kPerson ? std::string(kPersonCell) : applicant.name);
  return kept;
}

// The row as far as it is read: a column that nobody asked for may hold a person's name or number and stays empty.
std::string Mapper::csv_of(const RawRow& row) const {
  const bool table = row.cells > 0;
  std::vector<std::string> cells(table ? row.cells : page_.columns.size());
  for (const RawValue& value : row.values) {
    std::string& cell = cells[table ? value.cell : value.column];
    // Of a page that is searched for a name only what was found: the rest may be contacts. Of a table the cell as it
    // is, so that it can be mended.
    const std::string_view text = table ? value.text : matched(columns_[value.column], value.text);
    const std::string kept = without_persons(page_.columns[value.column].first, text);
    if (!table && !cell.empty()) cell += ';';
    table ? cell = kept : cell += kept;
  }
  return csv_line(cells);
}

std::string csv_line(std::span<const std::string> cells) {
  std::string out;
  for (const std::string& cell : cells) {
    if (&cell != cells.data()) out += ',';
    if (cell.find_first_of(",\"\r\n") == std::string::npos) {
      out += cell;
      continue;
    }
    out += '"';
    for (const char c : cell) out += c == '"' ? std::string("\"\"") : std::string(1, c);
    out += '"';
  }
  return out;
}

}  // namespace tanmiao::crawler
