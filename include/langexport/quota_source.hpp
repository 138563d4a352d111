#ifndef LANGEXPORT_QUOTA_SOURCE_HPP
#define LANGEXPORT_QUOTA_SOURCE_HPP

#include <langexport/client_params.hpp>
#include <langexport/request_kind.hpp>
#include <langexport/version.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <optional>
#include <vector>

namespace langexport {
inline namespace v0 {

/// Requests that share a limit of the service.
enum class quota_class : unsigned char {
    submissions, ///< POSTs.
    reads        ///< GETs: results, pages of lists and status requests.
};

/// How many classes there are.
inline constexpr std::size_t quota_classes = 2;

/// The class of a request.
constexpr quota_class quota_class_of(request_kind kind) noexcept {
    return kind == request_kind::submission ? quota_class::submissions : quota_class::reads;
}

/// The permission to send one request: the `number`th permit of a class in a grant.
///
/// A plain value.
class permit_id {
public:
    /// Of no grant.
    permit_id() noexcept {}
    /// @param its_grant   The grant; see `quota_grant::id`.
    /// @param its_number  Its number among the permits of its class in that grant, from 0.
    permit_id(std::uint64_t its_grant, std::uint32_t its_number) noexcept
        : grant(its_grant), number(its_number) {}

    /// Whether both are the same permit, if their classes are equal.
    friend bool operator==(const permit_id& a, const permit_id& b) noexcept {
        return a.grant == b.grant && a.number == b.number;
    }

    std::uint64_t grant = 0;  ///< See `quota_grant::id`.
    std::uint32_t number = 0; ///< From 0; each class of a grant has numbers of its own.
};

/// A permit that allows no further request.
///
/// A plain value.
class returned_permit {
public:
    /// The type of all times.
    using duration = std::chrono::steady_clock::duration;

    /// Of no grant.
    returned_permit() noexcept {}

    quota_class request = quota_class::reads; ///< The class of the permit.
    permit_id id;                             ///< The permit.
    /// How long before the demand the response to its request was received, or the attempt failed. The
    /// request counts for one window from then on. None: no request was sent.
    std::optional<duration> ended;
};

/// What clients need from a quota source.
///
/// A plain value. Thread safety: as the standard library's types.
class quota_demand {
public:
    /// The type of all times.
    using duration = std::chrono::steady_clock::duration;
    /// Numbers of requests by `request_priority`.
    using by_priority = std::array<std::size_t, request_priorities>;

    /// No demand.
    quota_demand() noexcept {}

    /// How many requests of a kind are due, whatever their priority.
    std::size_t due_of(request_kind kind) const noexcept {
        std::size_t sum = 0;
        for (const std::size_t number : due[static_cast<std::size_t>(kind)])
            sum += number;
        return sum;
    }
    /// The same for all kinds of a class.
    std::size_t due_of(quota_class request_class) const noexcept {
        if (request_class == quota_class::submissions)
            return due_of(request_kind::submission);
        return due_of(request_kind::result) + due_of(request_kind::listing) +
               due_of(request_kind::status);
    }

    /// The quota of the resource, as the program has set it. The source grants no more.
    quota_params quota;
    /// Requests that are due, by `request_kind` and by `request_priority`, with those that could use the
    /// permits in `held`. Results that will be due soon are among them, so that they need no refill of their own.
    std::array<by_priority, request_kinds> due{};
    /// Permits, by `quota_class`, that are still valid and not in use, with those that may be used later.
    std::array<std::size_t, quota_classes> held{};
    /// Jobs of these clients that are being polled. Each will need a GET for its result.
    std::size_t waiting_jobs = 0;
    /// Permits that allow no further request. After a refill that failed, the next demand has them again.
    std::vector<returned_permit> returned;
    /// How long no request of a class, by `quota_class`, must be sent, because the service demanded it; 0:
    /// it did not.
    std::array<duration, quota_classes> throttled_for{};
};

/// The part of a grant for one class of requests.
///
/// A plain value.
class class_grant {
public:
    /// The type of all times.
    using duration = std::chrono::steady_clock::duration;

    /// Nothing.
    class_grant() noexcept {}

    std::size_t permits = 0; ///< How many requests may be sent. At most 1,000,000.
    /// For each further permit, how long after the arrival of this grant it may be used, ascending. At most 1,000,000.
    /// Their numbers follow those of `permits`. They save refills: a source knows when requests leave the window.
    std::vector<duration> later;
    /// How many requests the whole resource allows in a window at present; 0: as `quota_demand::quota` says.
    std::size_t rate = 0;
    std::size_t left = 0;     ///< How many more the resource's window allows after this grant.
    duration throttled_for{}; ///< No request of the class is sent for so long; 0: no limit.
    /// When a further refill may give more. If this one gave less than was due, the clients wait so long, unless
    /// permits go back before.
    duration more_after{};
};

/// What a quota source grants. All times but `class_grant::later` begin when `quota_source::start_refill` was called.
///
/// A plain value. Thread safety: as the standard library's types.
class quota_grant {
public:
    /// The type of all times.
    using duration = std::chrono::steady_clock::duration;

    /// Nothing.
    quota_grant() noexcept {}

    /// The part for a class.
    const class_grant& of(quota_class request_class) const noexcept {
        return request_class == quota_class::submissions ? submissions : reads;
    }

    std::uint64_t id =
        0; ///< Identifies this grant in `permit_id`; different for each grant with permits.
    class_grant submissions; ///< For POSTs.
    class_grant reads;       ///< For GETs.
    duration valid_for{}; ///< How long its permits may be used. Those not in use then are returned.
    /// Jobs that all processes poll, those of this demand included: they share the GETs that results leave.
    std::size_t waiting_jobs = 0;
};

/// Shares the quota of a resource with other processes. A `request_quota` can have one:
/// `params.shared_quota = std::make_shared<request_quota>(quota_params(), source)`.
///
/// Clients send no request without a permit. They keep permits that the source has granted, and demand more in
/// time; they never wait inside a call. One source is for one resource: a gateway and its backends are one.
/// Which resource that is, and where its state is shared, the source defines.
///
/// Derive from it for your own shared state. A later version before 1.0 may have more functions.
class quota_source {
public:
    /// Receives what was granted. An exception means that the shared state cannot be reached: the observer
    /// receives it, and the next demand has all returned permits again. Its grant counts nevertheless. If
    /// `more_after` of both classes is 0, the clients choose the time of the next demand.
    using receiver = std::function<void(std::exception_ptr, quota_grant)>;

    /// For derived classes.
    quota_source() = default;
    /// Not copyable: derived classes are used by pointer.
    quota_source(const quota_source&) = delete;
    /// Not copyable.
    quota_source& operator=(const quota_source&) = delete;
    /// Destroys the derived class, on any thread. A receiver that was not called may be destroyed.
    virtual ~quota_source() = default;

    /// Starts to obtain permits, and returns without waiting.
    ///
    /// Called on the executor of a client, outside of its strand, with no lock held. The next call follows after
    /// `done` was called or destroyed, so at most one refill is in progress. The quota may belong to clients of
    /// several execution contexts: calls then come from different threads.
    ///
    /// @param demand  What clients need, and what they return.
    /// @param done    To be called once, on any thread, also within this call. Destroying it means failure.
    virtual void start_refill(quota_demand demand, receiver done) noexcept = 0;

    /// No client has an operation in progress. From now on, the source must not keep an execution context at work:
    /// it ends a refill that is in progress, and calls its receiver as usual. The next `start_refill` ends the rest.
    ///
    /// Called as `start_refill`. The default does nothing.
    ///
    /// @param returned  Permits that allow no further request, so that other processes can send theirs.
    virtual void rest(std::vector<returned_permit> returned) noexcept {
        static_cast<void>(returned);
    }
};

} // namespace v0
} // namespace langexport

#endif
