#ifndef LANGEXPORT_EXAMPLES_TOOL_RUN_REPORT_HPP
#define LANGEXPORT_EXAMPLES_TOOL_RUN_REPORT_HPP

#include "options.hpp"

#include <langexport/export_report.hpp>
#include <langexport/file_sink.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace tool {

// A report that has become as large as this is put aside when a run starts.
inline constexpr std::uintmax_t most_report_bytes = 10 * 1024 * 1024;

inline fs::path older_report_of(const fs::path& report) {
    return report.parent_path() / (report.stem().string() + ".1" + report.extension().string());
}

// The report of a run: what it resumes, and what it writes.
class run_report {
public:
    // Reads what is there. `resumed` is the report that is resumed, usually the same one; empty: none is.
    run_report(fs::path path, const fs::path& resumed)
        : path_(std::move(path)), resumed_(resumed),
          is_continued_(!resumed.empty() && resumed == path_) {
        std::error_code unknown;
        const bool is_there = fs::is_regular_file(path_, unknown);
        if (is_there || is_continued_) {
            langexport::export_report known = langexport::export_report::read(path_);
            submissions_ = known.submissions();
            if (is_continued_)
                before_ = std::move(known);
        }
        if (!resumed.empty() && !is_continued_)
            before_ = langexport::export_report::read(resumed);
        is_too_large_ = !is_continued_ && is_there &&
                        !fs::is_symlink(fs::symlink_status(path_, unknown)) &&
                        fs::file_size(path_, unknown) >= most_report_bytes;
    }

    const fs::path& path() const { return path_; }
    // The report that is resumed; the one of the run if it is not known yet.
    const fs::path& resumed() const { return resumed_.empty() ? path_ : resumed_; }
    // What is resumed.
    const langexport::export_report& before() const { return before_; }
    // When jobs were submitted, for the quota.
    const std::vector<langexport::report_line::time_point>& submissions() const {
        return submissions_;
    }
    const std::shared_ptr<langexport::report_writer>& writer() const { return writer_; }

    // The run is about all projects of this; to be said before it starts.
    void add_scope(langexport::report_scope scope) { scopes_.push_back(std::move(scope)); }
    // The run starts: from now on there may be lines about projects.
    void start() {
        if (std::exchange(is_started_, true))
            return;
        langexport::report_run run(std::chrono::system_clock::now());
        run.is_resumed = is_continued_;
        run.all = scopes_;
        writer_->append(run);
    }
    // All that was to be done is written, at once.
    void open() {
        if (writer_->is_open())
            return;
        if (is_too_large_)
            fs::rename(path_, older_report_of(path_));
        writer_->open(path_);
    }

private:
    fs::path path_, resumed_;
    bool is_continued_;
    bool is_too_large_ = false;
    bool is_started_ = false;
    langexport::export_report before_;
    std::vector<langexport::report_line::time_point> submissions_;
    std::vector<langexport::report_scope> scopes_;
    std::shared_ptr<langexport::report_writer> writer_ =
        std::make_shared<langexport::report_writer>();
};

} // namespace tool

#endif
