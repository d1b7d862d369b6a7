// A source's description, read from a TOML file of config/sources: who publishes, under what terms, where to start, how
// politely, how each kind of page or file becomes records, and what a good delivery looks like (contract).
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/record.h"
#include "crawler/host_pace.h"
#include "crawler/remote_rules.h"
#include "crawler/request_rules.h"
#include "crawler/scope.h"
#include "store/types.h"

namespace tanmiao::crawler {

// How one field's raw text becomes its value, beyond what its type says.
struct FieldRule {
  std::string match;                         // RE2; the first group (or the whole match) is taken; empty: all
  std::string constant;                      // value of every row, no column needed
  std::string unit;                          // for money: what a bare number means ("万元"); default "元"
  std::string split;                         // for multiple fields: characters that separate values
  std::map<std::string, std::string> words;  // raw word -> value ("发明授权" -> "B")
};

struct LinkRule {     // which addresses of a page are followed: one of the three
  std::string xpath;  // of an attribute or element
  std::string match;  // RE2 over the text, first group is the address
  std::string each;   // JSON pointer of elements, '*' steps into each of an array: "/result/*/files/*"
  std::vector<std::pair<std::string, std::string>> where;  // with each: pointer within the element -> RE2, all of it
  // With match or each: the address is built: $1 to $9 are groups of the match, {/pointer} is of the element, {name} is
  // what the page's own address gives for that parameter. May end in a body: "#POST:form:id=$1" (crawler/address.h).
  std::string address;
  std::string only;  // RE2 that the absolute address must match; empty: all
  std::string role;  // page description that reads what is there, or kUnread
};

// Role of what cannot be read (lists in PDF): it is not fetched, and the report counts it.
inline constexpr std::string_view kUnread = "unread";

// How public_date of a record is found: a field that is a date, plus months ("filing_date" + 18), else the day it was
// seen. Estimated unless months is 0 and the field was there; always estimated for kind firm, whose later versions say
// new things of an old day.
struct PublicRule {
  std::optional<Field> field;
  int months = 0;
};

struct PageRule {
  std::string role;                // "file" for folder sources unless said otherwise
  std::string reader;              // html, csv, xlsx, table, pdf, json, xml, patent_xml, patent_events, sitemap, feed
  std::optional<RecordKind> kind;  // none: the page only leads on
  std::string rows;                // html: XPath of one row each; json: path of the array; xml: path of the element
  std::vector<Field> key;
  std::vector<Field> required;
  std::vector<Field> any_of;  // a row with none of these says nothing and is passed over; empty: every row speaks
  std::vector<std::pair<Field, std::string>> columns;  // field -> XPath, column heading(s) joined by '|', JSON member
  std::map<Field, FieldRule> rules;
  std::optional<Field> event_date;
  PublicRule public_date;
  std::vector<LinkRule> links;
  std::string charset;             // empty: found out
  std::string sheet;               // xlsx: empty is the first with rows; table: empty is every one with the header
  char separator = 0;              // csv: 0 found out
  bool stated_by_name = false;     // stated = "file_name": the name says of which day the file speaks
  std::vector<std::string> files;  // folder sources: name patterns (*.csv) that this page reads; empty: all
  std::int16_t priority = 0;       // of its addresses: the higher are asked for first, then those found first
  // A page without links is due again so many days after it answered: twice as many after each answer that was the
  // same, half as many after one that was not, within these bounds. most 0: each night.
  std::uint16_t revisit_least = 1, revisit_most = 0;
  // changes = "records": a page counts as changed when its records do, whatever else its bytes say; what is in the
  // fields `uncounted` does not count either. A page that did not change is neither archived nor stored anew.
  bool by_records = false;
  std::vector<Field> uncounted;
  Pairs headers;        // beside and over those of the source
  RequestRule request;  // how its addresses are asked for
  std::string sign;     // name of a [sign.NAME]; empty: not signed
  PagingRule paging;
  bool lines = false;  // json: one value a line, read as it comes
  bool cdata = false;  // unwrap = "cdata": what stands in CDATA sections of an HTML page or XML is markup as well
  // JSON pointer -> RE2 over the whole value: an answer of which one does not hold is a failure, told with `says`
  std::vector<std::pair<std::string, std::string>> valid;
  std::string says;  // JSON pointer of the host's own words

  // New pages are found on it.
  bool leads_on() const { return !links.empty() || paging.kind != PagingRule::Kind::kNone; }

  // Addresses for programs, each with the day it changed (crawler/address_list.h).
  bool lists_addresses() const { return reader == "sitemap" || reader == "feed"; }

