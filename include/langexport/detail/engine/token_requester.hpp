#ifndef LANGEXPORT_DETAIL_ENGINE_TOKEN_REQUESTER_HPP
#define LANGEXPORT_DETAIL_ENGINE_TOKEN_REQUESTER_HPP

#include <langexport/credential.hpp>
#include <langexport/detail/engine/export_operation.hpp>
#include <langexport/detail/policy/timer_queue.hpp>
#include <langexport/version.hpp>

#include <cstdint>
#include <exception>

namespace langexport {
inline namespace v0 {
namespace detail {

struct engine_parts;

// Requests tokens from the token source when requests need them, and ends requests that have waited too long for a
// token. `token_manager` decides when a token is requested; this class starts the request and handles its result.
class token_requester {
public:
    explicit token_requester(engine_parts& parts) noexcept : parts_(parts) {}

    // Whether requests can be sent, because there is a key or a token that has not expired.
    LANGEXPORT_DECL bool has_credential() const;
    // Requests a token if requests that are due need one now or soon.
    LANGEXPORT_DECL void request_token_if_needed();
    LANGEXPORT_DECL void replace(const credential& next);
    // Rejects an operation whose request contains a key or token of this client, for example as the project's name.
    // The secret is not sent, shown or stored.
    LANGEXPORT_DECL void reject_secrets_in_request(export_operation& operation) const;

    // Stops the timers, because no operation is pending.
    void stop_timers() noexcept {
        retry_timer_.clear();
        overdue_timer_.clear();
    }
    // Called in the child of a fork. A request in progress ends in the parent, so the child requests a token again.
    LANGEXPORT_DECL void on_fork();

private:
    void on_token(std::uint32_t requested_in, const std::exception_ptr& error,
                  const access_token& token);
    void request_again(steady_time);
    void on_overdue(steady_time now);

    engine_parts& parts_;
    member_timer<token_requester, &token_requester::request_again> retry_timer_{*this};
    member_timer<token_requester, &token_requester::on_overdue> overdue_timer_{*this};
};

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
