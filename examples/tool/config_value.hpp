#ifndef LANGEXPORT_EXAMPLES_TOOL_CONFIG_VALUE_HPP
#define LANGEXPORT_EXAMPLES_TOOL_CONFIG_VALUE_HPP

#include "located_json.hpp"
#include "nearest_word.hpp"

#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace tool {

// A value of the file with its path in it: `resources[1].quota`.
class config_value {
public:
    config_value(const located_value& located, std::string its_path)
        : value(&located), path(std::move(its_path)) {}

    const located_value* value;
    std::string path;
};

/// What to do if one object of a file cannot be used: its endpoint is no URL, a field is misspelled, or it
/// contradicts an object before it.
enum class broken_resources {
    reject, ///< Reject the file.
    keep ///< Set `backup_resource::problem`, so that the other resources can be exported. Its `place` is set;
         ///< the other members may have any value.
};

// The fields of a resource.
inline constexpr std::string_view resource_fields[] = {"endpoint",
                                                       "key_file",
                                                       "key_env",
                                                       "key2_file",
                                                       "key2_env",
                                                       "auth",
                                                       "token_command",
                                                       "audience",
                                                       "projects",
                                                       "output_dir",
                                                       "surface",
                                                       "format",
                                                       "string_index_type",
                                                       "api_version",
                                                       "quota",
                                                       "ca_file",
                                                       "ca_folder",
                                                       "client_cert",
                                                       "client_key",
                                                       "client_key_passphrase_file",
                                                       "proxy",
                                                       "accept_any_result",
                                                       "gateway_backends",
                                                       "gateway_backend"};
inline constexpr std::string_view quota_fields[] = {"submissions", "reads", "window"};

// The message for a field that does not exist, with the field that was probably meant. `shown` is `name`, made
// printable.
inline std::string unknown_field(std::string_view name, const std::string& shown,
                                 std::span<const std::string_view> known) {
    const std::string unknown = "unknown field '" + shown + "'; ";
    if (name == "key")
        return unknown + "key_file or key_env names the key, which must not be in this file";
    if (const auto nearest = nearest_word(name, known); !nearest.empty())
        return unknown + "did you mean '" + std::string(nearest) + "'?";
    std::string all;
    for (const std::string_view field : known)
        all.append(all.empty() ? "" : ", ").append(field);
    return unknown + "the fields are " + all;
}

} // namespace tool

#endif
