// Descriptions for the imitations of gateway_site.cc, hanweb_site.cc and ckan_site.cc. The first two ask for the same
// as config/sources/sd-open-data.toml and sd-open-gateway.toml do (tests/e2e/open_data.py).
#include "apps/demo_city/sources.h"

namespace demo_city {
namespace {

constexpr std::string_view kPortalText = R"toml(id = "demo-portal"
title = "公共数据开放网（演示）"
publisher = "演示城市"
kind = "http"
terms = "虚构数据，随意使用"
basis = "演示"
hosts = ["127.0.0.1"]
complete = "append"

[fetch]
start = ["http://127.0.0.1:{PORT}/portal/catalog/index?Q=%E4%BC%81%E4%B8%9A%E7%99%BB%E8%AE%B0&openType=1"]
start_role = "catalogue"
pause = 0

[[page]]
role = "catalogue"
reader = "html"
[[page.link]]
match = '''/catalog/(\d{20}|[0-9a-f]{32})["'?#]'''
address = "/portal/catalog/getResourceWithFormat?cataId=$1&pageNum=1&pageSize=100&fileFormat="
role = "files"

[[page]]
role = "files"
reader = "json"
[[page.link]]
each = "/object/records/*"
where = { "/fileFormat" = "(?i)csv" }
address = "/portal/catalog/download?cataId={cataId}&cataName=&idInRc={/idInRc}"
role = "registry"
[[page.link]]
each = "/object/records/*"
where = { "/fileFormat" = "(?i)xlsx" }
address = "/portal/catalog/download?cataId={cataId}&cataName=&idInRc={/idInRc}"
role = "registry-sheet"
[page.paging]
kind = "counter"
param = "pageNum"
per_page = 100
total = "/object/total"

[[page]]
role = "registry"
reader = "csv"
kind = "firm"
key = ["credit_code"]
required = ["firm_name", "credit_code"]
[page.columns]
firm_name = "企业名称"
credit_code = "统一社会信用代码"
established = "成立日期"
org_type = "企业类型"
[page.public]
field = "established"

[[page]]
role = "registry-sheet"
reader = "xlsx"
kind = "firm"
key = ["credit_code"]
required = ["firm_name", "credit_code"]
[page.columns]
firm_name = "企业名称"
credit_code = "统一社会信用代码"
established = "成立日期"
org_type = "企业类型"
[page.public]
field = "established"
)toml";

constexpr std::string_view kGatewayText = R"toml(id = "demo-gateway"
title = "公共数据接口（演示）"
publisher = "演示城市"
kind = "http"
terms = "虚构数据，随意使用"
basis = "演示"
hosts = ["127.0.0.1"]
complete = "append"

[secrets.ID]
file = "{FOLDER}/secrets/gateway.id"
[secrets.KEY]
file = "{FOLDER}/secrets/gateway.key"

[sign.gateway]
key = "{secret:KEY}"
text = "{secret:ID}{timestamp}{nonce}"
[sign.gateway.headers]
X-Client-Id = "{secret:ID}"
X-Timestamp = "{timestamp}"
X-Nonce = "{nonce}"
X-Signature = "{signature}"

[fetch]
start = ["http://127.0.0.1:{PORT}/portal/catalog/index?Q=%E4%BC%81%E4%B8%9A%E7%99%BB%E8%AE%B0&openType=1"]
start_role = "catalogue"
pause = 0

[[page]]
role = "catalogue"
reader = "html"
[[page.link]]
match = '''/catalog/(\d{20}|[0-9a-f]{32})["'?#]'''
address = "/portal/catalog/getApplyResource?searchType=api&cataId=$1&pageNum=1&pageSize=100"
role = "interfaces"

[[page]]
role = "interfaces"
reader = "json"
[[page.link]]
each = "/object/records/*"
address = "/gateway/api/1/{/context}?STARTNUM=1&PAGENUM=100"
role = "rows"
[page.paging]
kind = "counter"
param = "pageNum"
per_page = 100
total = "/object/total"

[[page]]
role = "rows"
reader = "json"
sign = "gateway"
rows = "data"
says = "/message"
kind = "firm"
key = ["credit_code"]
required = ["firm_name", "credit_code"]
[page.valid]
"/code" = "200"
[page.columns]
firm_name = "QYMC"
credit_code = "TYSHXYDM"
established = "CLRQ"
org_type = "QYLX"
[page.public]
field = "established"
[page.paging]
kind = "counter"
param = "STARTNUM"
from = 1
step = 100
)toml";

