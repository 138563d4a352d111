#ifndef LANGEXPORT_FILE_IMPL_REQUEST_JOURNAL_HPP
#define LANGEXPORT_FILE_IMPL_REQUEST_JOURNAL_HPP

#include <langexport/detail/os/system.hpp>
#include <langexport/version.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <deque>
#include <filesystem>
#include <functional>
#include <vector>

namespace langexport {
inline namespace v0 {
namespace detail {

// Stores the requests of the last window in a file, for the next process. Each request has a line that is
// overwritten in place: "POST sent 1764004800123". The data outlives a process that is killed. It need not
// outlive a crash of the system, because the window has passed before the restart.
class request_journal {
public:
    using time_point = std::chrono::system_clock::time_point;

    struct request {
        bool is_post;
        time_point ended; // now, if it was in progress when its process ended
        bool was_in_progress;
    };

    // Returns the time of the system clock, because steady time has no meaning for other processes.
    using clock = std::function<time_point()>;

    // Reads an existing journal and continues it. `posts` and `gets` are the limits of a window; 0: such
    // requests are not stored. Throws std::system_error if the file cannot be read or written.
    LANGEXPORT_DECL request_journal(const std::filesystem::path& path, std::size_t posts,
                                    std::size_t gets, clock now);

    const std::vector<request>& before() const noexcept { return before_; }
    // Call `sent` before a request is sent, and `ended` after its response.
    LANGEXPORT_DECL void sent(bool is_post);
    LANGEXPORT_DECL void ended(bool is_post);

private:
    // Lines that may be overwritten, the oldest first, and lines of requests in progress.
    struct lines {
        std::deque<std::size_t> free;
        std::deque<std::size_t> in_progress;
    };

    void read(const std::filesystem::path& path);
    void open(const std::filesystem::path& path);
    void write(std::size_t line, bool is_post, bool is_sent, time_point timestamp);

    clock now_;
    system_file file_;
    std::vector<request> before_;
    std::array<lines, 2> lines_; // first of GETs, then of POSTs
};

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/file/impl/request_journal.ipp>
#endif

#endif
