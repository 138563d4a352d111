#ifndef LANGEXPORT_TESTING_IMPL_EMULATOR_ADDRESS_HPP
#define LANGEXPORT_TESTING_IMPL_EMULATOR_ADDRESS_HPP

#include <langexport/testing/emulator_options.hpp>
#include <langexport/version.hpp>

#include <boost/asio/ip/tcp.hpp>

#include <string>

namespace langexport {
inline namespace v0 {
namespace testing {

namespace asio = boost::asio;

namespace detail {

// The address to listen on. Throws std::invalid_argument.
LANGEXPORT_DECL asio::ip::tcp::endpoint wanted_endpoint(const emulator_options& options);
// The address for a client on this machine.
LANGEXPORT_DECL std::string origin_of(const asio::ip::tcp::endpoint& local, bool tls);
// Throws boost::system::system_error.
LANGEXPORT_DECL void write_pem(const std::string& path, const std::string& pem);

} // namespace detail
} // namespace testing
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/testing/impl/emulator_address.ipp>
#endif

#endif