constexpr std::string_view kHanwebText = R"toml(id = "demo-hanweb"
title = "大赛公告（演示）"
publisher = "演示城市"
kind = "http"
terms = "虚构数据，随意使用"
basis = "演示"
hosts = ["127.0.0.1"]
complete = "append"

[fetch]
start = ["http://127.0.0.1:{PORT}/module/web/jpage/dataproxy.jsp?startrecord=1&endrecord=45&perpage=15"]
start_role = "column"
pause = 0

[[page]]
role = "column"
reader = "html"
unwrap = "cdata"
[page.request.form]
col = "1"
appid = "1"
webid = "73"
path = "/"
columnid = "13360"
sourceContentType = "1"
unitid = "734277"
webname = "演示"
permissiontype = "0"
[[page.link]]
xpath = "//a[contains(@title, '创新创业大赛')]/@href"
role = "notice"
[page.paging]
kind = "counter"
param = "startrecord"
in = "query"
step = 45
also = { endrecord = 44 }
total_match = '<totalrecord>(\d+)</totalrecord>'

[[page]]
role = "notice"
reader = "html"
[[page.link]]
xpath = "//a/@href"
only = '(?i)\.xlsx(?:$|[?&])'
role = "prizes"

[[page]]
role = "prizes"
reader = "xlsx"
kind = "signal"
key = ["signal_type", "firm_name", "year"]
required = ["firm_name"]
[page.columns]
firm_name = "企业名称"
title = "项目名称"
level = "奖项"
year = "年度"
[page.rules.signal_type]
constant = "contest"
)toml";

constexpr std::string_view kCkanText = R"toml(id = "demo-ckan"
title = "数据目录 CKAN（演示）"
publisher = "演示城市"
kind = "http"
terms = "虚构数据，随意使用"
basis = "演示"
hosts = ["127.0.0.1"]

[fetch]
start = ["http://127.0.0.1:{PORT}/api/3/action/package_search?rows=2&start=0"]
start_role = "catalogue"
pause = 0

[[page]]
role = "catalogue"
reader = "json"
says = "/error/message"
[page.valid]
"/success" = "true"
[[page.link]]
each = "/result/results/*/resources/*"
where = { "/format" = "(?i)csv", "/datastore_active" = "false" }
address = "{/url}"
role = "tenders"
[[page.link]]
each = "/result/results/*/resources/*"
where = { "/datastore_active" = "true" }
address = "/api/3/action/datastore_search?resource_id={/id}&limit=50&offset=0"
role = "contracts"
[page.paging]
kind = "counter"
param = "start"
from = 0
step = 2
total = "/result/count"

[[page]]
role = "tenders"
reader = "csv"
kind = "signal"
key = ["signal_type", "firm_name", "year"]
required = ["firm_name"]
[page.columns]
firm_name = "企业名称"
title = "项目名称"
amount = "金额"
year = "年度"
[page.rules.signal_type]
constant = "procurement"
[page.rules.amount]
unit = "万元"

[[page]]
role = "contracts"
reader = "json"
rows = "result.records"
says = "/error/message"
kind = "signal"
key = ["signal_type", "firm_name", "year"]
required = ["firm_name"]
[page.valid]
"/success" = "true"
[page.columns]
firm_name = "企业名称"
title = "项目名称"
amount = "金额"
year = "年度"
[page.rules.signal_type]
constant = "tech_contract"
[page.rules.amount]
unit = "万元"
[page.paging]
kind = "counter"
param = "offset"
from = 0
step = 50
total = "/result/total"
)toml";

// Positions in all_sites().
constexpr std::size_t kPortalSite = 5, kGatewaySite = 6, kHanwebSite = 7, kCkanSite = 8;
constexpr SourceFile kOpenFiles[] = {{"demo-portal.toml", kPortalText, kPortalSite},
                                     {"demo-gateway.toml", kGatewayText, kGatewaySite},
                                     {"demo-hanweb.toml", kHanwebText, kHanwebSite},
                                     {"demo-ckan.toml", kCkanText, kCkanSite}};

}  // namespace

std::span<const SourceFile> open_data_sources() { return kOpenFiles; }

}  // namespace demo_city
