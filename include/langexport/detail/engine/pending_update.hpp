#ifndef LANGEXPORT_DETAIL_ENGINE_PENDING_UPDATE_HPP
#define LANGEXPORT_DETAIL_ENGINE_PENDING_UPDATE_HPP

#include <langexport/detail/policy/backoff.hpp>
#include <langexport/detail/protocol/response_message.hpp>
#include <langexport/request_functions.hpp>

#include <chrono>

namespace langexport {
inline namespace v0 {
namespace detail {

// The pause between two calls of `on_update`.
inline constexpr std::chrono::milliseconds update_interval{100};

// The next update of an operation, and when it may be reported. Newer news replaces news that was not reported. It
// reads no clock: the time is an argument.
class pending_update {
public:
    // The known state of the operation. Each report repeats it.
    export_update& known() noexcept { return news_; }

    // Adds news of that kind. The caller writes it into the returned update.
    export_update& add(update_kind kind) noexcept {
        news_.kind = kind;
        news_.why.reset();
        news_.wait = {};
        has_news_ = true;
        return news_;
    }
    // Adds news if more of the result was received than was reported.
    void read_download(const response_message& response) noexcept {
        const bool is_known =
            response.body_size == news_.bytes && response.body_length == news_.total;
        if (response.status != 200 || is_known)
            return;
        export_update& news = add(update_kind::downloading);
        news.bytes = response.body_size;
        news.total = response.body_length;
    }

    bool has_news() const noexcept { return has_news_; }
    // Returns when the next update may be reported.
    steady_time next() const noexcept { return next_; }
    // Returns the update, which counts as reported.
    const export_update& report() noexcept {
        has_news_ = false;
        return news_;
    }
    // Called when `on_update` has returned. The pause begins.
    void on_reported(steady_time now) noexcept { next_ = round_up(now + update_interval); }

private:
    export_update news_;
    bool has_news_ = false;
    steady_time next_{};
};

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
