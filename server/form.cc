#include "server/form.h"

#include <algorithm>
#include <optional>

#include "core/text/normalize.h"
#include "server/http.h"

namespace tanmiao::server {
namespace {

constexpr std::string_view kLineEnd = "\r\n";
constexpr std::size_t kLongestName = 100, kLongestHead = 2048, kLongestBoundary = 70;

Error unreadable(const std::string& why) { return {Errc::kFormat, "表单无法读取：" + why, ""}; }
Error too_much(const std::string& what) { return {Errc::kLimit, "表单过大：" + what, ""}; }

bool blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

std::string lower_case(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return out;
}

// Browsers send the lines of a text box with CR LF.
std::string one_line_end(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n') continue;
    out.push_back(text[i] == '\r' ? '\n' : text[i]);
  }
  return out;
}

// Control characters would not come out of a database, a sheet or a page as they went in.
bool plain_text(std::string_view text) {
  return text::valid_utf8(text) && std::none_of(text.begin(), text.end(), [](char c) {
           return (c >= 0 && c < ' ' && c != '\n' && c != '\t') || c == '\x7f';
         });
}

Status add_field(Form& form, std::string name, std::string_view value) {
  if (form.fields.size() == kMostFields) return too_much("栏目超过 " + std::to_string(kMostFields) + " 个");
  if (name.empty() || name.size() > kLongestName || !plain_text(name)) return unreadable("栏目名有误");
  if (value.size() > kLongestField) return too_much("一栏超过 " + std::to_string(kLongestField) + " 字节");
  std::string text = one_line_end(value);
  if (!plain_text(text)) return unreadable("含有不可见字符，或不是 UTF-8");
  form.fields.emplace_back(std::move(name), std::move(text));
  return {};
}

using Parameters = std::vector<std::pair<std::string, std::string>>;

// `; name="…"; filename="…"` behind the first word of a header; nullopt for what is not exactly that. Browsers write a
// quotation mark within as %22 (HTML, "multipart form data"); a backslash stands for itself.
std::optional<Parameters> header_parameters(std::string_view header) {
  Parameters out;
  std::size_t at = std::min(header.find(';'), header.size());
  while (at < header.size()) {
    if (header[at] != ';') return std::nullopt;
    ++at;
    while (at < header.size() && blank(header[at])) ++at;
    const std::size_t equals = header.find_first_of("=;\"", at);
    if (equals == std::string_view::npos || header[equals] != '=') return std::nullopt;
    std::string key = lower_case(header.substr(at, equals - at)), value;
    at = equals + 1;
    if (at < header.size() && header[at] == '"') {
      const std::size_t close = header.find('"', at + 1);
      if (close == std::string_view::npos) return std::nullopt;
      value = header.substr(at + 1, close - at - 1);
      at = close + 1;
      while (at < header.size() && blank(header[at])) ++at;
    } else {
      const std::size_t end = std::min(header.find(';', at), header.size());
      value = header.substr(at, end - at);
      while (!value.empty() && blank(value.back())) value.pop_back();
      at = end;
    }
    out.emplace_back(std::move(key), std::move(value));
  }
  return out;
}

std::optional<std::string> parameter_of(const Parameters& parameters, std::string_view name) {
  for (const auto& [key, value] : parameters)
    if (key == name) return value;
  return std::nullopt;
}

struct PartHead {
  std::string name;
  std::optional<std::string> file;
};

Result<PartHead> read_head(std::string_view head) {
  PartHead out;
  bool described = false;
  while (!head.empty()) {
    const std::size_t end = std::min(head.find(kLineEnd), head.size());
    const std::string_view line = head.substr(0, end);
    head.remove_prefix(std::min(end + kLineEnd.size(), head.size()));
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return unreadable("分段的头部有误");
    if (lower_case(line.substr(0, colon)) != "content-disposition") continue;
    const std::string_view value = line.substr(colon + 1);
    const std::size_t word = std::min(value.find_first_not_of(' '), value.size());
    if (described || !lower_case(value.substr(word)).starts_with("form-data;")) return unreadable("分段的头部有误");
    described = true;
    const auto parameters = header_parameters(value);
    if (!parameters) return unreadable("分段的头部有误");
    const auto name = parameter_of(*parameters, "name");
    if (!name) return unreadable("分段没有栏目名");
    out.name = *name;
    out.file = parameter_of(*parameters, "filename");
  }
  if (!described) return unreadable("分段没有栏目名");
  return out;
}

Status add_part(Form& form, std::string_view head, std::string_view data) {
  TANMIAO_ASSIGN(PartHead part, read_head(head));
  if (!part.file) return add_field(form, std::move(part.name), data);
  if (part.file->empty() && data.empty()) return {};  // no file was chosen
  if (form.files.size() == kMostFiles) return too_much("文件超过 " + std::to_string(kMostFiles) + " 个");
  if (part.name.empty() || part.name.size() > kLongestName || !plain_text(part.name)) return unreadable("栏目名有误");
  if (part.file->size() > kLongestHead || !plain_text(*part.file)) return unreadable("文件名有误");
  // Some browsers send the whole path.
  const std::size_t slash = part.file->find_last_of("/\\");
  std::string name = slash == std::string::npos ? *part.file : part.file->substr(slash + 1);
  form.files.push_back({std::move(part.name), name.empty() ? "文件" : std::move(name), std::string(data)});
  return {};
}

bool boundary_fits(std::string_view boundary) {
  constexpr std::string_view kMarks = "'()+_,-./:=?";
  return !boundary.empty() && boundary.size() <= kLongestBoundary &&
         std::all_of(boundary.begin(), boundary.end(), [&](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                  kMarks.find(c) != std::string_view::npos;
         });
}

// "--B CRLF head CRLF CRLF data" again and again, then "--B--". Nothing before it; behind it a line end at most.
Result<Form> parse_multipart(std::string_view boundary, std::string_view body) {
  if (!boundary_fits(boundary)) return unreadable("分段标记有误");
  const std::string delimiter = "\r\n--" + std::string(boundary);
  Form form;
  if (!body.starts_with(std::string_view(delimiter).substr(2))) return unreadable("没有第一个分段");
  body.remove_prefix(delimiter.size() - 2);
  while (body != "--" && body != "--\r\n") {
    if (!body.starts_with(kLineEnd)) return unreadable("分段标记有误");
    body.remove_prefix(kLineEnd.size());
    const std::size_t blank_line = body.substr(0, kLongestHead).find("\r\n\r\n");
    if (blank_line == std::string_view::npos) return unreadable("分段的头部有误");
    const std::string_view head = body.substr(0, blank_line);
    body.remove_prefix(blank_line + 2);  // an empty part ends where its head does
    const std::size_t end = body.find(delimiter);
    if (end == std::string_view::npos) return unreadable("最后一个分段不完整");
    TANMIAO_TRY(add_part(form, head, end < 2 ? std::string_view() : body.substr(2, end - 2)));
    body.remove_prefix(end + delimiter.size());
  }
  return form;
}

}  // namespace

