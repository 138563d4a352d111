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

// Appends a text as JSON has it: in quotes, with no more escapes than are needed. Half of a UTF-16 pair
// becomes its escape (see lone_surrogate.hpp); what else is no UTF-8 stays as it is.
LANGEXPORT_DECL void append_json_text(std::string& json, std::string_view text);

// Writes compact JSON from typed objects and from values of Boost.JSON, whose own writer writes 0.5 as
// 5E-1.
class project_writer {
public:
    // `sink` is called with pieces, the last ones in `flush`. Sorted, members are in a fixed order: those
    // in the tables first, then the others by name; else in the order they were parsed in.
    project_writer(std::function<void(std::string_view)> sink, bool is_sorted);

    // Numbers that are to be written as they were, unless they have changed; they must live until all is
    // written.
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
    // Only if numbers are kept: by their place, and the place of what is being written.
    std::multimap<std::string_view, const rounded_number*> kept_;
    std::string place_;
};

// Adds the name of a member, or the number of an element, to the place of the object or list it is in.
LANGEXPORT_DECL void append_place(std::string& place, std::string_view member);
LANGEXPORT_DECL void append_place(std::string& place, std::size_t element);

// One value as compact JSON, its members in a fixed order: equal values give equal texts.
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
