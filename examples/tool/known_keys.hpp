#ifndef LANGEXPORT_EXAMPLES_TOOL_KNOWN_KEYS_HPP
#define LANGEXPORT_EXAMPLES_TOOL_KNOWN_KEYS_HPP

#include "backup_config.hpp"

#include <langexport/detail/base/text.hpp>
#include <langexport/file/key_file.hpp>

#include <algorithm>
#include <cstddef>
#include <exception>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tool {

// The keys that a run can know before it uses one. A key that is in the wrong place by mistake is not printed.
class known_keys {
public:
    // Adds the key in the usual variable, and arguments that look like a key.
    explicit known_keys(const std::vector<std::string>& arguments) {
        for (const char* const variable :
             {"AZURE_LANGUAGE_KEY", "AZURE_LANGUAGE_KEY2", "AZURE_CLIENT_SECRET"})
            add([variable] { return langexport::read_key_variable(variable); });
        constexpr std::string_view option = "--key-file";
        for (std::size_t i = 0; i < arguments.size(); ++i) {
            const std::string& word = arguments[i];
            if (word == option && i + 1 < arguments.size())
                add_file(arguments[i + 1]);
            if (word.starts_with(std::string(option) + '='))
                add_file(word.substr(option.size() + 1));
            add_suspects(word, suspects_);
        }
    }

    // Adds the keys of these resources.
    void add(const std::vector<backup_resource>& resources) {
        for (const backup_resource& one : resources)
            for (const auto& [file, variable] :
                 {std::pair(one.credential.key_file, one.credential.key_env),
                  std::pair(one.credential.key2_file, one.credential.key2_env)})
                if (file.empty())
                    add([&name = variable] { return langexport::read_key_variable(name); });
                else
                    add_file(file);
    }

    // Throws if an argument contains a key: other users could read it, and names are shown and stored.
    void reject_in(const std::vector<std::string>& arguments) const {
        for (std::size_t i = 0; i < arguments.size(); ++i)
            if (is_any_in(arguments[i]))
                throw std::invalid_argument("argument " + std::to_string(i + 1) +
                                            " has the key in it: a key belongs in a file or in "
                                            "the environment");
    }

    // Throws if a setting of a resource that becomes a name of files contains a key.
    void reject_in(const std::vector<backup_resource>& resources) const {
        for (const backup_resource& one : resources)
            if (is_any_in(one.output_dir.string()))
                throw std::invalid_argument(
                    (one.place.empty() ? "--output-dir" : one.place + ".output_dir") +
                    " has a key in it");
    }

    // Removes keys, and words that look like a key, from a message. A key may be in the wrong field of a config.
    std::string hide(std::string text) const {
        std::vector<langexport::subscription_key> suspects;
        add_suspects(text, suspects);
        for (const auto* list : {&keys_, &suspects_, &std::as_const(suspects)})
            for (const langexport::subscription_key& key : *list)
                key.redact(text);
        return text;
    }

private:
    // Adds the words that have one of the two forms of the service's keys.
    static void add_suspects(std::string_view word,
                             std::vector<langexport::subscription_key>& suspects) {
        using langexport::detail::is_digit, langexport::detail::is_hex,
            langexport::detail::is_letter;
        for (std::size_t begin = 0; begin < word.size();) {
            std::size_t end = begin;
            while (end < word.size() && (is_digit(word[end]) || is_letter(word[end])))
                ++end;
            const std::string_view part = word.substr(begin, end - begin);
            if (part.size() == 84 ||
                (part.size() == 32 && std::all_of(part.begin(), part.end(), is_hex)))
                suspects.emplace_back(std::string(part));
            begin = end + 1;
        }
    }

    template <class Read>
    void add(Read read) {
        try {
            keys_.push_back(read());
        } catch (const std::exception&) {
            // The code that uses this key reports the error.
        }
    }
    // A file that can be read only once, such as a pipe, is not read here: its user reads it.
    void add_file(const std::filesystem::path& path) {
        std::error_code unknown;
        if (std::filesystem::is_regular_file(path, unknown))
            add([&path] { return langexport::read_key_file(path); });
    }
    bool is_any_in(const std::string& text) const {
        return std::any_of(
            keys_.begin(), keys_.end(),
            [&text](const langexport::subscription_key& key) { return key.is_in(text); });
    }

    std::vector<langexport::subscription_key> keys_;
    std::vector<langexport::subscription_key> suspects_; // hidden, but not rejected
};

} // namespace tool

#endif
