// Which charset a page is in, when several say so and the bytes have the last word.
#pragma once

#include <string>
#include <string_view>

#include "core/error.h"

namespace tanmiao::crawler {

struct PageCharset {
  std::string charset;  // canonical
  std::size_t bom = 0;  // bytes to skip
  std::string claimed;  // what the page or its server said, where the bytes prove it wrong; else empty
};

// `declared`: of the source's description; it holds, as a person wrote it. Then a byte order mark, then what the server
// (`http`) and the page (`in_text`) say. Such a claim falls when the bytes are none of that charset, or when it is a
// single-byte one, in which any bytes are text, while they are text of a charset of Chinese; the charset taken instead
// must decode the whole page without a fault. When none does, the claim stays and the broken rows are rejected.
Result<PageCharset> page_charset(std::string_view bytes, const std::string& declared, const std::string& http,
                                 const std::string& in_text);

}  // namespace tanmiao::crawler
