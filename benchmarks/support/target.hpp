#ifndef LANGEXPORT_BENCHMARKS_SUPPORT_TARGET_HPP
#define LANGEXPORT_BENCHMARKS_SUPPORT_TARGET_HPP

#include "support/options.hpp"

#include <langexport/client_params.hpp>

namespace langexport_benchmarks {

/// Parameters for measuring the costs of the client itself: no quota, and the shortest waits.
///
/// Read are --endpoint, --key (default: one for a server that checks none), --ca (a PEM file),
/// --connections (default: 8) and --first-poll (seconds, default: 0.001).
langexport::client_params bare_params(const options& given);

/// All waits of the defaults, and the quota, `scale` times as short: for a service whose time runs faster by
/// this factor.
void scale_times(langexport::client_params& params, double scale);

} // namespace langexport_benchmarks

#endif
