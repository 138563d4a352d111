#ifndef LANGEXPORT_DOCUMENT_IMPL_PROJECT_WRITER_HPP
#define LANGEXPORT_DOCUMENT_IMPL_PROJECT_WRITER_HPP

#include <langexport/document/impl/project_schema.hpp>
#include <langexport/version.hpp>

#include <boost/json/value.hpp>

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace langexport {
inline namespace v0 {
namespace detail {

// Appends a text as a JSON string with the fewest escapes. Half of a UTF-16 pair becomes its escape (see
// lone_surrogate.hpp); other bytes that are not UTF-8 stay unchanged.
LANGEXPORT_DECL void append_json_text(std::string& json, std::string_view text);

// Writes compact JSON from typed objects and from values of Boost.JSON. (The writer of Boost.JSON writes
// 0.5 as 5E-1.)
class project_writer {
public:
    // Calls `sink` with pieces; `flush` passes the last ones. If `is_sorted` is set, members are in a
    // fixed order: those in the tables first, then the others by name. Otherwise they are in the order
    // in which they were parsed.
    project_writer(std::function<void(std::string_view)> sink, bool is_sorted);

    // Sets numbers to be written in their original form, unless they have changed. They must live until
    // the end of the output.
    void keep(const std::vector<rounded_number>& numbers);

    void write(const object_schema& schema, const void* object);
    void write(const boost::json::value& value);
    void write_member(const member_schema& member, const void* owner);
    void write_text(std::string_view text);
    void flush();

private:
    class list;

    void begin_element(list& elements);
    void begin_member(list& members, std::string_view name);
    void end(list& elements);
    void write_other(list& members, const object_schema& schema, const void* object,
                     const boost::json::object::value_type& member);
    void write_number(double number);
    void write(const boost::json::object& members);

    std::function<void(std::string_view)> sink_;
    bool is_sorted_;
    std::string text_;
    // Only if `keep` was called: the numbers by place, and the place of the current value.
    std::multimap<std::string_view, const rounded_number*> kept_;
    std::string place_;
};

// Appends the name of a member, or the index of an element, to the place of its object or list.
LANGEXPORT_DECL void append_place(std::string& place, std::string_view member);
LANGEXPORT_DECL void append_place(std::string& place, std::size_t element);

// Returns one value as compact JSON with its members in a fixed order. Equal values give equal texts.
LANGEXPORT_DECL std::string fixed_json(const object_schema& schema, const void* object);
LANGEXPORT_DECL std::string fixed_json(const member_schema& member, const void* owner);
LANGEXPORT_DECL std::string fixed_json(const boost::json::value& value);

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/document/impl/project_writer.ipp>
#endif

#endif
