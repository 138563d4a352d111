#ifndef LANGEXPORT_DOCUMENT_IMPL_USUAL_ELEMENTS_HPP
#define LANGEXPORT_DOCUMENT_IMPL_USUAL_ELEMENTS_HPP

#include <langexport/detail/json/json_token_reader.hpp>
#include <langexport/document/impl/project_schema.hpp>
#include <langexport/version.hpp>

#include <cstddef>
#include <string_view>

namespace langexport {
inline namespace v0 {
namespace detail {

// Reads elements of a list directly from JSON, in one pass and without events, if they have the usual form: each member
// is in the table of its object, has the right type and occurs once, texts have no escapes, and lists and objects are
// complete. Most elements of the service's files have it. All others, and all errors, belong to the parser that sends
// events, which is slower. The text has to be UTF-8.
class usual_elements {
public:
    // The text begins behind the beginning of a list, or behind an element of it.
    explicit usual_elements(std::string_view json) noexcept : text_(json), begin_(json.data()) {}

    // The nesting depth that elements of any list may have.
    static constexpr std::size_t max_depth = 8;

    // Appends elements to a list until one does not have the usual form. Returns their number. `is_first`: the list has
    // just begun, so that there is no comma before the element.
    LANGEXPORT_DECL std::size_t append_to(const member_schema& list, void* elements, bool is_first);

    // The number of bytes of the elements.
    std::size_t size() const noexcept { return size_; }
    // Where the last name, text or number in them is; null if there is none.
    const char* last_token() const noexcept { return token_; }

private:
    bool read(const object_schema& schema, void* object);
    bool read(const member_schema& member, void* value);
    bool read_list(const member_schema& list, void* elements);
    bool read_texts(void* list);
    const member_schema* read_name(const object_schema& schema, std::size_t expected);
    bool read_text(std::string_view& text) noexcept;

    json_token_reader text_;
    const char* begin_;
    const char* token_ = nullptr;
    std::size_t size_ = 0;
};

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/document/impl/usual_elements.ipp>
#endif

#endif
