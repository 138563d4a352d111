#ifndef LANGEXPORT_TESTING_SCALED_TIME_HPP
#define LANGEXPORT_TESTING_SCALED_TIME_HPP

#include <langexport/client_params.hpp>
#include <langexport/version.hpp>

namespace langexport {
inline namespace v0 {
namespace testing {

/// Returns parameters for a client of a service whose time passes `factor` times as fast. Set
/// `emulator_options::time_scale` to the same value. At 3600, a test of an hour takes a second, and the
/// order of events stays the same.
///
/// Every duration is divided by `factor`. `retry_params::rate`, which is a number per second, is
/// multiplied. No value becomes smaller than its smallest valid value. The requests themselves do not
/// become faster. Therefore their limits (`resolve_timeout`, `connect_timeout`, `handshake_timeout`,
/// `proxy_timeout`, `response_timeout`, `read_timeout`, `attempt_timeout`, `result_timeout`, `upload_timeout`) stay at
/// least a second, or unchanged if they were shorter. `Retry-After` always has whole seconds. The values
/// of an `export_request`, a `batch_options` and a `shared_quota` are not changed.
///
/// @param params  The parameters of the program under test.
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
