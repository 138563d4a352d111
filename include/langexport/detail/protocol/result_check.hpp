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

// What is told of a content encoding that was not asked for; empty if there is none.
LANGEXPORT_DECL std::string unwanted_encoding(std::string_view content_encoding);

// Whether what came with a 200 can be a result. Its format is free (JSON, a table, a spreadsheet), but
// nothing at all, a page for people or half of a JSON is none. The body may come in pieces.
class result_check {
public:
    struct trouble {
        errc code;
        std::string detail;
    };

    // Of the fields of its header. `is_json_due`: nothing else was asked for, whatever they say.
    LANGEXPORT_DECL result_check(std::string_view content_type, std::string_view content_encoding,
                                 bool is_json_due = false);

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
    bool is_json_due_ = false;
    std::string encoding_; // one that was not asked for, in words
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
