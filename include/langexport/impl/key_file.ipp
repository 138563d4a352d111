#ifndef LANGEXPORT_IMPL_KEY_FILE_IPP
#define LANGEXPORT_IMPL_KEY_FILE_IPP

#include <langexport/detail/secret.hpp>
#include <langexport/error.hpp>
#include <langexport/file_sink.hpp>
#include <langexport/key_file.hpp>

#include <cstddef>
#include <fstream>
#include <string>
#include <string_view>

namespace langexport {
inline namespace v0 {

LANGEXPORT_DECL subscription_key read_key_file(const std::filesystem::path& path) {
    // More than any key has: what is longer is refused with its size, as far as that was read.
    constexpr std::size_t most = 64 * 1024;
    detail::secret_bytes bytes(most);
    std::filebuf file;
    file.pubsetbuf(nullptr, 0); // a buffer of its own would not be wiped
    detail::open_to_read(file, path);
    const std::string_view text(bytes.data(), detail::read_some(file, path, bytes.data(), most));
    const std::size_t end = text.find_last_not_of(" \t\r\n") + 1;
    if (end == 0)
        detail::throw_error(errc::invalid_configuration, "'" + path.string() + "' has no key");
    return subscription_key(std::string(text.substr(0, end)));
}

} // namespace v0
} // namespace langexport

#endif
