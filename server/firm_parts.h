// Parts of tables and sheets that the sections of the firm page share.
#pragma once

#include <initializer_list>
#include <string_view>

#include "server/html.h"

namespace tanmiao::server {

// "<section …><h2>…": close it with </section>.
inline void begin_sheet(Html& out, std::string_view title, std::string_view id) {
  out << "<section class=\"sheet\" id=\"" << id << "\"><h2>" << title << "</h2>";
}

inline void column_heads(Html& out, std::initializer_list<std::string_view> labels) {
  out << "<thead><tr>";
  for (const std::string_view label : labels) out << "<th scope=\"col\">" << label << "</th>";
  out << "</tr></thead>";
}

// On a narrow screen a cell begins with what it is about.
inline void labelled_cell(Html& out, std::string_view label, std::string_view text, std::string_view css = {}) {
  out << "<td data-label=\"" << label << "\"";
  if (!css.empty()) out << " class=\"" << css << "\"";
  out << ">" << text << "</td>";
}

}  // namespace tanmiao::server
