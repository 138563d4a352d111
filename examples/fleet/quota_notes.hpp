#ifndef LANGEXPORT_EXAMPLES_FLEET_QUOTA_NOTES_HPP
#define LANGEXPORT_EXAMPLES_FLEET_QUOTA_NOTES_HPP

#include <langexport/observer.hpp>

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <utility>

namespace fleet {

/// Tells the user once why the shared quota gives no permits, and when it does again.
///
/// Thread safety: none; all clients run on one thread.
class quota_notes final : public langexport::observer {
public:
    using clock = std::chrono::steady_clock;

    explicit quota_notes(std::function<void(const std::string&)> note) : note_(std::move(note)) {}

    void on_quota_failed(const langexport::quota_failed_event& event) noexcept override {
        failed(std::string(event.detail), event.wait, clock::now());
    }
    void on_submitted(const langexport::submitted_event&) noexcept override {
        continued(clock::now());
    }
    void on_polled(const langexport::polled_event&) noexcept override { continued(clock::now()); }

    /// The quota of a resource gave no permits. All resources can have the same problem.
    void failed(const std::string& why, clock::duration wait, clock::time_point now) {
        const auto [known, is_new] = problems_.try_emplace(why);
        if (is_new)
            note_("requests wait, because the shared quota gives no permits: " + why);
        known->second = now + wait + longest_attempt;
    }
    /// A request had a permit. It may be one from before the problem.
    void continued(clock::time_point now) {
        if (problems_.empty())
            return;
        std::erase_if(problems_, [now](const auto& each) { return now > each.second; });
        if (problems_.empty())
            note_("the shared quota gives permits again");
    }

private:
    // Until the next attempt has failed, too.
    static constexpr std::chrono::seconds longest_attempt{6};

    const std::function<void(const std::string&)> note_;
    std::map<std::string, clock::time_point> problems_; // until when they would be repeated
};

} // namespace fleet

#endif
