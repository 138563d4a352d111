#ifndef LANGEXPORT_TESTS_SUPPORT_RELAY_PROXY_HPP
#define LANGEXPORT_TESTS_SUPPORT_RELAY_PROXY_HPP

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <thread>

namespace langexport_tests {

/// A proxy on a thread of its own that opens each tunnel, to a port of this machine, whatever the host is. It forwards
/// bytes, ends and resets in both directions. Of a request with a whole URL, it forwards one for each connection.
class relay_proxy {
public:
    relay_proxy();
    ~relay_proxy();
    relay_proxy(const relay_proxy&) = delete;
    relay_proxy& operator=(const relay_proxy&) = delete;

    std::string url() const;
    /// How many connections it has accepted.
    std::size_t connections() const { return connections_; }

private:
    boost::asio::io_context context_;
    boost::asio::ip::tcp::acceptor acceptor_;
    std::atomic<std::size_t> connections_ = 0;
    std::thread runner_;
};

} // namespace langexport_tests

#endif
