// Files and attachments that could not be read.
#include <algorithm>

#include "server/json_reading.h"
#include "server/report_parts.h"

namespace tanmiao::server {

using boost::json::object;

// Of attachments of web pages the first `lost_new` were not met before; files of an inbox are told each night.
Html lost_files(const object& crawl) {
  Html rows;
  each_of(crawl, "sources", [&](const object& source) {
    const std::string_view title = text_of(source, "title");
    const bool attached = source.contains("lost_new");
    std::int64_t shown = 0;
    each_text(source, "lost_files", [&](std::string_view file) {
      const bool fresh = attached && shown < number_of(source, "lost_new");
      rows << "<tr><td data-label=\"来源\">" << (title.empty() ? text_of(source, "id") : title)
           << "</td><td data-label=\"文件与原因\">" << file << "</td><td data-label=\"情况\">"
           << (!attached ? "收件夹"
               : fresh   ? "附件，首次遇到"
                         : "附件，与以前相同")
           << "</td></tr>";
      ++shown;
    });
    if (number_of(source, "lost_count", 0) > shown && shown > 0)
      rows << "<tr><td data-label=\"来源\">" << (title.empty() ? text_of(source, "id") : title)
           << "</td><td data-label=\"文件与原因\">共 " << count_text(source, "lost_count") << " 个，只列出前 " << shown
           << " 个</td><td></td></tr>";
  });
  Html out;
  if (rows.empty()) return out;
  out << "<section class=\"sheet\"><h2>读不了的文件</h2><table class=\"stack\"><thead><tr>";
  for (const std::string_view label : {"来源", "文件与原因", "情况"}) out << "<th scope=\"col\">" << label << "</th>";
  out << "</tr></thead><tbody>" << rows << "</tbody></table></section>";
  return out;
}

}  // namespace tanmiao::server
