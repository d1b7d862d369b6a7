#include "tabular/charset.h"

#include <uchardet/uchardet.h>
#include <unicode/ucnv.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "core/text/scan.h"

namespace tanmiao::tabular {
namespace {

constexpr std::size_t kEnoughForUchardet = 64;  // non-ASCII bytes

unsigned byte(char c) { return static_cast<unsigned char>(c); }

// Length of the valid sequence at s, 0 if it is none, -1 if the text ends inside it (Unicode 15, table 3-7).
int sequence_length(std::string_view s) {
  const unsigned a = byte(s[0]);
  if (a < 0x80) return a == 0 ? 0 : 1;
  const int length = a >= 0xC2 && a <= 0xDF ? 2 : (a & 0xF0) == 0xE0 ? 3 : a >= 0xF0 && a <= 0xF4 ? 4 : 0;
  if (length == 0) return 0;
  if (s.size() < 2) return -1;
  const unsigned low = a == 0xE0 ? 0xA0 : a == 0xF0 ? 0x90 : 0x80;
  const unsigned high = a == 0xED ? 0x9F : a == 0xF4 ? 0x8F : 0xBF;
  if (byte(s[1]) < low || byte(s[1]) > high) return 0;
  for (std::size_t i = 2; i < static_cast<std::size_t>(length); ++i) {
    if (i >= s.size()) return -1;
    if ((byte(s[i]) & 0xC0) != 0x80) return 0;
  }
  return length;
}

struct Census {
  std::size_t good = 0, bad = 0, zeros_even = 0, zeros_odd = 0, high_bytes = 0;
  std::size_t han = 0;  // of `good`: three bytes from E3 on

  // A fault in twenty is borne. In a short text one is more than that; but text in GB18030 never looks like characters
  // of three bytes, hardly any other and one fault for three of them: of 181,499 values of a register none does.
  bool looks_utf8() const { return bad * 20 <= good || (han >= 3 && bad * 3 <= han && han * 5 >= good * 4); }
};

Census take_census(std::string_view sample) {
  Census census;
  for (std::size_t i = 0; i < sample.size();) {
    if (sample[i] == 0) ++(i % 2 == 0 ? census.zeros_even : census.zeros_odd);
    census.high_bytes += byte(sample[i]) >= 0x80;
    const int length = byte(sample[i]) < 0x80 ? 1 : sequence_length(sample.substr(i));
    if (length < 0) break;
    census.good += length > 1;
    census.han += length == 3 && byte(sample[i]) >= 0xE3 && byte(sample[i]) <= 0xE9;
    census.bad += length == 0;
    if (length > 1) census.high_bytes += static_cast<std::size_t>(length - 1);
    i += static_cast<std::size_t>(std::max(length, 1));
  }
  return census;
}

struct ConverterClose {
  void operator()(UConverter* converter) const { ucnv_close(converter); }
};
using Converter = std::unique_ptr<UConverter, ConverterClose>;

// Encodings that no list is published in, and in which one text has many byte forms or surrogates by themselves: what
// claims to be one of them is read by its bytes.
bool refused(const UConverter* converter) {
  switch (ucnv_getType(converter)) {
    case UCNV_UTF7:
    case UCNV_IMAP_MAILBOX:
    case UCNV_SCSU:
    case UCNV_BOCU1:
    case UCNV_CESU8: return true;
    default: return false;
  }
}

Converter open_converter(const std::string& charset) {
  UErrorCode error = U_ZERO_ERROR;
  Converter converter(ucnv_open(charset.c_str(), &error));
  if (U_FAILURE(error) || refused(converter.get())) return nullptr;
  // Stop at what cannot be decoded instead of putting U+FFFD there.
  ucnv_setToUCallBack(converter.get(), UCNV_TO_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &error);
  return U_FAILURE(error) ? nullptr : std::move(converter);
}

void append_code_point(char32_t c, std::string& out) {
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xC0 | (c >> 6));
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    out += static_cast<char>(0xE0 | (c >> 12));
    out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | (c >> 18));
    out += static_cast<char>(0x80 | ((c >> 12) & 0x3F));
    out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  }
}

class Utf8Decoder final : public Decoder {
 public:
  explicit Utf8Decoder(std::uint64_t offset) : offset_(offset) {}

  void decode(std::string_view bytes, bool last, std::string& out) override {
    std::string joined;
    if (!carry_.empty()) {
      joined = carry_ + std::string(bytes);
      bytes = joined;
    }
    std::string_view rest = bytes;
    while (!rest.empty()) {
      const std::size_t good = valid_prefix(rest);
      out.append(rest.substr(0, good));
      rest.remove_prefix(good);
      if (rest.empty()) break;
      if (!last && sequence_length(rest) < 0) break;
      mark(rest.substr(0, 1), offset_ + (bytes.size() - rest.size()), out);
      rest.remove_prefix(1);
    }
    offset_ += bytes.size() - rest.size();
    carry_ = std::string(rest);
  }

 private:
  std::uint64_t offset_;  // in the file, of the first byte of carry_
  std::string carry_;
};

