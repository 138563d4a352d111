#ifndef LANGEXPORT_EXAMPLES_TOOL_SURFACE_LOGGER_HPP
#define LANGEXPORT_EXAMPLES_TOOL_SURFACE_LOGGER_HPP

#include "progress_logger.hpp"
#include "session.hpp"

#include <langexport/observer.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace tool {

// Shows the exports or imports of a surface, and reports events to the state of the resource.
class surface_logger : public progress_logger {
public:
    surface_logger(session& owner, const std::string& prefix,
                   const std::shared_ptr<resource_state>& state)
        : progress_logger(
              owner.set.log_level, owner.display,
              [&owner](std::string_view line) { return owner.in_words(std::string(line)); }, prefix,
              [&owner] { owner.show(); }),
          owner_(owner), prefix_(prefix), state_(state) {}

    void on_submitted(const langexport::submitted_event& event) noexcept override {
        if (const auto state = state_.lock())
            state->accepted();
        progress_logger::on_submitted(event);
    }
    // It has ended, and is counted without a line.
    void end_hidden(const std::string& project, std::string_view word) {
        owner_.display.end(prefix_ + project, word, {});
    }

private:
    session& owner_;
    const std::string prefix_;
    const std::weak_ptr<resource_state>
        state_; // weak, because it owns the clients, and they own loggers
};

} // namespace tool

#endif
