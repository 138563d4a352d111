#ifndef LANGEXPORT_TESTING_IMPL_INDENTED_JSON_HPP
#define LANGEXPORT_TESTING_IMPL_INDENTED_JSON_HPP

#include <langexport/version.hpp>

#include <boost/json/value.hpp>

#include <string>

namespace langexport {
inline namespace v0 {
namespace testing {
namespace detail {

// JSON with one line for each member and element, indented by two spaces for each level.
LANGEXPORT_DECL std::string indented_json(const boost::json::value& value);

} // namespace detail
} // namespace testing
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/testing/impl/indented_json.ipp>
#endif

#endif
