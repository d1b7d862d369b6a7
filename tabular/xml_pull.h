// A pull parser for the XML inside workbooks: elements, attributes and text, nothing else. Document types are refused,
// so there are no entities but the five of XML and no external ones; depth is bounded; memory is that of the input.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tabular/reader.h"

namespace tanmiao::tabular {

class XmlPull {
 public:
  enum class Event : std::uint8_t { kStart, kEnd, kText, kDone };

  // `bytes` must outlive the parser; `name` stands in errors.
  XmlPull(std::string_view bytes, std::string name, const Limits& limits);

  Result<Event> next();
  std::string_view element() const { return element_; }  // of kStart and kEnd, without its prefix
  std::size_t depth() const { return open_.size(); }     // kStart: the element itself is counted
  // Of kStart, decoded; empty when it is not there. Prefixes are dropped: "r:id" is asked for as "id", unless a plain
  // one of the same name stands before it.
  Result<std::string> attribute(std::string_view name) const;
  Result<std::string> prefixed_attribute(std::string_view name) const;
  Status append_text(std::string& out) const;  // of kText, decoded
  // Of kStart: skips the whole element.
  Status skip();

 private:
  Error fail(std::string message) const;
  Result<Event> start_tag();
  Result<Event> end_tag();
  Status markup(std::string_view end, std::size_t from);
  Result<std::string> find_attribute(std::string_view name, bool prefixed) const;
  Status decode(std::string_view raw, std::string& out) const;

  std::string_view bytes_;
  std::string name_;
  std::uint32_t max_depth_;
  std::size_t at_ = 0;
  std::string_view element_, attributes_, text_;
  std::vector<std::string_view> open_;
  bool end_follows_ = false, cdata_ = false;
};

}  // namespace tanmiao::tabular
