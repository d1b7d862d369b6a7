#include "crawler/source.h"

#include <fnmatch.h>
#include <re2/re2.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "core/hash.h"
#include "core/settings.h"
#include "crawler/mirrors.h"
#include "crawler/source_checks.h"
#include "crawler/xpath.h"
#include "tabular/charset.h"

namespace tanmiao::crawler {
namespace {

const std::vector<std::string_view> kReaders = {"html", "csv",        "xlsx",          "table",   "pdf", "json",
                                                "xml",  "patent_xml", "patent_events", "sitemap", "feed"};

std::optional<Field> read_field(Settings& at, std::string_view key, const std::string& name) {
  if (const auto field = field_from_name(name)) return field;
  std::vector<std::string_view> names;
  for (const FieldSpec& spec : all_fields()) names.push_back(spec.name);
  at.complain(key, "no such field: '" + name + "'" + did_you_mean(name, names));
  return std::nullopt;
}

std::vector<Field> read_fields(Settings& at, std::string_view key) {
  std::vector<Field> out;
  for (const std::string& name : at.texts(key))
    if (const auto field = read_field(at, key, name)) out.push_back(*field);
  return out;
}

std::optional<Field> optional_field(Settings& at, std::string_view key) {
  const std::string name = at.text(key, "");
  return name.empty() ? std::nullopt : read_field(at, key, name);
}

std::string read_pattern(Settings& at, std::string_view key) {
  std::string pattern = at.text(key, "");
  const re2::RE2 compiled(pattern, re2::RE2::Quiet);
  if (!compiled.ok()) at.complain(key, "is no regular expression (RE2): " + compiled.error());
  return pattern;
}

FieldRule read_rule(Settings at) {
  FieldRule rule;
  rule.match = read_pattern(at, "match");
  rule.constant = at.text("constant", "");
  rule.unit = at.text("unit", "");
  rule.split = at.text("split", "");
  if (at.has("words"))
    for (auto& [raw, value] : at.table("words").entries()) rule.words[raw] = value;
  return rule;
}

// `listed`: of a sitemap or feed, whose addresses stand there as such.
LinkRule read_link(Settings at, const SecretRules& secrets, bool listed) {
  constexpr std::string_view kPlace = "{secret:";
  LinkRule link;
  link.xpath = at.text("xpath", "");
  link.match = read_pattern(at, "match");
  link.each = at.text("each", "");
  for (auto& [pointer, wanted] : at.table("where").entries()) {
    if (const std::string fault = pattern_fault(wanted); !fault.empty())
      at.complain("where", std::string("'").append(wanted).append("' is no regular expression (RE2): ").append(fault));
    link.where.emplace_back(pointer, wanted);
  }
  link.address = at.text("address", "");
  for (std::size_t from = link.address.find(kPlace); from != std::string::npos;
       from = link.address.find(kPlace, from + 1)) {
    const std::size_t end = std::min(link.address.find('}', from), link.address.size());
    const std::string name = link.address.substr(from + kPlace.size(), end - from - kPlace.size());
    if (!secrets.contains(name)) at.complain("address", "there is no [secrets." + name + "]");
  }
  link.only = read_pattern(at, "only");
  link.role = at.text("role");
  if (const std::string fault = link.xpath.empty() ? "" : xpath_fault(link.xpath); !fault.empty())
    at.complain("xpath", "is no XPath: " + fault);
  const int ways = int{!link.xpath.empty()} + int{!link.match.empty()} + int{!link.each.empty()};
  if (listed && (ways > 0 || !link.address.empty()))
    at.complain("role", "a link of a sitemap or feed has no xpath, match, each and address: only says which it is for");
  if (!listed && ways != 1) at.complain("role", "a link needs one of xpath, match and each");
  if (!link.address.empty() && !link.xpath.empty())
    at.complain("address", "is built from a match or an element, and there is none");
  if (!link.each.empty() && (link.each[0] != '/' || link.address.empty()))
    at.complain("each", "expected a JSON pointer such as /data/*, and an address that is built of its elements");
  if (!link.where.empty() && link.each.empty()) at.complain("where", "is of each");
  return link;
}

void check_fields(Settings& at, const PageRule& page, RecordKind kind) {
  const unsigned bit = 1u << static_cast<unsigned>(kind);
  for (const auto& [field, place] : page.columns)
    if ((field_spec(field).kinds & bit) == 0)
      at.complain("kind", "a record of kind " + std::string(kind_name(kind)) + " has no field '" +
                              std::string(field_spec(field).name) + "'");
  // Where a name in them was mistyped, that is said already.
  if (!at.has("key")) at.complain("role", "a page that makes records needs a key");
  if (!at.has("columns")) at.complain("role", "a page that makes records needs [page.columns]");
}

void check_expressions(Settings& at, const PageRule& page) {
  if (page.reader != "html") return;
  if (const std::string fault = page.rows.empty() ? "" : xpath_fault(page.rows); !fault.empty())
    at.complain("rows", "is no XPath: " + fault);
  Settings columns = at.table("columns");
  for (const auto& [field, place] : page.columns)
    if (const std::string fault = xpath_fault(place); !fault.empty())
      columns.complain(field_spec(field).name, "is no XPath: " + fault);
}

// How the page is asked for, and what of its answer says that it is one.
void read_asking(Settings& at, PageRule& page, const Source& source) {
  page.headers = read_headers(at.table("headers"), source.secrets);
  page.request = read_request(at.table("request"), source.secrets);
  std::vector<std::string_view> signs = {""};
  for (const auto& [name, rule] : source.signs) signs.push_back(name);
  page.sign = at.word("sign", "", signs);
  page.paging = read_paging(at.table("paging"), page.reader, page.request, page.kind.has_value());
  page.cdata = at.word("unwrap", "", {"", "cdata"}) == "cdata";
  if (page.cdata && page.reader != "html") at.complain("unwrap", "needs reader = \"html\"");
  Settings valid = at.table("valid");
  for (auto& [pointer, wanted] : valid.entries()) {
    if (const std::string fault = pattern_fault(wanted); !fault.empty() || !pointer.starts_with('/'))
      valid.complain(pointer, "expected a JSON pointer and a regular expression (RE2), \"/code\" = \"200\" " + fault);
    page.valid.emplace_back(pointer, wanted);
  }
  page.says = at.text("says", "");
  page.lines = at.flag("lines", false);
  if (page.reader == "xml" && !page.rows.starts_with('/'))
    at.complain("rows", "expected the element of a row, such as /list/firm or //firm");
  if (page.lines && page.reader != "json") at.complain("lines", "needs reader = \"json\"");
  if (page.lines && (page.leads_on() || !page.valid.empty()))
    at.complain("lines", "has neither links nor paging nor valid: each line stands for itself");
  if (!page.valid.empty() && page.reader != "json") at.complain("valid", "needs reader = \"json\"");
}

PageRule read_page(Settings at, const Source& source) {
  PageRule page;
  page.role = at.text("role", "file");
  page.reader = at.word("reader", "html", kReaders);
  const std::string kind = at.word("kind", "", {"", "firm", "patent", "patent_event", "recognition", "signal"});
  page.kind = kind_from_name(kind);
  page.rows = at.text("rows", "");
  page.key = read_fields(at, "key");
  page.required = read_fields(at, "required");
  page.any_of = read_fields(at, "any_of");
  page.event_date = optional_field(at, "event_date");
  Settings columns = at.table("columns");
  for (auto& [name, place] : columns.entries())
    if (const auto field = read_field(columns, name, name)) page.columns.emplace_back(*field, place);
  Settings rules = at.table("rules");
  for (const std::string& name : rules.keys()) {
    Settings rule = rules.table(name);
    if (const auto field = read_field(rules, name, name)) page.rules[*field] = read_rule(rule);
  }
  Settings open = at.table("public");
  page.public_date.field = optional_field(open, "field");
  page.public_date.months = static_cast<int>(open.integer("months", 0, 0, 600));
  for (Settings& link : at.tables("link"))
    page.links.push_back(read_link(link, source.secrets, page.lists_addresses()));
  if (page.lists_addresses() && (page.links.empty() || page.kind))
    at.complain("reader", "a sitemap or feed holds no records: it needs [[page.link]] and no kind");
  page.charset = at.text("charset", "");
  if (!page.charset.empty() && !tabular::canonical_charset(page.charset))
    at.complain("charset", "no such charset: '" + page.charset + "'");
  page.sheet = at.text("sheet", "");
  const std::string separator = at.text("separator", "");
  if (separator == "\\t" || separator == "tab")
    page.separator = '\t';
  else if (separator.size() == 1)
    page.separator = separator[0];
  else if (!separator.empty())
    at.complain("separator", "expected one character");
  page.stated_by_name = at.word("stated", "", {"", "file_name"}) == "file_name";
  page.files = at.texts("files");
  page.priority = static_cast<std::int16_t>(at.integer("priority", 0, -1000, 1000));
  Settings revisit = at.table("revisit");
  page.revisit_least = static_cast<std::uint16_t>(revisit.integer("least_days", 1, 1, 3650));
  page.revisit_most = static_cast<std::uint16_t>(revisit.integer("most_days", 0, 0, 3650));
  if (page.revisit_most > 0 && page.revisit_most < page.revisit_least)
    revisit.complain("most_days", "is less than least_days");
  page.by_records = at.word("changes", "bytes", {"bytes", "records"}) == "records";
  page.uncounted = read_fields(at, "uncounted");
  if (page.by_records && (!page.kind || source.folder))
    at.complain("changes", "is of pages on the network that make records");
  if (!page.uncounted.empty() && !page.by_records) at.complain("uncounted", "needs changes = \"records\"");
  for (const Field field : page.uncounted)
    if (std::find(page.key.begin(), page.key.end(), field) != page.key.end())
      at.complain("uncounted", "a field of the key says which record it is: it always counts");
  if (page.kind) check_fields(at, page, *page.kind);
  check_expressions(at, page);
  read_asking(at, page, source);
  return page;
}

void read_fetch(Settings at, Source& source) {
  source.start = at.texts("start");
  for (const std::string& start : source.start)
    if (const std::string unknown = unknown_variable(start, source.secrets, {}); !unknown.empty())
      at.complain("start", "nothing is known as {" + unknown + "}: a [secrets.NAME] says where a secret comes from");
  source.start_role = at.text("start_role", "");
  source.robots_sitemaps = at.text("robots_sitemaps", "");
  for (const std::string& text : at.texts("mirrors")) {
    const auto mirror = parse_mirror(text);
    if (!mirror) {
      at.complain("mirrors", mirror.error().message + ": " + text);
      continue;
    }
    source.mirrors.push_back(*mirror);
    source.hosts.push_back(mirror->substr(mirror->find("//") + 2));
  }
  source.headers = read_headers(at.table("headers"), source.secrets);
  source.pause = std::chrono::milliseconds(static_cast<std::int64_t>(at.number("pause", 3, 0, 3600) * 1000));
  if (const std::string window = at.text("window", ""); !window.empty()) {
    const auto hours = parse_window(window);
    if (hours)
      source.window = *hours;
    else
      at.complain("window", hours.error().message);
  }
  source.most_requests = static_cast<std::uint32_t>(at.integer("most_requests", 2000, 1, 10'000'000));
  source.most_bytes = static_cast<std::uint64_t>(at.integer("most_bytes", 512ll << 20, 1, 1ll << 40));
  source.most_page_bytes = static_cast<std::uint64_t>(at.integer("most_page_bytes", 64ll << 20, 1, 1ll << 31));
  source.most_time = std::chrono::seconds(at.integer("most_seconds", 300, 1, 3600));
  source.most_stalled = std::chrono::seconds(at.integer("most_stalled_seconds", 30, 1, 3600));
  source.most_depth = static_cast<std::uint32_t>(at.integer("most_depth", 50, 0, 100'000));
}

std::vector<std::string> read_patterns(Settings& at, std::string_view key) {
  std::vector<std::string> patterns = at.texts(key);
  for (const std::string& pattern : patterns)
    if (const std::string fault = pattern_fault(pattern); !fault.empty())
      at.complain(key, std::string("'").append(pattern).append("' is no regular expression (RE2): ").append(fault));
  return patterns;
}

void read_scope(Settings at, ScopeRules& scope) {
  scope.allow = read_patterns(at, "allow");
  scope.deny = read_patterns(at, "deny");
  scope.drop = at.texts("drop");
  for (const std::string& key : scope.drop)
    if (key.empty() || key == "*" || key.find_first_of("?&=#") != std::string::npos)
      at.complain("drop",
                  "'" + key + "' is no key of a query: expected a name such as spm, or a beginning such as utm_*");
  scope.same_host = at.flag("same_host", scope.same_host);
  scope.keep_sessions = at.flag("keep_sessions", scope.keep_sessions);
  const auto bound = [&](std::string_view key, std::uint32_t& value, std::int64_t least) {
    value = static_cast<std::uint32_t>(at.integer(key, value, least, 100'000'000));
  };
  bound("most_pages", scope.most_pages, 0);
  bound("most_alike", scope.most_alike, 1);
  bound("most_length", scope.most_length, 16);
  bound("most_folders", scope.most_folders, 1);
  bound("most_repeats", scope.most_repeats, 1);
}

// A field that some page reads, or a complaint.
std::optional<Field> contract_field(Settings& at, const std::string& name, const Source& source) {
  std::vector<std::string_view> read;
  for (const PageRule& page : source.pages)
    for (const auto& [field, place] : page.columns) read.push_back(field_spec(field).name);
  if (std::find(read.begin(), read.end(), name) != read.end()) return field_from_name(name);
  at.complain(name,
              std::string("no [[page]] reads a field '").append(name).append("'").append(did_you_mean(name, read)));
  return std::nullopt;
}

// After the pages: it speaks of their fields.
void read_contract(Settings at, Source& source) {
  Contract& contract = source.contract;
  const auto rows = [&](std::string_view key, std::uint64_t fallback, std::int64_t least) {
    return static_cast<std::uint64_t>(at.integer(key, static_cast<std::int64_t>(fallback), least, 1ll << 40));
  };
  contract.least_rows = rows("least_rows", 0, 0);
  contract.most_rows = rows("most_rows", 0, 0);
  if (contract.most_rows != 0 && contract.most_rows < contract.least_rows)
    at.complain("most_rows", "is less than least_rows: no delivery could keep both");
  contract.least_share = at.number("least_share", contract.least_share, 0, 1);
  contract.most_share = at.number("most_share", contract.most_share, 0, 1e6);
  if (contract.most_share > 0 && contract.most_share < 1)
    at.complain("most_share", "is below 1: a delivery as large as the last would break it; 0 means no bound");
  contract.compared_from = rows("compared_from", contract.compared_from, 1);
  contract.most_rejected = at.number("most_rejected", contract.most_rejected, 0, 1);
  contract.most_gone = at.number("most_gone", contract.most_gone, 0, 1);
  contract.misses = static_cast<std::uint16_t>(at.integer("misses", 1, 1, 100));
  contract.most_repeated = at.number("most_repeated", contract.most_repeated, 0, 1);
  contract.most_outside = at.number("most_outside", contract.most_outside, 0, 1);
  contract.least_fill = at.number("least_fill", contract.least_fill, 0, 1);
  contract.most_odd = at.number("most_odd", contract.most_odd, 0, 1);
  contract.odd_from = rows("odd_from", contract.odd_from, 1);
  contract.silent_days = static_cast<std::uint32_t>(at.integer("silent_days", 0, 0, 36'500));
  contract.most_age_days = static_cast<std::uint32_t>(at.integer("most_age_days", 0, 0, 36'500));
  Settings fill = at.table("fill");
  for (const std::string& name : fill.keys()) {
    const double least = fill.number(name, 0, 0, 1);
    if (const auto field = contract_field(fill, name, source)) contract.fill[*field] = least;
  }
  Settings values = at.table("values");
  for (const std::string& name : values.keys()) {
    const std::vector<std::string> listed = values.texts(name);
    if (listed.empty()) values.complain(name, "lists no value: nothing would be allowed");
    if (const auto field = contract_field(values, name, source))
      contract.values[*field].insert(listed.begin(), listed.end());
  }
}

store::Completeness read_completeness(Settings& at) {
  const std::string word = at.word("complete", "part", {"complete", "part", "append"});
  if (word == "complete") return store::Completeness::kComplete;
  return word == "append" ? store::Completeness::kAppendOnly : store::Completeness::kByPart;
}

}  // namespace

bool PageRule::goes_on() const {
  return paging.kind != PagingRule::Kind::kNone ||
         std::any_of(links.begin(), links.end(), [&](const LinkRule& link) { return link.role == role; });
}

const PageRule* Source::page(std::string_view role) const {
  for (const PageRule& page : pages)
    if (page.role == role) return &page;
  return nullptr;
}

const PageRule* Source::page_for_file(const std::string& name) const {
  for (const PageRule& page : pages) {
    if (page.files.empty() && page.kind) return &page;
    for (const std::string& pattern : page.files)
      if (fnmatch(pattern.c_str(), name.c_str(), FNM_CASEFOLD) == 0) return &page;
  }
  return nullptr;
}

Result<Source> load_source(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return Error{Errc::kNotFound, "cannot open the source file", file.string()};
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  return parse_source(text, file.string());
}

Result<Source> parse_source(const std::string& text, const std::string& name) {
  TANMIAO_ASSIGN(Settings at, Settings::parse(text, name));
  Source source;
  source.file = name;
  source.text_hash = hash_hex(text);
  source.text = text;
  source.id = at.text("id");
  check_source_id(at, source.id);
  source.title = at.text("title");
  source.publisher = at.text("publisher", "");
  source.terms = at.text("terms", "");
  source.basis = at.text("basis", "");
  source.not_yet = at.text("not_yet", "");
  const std::string kind = at.word("kind", "http", {"http", "folder", "remote"});
  source.folder = kind != "http";
  source.inbox = at.text("inbox", "");
  source.hosts = at.texts("hosts");
  source.completeness = read_completeness(at);
  source.secrets = read_secrets(at.table("secrets"));
  if (kind == "remote") {
    source.remote = read_remote(at.table("remote"), source.secrets);
    for (const Url& host : source.remote->hosts) source.hosts.push_back(host.authority());
  }
  source.signs = read_signs(at.table("sign"), source.secrets);
  read_fetch(at.table("fetch"), source);
  read_scope(at.table("scope"), source.scope);
  for (Settings& page : at.tables("page")) {
    source.pages.push_back(read_page(page, source));
    check_role_once(page, source);
  }
  read_contract(at.table("contract"), source);
  check_roles(at, source);
  check_addresses(at, source);
  TANMIAO_TRY(at.finish());
  return source;
}

}  // namespace tanmiao::crawler
