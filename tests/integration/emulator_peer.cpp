#include "integration/emulator_peer.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <boost/system/system_error.hpp>

#include <openssl/ssl.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <sys/socket.h>
#include <sys/time.h>

namespace asio = boost::asio;
namespace testing = langexport::testing;
using tcp = asio::ip::tcp;

namespace langexport_tests {

class running_emulator::parts {
public:
    parts(testing::emulator_options options, int count)
        : service(std::make_unique<testing::emulator>(context.get_executor(), std::move(options))) {
        for (int i = 0; i < count; ++i)
            threads.emplace_back([this] { context.run(); });
    }

    asio::io_context context;
    std::unique_ptr<testing::emulator> service;
    std::vector<std::thread> threads;
};

running_emulator::running_emulator(testing::emulator_options options, int threads)
    : parts_(std::make_unique<parts>(std::move(options), threads)) {}

running_emulator::~running_emulator() {
    parts_->service.reset();
    for (std::thread& thread : parts_->threads)
        thread.join();
}

testing::emulator& running_emulator::operator*() {
    return *parts_->service;
}
testing::emulator* running_emulator::operator->() {
    return parts_->service.get();
}

std::string http_response::header(std::string_view name) const {
    for (const auto& field : headers)
        if (field.first == name)
            return field.second;
    return std::string();
}

std::vector<std::string> http_response::names() const {
    std::vector<std::string> result;
    for (const auto& field : headers)
        result.push_back(field.first);
    std::sort(result.begin(), result.end());
    return result;
}

class raw_peer::parts {
public:
    parts() : socket(context) {}
    ~parts() {
        // As a client does that wants to resume: an SSL that is freed without it forgets its
        // session.
        if (tls)
            SSL_set_shutdown(tls->native_handle(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
    }

    asio::io_context context;
    tcp::socket socket;
    std::shared_ptr<asio::ssl::context> tls_context;
    std::optional<asio::ssl::stream<tcp::socket&>> tls;
    boost::system::error_code last;
    std::string pending;
};

raw_peer::raw_peer(std::uint16_t port, const std::string& authority_pem, const std::string& host,
                   const std::string& address, raw_peer* resume)
    : parts_(std::make_unique<parts>()) {
    parts& p = *parts_;
    p.socket.connect(tcp::endpoint(asio::ip::make_address(address), port));
    timeval limit{};
    limit.tv_sec = 20;
    setsockopt(p.socket.native_handle(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    p.socket.set_option(tcp::no_delay(true));
    if (authority_pem.empty())
        return;
    p.tls_context = resume != nullptr
                        ? resume->parts_->tls_context
                        : std::make_shared<asio::ssl::context>(asio::ssl::context::tls_client);
    if (resume == nullptr) {
        p.tls_context->add_certificate_authority(asio::buffer(authority_pem));
        p.tls_context->set_verify_mode(asio::ssl::verify_peer);
    }
    p.tls.emplace(p.socket, *p.tls_context);
    p.tls->set_verify_callback(asio::ssl::host_name_verification(host));
    if (resume != nullptr)
        SSL_set_session(p.tls->native_handle(),
                        SSL_get0_session(resume->parts_->tls->native_handle()));
    p.tls->handshake(asio::ssl::stream_base::client);
}

raw_peer::~raw_peer() = default;

void raw_peer::send(std::string_view bytes) {
    const asio::const_buffer buffer(bytes.data(), bytes.size());
    if (parts_->tls)
        asio::write(*parts_->tls, buffer, parts_->last);
    else
        asio::write(parts_->socket, buffer, parts_->last);
}

std::string raw_peer::receive() {
    if (!parts_->pending.empty())
        return std::exchange(parts_->pending, std::string());
    std::array<char, 16384> piece;
    const asio::mutable_buffer buffer = asio::buffer(piece);
    const std::size_t count = parts_->tls ? parts_->tls->read_some(buffer, parts_->last)
                                          : parts_->socket.read_some(buffer, parts_->last);
    return std::string(piece.data(), count);
}

std::string raw_peer::receive_all() {
    std::string all;
    for (std::string next = receive(); !next.empty(); next = receive())
        all += next;
    return all;
}

http_response raw_peer::response() {
    http_response result;
    std::string in;
    // Until so many bytes are there; false at the end of the connection.
    const auto fill = [&](std::size_t size) {
        while (in.size() < size) {
            const std::string next = receive();
            if (next.empty())
                return false;
            in += next;
        }
        return true;
    };
    const auto line = [&](std::string& out) {
        std::size_t end = in.find("\r\n");
        while (end == std::string::npos && fill(in.size() + 1))
            end = in.find("\r\n");
        if (end == std::string::npos)
            return false;
        out = in.substr(0, end);
        in.erase(0, end + 2);
        return true;
    };
    const auto take = [&](std::size_t size) {
        const bool whole = fill(size);
        result.body += in.substr(0, size);
        in.erase(0, size);
        return whole;
    };

    std::string text;
    if (!line(text) || text.size() < 12)
        return result;
    result.version = text.substr(0, 8);
    result.status = static_cast<unsigned>(std::stoul(text.substr(9, 3)));
    while (line(text) && !text.empty()) {
        const std::size_t colon = text.find(": ");
        result.headers.emplace_back(text.substr(0, colon), text.substr(colon + 2));
    }
    const std::string length = result.header("Content-Length");
    if (!length.empty()) {
        result.is_whole = take(std::stoull(length));
    } else if (result.header("Transfer-Encoding") == "chunked") {
        std::size_t size = 1;
        bool good = true;
        while (good && size != 0) {
            good = line(text);
            size = good ? std::stoull(text, nullptr, 16) : 0;
            good = good && take(size) && line(text);
        }
        result.is_whole = good;
    } else if (result.status >= 200 && result.status != 204) {
        result.body = in + receive_all();
        in.clear();
        result.is_whole = parts_->last == asio::error::eof;
    } else {
        result.is_whole = true;
    }
    parts_->pending = in;
    return result;
}

http_response raw_peer::exchange(std::string_view request) {
    send(request);
    return response();
}

bool raw_peer::was_reset() const noexcept {
    return parts_->last == asio::error::connection_reset;
}

bool raw_peer::was_truncated() const noexcept {
    return parts_->last == asio::ssl::error::stream_truncated;
}

bool raw_peer::is_resumed() const {
    return SSL_session_reused(parts_->tls->native_handle()) == 1;
}

langexport::testing::project quick_project(std::string name) {
    langexport::testing::project p(std::move(name));
    p.job_duration = std::chrono::seconds(0);
    return p;
}

langexport::testing::project sized_project(std::uint64_t size,
                                           langexport::testing::body_framing framing) {
    langexport::testing::project p = quick_project();
    p.result_size = size;
    p.framing = framing;
    return p;
}

std::string request_text(std::string_view method, std::string_view target, std::string_view key,
                         std::string_view more_headers, std::string_view body) {
    std::string text(method);
    text.append(" ").append(target).append(" HTTP/1.1\r\nHost: localhost\r\n");
    text.append("Ocp-Apim-Subscription-Key: ").append(key).append("\r\n").append(more_headers);
    if (!body.empty() || method == "POST")
        text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    text.append("\r\n").append(body);
    return text;
}

std::string path_of(const std::string& url) {
    return url.substr(url.find('/', 8));
}

} // namespace langexport_tests
