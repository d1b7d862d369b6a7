#include "crawler/unpack.h"

#include <archive.h>
#include <archive_entry.h>
#include <sodium.h>
#include <clocale>

#include <algorithm>
#include <array>
#include <fstream>
#include <memory>
#include <optional>
#include <unordered_set>

#include "core/hash.h"
#include "core/text/normalize.h"
#include "crawler/spool.h"
#include "crawler/unpack_names.h"

namespace tanmiao::crawler {
namespace {

constexpr std::size_t kPiece = std::size_t{64} << 10;
constexpr std::uint64_t kRatioFrom = std::uint64_t{16} << 20;  // below this any ratio is harmless
constexpr int kMostReopened = 64;
constexpr std::size_t kTarMagicAt = 257;

// libarchive turns names into the charset of the locale and loses what that has no characters for; "C" has none.
class Utf8Names {
 public:
  Utf8Names() {
    static const locale_t utf8 = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    if (utf8 != nullptr) before_ = ::uselocale(utf8);
  }
  ~Utf8Names() {
    if (before_ != nullptr) ::uselocale(before_);
  }
  Utf8Names(const Utf8Names&) = delete;
  Utf8Names& operator=(const Utf8Names&) = delete;

 private:
  locale_t before_ = nullptr;
};

std::string why(struct archive* archive) {
  const char* text = archive_error_string(archive);
  return text == nullptr ? "unknown damage" : text;
}

// What an archive is read from: a file or bytes.
struct Input {
  std::filesystem::path file;
  std::string_view bytes;
  Packed kind = Packed::kNo;
  std::string_view head;
};

using Handle = std::unique_ptr<struct archive, decltype(&archive_read_free)>;

// Only the format that the head names: none can then pass for another.
void let_read(struct archive* archive, const Input& input, bool again) {
  if (input.kind == Packed::kSingle) {
    archive_read_support_filter_gzip(archive);
    archive_read_support_filter_bzip2(archive);
    archive_read_support_filter_xz(archive);
    archive_read_support_filter_zstd(archive);
    archive_read_support_format_tar(archive);
    archive_read_support_format_empty(archive);
    archive_read_support_format_raw(archive);
  } else if (input.head.starts_with("PK")) {
    archive_read_support_format_zip_seekable(archive);
    if (!again) archive_read_support_format_zip_streamable(archive);
  } else if (input.head.starts_with("7z")) {
    archive_read_support_format_7zip(archive);
  } else {
    archive_read_support_format_tar(archive);
  }
}

class Hash {
 public:
  Hash() { crypto_generichash_init(&state_, nullptr, 0, crypto_generichash_BYTES_MIN); }
  void add(std::string_view bytes) {
    crypto_generichash_update(&state_, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  }
  std::uint64_t value() {
    std::array<unsigned char, crypto_generichash_BYTES_MIN> digest{};
    crypto_generichash_final(&state_, digest.data(), digest.size());
    std::uint64_t out = 0;
    for (std::size_t i = 8; i-- > 0;) out = out << 8 | digest[i];
    return out;
  }

 private:
  crypto_generichash_state state_{};
};

// "list.json.gz" -> "list.json"; a name without such an end stays.
std::string unpacked_name(std::string_view name) {
  const std::string lower = text::ascii_lower(name);
  for (const std::string_view end : {".gz", ".bz2", ".xz", ".zst"})
    if (lower.size() > end.size() && lower.ends_with(end)) return std::string(name.substr(0, name.size() - end.size()));
  return std::string(name);
}

class Unpacking {
 public:
  struct Outcome {
    bool fatal = false;         // the archive's handle is of no more use
    std::optional<Error> lost;  // and so is the archive
  };

  Unpacking(std::uint64_t packed, const UnpackLimits& limits, MemberSink& sink)
      : packed_(std::max<std::uint64_t>(packed, 1)), limits_(limits), sink_(sink), buffer_(kPiece, '\0') {}

