#ifndef LANGEXPORT_TESTING_IMPL_JOB_TABLE_HPP
#define LANGEXPORT_TESTING_IMPL_JOB_TABLE_HPP

#include <langexport/testing/body_source.hpp>
#include <langexport/testing/emulator_options.hpp>
#include <langexport/testing/impl/route.hpp>
#include <langexport/testing/impl/wire_format.hpp>
#include <langexport/testing/project.hpp>
#include <langexport/version.hpp>

#include <boost/json/object.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

namespace langexport {
inline namespace v0 {
namespace testing {
namespace detail {

// A job. Of an export, it keeps the project of the time when the job began. Of an import, it keeps the
// project whose settings the job follows. Every function takes the current time.
class job_record {
public:
    // An import has no wish.
    job_record(std::shared_ptr<const project> p, std::string job_id,
               std::optional<export_wish> wanted, time_point now, std::chrono::nanoseconds lifetime,
               double scale)
        : source(std::move(p)), id(std::move(job_id)), wish(std::move(wanted)), begun(now),
          created(reported(now)), updated(created),
          expires(created + std::chrono::duration_cast<time_point::duration>(lifetime)),
          run_time(scaled(source->job_duration, scale)), lag(scaled(source->creation_lag, scale)) {}

    // Whether its link works already.
    bool is_known(time_point now) const { return now - begun >= lag; }
    // Whether the job is over. The first call that finds it over stores the time.
    LANGEXPORT_DECL bool has_ended(time_point now);
    // Whether an ended job was successful, possibly in part: an export then has a result.
    LANGEXPORT_DECL bool is_success() const;
    // The status word of the next response. Each call advances in the project's list of words.
    LANGEXPORT_DECL std::string next_word(time_point now);
    bool is_import() const noexcept { return !wish; }
    // Jobs of knowledge bases have rules of their own.
    bool is_of_knowledge_base() const noexcept {
        return surface_of(source->kind) == project_surface::query_knowledgebases;
    }
    // The body of a status response, in the order of the job's surface.
    LANGEXPORT_DECL boost::json::object status(time_point now, const std::string& result_url);

    std::shared_ptr<const project> source;
    std::string id;
    std::optional<export_wish> wish;
    time_point begun;   // the start of all durations
    time_point created; // the time that the status reports
    time_point updated;
    time_point expires;
    std::chrono::nanoseconds run_time;
    std::chrono::nanoseconds lag;

private:
    // The service rounds up: in recorded sessions the job of an export was created a second after the Date
    // of its 202. It did not do so for an import.
    time_point reported(time_point t) const {
        return is_import() ? whole_second(t) : next_whole_second(t);
    }

    std::size_t words_shown_ = 0;
    bool ended_ = false;
};

// All jobs that have not expired.
class job_table {
public:
    explicit job_table(const emulator_options& options)
        : lifetime_(scaled(options.job_lifetime, options.time_scale)),
          knowledge_base_lifetime_(scaled(options.knowledge_base_job_lifetime, options.time_scale)),
          scale_(options.time_scale) {}

    // Without a wish it is the job of an import.
    LANGEXPORT_DECL const job_record& add(std::shared_ptr<const project> source,
                                          std::optional<export_wish> wish, time_point now,
                                          id_source& ids);
    // Null if no job has this place and id.
    LANGEXPORT_DECL job_record* find(const route& call_route, time_point now);
    // Null if no job has this id. Does not delete expired jobs.
    LANGEXPORT_DECL job_record* find(const std::string& id);

private:
    using id_list = std::deque<std::string>;

    LANGEXPORT_DECL void forget_old(id_list& by_age, time_point now);

    std::chrono::nanoseconds lifetime_;
    std::chrono::nanoseconds knowledge_base_lifetime_;
    double scale_;
    std::unordered_map<std::string, job_record> jobs_;
    // By age: the oldest job of each group expires first.
    id_list by_age_;
    id_list knowledge_bases_by_age_;
};

} // namespace detail
} // namespace testing
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/testing/impl/job_table.ipp>
#endif

#endif
