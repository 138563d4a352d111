#ifndef LANGEXPORT_TESTING_IMPL_WORKBOOK_HPP
#define LANGEXPORT_TESTING_IMPL_WORKBOOK_HPP

#include <langexport/version.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace langexport {
inline namespace v0 {
namespace testing {
namespace detail {

// Collects files in a zip archive without compression.
class zip_archive {
public:
    LANGEXPORT_DECL void add(std::string_view name, std::string_view content);
    // Returns the whole archive. Do not add files afterwards.
    LANGEXPORT_DECL std::string to_bytes();

private:
    std::string bytes_;
    std::string directory_;
    std::uint16_t count_ = 0;
};

// A workbook (.xlsx) with one sheet of texts. Spreadsheet programs can open it.
class workbook {
public:
    LANGEXPORT_DECL void add_row(const std::vector<std::string>& cells);
    LANGEXPORT_DECL std::string to_bytes() const;

private:
    std::string rows_;
};

} // namespace detail
} // namespace testing
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/testing/impl/workbook.ipp>
#endif

#endif
