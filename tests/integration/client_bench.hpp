#ifndef LANGEXPORT_TESTS_INTEGRATION_CLIENT_BENCH_HPP
#define LANGEXPORT_TESTS_INTEGRATION_CLIENT_BENCH_HPP

#include <langexport.hpp>
#include <langexport/testing/emulator.hpp>

#include "integration/emulator_peer.hpp"
#include "support/outcome.hpp"

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace langexport_tests {

/// Keeps the events, each as a line.
class event_list : public langexport::observer {
public:
    std::vector<std::string> lines() const;
    /// The job of the last submission event.
    langexport::export_job last_job() const;
    /// The last failure event; null if there was none.
    std::shared_ptr<const langexport::export_error> last_failure() const;

    void on_submitted(const langexport::submitted_event& event) noexcept override;
    void on_polled(const langexport::polled_event& event) noexcept override;
    void on_finished(const langexport::finished_event& event) noexcept override;
    void on_failed(const langexport::failed_event& event) noexcept override;

private:
    void add(std::string line);

    mutable std::mutex mutex_;
    std::vector<std::string> lines_;
    langexport::export_job job_;
    std::shared_ptr<const langexport::export_error> failure_;
};

/// An emulator on a thread of its own, and a context for clients that the test itself runs: when it
/// runs out of work, the clients have left nothing behind.
class client_bench {
public:
    explicit client_bench(bool tls, langexport::testing::emulator_options options = {});
    ~client_bench();
    client_bench(const client_bench&) = delete;
    client_bench& operator=(const client_bench&) = delete;

    langexport::testing::emulator& service() { return *service_; }
    langexport::testing::emulator* operator->() { return &*service_; }

    /// Parameters for the emulator, with small times: nothing here waits longer than it has to.
    langexport::client_params params() const;
    langexport::client make_client() { return make_client(params()); }
    langexport::client make_client(langexport::client_params params) {
        return langexport::client(context.get_executor(), std::move(params));
    }

    /// The requests that the service got, as "POST export", "GET status", "GET result", ….
    std::vector<std::string> seen();
    /// Their number.
    std::size_t number_seen() { return service_->requests().size(); }

    /// Runs the context until it has nothing left to do; false if that takes too long.
    bool run_dry();
    /// Runs it until something is so; false if that takes too long.
    bool run_until(const std::function<bool()>& is_so);
    /// Runs it until the service has got so many requests.
    bool run_until_seen(std::size_t number);

    /// Starts one operation: `start` passes the callback it gets to it.
    template <class Result, class Start>
    std::shared_ptr<outcome<Result>> begin(Start start) {
        auto where = std::make_shared<outcome<Result>>();
        start(keep_in<Result>(where));
        return where;
    }
    /// Starts the operation, runs the context until it has no work, and returns how the operation
    /// ended.
    template <class Result, class Start>
    outcome<Result> run(Start start) {
        const auto where = begin<Result>(std::move(start));
        if (!run_dry())
            throw std::runtime_error("the context did not run out of work");
        return std::move(*where);
    }

    // The operations, run to their end.
    outcome<langexport::exported_project> export_project(const langexport::client& with,
                                                         langexport::export_request request);
    outcome<langexport::exported_project> export_project(const langexport::client& with) {
        return export_project(with, langexport::export_request("Demo"));
    }
    outcome<langexport::export_job> submit(const langexport::client& with,
                                           langexport::export_request request);
    outcome<langexport::export_job> submit(const langexport::client& with) {
        return submit(with, langexport::export_request("Demo"));
    }
    outcome<langexport::export_status> status(const langexport::client& with,
                                              langexport::export_job job);
    outcome<langexport::export_status> wait(const langexport::client& with,
                                            langexport::export_job job);
    outcome<langexport::exported_project> fetch(const langexport::client& with,
                                                langexport::export_status status);
    outcome<langexport::exported_project> resume(const langexport::client& with,
                                                 langexport::export_job job);
    outcome<langexport::export_status> export_to(const langexport::client& with,
                                                 std::shared_ptr<langexport::result_sink> sink);

private:
    std::unique_ptr<boost::asio::io_context> owned_context_ =
        std::make_unique<boost::asio::io_context>();

public:
    /// The execution context of the clients.
    boost::asio::io_context& context = *owned_context_;
    /// Destroys the context with everything that waits in it.
    void destroy_context() { owned_context_.reset(); }

private:
    std::string ca_file_;
    running_emulator service_;
};

/// A way to a file that does not exist and no other test uses.
std::string temporary_path(const std::string& ending);

} // namespace langexport_tests

#endif
