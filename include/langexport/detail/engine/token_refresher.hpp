#ifndef LANGEXPORT_DETAIL_ENGINE_TOKEN_REFRESHER_HPP
#define LANGEXPORT_DETAIL_ENGINE_TOKEN_REFRESHER_HPP

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

// Asks the token source for tokens when requests need them, and lets requests fail that wait too long.
// `token_manager` decides when and knows the source; this class starts each request for a token and passes on its
// outcome.
class token_refresher {
public:
    explicit token_refresher(engine_parts& parts) noexcept : parts_(parts) {}

    // Whether a request can be sent: there is a key, or a token that has not expired.
    LANGEXPORT_DECL bool has_credential() const;
    // Asks the source if due requests need a token now or soon.
    LANGEXPORT_DECL void request_token_if_needed();
    LANGEXPORT_DECL void replace(const credential& next);
    // A request contains a key or token of this client: nothing of it is sent, shown, or kept.
    LANGEXPORT_DECL void reject_secrets_in_request(export_operation& operation) const;

    // No operation is pending.
    void rest() noexcept {
        retry_timer_.clear();
        overdue_timer_.clear();
    }
    // The process has forked; this is the child. The source responds in the parent.
    LANGEXPORT_DECL void on_fork();

private:
    void on_token(std::uint32_t asked_as, const std::exception_ptr& error,
                  const access_token& token);
    void ask_again(steady_time);
    void on_overdue(steady_time now);

    engine_parts& parts_;
    member_timer<token_refresher, &token_refresher::ask_again> retry_timer_{*this};
    member_timer<token_refresher, &token_refresher::on_overdue> overdue_timer_{*this};
};

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
