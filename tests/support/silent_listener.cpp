#include "support/silent_listener.hpp"

#include <cerrno>
#include <system_error>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace langexport_tests {

namespace {

class socket_address {
public:
    socket_address(const std::string& address, std::uint16_t port) {
        if (address.find(':') != std::string::npos) {
            auto& v6 = reinterpret_cast<sockaddr_in6&>(storage_);
            v6.sin6_family = AF_INET6;
            v6.sin6_port = htons(port);
            inet_pton(AF_INET6, address.c_str(), &v6.sin6_addr);
            size_ = sizeof(v6);
        } else {
            auto& v4 = reinterpret_cast<sockaddr_in&>(storage_);
            v4.sin_family = AF_INET;
            v4.sin_port = htons(port);
            inet_pton(AF_INET, address.c_str(), &v4.sin_addr);
            size_ = sizeof(v4);
        }
    }

    sockaddr* get() noexcept { return reinterpret_cast<sockaddr*>(&storage_); }
    socklen_t* size() noexcept { return &size_; }
    int family() const noexcept { return storage_.ss_family; }
    std::uint16_t port() const noexcept {
        return ntohs(storage_.ss_family == AF_INET6
                         ? reinterpret_cast<const sockaddr_in6&>(storage_).sin6_port
                         : reinterpret_cast<const sockaddr_in&>(storage_).sin_port);
    }

private:
    sockaddr_storage storage_{};
    socklen_t size_ = 0;
};

int checked(int result) {
    if (result < 0)
        throw std::system_error(errno, std::generic_category(), "silent_listener");
    return result;
}

} // namespace

silent_listener::silent_listener(manner how, const std::string& address, std::uint16_t port) {
    socket_address local(address, port);
    const int type = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC;
    listener_ = checked(socket(local.family(), type, 0));
    // A port that a connection of another test came from a moment ago is free.
    const int yes = 1;
    checked(setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)));
    if (how == manner::narrow) {
        // Small segments make for a small buffer on the other side, too.
        const int least = 1, segment = 88;
        checked(setsockopt(listener_, SOL_SOCKET, SO_RCVBUF, &least, sizeof(least)));
        checked(setsockopt(listener_, IPPROTO_TCP, TCP_MAXSEG, &segment, sizeof(segment)));
    }
    checked(bind(listener_, local.get(), *local.size()));
    checked(listen(listener_, how == manner::full ? 0 : 16));
    checked(getsockname(listener_, local.get(), local.size()));
    port_ = local.port();
    // One connection is accepted although the queue has no place; the next ones are not accepted.
    for (int i = 0; how == manner::full && i < 4; ++i) {
        sockets_.push_back(checked(socket(local.family(), type, 0)));
        connect(sockets_.back(), local.get(), *local.size());
        pollfd made{sockets_.back(), POLLOUT, 0};
        poll(&made, 1, 50);
    }
}

silent_listener::~silent_listener() {
    for (const int s : sockets_)
        close(s);
    if (listener_ >= 0)
        close(listener_);
}

int silent_listener::accept_all() {
    int number = 0;
    for (;; ++number) {
        const int s = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (s < 0)
            return number;
        sockets_.push_back(s);
    }
}

std::size_t silent_listener::takes(std::size_t bytes) const {
    const int sender = checked(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    socket_address peer("127.0.0.1", port_);
    checked(connect(sender, peer.get(), *peer.size()));
    const std::string sent(bytes, 'x');
    std::size_t taken = 0;
    ssize_t some = 0;
    while (taken < bytes &&
           (some = send(sender, sent.data() + taken, bytes - taken, MSG_DONTWAIT)) > 0)
        taken += static_cast<std::size_t>(some);
    close(sender);
    return taken;
}

std::uint16_t closed_port() {
    // It was free a moment ago, and the system gives ports out in turn.
    return silent_listener(silent_listener::manner::accepting).port();
}

} // namespace langexport_tests
