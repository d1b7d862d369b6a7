#include "tabular/jsonl_writer.h"

#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>
#include <boost/json/value.hpp>

#include "tabular/file_out.h"

namespace tanmiao::tabular {

Result<JsonlWriter> JsonlWriter::create(const std::string& path, std::vector<std::string> columns) {
  JsonlWriter writer;
  writer.path_ = path;
  writer.columns_ = std::move(columns);
  TANMIAO_ASSIGN(writer.out_, begin_file(path));
  return writer;
}

Status JsonlWriter::row(std::span<const JsonCell> cells) {
  std::string line = "{";
  for (std::size_t i = 0; i < cells.size() && i < columns_.size(); ++i) {
    if (i > 0) line += ',';
    line += boost::json::serialize(boost::json::value(columns_[i])) + ":";
    line += cells[i].text.empty() ? "null"
            : cells[i].number     ? cells[i].text
                                  : boost::json::serialize(boost::json::value(cells[i].text));
  }
  out_ << line << "}\n";
  if (out_) return {};
  return write_error(path_);
}

Status JsonlWriter::finish() { return finish_file(out_, path_); }

}  // namespace tanmiao::tabular
