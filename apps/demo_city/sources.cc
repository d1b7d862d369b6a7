#include "apps/demo_city/sources.h"

namespace demo_city {
namespace {

// {PORT} stands for the port of the source's host. Pauses this short are accepted for loopback addresses only.
constexpr std::string_view kRegistry = R"toml(id = "demo-registry"
title = "企业登记公示（演示）"
publisher = "演示城市"
kind = "http"
terms = "虚构数据，随意使用"
basis = "演示"
hosts = ["127.0.0.1"]
complete = "complete"

[fetch]
start = ["http://127.0.0.1:{PORT}/list?page=1"]
start_role = "list"
pause = 0
most_requests = 10000000  # complete, of a city of any size
most_bytes = 1000000000000
most_depth = 100000

[contract]
least_rows = 20
most_rejected = 0.05

[[page]]
role = "list"
reader = "html"
[[page.link]]
xpath = "//ul[@class='firms']//a/@href"
role = "detail"
[[page.link]]
xpath = "//a[@class='next']/@href"
role = "list"

[[page]]
role = "detail"
reader = "html"
kind = "firm"
rows = "//table[@class='detail']"
key = ["credit_code"]
required = ["firm_name", "credit_code"]
[page.columns]
firm_name = "tr[th='企业名称']/td"
credit_code = "tr[th='统一社会信用代码']/td"
former_name = "tr[th='曾用名']/td"
status = "tr[th='登记状态']/td"
org_type = "tr[th='企业类型']/td"
capital = "tr[th='注册资本']/td"
established = "tr[th='成立日期']/td"
address = "tr[th='住所']/td"
industry_code = "tr[th='行业代码']/td"
industry_name = "tr[th='行业']/td"
scope = "tr[th='经营范围']/td"
[page.public]
field = "established"
)toml";

constexpr std::string_view kOpenData = R"toml(id = "demo-open-data"
title = "公共数据开放（演示）"
publisher = "演示城市"
kind = "http"
terms = "虚构数据，随意使用"
basis = "演示"
hosts = ["127.0.0.1"]

[fetch]
start = ["http://127.0.0.1:{PORT}/api/catalogue.json"]
start_role = "catalogue"
pause = 0

[[page]]
role = "catalogue"
reader = "json"
[[page.link]]
match = "\"url\": *\"([^\"]+insured[^\"]*)\""
role = "insured"
[[page.link]]
match = "\"url\": *\"([^\"]+abnormal[^\"]*)\""
role = "abnormal"

[[page]]
role = "insured"
reader = "xlsx"
kind = "firm"
key = ["credit_code"]
required = ["firm_name", "credit_code"]
[page.columns]
firm_name = "企业名称"
credit_code = "统一社会信用代码"
insured_staff = "参保人数"

[[page]]
role = "abnormal"
reader = "csv"
kind = "firm"
key = ["credit_code"]
required = ["firm_name", "credit_code"]
[page.columns]
firm_name = "企业名称"
credit_code = "统一社会信用代码"
abnormal_list = "经营异常名录"
county = "所属县区"
)toml";

constexpr std::string_view kPatents = R"toml(id = "demo-patents"
title = "专利著录数据（演示）"
publisher = "演示城市"
kind = "http"
terms = "虚构数据，随意使用"
basis = "演示"
hosts = ["127.0.0.1"]
complete = "append"

[fetch]
start = ["http://127.0.0.1:{PORT}/bib/"]
start_role = "list"
pause = 0

[[page]]
role = "list"
reader = "html"
[[page.link]]
xpath = "//li/a/@href"
role = "delivery"

[[page]]
role = "delivery"
reader = "patent_xml"
kind = "patent"
key = ["publication_no", "kind_code"]
required = ["application_no", "title"]
[page.columns]
application_no = "application_no"
publication_no = "publication_no"
kind_code = "kind_code"
title = "title"
abstract = "abstract"
applicant = "applicant"
assignee = "assignee"
inventor_count = "inventor_count"
inventor_hash = "inventor_hash"
filing_date = "filing_date"
publication_date = "publication_date"
ipc = "ipc"
[page.public]
field = "publication_date"
)toml";

constexpr std::string_view kEvents = R"toml(id = "demo-patent-events"
title = "专利法律状态（演示）"
publisher = "演示城市"
kind = "http"
terms = "虚构数据，随意使用"
basis = "演示"
hosts = ["127.0.0.1"]
complete = "append"

[fetch]
start = ["http://127.0.0.1:{PORT}/legal/"]
start_role = "list"
pause = 0

[[page]]
role = "list"
reader = "html"
[[page.link]]
xpath = "//li/a/@href"
role = "delivery"

[[page]]
role = "delivery"
reader = "patent_events"
kind = "patent_event"
key = ["application_no", "event", "event_date"]
required = ["application_no", "event", "event_date"]
event_date = "event_date"
[page.columns]
application_no = "application_no"
event = "event"
event_date = "event_date"
event_text = "event_text"
from_owner = "from_owner"
to_owner = "to_owner"
[page.public]
field = "event_date"
)toml";

constexpr std::string_view kScience = R"toml(id = "demo-science"
title = "科技局公告（演示）"
publisher = "演示城市"
kind = "http"
terms = "虚构数据，随意使用"
basis = "演示"
hosts = ["127.0.0.1"]

