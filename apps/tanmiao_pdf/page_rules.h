// The ruled lines of pages, from their drawing operators (ISO 32000-1, 8.5): straight, upright, stroked or filled thin.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tabular/page_table.h"

namespace tanmiao::pdf {

class Drawings {
 public:
  // The bytes must stay. What qpdf cannot read has no pages.
  explicit Drawings(const std::string& bytes);
  ~Drawings();
  // Of page `number`, from 0, in points from the upper left corner of the page as it is shown. Lines drawn by form
  // XObjects count, some levels deep. None when the drawing cannot be read.
  std::vector<tabular::PageRule> rules_of(std::size_t number) const;

 private:
  struct Parsed;
  std::unique_ptr<Parsed> parsed_;
};

}  // namespace tanmiao::pdf
