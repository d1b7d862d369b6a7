#include "crawler/query_charset.h"

#include <unicode/ucnv.h>
#include <unicode/utf16.h>

#include <algorithm>
#include <array>
#include <memory>

#include "core/text/normalize.h"

namespace tanmiao::crawler {
namespace {

struct ConverterEnd {
  void operator()(UConverter* converter) const { ucnv_close(converter); }
};

bool beyond_ascii(char c) { return static_cast<unsigned char>(c) >= 0x80; }

class QueryEncoder {
 public:
  explicit QueryEncoder(const std::string& charset) : chinese_(charset == "gb18030") {
    UErrorCode failed = U_ZERO_ERROR;
    converter_.reset(ucnv_open(charset.c_str(), &failed));
    if (U_FAILURE(failed)) converter_.reset();
    if (converter_ != nullptr)
      ucnv_setFromUCallBack(converter_.get(), UCNV_FROM_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &failed);
  }
  bool ready() const { return converter_ != nullptr; }

  void put(char32_t c, std::string& out) const {
    std::array<UChar, 2> units{};
    int32_t count = 0;
    U16_APPEND_UNSAFE(units.data(), count, c);
    std::array<char, 16> bytes{};
    UErrorCode failed = U_ZERO_ERROR;
    int32_t size = ucnv_fromUChars(converter_.get(), bytes.data(), bytes.size(), units.data(), count, &failed);
    // Pages of this charset say "gb2312" or "gbk": there browsers know no characters of four bytes, and an euro sign of
    // one.
    if (chinese_ && c == 0x20AC) bytes[0] = '\x80', size = 1;
    const bool has = U_SUCCESS(failed) && size > 0 && size <= static_cast<int32_t>(bytes.size());
    if (!has || (chinese_ && size > 2)) {
      out.append("%26%23").append(std::to_string(static_cast<std::uint32_t>(c))).append("%3B");
      return;
    }
    constexpr std::string_view kHex = "0123456789ABCDEF";
    for (int32_t i = 0; i < size; ++i) {
      const auto byte = static_cast<unsigned char>(bytes[static_cast<std::size_t>(i)]);
      ((out += '%') += kHex[byte >> 4]) += kHex[byte & 15];
    }
  }

 private:
  std::unique_ptr<UConverter, ConverterEnd> converter_;
  bool chinese_;
};

}  // namespace

std::string query_in_charset(std::string_view reference, const std::string& charset) {
  std::string out(reference);
  const std::size_t end = std::min(reference.find('#'), reference.size());
  const std::size_t begin = std::min(reference.find('?'), end);
  const std::string_view query = reference.substr(begin, end - begin);
  if (charset.empty() || charset.starts_with("utf") || std::none_of(query.begin(), query.end(), beyond_ascii))
    return out;
  const QueryEncoder encoder(charset);
  if (!encoder.ready()) return out;
  out.resize(begin);
  for (const char32_t c : text::code_points(query)) {
    if (c < 0x80)
      out += static_cast<char>(c);
    else
      encoder.put(c, out);
  }
  return out.append(reference.substr(end));
}

}  // namespace tanmiao::crawler
