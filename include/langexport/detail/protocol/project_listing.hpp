#ifndef LANGEXPORT_DETAIL_PROTOCOL_PROJECT_LISTING_HPP
#define LANGEXPORT_DETAIL_PROTOCOL_PROJECT_LISTING_HPP

#include <langexport/endpoint.hpp>
#include <langexport/project_info.hpp>
#include <langexport/project_surface.hpp>
#include <langexport/version.hpp>

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace langexport {
inline namespace v0 {
namespace detail {

// A longer list is treated as endless; the service allows 500 projects.
inline constexpr std::size_t most_listed_projects = 100'000;
inline constexpr std::size_t most_listing_pages = 1'000;

// The request target of the first page.
LANGEXPORT_DECL std::string listing_target(const endpoint& service, std::string_view api_version,
                                           project_surface surface);

// The state of a list that arrives in pages.
class project_listing {
public:
    explicit project_listing(const std::string& first_target) : visited_{first_target} {}

    // Reads the body of a page. `next_link` is empty after the last page. Returns false if the body is
    // not a page; then `why` names the field or the byte. A project that an earlier page had is skipped,
    // because the list may change between pages.
    LANGEXPORT_DECL bool read_page(std::string_view body, std::size_t max_depth,
                                   std::string& next_link, std::string& why);
    // Whether the page at this target may be requested. No page is read twice, and the number of
    // projects is limited.
    LANGEXPORT_DECL bool may_follow(const std::string& target, std::string& why);

    // The number of pages that were read.
    std::uint32_t pages_read() const noexcept { return pages_read_; }

    std::vector<project_info> projects;

private:
    std::set<std::string> names_;
    std::set<std::string> visited_;
    std::uint32_t pages_read_ = 0;
    bool page_was_known_ = false; // the last page had projects, but no new one
};

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/protocol/impl/project_listing.ipp>
#endif

#endif
