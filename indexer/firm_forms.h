// The search forms of a firm that lie in columns and dictionaries.
#pragma once

#include <string>
#include <string_view>

#include "core/reference.h"
#include "core/text/folder.h"
#include "core/text/search_form.h"
#include "indexer/texts.h"
#include "store/columns/snapshot.h"

namespace tanmiao::indexer {

class FirmForms {
 public:
  FirmForms(const store::Snapshot& snapshot, const Reference& reference)
      : s_(snapshot), folder_(reference.simplified) {}

  std::string name(store::FirmNo firm) const { return form(s_.firms.name[firm], text::Marks::kDropped); }
  std::string address(store::FirmNo firm) const { return form(s_.firms.address[firm], text::Marks::kKept); }
  template <class F>
  void each_scope_item(store::FirmNo firm, const F& f) const {
    each_piece(form(s_.firms.scope[firm], text::Marks::kKept), '\n', f);
  }
  template <class F>
  void each_industry(store::FirmNo firm, const F& f) const {
    each_piece(form(s_.firms.industry_name[firm], text::Marks::kKept), '\n', f);
  }
  template <class F>
  void each_class(store::FirmNo firm, const F& f) const {
    const auto [begin, end] = s_.ownerships_of(firm);
    for (std::uint32_t i = begin; i < end; ++i) each_piece(s_.patents.ipc[s_.ownerships.patent[i]], ' ', f);
  }

 private:
  std::string form(std::string_view text, text::Marks marks) const { return text::search_form(folder_(text), marks); }
  const store::Snapshot& s_;
  text::Folder folder_;
};

}  // namespace tanmiao::indexer
