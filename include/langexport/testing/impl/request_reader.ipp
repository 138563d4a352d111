#ifndef LANGEXPORT_TESTING_IMPL_REQUEST_READER_IPP
#define LANGEXPORT_TESTING_IMPL_REQUEST_READER_IPP

#include <langexport/detail/protocol/short_chunked_body.hpp>
#include <langexport/testing/impl/request_reader.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/field.hpp>
#include <boost/system/error_code.hpp>

#include <cstddef>
#include <string_view>

namespace langexport {
inline namespace v0 {
namespace testing {
namespace detail {

LANGEXPORT_DECL request_reader::request_reader(std::uint32_t header_limit, std::uint64_t body_limit)
    : header_limit_(header_limit), body_limit_(body_limit) {
    // The parser's own limit differs by some bytes, depending on the pieces in which a header arrives.
    constexpr std::uint32_t margin = 64;
    parser_.header_limit(header_limit + margin);
    // The parser counts a chunk twice if it has to read the line before it twice.
    parser_.body_limit(boost::none);
}

LANGEXPORT_DECL unsigned request_reader::take(std::string& bytes) {
    namespace http = boost::beast::http;
    const bool has_to_wait = has_header_ && !has_body_ && parser_.chunked() &&
                             langexport::detail::is_part_of_short_body(bytes);
    if (bytes.empty() || has_to_wait)
        return 0;
    // Before the first byte of the body, because the parser then allocates memory for all of it.
    if (is_too_large())
        return 413;
    parser_.eager(has_header_); // parse the header alone first
    boost::system::error_code ec;
    const std::size_t taken = parser_.put(boost::asio::buffer(bytes), ec);
    bytes.erase(0, taken);
    size_ += taken;
    has_body_ = has_body_ || (has_header_ && taken > 0);
    const bool is_header = !has_header_;
    if (ec == http::error::header_limit ||
        (is_header && size_ + rest_of_header(bytes) > header_limit_))
        return 431;
    has_header_ = parser_.is_header_done();
    if (!is_header && is_too_large())
        return 413;
    return ec && ec != http::error::need_more ? 400 : 0;
}

// The size of the part of an incomplete header that the parser has not consumed.
LANGEXPORT_DECL std::size_t request_reader::rest_of_header(std::string_view bytes) const {
    return parser_.is_header_done() ? 0 : bytes.size();
}

LANGEXPORT_DECL bool request_reader::is_too_large() const {
    if (!has_header_)
        return false;
    const boost::optional<std::uint64_t> length = parser_.content_length();
    return (length && *length > body_limit_) || parser_.get().body().size() > body_limit_;
}

LANGEXPORT_DECL service_request request_reader::header() const {
    service_request request;
    request.method = std::string(parser_.get().method_string());
    request.target = std::string(parser_.get().target());
    for (const auto& field : parser_.get())
        request.headers.emplace_back(field.name_string(), field.value());
    return request;
}

LANGEXPORT_DECL std::string request_reader::expectation() const {
    return std::string(parser_.get()[boost::beast::http::field::expect]);
}

} // namespace detail
} // namespace testing
} // namespace v0
} // namespace langexport

#endif
