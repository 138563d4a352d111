#ifndef LANGEXPORT_TESTING_IMPL_INDENTED_JSON_HPP
#define LANGEXPORT_TESTING_IMPL_INDENTED_JSON_HPP

#include <langexport/version.hpp>

#include <boost/json/value.hpp>

#include <string>

namespace langexport {
inline namespace v0 {
namespace testing {
namespace detail {

// JSON with each member and element in a line of its own, two spaces a level.
LANGEXPORT_DECL std::string indented_json(const boost::json::value& value);

} // namespace detail
} // namespace testing
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/testing/impl/indented_json.ipp>
#endif

#endif