  // An Error ends everything; `lost` says why the rest of this archive cannot be read.
  Result<Outcome> walk(const Input& input, const std::string& name, int depth) {
    Handle archive(nullptr, archive_read_free);
    std::uint32_t seen = 0;
    if (auto lost = open(archive, input, name, false)) return Outcome{true, std::move(lost)};
    for (int reopened = 0;;) {
      struct archive_entry* entry = nullptr;
      const int code = next(archive.get(), &entry);
      if (code == ARCHIVE_EOF) return Outcome{};
      if (code < ARCHIVE_WARN) return Outcome{true, damage(archive.get(), name)};
      ++seen;
      if (++entries_ > limits_.max_entries)
        return Error{Errc::kLimit, "has more than " + std::to_string(limits_.max_entries) + " entries", name};
      TANMIAO_ASSIGN(const Outcome outcome, take(archive.get(), entry, name, depth));
      if (outcome.lost) return outcome;
      if (!outcome.fatal) continue;
      // The handle is of no more use. A zip says where each entry lies, so the others can still be had.
      if (++reopened > kMostReopened) return Outcome{true, Error{Errc::kFormat, "has too many damaged entries", name}};
      if (auto lost = open(archive, input, name, true)) return Outcome{true, std::move(lost)};
      for (std::uint32_t i = 0; i < seen; ++i)
        if (next(archive.get(), &entry) < ARCHIVE_WARN) return Outcome{true, damage(archive.get(), name)};
    }
  }

 private:
  struct Read {
    bool fatal = false;
    std::optional<Error> broken;
  };

  std::optional<Error> open(Handle& archive, const Input& input, const std::string& name, bool again) {
    archive.reset(archive_read_new());
    let_read(archive.get(), input, again);
    const Utf8Names names;
    const int code = input.file.empty()
                         ? archive_read_open_memory(archive.get(), input.bytes.data(), input.bytes.size())
                         : archive_read_open_filename(archive.get(), input.file.c_str(), kPiece);
    if (code == ARCHIVE_OK) return std::nullopt;
    // Nothing else may be asked of a handle that found no format: libarchive 3.6 then follows a pointer to nowhere.
    return Error{Errc::kFormat, "is a damaged archive: " + why(archive.get()), name};
  }

  static int next(struct archive* archive, struct archive_entry** entry) {
    const Utf8Names names;
    return archive_read_next_header(archive, entry);
  }

  static Error damage(struct archive* archive, const std::string& name) {
    const std::string text = why(archive);
    if (archive_read_has_encrypted_entries(archive) > 0 || text::ascii_lower(text).find("encrypt") != std::string::npos)
      return {Errc::kFormat, "is protected by a password", name};
    return {Errc::kFormat, "is a damaged archive: " + text, name};
  }

  // Names are bytes of the archive or what its own charset said; both are looked at as bytes.
  static std::string raw_name(struct archive_entry* entry) {
    if (const char* bytes = archive_entry_pathname(entry)) return bytes;
    if (const char* utf8 = archive_entry_pathname_utf8(entry)) return utf8;
    return {};
  }

  Result<Outcome> take(struct archive* archive, struct archive_entry* entry, const std::string& outer, int depth) {
    const bool single = archive_format(archive) == ARCHIVE_FORMAT_RAW;
    const std::string raw = single ? unpacked_name(file_name_of(outer)) : member_name(raw_name(entry));
    if (archive_entry_filetype(entry) == AE_IFDIR) return Outcome{};
    const std::string unsafe = unsafe_name(raw);
    const std::string name = outer + "!" + shown_name(unsafe.empty() ? tidy_name(raw) : raw);
    const std::string refused = refusal(entry, name, unsafe);
    if (!refused.empty()) TANMIAO_TRY(sink_.broken({Errc::kFormat, refused, name}));
    if (archive_entry_is_data_encrypted(entry) != 0 && is_zip(archive)) return Outcome{};  // not unpacked to be skipped
    if (!refused.empty() || !sink_.wanted(name)) return passed_over(archive, outer);
    return give(archive, name, outer, single, depth);
  }

  // Room for a place in a report, whatever the archive calls its files.
  std::string shown_name(std::string_view raw) const {
    std::string out(raw.substr(0, limits_.max_name));
    for (char& c : out)
      if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = '?';
    while (!out.empty() && !text::valid_utf8(out)) out.pop_back();
    return out;
  }

