#ifndef LANGEXPORT_IMPORT_IMPL_IMPORT_STATUS_IPP
#define LANGEXPORT_IMPORT_IMPL_IMPORT_STATUS_IPP

#include <langexport/import/import_status.hpp>

namespace langexport {
inline namespace v0 {

LANGEXPORT_DECL import_status::import_status(export_status from)
    : status(from.status), status_text(std::move(from.status_text)),
      warnings(std::move(from.warnings)), errors(std::move(from.errors)), created(from.created),
      last_updated(from.last_updated), expires(from.expires), job_(from.job()) {}

} // namespace v0
} // namespace langexport

#endif
