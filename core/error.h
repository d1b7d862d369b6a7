// Errors are values: a closed list of codes, a message for people, and the place that is to blame.
//
// Functions that can fail on input, disk or network return Result<T>. Exceptions are left for bugs and for
// std::bad_alloc; a library that throws is caught at its wall (store/, indexer/, ...) and translated there.
#pragma once

#include <string>
#include <string_view>

#include <boost/system/result.hpp>

namespace tanmiao {

// What went wrong, by what the caller can do about it.
enum class Errc {
  kUsage,      // the command line or an API call does not fit: mend the call (exit 2)
  kConfig,     // a configuration file does not fit: mend the file (exit 2)
  kNotFound,   // what was named does not exist
  kFormat,     // bytes from outside are not what they claim to be
  kLimit,      // a bound on size, depth, time or count was reached
  kIo,         // reading or writing failed
  kDiskFull,   // no space left; nothing acknowledged is lost
  kLocked,     // another process holds the data folder
  kCorrupt,    // data of ours is damaged: run `tanmiao check`
  kNetwork,    // a host did not answer as it should
  kRefused,    // policy forbids it: source not approved, robots, decision against the code
  kConflict,   // someone else changed it meanwhile
  kCancelled,  // asked to stop
};

struct Error {
  Errc code = Errc::kFormat;
  std::string message;  // what happened and what was expected, one line, no trailing point
  std::string where;    // "file:line", "file:line:column", "file!sheet!B7", a URL, or empty

  // "where: message", as a person sees it.
  std::string text() const;
};

template <class T>
using Result = boost::system::result<T, Error>;
using Status = boost::system::result<void, Error>;

// The stable English name of a code ("not_found"), for JSON and logs.
std::string_view errc_name(Errc code);

// Exit code of a command that ends with this error: 2 for usage and configuration, 1 for the rest.
int exit_code(Errc code);

// Found by argument-dependent lookup when .value() is called on an error: throws std::runtime_error.
[[noreturn]] void throw_exception_from_error(const Error& error, const boost::source_location& at);

}  // namespace tanmiao

// Returns the error of a Result from the enclosing function. Use for Status-valued expressions.
#define TANMIAO_TRY(expression)                                \
  do {                                                         \
    auto&& tanmiao_try_ = (expression);                        \
    if (!tanmiao_try_) return std::move(tanmiao_try_).error(); \
  } while (false)

#define TANMIAO_CONCAT_(a, b) a##b
#define TANMIAO_CONCAT(a, b) TANMIAO_CONCAT_(a, b)

// NOLINTBEGIN(bugprone-macro-parentheses): `declaration` declares a name and cannot stand in parentheses.
// TANMIAO_ASSIGN(auto rows, read(path)): declares rows from a Result's value or returns its error.
#define TANMIAO_ASSIGN(declaration, expression)                                                                        \
  auto&& TANMIAO_CONCAT(tanmiao_result_, __LINE__) = (expression);                                                     \
  if (!TANMIAO_CONCAT(tanmiao_result_, __LINE__)) return std::move(TANMIAO_CONCAT(tanmiao_result_, __LINE__)).error(); \
  declaration = std::move(*TANMIAO_CONCAT(tanmiao_result_, __LINE__))
// NOLINTEND(bugprone-macro-parentheses)
