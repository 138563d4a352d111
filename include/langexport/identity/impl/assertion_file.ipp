#ifndef LANGEXPORT_IDENTITY_IMPL_ASSERTION_FILE_IPP
#define LANGEXPORT_IDENTITY_IMPL_ASSERTION_FILE_IPP

#include <langexport/detail/base/text.hpp>
#include <langexport/error.hpp>
#include <langexport/file/read_file.hpp>
#include <langexport/identity/impl/assertion_file.hpp>
#include <langexport/identity/impl/issuer_source.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace langexport {
inline namespace v0 {
namespace detail {

// Reads the whole file, up to a limit.
inline secret_bytes read_secret_file(const std::filesystem::path& path, std::size_t most) {
    secret_bytes bytes(most);
    std::size_t size = 0;
    try {
        system_file file = open_to_read(path);
        std::size_t more = 0;
        do {
            more = read_some(file, path, bytes.data() + size, bytes.size() - size);
            size += more;
        } while (more > 0 && size < bytes.size());
    } catch (const file_error& error) {
        throw_no_token(error.what(), error.code(),
                       "check the token file of the workload identity, and who may read it");
    }
    bytes.resize(size);
    return bytes;
}

LANGEXPORT_DECL std::shared_ptr<const secret_bytes>
read_assertion(const std::filesystem::path& path) {
    constexpr std::size_t longest_assertion = 64 * 1024;
    const secret_bytes bytes = read_secret_file(path, longest_assertion + 1);
    const std::string_view text = trim(view(bytes));
    const auto reject = [&path](const std::string& why) {
        throw_no_token("the token file '" + path.string() + "' " + why, {},
                       "it must have the token of the other issuer and nothing else");
    };
    if (text.empty())
        reject("is empty");
    if (bytes.size() > longest_assertion)
        reject("has more than " + std::to_string(longest_assertion) + " bytes");
    const std::size_t bad = find_invisible(text);
    if (bad != std::string_view::npos)
        reject("has a character that no token has at byte " + std::to_string(bad));
    return std::make_shared<const secret_bytes>(text.begin(), text.end());
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
