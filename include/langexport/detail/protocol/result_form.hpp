#ifndef LANGEXPORT_DETAIL_PROTOCOL_RESULT_FORM_HPP
#define LANGEXPORT_DETAIL_PROTOCOL_RESULT_FORM_HPP

#include <langexport/project_surface.hpp>
#include <langexport/version.hpp>

#include <string_view>

namespace langexport {
inline namespace v0 {
namespace detail {

// The documented forms of results, as a set of flags.
enum class result_forms : unsigned char {
    project = 1,  // JSON that has an object `assets`
    luis = 2,     // JSON that has a `luis_schema_version`
    table = 4,    // tab-separated values, or a zip archive of them
    workbook = 8, // an Excel file, which is a zip archive
    any = project | luis | table | workbook
};

constexpr result_forms operator|(result_forms a, result_forms b) noexcept {
    return static_cast<result_forms>(static_cast<unsigned>(a) | static_cast<unsigned>(b));
}
constexpr bool may_be(result_forms due, result_forms form) noexcept {
    return (static_cast<unsigned>(due) & static_cast<unsigned>(form)) != 0;
}
// Whether the result must be JSON.
constexpr bool is_json_due(result_forms due) noexcept {
    return !may_be(due, result_forms::table | result_forms::workbook);
}

// The expected properties of a result.
class result_expectation {
public:
    result_forms due = result_forms::any;
    // Whether the structure is checked. Otherwise the result must only be complete and not an HTML page.
    bool has_structure = true;
};

// The expected result of a request with this surface and format (empty: the surface's default).
LANGEXPORT_DECL result_forms forms_of(project_surface surface, std::string_view format) noexcept;

// The possible results of a job. Its link does not contain the format, but its path names the surface.
LANGEXPORT_DECL result_forms forms_of_link(std::string_view link) noexcept;

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/protocol/impl/result_form.ipp>
#endif

#endif
