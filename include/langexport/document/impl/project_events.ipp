#ifndef LANGEXPORT_DOCUMENT_IMPL_PROJECT_EVENTS_IPP
#define LANGEXPORT_DOCUMENT_IMPL_PROJECT_EVENTS_IPP

#include <langexport/detail/json/decimal.hpp>
#include <langexport/document/impl/project_events.hpp>
#include <langexport/document/impl/project_writer.hpp>
#include <langexport/error.hpp>

#include <limits>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

LANGEXPORT_DECL std::string project_events::path() const {
    std::string path;
    for (std::size_t i = 0; i < depth_; ++i) {
        const level& at = levels_[i];
        if (at.is_array && at.count > 0)
            append_place(path, at.count - 1);
        else if (at.has_key)
            append_place(path, at.key);
    }
    return path;
}

LANGEXPORT_DECL bool project_events::on_object_begin(error_code& failed) {
    if (ignores_object_)
        return true;
    begin_value();
    if (is_collecting())
        return push(false);
    if (depth_ == 0)
        return push_object(project_file_schema, &file);
    const member_schema* const member = top().member;
    if (!member)
        return collect() && push(false);
    if (top().is_array && member->kind == member_kind::objects)
        return push_object(*member->inner, member->append(top().object));
    if (expects(member_kind::object)) {
        mark_known();
        return push_object(*member->inner, member->address(top().object));
    }
    if (expects(member_kind::json_object))
        return collect() && push(false);
    return differs("an object", failed) && push(false);
}

LANGEXPORT_DECL bool project_events::on_array_begin(error_code& failed) {
    begin_value();
    if (is_collecting())
        return push(true);
    if (depth_ == 0)
        return fail("an array where an object is expected", failed);
    const member_schema* const member = top().member;
    if (!member)
        return collect() && push(true);
    if (!expects(member_kind::objects) && !expects(member_kind::texts))
        return differs("an array", failed) && push(true);
    mark_known();
    return push_list(*member, member->address(top().object));
}

LANGEXPORT_DECL bool project_events::on_object_end(std::size_t size, error_code& failed) {
    if (ignores_object_)
        return true;
    if (is_collecting()) {
        stack_.push_object(size);
        return pop_collected(failed);
    }
    // Remembers an empty member, so that it is written again unless the program fills and empties it.
    const object_schema& schema = *top().schema;
    void* const object = top().object;
    member_order& order = member_access::order(schema.base(object));
    for (unsigned i = 0; i < schema.members.size(); ++i) {
        const member_schema& member = schema.members[i];
        if (member.written != presence::always && !is_empty(member, object))
            order.forget(i);
    }
    --depth_;
    places_ += is_in_list() ? 1u : 0u;
    return true;
}

LANGEXPORT_DECL bool project_events::on_array_end(std::size_t size, error_code& failed) {
    if (is_collecting()) {
        stack_.push_array(size);
        return pop_collected(failed);
    }
    if (!parts_.empty() && parts_depth_ == depth_)
        top().member->join(top().object, parts_);
    --depth_;
    return true;
}

LANGEXPORT_DECL bool project_events::on_key(text_view rest, std::size_t, error_code& failed) {
    level& at = top();
    at.key = whole_text(rest);
    at.has_key = true;
    forget_text();
    if (is_collecting()) {
        stack_.push_key(at.key);
        ++collected_members_;
        return true;
    }
    at.member = nullptr;
    for (const member_schema& member : at.schema->members) {
        if (member.name == at.key)
            at.member = &member;
    }
    project_object& base = at.schema->base(at.object);
    const bool is_known = at.member && member_access::order(base).has(index_of(at));
    const bool is_repeated = is_known || (!base.other.empty() && base.other.contains(at.key));
    if (!is_repeated)
        return true;
    if (!is_tolerant)
        return fail("the member occurs twice", failed);
    base.other.erase(at.key);
    if (is_known)
        at.member->reset(at.member->address(at.object));
    return true;
}

LANGEXPORT_DECL bool project_events::on_string(text_view rest, std::size_t, error_code& failed) {
    const bool is_taken = take_text(whole_text(rest), failed);
    forget_text();
    return is_taken;
}

LANGEXPORT_DECL bool project_events::on_int64(std::int64_t number, text_view rest,
                                              error_code& failed) {
    const bool is_below = whole_text(rest).starts_with('-');
    forget_text();
    if (number >= 0 && take_count(static_cast<std::uint64_t>(number)))
        return true;
    if (number == 0 && is_below) // an integer has no negative zero
        return other_scalar(-0.0, "a number", failed);
    return other_scalar(number, number < 0 ? "a number below 0" : "a number", failed);
}

