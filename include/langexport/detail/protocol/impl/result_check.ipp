#ifndef LANGEXPORT_DETAIL_PROTOCOL_IMPL_RESULT_CHECK_IPP
#define LANGEXPORT_DETAIL_PROTOCOL_IMPL_RESULT_CHECK_IPP

#include <langexport/detail/protocol/result_check.hpp>
#include <langexport/detail/text.hpp>

namespace langexport {
inline namespace v0 {
namespace detail {

// The media type of a Content-Type, without its parameters.
inline std::string_view media_type(std::string_view content_type) noexcept {
    return trim(content_type.substr(0, content_type.find(';')));
}

LANGEXPORT_DECL std::string unwanted_encoding(std::string_view content_encoding) {
    if (content_encoding.empty() || equal_ignoring_case(content_encoding, "identity"))
        return {};
    // What is too long for one is not shown: it may be anything, and secrets are looked for later.
    const std::string shown = content_encoding.size() <= 40
                                  ? "'" + one_printable_line(content_encoding) + "'"
                                  : "of " + count_of(content_encoding.size(), "character");
    return "the content encoding " + shown + ", which was not asked for";
}

LANGEXPORT_DECL result_check::result_check(std::string_view content_type,
                                           std::string_view content_encoding, bool is_json_due)
    : is_json_due_(is_json_due) {
    encoding_ = unwanted_encoding(content_encoding);
    const std::string type = to_lower(media_type(content_type));
    if (type == "text/html" || type == "application/xhtml+xml")
        format_ = format::page;
    else if (type == "application/json" || type == "text/json" || type.ends_with("+json"))
        format_ = format::json;
    else if (!type.empty())
        format_ = is_json_due ? format::json : format::other;
}

LANGEXPORT_DECL void result_check::take(std::string_view piece) noexcept {
    size_ += piece.size();
    if (format_ == format::untold) {
        const std::string_view text = trim(piece);
        if (!text.empty())
            format_ = text.front() == '<'                                          ? format::page
                      : is_json_due_ || text.front() == '{' || text.front() == '[' ? format::json
                                                                                   : format::other;
    }
    if (format_ == format::json)
        follower_.take(piece);
}

LANGEXPORT_DECL std::optional<result_check::trouble> result_check::trouble_so_far() const {
    if (!encoding_.empty())
        return trouble{errc::unexpected_response, "the result has " + encoding_};
    if (format_ == format::page)
        return trouble{errc::malformed_response, "the result is a page of HTML"};
    return std::nullopt;
}

LANGEXPORT_DECL std::optional<result_check::trouble> result_check::trouble_at_end() const {
    if (const auto early = trouble_so_far())
        return early;
    if (size_ == 0)
        return trouble{errc::malformed_response, "the result is empty"};
    if (format_ == format::json && !follower_.is_whole())
        return trouble{errc::malformed_response,
                       "the result of " + std::to_string(size_) + " bytes is no whole JSON"};
    return std::nullopt;
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
