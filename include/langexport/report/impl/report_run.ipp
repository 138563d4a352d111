#ifndef LANGEXPORT_REPORT_IMPL_REPORT_RUN_IPP
#define LANGEXPORT_REPORT_IMPL_REPORT_RUN_IPP

#include <langexport/detail/base/text.hpp>
#include <langexport/detail/base/timestamp.hpp>
#include <langexport/report/impl/json_in.hpp>
#include <langexport/report/report_line.hpp>
#include <langexport/report/report_run.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <cstddef>
#include <string>

namespace langexport {
inline namespace v0 {

namespace detail {

inline std::vector<removed_project> removed_projects_in(const report_fields& fields) {
    std::vector<removed_project> removed;
    const boost::json::value* found = fields.find("removed");
    if (!found)
        return removed;
    if (!found->is_array())
        fields.reject("removed", "an array");
    for (const boost::json::value& entry : found->get_array()) {
        const report_fields inner(entry, "a member of \"removed\"");
        removed.emplace_back(inner.text("project"), inner.text("surface"));
        removed.back().file = inner.text("file");
        const boost::json::value* deleted = inner.find("deleted");
        removed.back().is_deleted = deleted && deleted->is_bool() && deleted->get_bool();
    }
    return removed;
}

inline boost::json::array to_json_array(const std::vector<removed_project>& removed) {
    boost::json::array result;
    for (const removed_project& one : removed) {
        boost::json::object entry;
        put(entry, "project", one.project);
        put(entry, "surface", one.surface);
        put(entry, "file", one.file);
        if (one.is_deleted)
            entry.emplace("deleted", true);
        result.push_back(std::move(entry));
    }
    return result;
}

} // namespace detail

LANGEXPORT_DECL bool report_run::is_run_line(std::string_view line) {
    // Most lines are about projects and need not be parsed here.
    if (line.find("\"run\"") == std::string_view::npos)
        return false;
    error_code failure;
    const boost::json::value whole = detail::json_in(line, failure);
    return !failure && whole.is_object() && whole.get_object().contains("run") &&
           !whole.get_object().contains("project");
}

LANGEXPORT_DECL report_run report_run::from_json(std::string_view line) {
    const detail::parsed_report_line parsed(line);
    const detail::report_fields& fields = parsed.fields();
    report_run run{time_point()};
    const boost::json::value* started = fields.find("run");
    if (started && started->is_string())
        run.started = detail::parse_utc(std::string(started->get_string())).value_or(time_point());
    const boost::json::value* resumed = fields.find("resumed");
    run.is_resumed = resumed && resumed->is_bool() && resumed->get_bool();
    if (const boost::json::value* endpoints = fields.find("endpoints")) {
        if (!endpoints->is_array())
            fields.reject("endpoints", "an array");
        for (const boost::json::value& endpoint : endpoints->get_array()) {
            if (!endpoint.is_string())
                fields.reject("endpoints", "an array of strings");
            run.endpoints.emplace_back(endpoint.get_string());
        }
    }
    run.removed = detail::removed_projects_in(fields);
    const boost::json::value* all = fields.find("all");
    if (!all)
        return run;
    if (!all->is_array())
        fields.reject("all", "an array");
    for (const boost::json::value& entry : all->get_array()) {
        const detail::report_fields inner(entry, "a member of \"all\"");
        run.all.emplace_back(inner.text("endpoint"), inner.text("surface"), inner.text("format"));
    }
    return run;
}

LANGEXPORT_DECL std::string report_run::to_json() const {
    boost::json::object line;
    line.emplace("v", 1);
    line.emplace("run", detail::format_utc(started));
    if (is_resumed)
        line.emplace("resumed", true);
    if (!endpoints.empty()) {
        boost::json::array names;
        for (const std::string& endpoint : endpoints)
            names.emplace_back(
                detail::one_printable_line(endpoint, std::max<std::size_t>(endpoint.size(), 16)));
        line.emplace("endpoints", std::move(names));
    }
    boost::json::array scopes;
    for (const report_scope& scope : all) {
        boost::json::object entry;
        detail::put(entry, "endpoint", scope.endpoint);
        detail::put(entry, "surface", scope.surface);
        detail::put(entry, "format", scope.format);
        scopes.push_back(std::move(entry));
    }
    if (!scopes.empty())
        line.emplace("all", std::move(scopes));
    if (!removed.empty())
        line.emplace("removed", detail::to_json_array(removed));
    return boost::json::serialize(line);
}

} // namespace v0
} // namespace langexport

#endif
