#ifndef LANGEXPORT_DETAIL_PROTOCOL_RESULT_CHECK_HPP
#define LANGEXPORT_DETAIL_PROTOCOL_RESULT_CHECK_HPP

#include <langexport/detail/base/utf8_check.hpp>
#include <langexport/detail/protocol/result_form.hpp>
#include <langexport/detail/protocol/result_structure.hpp>
#include <langexport/error.hpp>
#include <langexport/version.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace langexport {
inline namespace v0 {
namespace detail {

// Describes a content encoding that the request did not accept; empty if there is none.
LANGEXPORT_DECL std::string unwanted_encoding(std::string_view content_encoding);

// Checks whether the body of a 200 can be the expected result. An empty body, an HTML page or truncated
// JSON fails. Unless `expected` says otherwise, the body must also have the structure of one of the
// expected forms. The body may arrive in pieces.
class result_check {
public:
    struct problem {
        errc code;
        std::string detail;
    };

    // The arguments are header fields of the response.
    LANGEXPORT_DECL result_check(std::string_view content_type, std::string_view content_encoding,
                                 result_expectation expected = {});

    LANGEXPORT_DECL void take(std::string_view piece);

    // An error that further bytes cannot correct. Before the first piece it concerns the header.
    LANGEXPORT_DECL std::optional<problem> problem_so_far() const;
    // The error of the complete body.
    LANGEXPORT_DECL std::optional<problem> problem_at_end() const;
    // Whether the body itself shows that it is complete.
    bool is_whole_json() const noexcept { return structure_.is_whole(); }
    // The project that the document names; empty if it names none.
    const std::string& project_name() const noexcept { return structure_.project_name(); }

private:
    enum class content : unsigned char { unknown, json, page, other };

    content content_of(char first) const noexcept;
    bool may_be(result_forms form) const noexcept { return detail::may_be(expected_.due, form); }
    bool is_zip() const noexcept;
    std::optional<problem> problem_with_json() const;
    std::optional<problem> problem_with_texts() const;
    const char* scalar_kind() const;
    std::string expected_form() const;
    std::string words() const;

    result_expectation expected_;
    content declared_ = content::unknown; // according to the header
    content content_ = content::unknown;
    char first_ = '\0';    // the first byte of the content
    std::string encoding_; // describes an encoding that was not accepted
    std::uint64_t size_ = 0;
    std::string head_; // the beginning of the body
    result_structure structure_;
    utf8_check utf8_;
};

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/protocol/impl/result_check.ipp>
#endif

#endif
