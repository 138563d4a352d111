#ifndef LANGEXPORT_IMPORT_RESULT_SOURCE_HPP
#define LANGEXPORT_IMPORT_RESULT_SOURCE_HPP

#include <langexport/client.hpp>
#include <langexport/export_status.hpp>
#include <langexport/import/import_source.hpp>
#include <langexport/version.hpp>

namespace langexport {
inline namespace v0 {

/// Returns the document of an import that is the result of an export job, usually of another resource: a project is
/// copied without a file.
///
/// Each pass of the import fetches the result once: one to check it, and one for each submission. The result streams
/// from one service to the other, and at most one piece (up to 256 KiB) is held. If the connection that fetches it
/// breaks, the client fetches it again and continues at the same byte. If it cannot be fetched, the import fails with
/// errc::source_failed, and `diagnostics::cause` holds the error. A job's result can be fetched for hours or days: see
/// `export_status::expires`.
///
/// The time limits of `from` apply to each time that the result is fetched. While the import sends a piece, they do
/// not count, except `client_params::deadline`.
///
/// @param from    The client of the export. Copies of the source hold a handle of it.
/// @param status  A status that has a `result_url`, from wait_for_export for example.
/// @return        The source. Its size is not known in advance.
LANGEXPORT_TEMPLATE_DECL import_source result_source(client from, export_status status);

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/import/impl/result_source.ipp>
#endif

#endif
