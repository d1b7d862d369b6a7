// XPath 1.0 of source files, compiled once a thread: pages come by the ten thousand, their rules do not.
#pragma once

#include <pugixml.hpp>

#include <string>

namespace tanmiao::crawler {

// Lives as long as the thread. nullptr: it is none (see xpath_fault()).
const pugi::xpath_query* xpath(const std::string& text);

// Why it is no XPath; empty: it is one.
std::string xpath_fault(const std::string& text);

}  // namespace tanmiao::crawler
