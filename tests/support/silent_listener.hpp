#ifndef LANGEXPORT_TESTS_SUPPORT_SILENT_LISTENER_HPP
#define LANGEXPORT_TESTS_SUPPORT_SILENT_LISTENER_HPP

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace langexport_tests {

/// A port of this machine that never responds.
class silent_listener {
public:
    enum class manner {
        accepting, ///< Connections are made, and then nothing.
        narrow,    ///< The same, and of what is sent little fits between here and there.
        full       ///< Its queue is full: no connection is made, and none is rejected.
    };

    /// @param address  127.0.0.1 or ::1.
    /// @param port     0: a free one.
    /// @throws std::system_error
    explicit silent_listener(manner how, const std::string& address = "127.0.0.1",
                             std::uint16_t port = 0);
    ~silent_listener();
    silent_listener(const silent_listener&) = delete;
    silent_listener& operator=(const silent_listener&) = delete;

    std::uint16_t port() const noexcept { return port_; }
    /// How many connections wait to be accepted, those that fill it not counted.
    int accept_all();
    /// How much of so many bytes can be sent to it without waiting.
    std::size_t takes(std::size_t bytes) const;

private:
    int listener_ = -1;
    std::uint16_t port_ = 0;
    std::vector<int> sockets_;
};

/// A port that rejects connections: it has no listener.
std::uint16_t closed_port();

} // namespace langexport_tests

#endif
