#ifndef LANGEXPORT_TESTS_UNIT_ENGINE_PARTS_BENCH_HPP
#define LANGEXPORT_TESTS_UNIT_ENGINE_PARTS_BENCH_HPP

#include "support/manual_time.hpp"
#include "support/scripted_stream.hpp"

#include <langexport/client_params.hpp>
#include <langexport/detail/engine/engine.hpp>
#include <langexport/detail/transport/stream_opener.hpp>
#include <langexport/error.hpp>
#include <langexport/observer.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace langexport_tests {

/// Opens streams whose peer is the test.
class scripted_opener final : public langexport::detail::stream_opener {
public:
    explicit scripted_opener(langexport::detail::strand_type strand) : strand_(std::move(strand)) {}

    /// With it, openings fail.
    std::optional<langexport::detail::exchange_failure> failure;
    bool throws = false; ///< Openings throw.
    bool waits = false;  ///< Openings wait for `finish`.
    std::size_t begun = 0;
    std::size_t rejections = 0;
    int forks = 0; ///< Events of forks in the child, minus those in the parent.
    std::vector<std::shared_ptr<scripted_stream>> streams; ///< All that were opened.

    bool is_pending() const { return waiting_.has_value(); }
    void finish();

    langexport::detail::task<void> open(langexport::detail::watchdog& watch,
                                        langexport::detail::opening& result) override;
    void interrupt() override { finish(); }
    void rejected(langexport::detail::opening&, const langexport::detail::exchange_failure&,
                  langexport::detail::steady_time) override {
        ++rejections;
    }
    void destroy_waiters() noexcept override { waiting_.reset(); }
    void forked(bool is_child) override { forks += is_child ? 1 : -1; }

private:
    langexport::detail::strand_type strand_;
    std::optional<langexport::detail::io_handler> waiting_;
};

/// Keeps the events of a client, each as one line.
class event_lines final : public langexport::observer {
public:
    std::vector<std::string> lines;

    std::size_t number_of(std::string_view line) const;

    void on_queued(const langexport::queued_event& event) noexcept override;
    void on_submitting(const langexport::submitting_event& event) noexcept override;
    void on_submitted(const langexport::submitted_event& event) noexcept override;
    void on_throttled(const langexport::throttled_event& event) noexcept override;
    void on_retried(const langexport::retried_event& event) noexcept override;
    void on_warning(const langexport::warning_event& event) noexcept override;
    void on_finished(const langexport::finished_event& event) noexcept override;
    void on_failed(const langexport::failed_event& event) noexcept override;
    void on_token_failed(const langexport::token_failed_event& event) noexcept override;
    void on_connection_failed(const langexport::connection_failed_event& event) noexcept override;
    void on_connection_closed(const langexport::connection_closed_event& event) noexcept override;
};

/// How an operation has ended.
class part_outcome {
public:
    int calls = 0; ///< Of its handler.
    langexport::detail::operation_result result;

    langexport::error_code code() const { return langexport::code_of(result.error); }
    /// Of its error, which it must have.
    const langexport::diagnostics& known() const {
        return langexport::get_export_error(result.error)->diagnostics();
    }
};

/// An operation and its outcome.
class part_operation {
public:
    using pointer = std::shared_ptr<langexport::detail::export_operation>;

    pointer operation;
    std::shared_ptr<part_outcome> end;

    langexport::detail::export_operation* operator->() const { return operation.get(); }
    langexport::detail::export_operation& operator*() const { return *operation; }
    operator const pointer&() const { return operation; }
};

/// The parts of an engine with fake surroundings, to be called one by one. Their time passes only when the test says
/// so.
class parts_bench {
public:
    explicit parts_bench(const langexport::client_params& params = default_params());
    ~parts_bench();
    parts_bench(const parts_bench&) = delete;
    parts_bench& operator=(const parts_bench&) = delete;

    static langexport::client_params default_params();

    boost::asio::io_context context;
    std::shared_ptr<event_lines> events = std::make_shared<event_lines>();

private:
    langexport::detail::engine_environment environment();

    const langexport::client_params params_;
    const boost::asio::any_io_executor executor_{context.get_executor()};
    const langexport::detail::strand_type strand_ = boost::asio::make_strand(executor_);
    manual_time* time_ = nullptr;
    scripted_opener* opener_ = nullptr;
    // The engine has parts of its own; these stay unused.
    std::shared_ptr<langexport::detail::engine> engine_;

public:
    langexport::detail::engine_parts parts;

    const std::shared_ptr<langexport::detail::engine>& engine() const { return engine_; }
    const langexport::client_params& params() const { return params_; }
    manual_time& time() { return *time_; }
    scripted_opener& opener() { return *opener_; }
    /// The stream that was opened as the n-th one, from 0.
    scripted_stream& stream(std::size_t n) { return *opener_->streams.at(n); }

    /// Runs the handlers that are ready now.
    void run_ready();
    /// Lets so much time pass. Entries of the timer fire, and nothing else happens.
    void pass(manual_time::duration time);
    /// The same; afterwards requests are assigned, as the engine does.
    void pass_and_assign(manual_time::duration time);
    /// A response arrives on the n-th stream.
    void respond(std::size_t n, std::string response);

    /// An operation that is not admitted yet and begins with a request of that kind.
    part_operation
    make(const std::string& project, langexport::request_kind first,
         langexport::detail::operation_kind kind = langexport::detail::operation_kind::document);
    /// The same, admitted. `time_limit` of max() means none.
    part_operation
    admit(const std::string& project, langexport::request_kind first,
          langexport::detail::operation_kind kind = langexport::detail::operation_kind::document,
          manual_time::duration time_limit = (manual_time::duration::max)());
    void admit(const part_operation& made,
               manual_time::duration time_limit = (manual_time::duration::max)());
    /// A drain, admitted.
    part_operation drain(manual_time::duration within);
    /// A connection of the pool that is idle.
    std::shared_ptr<langexport::detail::connection> add_idle_connection();

    static std::string response(const std::string& status, const std::string& body = {},
                                const std::string& headers = {});
    /// The response to a submission, with the link to a job of this project.
    static std::string accepted(const std::string& project);
};

} // namespace langexport_tests

#endif
