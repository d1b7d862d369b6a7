// An open-data portal of the province with its gateway, as far as ../shared/domain/sd_open_data.json describes them:
// search, data sets, preview, files, downloads, list of interfaces, interfaces that are signed with HMAC-SHA256. What
// that file does not say (words of errors, codes beside 200 and 300, how often may be asked) is made up here.
#include <sodium.h>

#include <array>
#include <boost/json.hpp>
#include <charconv>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>

#include "apps/demo_city/random.h"
#include "apps/demo_city/site.h"

namespace demo_city {
namespace {

namespace json = boost::json;
constexpr std::int64_t kValidFor = std::int64_t{10} * 60 * 1000;  // milliseconds, a timestamp
constexpr std::size_t kMostASecond = 50;                          // requests of all
constexpr int kPreviewRows = 10;
constexpr std::string_view kBase = "/portal/catalog/";

// A data set. Its files and interfaces come in the order of the lists.
struct File {
  std::string id, name, format, bytes;
  bool apply = false;  // only for those who have applied
};
struct Api {
  std::string service;
  bool granted = true;
  Rows rows;  // the first are the names of the members
};
struct DataSet {
  std::string id, title, department;
  bool open = true;  // 无条件开放
  Rows table;        // what the preview shows
  std::vector<File> files;
  std::vector<Api> apis;
};

std::int64_t whole_or(const std::string& text, std::int64_t otherwise) {
  std::int64_t value = otherwise;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::string hex_id(Random& random) {
  std::string out;
  for (int i = 0; i < 32; ++i) out += "0123456789abcdef"[random.below(16)];
  return out;
}

std::string serialised(const json::value& value) { return json::serialize(value); }

Answer refused(int status, std::string_view code, std::string_view message) {
  return json_answer(serialised({{"code", code}, {"message", message}}), status);
}

// HMAC-SHA256 in Base64.
std::string signature_of(const std::string& secret, const std::string& text) {
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, reinterpret_cast<const unsigned char*>(secret.data()), secret.size());
  crypto_auth_hmacsha256_update(&state, reinterpret_cast<const unsigned char*>(text.data()), text.size());
  std::array<unsigned char, crypto_auth_hmacsha256_BYTES> digest{};
  crypto_auth_hmacsha256_final(&state, digest.data());
  std::array<char, sodium_base64_ENCODED_LEN(crypto_auth_hmacsha256_BYTES, sodium_base64_VARIANT_ORIGINAL)> out{};
  return sodium_bin2base64(out.data(), out.size(), digest.data(), digest.size(), sodium_base64_VARIANT_ORIGINAL);
}

// Who asked for what lately: answers depend on it, so one at a time.
class Portal {
 public:
  Portal(std::vector<DataSet> sets, GatewayClient client) : sets_(std::move(sets)), client_(std::move(client)) {}

  Answer answer(const Asked& asked) {
    const std::string path = asked.path();
    if (path == "/robots.txt") return {.type = "text/plain", .body = "User-agent: *\nDisallow: /portal/user/\n"};
    constexpr std::string_view kGateway = "/gateway/api/1/";
    if (path.starts_with(kGateway)) return called(asked, path.substr(kGateway.size()));
    if (!path.starts_with(kBase)) return not_found();
    const std::string rest = path.substr(kBase.size());
    if (rest == "index") return found(asked);
    if (rest == "getResourceWithFormat") return files(asked);
    if (rest == "download") return download(asked);
    if (rest == "getApplyResource") return interfaces(asked);
    const std::string id = rest.substr(0, rest.find('/'));
    const DataSet* const set = set_of(id);
    if (set == nullptr) return not_found();
    if (rest == id) return detail(*set);
    return rest == id + "/getData" && asked.method == "POST" ? preview(*set, asked) : not_found();
  }

 private:
  const DataSet* set_of(const std::string& id) const {
    for (const DataSet& set : sets_)
      if (set.id == id) return &set;
    return nullptr;
  }

  Answer found(const Asked& asked) const {
    std::string list = "<ul class=\"catalog-list\">\n";
    for (const DataSet& set : sets_) {
      if (set.title.find(asked.query("Q")) == std::string::npos || (asked.query("openType") == "1" && !set.open))
        continue;
      list += "<li><a href=\"" + std::string(kBase) + set.id + "\" title=\"" + escape(set.title) + "\">" +
              escape(set.title) + "</a><span class=\"open\">" + opened(set) + "</span><span>" + escape(set.department) +
              "</span></li>\n";
    }
    return {.body = page("数据目录", list + "</ul>")};
  }

  static std::string opened(const DataSet& set) { return set.open ? "无条件开放" : "有条件开放"; }

