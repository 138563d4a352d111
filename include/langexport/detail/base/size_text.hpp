#ifndef LANGEXPORT_DETAIL_BASE_SIZE_TEXT_HPP
#define LANGEXPORT_DETAIL_BASE_SIZE_TEXT_HPP

#include <langexport/version.hpp>

#include <cstdint>
#include <string>

namespace langexport {
inline namespace v0 {
namespace detail {

// Formats a size in bytes for people: `312 bytes`, `4.2 KB`, `1.7 GB` (1 KB is 1,000 bytes).
LANGEXPORT_DECL std::string format_size(std::uint64_t bytes);

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/base/impl/size_text.ipp>
#endif

#endif
