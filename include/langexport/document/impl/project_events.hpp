#ifndef LANGEXPORT_DOCUMENT_IMPL_PROJECT_EVENTS_HPP
#define LANGEXPORT_DOCUMENT_IMPL_PROJECT_EVENTS_HPP

#include <langexport/detail/json/parsed_text.hpp>
#include <langexport/document/impl/project_schema.hpp>
#include <langexport/document/project_data.hpp>
#include <langexport/version.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/string.hpp>
#include <boost/json/value.hpp>
#include <boost/json/value_stack.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace langexport {
inline namespace v0 {
namespace detail {

// Receives the parser's events and fills a project. A value that matches the tables is stored at
// once. Every other value is collected on a stack and becomes a member of `other`.
//
// The class has one function for each kind of event, as the parser requires. The other functions share the
// stack of open objects and arrays, so they belong to the same class.
class project_events : public parsed_text {
public:
    static constexpr std::size_t max_object_size = boost::json::object::max_size();
    static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_key_size = boost::json::string::max_size();
    static constexpr std::size_t max_string_size = boost::json::string::max_size();

    bool is_tolerant = false; // see parse_mode
    project_file file;
    // An error that counts only if the kind of the project, which may follow, is known; and its byte.
    std::string deferred_error;
    std::uint64_t deferred_error_byte = 0;

    // The number of places so far where an element of a list of objects may follow: behind the beginning of the list,
    // and behind each element.
    std::uint64_t places() const noexcept { return places_; }
    // Reads elements of the usual form at such a place, and the commas before them: see usual_elements. The text begins
    // at this byte of the document, and is UTF-8. Returns the number of bytes. The parser has to receive `stand_in`
    // instead of them.
    std::size_t take_elements(std::string_view json, std::uint64_t byte, std::size_t max_depth);
    // Ignores the events of an empty object until this is called with false.
    void ignore_object(bool is_ignored) noexcept { ignores_object_ = is_ignored; }
    // "assets.documents[3].class"; empty for the file itself.
    std::string path() const;

    bool on_object_begin(error_code& failed);
    bool on_object_end(std::size_t size, error_code& failed);
    bool on_array_begin(error_code& failed);
    bool on_array_end(std::size_t size, error_code& failed);
    bool on_key(text_view rest, std::size_t, error_code& failed);
    bool on_string(text_view rest, std::size_t, error_code& failed);
    bool on_int64(std::int64_t number, text_view rest, error_code& failed);
    bool on_uint64(std::uint64_t number, text_view rest, error_code& failed);
    bool on_double(double number, text_view rest, error_code& failed);
    bool on_bool(bool flag, error_code& failed);
    bool on_null(error_code& failed);

private:
    // An open object or array. The tables describe an object that has a schema and an array that has a
    // member. All others are being collected.
    struct level {
        const object_schema* schema = nullptr;
        const member_schema* member = nullptr; // current member of an object, or the array
        void* object = nullptr;                // the typed object, or an array's vector
        std::string key;                       // the current key of an object
        std::size_t count = 0;                 // the number of an array's elements so far
        bool is_array = false;
        bool has_key = false;
    };

    static constexpr std::size_t nothing = static_cast<std::size_t>(-1);

    level& top() { return levels_[depth_ - 1]; }
    const level& top() const { return levels_[depth_ - 1]; }
    bool is_in_object() const { return depth_ > 0 && !top().is_array; }
    // Whether an element of a list of objects may be next.
    bool is_in_list() const {
        return !is_collecting() && depth_ > 0 && top().is_array && top().member &&
               top().member->kind == member_kind::objects;
    }
    void detach_long_list();
    // Whether the next value is for a known member of this kind of a typed object.
    bool expects(member_kind kind) const {
        return !is_collecting() && is_in_object() && top().member && top().member->kind == kind;
    }

    bool push(bool is_array);
    bool push_object(const object_schema& schema, void* object);
    bool push_list(const member_schema& list, void* elements);

    // Call this at the beginning of each scalar or element.
    void begin_value() {
        if (depth_ > 0 && top().is_array)
            ++top().count;
    }

    // Whether a value is being collected, for the level whose member it becomes.
    bool is_collecting() const noexcept { return collector_ != nothing; }
    bool collect();
    bool collect_at(std::size_t owner);
    bool pop_collected(error_code& failed);
    bool store_other(boost::json::value value);

    static unsigned index_of(const level& current) noexcept {
        return static_cast<unsigned>(current.member - current.schema->members.data());
    }
    void mark_known();

    bool take_text(std::string_view text, error_code& failed);
    bool take_count(std::uint64_t number);
    template <class Scalar>
    bool other_scalar(Scalar value, const char* found, error_code& failed);

    bool differs(const char* found, error_code& failed);
    std::string place(const std::string& message) const;
    bool fail(const std::string& message, error_code& failed);

    std::vector<level> levels_;
    std::size_t depth_ = 0;
    std::size_t collector_ = nothing;
    std::size_t collected_members_ = 0;
    list_parts parts_; // of the list that `parts_depth_` is the depth of
    std::size_t parts_depth_ = 0;
    std::uint64_t places_ = 0;
    bool ignores_object_ = false;
    boost::json::value_stack stack_;
};

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/document/impl/project_events.ipp>
#include <langexport/document/impl/project_lists.ipp>
#endif

#endif