std::string Form::value(std::string_view name) const {
  for (const auto& [key, text] : fields) {
    if (key != name) continue;
    std::string_view out = text;
    while (!out.empty() && blank(out.front())) out.remove_prefix(1);
    while (!out.empty() && blank(out.back())) out.remove_suffix(1);
    return std::string(out);
  }
  return {};
}

std::vector<std::string> Form::all(std::string_view name) const {
  std::vector<std::string> out;
  for (const auto& [key, value] : fields)
    if (key == name && !value.empty()) out.push_back(value);
  return out;
}

bool Form::has(std::string_view name) const {
  return std::any_of(fields.begin(), fields.end(), [&](const auto& field) { return field.first == name; });
}

const Upload* Form::file(std::string_view name) const {
  const auto at = std::find_if(files.begin(), files.end(), [&](const Upload& file) { return file.field == name; });
  return at == files.end() ? nullptr : &*at;
}

Result<Form> parse_form(std::string_view content_type, std::string_view body) {
  const std::string type = lower_case(content_type.substr(0, content_type.find(';')));
  if (type == "multipart/form-data") {
    const auto parameters = header_parameters(content_type);
    const auto boundary = parameters ? parameter_of(*parameters, "boundary") : std::nullopt;
    return parse_multipart(boundary ? std::string_view(*boundary) : std::string_view(), body);
  }
  if (type != "application/x-www-form-urlencoded") return unreadable("不是网页表单");
  if (static_cast<std::size_t>(std::count(body.begin(), body.end(), '&')) >= kMostFields)
    return too_much("栏目超过 " + std::to_string(kMostFields) + " 个");
  std::vector<std::pair<std::string, std::string>> pairs;
  if (!decode_pairs(body, pairs)) return unreadable("编码有误");
  Form form;
  for (auto& [name, value] : pairs) TANMIAO_TRY(add_field(form, std::move(name), value));
  return form;
}

}  // namespace tanmiao::server