[fetch]
start = ["http://127.0.0.1:{PORT}/notice/"]
start_role = "list"
pause = 0

[[page]]
role = "list"
reader = "html"
[[page.link]]
xpath = "//li/a/@href"
role = "notice"

[[page]]
role = "notice"
reader = "html"
[[page.link]]
xpath = "//a[@class='file']/@href"
only = "techsme"
role = "techsme"
[[page.link]]
xpath = "//a[@class='file']/@href"
only = "hnte|broken"
role = "hnte"
[[page.link]]
xpath = "//a[@class='file']/@href"
only = "subsidy"
role = "subsidy"

[[page]]
role = "techsme"
reader = "xlsx"
kind = "recognition"
key = ["program", "certificate_no"]
required = ["firm_name", "certificate_no"]
[page.columns]
firm_name = "企业名称"
certificate_no = "入库登记编号"
county = "所属县区"
year = "入库登记编号"
[page.rules.program]
constant = "tech_sme"
[page.rules.year]
match = "^(\\d{4})"
[page.public]
field = "year"

[[page]]
role = "hnte"
reader = "xlsx"
kind = "recognition"
key = ["program", "certificate_no"]
required = ["firm_name", "certificate_no"]
event_date = "issued"
[page.columns]
firm_name = "企业名称"
certificate_no = "证书编号"
issued = "发证日期"
[page.rules.program]
constant = "hnte"
[page.public]
field = "issued"

[[page]]
role = "subsidy"
reader = "xlsx"
kind = "signal"
key = ["signal_type", "firm_name", "year"]
required = ["firm_name"]
[page.columns]
firm_name = "企业名称"
county = "所属县区"
amount = "补助金额(万元)"
year = "年度"
[page.rules.signal_type]
constant = "rd_subsidy"
[page.rules.amount]
unit = "万元"
)toml";

constexpr std::string_view kPark = R"toml(id = "demo-park"
title = "园区科技项目（演示）"
publisher = "演示城市"
kind = "http"
terms = "虚构数据，随意使用"
basis = "演示"
hosts = ["127.0.0.1"]

[fetch]
start = ["http://127.0.0.1:{PORT}/projects.html"]
start_role = "projects"
pause = 0

[[page]]
role = "projects"
reader = "html"
kind = "signal"
rows = "//tr[td]"
key = ["signal_type", "firm_name", "year"]
required = ["firm_name"]
[page.columns]
firm_name = "td[1]"
title = "td[2]"
year = "td[3]"
[page.rules.signal_type]
constant = "rd_project"
)toml";

// What `pool official` and the page of lists keep: read from the inbox, as with the sources of a real city.
constexpr std::string_view kLists = R"toml(id = "tech-sme-lists"
title = "科技型中小企业公告名单（演示）"
publisher = "演示城市"
kind = "folder"
inbox = "inbox/lists-tech-sme"
terms = "虚构数据，随意使用"
basis = "演示"
complete = "append"

[[page]]
role = "table"
files = ["*.csv"]
reader = "csv"
kind = "recognition"
key = ["program", "certificate_no"]
required = ["firm_name", "certificate_no"]
[page.columns]
firm_name = "企业名称"
credit_code = "统一社会信用代码"
county = "所属县区"
certificate_no = "入库登记编号"
year = "年度|入库登记编号"
[page.rules.program]
constant = "tech_sme"
[page.rules.year]
match = "^(\\d{4})"
[page.public]
field = "year"
)toml";

// A source that nobody has approved: it must be reported as such and not be fetched.
constexpr std::string_view kUnapproved = R"toml(id = "demo-unapproved"
title = "未审查的来源（演示）"
publisher = "演示城市"
kind = "http"
terms = "尚未审查"
basis = "演示"
hosts = ["127.0.0.1"]

[fetch]
start = ["http://127.0.0.1:{PORT}/list?page=1"]
start_role = "list"

[[page]]
role = "list"
reader = "html"
)toml";

constexpr SourceFile kFiles[] = {
    {"demo-registry.toml", kRegistry, 0},     {"demo-open-data.toml", kOpenData, 1}, {"demo-patents.toml", kPatents, 2},
    {"demo-patent-events.toml", kEvents, 2},  {"demo-science.toml", kScience, 3},    {"demo-park.toml", kPark, 4},
    {"demo-unapproved.toml", kUnapproved, 0}, {"tech-sme-lists.toml", kLists, 0},
};

std::string replaced(std::string text, std::string_view what, std::string_view with) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
    text.replace(at, what.size(), with);
  return text;
}

}  // namespace

std::map<std::string, std::string> source_files(const std::vector<std::uint16_t>& ports, const std::string& folder) {
  const std::string quoted = replaced(replaced(folder, "\\", "\\\\"), "\"", "\\\"");  // within a string of TOML
  std::map<std::string, std::string> out;
  for (const std::span<const SourceFile> files : {std::span<const SourceFile>(kFiles), open_data_sources()})
    for (const SourceFile& file : files)
      out[std::string(file.name)] =
          replaced(replaced(std::string(file.text), "{PORT}", std::to_string(ports.at(file.site))), "{FOLDER}", quoted);
  return out;
}

}  // namespace demo_city
