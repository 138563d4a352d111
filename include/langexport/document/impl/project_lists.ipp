#ifndef LANGEXPORT_DOCUMENT_IMPL_PROJECT_LISTS_IPP
#define LANGEXPORT_DOCUMENT_IMPL_PROJECT_LISTS_IPP

#include <langexport/document/impl/project_events.hpp>
#include <langexport/document/impl/usual_elements.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

// How project_events reads the lists of a project, except for elements that arrive as events.

namespace langexport {
inline namespace v0 {
namespace detail {

LANGEXPORT_DECL std::size_t project_events::take_elements(std::string_view json, std::uint64_t byte,
                                                          std::size_t max_depth) {
    if (!is_in_list() || depth_ + usual_elements::max_depth > max_depth)
        return 0;
    detach_long_list();
    level& list = top();
    usual_elements elements(json);
    const std::size_t count = elements.append_to(*list.member, list.object, list.count == 0);
    list.count += count;
    if (elements.last_token())
        see_at(byte + static_cast<std::uint64_t>(elements.last_token() - json.data()));
    return elements.size();
}

// A long list is read in parts: a vector that grows occupies its old and its new memory at once. The allocator of glibc
// returns blocks above 32 MiB to the system.
LANGEXPORT_DECL void project_events::detach_long_list() {
    constexpr std::size_t part_size = 34 * 1024 * 1024;
    const level& list = top();
    if (list.member->memory(list.object) < part_size / 8 * 7 ||
        (!parts_.empty() && parts_depth_ != depth_))
        return;
    parts_depth_ = depth_;
    parts_.push_back(list.member->detach(list.object, part_size));
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
