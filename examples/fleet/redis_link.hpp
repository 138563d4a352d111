#ifndef LANGEXPORT_EXAMPLES_FLEET_REDIS_LINK_HPP
#define LANGEXPORT_EXAMPLES_FLEET_REDIS_LINK_HPP

#include "redis_address.hpp"
#include "replies.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/redis/connection.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace fleet {

namespace asio = boost::asio;
namespace redis = boost::redis;

/// Redis cannot be reached, or cannot respond now. The command may have had its effect.
class redis_unreachable : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Redis responds, but not to this command now: it loads its data, for example.
class redis_busy : public redis_unreachable {
public:
    using redis_unreachable::redis_unreachable;
};

/// A connection to Redis that is opened when it is needed. After a failure, the next command opens another one.
///
/// Thread safety: none; use it on the thread of the executor.
class redis_link {
public:
    redis_link(asio::any_io_executor executor, redis_address address)
        : executor_(std::move(executor)), address_(std::move(address)) {}
    redis_link(const redis_link&) = delete;
    redis_link& operator=(const redis_link&) = delete;
    ~redis_link() { close(); }

    const redis_address& address() const noexcept { return address_; }

    /// Sends a command once. The response is the values in it, whatever its structure; null is empty.
    ///
    /// @throws redis_unreachable; std::runtime_error with the response if that is an error.
    asio::awaitable<texts> execute(std::string command, texts arguments);

    /// Closes the connection.
    void close() {
        if (const auto closing = std::exchange(line_, nullptr))
            closing->connection.cancel();
    }

private:
    // One connection, until it fails.
    class line {
    public:
        line(asio::any_io_executor executor, asio::ssl::context tls)
            : connection(std::move(executor), std::move(tls)) {}

        redis::connection connection;
        std::string why; // it has ended; empty: unknown
        bool has_responded = false;
    };
    class exchange {
    public:
        redis::request request;
        redis::generic_response response;
        bool is_late = false;
    };
    static constexpr std::chrono::seconds timeout{5};

    std::shared_ptr<line> connected();
    asio::ssl::context tls() const;
    void read_authorities(asio::ssl::context& context) const;
    std::string advice(const line& failed) const;
    texts values_of(const exchange& done) const;

    const asio::any_io_executor executor_;
    const redis_address address_;
    std::shared_ptr<line> line_;
};

inline void redis_link::read_authorities(asio::ssl::context& context) const {
    boost::system::error_code ec;
    context.load_verify_file(address_.ca_file, ec);
    if (ec)
        throw std::invalid_argument("--ca-file: '" + address_.ca_file +
                                    "' cannot be read as PEM certificates: " + ec.message());
}

inline asio::ssl::context redis_link::tls() const {
    asio::ssl::context context(asio::ssl::context::tls_client);
    if (!address_.tls)
        return context;
    context.set_options(asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1);
    if (address_.ca_file.empty())
        context.set_default_verify_paths();
    else
        read_authorities(context);
    context.set_verify_mode(asio::ssl::verify_peer);
    context.set_verify_callback(asio::ssl::host_name_verification(address_.host));
    return context;
}

inline std::shared_ptr<redis_link::line> redis_link::connected() {
    if (line_)
        return line_;
    redis::config config;
    config.addr.host = address_.host;
    config.addr.port = std::to_string(address_.port);
    config.username = address_.user;
    if (!address_.password.empty() && address_.user.empty())
        config.username = "default";
    config.password = address_.password;
    config.clientname = "fleet_worker";
    config.database_index = address_.database;
    config.use_ssl = address_.tls;
    config.resolve_timeout = config.connect_timeout = config.ssl_handshake_timeout = timeout;
    config.health_check_interval = config.reconnect_wait_interval = std::chrono::seconds(0);
    line_ = std::make_shared<line>(executor_, tls());
    line_->connection.async_run(config, redis::logger(redis::logger::level::disabled),
                                [this, ended = line_](const boost::system::error_code& ec) {
                                    ended->why = ec.message();
                                    if (line_ == ended)
                                        line_ = nullptr;
                                    ended->connection.cancel(); // requests that were not sent
                                });
    return line_;
}

inline asio::awaitable<texts> redis_link::execute(std::string command, texts arguments) {
    const auto current = connected();
    const auto mine = std::make_shared<exchange>();
    if (arguments.empty())
        mine->request.push(command);
    else
        mine->request.push_range(command, arguments);
    asio::steady_timer limit(executor_, timeout);
    limit.async_wait([current, mine](const boost::system::error_code& ec) {
        if (ec)
            return;
        mine->is_late = true;
        current->connection.cancel();
    });
    constexpr auto token = asio::as_tuple(asio::use_awaitable);
    const auto result =
        co_await current->connection.async_exec(mine->request, mine->response, token);
    limit.cancel();
    const boost::system::error_code ec = std::get<0>(result);
    const bool is_answer = !ec || mine->response.has_error();
    if (is_answer) {
        current->has_responded = true;
        co_return values_of(*mine);
    }
    if (line_ == current)
        close();
    std::string why = "the connection broke";
    if (mine->is_late)
        why = "no response within 5 s";
    else if (!current->why.empty())
        why = current->why;
    else if (ec != asio::error::operation_aborted)
        why = ec.message();
    throw redis_unreachable("Redis at " + address_.shown() + ": " + why + advice(*current));
}

// What to check if a connection has never worked.
inline std::string redis_link::advice(const line& failed) const {
    if (failed.has_responded)
        return {};
    return address_.tls
               ? " (check that this port speaks TLS, that the certificate is for this host, and "
                 "--ca-file)"
               : " (check the host and the port, and use rediss:// if the port speaks TLS)";
}

inline texts redis_link::values_of(const exchange& done) const {
    if (done.response.has_error()) {
        const std::string text = done.response.error().diagnostic;
        std::string message = "Redis at " + address_.shown() + ": " + text;
        for (const std::string_view temporary :
             {"LOADING", "MASTERDOWN", "READONLY", "BUSY ", "TRYAGAIN", "CLUSTERDOWN", "OOM"})
            if (text.starts_with(temporary))
                throw redis_busy(message);
        for (const std::string_view credential : {"NOAUTH", "WRONGPASS", "NOPERM"})
            if (text.starts_with(credential))
                message +=
                    " (check the user and the password in LANGEXPORT_REDIS_URL or --redis, and the "
                    "permissions of the user)";
        throw std::runtime_error(message);
    }
    texts values;
    for (const redis::resp3::node& each : done.response.value())
        if (!redis::resp3::is_aggregate(each.data_type))
            values.push_back(each.value);
    return values;
}

} // namespace fleet

#endif
