#ifndef LANGEXPORT_IMPL_EXPORTED_PROJECT_IPP
#define LANGEXPORT_IMPL_EXPORTED_PROJECT_IPP

#include <langexport/exported_project.hpp>

namespace langexport {
inline namespace v0 {

LANGEXPORT_DECL exported_project::exported_project() noexcept = default;
LANGEXPORT_DECL exported_project::exported_project(const exported_project&) = default;
LANGEXPORT_DECL exported_project::exported_project(exported_project&&) noexcept = default;
LANGEXPORT_DECL exported_project& exported_project::operator=(const exported_project&) = default;
LANGEXPORT_DECL exported_project&
exported_project::operator=(exported_project&&) noexcept = default;
LANGEXPORT_DECL exported_project::~exported_project() = default;

} // namespace v0
} // namespace langexport

#endif
