#ifndef LANGEXPORT_DETAIL_ENGINE_PACKED_JOB_HPP
#define LANGEXPORT_DETAIL_ENGINE_PACKED_JOB_HPP

#include <langexport/detail/engine/compact_status.hpp>
#include <langexport/export_job.hpp>
#include <langexport/version.hpp>

#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

// A link that others are compared with.
struct link_pattern : boost::intrusive_ref_counter<link_pattern> {
    explicit link_pattern(std::string_view whole) : link(whole) {}

    const std::string link;
};
using link_pattern_ptr = boost::intrusive_ptr<const link_pattern>;

// How many characters two texts have in common at their beginnings.
inline std::size_t common_prefix(std::string_view a, std::string_view b) noexcept {
    const std::size_t most = (std::min)(a.size(), b.size());
    std::size_t size = 0;
    while (size + 8 <= most && std::memcmp(a.data() + size, b.data() + size, 8) == 0)
        size += 8;
    while (size < most && a[size] == b[size])
        ++size;
    return size;
}
// The same at their ends.
inline std::size_t common_suffix(std::string_view a, std::string_view b) noexcept {
    const std::size_t most = (std::min)(a.size(), b.size());
    std::size_t size = 0;
    while (size < most && a[a.size() - 1 - size] == b[b.size() - 1 - size])
        ++size;
    return size;
}

// A job and its status in one block of memory, because 100,000 jobs may wait. The links of a client's jobs usually have
// the same origin, path and query and differ in an id. Therefore a link is stored as its difference from another one,
// whatever it means, and a project's name as its place in the link if it is there.
class packed_job {
public:
    struct destroyer {
        void operator()(packed_job* packed) const noexcept {
            packed->~packed_job();
            ::operator delete(packed);
        }
    };
    using pointer = std::unique_ptr<packed_job, destroyer>;

    // Returns null if a part is too long. Replaces `pattern` if it is unlike the job's link.
    static pointer make(const export_job& job, const compact_status& status,
                        link_pattern_ptr& pattern) {
        const std::string& link = job.operation_location();
        const std::string& name = job.project_name();
        constexpr std::size_t most = (std::numeric_limits<std::uint16_t>::max)() - 1;
        if (link.size() > most || name.size() > most)
            return nullptr;
        std::size_t prefix = 0, suffix = 0;
        if (pattern) {
            prefix = common_prefix(link, pattern->link);
            suffix = common_suffix(std::string_view(link).substr(prefix),
                                   std::string_view(pattern->link).substr(prefix));
        }
        if ((prefix + suffix) * 4 < link.size()) {
            pattern.reset(new link_pattern(link));
            prefix = link.size();
            suffix = 0;
        }
        const std::string_view middle =
            std::string_view(link).substr(prefix, link.size() - prefix - suffix);
        const std::size_t place = link.find(name);
        const std::string_view kept_name =
            place == std::string::npos ? std::string_view(name) : std::string_view();
        const std::size_t status_size = status.has_status() ? sizeof(compact_status) : 0;
        void* const memory =
            ::operator new(sizeof(packed_job) + status_size + middle.size() + kept_name.size());
        pointer made(new (memory) packed_job(pattern));
        made->submitted_ = job.submitted();
        made->kind_ = job.kind();
        made->has_status_ = status.has_status();
        made->prefix_ = static_cast<std::uint16_t>(prefix);
        made->suffix_ = static_cast<std::uint16_t>(suffix);
        made->middle_ = static_cast<std::uint16_t>(middle.size());
        made->name_size_ = static_cast<std::uint16_t>(name.size());
        made->name_place_ =
            static_cast<std::uint16_t>(place == std::string::npos ? not_in_link : place);
        if (made->has_status_)
            new (made->rest()) compact_status(status);
        char* const text = made->rest() + status_size;
        std::copy(middle.begin(), middle.end(), text);
        std::copy(kept_name.begin(), kept_name.end(), text + middle.size());
        return made;
    }
    packed_job(const packed_job&) = delete;
    packed_job& operator=(const packed_job&) = delete;

    export_job job() const {
        const std::string_view known = pattern_->link;
        const char* const text = rest() + (has_status_ ? sizeof(compact_status) : 0);
        std::string link;
        link.reserve(std::size_t(prefix_) + middle_ + suffix_);
        link.append(known.substr(0, prefix_)).append(text, middle_);
        link.append(known.substr(known.size() - suffix_));
        std::string name(name_place_ == not_in_link ? text + middle_ : link.data() + name_place_,
                         name_size_);
        return export_job(std::move(name), std::move(link), submitted_, kind_);
    }
    compact_status status() const noexcept {
        return has_status_ ? *std::launder(reinterpret_cast<const compact_status*>(rest()))
                           : compact_status();
    }

private:
    static constexpr std::uint16_t not_in_link = (std::numeric_limits<std::uint16_t>::max)();

    explicit packed_job(link_pattern_ptr pattern) noexcept : pattern_(std::move(pattern)) {}
    ~packed_job() = default;

    // The status, if there is one, then the characters of the link that differ, then the name if it is not in the link.
    char* rest() noexcept { return reinterpret_cast<char*>(this + 1); }
    const char* rest() const noexcept { return reinterpret_cast<const char*>(this + 1); }

    const link_pattern_ptr pattern_;
    export_job::time_point submitted_;
    std::uint16_t prefix_ = 0; // the characters that the link shares with the pattern
    std::uint16_t suffix_ = 0;
    std::uint16_t middle_ = 0; // its own
    std::uint16_t name_place_ = 0;
    std::uint16_t name_size_ = 0;
    job_kind kind_ = job_kind::exporting;
    bool has_status_ = false;
};
static_assert(alignof(compact_status) <= alignof(packed_job));

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
