#ifndef LANGEXPORT_DETAIL_ENGINE_ENGINE_SETTINGS_HPP
#define LANGEXPORT_DETAIL_ENGINE_ENGINE_SETTINGS_HPP

#include <langexport/client_params.hpp>
#include <langexport/detail/base/random_source.hpp>
#include <langexport/detail/engine/request_budget.hpp>
#include <langexport/detail/policy/time_source.hpp>
#include <langexport/detail/transport/byte_stream.hpp>
#include <langexport/detail/transport/stream_opener.hpp>
#include <langexport/endpoint.hpp>
#include <langexport/version.hpp>

#include <boost/asio/any_completion_executor.hpp>
#include <boost/asio/any_io_executor.hpp>

#include <memory>
#include <vector>

namespace langexport {
inline namespace v0 {
namespace detail {

// The settings of a client. They never change, so any thread may read them.
struct engine_settings {
    // Throws errc::invalid_configuration.
    LANGEXPORT_DECL engine_settings(asio::any_io_executor executor, strand_type strand,
                                    client_params params);

    const asio::any_io_executor executor;
    const asio::any_completion_executor erased_executor; // `executor` as another type
    const strand_type strand;
    const client_params
        params; // without the observer, which may own the client, and may be replaced
    const langexport::endpoint endpoint;
    const std::vector<origin> backends;
};

// The external dependencies of an engine. A test passes its own clocks, connections and random numbers.
struct engine_environment {
    std::unique_ptr<time_source> time;
    std::unique_ptr<stream_opener> opener;
    std::shared_ptr<request_budget> budget;
    random_source random;
};

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/engine/impl/engine_settings.ipp>
#endif

#endif
