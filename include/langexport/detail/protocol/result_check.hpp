#ifndef LANGEXPORT_DETAIL_PROTOCOL_RESULT_CHECK_HPP
#define LANGEXPORT_DETAIL_PROTOCOL_RESULT_CHECK_HPP

#include <langexport/detail/protocol/whole_json.hpp>
#include <langexport/error.hpp>
#include <langexport/version.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace langexport {
inline namespace v0 {
namespace detail {

// Whether what came with a 200 can be a result. Its format is free (JSON, a table, a spreadsheet), but
// nothing at all, a page for people or half of a JSON is none. The body may come in pieces.
class result_check {
public:
    struct trouble {
        errc code;
        std::string detail;
    };

    // Of the fields of its header.
    LANGEXPORT_DECL result_check(std::string_view content_type, std::string_view content_encoding);

    LANGEXPORT_DECL void take(std::string_view piece) noexcept;

    // What is wrong whatever follows; asked before the first piece it is about the header.
    LANGEXPORT_DECL std::optional<trouble> trouble_so_far() const;
    // What is wrong, now that the body has ended.
    LANGEXPORT_DECL std::optional<trouble> trouble_at_end() const;
    // Whether the body itself shows that it is not cut.
    bool is_whole_json() const noexcept { return follower_.is_whole(); }

private:
    enum class format : unsigned char { untold, json, page, other };

    format format_ = format::untold;
    std::string encoding_; // one that was not asked for
    std::uint64_t size_ = 0;
    json_follower follower_;
};

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/protocol/impl/result_check.ipp>
#endif

#endif
