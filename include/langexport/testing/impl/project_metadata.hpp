#ifndef LANGEXPORT_TESTING_IMPL_PROJECT_METADATA_HPP
#define LANGEXPORT_TESTING_IMPL_PROJECT_METADATA_HPP

#include <langexport/testing/project.hpp>
#include <langexport/version.hpp>

#include <boost/json/object.hpp>

#include <string_view>

namespace langexport {
inline namespace v0 {
namespace testing {
namespace detail {

// The metadata that the service returns, in its order of members. In a list of projects, the settings of
// conversations are missing.
LANGEXPORT_DECL boost::json::object metadata_of(const project& p, std::string_view api_version,
                                                bool is_listed);

} // namespace detail
} // namespace testing
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/testing/impl/project_metadata.ipp>
#endif

#endif
