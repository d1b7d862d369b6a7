// The reader of delimited text. Called through open_rows() and read_rows().
#pragma once

#include <memory>
#include <string>

#include "tabular/byte_source.h"
#include "tabular/reader.h"

namespace tanmiao::tabular {

Result<std::unique_ptr<RowReader>> read_csv(std::unique_ptr<ByteSource> source, std::string name,
                                            const ReadOptions& options);

}  // namespace tanmiao::tabular
