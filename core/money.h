// Amounts of money as written in registries: 500万元人民币, 1.2亿元, 伍佰万元, 6350万美元, 233.6000(万元人民币).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/error.h"

namespace tanmiao {

// Whole minor units (分 for CNY) and ISO 4217 currency. Currencies are kept, never converted. JPY has no minor unit in
// ISO 4217; we keep hundredths for every currency alike, so one yen is 100.
struct Money {
  std::int64_t minor = 0;
  std::string currency = "CNY";
  std::string text() const;                                           // "50000000000 CNY"
  double yuan() const { return static_cast<double>(minor) / 100.0; }  // main units of its own currency
  bool operator==(const Money&) const = default;
};
Result<Money> parse_money_text(std::string_view text);  // the stored form "<minor> <currency>"
std::string in_wan(std::int64_t minor);                 // in 万 of the main unit, exactly: "500", "63.5"

// nullopt: the field says "none" (-, 无, 未公示, N/A, 0-length). `unit` is what a bare number means: "元" or "万元".
Result<std::optional<Money>> parse_money(std::string_view text, std::string_view unit = "元");

}  // namespace tanmiao
