#ifndef LANGEXPORT_DETAIL_BASE_SHORTAGE_HPP
#define LANGEXPORT_DETAIL_BASE_SHORTAGE_HPP

#include <langexport/version.hpp>

#include <boost/system/errc.hpp>
#include <boost/system/error_code.hpp>

namespace langexport {
inline namespace v0 {
namespace detail {

// Whether the error is a shortage of descriptors or memory, in this process or in the whole system (EMFILE, ENFILE,
// ENOBUFS, ENOMEM, and EAGAIN for a thread). A shortage is transient, and does not depend on a peer or a file.
inline bool is_shortage(const boost::system::error_code& failure) noexcept {
    namespace generic = boost::system::errc;
    return failure == generic::too_many_files_open ||
           failure == generic::too_many_files_open_in_system ||
           failure == generic::no_buffer_space || failure == generic::not_enough_memory ||
           failure == generic::resource_unavailable_try_again;
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
