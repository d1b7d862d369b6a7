// What a record is worth to the firm it is linked to, in points of whatever ranks the firms. People are asked first
// where their answer changes most.
#pragma once

namespace tanmiao::linkage {

class Slim;

// In thousandths of a point values are kept.
inline constexpr double kThousandths = 1000;

// By kind of record; as long as nobody says otherwise all are worth the same.
struct RecordWorth {
  double invention = 1;    // a patent of invention, granted or not told
  double application = 1;  // one that is published as an application
  double other_patent = 1;
  double event = 1, recognition = 1, signal = 1;
};

double worth_of(const Slim& record, const RecordWorth& worth);  // registrations: 1

}  // namespace tanmiao::linkage
