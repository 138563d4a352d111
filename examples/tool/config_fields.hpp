#ifndef LANGEXPORT_EXAMPLES_TOOL_CONFIG_FIELDS_HPP
#define LANGEXPORT_EXAMPLES_TOOL_CONFIG_FIELDS_HPP

#include "config_value.hpp"

#include <langexport/detail/base/text.hpp>
#include <langexport/error.hpp>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <limits>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>

namespace tool {

// Reads the fields of objects in a config. An error names the place in the file.
class config_fields {
public:
    config_fields(std::string_view text, const std::filesystem::path& path)
        : text_(text), name_(path.filename().string()), folder_(path.parent_path()) {}

    std::string place(std::size_t byte, const std::string& path) const {
        const std::string where = name_ + ':' + line_and_column(text_, byte);
        return path.empty() ? where : where + ": " + path;
    }
    [[noreturn]] void reject(std::size_t byte, const std::string& path,
                             const std::string& why) const {
        const std::string where = place(byte, path);
        const char* const between = path.empty() ? ": " : why.starts_with(':') ? "" : " ";
        langexport::detail::throw_error(
            langexport::errc::invalid_configuration,
            langexport::detail::one_printable_line(where + between + why, 600));
    }
    [[noreturn]] void reject(const config_value& field, const std::string& why) const {
        reject(field.value->byte, field.path, why);
    }
    void expect(const config_value& field, located_value::kind wanted) const {
        if (field.value->what != wanted)
            reject(field, std::string("must be ").append(to_string(wanted)) + ", it is " +
                              std::string(to_string(field.value->what)));
    }

    // Known fields only, each once.
    void check_fields(const config_value& object, std::span<const std::string_view> known) const {
        expect(object, located_value::kind::object);
        std::set<std::string_view> seen;
        for (const located_value& member : object.value->list) {
            if (std::find(known.begin(), known.end(), member.name) == known.end())
                reject(member.name_byte, object.path.empty() ? "" : object.path + ':',
                       unknown_field(member.name, printable_name(member.name), known));
            if (!seen.insert(member.name).second)
                reject(member.name_byte, member_path(object, member.name), "occurs twice");
        }
    }
    static std::string printable_name(std::string_view name) {
        return langexport::detail::one_printable_line(name, 60);
    }
    static std::string member_path(const config_value& object, std::string_view name) {
        const std::string shown = printable_name(name);
        return object.path.empty() ? shown : object.path + '.' + shown;
    }
    // A member of an object; nothing if it is absent.
    static std::optional<config_value> find(const config_value& object, std::string_view name) {
        for (const located_value& member : object.value->list)
            if (member.name == name)
                return config_value(member, member_path(object, name));
        return std::nullopt;
    }
    config_value require(const config_value& object, std::string_view name) const {
        const auto found = find(object, name);
        if (!found)
            reject(object, (object.path.empty() ? "the file lacks '" : "lacks '") +
                               std::string(name) + "'");
        return *found;
    }

    const std::string& text(const config_value& value) const {
        expect(value, located_value::kind::text);
        if (value.value->text.empty() || value.value->text.find('\0') != std::string::npos)
            reject(value, value.value->text.empty() ? "is empty" : "has a zero byte");
        return value.value->text;
    }
    std::string text_or(const config_value& object, std::string_view name,
                        std::string otherwise) const {
        const auto found = find(object, name);
        return found ? text(*found) : otherwise;
    }
    std::filesystem::path path_or_none(const config_value& object, std::string_view name) const {
        const std::string found = text_or(object, name, {});
        return found.empty() ? std::filesystem::path() : folder_ / found;
    }
    void read_count(const config_value& object, std::string_view name, std::size_t& count) const {
        const auto found = find(object, name);
        if (!found)
            return;
        expect(*found, located_value::kind::number);
        const auto number = langexport::detail::parse_decimal(found->value->text);
        if (!number || *number > (std::numeric_limits<std::size_t>::max)())
            reject(*found, "must be a whole number, 0 or more");
        count = static_cast<std::size_t>(*number);
    }

protected:
    std::string_view text_; // of the config
    std::string name_;      // of its file
    std::filesystem::path folder_;
};

} // namespace tool

#endif
