#ifndef LANGEXPORT_DETAIL_PROTOCOL_IMPL_READ_ERROR_IPP
#define LANGEXPORT_DETAIL_PROTOCOL_IMPL_READ_ERROR_IPP

#include <langexport/detail/base/text.hpp>
#include <langexport/detail/protocol/impl/parse_json.hpp>
#include <langexport/detail/protocol/read_error.hpp>

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <initializer_list>
#include <string>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

// Limits of the service's texts: enough for people, too little to fill a log.
inline constexpr std::size_t longest_code = 200;
inline constexpr std::size_t longest_message = 2000;
inline constexpr std::size_t longest_page = 200;
inline constexpr std::size_t most_details = 100;
inline constexpr std::size_t most_inner = 16;
inline constexpr unsigned most_levels = 16;

// Returns any value as text.
inline std::string text_of(const boost::json::value& value) {
    if (const auto* text = value.if_string())
        return std::string(std::string_view(*text));
    return value.is_null() ? std::string() : boost::json::serialize(value);
}

// The first of these members that has text. Numbers are converted to text.
inline std::string text_of_first(const boost::json::object& from,
                                 std::initializer_list<std::string_view> names) {
    for (const std::string_view name : names) {
        const boost::json::value* member = from.if_contains(name);
        if (!member || !(member->is_string() || member->is_number()))
            continue;
        std::string text = text_of(*member);
        if (!text.empty())
            return text;
    }
    return {};
}

inline service_error read_level(const boost::json::value& tree, unsigned levels_left);

inline void read_details(const boost::json::value& list, service_error& into,
                         unsigned levels_left) {
    if (const auto* map = list.if_object()) {
        for (const auto& member : *map) {
            if (into.properties.size() == most_details)
                break;
            into.properties.emplace_back(member.key(), text_of(member.value()));
        }
    }
    const auto* array = list.if_array();
    if (!array || levels_left == 0)
        return;
    for (const auto& element : *array) {
        if (into.details.size() == most_details)
            break;
        into.details.push_back(read_level(element, levels_left - 1));
    }
}

inline service_error read_words(const boost::json::object& from) {
    service_error words;
    words.code = text_of_first(from, {"code", "statusCode", "Code"});
    words.message = text_of_first(from, {"message", "Message"});
    words.target = text_of_first(from, {"target"});
    return words;
}

inline const boost::json::value* inner_of(const boost::json::object& from) noexcept {
    const auto* inner = from.if_contains("innererror");
    return inner ? inner : from.if_contains("innerError");
}

inline const boost::json::value* wrapped_in(const boost::json::object& from) noexcept {
    const auto* wrapped = from.if_contains("error");
    return wrapped ? wrapped : from.if_contains("Error");
}

// Reads one error with all nested ones.
inline service_error read_level(const boost::json::value& tree, unsigned levels_left) {
    const auto* object = tree.if_object();
    if (!object) {
        service_error plain;
        plain.message = text_of(tree);
        return plain;
    }
    service_error read = read_words(*object);
    const auto* wrapped = wrapped_in(*object);
    if (wrapped && wrapped->is_object() && read.empty() && levels_left > 0)
        return read_level(*wrapped, levels_left - 1);
    if (const auto* details = object->if_contains("details"))
        read_details(*details, read, levels_left);
    // The chain becomes a list, so that the code that uses it needs no recursion.
    const auto* inner = inner_of(*object);
    while (inner && inner->is_object() && read.inner.size() < most_inner) {
        const auto& link = inner->get_object();
        service_error words = read_words(link);
        if (const auto* details = link.if_contains("details"))
            read_details(*details, words, levels_left);
        read.inner.push_back(std::move(words));
        inner = inner_of(link);
    }
    return read;
}

// Truncates a text. It is redacted first, because a truncated secret might not be found. Some encodings of a secret
// are longer than the secret, so the limit before redaction is larger; it only limits the work for long texts.
inline void bound(std::string& text, std::size_t most, const redact_hook& redact) {
    constexpr std::size_t longest_examined = 32 * 1024;
    text.resize(cut_utf8(text, (std::max)(most, longest_examined)).size());
    redact_with(redact, text);
    text.resize(cut_utf8(text, most).size());
}

inline void bound(service_error& read, const redact_hook& redact) {
    bound(read.code, longest_code, redact);
    bound(read.message, longest_message, redact);
    bound(read.target, longest_code, redact);
    for (auto& [name, value] : read.properties) {
        bound(name, longest_code, redact);
        bound(value, longest_message, redact);
    }
    for (service_error& detail : read.details)
        bound(detail, redact);
    for (service_error& inner : read.inner)
        bound(inner, redact);
}

