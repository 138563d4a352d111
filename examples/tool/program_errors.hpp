#ifndef LANGEXPORT_EXAMPLES_TOOL_PROGRAM_ERRORS_HPP
#define LANGEXPORT_EXAMPLES_TOOL_PROGRAM_ERRORS_HPP

#include "known_keys.hpp"
#include "option_names.hpp"

#include <langexport/file/folder_lock.hpp>
#include <langexport/log/printable.hpp>

#include <exception>
#include <ostream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace tool {

// Exit statuses.
inline constexpr int status_good = 0, status_failed = 1, status_unusable = 2, status_stopped = 3,
                     status_locked = 4;

/// Prints the errors of a program for a resource, in the words of its options and without keys.
///
/// Thread safety: none; one thread at a time.
class program_errors {
public:
    /// @param program    Its name.
    /// @param arguments  Its arguments, without the name.
    /// @param out        Receives the errors; must outlive this object.
    program_errors(std::string program, const std::vector<std::string>& arguments,
                   std::ostream& out)
        : program_(std::move(program)), out_(out), keys(arguments) {}

    /// Prints a line.
    void complain(const std::string& text) const {
        const std::string shown = keys.hide(with_option_names(text, has_config));
        out_ << program_ << ": " << langexport::printable(shown) << "\n";
    }

    /// Prints an error. Returns the exit status for it, which is usually `status`.
    int fail(const std::exception_ptr& failure, int status) const {
        try {
            std::rethrow_exception(failure);
        } catch (const std::invalid_argument& error) {
            complain(std::string(error.what()) + " (see --help)");
        } catch (const langexport::folder_in_use& error) {
            complain(error.what());
            return status_locked;
        } catch (const std::exception& error) {
            complain(error.what());
        }
        return status;
    }

private:
    std::string program_;
    std::ostream& out_;

public:
    known_keys keys;         ///< Keys that are not printed.
    bool has_config = false; ///< Whether messages name fields of a config instead of options.
};

} // namespace tool

#endif
