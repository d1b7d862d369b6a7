// Parts of the run report as HTML and words, from its JSON. Private to server/; report_view.h is for the others.
#pragma once

#include <boost/json/fwd.hpp>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "server/html.h"
#include "server/report_view.h"

namespace tanmiao::server {

std::string_view stage_label(std::string_view stage);         // "crawl" -> "采集"
std::string_view link_reason_label(std::string_view reason);  // "name_county" -> "名称相同，按县区确定"
std::string count_text(const boost::json::object& object, std::string_view name);  // 未知 when absent
// Of a source what is new, changed or gone: "—" when it was not looked at; "未发布 12" when it was held, for nothing of
// that came into the store.
std::string change_text(const boost::json::object& source, std::string_view name);
std::string seconds_text(const boost::json::object& object);   // of "seconds"
std::string expected_text(const boost::json::object& source);  // "100–200", "≥ 100", "—"
// What was read of a source; "未重读" when nothing of it had changed, "—" when it was not looked at.
std::string read_text(const boost::json::object& source);
std::string quiet_text(const boost::json::object& source);  // when it last brought anything new
std::string peak_text(const boost::json::object& figures);  // memory in MB

struct ReportNames {
  bool on_site = false;                                       // firms link to their pages
  std::map<std::string, std::string, std::less<>> campaigns;  // titles, for reports that give none
};
std::string campaign_title(const boost::json::object& stage, const ReportNames& names);
std::string stage_did(const boost::json::object& stage, const ReportNames& names);
std::string changes_line(const boost::json::object& stage, const ReportNames& names);  // empty: nothing was compared

// All sections below the title.
Html report_body(const boost::json::object& report, const ReportNames& names);
Html lost_files(const boost::json::object& crawl);
Html candidate_changes(const boost::json::object& report, const ReportNames& names);
std::string model_line(const boost::json::object& report);    // empty: the scorecard stayed what it was
std::string learned_line(const boost::json::object& report);  // empty: nothing is learnt
std::string ranking_line(const boost::json::object& report);  // empty: the ranking was not checked
Html ranking_section(const boost::json::object& report);
Html saved_searches(const boost::json::object& report, const ReportNames& names);
Html stage_table(const boost::json::object& report, const ReportNames& names);

}  // namespace tanmiao::server
