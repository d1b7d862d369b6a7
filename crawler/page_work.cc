#include "crawler/page_work.h"

#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>

#include "core/hash.h"
#include "core/messages.h"
#include "crawler/fetcher.h"

namespace tanmiao::crawler {
namespace asio = boost::asio;

namespace {

constexpr std::size_t kSmallPage = std::size_t{64} << 10;

// A page that asks for a human: captcha, log-in, a script that sets a cookie before anything is shown. It leads nowhere
// and holds no rows; what it says is looked for in small pages only. Nothing of the kind is ever got round.
bool asks_for_human(const PageReading& page, std::string_view body) {
  if (page.rows > 0 || !page.links.empty() || body.size() > kSmallPage) return false;
  for (const std::string_view sign :
       {"captcha", "验证码", "滑动验证", "请登录", "type=\"password\"", "document.cookie"})
    if (body.find(sign) != std::string_view::npos) return true;
  return false;
}

// Of all records, in their order. Rows that were refused count by what they say.
std::uint64_t content_of(const PageReading& reading) {
  std::string all;
  for (const Record& record : reading.records) all += std::to_string(content_hash(record)) + ' ';
  for (const store::Reject& reject : reading.rejects) all += reject.row + ' ';
  return hash64(all);
}

}  // namespace

PageWork work_page(const PageTask& task) {
  PageWork work;
  const WarcResponse& got = task.response;
  std::string unpacked;
  std::string_view body = got.body;
  if (!header_of(got.head, "Content-Encoding").empty()) {
    work.decoded = decoded_body(got.head, got.body, kMostPageBytes, unpacked);
    body = unpacked;
  } else {
    work.decoded = body.size() <= kMostPageBytes;
  }
  if (!work.decoded) return work.unreadable = "内容编码损坏或过大", std::move(work);
  work.hash = hash64(body);
  work.wishes = page_wishes(got.head, task.page.reader == "html" ? body : std::string_view(),
                            task.env.config.identity.product, got.fetched_at);
  // A page that was kept before it said noindex is read anew, so that what it gave goes.
  work.same = task.known && task.known_hash == work.hash && !work.wishes.noindex;
  if (!work.same && !work.wishes.noindex && !work.wishes.noarchive) work.packed = pack_response(got);
  work.reading.tally = PageTally(task.source, task.page, task.part, task.env.night.civil_date);
  work.same_content = work.same;
  if (work.same && !task.page.leads_on()) return work;
  Document document;
  document.part = task.part;
  document.bytes = body;
  document.charset = charset_of(got.head);
  const Status read = read_document(task.source, task.page, document, task.env.reading(), work.reading);
  if (!read) work.unreadable = "无法读取：" + in_chinese(read.error());
  work.content = content_of(work.reading);
  work.same_content |= task.known && task.known_content != 0 && task.known_content == work.content;
  work.asks_for_human = read && !work.same && asks_for_human(work.reading, body);
  return work;
}

asio::awaitable<PageWork> work_page(const PageTask& task, asio::io_context& loop, asio::thread_pool& pool) {
  auto begin = [&task, &loop, &pool](auto handler) {
    auto waiting = std::make_shared<decltype(handler)>(std::move(handler));
    asio::post(pool, [&task, &loop, waiting = std::move(waiting), busy = asio::make_work_guard(loop)]() mutable {
      PageWork work;
      try {
        work = work_page(task);
      } catch (...) {
        work.thrown = std::current_exception();
      }
      // The coroutine is gone on with, and let go, by the loop's own thread.
      asio::post(loop, [waiting = std::move(waiting), work = std::make_shared<PageWork>(std::move(work))]() mutable {
        std::move (*waiting)(std::move(*work));
      });
    });
  };
  PageWork work =
      co_await asio::async_initiate<const asio::use_awaitable_t<>, void(PageWork)>(begin, asio::use_awaitable);
  if (work.thrown) std::rethrow_exception(work.thrown);
  co_return work;
}

}  // namespace tanmiao::crawler
