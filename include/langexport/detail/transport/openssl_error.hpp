#ifndef LANGEXPORT_DETAIL_TRANSPORT_OPENSSL_ERROR_HPP
#define LANGEXPORT_DETAIL_TRANSPORT_OPENSSL_ERROR_HPP

#include <langexport/detail/base/shortage.hpp>
#include <langexport/error.hpp>

#include <boost/asio/ssl/error.hpp>

#include <openssl/err.h>

namespace langexport {
inline namespace v0 {

namespace asio = boost::asio;

namespace detail {

inline error_code openssl_error(unsigned long code) noexcept {
    return ERR_SYSTEM_ERROR(code)
               ? error_code(ERR_GET_REASON(code), boost::system::system_category())
               : error_code(static_cast<int>(code), asio::error::get_ssl_category());
}

// The oldest error in OpenSSL's queue of this thread, or the last shortage in it: OpenSSL reports an unreadable
// trusted certificate as one that does not exist. The queue is empty afterwards.
inline error_code take_openssl_error() noexcept {
    error_code why = openssl_error(ERR_peek_error());
    while (const unsigned long next = ERR_get_error())
        if (is_shortage(openssl_error(next)))
            why = openssl_error(next);
    return why;
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