  static Answer detail(const DataSet& set) {
    return {.body =
                page(set.title, "<div id=\"catalog\" opentype=\"" + std::string(set.open ? "1" : "2") + "\" title=\"" +
                                    escape(set.title) + "\"></div><table><tr><th>来源部门</th><td>" +
                                    escape(set.department) + "</td></tr><tr><th>开放属性</th><td>" + opened(set) +
                                    "</td></tr><tr><th>地理空间范围</th><td>滨州市</td></tr><tr><th>更新频率</th>"
                                    "<td>每日</td></tr></table>")};
  }

  static Answer preview(const DataSet& set, const Asked& asked) {
    json::array data, items;
    for (const std::string& name : set.table.front()) items.push_back({{"column_name_en", name}, {"name_cn", name}});
    const auto start = static_cast<std::size_t>(std::max<std::int64_t>(whole_or(asked.form("start"), 0), 0));
    const auto length = std::clamp<std::int64_t>(whole_or(asked.form("length"), kPreviewRows), 0, kPreviewRows);
    for (std::size_t i = start + 1; i < set.table.size() && data.size() < static_cast<std::size_t>(length); ++i)
      data.push_back(row_of(set.table, i));
    return json_answer(serialised({{"draw", whole_or(asked.form("draw"), 1)},
                                   {"recordsTotal", set.table.size() - 1},
                                   {"data", data},
                                   {"items", items}}));
  }

  static json::object row_of(const Rows& rows, std::size_t at) {
    json::object out;
    for (std::size_t column = 0; column < rows.front().size(); ++column) out[rows.front()[column]] = rows[at][column];
    return out;
  }

  // Page `pageNum` of `pageSize`, from 1.
  template <class Things, class Each>
  static Answer paged(const Asked& asked, const Things& things, const Each& each) {
    const auto size = static_cast<std::size_t>(std::clamp<std::int64_t>(whole_or(asked.query("pageSize"), 10), 1, 100));
    const auto first =
        static_cast<std::size_t>(std::max<std::int64_t>(whole_or(asked.query("pageNum"), 1), 1) - 1) * size;
    json::array records;
    for (std::size_t i = first; i < things.size() && i < first + size; ++i) records.push_back(each(things[i]));
    return json_answer(
        serialised({{"code", 200}, {"object", {{"total", things.size()}, {"records", records}}}, {"msg", "success"}}));
  }

  Answer files(const Asked& asked) const {
    const DataSet* const set = set_of(asked.query("cataId"));
    if (set == nullptr) return refused(200, "-1", "目录不存在");
    return paged(asked, set->files, [](const File& file) {
      return json::object{{"fileName", file.name},
                          {"fileDescription", ""},
                          {"fileFormat", file.format},
                          {"idInRc", file.id},
                          {"fileId", file.id},
                          {"fileSize", file.bytes.size()},
                          {"isApply", file.apply ? "1" : "0"},
                          {"status", "1"}};
    });
  }

  Answer download(const Asked& asked) const {
    const DataSet* const set = set_of(asked.query("cataId"));
    if (set != nullptr)
      for (const File& file : set->files) {
        if (file.id != asked.query("idInRc")) continue;
        if (file.apply || !set->open) break;
        return {.type = "application/octet-stream", .body = file.bytes};
      }
    return refused(200, "-1", "无权限下载");
  }

  Answer interfaces(const Asked& asked) const {
    const DataSet* const set = set_of(asked.query("cataId"));
    if (set == nullptr || asked.query("searchType") != "api") return refused(200, "-1", "目录不存在");
    return paged(asked, set->apis, [](const Api& api) {
      return json::object{{"serviceId", api.service},
                          {"serviceName", api.service},
                          {"serviceDesc", ""},
                          {"context", api.service},
                          {"inputParam", "STARTNUM,PAGENUM"},
                          {"outputParam", ""},
                          {"status", "1"}};
    });
  }

  // Why the request is not let through, or nothing.
  std::optional<Answer> gate(const Asked& asked) {
    const std::lock_guard lock(mutex_);
    const std::int64_t now = asked.milliseconds;
    while (!lately_.empty() && lately_.front() + 1000 <= now) lately_.pop_front();
    if (lately_.size() >= kMostASecond) {
      Answer busy = refused(429, "429", "请求过于频繁");
      busy.retry_after = 1;
      return busy;
    }
    lately_.push_back(now);
    const std::string id = asked.header("x-client-id"), timestamp = asked.header("x-timestamp"),
                      nonce = asked.header("x-nonce");
    if (id.empty() || timestamp.empty() || nonce.empty() || asked.header("x-signature").empty())
      return refused(401, "401", "缺少签名");
    if (id != client_.id) return refused(401, "401", "客户端不存在");
    const std::int64_t at = whole_or(timestamp, 0);
    if (at < now - kValidFor || at > now + kValidFor) return refused(401, "401", "时间戳超出范围");
    if (asked.header("x-signature") != signature_of(client_.secret, id + timestamp + nonce))
      return refused(401, "401", "签名不正确");
    // A nonce that was seen counts for as long as its timestamp would.
    std::erase_if(nonces_, [&](const auto& one) { return one.second < now - 2 * kValidFor; });
    if (!nonces_.emplace(nonce, now).second) return refused(401, "401", "随机数重复");
    return std::nullopt;
  }

