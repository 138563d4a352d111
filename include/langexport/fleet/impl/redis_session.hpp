#ifndef LANGEXPORT_FLEET_IMPL_REDIS_SESSION_HPP
#define LANGEXPORT_FLEET_IMPL_REDIS_SESSION_HPP

#include <langexport/detail/base/random_source.hpp>
#include <langexport/fleet/impl/local_share.hpp>
#include <langexport/fleet/impl/quota_message.hpp>
#include <langexport/fleet/redis_quota_params.hpp>
#include <langexport/version.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/redis/connection.hpp>

#include <chrono>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace langexport {
inline namespace v0 {
namespace detail {

namespace asio = boost::asio;
namespace redis = boost::redis;

// One message to Redis and its response.
struct redis_exchange {
    // The report of the server's memory, or nothing; then the response of the script.
    redis::request request;
    redis::response<std::string, std::vector<long long>> response;
    std::uint64_t grant = 0;
};

// The connection of a `redis_quota`. Everything except the public functions runs on its strand. A connection exists
// from a refill until the clients rest or a message fails.
class redis_session : public std::enable_shared_from_this<redis_session> {
public:
    redis_session(asio::any_io_executor executor, redis_quota_params params)
        : params_(std::move(params)), strand_(asio::make_strand(std::move(executor))),
          timer_(strand_), keys_(quota_keys(params_.prefix, params_.resource)) {
        terms_.process = random_source().uuid();
        terms_.longest_request =
            std::chrono::ceil<std::chrono::milliseconds>(params_.longest_request);
    }

    void start(quota_demand demand, quota_source::receiver done) {
        asio::post(strand_, [self = shared_from_this(), demand = std::move(demand),
                             done = std::move(done)]() mutable {
            self->refill(std::move(demand), std::move(done));
        });
    }
    void rest(std::vector<returned_permit> returned) {
        asio::post(strand_, [self = shared_from_this(), returned = std::move(returned)]() mutable {
            self->leave(std::move(returned));
        });
    }
    // The source is destroyed.
    void stop() {
        asio::post(strand_, [self = shared_from_this()] {
            self->is_resting_ = true;
            self->done_ = nullptr;
            self->close();
        });
    }

private:
    using clock = std::chrono::steady_clock;
    using exchange_ptr = std::shared_ptr<redis_exchange>;
    using connection_ptr = std::shared_ptr<redis::connection>;

    void refill(quota_demand demand, quota_source::receiver done) {
        is_resting_ = false;
        done_ = std::move(done);
        demand_ = std::move(demand);
        sent_at_ = clock::now();
        const auto window = std::chrono::ceil<std::chrono::milliseconds>(demand_.quota.window);
        terms_.valid_for = params_.valid_for > quota_demand::duration::zero()
                               ? std::chrono::floor<std::chrono::milliseconds>(params_.valid_for)
                               : window / 2;
        if (!share_ && params_.when_unreachable == unreachable_policy::local_share)
            share_.emplace(params_.local_share, terms_.valid_for, terms_.longest_request);
        if (share_)
            share_->give_back(demand_.returned, sent_at_, demand_.quota.window);
        send(demand_, false);
    }

    void leave(std::vector<returned_permit> returned) {
        is_resting_ = true;
        quota_demand last;
        last.quota = demand_.quota;
        last.returned = std::move(returned);
        if (share_)
            share_->give_back(last.returned, clock::now(), last.quota.window);
        if (!connection_)
            return;
        if (done_)
            leaves_with_ = std::move(last); // after the refill that is in progress
        else
            send(last, true);
    }

    void send(const quota_demand& demand, bool leaves) {
        const auto exchange = std::make_shared<redis_exchange>();
        exchange->grant = ++grants_;
        exchange->request.push("INFO", "memory");
        exchange->request.push_range(
            "EVAL",
            quota_message(keys_, terms_, demand, exchange->grant, leaves,
                          share_ ? share_->uses(clock::now()) : std::vector<local_share::use>()));
        exchange_ = exchange;
        const std::string problem = connection_ ? std::string() : connect();
        if (!problem.empty())
            return finish(exchange, problem);
        timer_.expires_after(params_.timeout);
        timer_.async_wait([self = shared_from_this(), exchange](const auto& ec) {
            if (!ec)
                self->finish(exchange, self->server() +
                                           " has not responded within redis_quota_params::timeout");
        });
        connection_->async_exec(
            exchange->request, exchange->response,
            [self = shared_from_this(), exchange, keep = connection_](const auto& ec, std::size_t) {
                self->finish(exchange, ec ? self->server() + ": " + ec.message()
                                          : self->problem_of(*exchange));
            });
    }

    std::string server() const {
        return "Redis at " + params_.host + ":" + std::to_string(params_.port);
    }

    // Why it cannot; empty if it can.
    std::string connect() {
        std::string problem;
        asio::ssl::context trusted = tls(problem);
        if (!problem.empty())
            return problem;
        redis::config config;
        config.addr.host = params_.host;
        config.addr.port = std::to_string(params_.port);
        config.username = params_.password.empty() ? ""
                          : params_.user.empty()   ? "default"
                                                   : params_.user;
        config.password = params_.password;
        config.clientname = "langexport";
        config.database_index = params_.database;
        config.use_ssl = params_.tls;
        config.resolve_timeout = config.connect_timeout = config.ssl_handshake_timeout =
            params_.timeout;
        config.health_check_interval = std::chrono::seconds(0);
        config.reconnect_wait_interval = std::chrono::seconds(0);
        connection_ =
            std::make_shared<redis::connection>(asio::any_io_executor(strand_), std::move(trusted));
        connection_->async_run(config, redis::logger(redis::logger::level::disabled),
                               [keep = connection_, self = shared_from_this()](const auto& ec) {
                                   self->on_connection_ended(keep, ec);
                               });
        return problem;
    }

    asio::ssl::context tls(std::string& problem) const {
        asio::ssl::context context(asio::ssl::context::tls_client);
        if (!params_.tls)
            return context;
        context.set_options(asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1);
        boost::system::error_code ec;
        if (params_.ca_file.empty())
            context.set_default_verify_paths(ec);
        else
            context.load_verify_file(params_.ca_file, ec);
        if (ec)
            problem = "the certificates in redis_quota_params::ca_file (" + params_.ca_file +
                      ") cannot be read: " + ec.message();
        context.set_verify_mode(asio::ssl::verify_peer);
        context.set_verify_callback(asio::ssl::host_name_verification(params_.host));
        return context;
    }

    // A request that was not sent yet would wait for another connection; so would the next one.
    void on_connection_ended(const connection_ptr& ended, const boost::system::error_code& ec) {
        if (ended != connection_)
            return;
        if (exchange_)
            finish(exchange_, server() + ": " + ec.message());
        else
            close();
    }

    // Why a response cannot be used; empty if it can.
    std::string problem_of(const redis_exchange& exchange) const {
        const auto& memory = std::get<0>(exchange.response);
        const auto& reply = std::get<1>(exchange.response);
        if (reply.has_error())
            return server() + ": " + reply.error().diagnostic +
                   advice_for(reply.error().diagnostic);
        // Redis may drop keys with any other policy, and the quota would be exceeded.
        const std::string_view policy = "maxmemory_policy:";
        if (memory.has_value()) {
            const std::size_t at = memory.value().find(policy);
            if (at != std::string::npos &&
                memory.value().compare(at + policy.size(), 10, "noeviction") != 0)
                return server() + " may evict keys; set its maxmemory-policy to noeviction";
        }
        return {};
    }
    static std::string advice_for(const std::string& error) {
        if (error.starts_with("NOAUTH") || error.starts_with("WRONGPASS"))
            return " Check redis_quota_params::user and redis_quota_params::password.";
        if (error.starts_with("NOPERM"))
            return " The user needs INFO, EVAL and the commands of the script.";
        return {};
    }

    // Ends the exchange, unless it has ended before.
    void finish(const exchange_ptr& exchange, std::string problem) {
        if (exchange != exchange_)
            return;
        exchange_.reset();
        timer_.cancel();
        std::optional<quota_grant> grant;
        if (problem.empty()) {
            grant =
                read_quota_reply(std::get<1>(exchange->response).value(), terms_, exchange->grant);
            if (!grant)
                problem = "Redis sent no response of the quota's script";
        }
        if (!problem.empty())
            close();
        const auto done = std::exchange(done_, nullptr);
        auto last = std::exchange(leaves_with_, std::nullopt);
        if (grant && share_)
            share_->forget_uses();
        if (grant && last)
            give_back(*grant, last->returned);
        if (is_resting_ && connection_ && last)
            send(*last, true);
        else if (is_resting_)
            close();
        if (done)
            respond(done, grant, problem);
    }

    // A grant that arrives after the last client has left goes back unused.
    static void give_back(quota_grant& grant, std::vector<returned_permit>& returned) {
        for (const quota_class each : {quota_class::submissions, quota_class::reads}) {
            class_grant& part = each == quota_class::submissions ? grant.submissions : grant.reads;
            const std::size_t number = part.permits + part.later.size();
            for (std::size_t i = 0; i < number; ++i) {
                returned_permit& added = returned.emplace_back();
                added.request = each;
                added.id = permit_id(grant.id, static_cast<std::uint32_t>(i));
            }
            part.permits = 0;
            part.later.clear();
        }
    }

    // User code is called last.
    void respond(const quota_source::receiver& done, const std::optional<quota_grant>& grant,
                 const std::string& problem) {
        if (grant && share_)
            share_->on_shared_grant(sent_at_);
        if (grant)
            return done(nullptr, *grant);
        const auto why = std::make_exception_ptr(std::runtime_error(problem));
        done(why, share_ ? share_->ask(demand_, sent_at_) : quota_grant());
    }

    void close() {
        exchange_.reset();
        timer_.cancel();
        if (const connection_ptr closing = std::exchange(connection_, nullptr))
            closing->cancel();
    }

    const redis_quota_params params_;
    const asio::strand<asio::any_io_executor> strand_;
    asio::steady_timer timer_;
    const std::vector<std::string> keys_;
    quota_message_terms terms_;
    connection_ptr connection_;   // null: no client has operations, or the last message failed
    exchange_ptr exchange_;       // in progress
    quota_source::receiver done_; // of the refill in progress
    quota_demand demand_;         // of the last refill
    clock::time_point sent_at_{};
    std::optional<quota_demand> leaves_with_; // sent when the refill in progress has ended
    std::optional<local_share> share_;
    std::uint64_t grants_ = 0;
    bool is_resting_ = false;
};

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
