#include "server/posts.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>

#include "core/messages.h"
#include "server/people_posts.h"

namespace tanmiao::server {
namespace {

constexpr unsigned kSmallForm = 64u << 10;

struct Route {
  std::string_view prefix, suffix;  // what stands between them is Posted::rest; a prefix alone must fit as a whole
  bool below;
  unsigned limit;
  std::string_view list;  // page whose address comes along in "back"; empty: the path itself holds all
  Result<Done> (*act)(const Posted&);
  Result<Response> (*show)(const Site&, const Request&, std::string_view rest, const Typed&);
};

template <Result<Response> (*kPage)(const Site&, const Request&, const Typed*)>
Result<Response> shown(const Site& site, const Request& request, std::string_view, const Typed& typed) {
  return kPage(site, request, &typed);
}
template <Result<Response> (*kPage)(const Site&, const Request&, std::string_view, const Typed*)>
Result<Response> shown_of(const Site& site, const Request& request, std::string_view rest, const Typed& typed) {
  return kPage(site, request, rest, &typed);
}

constexpr std::array kRoutes = std::to_array<Route>({
    {"/import", "", false, kLargestPost, "", import_sheet_post, shown<import_page>},
    {"/official", "", false, kLargestPost, "", official_post, shown<official_page>},
    {"/conflicts", "", false, kSmallForm, "/conflicts", settle_post, shown<conflicts_page>},
    {"/review/item", "", false, kSmallForm, "", ruling_post, shown<review_item_page>},
    {"/review/decisions", "", false, kSmallForm, "", undo_post, shown<rulings_page>},
    {"/leads", "", false, kSmallForm, "/", leads_post, shown<candidates_page>},
    {"/pool", "", false, kSmallForm, "/pool", pool_post, shown<pool_page>},
    {"/pool/entry/", "", true, kSmallForm, "", entry_post, shown_of<entry_page>},
    {"/suppressed", "", false, kSmallForm, "", lift_post, shown<suppressed_page>},
    {"/batches", "", false, kSmallForm, "", open_batch_post, shown<batches_page>},
    {"/batches/", "", true, kSmallForm, "", batch_post, shown_of<batch_page>},
    {"/saved", "", false, kSmallForm, "/search", keep_post, shown<search_page>},
    {"/saved/", "", true, kSmallForm, "", drop_post, shown_of<saved_search_page>},
    {"/firm/", "/people", true, kSmallForm, "", firm_post, shown_of<firm_page>},
});

std::string_view rest_of(const Route& route, std::string_view path) {
  return path.substr(route.prefix.size(), path.size() - route.prefix.size() - route.suffix.size());
}

const Route* route_of(std::string_view path) {
  const auto at = std::find_if(kRoutes.begin(), kRoutes.end(), [&](const Route& route) {
    if (!route.below) return path == route.prefix;
    return path.size() > route.prefix.size() + route.suffix.size() && path.starts_with(route.prefix) &&
           path.ends_with(route.suffix);
  });
  return at == kRoutes.end() ? nullptr : &*at;
}

Result<Done> carry_out(const Site& site, const Request& request, const Route& route, const Form& form,
                       std::string& by) {
  if (!site.desk.genuine(form.value("token")))
    return Error{Errc::kRefused, "页面已过期（服务重新启动过），请核对后再提交一次", ""};
  TANMIAO_ASSIGN(by, checked_actor(form.value("by")));
  const Posted posted{site, request, form, rest_of(route, request.path), {by, site.now(), site.today()}};
  return route.act(posted);
}

Response redirect(const Site& site, Done done, std::string_view by) {
  Response response;
  response.status = 303;
  if (!done.notice.text.empty())
    done.location += (done.location.find('?') == std::string::npos ? "?notice=" : "&notice=") +
                     site.desk.keep(std::move(done.notice));
  response.headers.emplace_back("Location", std::move(done.location));
  response.headers.emplace_back("Set-Cookie", acting_cookie(by));
  return response;
}

// The page that the form stood on, as it is now, with what was typed.
Response again(const Site& site, const Request& request, const Route& route, const Form& form, const Error& error) {
  const int status = http_status(error.code);
  Request page;
  page.method = "GET";
  page.headers = request.headers;
  page.path = request.path;
  page.parameters = request.parameters;
  if (!route.list.empty() && !parse_target(back_to(form, route.list), page)) page.parameters.clear();
  const Typed typed{form, error};
  auto shown = route.show(site, page, rest_of(route, request.path), typed);
  if (!shown) return error_page(status, "未能完成", in_chinese(error));
  shown->status = status;
  return std::move(*shown);
}

}  // namespace

std::optional<unsigned> post_limit(std::string_view path) {
  const Route* route = route_of(path);
  return route == nullptr ? std::nullopt : std::optional(route->limit);
}

std::string back_to(const Form& form, std::string_view page) {
  const std::string back = form.value("back");
  // It becomes a header: printable ASCII only, as our own addresses are.
  const bool plain = std::all_of(back.begin(), back.end(), [](char c) { return c > ' ' && c < '\x7f'; });
  const bool of_page = back.starts_with(page) && (back.size() == page.size() || back[page.size()] == '?');
  return plain && of_page ? back : std::string(page);
}

Response post(const Site& site, const Request& request) {
  const Route* route = route_of(request.path);
  if (route == nullptr) return error_page(404, "未找到", "没有这个页面");
  const auto form = parse_form(request.header("content-type"), request.body);
  if (!form) return error_page(http_status(form.error().code), "未能完成", form.error().message);
  std::string by;
  auto done = carry_out(site, request, *route, *form, by);
  if (done) return redirect(site, std::move(*done), by);
  const Error& error = done.error();
  if (http_status(error.code) >= 500 && error.code != Errc::kLocked)
    spdlog::error("POST {}: {}", request.path, error.text());
  return again(site, request, *route, *form, error);
}

}  // namespace tanmiao::server
