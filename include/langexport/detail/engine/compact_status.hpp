#ifndef LANGEXPORT_DETAIL_ENGINE_COMPACT_STATUS_HPP
#define LANGEXPORT_DETAIL_ENGINE_COMPACT_STATUS_HPP

#include <langexport/export_status.hpp>

#include <optional>

namespace langexport {
inline namespace v0 {
namespace detail {

// The status of a running job in a tenth of the memory of an export_status, because 100,000 jobs may wait. It cannot
// hold warnings, errors and unknown status words.
class compact_status {
public:
    bool has_status() const noexcept { return status_ != job_status::unknown; }

    // Stores a status. Returns false if the status has content that it cannot hold.
    bool fold(const export_status& status) noexcept {
        if (status.status == job_status::unknown ||
            status.status_text != to_string(status.status) || !status.result_url.empty() ||
            !status.warnings.empty() || !status.errors.empty())
            return false;
        status_ = status.status;
        created_ = status.created.value_or(never);
        last_updated_ = status.last_updated.value_or(never);
        expires_ = status.expires.value_or(never);
        return true;
    }

    void unfold(export_status& into) const {
        if (!has_status())
            return;
        into.status = status_;
        into.status_text = to_string(status_);
        into.created = time_of(created_);
        into.last_updated = time_of(last_updated_);
        into.expires = time_of(expires_);
    }

private:
    using time_point = export_status::time_point;
    static constexpr time_point never = (time_point::min)();

    static std::optional<time_point> time_of(time_point kept) {
        return kept == never ? std::nullopt : std::optional<time_point>(kept);
    }

    job_status status_ = job_status::unknown;
    time_point created_ = never;
    time_point last_updated_ = never;
    time_point expires_ = never;
};

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
