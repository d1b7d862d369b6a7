#include "crawler/page_work.h"

#include <algorithm>
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

// What the rules look at. The address counts where a redirect led to it; one that was asked for is wanted.
const StopSign* sign_of(const PageTask& task, const PageReading& page, std::string_view body) {
  if (task.env.signs == nullptr) return nullptr;
  const WarcResponse& got = task.response;
  const Gave gave = page.rows > 0 ? Gave::kRows : page.links.empty() ? Gave::kNothing : Gave::kLinks;
  return task.env.signs->find({got.status, got.head, got.url == got.asked ? std::string_view() : got.url, body, gave});
}

// Of all records, in their order. Rows that were refused count by what they say.
std::uint64_t content_of(const PageReading& reading, const PageRule& page) {
  std::string all;
  for (const Record& record : reading.records) {
    if (page.uncounted.empty()) {
      all += std::to_string(content_hash(record)) + ' ';
      continue;
    }
    Record counted = record;
    std::erase_if(counted.fields, [&](const FieldValue& value) {
      return std::find(page.uncounted.begin(), page.uncounted.end(), value.field) != page.uncounted.end();
    });
    all += std::to_string(content_hash(counted)) + ' ';
  }
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
    work.decoded = decoded_body(got.head, got.body, task.source.most_page_bytes, unpacked);
    body = unpacked;
  } else {
    work.decoded = body.size() <= task.source.most_page_bytes;
  }
  if (!work.decoded) {
    const std::string fault = encoding_fault(got.head);
    return work.unreadable = fault.empty() ? "内容编码损坏或过大" : in_chinese(fault), std::move(work);
  }
  work.hash = hash64(body);
  work.wishes = page_wishes(got.head, task.page.reader == "html" ? body : std::string_view(),
                            task.env.config.identity.product, got.fetched_at);
  // A page that was kept before it said noindex is read anew, so that what it gave goes.
  work.same = task.known && task.known_hash == work.hash && !work.wishes.noindex;
  if (!work.same && !work.wishes.noindex && !work.wishes.noarchive) work.packed = pack_response(got);
  work.reading.tally =
      PageTally(task.source, task.page, task.part, task.env.night.civil_date, task.response.via.empty());
  work.same_content = work.same;
  if (work.same && !task.page.leads_on()) return work;
  Document document;
  document.part = task.part;
  document.bytes = body;
  document.charset = charset_of(got.head);
  const Status read = read_page_document(task.env, task.source, task.page, document, work.reading, work.members);
  if (!read) work.unreadable = "无法读取：" + in_chinese(read.error());
  work.content = content_of(work.reading, task.page);
  work.same_content |= task.known && task.known_content != 0 && task.known_content == work.content;
  if (task.page.by_records && read && work.same_content && !work.reading.records.empty() && !work.wishes.noindex) {
    work.same = true;
    work.packed = {};
  }
  if (!work.same) work.sign = sign_of(task, work.reading, body);
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
