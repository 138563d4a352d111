#ifndef LANGEXPORT_TESTS_EXAMPLES_RESTORE_TOOL_BENCH_HPP
#define LANGEXPORT_TESTS_EXAMPLES_RESTORE_TOOL_BENCH_HPP

// Runs the backup tool against one emulator and the restore tool against another one.

#include "examples/tool_bench.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace langexport_tests {

using langexport::testing::sample_kind;

/// Options of an emulator that does not delay the jobs of knowledge bases.
inline langexport::testing::emulator_options quick_options(bool tls) {
    langexport::testing::emulator_options options = options_of(tls);
    options.knowledge_base_retry_after = std::chrono::nanoseconds(0);
    options.log_limit = 1'000'000;
    return options;
}

/// Two resources, and the folders of their backups.
class restore_tool_bench {
public:
    explicit restore_tool_bench(
        bool tls = false, std::chrono::nanoseconds import_duration = std::chrono::milliseconds(10))
        : from(tls, quick_options(tls)), to(tls, quick_options(tls)), has_tls_(tls) {
        to.service.set_import_pattern(project_of("", import_duration));
    }

    void add(const std::string& name, sample_kind kind = sample_kind::single_label_classification) {
        langexport::testing::project project = project_of(name, std::chrono::milliseconds(10));
        project.kind = kind;
        from.service.add_project(project);
    }
    /// The projects that the orchestrations of the emulator lead to.
    void add_targets() {
        add("Orders", sample_kind::conversation);
        add("Questions", sample_kind::question_answering);
    }
    std::filesystem::path out() const { return from.folder / "out"; }
    std::string report() const { return (out() / ".langexport/restore.jsonl").string(); }

    texts with_certificate(const tool_bench& bench, texts arguments) const {
        if (has_tls_)
            arguments.insert(arguments.begin(), {"--ca-file", (bench.folder / "ca.pem").string()});
        return arguments;
    }
    int back_up(tool_bench& bench, texts arguments = {"--all"}) const {
        return bench.run(with_certificate(bench, std::move(arguments)));
    }
    int verify() { return from.run_plainly({"--verify", out().string()}); }

    std::unique_ptr<child_process> start_restore(texts arguments) const {
        arguments = with_certificate(to, std::move(arguments));
        arguments.insert(arguments.begin(), {LANGEXPORT_RESTORE_PROJECTS, "--quota-window", "0",
                                             "--poll-first", "20ms", "--poll-max", "100ms"});
        arguments.push_back(out().string());
        return std::make_unique<child_process>(arguments, to.settings());
    }
    /// Runs the restore tool, and checks that no output contains a part of the key.
    int restore(const texts& arguments = {}) {
        const auto tool = start_restore(arguments);
        const int status = tool->wait();
        printed = tool->out();
        err = tool->err();
        INFO(err);
        CHECK(err.find(test_key) == std::string::npos);
        CHECK(content_of(report()).find(test_key) == std::string::npos);
        return status;
    }
    /// The projects that were sent, in their order, each as often as it was sent.
    texts sent() const {
        texts names;
        for (const auto& request : to.service.requests())
            if (request.kind == langexport::testing::call_kind::import_submission)
                names.push_back(request.project);
        return names;
    }

    tool_bench from, to;
    std::string printed, err;

private:
    bool has_tls_;
};

} // namespace langexport_tests

#endif
