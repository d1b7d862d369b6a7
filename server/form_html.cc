#include "server/form_html.h"

#include <algorithm>

#include "core/messages.h"

namespace tanmiao::server {

std::string FormPart::value(std::string_view field, const std::string& otherwise) const {
  return refused() && typed_->form.has(field) ? typed_->form.value(field) : otherwise;
}

bool FormPart::ticked(std::string_view field, std::string_view value) const {
  if (!refused()) return false;
  const auto values = typed_->form.all(field);
  return std::find(values.begin(), values.end(), value) != values.end();
}

Html FormPart::open(std::string_view action, std::string_view css, std::string_view back, bool upload) const {
  Html out;
  out << "<form method=\"post\" action=\"" << action << "\" class=\"desk " << css << "\"";
  if (upload) out << " enctype=\"multipart/form-data\"";
  out << "><input type=\"hidden\" name=\"token\" value=\"" << token_ << "\">" << hidden("form", name_);
  if (!back.empty()) out << hidden("back", back);
  return out;
}

Html FormPart::hidden(std::string_view field, std::string_view value) const {
  Html out;
  out << "<input type=\"hidden\" name=\"" << field << "\" value=\"" << value << "\">";
  return out;
}

Html FormPart::label(const Input& input, const Html& element) const {
  Html out;
  out << "<label";
  if (input.wide) out << " class=\"wide-field\"";
  out << "><span>" << input.label;
  if (input.required) out << " <b class=\"must\" title=\"必填\">*</b>";
  out << "</span>" << element;
  if (!input.hint.empty()) out << "<small>" << input.hint << "</small>";
  out << "</label>";
  return out;
}

Html FormPart::input(const Input& input) const {
  Html out;
  out << "<input type=\"" << input.type << "\" name=\"" << input.field << "\" value=\""
      << value(input.field, input.value) << "\"";
  if (input.type == "text") out << " maxlength=\"200\"";
  if (input.required) out << " required";
  out << ">";
  return label(input, out);
}

Html FormPart::area(const Input& input) const {
  Html out;  // the first line end behind the tag is not part of the text
  out << "<textarea name=\"" << input.field << "\" rows=\"2\" maxlength=\"2000\"";
  if (input.required) out << " required";
  out << ">\n" << value(input.field, input.value) << "</textarea>";
  return label(input, out);
}

Html FormPart::select(const Input& input, std::span<const Choice> choices) const {
  const std::string chosen = value(input.field, input.value);
  Html out;
  out << "<select name=\"" << input.field << "\"";
  if (input.required) out << " required";
  out << ">";
  bool known = false;
  for (const auto& [word, text] : choices) {
    out << "<option value=\"" << word << "\"";
    if (word == chosen && !known) out << " selected", known = true;
    out << ">" << text << "</option>";
  }
  if (!known && !chosen.empty()) out << "<option value=\"" << chosen << "\" selected>" << chosen << "</option>";
  out << "</select>";
  return label(input, out);
}

Html FormPart::acting_field() const {
  Input by{"by", "经办", "text", by_, "科室或岗位，记入操作日志", true};
  return input(by);
}

Html FormPart::close(std::string_view button, std::string_view css) const {
  Html out;
  out << "<div class=\"send\">" << acting_field() << "<button type=\"submit\" class=\"" << css << "\">" << button
      << "</button></div></form>";
  return out;
}

FormPart FormWriter::form(std::string_view name) const {
  const bool mine = typed_ != nullptr && typed_->form.value("form") == name;
  return {name, site_.desk.token(), acting(request_), mine ? typed_ : nullptr};
}

Html FormWriter::notice(bool kept) const {
  Html out;
  if (typed_ != nullptr) {
    std::string why = in_chinese(typed_->error);
    if (!why.ends_with("。") && !why.ends_with("？")) why += "。";
    out << "<div class=\"notice-box bad\" role=\"alert\"><p><strong>未能完成：</strong>" << why << "</p>";
    if (kept) out << "<p>填写的内容保留在下面的表单里。</p>";
    out << "</div>";
    return out;
  }
  const auto said = site_.desk.notice(request_.parameter("notice"));
  if (!said) return out;
  out << "<div class=\"notice-box " << std::string_view(said->doubtful ? "doubtful" : "good")
      << "\" role=\"status\"><p>" << said->text;
  if (!said->link.empty()) out << " <a href=\"" << said->link << "\">" << said->link_text << "</a>";
  out << "</p>";
  if (!said->action.empty()) {
    const FormPart back = form("take-back");
    out << back.open(said->action, "take-back") << back.hidden("by", acting(request_));
    for (const auto& [field, value] : said->fields) out << back.hidden(field, value);
    out << "<button type=\"submit\" class=\"quiet\">" << said->button << "</button></form>";
  }
  out << "</div>";
  return out;
}

}  // namespace tanmiao::server
