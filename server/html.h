// Building pages: string literals are markup, everything else is text and is escaped. A value from outside cannot
// become markup by forgetting something.
#pragma once

#include <concepts>
#include <optional>
#include <string>
#include <string_view>

#include "server/http.h"

namespace tanmiao::server {

class Html {
 public:
  template <std::size_t N>
  Html& operator<<(const char (&markup)[N]) {
    out_.append(markup, N - 1);
    return *this;
  }
  Html& operator<<(std::string_view text) {
    out_ += escape_html(text);
    return *this;
  }
  Html& operator<<(std::integral auto number) {
    out_ += std::to_string(number);
    return *this;
  }
  // For what is markup already: the searcher's marked names, another Html.
  Html& raw(std::string_view markup) {
    out_ += markup;
    return *this;
  }
  Html& operator<<(const Html& part) { return raw(part.out_); }
  bool empty() const { return out_.empty(); }
  const std::string& text() const { return out_; }

 private:
  std::string out_;
};

// What stands around every page.
struct Frame {
  std::string title;
  std::string active;                    // path of the navigation entry that is marked
  std::string campaign;                  // carried along by the navigation; empty: the default one
  std::string as_of;                     // shown in the head; may be empty
  Html banner;                           // above the page; may be empty
  std::string_view css;                  // class of the body: "wide" is printed in landscape
  std::optional<std::size_t> waiting{};  // names that wait for a person, beside their entry of the navigation
};
Response page(const Frame& frame, const Html& body, int status = 200);

// "/firm/91371600..." for a firm with a code, else by number; a campaign that is not the default one goes along.
std::string firm_path(std::string_view code, std::uint32_t number, std::string_view campaign);
std::string visit_path(std::string_view code, std::uint32_t number, std::string_view campaign);
std::string similar_path(std::string_view code, std::uint32_t number);
std::string records_path(std::string_view code, std::uint32_t number);
std::string people_path(std::string_view code, std::uint32_t number);  // where the forms of its page are sent
// Only http and https addresses become links; other texts are shown as they are.
Html outside_link(std::string_view url, std::string_view text);

}  // namespace tanmiao::server
