#ifndef LANGEXPORT_TESTING_IMPL_REQUEST_READER_HPP
#define LANGEXPORT_TESTING_IMPL_REQUEST_READER_HPP

#include <langexport/testing/service_message.hpp>
#include <langexport/version.hpp>

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace testing {
namespace detail {

// Reads one request from bytes that come in pieces of any size.
class request_reader {
public:
    using parser_type = boost::beast::http::request_parser<boost::beast::http::string_body>;

    LANGEXPORT_DECL request_reader(std::uint32_t header_limit, std::uint64_t body_limit);

    // Replaces the limit on the body. Call this before a part of the body is consumed.
    void limit_body(std::uint64_t limit) noexcept { body_limit_ = limit; }

    // Consumes bytes from the front: the header, or a part of the body. Returns the HTTP status of a
    // rejection; 0 if nothing is wrong so far.
    LANGEXPORT_DECL unsigned take(std::string& bytes);

    bool has_header() const noexcept { return has_header_; }
    // Whether the body exceeds its limit, by its Content-Length or by what was consumed.
    LANGEXPORT_DECL bool is_too_large() const;
    bool is_whole() { return parser_.is_done(); }
    std::uint64_t size() const noexcept { return size_; } // of the consumed bytes
    // Call this only if `has_header()` is true.
    LANGEXPORT_DECL service_request header() const;
    std::string take_body() { return std::move(parser_.get().body()); }
    // The value of the Expect field.
    LANGEXPORT_DECL std::string expectation() const;
    bool is_old() const { return parser_.get().version() < 11; }
    bool may_keep_connection() const { return parser_.keep_alive(); }

private:
    LANGEXPORT_DECL std::size_t rest_of_header(std::string_view bytes) const;

    parser_type parser_;
    std::uint32_t header_limit_;
    std::uint64_t body_limit_;
    bool has_header_ = false;
    bool has_body_ = false; // whether a part of the body was consumed
    std::uint64_t size_ = 0;
};

} // namespace detail
} // namespace testing
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/testing/impl/request_reader.ipp>
#endif

#endif
