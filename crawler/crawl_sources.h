#pragma once

#include "crawler/crawl.h"
#include "crawler/disk_floor.h"
#include "crawler/source_files.h"

namespace tanmiao::crawler {

// The source files of the configuration, those named in `only` when it names any. kUsage for an id that none has.
Result<SourceFiles> chosen_files(const CrawlConfig& config);
// The same without those that are wrong; kConfig with all that is wrong of the first one that `only` names.
Result<std::vector<Source>> chosen_sources(const CrawlConfig& config);
// Under the disks that a crawl writes to.
DiskFloor disk_floor_of(const store::DataFolder& folder, const CrawlConfig& config);
// Why a source on the network may not be asked, Chinese; empty: it may.
inline constexpr const char* kNoContact = "未填写联系方式（配置文件 [crawl] contact），网络来源一概不访问";
std::string why_not_asked(const Source& source, const std::vector<store::SourceApproval>& approvals);

}  // namespace tanmiao::crawler
