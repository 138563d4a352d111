#ifndef LANGEXPORT_DETAIL_TRANSPORT_SHORTAGE_HPP
#define LANGEXPORT_DETAIL_TRANSPORT_SHORTAGE_HPP

#include <langexport/error.hpp>

#include <boost/asio/ssl/error.hpp>
#include <boost/system/errc.hpp>

#include <openssl/err.h>

namespace langexport {
inline namespace v0 {

namespace asio = boost::asio;

namespace detail {

// A lack of descriptors or memory, in this process or in the whole system (EMFILE, ENFILE, ENOBUFS, ENOMEM, and
// EAGAIN for a thread). It passes, and says nothing about the peer.
inline bool is_shortage(error_code ec) noexcept {
    namespace generic = boost::system::errc;
    return ec == generic::too_many_files_open || ec == generic::too_many_files_open_in_system ||
           ec == generic::no_buffer_space || ec == generic::not_enough_memory ||
           ec == generic::resource_unavailable_try_again;
}

inline error_code openssl_error(unsigned long code) noexcept {
    return ERR_SYSTEM_ERROR(code)
               ? error_code(ERR_GET_REASON(code), boost::system::system_category())
               : error_code(static_cast<int>(code), asio::error::get_ssl_category());
}

// The oldest error in OpenSSL's queue of this thread, or the last shortage in it: OpenSSL reports a trusted
// certificate that it could not read as one that does not exist. The queue is empty afterwards.
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
