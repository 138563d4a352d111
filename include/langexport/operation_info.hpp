#ifndef LANGEXPORT_OPERATION_INFO_HPP
#define LANGEXPORT_OPERATION_INFO_HPP

#include <langexport/export_job.hpp>
#include <langexport/version.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace langexport {
inline namespace v0 {

/// What an operation is doing.
enum class operation_state : unsigned char {
    queued,      ///< Its first request, or its submission, waits for a connection and the quota.
    submitting,  ///< Its submission was sent, and no response has been received.
    storing,     ///< The service has confirmed its job, and `export_request::on_submitted` runs.
    running,     ///< It polls its job.
    downloading, ///< Its result is being received, or waits for a connection and the quota.
    listing      ///< It is a list of projects.
};

/// The enumerator's name.
constexpr std::string_view to_string(operation_state state) noexcept {
    switch (state) {
    case operation_state::queued:
        return "queued";
    case operation_state::submitting:
        return "submitting";
    case operation_state::storing:
        return "storing";
    case operation_state::running:
        return "running";
    case operation_state::downloading:
        return "downloading";
    case operation_state::listing:
        return "listing";
    }
    return "unknown";
}

/// One operation of a client, as list_operations found it. A plain value.
class operation_info {
public:
    /// Of no operation.
    operation_info() = default;

    std::uint64_t id = 0; ///< As in the events of `observer`: a later operation has a larger one.
    std::string tag;      ///< Its `export_request::tag`; may be empty.
    std::string project_name;                        ///< The project; empty for a list of projects.
    operation_state state = operation_state::queued; ///< What it is doing.
    export_job job; ///< Its job; empty until the service has confirmed one.
    std::chrono::steady_clock::duration age{}; ///< Since it began.
};

/// A part of the operations of a client. A plain value.
class operation_page {
public:
    /// No operations.
    operation_page() = default;

    std::vector<operation_info> operations; ///< In the order in which they began.
    /// Whether there are more. The id of the last one is `after` of the next page.
    bool has_more = false;
};

} // namespace v0
} // namespace langexport

#endif