LANGEXPORT_DECL bool project_events::on_uint64(std::uint64_t number, text_view rest,
                                               error_code& failed) {
    see(rest);
    forget_text();
    return take_count(number) || other_scalar(number, "a number", failed);
}

// The parser's own conversion may be wrong in the last digit, which would change the written file.
LANGEXPORT_DECL bool project_events::on_double(double number, text_view rest, error_code& failed) {
    const std::string text(whole_text(rest));
    forget_text();
    const std::optional<double> nearest = nearest_double(text);
    if (!nearest && !is_tolerant) {
        begin_value();
        return fail("a number beyond the range of a double", failed);
    }
    const bool is_below = text.starts_with('-');
    constexpr double largest = (std::numeric_limits<double>::max)();
    number = nearest.value_or(is_below ? -largest : largest);
    const decimal exact(text);
    const bool is_rounded = exact != decimal(number);
    const std::optional<std::uint64_t> whole = exact.whole();
    if (whole && !is_below && take_count(*whole))
        return true; // 1.0 and 1e0 are 1
    if (whole && is_rounded && !is_below)
        return other_scalar(*whole, "a number", failed);
    if (whole && is_rounded && *whole >> 63 == 0)
        return other_scalar(-static_cast<std::int64_t>(*whole), "a number below 0", failed);
    if (!other_scalar(number, "a number that is not an integer", failed))
        return false;
    // A text with at most this many digits is only another way to write the same double.
    constexpr std::size_t most = std::numeric_limits<double>::max_digits10;
    if (!nearest || (text.size() > most && exact.precision() > most && is_rounded))
        file.rounded_numbers.emplace_back(path(), text);
    return true;
}

LANGEXPORT_DECL bool project_events::on_bool(bool flag, error_code& failed) {
    if (!expects(member_kind::flag))
        return other_scalar(flag, "a boolean", failed);
    mark_known();
    member_of<std::optional<bool>>(*top().member, top().object) = flag;
    return true;
}

// A known member that is null counts as absent, but is kept.
LANGEXPORT_DECL bool project_events::on_null(error_code& failed) {
    if (!is_collecting() && is_in_object())
        return store_other(nullptr);
    return other_scalar(nullptr, "null", failed);
}

// Levels are reused, to keep the memory of their keys.
LANGEXPORT_DECL bool project_events::push(bool is_array) {
    if (levels_.size() == depth_)
        levels_.emplace_back();
    level& pushed = levels_[depth_++];
    pushed.schema = nullptr;
    pushed.member = nullptr;
    pushed.object = nullptr;
    pushed.count = 0;
    pushed.is_array = is_array;
    pushed.has_key = false;
    return true;
}

LANGEXPORT_DECL bool project_events::push_object(const object_schema& schema, void* object) {
    push(false);
    top().schema = &schema;
    top().object = object;
    member_access::order(schema.base(object)).set_parsed();
    return true;
}

LANGEXPORT_DECL bool project_events::push_list(const member_schema& list, void* elements) {
    push(true);
    top().member = &list;
    top().object = elements;
    places_ += is_in_list() ? 1u : 0u;
    return true;
}

LANGEXPORT_DECL bool project_events::collect() {
    return collect_at(depth_);
}

LANGEXPORT_DECL bool project_events::collect_at(std::size_t owner) {
    collector_ = owner;
    collected_members_ = 0;
    stack_.reset();
    return true;
}

// Counts the members in a value, at all depths. The parser limits the depth.
inline std::size_t count_members(const boost::json::value& value) {
    std::size_t count = 0;
    if (const auto* object = value.if_object()) {
        count = object->size();
        for (const auto& member : *object)
            count += count_members(member.value());
    } else if (const auto* array = value.if_array()) {
        for (const auto& element : *array)
            count += count_members(element);
    }
    return count;
}

LANGEXPORT_DECL bool project_events::pop_collected(error_code& failed) {
    --depth_;
    if (depth_ != collector_)
        return true;
    collector_ = nothing;
    boost::json::value value = stack_.release();
    // If a name occurred twice in an object, only the last member is left.
    if (count_members(value) != collected_members_ && !is_tolerant)
        return fail("a member in it occurs twice", failed);
    if (!expects(member_kind::json_object) || !value.is_object())
        return store_other(std::move(value));
    mark_known();
    member_of<boost::json::object>(*top().member, top().object) = std::move(value.get_object());
    return true;
}

