// fork_program ENDPOINT KEY CERTIFICATES FOLDER COUNT: a client that is in the middle of its work when its process
// forks. Then parent and child each export a project of their own, COUNT times. Prints each failed
// check, and nothing if all succeed. CERTIFICATES may be empty.

#include <langexport.hpp>
#include <langexport/sink/file_sink.hpp>

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>
#include <string>

#include <sys/wait.h>
#include <unistd.h>

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

class closed_by_peer final : public langexport::observer {
public:
    int count = 0;

    void on_connection_closed(const langexport::connection_closed_event& event) noexcept override {
        count += event.why == langexport::close_reason::by_peer;
    }
};

class program {
public:
    explicit program(const char* const* words)
        : folder_(words[4]), client_(context_.get_executor(), params_for(words)) {}

    int run(int count) {
        one("First", "First");
        begin_much();
        int ready[2] = {};
        if (pipe(ready) != 0)
            return 2;
        context_.notify_fork(asio::execution_context::fork_prepare);
        const pid_t child = fork();
        const std::string me = child == 0 ? "Child" : "Parent";
        name_ = me;
        if (child == 0) {
            context_.notify_fork(asio::execution_context::fork_child);
            expected_ = langexport::errc::client_closed;
            expect(write(ready[1], "x", 1) == 1, "the pipe");
        } else {
            context_.notify_fork(asio::execution_context::fork_parent);
            char byte = 0;
            expect(read(ready[0], &byte, 1) == 1, "the pipe");
        }
        finish_much();
        for (int i = 0; i < count; i += 4)
            four(me);
        if (child == 0)
            return exit_status_;
        expect(closed_->count == 0, "connections closed by the service");
        int status = 0;
        waitpid(child, &status, 0);
        expect(WIFEXITED(status) && WEXITSTATUS(status) == 0, "the child");
        return exit_status_;
    }

private:
    langexport::client_params params_for(const char* const* words) {
        langexport::client_params params(words[1], langexport::subscription_key(words[2]));
        params.ca_file = words[3];
        params.polling.first = params.polling.min_interval = 1ms;
        params.quota.submissions = params.quota.reads = 0;
        params.max_connections = 4;
        params.observer = closed_;
        return params;
    }

    void expect(bool is_so, const std::string& claim) {
        if (is_so)
            return;
        exit_status_ = 1;
        std::cout << name_ << ": " << claim << std::endl;
    }

    // The end of an export that began before the fork.
    auto pending() {
        ++begun_;
        return [this](std::exception_ptr error, auto) {
            ++ended_;
            const auto code = langexport::code_of(error);
            expect(expected_ ? code == *expected_ : !code, "it ended with " + code.message());
        };
    }

    // A connection that is idle, and four operations: for a job, a result, a file, and one just begun.
    void begin_much() {
        export_project(client_, langexport::export_request("Job"), pending());
        export_project(client_, langexport::export_request("Result"), pending());
        const auto file = std::make_shared<langexport::file_sink>(folder_ / "Result.json");
        export_project_to(client_, langexport::export_request("Result"), file, pending());
        context_.restart();
        while (!is_writing() && context_.run_one() > 0) {
        }
        expect(is_writing(), "no file was begun");
        export_project(client_, langexport::export_request("Job"), pending());
    }

    bool is_writing() const {
        for (const auto& entry : std::filesystem::directory_iterator(folder_))
            if (entry.path().extension() == ".part")
                return true;
        return false;
    }

    void finish_much() {
        run_dry();
        expect(begun_ == ended_, "not all ended");
        if (!expected_)
            expect(std::filesystem::exists(folder_ / "Result.json"), "no file");
    }

    void one(const std::string& project, const std::string& word) {
        export_project(client_, langexport::export_request(project),
                       [this, word](std::exception_ptr error, langexport::exported_project result) {
                           ++ended_;
                           expect(!error, langexport::message_of(error));
                           if (!error)
                               expect(result.document.find('"' + word + '"') != std::string::npos,
                                      "a document of another project");
                       });
        ++begun_;
        run_dry();
    }

    void four(const std::string& project) {
        for (int i = 0; i < 4; ++i) {
            ++begun_;
            export_project(
                client_, langexport::export_request(project),
                [this, project](std::exception_ptr error, langexport::exported_project result) {
                    ++ended_;
                    expect(!error, langexport::message_of(error));
                    if (!error)
                        expect(result.document.find('"' + project + '"') != std::string::npos,
                               "a document of another project");
                });
        }
        run_dry();
        expect(begun_ == ended_, "not all ended");
    }

    void run_dry() {
        context_.restart();
        context_.run();
    }

    asio::io_context context_{1};
    std::filesystem::path folder_;
    std::shared_ptr<closed_by_peer> closed_ = std::make_shared<closed_by_peer>();
    langexport::client client_;
    std::optional<langexport::errc> expected_;
    std::string name_ = "before";
    int begun_ = 0;
    int ended_ = 0;
    int exit_status_ = 0;
};

} // namespace

int main(int argc, char** argv) {
    if (argc != 6) {
        std::cerr << "usage: fork_program ENDPOINT KEY CERTIFICATES FOLDER COUNT\n";
        return 2;
    }
    try {
        return program(argv).run(std::atoi(argv[5]));
    } catch (const std::exception& error) {
        std::cout << error.what() << std::endl;
        return 1;
    }
}
