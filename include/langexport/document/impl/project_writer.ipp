#ifndef LANGEXPORT_DOCUMENT_IMPL_PROJECT_WRITER_IPP
#define LANGEXPORT_DOCUMENT_IMPL_PROJECT_WRITER_IPP

#include <langexport/detail/base/lone_surrogate.hpp>
#include <langexport/detail/base/text.hpp>
#include <langexport/detail/json/decimal.hpp>
#include <langexport/document/impl/project_writer.hpp>
#include <langexport/error.hpp>

#include <boost/json/array.hpp>
#include <boost/json/kind.hpp>
#include <boost/json/string.hpp>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace langexport {
inline namespace v0 {
namespace detail {

LANGEXPORT_DECL void append_json_text(std::string& json, std::string_view text) {
    json += '"';
    std::size_t written = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const auto c = static_cast<unsigned char>(text[at]);
        if (c == 0xED && has_surrogate_at(text, at)) {
            json.append(text, written, at - written);
            append_surrogate_escape(json, text, at);
            written = at + surrogate_bytes;
            at = written - 1;
            continue;
        }
        if (c >= 0x20 && c != '"' && c != '\\')
            continue;
        json.append(text, written, at - written);
        written = at + 1;
        json += '\\';
        switch (c) {
        case '"':
        case '\\':
            json += static_cast<char>(c);
            break;
        case '\n':
            json += 'n';
            break;
        case '\r':
            json += 'r';
            break;
        case '\t':
            json += 't';
            break;
        default:
            append_hex(json += 'u', c, 4);
        }
    }
    json.append(text, written).append(1, '"');
}

// An object or array that is being written.
class project_writer::list {
public:
    list(project_writer& writer, bool is_array)
        : closing(is_array ? ']' : '}'), place_size(writer.place_.size()) {
        writer.text_ += is_array ? '[' : '{';
    }

    char closing;
    std::size_t count = 0;
    std::size_t place_size;
};

LANGEXPORT_DECL void append_place(std::string& place, std::string_view member) {
    place.append(place.empty() ? "" : ".").append(one_printable_line(member, 60));
}

LANGEXPORT_DECL void append_place(std::string& place, std::size_t element) {
    place.append("[").append(std::to_string(element)).append("]");
}

LANGEXPORT_DECL project_writer::project_writer(std::function<void(std::string_view)> sink,
                                               bool is_sorted)
    : sink_(std::move(sink)), is_sorted_(is_sorted) {}

LANGEXPORT_DECL void project_writer::begin_element(list& elements) {
    constexpr std::size_t piece = 64 * 1024;
    if (text_.size() >= piece)
        flush();
    text_ += elements.count > 0 ? "," : "";
    if (!kept_.empty()) {
        place_.resize(elements.place_size);
        if (elements.closing == ']')
            append_place(place_, elements.count);
    }
    ++elements.count;
}

LANGEXPORT_DECL void project_writer::begin_member(list& members, std::string_view name) {
    begin_element(members);
    if (!kept_.empty())
        append_place(place_, name);
    write_text(name);
    text_ += ':';
}

LANGEXPORT_DECL void project_writer::end(list& elements) {
    text_ += elements.closing;
    place_.resize(elements.place_size);
}

LANGEXPORT_DECL void project_writer::keep(const std::vector<rounded_number>& numbers) {
    for (const rounded_number& number : numbers)
        kept_.emplace(number.place, &number);
}

LANGEXPORT_DECL void project_writer::flush() {
    if (!text_.empty())
        sink_(text_);
    text_.clear();
}

// The first byte that is neither UTF-8 nor part of a stored half of a UTF-16 pair; npos if there is
// none.
inline std::size_t find_invalid_text(std::string_view text) noexcept {
    std::size_t checked = 0;
    for (;;) {
        const std::size_t bad = find_invalid_utf8(text.substr(checked));
        if (bad == std::string_view::npos)
            return bad;
        checked += bad;
        if (!has_surrogate_at(text, checked))
            return checked;
        checked += surrogate_bytes;
    }
}

LANGEXPORT_DECL void project_writer::write_text(std::string_view text) {
    append_json_text(text_, text);
    const std::size_t bad = find_invalid_text(text);
    if (bad != std::string_view::npos)
        throw_error(errc::invalid_request, "byte " + std::to_string(bad) + " of the text '" +
                                               one_printable_line(text, 60) + "' is not UTF-8");
}

// The shortest text that is read as the same double.
LANGEXPORT_DECL void project_writer::write_number(double number) {
    if (!std::isfinite(number))
        throw_error(errc::invalid_request, "JSON cannot represent a number that is not finite");
    const auto [first, last] = kept_.equal_range(place_);
    for (auto kept = first; kept != last; ++kept) {
        if (nearest_double(kept->second->text) == number) {
            text_ += kept->second->text;
            return;
        }
    }
    const std::string text = shortest_text(number);
    text_ += text;
    if (text.find_first_of(".e") == std::string::npos)
        text_ += ".0";
}

LANGEXPORT_DECL void project_writer::write(const boost::json::object& members) {
    list written(*this, false);
    if (is_sorted_) {
        std::vector<const boost::json::key_value_pair*> sorted;
        sorted.reserve(members.size());
        for (const auto& member : members)
            sorted.push_back(&member);
        std::sort(sorted.begin(), sorted.end(),
                  [](const auto* a, const auto* b) { return a->key() < b->key(); });
        for (const auto* member : sorted) {
            begin_member(written, member->key());
            write(member->value());
        }
    } else {
        for (const auto& member : members) {
            begin_member(written, member.key());
            write(member.value());
        }
    }
    end(written);
}

LANGEXPORT_DECL void project_writer::write(const boost::json::value& value) {
    switch (value.kind()) {
    case boost::json::kind::null:
        text_ += "null";
        return;
    case boost::json::kind::bool_:
        text_ += value.get_bool() ? "true" : "false";
        return;
    case boost::json::kind::int64:
        text_ += std::to_string(value.get_int64());
        return;
    case boost::json::kind::uint64:
        text_ += std::to_string(value.get_uint64());
        return;
    case boost::json::kind::double_:
        write_number(value.get_double());
        return;
    case boost::json::kind::string:
        write_text(value.get_string());
        return;
    case boost::json::kind::array: {
        list elements(*this, true);
        for (const auto& element : value.get_array()) {
            begin_element(elements);
            write(element);
        }
        end(elements);
        return;
    }
    case boost::json::kind::object:
        write(value.get_object());
        return;
    }
}

LANGEXPORT_DECL void project_writer::write_member(const member_schema& member, const void* owner) {
    switch (member.kind) {
    case member_kind::text:
        write_text(member_of<std::string>(member, owner));
        return;
    case member_kind::count:
        text_ += std::to_string(member_of<std::uint64_t>(member, owner));
        return;
    case member_kind::flag:
        text_ += member_of<std::optional<bool>>(member, owner).value_or(false) ? "true" : "false";
        return;
    case member_kind::texts: {
        list elements(*this, true);
        for (const std::string& text : member_of<std::vector<std::string>>(member, owner)) {
            begin_element(elements);
            write_text(text);
        }
        end(elements);
        return;
    }
    case member_kind::json_object:
        write(member_of<boost::json::object>(member, owner));
        return;
    case member_kind::object:
        write(*member.inner, address_in(member, owner));
        return;
    case member_kind::objects: {
        const void* const all = address_in(member, owner);
        list elements(*this, true);
        for (std::size_t i = 0; i < member.size(all); ++i) {
            begin_element(elements);
            write(*member.inner, member.element(all, i));
        }
        end(elements);
        return;
    }
    }
}

LANGEXPORT_DECL void project_writer::write_other(list& members, const object_schema& schema,
                                                 const void* object,
                                                 const boost::json::object::value_type& member) {
    if (hides_other(schema, object, member.key()))
        return;
    begin_member(members, member.key());
    write(member.value());
}

LANGEXPORT_DECL void project_writer::write(const object_schema& schema, const void* object) {
    const project_object& base = base_in(schema, object);
    const member_order& order = member_access::order(base);
    list members(*this, false);
    unsigned done = 0;
    const auto write_known = [&](unsigned index) {
        if ((done >> index & 1u) != 0 || !is_written(schema, object, index))
            return;
        done |= 1u << index;
        begin_member(members, schema.members[index].name);
        write_member(schema.members[index], object);
    };

    auto other = base.other.begin();
    if (!is_sorted_) {
        for (std::size_t place = 0; place < order.size(); ++place) {
            const unsigned index = order.at(place);
            if (index != member_order::unknown)
                write_known(index);
            else if (other != base.other.end())
                write_other(members, schema, object, *other++);
        }
    }
    for (unsigned index = 0; index < schema.members.size(); ++index)
        write_known(index);
    if (is_sorted_) {
        std::vector<const boost::json::key_value_pair*> sorted;
        for (const auto& member : base.other)
            sorted.push_back(&member);
        std::sort(sorted.begin(), sorted.end(),
                  [](const auto* a, const auto* b) { return a->key() < b->key(); });
        for (const auto* member : sorted)
            write_other(members, schema, object, *member);
    } else {
        for (; other != base.other.end(); ++other)
            write_other(members, schema, object, *other);
    }
    end(members);
}

template <class... Value>
std::string to_fixed_json(void (project_writer::*write)(Value...), Value... value) {
    std::string result;
    project_writer writer([&](std::string_view piece) { result += piece; }, true);
    (writer.*write)(value...);
    writer.flush();
    return result;
}

LANGEXPORT_DECL std::string fixed_json(const object_schema& schema, const void* object) {
    return to_fixed_json<const object_schema&, const void*>(&project_writer::write, schema, object);
}
LANGEXPORT_DECL std::string fixed_json(const member_schema& member, const void* owner) {
    return to_fixed_json<const member_schema&, const void*>(&project_writer::write_member, member,
                                                            owner);
}
LANGEXPORT_DECL std::string fixed_json(const boost::json::value& value) {
    return to_fixed_json<const boost::json::value&>(&project_writer::write, value);
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
