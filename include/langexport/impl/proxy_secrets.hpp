#ifndef LANGEXPORT_IMPL_PROXY_SECRETS_HPP
#define LANGEXPORT_IMPL_PROXY_SECRETS_HPP

#include <langexport/detail/base/secret.hpp>
#include <langexport/proxy.hpp>
#include <langexport/version.hpp>

#include <cstddef>

namespace langexport {
inline namespace v0 {
namespace detail {

// Passes the secrets of a proxy to `keep`: the password, and the content of its header line.
template <class Keep>
void for_each_secret_of(const proxy_url& proxy, Keep keep) {
    // A shorter password may be a word that occurs in texts by chance.
    constexpr std::size_t shortest_password = 8;
    const secret_bytes line = authorization_line_of(proxy), password = password_of(proxy);
    if (!line.empty())
        keep(secret_of(line));
    if (password.size() >= shortest_password)
        keep(view(password));
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
