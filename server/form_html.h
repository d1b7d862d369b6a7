// Forms in pages: plain HTML that works without script. A form that was refused is shown again with what was typed.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/html.h"
#include "server/posts.h"
#include "server/site.h"

namespace tanmiao::server {

struct Input {
  std::string_view field, label;
  std::string_view type = "text";  // of the HTML element: text, date, number
  std::string value{};             // shown unless something else was typed
  std::string_view hint{};
  bool required = false;
  bool wide = false;
};
using Choice = std::pair<std::string, std::string>;  // value, label

// One form of a page. Fields are shown with their value, or with what was typed when this form was refused.
class FormPart {
 public:
  FormPart(std::string_view name, std::string_view token, std::string by, const Typed* typed)
      : name_(name), token_(token), by_(std::move(by)), typed_(typed) {}

  bool refused() const { return typed_ != nullptr; }
  // Of a refused form: fields show the values that they are given, for a page that has merged them itself.
  FormPart untyped() const {
    FormPart out = *this;
    out.typed_ = nullptr;
    return out;
  }
  std::string value(std::string_view field, const std::string& otherwise) const;
  bool ticked(std::string_view field, std::string_view value) const;

  // `back`: address of the list to come back to.
  Html open(std::string_view action, std::string_view css = {}, std::string_view back = {}, bool upload = false) const;
  Html input(const Input& input) const;
  Html area(const Input& input) const;
  Html select(const Input& input, std::span<const Choice> choices) const;
  Html hidden(std::string_view field, std::string_view value) const;     // never what was typed
  Html close(std::string_view button, std::string_view css = {}) const;  // with 经办
  Html acting_field() const;

 private:
  Html label(const Input& input, const Html& element) const;
  std::string name_;
  std::string_view token_;
  std::string by_;
  const Typed* typed_;  // null: this form was not refused
};

class FormWriter {
 public:
  FormWriter(const Site& site, const Request& request, const Typed* typed)
      : site_(site), request_(request), typed_(typed) {}
  FormPart form(std::string_view name) const;
  // What was done last, or why it could not be done; stands at the top of the page. `kept`: the form that was refused
  // is still on the page, with what was typed.
  Html notice(bool kept = true) const;
  const Typed* typed() const { return typed_; }

 private:
  const Site& site_;
  const Request& request_;
  const Typed* typed_;
};

}  // namespace tanmiao::server
