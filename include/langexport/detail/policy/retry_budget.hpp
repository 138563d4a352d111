#ifndef LANGEXPORT_DETAIL_POLICY_RETRY_BUDGET_HPP
#define LANGEXPORT_DETAIL_POLICY_RETRY_BUDGET_HPP

#include <langexport/client_params.hpp>
#include <langexport/detail/policy/backoff.hpp>

#include <algorithm>
#include <chrono>

namespace langexport {
inline namespace v0 {
namespace detail {

// The budget of the retries of all jobs, so that jobs that failed together do not retry in a burst: some at once,
// then some each second. Each success adds a tenth of a retry. The budget rejects no retry: if it is spent, it delays
// the retry.
class retry_budget {
public:
    explicit retry_budget(const retry_params& params) noexcept
        : interval_(params.rate > 0
                        ? scaled(std::chrono::seconds(1), 1 / (std::max)(params.rate, least_rate))
                        : steady_duration::zero()),
          credit_(interval_ * (static_cast<steady_duration::rep>(params.burst) - 1)) {}

    // Returns when a retry that is due at `due` may be sent.
    steady_time admit(steady_time now, steady_time due) noexcept {
        if (interval_ == steady_duration::zero())
            return due;
        next_ = (std::max)(next_, now - credit_);
        const steady_time allowed = (std::max)(due, next_);
        next_ += interval_;
        return allowed;
    }

    void succeeded() noexcept { next_ -= interval_ / 10; }

private:
    // One retry a minute. With a lower rate, the times of ten million jobs would overflow.
    static constexpr double least_rate = 1.0 / 60;

    steady_duration interval_;
    steady_duration credit_;
    steady_time next_{-credit_}; // when the budget allows the next one
};

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
