#ifndef LANGEXPORT_EXAMPLES_SERVICE_EXPORTER_HPP
#define LANGEXPORT_EXAMPLES_SERVICE_EXPORTER_HPP

#include "error_text.hpp"
#include "export_book.hpp"
#include "export_record.hpp"
#include "result_file.hpp"
#include "state_folder.hpp"

#include <langexport.hpp>
#include <langexport/detail/base/text.hpp>
#include <langexport/detail/base/timestamp.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace service {

/// Counters for metrics, since the process started.
struct export_counts {
    std::atomic<std::uint64_t> exported{0};
    std::atomic<std::uint64_t> failed{0};
    std::atomic<std::uint64_t> cancelled{0};
    std::atomic<std::uint64_t> bytes{0};
    std::atomic<std::int64_t> last_success{0}; ///< Seconds since 1970; 0: none.
};

/// Runs exports, and keeps their state in a book and a folder. Thread safety: any thread at any time.
///
/// Each export has a strand of its own. Its record is written to the disk before its client receives the response,
/// before its submission is sent, before the first poll of its job, and at its end. If a service was killed, the next
/// one resumes each export that has a job. If a submission was being sent, its job is unknown: the export fails,
/// because another submission could start a second job.
class exporter : public std::enable_shared_from_this<exporter> {
public:
    exporter(asio::any_io_executor executor, langexport::client_params params,
             const std::filesystem::path& folder)
        : executor_(std::move(executor)), client_(executor_, std::move(params)), folder_(folder) {}

    /// Observes the client, and continues the exports of the folder.
    void start() {
        client_.set_observer(std::make_shared<job_watch>(weak_from_this()));
        for (export_record& record : folder_.read_all()) {
            if (!has_ended(record.state) && record.token.empty() && record.may_be_submitted) {
                record.state = export_state::failed;
                record.error =
                    "the service was stopped while the submission was being sent: a job may "
                    "be running, but its link is not known. Export the project again.";
                folder_.write(record);
            }
            book_.put(record);
            if (!has_ended(record.state))
                run(record);
        }
    }

    /// Begins an export.
    ///
    /// @return  Its record, which is on the disk.
    /// @throws langexport::export_error  The request is not valid.
    /// @throws std::exception            The record cannot be written.
    export_record begin(export_record record) {
        langexport::validate(request_for(record), "");
        record.id = new_id();
        record.created =
            static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(
                                           std::chrono::system_clock::now().time_since_epoch())
                                           .count());
        folder_.write(record);
        book_.put(record);
        run(record);
        return record;
    }

    /// Cancels an export that is in progress; removes one that has ended.
    ///
    /// @return  Whether there is such an export.
    bool remove(const std::string& id) {
        const auto before = book_.find(id);
        if (!before)
            return false;
        const auto cancelled = update(id, [](export_record& record) {
            record.state = export_state::cancelled;
            return true;
        });
        if (cancelled) {
            ++counts_.cancelled;
            cancel(id);
            return true;
        }
        const std::lock_guard guard(write_mutex_);
        book_.remove(id);
        folder_.remove(id);
        return true;
    }

    /// Stops: submissions that were not sent are cancelled, and jobs get a short time to end. The other exports
    /// continue when a service is started on the folder again.
    asio::awaitable<void> drain(std::chrono::seconds within) {
        is_draining_ = true;
        const auto summary = co_await client_.drain(within);
        static_cast<void>(summary);
    }

    bool is_draining() const noexcept { return is_draining_; }
    export_book& book() noexcept { return book_; }
    const export_counts& counts() const noexcept { return counts_; }
    langexport::client_stats stats() const { return client_.stats(); }
    std::filesystem::path result_of(const std::string& id) const { return folder_.result_of(id); }

