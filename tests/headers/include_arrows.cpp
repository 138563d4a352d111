#include "headers/include_arrows.hpp"

#include <algorithm>
#include <array>

namespace langexport_tests {
namespace {

using namespace std::string_view_literals;

bool is_face(std::string_view path) {
    constexpr std::array exact = {"langexport.hpp"sv,
                                  "langexport/src.hpp"sv,
                                  "langexport/client.hpp"sv,
                                  "langexport/impl/client.ipp"sv,
                                  "langexport/list_projects.hpp"sv,
                                  "langexport/impl/list_projects.ipp"sv,
                                  "langexport/request_quota.hpp"sv,
                                  "langexport/impl/request_quota.ipp"sv,
                                  "langexport/stop_signals.hpp"sv,
                                  "langexport/impl/stop_signals.ipp"sv};
    return std::find(exact.begin(), exact.end(), path) != exact.end() ||
           // One export and many; but export_project is no prefix of exported_project.
           path.starts_with("langexport/export_project") ||
           path.starts_with("langexport/impl/export_project");
}

} // namespace

std::optional<ring> ring_of(std::string_view path) {
    if (is_face(path))
        return ring::face;
    if (!path.starts_with("langexport/"))
        return std::nullopt;
    path.remove_prefix("langexport/"sv.size());

    if (path.starts_with("testing/"))
        return ring::testing;
    if (path.starts_with("detail/protocol/") || path.starts_with("detail/policy/"))
        return ring::decisions;
    if (path.starts_with("detail/transport/") || path.starts_with("detail/engine/"))
        return ring::io;

    for (const auto folder : {"detail/"sv, "impl/"sv}) {
        if (path.starts_with(folder))
            path.remove_prefix(folder.size());
    }
    return path.find('/') == std::string_view::npos ? std::optional(ring::values) : std::nullopt;
}

std::string objection_to_include(std::string_view from, std::string_view to) {
    const auto inner = ring_of(to);
    const auto outer = ring_of(from);
    if (!outer)
        return "this place belongs to no ring";
    if (!inner)
        return "that place belongs to no ring";

    if (*outer == ring::testing) {
        const bool is_allowed = *inner == ring::testing || *inner == ring::values ||
                                to.starts_with("langexport/detail/protocol/");
        return is_allowed ? "" : "testing/ knows the values, the protocol and itself, no more";
    }
    if (*inner == ring::testing)
        return "only testing/ includes testing/";
    return *inner <= *outer ? "" : "this arrow points outward";
}

bool brings_io_objects(std::string_view header) {
    // A name that ends in a slash or a letter stands for all that begin so.
    constexpr std::array prefixes = {
        "boost/asio.hpp"sv,
        "boost/asio/basic_"sv,
        "boost/asio/buffered_"sv,
        "boost/asio/connect"sv,
        "boost/asio/deadline_timer"sv,
        "boost/asio/generic/"sv,
        "boost/asio/high_resolution_timer"sv,
        "boost/asio/io_context"sv,
        "boost/asio/ip/basic_"sv,
        "boost/asio/ip/icmp"sv,
        "boost/asio/ip/tcp"sv,
        "boost/asio/ip/udp"sv,
        "boost/asio/local/"sv,
        "boost/asio/posix/"sv,
        "boost/asio/random_access_file"sv,
        "boost/asio/readable_pipe"sv,
        "boost/asio/serial_port"sv,
        "boost/asio/signal_set"sv,
        "boost/asio/ssl"sv,
        "boost/asio/steady_timer"sv,
        "boost/asio/stream_file"sv,
        "boost/asio/system_timer"sv,
        "boost/asio/windows/"sv,
        "boost/asio/writable_pipe"sv,
        "boost/beast.hpp"sv,
        "boost/beast/_experimental/test"sv,
        "boost/beast/core.hpp"sv,
        "boost/beast/ssl"sv,
        "boost/beast/websocket"sv,
    };
    const bool is_stream_of_beast =
        header.starts_with("boost/beast/core/") && header.find("stream") != std::string_view::npos;
    return is_stream_of_beast ||
           std::any_of(prefixes.begin(), prefixes.end(),
                       [&](std::string_view prefix) { return header.starts_with(prefix); });
}

} // namespace langexport_tests