  std::string refusal(struct archive_entry* entry, const std::string& name, const std::string& unsafe) {
    if (!unsafe.empty()) return unsafe;
    if (archive_entry_is_data_encrypted(entry) != 0) return "is protected by a password";
    if (archive_entry_filetype(entry) != AE_IFREG || archive_entry_hardlink(entry) != nullptr)
      return "is a link or device, no file";
    if (name.size() > limits_.max_name) return "its name is longer than " + std::to_string(limits_.max_name) + " bytes";
    if (!names_.insert(hash64(name)).second) return "has the name of another member";
    return {};
  }

  // Read all the same, and counted: to skip is to unpack for most formats.
  Result<Outcome> passed_over(struct archive* archive, const std::string& outer) {
    TANMIAO_ASSIGN(const Read read, read_all(archive, outer, nullptr, nullptr));
    return read.broken && read.fatal ? fatal(archive, *read.broken, outer) : Outcome{};
  }

  static bool is_zip(struct archive* archive) {
    return (archive_format(archive) & ARCHIVE_FORMAT_BASE_MASK) == ARCHIVE_FORMAT_ZIP;
  }
  static Outcome fatal(struct archive* archive, const Error& error, const std::string& outer) {
    if (is_zip(archive)) return {true, std::nullopt};
    return {true, Error{error.code, error.message, outer}};
  }

  Result<Outcome> give(struct archive* archive, const std::string& name, const std::string& outer, bool single,
                       int depth) {
    Spool spool(limits_.in_memory);
    Hash hash;
    TANMIAO_ASSIGN(const Read read, read_all(archive, name, &spool, &hash));
    if (read.broken) {
      if (single) return Outcome{true, Error{read.broken->code, read.broken->message, outer}};
      TANMIAO_TRY(sink_.broken(*read.broken));
      return read.fatal ? fatal(archive, *read.broken, outer) : Outcome{};
    }
    const Packed kind = packed_kind(spool.head());
    if (kind != Packed::kNo && sink_.opens(name, kind)) {
      TANMIAO_TRY(within({spool.file(), spool.bytes(), kind, spool.head()}, name, depth + 1));
      return Outcome{};
    }
    TANMIAO_TRY(sink_.member({name, spool.bytes(), spool.file(), spool.size(), hash.value()}));
    return Outcome{};
  }

  Status within(const Input& input, const std::string& name, int depth) {
    if (depth > limits_.max_depth) {
      return sink_.broken(
          {Errc::kLimit, "archives within archives, more than " + std::to_string(limits_.max_depth) + " deep", name});
    }
    TANMIAO_ASSIGN(const Outcome outcome, walk(input, name, depth));
    return outcome.lost ? sink_.broken(*outcome.lost) : Status();
  }

  Status counted(std::size_t got, const std::string& name) {
    total_ += got;
    if (total_ > limits_.max_bytes)
      return Error{Errc::kLimit, "unpacks to more than " + std::to_string(limits_.max_bytes) + " bytes", name};
    if (total_ > kRatioFrom && total_ / packed_ > limits_.max_ratio)
      return Error{Errc::kLimit, "unpacks to more than " + std::to_string(limits_.max_ratio) + " times its size", name};
    return {};
  }

  Result<Read> read_all(struct archive* archive, const std::string& name, Spool* spool, Hash* hash) {
    Read out;
    for (std::uint64_t size = 0;;) {
      const la_ssize_t got = archive_read_data(archive, buffer_.data(), buffer_.size());
      if (got == 0) return out;
      if (got < 0) {
        out.fatal = got == ARCHIVE_FATAL;
        if (!out.broken) out.broken = damage(archive, name);
        return out;
      }
      const std::string_view piece(buffer_.data(), static_cast<std::size_t>(got));
      TANMIAO_TRY(counted(piece.size(), name));
      size += piece.size();
      if (spool == nullptr || out.broken) continue;
      if (size > limits_.max_member_bytes) {
        out.broken = Error{Errc::kLimit, "is larger than " + std::to_string(limits_.max_member_bytes) + " bytes", name};
        continue;
      }
      hash->add(piece);
      TANMIAO_TRY(spool->append(piece));
    }
  }

