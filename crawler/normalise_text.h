// What gives away text that was decoded wrongly or stands in the wrong column. Each function gives a Chinese sentence
// for the rejects, or nothing when the text may be right.
#pragma once

#include <string>
#include <string_view>

#include "core/record.h"
#include "core/reference.h"

namespace tanmiao::crawler {

struct TextLook {
  bool simple = true;       // UTF-8 and in NFC for certain: ASCII, Han characters and the signs between them
  bool suspicious = false;  // has what one of the faults of text_fault() begins with
  bool bracket = false;     // has a '[', as masks of names do
  bool plain = false;       // simple, and nfkc() and without_blanks() leave it as it is
};
TextLook look_at(std::string_view text);

// A value without outer blanks, and a look at it. It may point into the text that it was made of.
class Trimmed {
 public:
  explicit Trimmed(std::string_view raw);
  Trimmed(const Trimmed&) = delete;
  Trimmed& operator=(const Trimmed&) = delete;
  std::string_view text() const { return text_; }
  const TextLook& look() const { return look_; }

 private:
  TextLook look_;
  std::string mended_;  // of what is no UTF-8
  std::string_view text_;
};

std::string text_fault(std::string_view text);  // any value
std::string name_fault(std::string_view name);  // a body's name, NFKC, without blanks
// Text of another column: in province, city, county, kind of enterprise. Nothing for other fields.
std::string column_fault(Field field, std::string_view text, const Reference& reference);

// A publisher put [NAME] or [PERSON] in the place of a person's name.
bool names_masked_person(std::string_view text);

}  // namespace tanmiao::crawler
