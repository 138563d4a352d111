#ifndef LANGEXPORT_DETAIL_ENGINE_IMPL_DELIVERY_IPP
#define LANGEXPORT_DETAIL_ENGINE_IMPL_DELIVERY_IPP

#include <langexport/detail/base/shortage.hpp>
#include <langexport/detail/engine/engine.hpp>

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>

#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

LANGEXPORT_DECL std::shared_ptr<sink_calls> engine::calls_to(std::shared_ptr<result_sink> sink,
                                                             asio::any_io_executor executor) const {
    return std::make_shared<sink_calls>(std::move(sink), executor ? std::move(executor) : base_,
                                        base_, strand_);
}

// The sink has the whole result; if it keeps it, the operation has succeeded, whatever comes meanwhile.
LANGEXPORT_DECL void engine::commit(const record_ptr& r) {
    r->is_committing = true;
    r->clear();
    r->sink->commit([self = shared_from_this(), r](const std::exception_ptr& thrown) {
        if (!thrown)
            return self->succeed(r);
        self->commit_failed(r, sink_failure(thrown));
    });
}

LANGEXPORT_DECL void engine::commit_failed(const record_ptr& r, const exchange_failure& why) {
    r->is_committing = false;
    remember_trouble(*r, why);
    const steady_time now = steady_now();
    const bool can_pass = is_shortage(why.cause) && !r->must_not_retry;
    if (can_pass)
        make_room_for_file();
    decision next = step(r->progress, failed_attempt{errc::sink_failed, false, false, can_pass},
                         now, random_.fraction(), params_.polling, params_.retry);
    if (next.what == action::send)
        repeat(*r, next, request_kind::result, errc::sink_failed, now);
    carry_out(r, next);
    pump(); // no connection looks for its next request now
}

// The handler is called, and destroyed, on its own executor, after the last call to the sink.
LANGEXPORT_DECL void engine::tell(record_ptr r) {
    if (r->sink)
        r->sink->abandon(); // it calls back no more
    const asio::any_io_executor executor = r->sink ? r->sink->executor() : base_;
    asio::post(executor, [leaving = std::move(r), base = base_]() mutable {
        if (leaving->sink)
            leaving->sink->end(leaving->has_failed());
        const auto work = std::move(leaving->work);
        auto deliver = [leaving = std::move(leaving)] {
            auto handler = std::move(leaving->handler);
            // What the slot holds is gone before the handler runs, which may use the slot again.
            auto slot = asio::get_associated_cancellation_slot(handler);
            if (slot.is_connected())
                slot.clear();
            std::move(handler)(std::move(leaving->result()));
        };
        if (work)
            asio::dispatch(*work, std::move(deliver));
        else
            asio::dispatch(base, std::move(deliver));
    });
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