class IcuDecoder final : public Decoder {
 public:
  IcuDecoder(Converter converter, std::uint64_t offset) : converter_(std::move(converter)), offset_(offset) {}

  void decode(std::string_view bytes, bool last, std::string& out) override {
    const char* from = bytes.data();
    const char* const end = from + bytes.size();
    for (;;) {
      UErrorCode error = U_ZERO_ERROR;
      UChar* to = units_.get();
      ucnv_toUnicode(converter_.get(), &to, units_.get() + kUnits, &from, end, nullptr, static_cast<UBool>(last),
                     &error);
      append_units({units_.get(), static_cast<std::size_t>(to - units_.get())}, out);
      if (error == U_BUFFER_OVERFLOW_ERROR) continue;
      if (U_SUCCESS(error)) break;
      mark_invalid(offset_ + static_cast<std::uint64_t>(from - bytes.data()), out);
      if (error == U_TRUNCATED_CHAR_FOUND) break;
    }
    if (last) mark_half(out);
    offset_ += bytes.size();
  }

 private:
  static constexpr std::size_t kUnits = 16384;

  void mark_invalid(std::uint64_t behind, std::string& out) {
    std::array<char, 32> bad{};
    auto length = static_cast<std::int8_t>(bad.size());
    UErrorCode error = U_ZERO_ERROR;
    ucnv_getInvalidChars(converter_.get(), bad.data(), &length, &error);
    const auto n = static_cast<std::size_t>(U_FAILURE(error) || length < 1 ? 1 : length);
    mark(std::string_view(bad.data(), n), behind - std::min<std::uint64_t>(behind, n), out);
  }

  // Half of a pair whose other half did not come.
  void mark_half(std::string& out) {
    if (high_ == 0) return;
    const std::array<char, 2> bytes{static_cast<char>(high_ >> 8), static_cast<char>(high_ & 0xFF)};
    mark(std::string_view(bytes.data(), bytes.size()), offset_, out);
    high_ = 0;
  }

  void append_units(std::u16string_view units, std::string& out) {
    for (const char16_t unit : units) {
      if (high_ != 0 && (unit & 0xFC00) == 0xDC00) {
        append_code_point(0x10000 + ((static_cast<char32_t>(high_ & 0x3FF) << 10) | (unit & 0x3FF)), out);
        high_ = 0;
        continue;
      }
      mark_half(out);
      if ((unit & 0xF800) == 0xD800) {
        high_ = unit;
        if ((unit & 0xFC00) == 0xDC00) mark_half(out);
      } else if (unit == 0) {
        mark(std::string_view("\0", 1), offset_, out);
      } else {
        append_code_point(unit, out);
      }
    }
  }

  Converter converter_;
  std::uint64_t offset_;
  // Not cleared: a page is tried in several charsets, each by a decoder of its own.
  std::unique_ptr<char16_t[]> units_ = std::make_unique_for_overwrite<char16_t[]>(kUnits);
  char16_t high_ = 0;
};

// Characters that could not be decoded, and all that are not ASCII.
struct Trial {
  std::size_t bad = 0, other = 0;
};

Trial try_charset(const std::string& charset, std::string_view sample) {
  auto decoder = make_decoder(charset, 0);
  if (!decoder) return {1, 0};
  std::string out;
  (*decoder)->decode(sample, false, out);
  Trial trial;
  trial.bad = (*decoder)->bad_offsets().size();
  for (const char c : out) trial.other += (byte(c) >= 0xC0 && c != kMark);
  return trial;
}

std::string ask_uchardet(std::string_view sample) {
  const std::unique_ptr<uchardet, void (*)(uchardet_t)> detector(uchardet_new(), uchardet_delete);
  if (uchardet_handle_data(detector.get(), sample.data(), sample.size()) != 0) return {};
  uchardet_data_end(detector.get());
  const std::string found = uchardet_get_charset(detector.get());
  auto name = canonical_charset(found);
  return found.empty() || !name ? std::string() : *name;
}

// Charsets whose characters may have several bytes: text in them seldom decodes as GB18030 by chance without any fault.
constexpr std::array<std::string_view, 6> kWideCharsets = {"big5",   "shift_jis", "euc-jp",
                                                           "euc-kr", "utf-16le",  "utf-16be"};
bool is_wide(std::string_view charset) {
  return std::find(kWideCharsets.begin(), kWideCharsets.end(), charset) != kWideCharsets.end();
}

struct Alias {
  std::string_view name, canonical;
};
constexpr std::array<Alias, 12> kAliases = {
    {{"utf8", "utf-8"},
     {"utf-8-sig", "utf-8"},
     {"ascii", "utf-8"},
     {"us-ascii", "utf-8"},
     {"gbk", "gb18030"},
     {"gb2312", "gb18030"},
     {"hz-gb2312", "gb18030"},
     {"euc-cn", "gb18030"},
     {"cp936", "gb18030"},
     {"gb-18030", "gb18030"},
     {"ansi", "gb18030"},  // what spreadsheet programs call it on Chinese desktops
     {"utf16", "utf-16"}}};

}  // namespace

