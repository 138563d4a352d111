// fork_batch_program ENDPOINT KEY COUNT: batches of COUNT projects, each in a process that forks after one handler
// more than the one before, until a batch has ended before its fork. Prints each failed check, and at the end
// the number of batches.

#include <langexport.hpp>

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

class counting_checkpoint final : public langexport::batch_checkpoint {
public:
    int calls = 0;

    std::optional<langexport::batch_item> taken(langexport::batch_item item) override {
        ++calls;
        return item;
    }
    void submitted(const langexport::export_job&) override { ++calls; }
    void finished(const langexport::batch_outcome&) override { ++calls; }
};

enum class fate { is_child, forked, ended_before };

langexport::client_params params_for(const char* const* words) {
    langexport::client_params params(words[1], langexport::subscription_key(words[2]));
    params.polling.first = params.polling.min_interval = 1ms;
    params.quota.submissions = params.quota.reads = 0;
    return params;
}

// The error in the outcome of a batch; empty if there is none.
std::string failure_of(bool is_child, std::uint64_t count, const std::exception_ptr& error,
                       const langexport::batch_summary& summary) {
    const auto code = langexport::code_of(error);
    // All had ended, and the handler was to be called: that happens in both.
    if (!code && summary.exported == count)
        return {};
    if (is_child && code == langexport::errc::client_closed)
        return {};
    return "it ended with " + code.message() + " after " + std::to_string(summary.exported);
}

fate run(const char* const* words, int handlers, int& last_failure) {
    const auto count = static_cast<std::uint64_t>(std::atoi(words[3]));
    asio::io_context context{1};
    const langexport::client client(context.get_executor(), params_for(words));
    std::vector<langexport::export_request> requests;
    for (std::uint64_t i = 0; i < count; ++i)
        requests.emplace_back("P" + std::to_string(i));
    const auto checkpoint = std::make_shared<counting_checkpoint>();
    langexport::batch_options options;
    options.max_in_flight = 2;
    options.checkpoint = checkpoint;
    bool is_child = false;
    int ends = 0;
    const auto complain = [&](const std::string& problem) {
        last_failure = 1;
        std::cout << handlers << " handlers, " << (is_child ? "child: " : "parent: ") << problem
                  << std::endl;
    };
    export_projects(client, requests, options,
                    [&](std::exception_ptr error, langexport::batch_summary summary) {
                        ++ends;
                        const auto what = failure_of(is_child, count, error, summary);
                        if (!what.empty())
                            complain(what);
                    });
    for (int i = 0; i < handlers && context.run_one() > 0; ++i) {
    }
    if (ends > 0)
        return fate::ended_before;
    context.notify_fork(asio::execution_context::fork_prepare);
    const pid_t child = fork();
    is_child = child == 0;
    context.notify_fork(is_child ? asio::execution_context::fork_child
                                 : asio::execution_context::fork_parent);
    const int calls_before = checkpoint->calls;
    context.run();
    if (ends != 1)
        complain("it ended " + std::to_string(ends) + " times");
    if (is_child) {
        if (checkpoint->calls != calls_before)
            complain("the parent's checkpoint was called");
        return fate::is_child;
    }
    int status = 0;
    waitpid(child, &status, 0);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        complain("the child failed");
    return fate::forked;
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 4) {
        std::cerr << "usage: fork_batch_program ENDPOINT KEY COUNT\n";
        return 2;
    }
    try {
        int last_failure = 0;
        for (int handlers = 0;; ++handlers) {
            const fate came = run(argv, handlers, last_failure);
            if (came == fate::is_child)
                return last_failure;
            if (came == fate::ended_before) {
                std::cout << handlers + 1 << std::endl;
                return last_failure;
            }
        }
    } catch (const std::exception& error) {
        std::cout << error.what() << std::endl;
        return 1;
    }
}
