#ifndef LANGEXPORT_TESTING_IMPL_ERROR_JSON_HPP
#define LANGEXPORT_TESTING_IMPL_ERROR_JSON_HPP

#include <langexport/testing/project.hpp>
#include <langexport/version.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <string>
#include <vector>

namespace langexport {
inline namespace v0 {
namespace testing {
namespace detail {

LANGEXPORT_DECL boost::json::object to_json(const error_entry& error);
LANGEXPORT_DECL boost::json::array to_json(const std::vector<error_entry>& errors);

// {"error":{…}}
LANGEXPORT_DECL boost::json::object error_object(const error_entry& error);
LANGEXPORT_DECL std::string error_body(const error_entry& error);

} // namespace detail
} // namespace testing
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/testing/impl/error_json.ipp>
#endif

#endif
