#ifndef LANGEXPORT_DETAIL_BASE_IMPL_SIZE_TEXT_IPP
#define LANGEXPORT_DETAIL_BASE_IMPL_SIZE_TEXT_IPP

#include <langexport/detail/base/size_text.hpp>

#include <array>
#include <cstddef>

namespace langexport {
inline namespace v0 {
namespace detail {

LANGEXPORT_DECL std::string format_size(std::uint64_t bytes) {
    constexpr std::array units = {"KB", "MB", "GB", "TB", "PB", "EB"};
    if (bytes < 1000)
        return std::to_string(bytes) + (bytes == 1 ? " byte" : " bytes");
    std::size_t unit = 0;
    std::uint64_t tenths = bytes / 100;
    for (; tenths >= 10'000; ++unit)
        tenths /= 1000;
    const std::string fraction = "." + std::to_string(tenths % 10);
    return std::to_string(tenths / 10) + (tenths < 1000 ? fraction : "") + ' ' + units[unit];
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
