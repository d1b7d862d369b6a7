#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "apps/demo_city/site.h"

namespace demo_city {

// Free ports of the loopback address, as many as asked for, below those that connections are given. From `first` on
// when it is not 0; throws boost::system::system_error when one of those is taken.
std::vector<std::uint16_t> find_ports(std::size_t count, std::uint16_t first);

// Serves each site on its port of 127.0.0.1 until SIGTERM or SIGINT; calls `ready` once all ports are open. Throws
// boost::system::system_error when a port stays taken for ten seconds, std::runtime_error when there are fewer ports
// than sites. `log`: a line for each request is added to this file, "begin end port status target", times of
// CLOCK_MONOTONIC in microseconds; of a form that was sent the target ends in "#POST:form:" and the form; empty: none.
// `clock_off`: how far the clock of the hosts goes before the true one.
void serve(const std::vector<Site>& sites, const std::vector<std::uint16_t>& ports, const std::string& log,
           std::chrono::seconds clock_off, const std::function<void()>& ready);

}  // namespace demo_city
