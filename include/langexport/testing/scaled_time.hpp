#ifndef LANGEXPORT_TESTING_SCALED_TIME_HPP
#define LANGEXPORT_TESTING_SCALED_TIME_HPP

#include <langexport/client_params.hpp>
#include <langexport/version.hpp>

namespace langexport {
inline namespace v0 {
namespace testing {

/// Parameters for a client whose service's time passes `factor` times as fast: with the same value in
/// `emulator_options::time_scale` a test of an hour takes a second at 3600, and what happens in which order
/// stays as it is.
///
/// Every duration is divided by `factor`, and `retry_params::rate`, which is a number per second,
/// multiplied. None becomes less than its least valid value. Requests themselves do not become faster: what
/// limits one (`resolve_timeout`, `connect_timeout`, `handshake_timeout`, `response_timeout`,
/// `read_timeout`, `attempt_timeout`, `result_timeout`) keeps a second, or what it was if that was less.
/// `Retry-After` has whole seconds, however fast time passes. What an `export_request`, a
/// `batch_options` or a `shared_quota` brings with it is left alone.
///
/// @param params  As in the program that is tested.
/// @param factor  Finite and greater than 0; 1 changes nothing.
/// @throws std::invalid_argument  It is not.
LANGEXPORT_DECL client_params in_scaled_time(client_params params, double factor);

} // namespace testing
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/testing/impl/scaled_time.ipp>
#endif

#endif
