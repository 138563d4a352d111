#ifndef LANGEXPORT_EXAMPLES_TOOL_SESSION_HPP
#define LANGEXPORT_EXAMPLES_TOOL_SESSION_HPP

#include "backup_folder.hpp"
#include "failure_watch.hpp"
#include "option_names.hpp"
#include "options.hpp"
#include "progress_display.hpp"
#include "resource_state.hpp"
#include "run_report.hpp"

#include <langexport/detail/base/timestamp.hpp>
#include <langexport/endpoint.hpp>
#include <langexport/request_quota.hpp>

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <exception>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace tool {

// The state that the resources of a run share.
class session {
public:
    explicit session(const settings& s) : set(s) {
        if (set.log_level >= langexport::log_level::info)
            display.show_state_after(set.silence); // `show` is called every second
        if (set.log_time)
            display.lines().begin_with([] {
                return langexport::detail::format_utc(std::chrono::system_clock::now()) + ' ';
            });
    }

    void log(langexport::log_level level, std::string_view line) {
        if (level <= set.log_level)
            display.note(in_words(std::string(line)), style_of(level));
    }
    // A warning about a danger to secrets or files. It is shown at every log level.
    void warn_of_danger(const std::string& line) {
        display.note(in_words(line), text_style::warning);
    }
    // A message of the library in the operator's terms.
    std::string in_words(std::string message) const {
        return with_option_names(std::move(message), !set.config.empty());
    }
    // The run has failed, regardless of later results.
    void fail(std::string_view why) {
        has_failed = true;
        log(langexport::log_level::error, why);
    }
    terminal_size terminal() const {
        return set.log_level >= langexport::log_level::info ? terminal_of_stderr()
                                                            : terminal_size();
    }

    // The given report, or the one in the folder.
    std::shared_ptr<run_report> report_in(const backup_folder& folder) {
        fs::path path = !set.report.empty() ? set.report : folder.report();
        fs::path resumed;
        std::error_code unknown;
        if (set.resume && !set.resume->empty()) {
            resumed = *set.resume;
            path = !set.report.empty() ? set.report : resumed;
        } else if (set.resume && (!set.report.empty() || fs::exists(path, unknown)))
            resumed = path;
        const auto known = reports_.find(path);
        if (known != reports_.end())
            return known->second;
        const auto report = std::make_shared<run_report>(path, resumed);
        if (set.json)
            report->writer()->copy_to = [this](std::string_view lines) { print(lines); };
        return reports_[path] = report;
    }
    // The state of a resource, shared by all its exports.
    std::shared_ptr<resource_state> state_of(const backup_resource& one) {
        const std::string resource = langexport::endpoint::parse(one.endpoint).to_string();
        std::shared_ptr<resource_state>& state = states_[resource + '\n' + one.credential.label()];
        if (!state)
            state = std::make_shared<resource_state>();
        return state;
    }

    const settings set;
    progress_display display;
    boost::asio::io_context context;
    langexport::resource_quotas quotas;
    std::function<void()> show; // draws the changes
    bool has_failed = false;
    bool has_left = false; // whether a resumed run would have work to do

    const std::map<fs::path, std::shared_ptr<run_report>>& reports() const { return reports_; }

private:
    // Writes lines to standard output. If that fails, the run continues: the report has the lines.
    void print(std::string_view lines) {
        if (!(std::cout << lines << std::flush) && !std::exchange(has_lost_output_, true))
            fail("standard output cannot be written");
    }

    bool has_lost_output_ = false;
    std::map<fs::path, std::shared_ptr<run_report>> reports_;
    std::map<std::string, std::shared_ptr<resource_state>> states_;
};

} // namespace tool

#endif
