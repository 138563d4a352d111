#ifndef LANGEXPORT_FILE_IMPL_KEY_FILE_IPP
#define LANGEXPORT_FILE_IMPL_KEY_FILE_IPP

#include <langexport/credential.hpp>
#include <langexport/detail/base/secret.hpp>
#include <langexport/detail/base/text.hpp>
#include <langexport/error.hpp>
#include <langexport/file/key_file.hpp>
#include <langexport/file/read_file.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <system_error>

namespace langexport {
inline namespace v0 {
namespace detail {

// A longer text is not a key.
inline constexpr std::size_t longest_key_text = 4096;

// Whether it is `NAME=value`, also after `export`. Does not match the padding at the end of base64.
inline bool is_assignment(std::string_view text) noexcept {
    constexpr std::string_view keyword = "export ";
    if (text.starts_with(keyword))
        return true;
    const std::size_t end = text.find_first_of("=:");
    const bool is_name =
        end != std::string_view::npos && end > 0 && !is_digit(text[0]) &&
        std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(end), [](char c) {
            return is_letter(c) || is_digit(c) || c == '_' || c == '-' || c == ' ';
        });
    return is_name && text.find_first_not_of("=: ", end) != std::string_view::npos;
}

// Returns why a text is not a key; null if it looks like one. The result contains nothing of the text.
inline const char* not_a_key(std::string_view text) noexcept {
    if (text.empty())
        return "has no key";
    if (text.size() > longest_key_text)
        return "is too long for a key";
    if (text.starts_with("\xEF\xBB\xBF"))
        return "begins with a byte order mark: save it as UTF-8 without one, or as ASCII";
    if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF") ||
        text.find('\0') != std::string_view::npos)
        return "is UTF-16: save it as ASCII";
    if (text.front() == '#' || text.front() == ';' || text.starts_with("//") ||
        text.find("\n#") != std::string_view::npos || text.find(" #") != std::string_view::npos)
        return "has a comment: it must have the key and nothing else";
    if (text.front() == '{' || text.front() == '[')
        return "is JSON: it must have the key and nothing else";
    if (is_assignment(text))
        return "has the form NAME=value: it must have the value and nothing else";
    if (text.find_first_of("\r\n") != std::string_view::npos)
        return "has several lines: it must have one key and nothing else";
    if (text.find_first_of("\"'`") != std::string_view::npos)
        return "has quotation marks: leave them out";
    if (text.find_first_of(" \t") != std::string_view::npos)
        return "has a space in it: it must have one key and nothing else";
    return nullptr;
}

inline subscription_key take_key(std::string_view text, const std::string& source) {
    const auto reject = [&source](const std::string& why) {
        throw_error(errc::invalid_configuration, source + ' ' + why);
    };
    const std::size_t end = text.find_last_not_of(" \t\r\n") + 1;
    if (const char* why = not_a_key(text.substr(0, end)))
        reject(why);
    try {
        return subscription_key(std::string(text.substr(0, end)));
    } catch (const export_error& error) {
        reject("has no key: " + error.diagnostics().detail);
        throw;
    }
}

} // namespace detail

LANGEXPORT_DECL subscription_key read_key_file(const std::filesystem::path& path) {
    detail::secret_bytes bytes(detail::longest_key_text + 1);
    detail::system_file file = detail::open_to_read(path);
    const std::size_t size = detail::read_some(file, path, bytes.data(), bytes.size());
    return detail::take_key({bytes.data(), size}, "'" + path.string() + "'");
}

LANGEXPORT_DECL subscription_key read_key_variable(const std::string& name) {
    std::string text = environment_text(name);
    const detail::secret_bytes bytes(text.begin(), text.end());
    OPENSSL_cleanse(text.data(), text.size());
    if (bytes.empty())
        detail::throw_error(errc::invalid_configuration,
                            "the environment variable " + name + " is not set");
    return detail::take_key(detail::view(bytes), "the environment variable " + name);
}

LANGEXPORT_DECL std::string key_file_warning(const std::filesystem::path& path) {
    using std::filesystem::perms;
    std::error_code unknown;
    const std::filesystem::file_status status = std::filesystem::status(path, unknown);
    const perms others = perms::group_write | perms::others_write;
    if (unknown || !std::filesystem::is_regular_file(status) ||
        (status.permissions() & others) == perms::none)
        return {};
    return "other users can write the key file '" + path.string() +
           "': remove their permission (chmod go-w)";
}

} // namespace v0
} // namespace langexport

#endif
