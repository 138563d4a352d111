#ifndef LANGEXPORT_TESTS_SUPPORT_QUOTA_OF_HPP
#define LANGEXPORT_TESTS_SUPPORT_QUOTA_OF_HPP

#include <langexport/client_params.hpp>

#include <chrono>
#include <cstddef>

namespace langexport_tests {

/// A quota of so many requests in each window.
inline langexport::quota_params
quota_of(std::size_t submissions, std::size_t reads,
         decltype(langexport::quota_params::window) window = std::chrono::seconds(1)) {
    langexport::quota_params quota;
    quota.submissions = submissions;
    quota.reads = reads;
    quota.window = window;
    return quota;
}

} // namespace langexport_tests

#endif
