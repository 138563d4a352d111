#ifndef LANGEXPORT_TESTS_UNIT_REPORT_SAMPLE_LINES_HPP
#define LANGEXPORT_TESTS_UNIT_REPORT_SAMPLE_LINES_HPP

#include <langexport/export_job.hpp>
#include <langexport/report/report_line.hpp>

#include <chrono>
#include <string>

namespace langexport_tests {

inline const langexport::report_line::time_point some_time =
    std::chrono::sys_days(std::chrono::year(2026) / 2 / 28) + std::chrono::hours(23) +
    std::chrono::minutes(59) + std::chrono::milliseconds(58'007);

inline langexport::export_job job_of(const std::string& project, const std::string& id = "1") {
    return langexport::export_job(project, "https://name.example/jobs/" + id, some_time);
}

inline std::string submitted(const std::string& project, const std::string& id = "1") {
    return langexport::report_line::of_job(job_of(project, id), some_time).to_json() + '\n';
}

inline std::string simple(const std::string& project, langexport::export_outcome outcome) {
    return langexport::report_line(project, outcome, some_time).to_json() + '\n';
}

inline std::string failed(const std::string& project, const std::string& code,
                          bool has_token = false) {
    langexport::report_line line(project, langexport::export_outcome::failed, some_time);
    line.error.emplace();
    line.error->code = code;
    if (has_token)
        line.resume_token = job_of(project).to_token();
    return line.to_json() + '\n';
}

} // namespace langexport_tests

#endif
