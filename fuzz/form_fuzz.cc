// Bodies of forms from anyone on the machine: bounded, without control characters, and no file name with a path in it.
#include "core/text/normalize.h"
#include "fuzz/fuzz.h"
#include "server/form.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using tanmiao::fuzz::must;
  const std::string_view text = tanmiao::fuzz::view(data, size);
  const std::size_t cut = text.find('\n');
  const std::string_view type = text.substr(0, cut);
  const std::string_view body = cut == text.npos ? std::string_view() : text.substr(cut + 1);
  const auto form = tanmiao::server::parse_form(type, body);
  if (!form) {
    must(!form.error().message.empty());
    return 0;
  }
  must(form->fields.size() <= tanmiao::server::kMostFields && form->files.size() <= tanmiao::server::kMostFiles);
  std::size_t bytes = 0;
  for (const auto& [name, value] : form->fields) {
    must(!name.empty() && value.size() <= tanmiao::server::kLongestField);
    must(tanmiao::text::valid_utf8(value) && value.find('\0') == value.npos && value.find('\r') == value.npos);
    bytes += name.size() + value.size();
  }
  for (const auto& file : form->files) {
    must(!file.name.empty() && file.name.find_first_of("/\\") == file.name.npos);
    bytes += file.bytes.size();
  }
  must(bytes <= body.size() + form->files.size() * 16);
  return 0;
}
