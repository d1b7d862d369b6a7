// JSON lines: one value a line, each row a record. Read as it comes; a line that is broken is refused, the rest goes
// on.
#include <simdjson.h>

#include <deque>
#include <map>
#include <optional>

#include "crawler/json_lines.h"
#include "crawler/json_number.h"
#include "crawler/reader_parts.h"

namespace tanmiao::crawler {
namespace {

namespace dom = simdjson::dom;
static_assert(simdjson::SIMDJSON_PADDING <= JsonLines::kPadding);

constexpr std::size_t kMostJsonDepth = 64;
constexpr std::size_t kCharsetSample = std::size_t{64} << 10;

// Why a line is no JSON, in the words of a report.
std::string_view json_fault(simdjson::error_code code) {
  switch (code) {
    case simdjson::UTF8_ERROR: return "文字不是 UTF-8";
    case simdjson::UNESCAPED_CHARS: return "字符串内有未转义的控制字符";
    case simdjson::STRING_ERROR: return "字符串有误";
    case simdjson::UNCLOSED_STRING: return "引号没有配对";
    case simdjson::NUMBER_ERROR: return "数字有误";
    case simdjson::DEPTH_ERROR: return "嵌套过深";
    case simdjson::CAPACITY: return "过长";
    default: return "不完整，或有语法错误";
  }
}

// "data.rows": members one below the other.
std::optional<dom::element> below(dom::element here, std::string_view path) {
  while (!path.empty()) {
    const std::size_t dot = path.find('.');
    dom::object members;
    if (here.get(members) != simdjson::SUCCESS) return std::nullopt;
    if (members.at_key(path.substr(0, dot)).get(here) != simdjson::SUCCESS) return std::nullopt;
    path = dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1);
  }
  return here;
}

class Rows {
 public:
  explicit Rows(const Reading& reading)
      : reading_(reading), mapper_(reading.source, reading.page, reading.document, reading.context) {
    const auto& columns = reading.page.columns;
    for (std::size_t column = 0; column < columns.size(); ++column) {
      const std::string& path = columns[column].second;
      const std::size_t dot = path.find('.');
      members_[path.substr(0, dot)].columns.push_back({column, dot == std::string::npos ? "" : path.substr(dot + 1)});
    }
    found_.resize(columns.size());
    if (parser_.allocate(std::size_t{1} << 16, kMostJsonDepth) != simdjson::SUCCESS) throw std::bad_alloc();
  }

  Status line(const JsonLines::Line& line, std::uint32_t number) {
    if (line.too_long) return refuse(number, "此行过长：超过 " + std::to_string(JsonLines::kMostLine >> 20) + " MiB");
    if (line.text.find_first_not_of(" \t\r") == std::string_view::npos) return {};
    dom::element root;
    const auto failed = parser_.parse(line.text.data(), line.text.size(), false).get(root);
    if (failed == simdjson::MEMALLOC) throw std::bad_alloc();
    if (failed != simdjson::SUCCESS)
      return refuse(number, std::string("此行不是完整的 JSON：").append(json_fault(failed)));
    const auto rows = below(root, reading_.page.rows);
    if (!rows) return refuse(number, "此行中没有“" + reading_.page.rows + "”");
    dom::array each;
    if (rows->get(each) != simdjson::SUCCESS) return row(*rows, number);
    for (const dom::element one : each) TANMIAO_TRY(row(one, number));
    return {};
  }

 private:
  struct Column {
    std::size_t number;
    std::string path;  // within the member
  };
  struct Member {
    std::vector<Column> columns;
    bool told = false;
  };
  using Members = std::map<std::string, Member, std::less<>>;
  static constexpr std::size_t kMostMembers = 400;  // more are keys, no names

  // Such a line may name persons in any of its members: it is mended where it came from.
  Status refuse(std::uint32_t number, std::string fault) {
    fault += kNotKeptAnywhere;
    return mapper_.reject(number, fault, "", reading_.sink);
  }

  Status row(dom::element value, std::uint32_t number) {
    dom::object members;
    if (value.get(members) != simdjson::SUCCESS) return refuse(number, "此行不是 JSON 对象");
    found_.assign(found_.size(), std::nullopt);
    std::size_t place = 0;
    for (const auto [name, content] : members)
      if (Member* const member = member_at(place++, name)) take(*member, name, content);
    raw_.line = number;
    raw_.values.clear();
    kept_.clear();
    for (std::size_t column = 0; column < found_.size(); ++column)
      if (const auto& one = found_[column]) add(column, *one);
    return mapper_.row(raw_, reading_.sink);
  }

