// What the server remembers for forms while it runs: the token that shows that a form came from one of our pages, what
// was done last, and what came of an import. Thread-safe.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/error.h"
#include "pool/import.h"
#include "pool/list_intake.h"

namespace tanmiao::server {

// What a page says after something was done. `link` may be empty.
struct Notice {
  std::string text, link, link_text;
  bool doubtful = false;  // done, but something needs a look
  // A button that takes it back: where its form is sent, with which fields; empty: none.
  std::string action{}, button{};
  std::vector<std::pair<std::string, std::string>> fields{};
};

struct ImportResult {
  pool::ImportReport report;
  Status remined;  // whether the lists were made anew
};

struct ListResult {
  pool::ListIntake intake;
  Result<pool::TakenUp> reading;  // whether the lists were made anew
};

class Desk {
 public:
  Desk();
  const std::string& token() const { return token_; }
  // In a time that does not depend on where they differ.
  bool genuine(std::string_view token) const;

  // Under names that cannot be guessed; the oldest are forgotten.
  std::string keep(Notice notice);
  std::string keep(ImportResult result);
  std::string keep(ListResult result);
  std::optional<Notice> notice(std::string_view id) const;
  std::shared_ptr<const ImportResult> import(std::string_view id) const;
  std::shared_ptr<const ListResult> list(std::string_view id) const;
  // Held while lists are made anew: two of our own must not refuse each other as a night does.
  std::mutex& remaking() { return remaking_; }

 private:
  const std::string token_;
  mutable std::mutex mutex_;
  std::mutex remaking_;
  std::deque<std::pair<std::string, Notice>> notices_;
  std::deque<std::pair<std::string, std::shared_ptr<const ImportResult>>> imports_;
  std::deque<std::pair<std::string, std::shared_ptr<const ListResult>>> lists_;
};

// Who acts (经办), as the cookie of an earlier form remembers it; empty: nobody yet.
struct Request;
std::string acting(const Request& request);
std::string acting_cookie(std::string_view by);  // value of Set-Cookie

// One line of at most 40 characters. Error kUsage says what was expected.
Result<std::string> checked_actor(const std::string& by);

}  // namespace tanmiao::server