  std::uint64_t packed_, total_ = 0;
  UnpackLimits limits_;
  MemberSink& sink_;
  std::string buffer_;
  std::uint32_t entries_ = 0;
  std::unordered_set<std::uint64_t> names_;
};

Status unpack_input(const Input& input, std::uint64_t size, const std::string& name, const UnpackLimits& limits,
                    MemberSink& sink) {
  if (input.kind == Packed::kNo)
    return Error{Errc::kFormat, "is no archive: expected zip, 7z, tar, gzip, bzip2, xz or zstd", name};
  TANMIAO_ASSIGN(const Unpacking::Outcome outcome, Unpacking(size, limits, sink).walk(input, name, 0));
  return outcome.lost ? Status(*outcome.lost) : Status();
}

// What a zip holds when it is a document: parts of OPC (xlsx, docx) or of ODF.
bool is_document(std::string_view head) {
  constexpr std::size_t kNameLengthAt = 26, kNameAt = 30;
  if (head.size() < kNameAt) return false;
  const std::size_t length = static_cast<unsigned char>(head[kNameLengthAt]) +
                             (static_cast<std::size_t>(static_cast<unsigned char>(head[kNameLengthAt + 1])) << 8);
  const std::string_view first = head.substr(kNameAt, length);
  for (const std::string_view part : {"[Content_Types].xml", "mimetype", "META-INF/manifest.xml"})
    if (first == part) return true;
  for (const std::string_view folder : {"_rels/", "docProps/", "xl/", "word/", "ppt/", "customXml/"})
    if (first.starts_with(folder)) return true;
  return false;
}

Result<std::string> head_of(const std::filesystem::path& file, const std::string& name) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return Error{Errc::kIo, "cannot open the file", name};
  std::string head(kPackedHead, '\0');
  in.read(head.data(), static_cast<std::streamsize>(head.size()));
  head.resize(static_cast<std::size_t>(in.gcount()));
  return head;
}

}  // namespace

Packed packed_kind(std::string_view head) {
  if (head.starts_with("PK\x03\x04")) return is_document(head) ? Packed::kNo : Packed::kArchive;
  if (head.starts_with("PK\x05\x06") || head.starts_with("7z\xBC\xAF\x27\x1C")) return Packed::kArchive;
  if (head.size() > kTarMagicAt && head.substr(kTarMagicAt).starts_with("ustar")) return Packed::kArchive;
  for (const std::string_view magic : {"\x1F\x8B", "BZh",
                                       "\xFD"
                                       "7zXZ",
                                       "\x28\xB5\x2F\xFD"})
    if (head.starts_with(magic)) return Packed::kSingle;
  return Packed::kNo;
}

Result<Packed> packed_kind_of(const std::filesystem::path& file) {
  TANMIAO_ASSIGN(const std::string head, head_of(file, file.string()));
  return packed_kind(head);
}

Status unpack(const std::filesystem::path& file, const std::string& name, const UnpackLimits& limits,
              MemberSink& sink) {
  TANMIAO_ASSIGN(const std::string head, head_of(file, name));
  std::error_code failed;
  const auto size = std::filesystem::file_size(file, failed);
  if (failed) return Error{Errc::kIo, "cannot read: " + failed.message(), name};
  return unpack_input({file, {}, packed_kind(head), head}, size, name, limits, sink);
}

Status unpack(std::string_view bytes, const std::string& name, const UnpackLimits& limits, MemberSink& sink) {
  const std::string_view head = bytes.substr(0, kPackedHead);
  return unpack_input({{}, bytes, packed_kind(head), head}, bytes.size(), name, limits, sink);
}

std::string_view file_name_of(std::string_view part) {
  if (const auto at = part.find_last_of("!/"); at != std::string_view::npos) part.remove_prefix(at + 1);
  return part;
}

}  // namespace tanmiao::crawler
