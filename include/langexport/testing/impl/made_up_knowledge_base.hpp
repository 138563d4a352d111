#ifndef LANGEXPORT_TESTING_IMPL_MADE_UP_KNOWLEDGE_BASE_HPP
#define LANGEXPORT_TESTING_IMPL_MADE_UP_KNOWLEDGE_BASE_HPP

#include <langexport/testing/body_source.hpp>
#include <langexport/testing/impl/made_up_file.hpp>
#include <langexport/testing/project.hpp>
#include <langexport/version.hpp>

#include <memory>

namespace langexport {
inline namespace v0 {
namespace testing {
namespace detail {

// Generates JSON, or lines of tab-separated columns.
LANGEXPORT_DECL std::unique_ptr<const made_up_file> make_up_knowledge_base(const project& p,
                                                                           const export_wish& wish);

} // namespace detail
} // namespace testing
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/testing/impl/made_up_knowledge_base.ipp>
#endif

#endif
