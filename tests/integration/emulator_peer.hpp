#ifndef LANGEXPORT_TESTS_INTEGRATION_EMULATOR_PEER_HPP
#define LANGEXPORT_TESTS_INTEGRATION_EMULATOR_PEER_HPP

#include <langexport/testing/emulator.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace langexport_tests {

/// A project "Demo" (or of another name) whose jobs end at once, with a result of some bytes.
langexport::testing::project quick_project(std::string name = "Demo");

/// The same with a result of that size, framed in that way.
langexport::testing::project sized_project(
    std::uint64_t size,
    langexport::testing::body_framing framing = langexport::testing::body_framing::content_length);

/// An emulator that runs on threads of its own, so that a test can wait for its responses.
class running_emulator {
public:
    explicit running_emulator(
        langexport::testing::emulator_options options = langexport::testing::emulator_options(),
        int threads = 1);
    /// Destroys the emulator and waits until its context has nothing left to do.
    ~running_emulator();
    running_emulator(const running_emulator&) = delete;
    running_emulator& operator=(const running_emulator&) = delete;

    langexport::testing::emulator& operator*();
    langexport::testing::emulator* operator->();

private:
    class parts;
    std::unique_ptr<parts> parts_;
};

/// A response as it was received.
class http_response {
public:
    /// The value of a field, its name in the very letter case; empty when absent.
    std::string header(std::string_view name) const;
    /// The names of the fields, sorted.
    std::vector<std::string> names() const;

    unsigned status = 0;
    std::string version;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    /// Whether the body came to its end.
    bool is_whole = false;
};

/// A client that does nothing by itself: bytes out, bytes in, each call blocking, with a limit of
/// some seconds. It shares no code with the emulator.
class raw_peer {
public:
    /// Connects, and with a certificate of an authority speaks TLS; `host` is verified.
    /// @throws boost::system::system_error
    explicit raw_peer(std::uint16_t port, const std::string& authority_pem = std::string(),
                      const std::string& host = "localhost",
                      const std::string& address = "127.0.0.1", raw_peer* resume = nullptr);
    ~raw_peer();
    raw_peer(const raw_peer&) = delete;
    raw_peer& operator=(const raw_peer&) = delete;

    void send(std::string_view bytes);
    /// The next bytes; empty at the end of the connection.
    std::string receive();
    /// Everything until the end of the connection.
    std::string receive_all();
    /// One response, and not a byte more. Without one, the status is 0.
    http_response response();
    http_response exchange(std::string_view request);

    /// Whether the last thing received was a reset, or TLS that ended without close_notify.
    bool was_reset() const noexcept;
    bool was_truncated() const noexcept;
    /// Whether the TLS session was resumed.
    bool is_resumed() const;

private:
    class parts;
    std::unique_ptr<parts> parts_;
};

/// A request with the key, as text.
std::string request_text(std::string_view method, std::string_view target, std::string_view key,
                         std::string_view more_headers = "", std::string_view body = "");

/// The path and query of a URL.
std::string path_of(const std::string& url);

} // namespace langexport_tests

#endif
