#ifndef LANGEXPORT_TESTING_IMPL_REQUEST_CHECKS_HPP
#define LANGEXPORT_TESTING_IMPL_REQUEST_CHECKS_HPP

#include <langexport/testing/emulator_options.hpp>
#include <langexport/testing/impl/route.hpp>
#include <langexport/testing/project.hpp>
#include <langexport/testing/service_message.hpp>
#include <langexport/version.hpp>

#include <optional>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace testing {
namespace detail {

// The reason why the service rejects a request.
class rejection {
public:
    rejection(unsigned http_status, error_entry why) : status(http_status), error(std::move(why)) {}

    unsigned status;
    error_entry error;
};

// Each check returns nothing if the request passes.

LANGEXPORT_DECL std::optional<rejection> check_version(const emulator_options& options,
                                                       const route& where);
// Checks the parameters of a submission that do not depend on the project.
LANGEXPORT_DECL std::optional<rejection> check_parameters(const emulator_options& options,
                                                          const route& where);
LANGEXPORT_DECL std::optional<rejection> check_body(const service_request& request);
// Checks `trainedModelLabel`: the project must have a model with that label.
LANGEXPORT_DECL std::optional<rejection> check_trained_model(const emulator_options& options,
                                                             const route& where, const project& p);

} // namespace detail
} // namespace testing
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/testing/impl/request_checks.ipp>
#endif

#endif
