#ifndef LANGEXPORT_TESTING_IMPL_SERVICE_MESSAGE_IPP
#define LANGEXPORT_TESTING_IMPL_SERVICE_MESSAGE_IPP

#include <langexport/testing/impl/wire_format.hpp>
#include <langexport/testing/service_message.hpp>

namespace langexport {
inline namespace v0 {
namespace testing {

LANGEXPORT_DECL std::string_view service_response::header(std::string_view name) const {
    return detail::find_header(headers, name);
}

} // namespace testing
} // namespace v0
} // namespace langexport

#endif