  // Rows of one file name their members in one order.
  Member* member_at(std::size_t place, std::string_view name) {
    if (place < order_.size() && order_[place]->first == name) return &order_[place]->second;
    auto known = members_.find(name);
    if (known == members_.end()) {
      if (members_.size() >= kMostMembers) return nullptr;
      known = members_.emplace(name, Member{}).first;
    }
    if (place < kMostMembers && place >= order_.size()) order_.resize(place + 1, known);
    if (place < order_.size()) order_[place] = known;
    return &known->second;
  }

  void take(Member& member, std::string_view name, dom::element content) {
    if (member.columns.empty() && !member.told) {
      member.told = true;
      reading_.sink.unmapped(name);
    }
    for (const Column& column : member.columns)
      if (auto value = below(content, column.path); value && !found_[column.number]) found_[column.number] = *value;
  }

  void add(std::size_t column, dom::element value) {
    dom::array each;
    if (value.get(each) != simdjson::SUCCESS) return add_one(column, value);
    for (const dom::element one : each) add_one(column, one);
  }

  void add_one(std::size_t column, dom::element value) {
    switch (value.type()) {
      case dom::element_type::NULL_VALUE: return;
      case dom::element_type::STRING: {
        std::string_view text;
        if (value.get(text) == simdjson::SUCCESS) raw_.values.push_back({column, text});
        return;
      }
      case dom::element_type::DOUBLE: {
        double number = 0;
        if (value.get(number) == simdjson::SUCCESS)
          raw_.values.push_back({column, kept_.emplace_back(plain_number(number))});
        return;
      }
      default: raw_.values.push_back({column, kept_.emplace_back(simdjson::minify(value))});
    }
  }

  const Reading& reading_;
  Mapper mapper_;
  dom::parser parser_{JsonLines::kMostLine + JsonLines::kPadding};
  Members members_;
  std::vector<Members::iterator> order_;
  std::vector<std::optional<dom::element>> found_;
  RawRow raw_;
  std::deque<std::string> kept_;
};

struct Opened {
  std::unique_ptr<tabular::ByteSource> source;
  std::unique_ptr<tabular::Decoder> decoder;
};

Result<Opened> open_lines(const Reading& reading) {
  const Document& document = reading.document;
  std::unique_ptr<tabular::ByteSource> source;
  if (document.file.empty()) {
    source = tabular::from_memory(std::string(document.bytes));
  } else {
    TANMIAO_ASSIGN(source, tabular::open_file(document.file));
  }
  tabular::Limits limits;
  limits.max_bytes = std::uint64_t{64} << 30;  // none of it is held
  tabular::Peeked head = tabular::peek(std::move(source), kCharsetSample);
  if (tabular::is_gzip(head.head))
    head = tabular::peek(tabular::gunzip(std::move(head.source), document.part, limits), kCharsetSample);
  const std::size_t first = std::min(head.head.find_first_not_of(" \t\r\n\xEF\xBB\xBF"), head.head.size());
  const std::string_view text = std::string_view(head.head).substr(first);
  if (text.starts_with('<') || text.starts_with("PK\x03\x04") || text.starts_with("%PDF"))
    return Error{Errc::kFormat, "is no JSON lines: it begins like a page, a workbook or a PDF", document.part};
  const tabular::Detected found = tabular::detect_charset(head.head);
  std::string charset = found.charset;
  if (!reading.page.charset.empty()) {
    TANMIAO_ASSIGN(charset, tabular::canonical_charset(reading.page.charset));
  }
  Opened out{std::move(head.source), nullptr};
  std::string mark(found.bom, '\0');
  for (std::size_t skipped = 0; skipped < found.bom;) {
    TANMIAO_ASSIGN(const std::size_t got, out.source->read({mark.data(), found.bom - skipped}));
    if (got == 0) break;
    skipped += got;
  }
  if (charset.empty() || charset == "utf-8") return out;
  TANMIAO_ASSIGN(out.decoder, tabular::make_decoder(charset, found.bom));
  return out;
}

}  // namespace

Status read_json_lines(const Reading& reading) {
  if (!reading.page.kind) return {};
  TANMIAO_ASSIGN(Opened opened, open_lines(reading));
  JsonLines lines(std::move(opened.source), std::move(opened.decoder));
  Rows rows(reading);
  JsonLines::Line line;
  for (std::uint32_t number = 1;; ++number) {
    TANMIAO_ASSIGN(const bool more, lines.next(line));
    if (!more) return {};
    TANMIAO_TRY(rows.line(line, number));
  }
}

}  // namespace tanmiao::crawler
