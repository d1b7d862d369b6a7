// Tables of PDF by tanmiao-pdf, a process of its own.
#include <array>
#include <csignal>
#include <fstream>

#include "crawler/child.h"
#include "crawler/pdf_file.h"
#include "crawler/reader_parts.h"
#include "crawler/spool.h"
#include "tabular/page_rows.h"

namespace tanmiao::crawler {
namespace {

constexpr std::size_t kHeadWithin = 1024;  // bytes in which a PDF says that it is one

// What tanmiao-pdf says with its exit code (apps/tanmiao_pdf/main.cc).
enum PdfExit { kPdfDone = 0, kPdfUnreadable = 3, kPdfLocked = 4, kPdfLimit = 5, kPdfNoText = 6 };

Status pdf_fault(const ChildEnd& end, const ChildLimits& limits, const std::string& part) {
  if (end.too_slow || end.signal == SIGXCPU)
    return Error{Errc::kLimit, "takes longer to read than " + std::to_string(limits.most_time.count()) + " s", part};
  if (end.too_much)
    return Error{Errc::kLimit, "unpacks to more than " + std::to_string(limits.most_output) + " bytes", part};
  if (end.exit_code < 0)
    return Error{Errc::kFormat, "the reader of PDF died of it (signal " + std::to_string(end.signal) + ")", part};
  if (end.exit_code == kPdfDone) return {};
  const Errc code = end.exit_code == kPdfLimit ? Errc::kLimit : Errc::kFormat;
  // Libraries may have complained before our own line, which is the last.
  const std::size_t line = end.complaint.rfind('\n');
  return Error{code, line == std::string::npos ? end.complaint : end.complaint.substr(line + 1), part};
}

}  // namespace

bool is_pdf(const Document& document) {
  std::array<char, kHeadWithin> head{};
  std::string_view begin = document.bytes.substr(0, head.size());
  if (!document.file.empty()) {
    std::ifstream in(document.file, std::ios::binary);
    in.read(head.data(), head.size());
    begin = {head.data(), static_cast<std::size_t>(in.gcount())};
  }
  return begin.find("%PDF-") != std::string_view::npos;
}

Result<std::unique_ptr<tabular::Book>> open_pdf(const Document& document) {
  TANMIAO_ASSIGN(const auto program, shipped_program("TANMIAO_PDF", "tanmiao-pdf"));
  Spool spool(0);
  if (document.file.empty()) TANMIAO_TRY(spool.append(document.bytes));
  const ChildLimits limits;
  const std::vector<std::string> arguments = {"--seconds", std::to_string(limits.most_time.count())};
  TANMIAO_ASSIGN(const ChildEnd end,
                 run_child(program, arguments, document.file.empty() ? spool.file() : document.file, limits));
  TANMIAO_TRY(pdf_fault(end, limits, document.part));
  return tabular::open_page_rows(end.output, document.part);
}

Result<std::unique_ptr<tabular::Book>> open_pdf_file(const std::filesystem::path& file) {
  Document document;
  document.part = file.filename().string();
  document.file = file;
  if (!is_pdf(document)) return std::unique_ptr<tabular::Book>();
  return open_pdf(document);
}

}  // namespace tanmiao::crawler
