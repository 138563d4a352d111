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

// What made-up files are put together from.

// A text in quotation marks.
LANGEXPORT_DECL std::string json_text(std::string_view text);
// A number with zeros before it.
LANGEXPORT_DECL void append_number(std::string& to, std::uint64_t number, std::size_t digits);
// One in five is for tests.
LANGEXPORT_DECL std::string_view dataset_of(std::uint64_t i) noexcept;

// From the beginning of a project file to the name of the project.
LANGEXPORT_DECL std::string project_head(const project& p, const export_wish& wish);
// What comes then, up to the text that can be filled up.
LANGEXPORT_DECL std::string description_of(const project& p);

} // namespace detail
} // namespace testing
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/testing/impl/made_up_text.ipp>
#endif

#endif
