#ifndef LANGEXPORT_TESTING_IMPL_REQUEST_CHECKS_HPP
#define LANGEXPORT_TESTING_IMPL_REQUEST_CHECKS_HPP

#include <langexport/testing/emulator_options.hpp>
#include <langexport/testing/impl/imported_document.hpp>
#include <langexport/testing/impl/route.hpp>
#include <langexport/testing/project.hpp>
#include <langexport/testing/service_message.hpp>
#include <langexport/version.hpp>

#include <optional>
#include <string>
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

// The format that a submission names, in the service's word: `json`, `tsv` or `excel` for a knowledge base,
// `Conversation` or `Luis` for a conversation. If it names none, the default of the surface; empty for text.
LANGEXPORT_DECL std::string format_of(const route& call_route);

// Each check returns nothing if the request passes.

// Checks the method, the version, the parameters that do not depend on the project, and the content type of an
// import.
LANGEXPORT_DECL std::optional<rejection> check_header(const emulator_options& options,
                                                      const route& call_route,
                                                      const service_request& header);
// Checks the body of a submission of an export.
LANGEXPORT_DECL std::optional<rejection> check_body(const service_request& request);
// Checks the format of an export: an imported document has one format.
LANGEXPORT_DECL std::optional<rejection> check_format(const route& call_route, const project& p);
// Checks a document to import. In a table or a workbook it checks nothing.
LANGEXPORT_DECL std::optional<rejection> check_document(const emulator_options& options,
                                                        const route& call_route,
                                                        const imported_document& document);
// Checks the name of a project that an import creates.
LANGEXPORT_DECL std::optional<rejection> check_name(const emulator_options& options,
                                                    const std::string& name);
// Checks `trainedModelLabel`: the project must have a model with that label.
LANGEXPORT_DECL std::optional<rejection>
check_trained_model(const emulator_options& options, const route& call_route, const project& p);

} // namespace detail
} // namespace testing
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/testing/impl/request_checks.ipp>
#endif

#endif
