#ifndef LANGEXPORT_DOCUMENT_IMPL_NORMALIZING_EVENTS_HPP
#define LANGEXPORT_DOCUMENT_IMPL_NORMALIZING_EVENTS_HPP

#include <langexport/detail/json/parsed_text.hpp>
#include <langexport/document/impl/project_schema.hpp>
#include <langexport/version.hpp>

#include <boost/json/object.hpp>
#include <boost/json/string.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace langexport {
inline namespace v0 {
namespace detail {

// Receives the parser's events and writes the values in another order. Values are never converted:
// numbers keep their text.
//
// A value that is written in one line is sorted in `line_`, object by object. An object with one line
// for each member keeps its members apart, in pieces, until it ends. So large members are moved, not
// copied.
//
// The class has one function for each kind of event, as the parser requires. The other functions share the
// stack of open objects and arrays, so they belong to the same class.
class normalizing_events : public parsed_text {
public:
    static constexpr std::size_t max_object_size = boost::json::object::max_size();
    static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_key_size = boost::json::string::max_size();
    static constexpr std::size_t max_string_size = boost::json::string::max_size();

    bool is_sorting = false; // see normalizing_options::sort_items

    // The whole output, once the document has ended.
    std::vector<std::string> extract();

    // "assets.documents[3].class"; empty for the root.
    std::string path() const;

    bool on_object_begin(error_code&);
    bool on_object_end(std::size_t, error_code&);
    bool on_array_begin(error_code&);
    bool on_array_end(std::size_t, error_code&);
    bool on_key(text_view rest, std::size_t, error_code&);
    bool on_string(text_view rest, std::size_t, error_code&);
    bool on_int64(std::int64_t, text_view rest, error_code&) { return write_number(rest); }
    bool on_uint64(std::uint64_t, text_view rest, error_code&) { return write_number(rest); }
    bool on_double(double, text_view rest, error_code&) { return write_number(rest); }
    bool on_bool(bool flag, error_code&) { return write_word(flag ? "true" : "false"); }
    bool on_null(error_code&) { return write_word("null"); }

private:
    using pieces = std::vector<std::string>;

    // A member of an open object.
    struct member {
        unsigned rank = 0; // its position in the table; larger than all positions if it has none
        std::string name;  // only for an object in lines; otherwise reused memory
        std::size_t begin = 0; // where it begins in `line_`, including its name
        pieces value;          // only for an object in lines
    };

    // An open object or array.
    struct level {
        const object_schema* schema =
            nullptr; // of an object, or of an array's elements; may be null
        const object_schema* inner = nullptr; // of the value of an object's current member
        std::size_t first = 0;                // an object's first member, an array's first element
        std::size_t count = 0;                // members or elements so far
        bool is_array = false;
        bool is_in_lines = false;
        bool has_only_objects = true; // only for an array
    };

    // An element of an open array, in `line_`.
    struct element {
        std::size_t begin = 0;
        std::size_t end = 0;
    };

    level& top() { return levels_.back(); }
    bool is_in_broken_object() const {
        return !levels_.empty() && levels_.back().is_in_lines && !levels_.back().is_array;
    }
    void begin(bool is_array);
    void begin_value(bool is_object);
    void end_value();
    void sort_elements(const level& array);
    void write_rows(const level& array);
    void break_line(std::size_t depth);
    void spill();
    bool write_word(std::string_view word);
    bool write_number(text_view rest);
    member& add_member();
    void sort_line(const level& object);
    void write_in_lines(const level& object);
    std::vector<std::size_t> order_of(const level& object) const;

    std::vector<level> levels_;
    std::size_t broken_ = 0;      // number of objects in lines among them
    std::vector<member> members_; // the members of all open objects, as a stack; the rest is reused
    std::size_t member_count_ = 0;
    std::vector<element> elements_; // of all open arrays in one line, if they are sorted
    pieces rows_;                   // the elements of the open array in lines, if it is sorted
    pieces done_;                   // the finished part of the output or of the current member
    std::string line_;              // the rest of the same, which is still being written
    std::string sorted_;
};

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/document/impl/normalizing_events.ipp>
#endif

#endif
