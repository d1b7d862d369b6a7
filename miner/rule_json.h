// Reading members of a rule file: what does not fit is thrown with its place, such as score.indicators[0].bands.
// Internal to miner/.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "core/date.h"
#include "core/error.h"

namespace boost::json {
class array;
class object;
class value;
}  // namespace boost::json

namespace tanmiao::miner::rule_json {

// kConfig with line and column of the file where it is no JSON.
Result<boost::json::value> parse(std::string_view text, const std::string& file);

[[noreturn]] void refuse(const std::string& at, const std::string& message);  // throws std::runtime_error "AT: MESSAGE"

std::string shown(double number);  // as people write it: 0.25, not 2.5E-1

// `at`: the place of the owner; "" is the root. Members that are not there, or null, are empty where they may be.
const boost::json::value& needed(const boost::json::object& owner, std::string_view key, const std::string& at);
std::string needed_text(const boost::json::object& owner, std::string_view key, const std::string& at);
std::string text(const boost::json::object& owner, std::string_view key, const std::string& at);
std::optional<Date> date(const boost::json::object& owner, std::string_view key, const std::string& at);
const boost::json::object& object(const boost::json::value& value, const std::string& at);
const boost::json::array& array(const boost::json::value& value, const std::string& at);
double number(const boost::json::value& value, const std::string& at, double least, double most);
int whole(const boost::json::value& value, const std::string& at, int least, int most);

// valid_from (needed) and valid_to of a rule, the former not after the latter.
void read_days(const boost::json::object& root, Date& from, std::optional<Date>& to);
// Notes of people may stand beside what is read; a member that is nearly one that is read is a slip.
void only_slips_refused(const boost::json::object& owner, std::initializer_list<std::string_view> known,
                        const std::string& at);

}  // namespace tanmiao::miner::rule_json