  Answer called(const Asked& asked, const std::string& service) {
    if (const auto closed = gate(asked)) return *closed;
    for (const DataSet& set : sets_)
      for (const Api& api : set.apis) {
        if (api.service != service) continue;
        if (!api.granted) return refused(200, "300", "权限认证失败");
        const auto first = static_cast<std::size_t>(std::max<std::int64_t>(whole_or(asked.query("STARTNUM"), 1), 1));
        const auto most =
            static_cast<std::size_t>(std::clamp<std::int64_t>(whole_or(asked.query("PAGENUM"), 10), 1, 100));
        json::array data;
        for (std::size_t i = first; i < api.rows.size() && data.size() < most; ++i) data.push_back(row_of(api.rows, i));
        return json_answer(serialised({{"code", "200"}, {"message", "ok"}, {"data", data}}));
      }
    return refused(404, "404", "接口不存在");
  }

  const std::vector<DataSet> sets_;
  const GatewayClient client_;
  std::mutex mutex_;
  std::deque<std::int64_t> lately_;             // times of requests
  std::map<std::string, std::int64_t> nonces_;  // by nonce, when it was seen
};

std::vector<DataSet> sets_of(const World& world, int day) {
  Random random(world.config.seed, "open data");
  DataSet registry;
  registry.id = "37160000000000010001";
  registry.title = "企业登记信息（演示）";
  registry.department = "市场监管部门（演示）";
  registry.table = firm_rows(world, day, 5, 0);
  // More files than one page of the list has; most are nothing that anybody reads.
  for (int i = 0; i < 101; ++i)
    registry.files.push_back(
        {hex_id(random), "说明" + std::to_string(i + 1) + ".pdf", "pdf", "%PDF-1.4 (demo)", false});
  registry.files[3] = {hex_id(random), "企业登记信息.csv", "csv", make_csv(registry.table), false};
  registry.files[7] = {hex_id(random), "需申请.xlsx", "xlsx", "", true};
  registry.files.push_back(
      {hex_id(random), "企业登记信息.xlsx", "XLSX", make_xlsx("企业", firm_rows(world, day, 5, 1)), false});
  DataSet closed;
  closed.id = hex_id(random);
  closed.title = "企业登记明细（演示）";
  closed.department = registry.department;
  closed.open = false;
  closed.table = registry.table;
  DataSet services;
  services.id = hex_id(random);
  services.title = "企业登记接口（演示）";
  services.department = registry.department;
  services.table = registry.table;
  Rows rows = firm_rows(world, day, 5, 2);
  rows.front() = {"QYMC", "TYSHXYDM", "CLRQ", "QYLX"};
  services.apis = {{"qydjxx", true, std::move(rows)}, {"qynbxx", false, {}}};
  return {std::move(registry), std::move(closed), std::move(services)};
}

}  // namespace

GatewayClient gateway_client(const WorldConfig& config) {
  Random random(config.seed, "gateway");
  GatewayClient client{"demo-" + hex_id(random).substr(0, 12), ""};
  for (int i = 0; i < 32; ++i)
    client.secret += "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"[random.below(64)];
  return client;
}

Rows firm_rows(const World& world, int day, int every, int rest) {
  Rows rows = {{"企业名称", "统一社会信用代码", "成立日期", "企业类型"}};
  for (const Firm& firm : world.firms)
    if (firm.number % every == rest && shown_on(firm, day))
      rows.push_back({firm.name, firm.code, tanmiao::iso(firm.established), firm.org_type});
  return rows;
}

Site portal_site(const World& world, int day) {
  auto portal = std::make_shared<Portal>(sets_of(world, day), gateway_client(world.config));
  return {"portal", "公共数据开放网（演示）", [portal](const Asked& asked) { return portal->answer(asked); }};
}

// The same once more: two sources are two hosts, so that each is asked for what the other was.
Site gateway_site(const World& world, int day) {
  Site site = portal_site(world, day);
  site.id = "gateway";
  site.title = "公共数据接口（演示）";
  return site;
}

}  // namespace demo_city
