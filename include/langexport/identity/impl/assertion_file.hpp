#ifndef LANGEXPORT_IDENTITY_IMPL_ASSERTION_FILE_HPP
#define LANGEXPORT_IDENTITY_IMPL_ASSERTION_FILE_HPP

#include <langexport/detail/base/secret.hpp>
#include <langexport/version.hpp>

#include <filesystem>
#include <memory>

namespace langexport {
inline namespace v0 {
namespace detail {

// Reads the token file of a workload identity. Throws export_error if it is not the file of one token.
LANGEXPORT_DECL std::shared_ptr<const secret_bytes>
read_assertion(const std::filesystem::path& path);

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/identity/impl/assertion_file.ipp>
#endif

#endif