LANGEXPORT_DECL service_error read_error_tree(const boost::json::value& tree,
                                              const redact_hook& redact) {
    service_error read = read_level(tree, most_levels);
    bound(read, redact);
    return read;
}

// Reads the shapes of an object that the declaration lists; empty for any other object.
inline service_error read_error_document(const boost::json::value& document) {
    const boost::json::object& body = document.get_object();
    const boost::json::value* error = wrapped_in(body);
    if (error && (error->is_object() || error->is_array())) {
        service_error read;
        if (error->is_object())
            read = read_level(*error, most_levels);
        else
            read_details(*error, read, most_levels);
        return read;
    }
    if (error &&
        error->is_string()) { // the shape of token services: an error code and a description
        service_error read;
        read.code = text_of(*error);
        read.message = text_of_first(body, {"error_description", "message"});
        if (read.message.empty() && read.code.find(' ') != std::string::npos)
            read.message = std::exchange(read.code, {});
        return read;
    }
    service_error read = read_level(document, most_levels);
    if (const boost::json::value* errors = body.if_contains("errors"))
        read_details(*errors, read, most_levels);
    if (read.message.empty()) // gateways and problem documents use these names
        read.message = text_of_first(body, {"detail", "title"});
    return read;
}

// Finds the end of a tag, a comment or an element without readable text. `text` starts at its '<'.
inline std::size_t end_of_markup(std::string_view text) noexcept {
    const auto behind = [text](std::string_view end) {
        const std::size_t at = text.find(end);
        return at == std::string_view::npos ? text.size() : at + end.size();
    };
    if (text.starts_with("<!--"))
        return behind("-->");
    for (const std::string_view name : {"<script", "<style"}) {
        if (!equal_ignoring_case(text.substr(0, name.size()), name))
            continue;
        for (std::size_t at = text.find("</"); at != std::string_view::npos;
             at = text.find("</", at + 2)) {
            if (equal_ignoring_case(text.substr(at + 2, name.size() - 1), name.substr(1)))
                return (std::min)(text.find('>', at), text.size() - 1) + 1;
        }
        return text.size();
    }
    return behind(">");
}

// The character that a reference such as &amp; denotes, and its length. '&' itself if it is not a
// reference.
inline char read_reference(std::string_view text, std::size_t& length) noexcept {
    struct reference {
        std::string_view name;
        char character;
    };
    constexpr reference known[] = {{"&amp;", '&'},  {"&lt;", '<'},   {"&gt;", '>'},
                                   {"&quot;", '"'}, {"&#39;", '\''}, {"&nbsp;", ' '}};
    for (const reference& each : known) {
        if (text.starts_with(each.name)) {
            length = each.name.size();
            return each.character;
        }
    }
    length = 1;
    return '&';
}

// The readable text of an HTML page, or of any other body.
inline std::string readable_text(std::string_view page) {
    const bool has_markup = is_markup(page) || page.find("</") != std::string_view::npos;
    std::string text;
    bool gap = false;
    const auto add = [&](char c) {
        if (is_control(c) || c == ' ') {
            gap = true;
            return;
        }
        if (gap && !text.empty())
            text += ' ';
        gap = false;
        text += c;
    };
    while (!page.empty()) {
        std::size_t length = 1;
        if (has_markup && is_markup(page)) {
            length = end_of_markup(page);
            gap = true;
        } else if (has_markup && page.front() == '&')
            add(read_reference(page, length));
        else
            add(page.front());
        page.remove_prefix(length);
    }
    return text;
}

// Returns the beginning of the readable text as one line.
inline std::string line_of_page(std::string_view page, const redact_hook& redact) {
    std::string text = readable_text(page);
    bound(text, 2 * longest_page,
          redact); // longer than the limit, so that the text shows that it was truncated
    if (text.size() > longest_page)
        text = std::string(cut_utf8(text, longest_page - 4)) + " ...";
    return one_printable_line(text);
}

LANGEXPORT_DECL service_error read_error(std::string_view body, std::size_t max_depth,
                                         const redact_hook& redact) {
    if (body.starts_with(byte_order_mark))
        body.remove_prefix(byte_order_mark.size());
    body = trim(body);
    service_error read;
    if (body.starts_with('{') || body.starts_with('"')) {
        unsigned char buffer[4096];
        boost::json::monotonic_resource memory(buffer, sizeof(buffer));
        std::string why;
        const auto value = parse_json(body, max_depth, &memory, why);
        if (value && value->is_object())
            read = read_error_document(*value);
        else if (value)
            read.message = text_of(*value);
        if (is_damaged(read.code, why))
            read = service_error();
        bound(read, redact);
    }
    if (read.empty())
        read.message = line_of_page(body, redact);
    return read;
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
