#ifndef LANGEXPORT_IMPL_EXPORT_PROJECTS_BATCH_HPP
#define LANGEXPORT_IMPL_EXPORT_PROJECTS_BATCH_HPP

#include <langexport/detail/engine/engine.hpp>
#include <langexport/export_projects.hpp>
#include <langexport/result_sink.hpp>

#include <boost/asio/any_completion_executor.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/execution/outstanding_work.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

// A batch in progress. Its events wait in a queue, and one thread at a time handles them on the operation's
// executor, whatever that executor is. Operations in progress and posted handlers own the batch, so that it is
// destroyed with them.
class batch final : public operation_group, public std::enable_shared_from_this<batch> {
public:
    batch(std::shared_ptr<engine> owner, batch_handler handler, asio::any_io_executor calls,
          std::unique_ptr<batch_source> source, batch_options options)
        : engine_(std::move(owner)), source_(std::move(source)), options_(std::move(options)),
          executor_(asio::get_associated_executor(handler, engine_->settings().executor)),
          work_(asio::prefer(executor_, asio::execution::outstanding_work.tracked)),
          client_work_(asio::prefer(engine_->settings().executor,
                                    asio::execution::outstanding_work.tracked)),
          call_executor_(std::move(calls)), handler_(std::in_place, std::move(handler)),
          begun_after_forks_(engine_->forks()), started_(engine_->now()) {}

    void begin();
    LANGEXPORT_DECL void submitted(const export_job& job) override;

private:
    using outcome_ptr = std::shared_ptr<batch_outcome>;

    // The handler of one export.
    class export_ended {
    public:
        using executor_type = asio::any_completion_executor;

        export_ended(std::shared_ptr<batch> owner, outcome_ptr outcome)
            : owner_(std::move(owner)), outcome_(std::move(outcome)) {}
        executor_type get_executor() const noexcept { return owner_->executor_; }
        void operator()(operation_result result) {
            auto end = [to = owner_.get(), outcome = std::move(outcome_),
                        result = std::move(result)]() mutable { to->ended(outcome, result); };
            owner_->add(std::move(end));
            owner_->work_off();
        }

    private:
        std::shared_ptr<batch> owner_;
        outcome_ptr outcome_;
    };

    // Stands for a sink that could not be made for lack of descriptors or memory, and makes it when the
    // result is there.
    class late_sink final : public result_sink {
    public:
        late_sink(std::shared_ptr<batch> owner, batch_item item)
            : owner_(std::move(owner)), item_(std::move(item)) {}

        void set_content_type(std::string_view type) override { sink().set_content_type(type); }
        void set_expected_size(std::uint64_t size) override { sink().set_expected_size(size); }
        asio::awaitable<void> write(asio::const_buffer bytes) override {
            return sink().write(bytes);
        }
        asio::awaitable<void> commit() override { return sink().commit(); }
        void discard() noexcept override {
            if (sink_)
                sink_->discard();
        }

    private:
        result_sink& sink() {
            if (!sink_)
                sink_ = owner_->make_late(item_);
            return *sink_;
        }

        std::shared_ptr<batch> owner_;
        batch_item item_;
        std::shared_ptr<result_sink> sink_;
    };

    using event = std::function<void()>;
    void add(event next, bool is_urgent = false);
    void post_work();
    void work_off();

    void take_some();
    bool take_one();
    void start(const outcome_ptr& outcome);
    bound_target make_target(const batch_item& item);
    std::shared_ptr<result_sink> make_sink(const batch_item& item);
    std::shared_ptr<result_sink> make_late(const batch_item& item);
    void finish(batch_outcome& outcome);
    void ended(const outcome_ptr& outcome, operation_result& result);
    void count(const batch_outcome& outcome);
    void cancel(asio::cancellation_type type);
    void stop(errc why, std::exception_ptr cause = nullptr);
    template <class Call>
    void call(const char* callee, Call function);
    std::exception_ptr make_error();
    void complete();
    // This is the child of a fork: the batch and the checkpoint's files belong to the parent.
    bool is_left_to_parent() const noexcept { return engine_->forks() != begun_after_forks_; }

    const std::shared_ptr<engine> engine_;
    std::unique_ptr<batch_source> source_;
    batch_options options_;
    const asio::any_completion_executor executor_;
    // The same and the client's, kept from running out of work: between two exports nothing else does.
    asio::any_completion_executor work_;
    asio::any_io_executor client_work_;
    const asio::any_io_executor call_executor_;
    std::optional<batch_handler> handler_;
    const std::uint32_t begun_after_forks_;

    std::mutex mutex_; // of these three
    std::deque<event> events_;
    bool is_working_ = false;
    bool has_ended_ = false;

    // Held while functions of the caller may run: late sinks call one, too, and one runs at a time.
    std::recursive_mutex calls_;

    const steady_time started_;
    std::size_t in_flight_ = 0;
    bool takes_more_ = true;
    std::optional<errc> why_; // it did not do all
    std::string detail_;
    std::exception_ptr cause_;
    batch_summary summary_;
};

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
