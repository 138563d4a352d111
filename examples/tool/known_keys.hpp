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

// The keys that a run may know before it uses one, so that none is printed where it was put by mistake.
class known_keys {
public:
    // Knows the usual variable, and what among the arguments looks like a key.
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

    // Knows the keys of these resources, too.
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

    // Throws if an argument has a key in it: others could read it, and names are shown and stored.
    void reject_in(const std::vector<std::string>& arguments) const {
        for (std::size_t i = 0; i < arguments.size(); ++i)
            if (is_any_in(arguments[i]))
                throw std::invalid_argument(
                    "argument " + std::to_string(i + 1) +
                    " has the key in it: a key has its place in a file or in "
                    "the environment");
    }

    // Throws if a setting of a resource that becomes a name of files has a key in it.
    void reject_in(const std::vector<backup_resource>& resources) const {
        for (const backup_resource& one : resources)
            if (is_any_in(one.output_dir.string()))
                throw std::invalid_argument(
                    (one.place.empty() ? "--output-dir" : one.place + ".output_dir") +
                    " has a key in it");
    }

    // Removes keys from a message, and what looks like a key: one may stand in the wrong field of a config.
    std::string hide(std::string text) const {
        std::vector<langexport::subscription_key> suspects;
        add_suspects(text, suspects);
        for (const auto* list : {&keys_, &suspects_, &std::as_const(suspects)})
            for (const langexport::subscription_key& key : *list)
                key.redact(text);
        return text;
    }

private:
    // What has one of the two forms that keys of the service have.
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
    // What can be read once only is left to its use.
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
