#ifndef LANGEXPORT_DETAIL_PROTOCOL_IMPORT_CHECK_HPP
#define LANGEXPORT_DETAIL_PROTOCOL_IMPORT_CHECK_HPP

#include <langexport/detail/protocol/result_form.hpp>
#include <langexport/project_surface.hpp>
#include <langexport/version.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace langexport {
inline namespace v0 {
namespace detail {

class import_json_reader;

// Checks whether a document can be imported before it is sent: its structure, the kinds of project that it names, and
// the unit of its offsets. The document arrives in pieces. The first mistake is kept, and later pieces are ignored.
class import_check {
public:
    // `surface` and `format` are those of the request.
    LANGEXPORT_DECL import_check(project_surface surface, std::string_view format);
    LANGEXPORT_DECL import_check(import_check&&) noexcept;
    LANGEXPORT_DECL ~import_check();

    LANGEXPORT_DECL void take(std::string_view piece);
    LANGEXPORT_DECL void finish();

    // What is wrong, and where; empty if nothing is.
    const std::string& problem() const noexcept { return problem_; }
    // The project that the document names; empty if it names none.
    LANGEXPORT_DECL std::string project_name() const;

private:
    void look_at_members();
    void look_at_first_bytes();

    project_surface surface_;
    result_forms form_;
    std::string problem_;
    std::string head_; // the beginning of a document that is not JSON
    std::uint64_t size_ = 0;
    std::unique_ptr<import_json_reader> reader_; // null if the document is not JSON
};

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/protocol/impl/import_check.ipp>
#endif

#endif
