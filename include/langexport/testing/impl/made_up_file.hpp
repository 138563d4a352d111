#ifndef LANGEXPORT_TESTING_IMPL_MADE_UP_FILE_HPP
#define LANGEXPORT_TESTING_IMPL_MADE_UP_FILE_HPP

#include <langexport/testing/body_source.hpp>
#include <langexport/testing/project.hpp>
#include <langexport/version.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace langexport {
inline namespace v0 {
namespace testing {
namespace detail {

// A generated result: a head that can contain filler, numbered items, and a tail.
class made_up_file {
public:
    made_up_file() = default;
    made_up_file(const made_up_file&) = delete;
    made_up_file& operator=(const made_up_file&) = delete;
    virtual ~made_up_file() = default;

    // Each item has the same length as the item `period` places later.
    static constexpr std::size_t period = 5;

    virtual void append_item(std::string& output, std::uint64_t i) const = 0;

    std::string before_filler;
    std::string after_filler;
    std::string separator = ","; // between items
    std::string tail;
};

LANGEXPORT_DECL std::unique_ptr<const made_up_file> make_up(const project& p,
                                                            const export_wish& wish);
// A knowledge base as a workbook (format `excel`), generated in memory.
LANGEXPORT_DECL std::string make_up_workbook(const project& p, const export_wish& wish);

LANGEXPORT_DECL bool is_knowledge_base_as(const project& p, const export_wish& wish,
                                          std::string_view format);

} // namespace detail
} // namespace testing
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/testing/impl/made_up_file.ipp>
#endif

#endif
