#ifndef LANGEXPORT_TESTING_IMPL_JOB_TABLE_IPP
#define LANGEXPORT_TESTING_IMPL_JOB_TABLE_IPP

#include <langexport/export_status.hpp>
#include <langexport/testing/impl/error_json.hpp>
#include <langexport/testing/impl/job_table.hpp>

#include <algorithm>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace testing {
namespace detail {

LANGEXPORT_DECL bool job_record::has_ended(time_point now) {
    if (ended_)
        return true;
    if (source->end == job_end::never || now - begun < run_time ||
        words_shown_ < source->states.size())
        return false;
    ended_ = true;
    const auto end = source->states.empty()
                         ? begun + std::chrono::duration_cast<time_point::duration>(run_time)
                         : now;
    updated = reported(end);
    return true;
}

LANGEXPORT_DECL bool job_record::is_success() const {
    return source->end == job_end::succeeded || source->end == job_end::partially_completed;
}

LANGEXPORT_DECL std::string job_record::next_word(time_point now) {
    if (has_ended(now))
        return source->end_word.empty() ? std::string(to_string(source->end)) : source->end_word;
    if (!source->states.empty()) {
        const std::size_t word = (std::min)(words_shown_, source->states.size() - 1);
        words_shown_ = word + 1;
        return source->states[word];
    }
    const std::chrono::nanoseconds start = run_time / 5;
    if (now - begun < start)
        return std::string(to_string(job_status::not_started));
    updated = reported(begun + std::chrono::duration_cast<time_point::duration>(start));
    return std::string(to_string(job_status::running));
}

LANGEXPORT_DECL boost::json::object job_record::status(time_point now,
                                                       const std::string& result_url) {
    const std::string word = next_word(now);
    const std::string& reported_id = source->reported_job_id.empty() ? id : source->reported_job_id;
    const bool is_of_base = is_of_knowledge_base();
    const bool names_result = ended_ && is_success() && !is_import();
    boost::json::object body;
    if (is_of_base) {
        const auto with_offset = [](time_point t) {
            std::string text = timestamp(t);
            return text.replace(text.size() - 1, 1, "+00:00");
        };
        body.emplace("createdDateTime", with_offset(created));
        body.emplace("expirationDateTime", with_offset(expires));
        body.emplace("jobId", reported_id);
        body.emplace("lastUpdatedDateTime", with_offset(updated));
    } else {
        if (names_result)
            body.emplace("resultUrl", result_url);
        body.emplace("jobId", reported_id);
        body.emplace("createdDateTime", timestamp(created));
        body.emplace("lastUpdatedDateTime", timestamp(updated));
        body.emplace("expirationDateTime", timestamp(expires));
    }
    body.emplace("status", word);
    if (ended_ && !source->warnings.empty())
        body.emplace("warnings", to_json(source->warnings));
    if (ended_ && !source->errors.empty())
        body.emplace("errors", to_json(source->errors));
    if (is_of_base && names_result)
        body.emplace("resultUrl", result_url);
    return body;
}

LANGEXPORT_DECL const job_record& job_table::add(std::shared_ptr<const project> source,
                                                 std::optional<export_wish> wish, time_point now,
                                                 id_source& ids) {
    const bool is_knowledge_base =
        surface_of(source->kind) == project_surface::query_knowledgebases;
    std::string id = ids.guid();
    if (!is_knowledge_base)
        id += "_" + std::to_string(ticks_of_day(now));
    const auto place =
        jobs_.try_emplace(id, std::move(source), id, std::move(wish), now,
                          is_knowledge_base ? knowledge_base_lifetime_ : lifetime_, scale_);
    (is_knowledge_base ? knowledge_bases_by_age_ : by_age_).push_back(id);
    return place.first->second;
}

LANGEXPORT_DECL void job_table::forget_old(id_list& by_age, time_point now) {
    while (!by_age.empty()) {
        const auto oldest = jobs_.find(by_age.front());
        if (oldest->second.expires > now)
            break;
        jobs_.erase(oldest);
        by_age.pop_front();
    }
}

LANGEXPORT_DECL job_record* job_table::find(const route& call_route, time_point now) {
    forget_old(by_age_, now);
    forget_old(knowledge_bases_by_age_, now);
    job_record* const job = find(call_route.job);
    const bool is_there = job != nullptr && job->source->name == call_route.project &&
                          surface_of(job->source->kind) == call_route.surface &&
                          job->is_import() == call_route.is_of_import;
    return is_there ? job : nullptr;
}

LANGEXPORT_DECL job_record* job_table::find(const std::string& id) {
    const auto place = jobs_.find(id);
    return place == jobs_.end() ? nullptr : &place->second;
}

} // namespace detail
} // namespace testing
} // namespace v0
} // namespace langexport

#endif
