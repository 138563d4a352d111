#ifndef LANGEXPORT_EXAMPLES_TOOL_READING_NOTES_HPP
#define LANGEXPORT_EXAMPLES_TOOL_READING_NOTES_HPP

#include <langexport/detail/base/size_text.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <utility>

namespace tool {

/// Called while a file is read, with the file and the number of bytes so far. May be empty.
using read_watch = std::function<void(const std::filesystem::path&, std::uint64_t)>;

/// A watch for the pieces of one file. `watch` must exist while the file is read.
inline std::function<void(std::uint64_t)> watch_of(const read_watch& watch,
                                                   const std::filesystem::path& file) {
    if (!watch)
        return {};
    return [&watch, file](std::uint64_t bytes) { watch(file, bytes); };
}

/// Prints a line about the file that is read, if there was none for some time: large files take long.
///
/// Thread safety: none; one thread at a time.
class reading_notes {
public:
    using time_point = std::chrono::steady_clock::time_point;

    /// @param doing    What is done with the files: "verifying".
    /// @param print    Receives the lines.
    /// @param silence  The time without a line.
    /// @param now      The clock.
    reading_notes(std::string doing, std::function<void(const std::string&)> print,
                  time_point::duration silence,
                  std::function<time_point()> now = std::chrono::steady_clock::now)
        : doing_(std::move(doing)), print_(std::move(print)), silence_(silence),
          now_(std::move(now)), last_(now_()) {}

    /// A piece of a file was read: see `read_watch`.
    void operator()(const std::filesystem::path& file, std::uint64_t bytes) {
        const time_point now = now_();
        if (now - last_ < silence_)
            return;
        last_ = now;
        print_(doing_ + ' ' + file.filename().string() + ": " +
               langexport::detail::format_size(bytes) + " so far");
    }

private:
    std::string doing_;
    std::function<void(const std::string&)> print_;
    time_point::duration silence_;
    std::function<time_point()> now_;
    time_point last_;
};

} // namespace tool

#endif
