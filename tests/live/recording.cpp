#include "live/recording.hpp"

#include <boost/beast/core/string.hpp>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <array>
#include <cstddef>

namespace langexport_tests {

namespace {

namespace beast = boost::beast;
namespace json = boost::json;

bool is_alphanumeric(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// In any case: a service may write a host in another one than its client.
//
// `only_words`: not within a longer word.
void replace_all(std::string& text, const std::string& pattern, const std::string& by,
                 bool only_words = false) {
    for (std::size_t at = 0; !pattern.empty() && at + pattern.size() <= text.size(); ++at) {
        const std::size_t end = at + pattern.size();
        const bool is_within_word = (at > 0 && is_alphanumeric(text[at - 1])) ||
                                    (end < text.size() && is_alphanumeric(text[end]));
        if (!is_same_in_any_case(std::string_view(text).substr(at, pattern.size()), pattern) ||
            (only_words && is_within_word))
            continue;
        text.replace(at, pattern.size(), by);
        at += by.size() - 1;
    }
}

// The name may be encoded.
void hide_project(std::string& url) {
    const std::string before = "/projects/";
    const std::size_t at = url.find(before);
    if (at == std::string::npos)
        return;
    const std::size_t begin = at + before.size();
    const std::size_t end = std::min(url.find_first_of("/?", begin), url.size());
    url.replace(begin, end - begin, "PROJECT");
}

// The name as it is, encoded, and with `+` or `_` for spaces. A very short name may be a part of any word.
void hide_name(std::string& text, const std::string& name) {
    constexpr std::size_t short_name = 4;
    std::string with_plus = name, with_lines = name;
    std::replace(with_plus.begin(), with_plus.end(), ' ', '+');
    std::replace(with_lines.begin(), with_lines.end(), ' ', '_');
    for (const std::string& form : {path_segment(name), name, with_plus, with_lines})
        replace_all(text, form, "PROJECT", name.size() < short_name);
}

// A file's name may be written in more ways than can be listed.
void hide_file_name(std::string& value) {
    static const std::string parameter = "filename";
    for (std::size_t at = 0; at + parameter.size() <= value.size(); ++at)
        if (is_same_in_any_case(std::string_view(value).substr(at, parameter.size()), parameter)) {
            value.resize(at + parameter.size());
            value += "=FILE";
        }
}

std::string hidden(std::string text, const private_words& words) {
    hide_project(text);
    for (const std::string& name : words.projects)
        hide_name(text, name);
    replace_all(text, words.key, "KEY");
    replace_all(text, words.host, "resource.example");
    return text;
}

std::string hidden_header(std::string_view name, std::string value, const private_words& words) {
    if (is_same_in_any_case(name, "Content-Disposition"))
        hide_file_name(value);
    return hidden(std::move(value), words);
}

// The form of a value in a recording.
json::value shape_of(const json::value& value, std::string_view name) {
    static constexpr std::array kept = {"status", "projectKind", "projectFileVersion",
                                        "stringIndexType", "code"};
    if (const auto* text = value.if_string()) {
        if (std::find(kept.begin(), kept.end(), name) != kept.end())
            return value;
        return json::value("(" + std::to_string(text->size()) + " bytes)");
    }
    if (const auto* list = value.if_array()) {
        json::array first;
        if (!list->empty())
            first.push_back(shape_of(list->front(), name));
        return first;
    }
    if (const auto* members = value.if_object()) {
        // That of a response, unlike that of a project, has names that people chose.
        if (name == "metadata" && !members->contains("projectName"))
            return json::value("(" + std::to_string(members->size()) + " members)");
        json::object shapes;
        for (const auto& [key, member] : *members)
            shapes[key] = shape_of(member, key);
        return shapes;
    }
    return value;
}

json::value body_of(const std::string& body) {
    if (body.empty())
        return nullptr;
    boost::system::error_code failed;
    const json::value value = json::parse(body, failed);
    if (failed)
        return json::value("(" + std::to_string(body.size()) + " bytes that are no JSON)");
    return shape_of(value, {});
}

} // namespace

bool is_same_in_any_case(std::string_view a, std::string_view b) {
    return beast::iequals(beast::string_view(a.data(), a.size()),
                          beast::string_view(b.data(), b.size()));
}

std::string path_segment(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF", unreserved = "-._~";
    std::string segment;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool is_plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                              (c >= 'A' && c <= 'Z') ||
                              unreserved.find(c) != std::string_view::npos;
        if (is_plain)
            segment += c;
        else
            segment.append(1, '%').append(1, digits[byte / 16]).append(1, digits[byte % 16]);
    }
    return segment;
}

std::string exchange_seen::header(std::string_view name) const {
    for (const auto& [field, value] : headers)
        if (is_same_in_any_case(field, name))
            return value;
    return {};
}

json::object recording_of(const std::vector<exchange_seen>& seen, const private_words& words) {
    json::array entries;
    for (const exchange_seen& one : seen) {
        json::object headers;
        for (const auto& [name, value] : one.headers)
            headers[name] = hidden_header(name, value, words);
        entries.push_back({{"RequestMethod", one.method},
                           {"RequestUri", hidden(one.target, words)},
                           {"RequestBody", one.request_body},
                           {"StatusCode", one.status},
                           {"ResponseHeaders", std::move(headers)},
                           {"ResponseBody", body_of(one.body)}});
    }
    return {{"Entries", std::move(entries)}};
}

} // namespace langexport_tests
