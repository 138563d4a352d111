#ifndef LANGEXPORT_DETAIL_ENGINE_UPDATE_NEWS_HPP
#define LANGEXPORT_DETAIL_ENGINE_UPDATE_NEWS_HPP

#include <langexport/detail/policy/backoff.hpp>
#include <langexport/detail/protocol/response_message.hpp>
#include <langexport/request_functions.hpp>

#include <chrono>

namespace langexport {
inline namespace v0 {
namespace detail {

// The pause between two calls of `on_update`.
inline constexpr std::chrono::milliseconds update_interval{100};

// The next update of an operation, and when it may be reported. Newer news replaces what was not reported. Reads no
// clock: the time is an argument.
class update_news {
public:
    // What is known of the operation; each report repeats it.
    export_update& known() noexcept { return news_; }

    // There is news of that kind. The caller changes the returned update.
    export_update& add(update_kind kind) noexcept {
        news_.kind = kind;
        news_.why.reset();
        news_.wait = {};
        has_news_ = true;
        return news_;
    }
    // The result is being received: is there more of it than was reported?
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
    // From when it may be reported.
    steady_time next() const noexcept { return next_; }
    // It is reported now.
    const export_update& report() noexcept {
        has_news_ = false;
        return news_;
    }
    // The caller's function has returned.
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
