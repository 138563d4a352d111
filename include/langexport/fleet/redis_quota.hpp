#ifndef LANGEXPORT_FLEET_REDIS_QUOTA_HPP
#define LANGEXPORT_FLEET_REDIS_QUOTA_HPP

#include <langexport/quota_source.hpp>
#include <langexport/version.hpp>

#if !LANGEXPORT_HAS_BOOST_REDIS
#error "langexport/fleet/redis_quota.hpp needs Boost.Redis, which Boost has since version 1.84"
#endif

#include <langexport/fleet/impl/redis_session.hpp>
#include <langexport/fleet/redis_quota_params.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <memory>
#include <utility>
#include <vector>

namespace langexport {
inline namespace v0 {

/// Shares the quota of a resource between processes and machines through Redis or Valkey.
///
/// `params.shared_quota = std::make_shared<request_quota>(quota_params(), std::make_shared<redis_quota>(…))`.
/// All processes name the same Redis, the same `quota_params`, and the same `resource`, `valid_for` and
/// `longest_request` of `redis_quota_params`.
///
/// One script grants permits, atomically and with the clock of the server. It counts each request until one window
/// after its response, as a client alone does. A process with demand gets at least the quota divided by the number
/// of processes with demand, and more if others need less. The permits of a process that has ended without
/// returning them are free again when they have expired, and `redis_quota_params::longest_request` and one window
/// have passed.
///
/// If the server has restarted, a replica has taken over, or its data is missing, no process gets a permit until those
/// that may have been forgotten have expired and one window has passed. This is so with the first use as well.
///
/// The connection to Redis exists only while a client has operations in progress, so that `io_context::run()`
/// returns. One translation unit of the program includes `<boost/redis/src.hpp>`.
///
/// Thread safety: several threads may use all of it at the same time.
class redis_quota final : public quota_source {
public:
    /// @param executor  Runs the connection; that of the client, or another one whose context runs.
    /// @param params    The server and the resource.
    /// @throws export_error (errc::invalid_configuration) naming a field that makes no sense.
    redis_quota(boost::asio::any_io_executor executor, redis_quota_params params)
        : session_(std::make_shared<detail::redis_session>(std::move(executor),
                                                           detail::checked(std::move(params)))) {}
    ~redis_quota() override { session_->stop(); }

    /// See `quota_source::start_refill`.
    void start_refill(quota_demand demand, receiver done) noexcept override {
        session_->start(std::move(demand), std::move(done));
    }
    /// See `quota_source::rest`.
    void rest(std::vector<returned_permit> returned) noexcept override {
        session_->rest(std::move(returned));
    }

private:
    const std::shared_ptr<detail::redis_session> session_;
};

} // namespace v0
} // namespace langexport

#endif
