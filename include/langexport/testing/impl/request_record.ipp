#ifndef LANGEXPORT_TESTING_IMPL_REQUEST_RECORD_IPP
#define LANGEXPORT_TESTING_IMPL_REQUEST_RECORD_IPP

#include <langexport/testing/impl/wire_format.hpp>
#include <langexport/testing/request_record.hpp>

#include <string_view>

namespace langexport {
inline namespace v0 {
namespace testing {

LANGEXPORT_DECL std::string_view request_record::header(std::string_view name) const {
    return detail::find_header(headers, name);
}

LANGEXPORT_DECL bool request_record::has_header(std::string_view name) const {
    for (const auto& field : headers)
        if (detail::equal_ignoring_case(field.first, name))
            return true;
    return false;
}

} // namespace testing
} // namespace v0
} // namespace langexport

#endif
