#ifndef LANGEXPORT_EXAMPLES_TOOL_REPORT_LOCK_HPP
#define LANGEXPORT_EXAMPLES_TOOL_REPORT_LOCK_HPP

#include "system.hpp"

#include <langexport/file/folder_lock.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <system_error>

namespace tool {

/// Another run writes or resumes the report.
class report_in_use : public langexport::folder_in_use {
public:
    report_in_use(const std::filesystem::path& report, const std::string& its_holder)
        : folder_in_use(report, its_holder),
          text_("the report '" + report.string() + "' is in use by " + holder() +
                ": wait for its end, or name another --report") {}

    const char* what() const noexcept override { return text_.c_str(); }

private:
    std::string text_;
};

/// The path of the file itself, with all links resolved.
inline std::filesystem::path real_path(const std::filesystem::path& file) {
    std::error_code unknown;
    std::filesystem::path real = std::filesystem::weakly_canonical(file, unknown);
    return unknown ? file : real;
}

/// Prevents other runs from writing or resuming a report while this object exists.
///
/// Two runs that write one report at the same time would replace it, or resume each other's projects.
/// The lock is a hidden file beside the report; if a killed run leaves it, it locks nothing. In a folder
/// where no file can be created there is no lock, because no run can replace the report there. A process
/// with very few descriptors does not hold a lock, because it needs them for its exports.
///
/// Thread safety: none; one thread at a time.
class report_lock {
public:
    /// @throws report_in_use naming the process that uses the report.
    explicit report_lock(const std::filesystem::path& report) {
        if (has_few_descriptors())
            return;
        const std::filesystem::path real = real_path(report);
        try {
            lock_.emplace(langexport::detail::folder_of(real),
                          '.' + real.filename().string() + ".lock");
        } catch (const langexport::folder_in_use& other) {
            throw report_in_use(report, other.holder());
        } catch (const langexport::file_error&) {
            // If the report cannot be written either, its writer reports that.
        }
    }
    report_lock(report_lock&&) noexcept = default;
    report_lock& operator=(report_lock&&) = delete;
    ~report_lock() = default;

private:
    std::optional<langexport::folder_lock> lock_;
};

} // namespace tool

#endif
