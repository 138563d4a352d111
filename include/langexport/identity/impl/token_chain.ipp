#ifndef LANGEXPORT_IDENTITY_IMPL_TOKEN_CHAIN_IPP
#define LANGEXPORT_IDENTITY_IMPL_TOKEN_CHAIN_IPP

#include <langexport/detail/base/text.hpp>
#include <langexport/error.hpp>
#include <langexport/identity/token_chain.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <exception>
#include <memory>
#include <string>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

// The state that copies of a chain share.
struct shared_chain {
    static constexpr std::size_t none = static_cast<std::size_t>(-1);

    explicit shared_chain(std::vector<bearer_token_source> all) : sources(std::move(all)) {}

    const std::vector<bearer_token_source> sources;
    std::atomic<std::size_t> in_use{none}; // the first that returned a token
};

// Combines the errors of all sources.
inline std::exception_ptr combine(const std::vector<std::exception_ptr>& errors) {
    constexpr std::size_t room = 1000; // the size limit of a message
    using duration = diagnostics::duration;
    diagnostics known;
    known.detail = "none of " + count_of(errors.size(), "source") + " gave a token";
    known.is_permanent = true;
    duration wait = (duration::max)();
    std::size_t number = 0;
    for (const std::exception_ptr& error : errors) {
        known.detail += "; " + std::to_string(++number) + ". " +
                        one_printable_line(message_of(error), room / errors.size() + 16);
        const export_error* const said = get_export_error(error);
        if (said && said->diagnostics().is_permanent)
            continue;
        known.is_permanent = false;
        wait = (std::min)(wait, said ? said->diagnostics().retry_after : duration::zero());
    }
    if (!known.is_permanent)
        known.retry_after = wait;
    known.advice = "correct one of them";
    return std::make_exception_ptr(
        export_error(make_error_code(errc::credential_unavailable), std::move(known)));
}

// One request for a token.
class chain_question : public std::enable_shared_from_this<chain_question> {
public:
    chain_question(std::shared_ptr<shared_chain> chain,
                   const boost::asio::any_io_executor& executor, bearer_token_source::receiver done)
        : chain_(std::move(chain)), executor_(executor), done_(std::move(done)) {}

    void start() {
        const std::size_t in_use = chain_->in_use;
        is_decided_ = in_use != shared_chain::none;
        ask(is_decided_ ? in_use : 0);
    }

private:
    void ask(std::size_t number) {
        chain_->sources[number].ask(executor_,
                                    [self = shared_from_this(), number](std::exception_ptr error,
                                                                        const access_token& token) {
                                        self->on_token(number, std::move(error), token);
                                    });
    }

    void on_token(std::size_t number, std::exception_ptr error, const access_token& token) {
        if (is_decided_)
            return done_(std::move(error), token);
        if (!error && !token.empty()) {
            chain_->in_use = number;
            return done_(nullptr, token);
        }
        if (!error)
            error = no_token();
        errors_.push_back(std::move(error));
        if (number + 1 < chain_->sources.size())
            return ask(number + 1);
        done_(combine(errors_), access_token());
    }

    static std::exception_ptr no_token() {
        diagnostics known;
        known.detail = "the token source gave no token";
        return std::make_exception_ptr(
            export_error(make_error_code(errc::credential_unavailable), std::move(known)));
    }

    const std::shared_ptr<shared_chain> chain_;
    const boost::asio::any_io_executor executor_;
    const bearer_token_source::receiver done_;
    std::vector<std::exception_ptr> errors_;
    bool is_decided_ = false;
};

} // namespace detail

LANGEXPORT_DECL bearer_token_source token_chain(std::vector<bearer_token_source> sources) {
    if (sources.empty())
        detail::throw_error(errc::invalid_configuration, "the chain of token sources is empty");
    const auto chain = std::make_shared<detail::shared_chain>(std::move(sources));
    return detail::make_token_source([chain](const boost::asio::any_io_executor& executor,
                                             const bearer_token_source::receiver& done) {
        std::make_shared<detail::chain_question>(chain, executor, done)->start();
    });
}

} // namespace v0
} // namespace langexport

#endif
