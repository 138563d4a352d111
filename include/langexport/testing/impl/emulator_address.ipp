#ifndef LANGEXPORT_TESTING_IMPL_EMULATOR_ADDRESS_IPP
#define LANGEXPORT_TESTING_IMPL_EMULATOR_ADDRESS_IPP

#include <langexport/testing/impl/emulator_address.hpp>

#include <boost/asio/ip/address.hpp>
#include <boost/system/error_code.hpp>
#include <boost/system/system_error.hpp>

#include <cerrno>
#include <cstdio>
#include <stdexcept>

namespace langexport {
inline namespace v0 {
namespace testing {
namespace detail {

LANGEXPORT_DECL asio::ip::tcp::endpoint wanted_endpoint(const emulator_options& options) {
    boost::system::error_code ec;
    const asio::ip::address address = asio::ip::make_address(options.address, ec);
    if (ec)
        throw std::invalid_argument("emulator_options::address is '" + options.address +
                                    "', which is not an IP address");
    return asio::ip::tcp::endpoint(address, options.port);
}

LANGEXPORT_DECL std::string origin_of(const asio::ip::tcp::endpoint& local, bool tls) {
    const asio::ip::address address = local.address();
    std::string host = address.to_string();
    if (address.is_v6())
        host = address.is_unspecified() ? "[::1]" : "[" + host + "]";
    else if (address.is_unspecified() || address.is_loopback())
        host = tls ? "localhost" : "127.0.0.1";
    return (tls ? "https://" : "http://") + host + ":" + std::to_string(local.port());
}

LANGEXPORT_DECL void write_pem(const std::string& path, const std::string& pem) {
    std::FILE* const file = std::fopen(path.c_str(), "wb");
    bool good = file != nullptr;
    if (good) {
        good = std::fwrite(pem.data(), 1, pem.size(), file) == pem.size();
        good = std::fclose(file) == 0 && good;
    }
    if (!good)
        throw boost::system::system_error(errno, boost::system::generic_category(), path);
}

} // namespace detail
} // namespace testing
} // namespace v0
} // namespace langexport

#endif
