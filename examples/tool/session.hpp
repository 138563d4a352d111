#ifndef LANGEXPORT_EXAMPLES_TOOL_SESSION_HPP
#define LANGEXPORT_EXAMPLES_TOOL_SESSION_HPP

#include "options.hpp"

#include <langexport/export_report.hpp>
#include <langexport/progress_display.hpp>
#include <langexport/request_quota.hpp>

#include <boost/asio/io_context.hpp>

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace tool {

// What the resources of a run share.
class session {
public:
    explicit session(const settings& s)
        : set(s), report_path(s.report.empty() ? s.resume : s.report) {
        if (!s.resume.empty())
            before = langexport::export_report::read(s.resume);
        if (std::filesystem::is_regular_file(report_path))
            sent_before = langexport::export_report::read(report_path).submissions();
    }

    void log(langexport::log_level level, const std::string& line) {
        if (level <= set.log_level)
            display.note(line);
    }
    langexport::terminal_size terminal() const {
        return set.log_level >= langexport::log_level::info ? langexport::terminal_of_stderr()
                                                            : langexport::terminal_size();
    }

    const settings set;
    std::string report_path;
    langexport::export_report before;
    std::vector<langexport::report_line::time_point> sent_before;
    std::shared_ptr<langexport::report_writer> report =
        std::make_shared<langexport::report_writer>();
    langexport::progress_display display;
    boost::asio::io_context context;
    langexport::resource_quotas quotas;
    std::function<void()> show; // draws what is new
};

} // namespace tool

#endif
