// Pure work over many items, placed by index, so that the result does not depend on the number of threads.
#pragma once

#include <cstddef>
#include <functional>

namespace tanmiao::linkage {

// Calls work(0) .. work(count - 1) on `threads` threads (0: as many as there are cores), in any order.
void for_each_index(int threads, std::size_t count, const std::function<void(std::size_t)>& work);

}  // namespace tanmiao::linkage
