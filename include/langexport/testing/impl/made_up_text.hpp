#ifndef LANGEXPORT_TESTING_IMPL_MADE_UP_TEXT_HPP
#define LANGEXPORT_TESTING_IMPL_MADE_UP_TEXT_HPP

#include <langexport/testing/body_source.hpp>
#include <langexport/testing/project.hpp>
#include <langexport/version.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace langexport {
inline namespace v0 {
namespace testing {
namespace detail {

// Functions that generate parts of project files.

// A JSON string, in quotes.
LANGEXPORT_DECL std::string json_text(std::string_view text);
// The same without the quote at its end, so that more can follow.
LANGEXPORT_DECL std::string open_json_text(std::string_view text);
// Appends a number with leading zeros.
LANGEXPORT_DECL void append_number(std::string& output, std::uint64_t number, std::size_t digits);
// Every fifth item is in the dataset `Test`.
LANGEXPORT_DECL std::string_view dataset_of(std::uint64_t i) noexcept;

// The beginning of a project file, up to the name of the project.
LANGEXPORT_DECL std::string project_head(const project& p, const export_wish& wish);
// The part after the project's name, up to the place of the filler.
LANGEXPORT_DECL std::string description_of(const project& p);

} // namespace detail
} // namespace testing
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/testing/impl/made_up_text.ipp>
#endif

#endif
