#ifndef LANGEXPORT_LOG_IMPL_PRINTABLE_IPP
#define LANGEXPORT_LOG_IMPL_PRINTABLE_IPP

#include <langexport/detail/base/text.hpp>
#include <langexport/log/printable.hpp>

#include <algorithm>
#include <cstddef>

namespace langexport {
inline namespace v0 {

LANGEXPORT_DECL std::string printable(std::string_view text) {
    return detail::one_printable_line(text, std::max<std::size_t>(text.size(), 16));
}

} // namespace v0
} // namespace langexport

#endif