std::size_t valid_prefix(std::string_view s) {
  std::size_t i = 0;
  while (i < s.size()) {
    i += text::surely_valid_prefix(s.substr(i));
    while (i + 8 <= s.size()) {  // eight ASCII bytes, none of them zero
      std::uint64_t word = 0;
      std::memcpy(&word, s.data() + i, 8);
      constexpr std::uint64_t kHigh = 0x8080808080808080U, kOnes = 0x0101010101010101U;
      if (((word | (word - kOnes)) & kHigh) != 0) break;
      i += 8;
    }
    // Runs of Han text: three-byte sequences E4..E9 need no look at the second byte's narrower ranges.
    while (i + 3 <= s.size() && byte(s[i]) - 0xE1U < 0xCU && (byte(s[i + 1]) & 0xC0) == 0x80 &&
           (byte(s[i + 2]) & 0xC0) == 0x80) {
      i += 3;
    }
    if (i >= s.size()) break;
    const int length = sequence_length(s.substr(i));
    if (length <= 0) return i;
    i += static_cast<std::size_t>(length);
  }
  return i;
}

Result<std::string> canonical_charset(std::string_view name) {
  std::string lower(name);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  for (const Alias& alias : kAliases) {
    if (alias.name == lower) return std::string(alias.canonical);
  }
  if (lower.empty() || !open_converter(lower)) {
    return Error{
        Errc::kUsage,
        "unknown charset \"" + std::string(name) + "\"; known are utf-8, gb18030 (gbk, gb2312), big5, utf-16 ...", ""};
  }
  return lower;
}

Detected byte_order_mark(std::string_view sample) {
  if (sample.starts_with("\xEF\xBB\xBF")) return {"utf-8", 3};
  if (sample.starts_with("\xFF\xFE")) return {"utf-16le", 2};
  if (sample.starts_with("\xFE\xFF")) return {"utf-16be", 2};
  if (sample.starts_with("\x84\x31\x95\x33")) return {"gb18030", 4};
  return {};
}

Detected detect_charset(std::string_view sample) {
  if (Detected marked = byte_order_mark(sample); marked.bom > 0) return marked;
  const Census census = take_census(sample);
  const std::size_t half = sample.size() / 2;
  if (half > 4 && census.zeros_odd * 10 > half * 3 && census.zeros_even * 10 < half) return {"utf-16le", 0};
  if (half > 4 && census.zeros_even * 10 > half * 3 && census.zeros_odd * 10 < half) return {"utf-16be", 0};
  if (census.high_bytes == 0) return {};
  if (census.looks_utf8()) return {"utf-8", 0};
  const bool clean_gb = try_charset("gb18030", sample).bad == 0;
  if (census.high_bytes >= kEnoughForUchardet) {
    const std::string found = ask_uchardet(sample);
    if (is_wide(found) || (!clean_gb && !found.empty() && found != "utf-8")) return {found, 0};
  }
  return {"gb18030", 0};
}

std::string misfit(std::string_view declared, std::string_view sample) {
  const Detected marked = byte_order_mark(sample);
  if (marked.bom > 0 && marked.charset != declared) {
    return declared == "utf-16" && marked.charset.starts_with("utf-16") ? "" : marked.charset;
  }
  const Census census = take_census(sample);
  if (declared == "utf-8") return census.bad > census.good ? detect_charset(sample).charset : "";
  // Six UTF-8 characters and not one fault: that does not happen by chance in another charset.
  if (census.bad == 0 && census.good >= 6 && !declared.starts_with("utf-16")) return "utf-8";
  const Trial trial = try_charset(std::string(declared), sample);
  if (trial.bad * 10 <= trial.other) return "";
  const Detected found = detect_charset(sample);
  return found.charset.empty() || found.charset == declared ? "other" : found.charset;
}

void Decoder::mark(std::string_view bytes, std::uint64_t offset, std::string& out) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  for (const char c : bytes) {
    out += kMark;
    out += kHex[byte(c) >> 4];
    out += kHex[byte(c) & 15];
    bad_offsets_.push_back(offset++);
  }
}

std::string with_bytes_shown(std::string_view s) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (;;) {
    const std::size_t good = valid_prefix(s);
    out += s.substr(0, good);
    if (good == s.size()) return out;
    const auto bad = static_cast<unsigned char>(s[good]);
    out += {'\\', 'x', kHex[bad >> 4], kHex[bad & 15]};
    s.remove_prefix(good + 1);
  }
}

Result<std::unique_ptr<Decoder>> make_decoder(const std::string& charset, std::uint64_t first_offset) {
  if (charset == "utf-8") return std::unique_ptr<Decoder>(std::make_unique<Utf8Decoder>(first_offset));
  Converter converter = open_converter(charset);
  if (!converter) return Error{Errc::kUsage, "unknown charset \"" + charset + "\"", ""};
  return std::unique_ptr<Decoder>(std::make_unique<IcuDecoder>(std::move(converter), first_offset));
}

}  // namespace tanmiao::tabular
