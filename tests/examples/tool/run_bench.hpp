#ifndef LANGEXPORT_TESTS_EXAMPLES_TOOL_RUN_BENCH_HPP
#define LANGEXPORT_TESTS_EXAMPLES_TOOL_RUN_BENCH_HPP

// The parts of a run, with an emulator and without a terminal.

#include "examples/tool/session.hpp"
#include "support/scoped_environment.hpp"
#include "support/temporary_folder.hpp"

#include <langexport/report/export_report.hpp>
#include <langexport/testing/emulator.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>

#include <chrono>
#include <exception>
#include <filesystem>
#include <iostream>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <streambuf>
#include <string>
#include <utility>
#include <vector>

namespace langexport_tests {

inline constexpr const char* bench_key = "e58b081006f7e3dfc967a64cb14028d5";

/// A project whose jobs end at once.
inline langexport::testing::project
quick_project(std::string name, langexport::testing::sample_kind kind =
                                    langexport::testing::sample_kind::single_label_classification) {
    langexport::testing::project project(std::move(name));
    project.kind = kind;
    project.job_duration = std::chrono::nanoseconds(0);
    return project;
}

inline langexport::testing::emulator_options bench_options() {
    langexport::testing::emulator_options options;
    options.keys = {bench_key};
    options.knowledge_base_retry_after = std::chrono::nanoseconds(0);
    return options;
}

/// Keeps what is written to std::cerr while it exists.
class kept_errors {
public:
    kept_errors() : old_(std::cerr.rdbuf(text_.rdbuf())) {}
    ~kept_errors() { std::cerr.rdbuf(old_); }
    kept_errors(const kept_errors&) = delete;
    kept_errors& operator=(const kept_errors&) = delete;

    std::string text() const { return text_.str(); }

private:
    std::ostringstream text_;
    std::streambuf* old_;
};

/// Standard error is not a terminal, and requests need no proxy.
class plain_environment : public scoped_environment {
public:
    plain_environment()
        : scoped_environment(
              {"TERM", "http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"},
              {{"TERM", "dumb"}}) {}
};

/// A folder with a key file, and settings without waits.
class run_files {
public:
    run_files() {
        set_key(bench_key);
        set.poll_first = set.poll_max = std::chrono::milliseconds(1);
        set.grace = std::chrono::milliseconds(1);
    }

    void set_key(const std::string& key) {
        write_content(key_file(), key);
        std::filesystem::permissions(key_file(), std::filesystem::perms::owner_read |
                                                     std::filesystem::perms::owner_write);
    }
    std::filesystem::path key_file() const { return folder / "key"; }
    std::filesystem::path out() const { return folder / "out"; }
    std::filesystem::path report() const { return out() / ".langexport/report.jsonl"; }
    tool::backup_resource resource(const std::string& endpoint, tool::texts projects = {}) const {
        tool::backup_resource one;
        one.endpoint = endpoint;
        one.credential.key_file = key_file();
        one.output_dir = out();
        one.projects = std::move(projects);
        one.quota.submissions = one.quota.reads = 0; // no limit
        return one;
    }
    /// The last outcome of each project of the report, by name.
    std::map<std::string, std::string> outcomes() const {
        std::map<std::string, std::string> found;
        const auto read = langexport::export_report::read(report());
        for (const langexport::report_line& line : read.lines())
            found[line.project] = to_string(line.outcome);
        return found;
    }
    /// The results, without the files of the tool itself.
    std::set<std::string> results() const {
        std::set<std::string> names;
        for (const auto& entry : std::filesystem::directory_iterator(out()))
            names.insert(entry.path().filename().string());
        names.erase(".langexport");
        return names;
    }

    plain_environment environment;
    temporary_folder folder;
    tool::settings set;
};

/// A session, and an emulator in its context, which starts with the first use.
class session_bench : public run_files {
public:
    session_bench() = default;
    session_bench(const session_bench&) = delete;
    session_bench& operator=(const session_bench&) = delete;

    /// Made with the settings at the first call.
    tool::session& session() {
        if (!session_) {
            session_.emplace(set);
            session_->show = [] {};
        }
        return *session_;
    }
    langexport::testing::emulator& service() {
        if (!service_)
            service_.emplace(session().context.get_executor(), bench_options());
        return *service_;
    }
    /// Runs a coroutine. Returns its error.
    std::exception_ptr run(boost::asio::awaitable<void> work) {
        std::optional<std::exception_ptr> result;
        boost::asio::co_spawn(session().context, std::move(work),
                              [&](std::exception_ptr error) { result = error; });
        while (!result)
            session().context.run_one();
        return *result;
    }
    /// The lines that the session has shown since the last call.
    std::string lines() { return session().display.draw({}, tool::terminal_size()); }

private:
    std::optional<tool::session> session_;
    std::optional<langexport::testing::emulator> service_;
};

} // namespace langexport_tests

#endif
