#ifndef LANGEXPORT_TESTING_SCALED_TIME_HPP
#define LANGEXPORT_TESTING_SCALED_TIME_HPP

#include <langexport/client_params.hpp>
#include <langexport/version.hpp>

namespace langexport {
inline namespace v0 {
namespace testing {

/// Parameters for a client of a service whose time passes `factor` times as fast. With the same value in
/// `emulator_options::time_scale`, a test of an hour takes a second at 3600, and the order of events
/// stays the same.
///
/// Every duration is divided by `factor`, and `retry_params::rate`, which is a number per second, is
/// multiplied. No value becomes smaller than its smallest valid value. Requests themselves do not become
/// faster: their limits (`resolve_timeout`, `connect_timeout`, `handshake_timeout`, `proxy_timeout`, `response_timeout`,
/// `read_timeout`, `attempt_timeout`, `result_timeout`) stay at least a second, or unchanged if they were
/// shorter. `Retry-After` has whole seconds, however fast time passes. The values of an `export_request`, a
/// `batch_options` and a `shared_quota` are not changed.
///
/// @param params  As in the program under test.
/// @param factor  Finite and greater than 0; 1 changes nothing.
/// @return        The scaled parameters.
/// @throws std::invalid_argument  The factor is out of its range.
LANGEXPORT_DECL client_params in_scaled_time(client_params params, double factor);

} // namespace testing
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/testing/impl/scaled_time.ipp>
#endif

#endif