  // Columns are headings of tables, several of which are joined by '|'.
  bool has_headings() const { return reader == "csv" || reader == "xlsx" || reader == "table" || reader == "pdf"; }
  // A file that a page leads to, and no page itself.
  bool is_attachment() const { return !leads_on() && !lists_addresses() && reader != "html" && reader != "json"; }
  // One of several pages that are one list.
  bool goes_on() const;
  // It holds any number of records, not one.
  bool gives_rows() const { return !rows.empty() || reads_rows() || reader.starts_with("patent_"); }
  // A file of it is a delivery of its own, in rows; the reader takes a gzip off itself.
  bool reads_rows() const { return has_headings() || lines || reader == "xml"; }
};

// What a good delivery looks like (crawler/contract.h). Shares are of 1.
struct Contract {
  std::uint64_t least_rows = 0, most_rows = 0;  // 0: none
  // Rows against the last good delivery: of a complete source as a whole, of others document by document.
  double least_share = 0.8, most_share = 2;  // most 0: none
  // Rows from which on a share says anything: three rows of four are no loss of a quarter.
  std::uint64_t compared_from = 20;
  double most_rejected = 0.2;                     // of the rows
  double most_gone = 0.3;                         // of the records known before: gone, or missing for the first times
  std::uint16_t misses = 1;                       // deliveries in a row that must lack a record before it is gone
  double most_repeated = 1;                       // of the rows: whose key came before
  double most_outside = 0.02;                     // of the values that `values` is about
  double least_fill = 0.5;                        // a field's fill rate against that of the last good delivery
  double most_odd = 0.5;                          // of the pages of a description: lack what nearly all had
  std::uint64_t odd_from = 5;                     // pages from which on that says anything
  std::uint32_t silent_days = 0;                  // without anything new: the report calls; 0: as config says
  std::uint32_t most_age_days = 0;                // of the newest thing it speaks of; 0: none
  std::map<Field, double> fill;                   // least fill rate
  std::map<Field, std::set<std::string>> values;  // allowed, as they are stored

  // For what is no delivery, as a handful of mended rows.
  static Contract none() {
    Contract contract;
    contract.least_share = contract.most_share = contract.least_fill = 0;
    contract.most_rejected = contract.most_gone = contract.most_outside = contract.most_odd = 1;
    return contract;
  }
};

struct Source {
  std::string id, title, publisher, terms, basis;
  std::string not_yet;                // why it cannot be fetched at all as things are (a log-in, ...); empty: it can
  bool folder = false;                // kind = "folder": files below `inbox`, no network
  std::filesystem::path inbox;        // absolute, or relative to CrawlConfig::base
  std::optional<RemoteRules> remote;  // kind = "remote": `folder`, whose inbox is filled from FTP or SFTP servers
  std::vector<std::string> hosts;     // allow list: nothing else is asked
  SecretRules secrets;
  SignRules signs;
  Pairs headers;  // [fetch.headers]: of each request but robots.txt; may hold {secret:NAME}
  store::Completeness completeness = store::Completeness::kByPart;  // "complete", "part", "append"
  // [fetch]
  std::vector<std::string> start;
  std::string start_role;
  std::string robots_sitemaps;  // page description that reads the sitemaps which robots.txt names; empty: nothing does
  std::vector<std::string> mirrors;       // origins of hosts that show the same as that of the first start
  std::chrono::milliseconds pause{3000};  // between the end of one request and the next to the same host; at least 1 s
                                          // unless loopback
  std::optional<NightWindow> window;      // hours of the civil day in which it may be asked
  std::uint32_t most_requests = 2000;     // a night
  std::uint64_t most_bytes = 512ull << 20;      // a night
  std::uint64_t most_page_bytes = 64ull << 20;  // of one answer, as it came and unpacked
  std::chrono::seconds most_time{300};          // of one answer
  std::chrono::seconds most_stalled{30};        // of that at less than 64 bytes a second
  std::uint32_t most_depth = 50;
  ScopeRules scope;   // [scope]
  Contract contract;  // [contract]
  std::vector<PageRule> pages;
  std::string file, text_hash;  // where it was read from; hash of what an approval is about (the whole text)
  std::string text;             // all of it

  const PageRule* page(std::string_view role) const;
  // Folder sources: the first page that reads a file of this name (without folders); nullptr: none does.
  const PageRule* page_for_file(const std::string& name) const;
};

// Errors kConfig with file, line, column and the nearest right word; unknown keys, fields, readers included.
Result<Source> load_source(const std::filesystem::path& file);
Result<Source> parse_source(const std::string& text,
                            const std::string& name);  // the same of text; the name is for errors
// All *.toml of a folder (or one file), by id; the first that is wrong is an error. What goes on without those that are
// wrong is in crawler/source_files.h.
Result<std::vector<Source>> load_sources(const std::vector<std::filesystem::path>& places);

}  // namespace tanmiao::crawler