// An element that does not fit into its list becomes a member of the owner: `documents[3]`.
LANGEXPORT_DECL bool project_events::store_other(boost::json::value value) {
    const level& owner = top().is_array ? levels_[depth_ - 2] : top();
    project_object& base = owner.schema->base(owner.object);
    std::string name = owner.key;
    if (top().is_array)
        append_place(name, top().count - 1);
    base.other.emplace(name, std::move(value));
    member_access::order(base).add(member_order::unknown);
    return true;
}

LANGEXPORT_DECL void project_events::mark_known() {
    member_access::order(top().schema->base(top().object)).add(index_of(top()));
}

LANGEXPORT_DECL bool project_events::take_text(std::string_view text, error_code& failed) {
    if (expects(member_kind::text)) {
        mark_known();
        member_of<std::string>(*top().member, top().object) = text;
        return true;
    }
    const bool is_element = !is_collecting() && depth_ > 0 && top().is_array;
    if (is_element && top().member->kind == member_kind::texts) {
        begin_value();
        static_cast<std::vector<std::string>*>(top().object)->emplace_back(text);
        return true;
    }
    return other_scalar(text_view(text.data(), text.size()), "a string", failed);
}

LANGEXPORT_DECL bool project_events::take_count(std::uint64_t number) {
    if (!expects(member_kind::count))
        return false;
    mark_known();
    member_of<std::uint64_t>(*top().member, top().object) = number;
    return true;
}

inline void push_scalar(boost::json::value_stack& stack, boost::json::string_view text) {
    stack.push_string(text);
}
inline void push_scalar(boost::json::value_stack& stack, std::int64_t number) {
    stack.push_int64(number);
}
inline void push_scalar(boost::json::value_stack& stack, std::uint64_t number) {
    stack.push_uint64(number);
}
inline void push_scalar(boost::json::value_stack& stack, double number) {
    stack.push_double(number);
}
inline void push_scalar(boost::json::value_stack& stack, bool flag) {
    stack.push_bool(flag);
}
inline void push_scalar(boost::json::value_stack& stack, std::nullptr_t) {
    stack.push_null();
}

// Stores a scalar that has no typed member: in the collected value, or as an unknown member.
template <class Scalar>
bool project_events::other_scalar(Scalar value, const char* found, error_code& failed) {
    begin_value();
    if (!is_collecting()) {
        if (depth_ == 0)
            return fail(std::string(found) + " where an object is expected", failed);
        if (top().member && !differs(found, failed))
            return false;
        // An unexpected element made `differs` collect the list. An unexpected member is complete.
        if (!is_collecting() || collector_ == depth_) {
            collector_ = nothing;
            return store_other(boost::json::value(value));
        }
    }
    push_scalar(stack_, value);
    return true;
}

// The value does not match the schema. If the kind of the project is known, this is an error. If the
// kind may be unknown, the value is collected for `other` and the error is deferred until the kind is
// known. An element that does not match after elements that do is an error, unless the parser is
// tolerant.
LANGEXPORT_DECL bool project_events::differs(const char* found, error_code& failed) {
    level& at = top();
    const std::string message = std::string(found) + " where " +
                                expected_kind(at.member->kind, at.is_array) + " is expected";
    const bool is_known = file.kind() != project_kind::unknown;
    const bool has_elements = at.is_array && at.count > 1;
    if (is_known || (has_elements && !is_tolerant))
        return fail(message, failed);
    if (deferred_error.empty()) {
        deferred_error = place(message);
        deferred_error_byte = seen_byte();
    }
    if (!at.is_array || has_elements)
        return collect();
    // The first element does not match: the whole list becomes an unknown member of its object.
    at.member = nullptr;
    at.object = nullptr;
    const level& owner = levels_[depth_ - 2];
    member_access::order(owner.schema->base(owner.object)).take_back(index_of(owner));
    return collect_at(depth_ - 1);
}

LANGEXPORT_DECL std::string project_events::place(const std::string& message) const {
    const std::string where = path();
    return where.empty() ? message : where + ": " + message;
}

LANGEXPORT_DECL bool project_events::fail(const std::string& message, error_code& failed) {
    why = place(message);
    why_byte = seen_byte();
    failed = make_error_code(errc::malformed_document);
    return false;
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