private:
    // A submission that is about to be sent, and a job that was confirmed after its export had ended.
    class job_watch final : public langexport::observer {
    public:
        explicit job_watch(std::weak_ptr<exporter> owner) : owner_(std::move(owner)) {}

        void on_submitting(const langexport::submitting_event& event) noexcept override {
            set_may_be_submitted(event.tag, true);
        }
        // The client only repeats a submission that has created no job.
        void on_throttled(const langexport::throttled_event& event) noexcept override {
            if (event.request == langexport::request_kind::submission)
                set_may_be_submitted(event.tag, false);
        }
        void on_retried(const langexport::retried_event& event) noexcept override {
            if (event.request == langexport::request_kind::submission)
                set_may_be_submitted(event.tag, false);
        }
        void on_submitted(const langexport::submitted_event& event) noexcept override {
            const auto owner = owner_.lock();
            if (owner && event.is_late)
                owner->keep(std::string(event.tag),
                            [&](export_record& record) { return set_job(record, event.job); });
        }

    private:
        void set_may_be_submitted(std::string_view id, bool may_be) noexcept {
            if (const auto owner = owner_.lock())
                owner->keep(std::string(id), [may_be](export_record& record) {
                    return std::exchange(record.may_be_submitted, may_be) != may_be;
                });
        }

        std::weak_ptr<exporter> owner_;
    };

    static bool set_job(export_record& record, const langexport::export_job& job) {
        record.token = job.to_token();
        record.submitted_at = langexport::detail::format_utc(job.submitted());
        record.may_be_submitted = false;
        return true;
    }

    static std::string new_id() {
        static std::mutex mutex;
        static std::random_device source;
        const std::lock_guard guard(mutex);
        std::string id;
        for (int i = 0; i < 3; ++i) {
            char digits[9];
            std::snprintf(digits, sizeof digits, "%08x", static_cast<unsigned>(source()));
            id += digits;
        }
        return id;
    }

    // The id is the operation's tag, so that events name the export. The caller's own tag is in the record.
    langexport::export_request request_for(const export_record& record) {
        langexport::export_request request(record.project);
        request.surface = record.surface;
        request.tag = record.id;
        return request;
    }

    // Changes a record that has not ended.
    std::optional<export_record> change(const std::string& id,
                                        const std::function<bool(export_record&)>& change) {
        return book_.change(
            id, [&](export_record& record) { return !has_ended(record.state) && change(record); });
    }
    // Changes the record on the disk, and then in the book, so that clients never see a state that a restart would
    // lose.
    std::optional<export_record> update(const std::string& id,
                                        const std::function<bool(export_record&)>& change) {
        const std::lock_guard guard(write_mutex_); // files are written in the order of the changes
        auto record = book_.find(id);
        if (!record || has_ended(record->state) || !change(*record))
            return std::nullopt;
        try {
            folder_.write(*record);
        } catch (...) {
            book_.put(*record);
            throw;
        }
        book_.put(*record);
        return record;
    }
    // The same. Reports a failure of the disk.
    void keep(const std::string& id, const std::function<bool(export_record&)>& changes) noexcept {
        try {
            update(id, changes);
        } catch (const std::exception& error) {
            std::cerr << "export_service: the state of export " << id
                      << " cannot be written: " << error.what() << "\n";
        }
    }

    void run(const export_record& record) {
        auto slot = std::make_shared<cancellation>(asio::make_strand(executor_));
        {
            const std::lock_guard guard(mutex_);
            running_[record.id] = slot;
        }
        asio::co_spawn(slot->strand, export_one(shared_from_this(), record),
                       asio::bind_cancellation_slot(
                           slot->signal.slot(), [self = shared_from_this(), slot,
                                                 id = record.id](std::exception_ptr error) {
                               const std::lock_guard guard(self->mutex_);
                               self->running_.erase(id);
                               static_cast<void>(error); // export_one reports it
                           }));
    }

    void cancel(const std::string& id) {
        const std::lock_guard guard(mutex_);
        const auto found = running_.find(id);
        if (found != running_.end())
            asio::post(found->second->strand, [slot = found->second] {
                slot->signal.emit(asio::cancellation_type::terminal);
            });
    }

    void set_functions(langexport::export_request& request, const std::string& id) {
        request.on_submitted = [self = shared_from_this(),
                                id](const langexport::export_job& job) -> asio::awaitable<void> {
            self->update(id, [&](export_record& record) {
                record.state = export_state::submitted;
                return set_job(record, job);
            });
            co_return;
        };
        request.on_update = [self = shared_from_this(), id](const langexport::export_update& news) {
            self->change(id, [&](export_record& record) { return apply(news, record); });
        };
    }

    static bool apply(const langexport::export_update& news, export_record& record) {
        record.polls = news.polls;
        if (news.kind == langexport::update_kind::downloading) {
            record.state = export_state::downloading;
            record.bytes = news.bytes;
            record.total = news.total;
        } else if (news.polls > 0) {
            record.state = export_state::running;
        }
        return true;
    }

    static asio::awaitable<void> export_one(std::shared_ptr<exporter> self, export_record record) {
        std::exception_ptr failure;
        auto sink = std::make_shared<result_file>(self->result_of(record.id));
        try {
            langexport::export_request request = self->request_for(record);
            self->set_functions(request, record.id);
            if (record.token.empty()) {
                co_await langexport::export_project_to(self->client_, request, sink);
            } else {
                const auto job = langexport::export_job::from_token(record.token);
                co_await langexport::resume_export_to(self->client_, request, job, sink);
            }
        } catch (...) {
            failure = std::current_exception();
        }
        self->end(record.id, failure, *sink);
    }

    void end(const std::string& id, const std::exception_ptr& failure, const result_file& sink) {
        if (failure && is_draining_ &&
            langexport::code_of(failure) == langexport::errc::client_closed)
            return; // it continues when the service is started again
        keep(id, [&](export_record& record) {
            record.may_be_submitted = false;
            if (failure) {
                record.state = export_state::failed;
                record.error = error_text(langexport::message_of(failure), id);
                ++counts_.failed;
            } else {
                record.state = export_state::exported;
                record.bytes = record.total = sink.size();
                record.content_type = sink.content_type();
                counts_.bytes += sink.size();
                counts_.last_success = std::chrono::duration_cast<std::chrono::seconds>(
                                           std::chrono::system_clock::now().time_since_epoch())
                                           .count();
                ++counts_.exported;
            }
            return true;
        });
    }

    struct cancellation {
        explicit cancellation(asio::strand<asio::any_io_executor> own) : strand(std::move(own)) {}
        asio::strand<asio::any_io_executor> strand;
        asio::cancellation_signal signal;
    };

    asio::any_io_executor executor_;
    langexport::client client_;
    state_folder folder_;
    export_book book_;
    export_counts counts_;
    std::atomic<bool> is_draining_{false};
    std::mutex write_mutex_;
    std::mutex mutex_; // of running_
    std::map<std::string, std::shared_ptr<cancellation>> running_;
};

} // namespace service

#endif
