// A pull parser for the XML inside workbooks: elements, attributes and text, nothing else. Document types are refused,
// so there are no entities but the five of XML and no external ones; depth is bounded; memory is that of the input, or
// a window of some megabytes when the input is a stream.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tabular/byte_source.h"
#include "tabular/reader.h"

namespace tanmiao::tabular {

class XmlPull {
 public:
  enum class Event : std::uint8_t { kStart, kEnd, kText, kDone };

  // `bytes` must outlive the parser; `name` stands in errors.
  XmlPull(std::string_view bytes, std::string name, const Limits& limits);
  // Reads as it goes. A single tag or text of more than 2 MiB is kLimit.
  XmlPull(std::unique_ptr<ByteSource> source, std::string name, const Limits& limits);

  // What element(), attribute() and append_text() tell is valid until the next call.
  Result<Event> next();
  std::string_view element() const { return element_; }  // of kStart and kEnd, without its prefix
  std::size_t depth() const { return open_.size(); }     // kStart: the element itself is counted
  // Of kStart, decoded; empty when it is not there. The name is the whole one ("office:value"), or, of the second, what
  // stands behind any prefix ("id" of "r:id").
  Result<std::string> attribute(std::string_view name) const;
  Result<std::string> prefixed_attribute(std::string_view name) const;
  Status append_text(std::string& out) const;  // of kText, decoded
  // Of kStart: skips the whole element.
  Status skip();

 private:
  Error fail(const std::string& message) const;
  Error too_long() const;
  Status fill();
  std::string_view innermost() const;
  void close_innermost();
  Result<bool> declaration();
  Result<Event> start_tag();
  Result<Event> end_tag();
  Status markup(std::string_view end, std::size_t from);
  template <class Fits>
  Result<std::string> find_attribute(Fits fits) const;
  Status decode(std::string_view raw, std::string& out) const;

  std::string_view bytes_;
  std::string name_;
  std::uint32_t max_depth_;
  std::size_t at_ = 0;
  std::string_view element_, attributes_, text_;
  std::string open_names_;              // of the open elements, end to end
  std::vector<std::size_t> open_;       // where each of them begins
  std::unique_ptr<ByteSource> source_;  // of a stream, until its end
  std::string window_;
  std::uint64_t gone_bytes_ = 0, gone_lines_ = 0;  // in front of the window
  bool end_follows_ = false, cdata_ = false;
};

}  // namespace tanmiao::tabular
