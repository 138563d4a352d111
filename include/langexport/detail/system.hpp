#ifndef LANGEXPORT_DETAIL_SYSTEM_HPP
#define LANGEXPORT_DETAIL_SYSTEM_HPP

#include <langexport/version.hpp>

#include <boost/system/error_code.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

// What only an operating system knows. impl/system.ipp is the one file that asks which one it is.

namespace langexport {
inline namespace v0 {
namespace detail {

using boost::system::error_code;

// A file that is open for writing. Failures are codes: who calls knows what was being done.
class system_file {
public:
    system_file() noexcept = default;
    system_file(system_file&& other) noexcept : handle_(std::exchange(other.handle_, none)) {}
    system_file& operator=(system_file&& other) noexcept {
        close();
        handle_ = std::exchange(other.handle_, none);
        return *this;
    }
    ~system_file() { close(); }

    // An empty file that its owner alone may read; `device_or_resource_busy` while another process,
    // or this one, has it open in the same way. One that a crash left behind is taken over.
    LANGEXPORT_DECL static system_file open_private(const std::filesystem::path& path,
                                                    error_code& failure);
    // Whatever is written goes to its end. Made, for its owner alone, if it is not there.
    LANGEXPORT_DECL static system_file open_to_append(const std::filesystem::path& path,
                                                      error_code& failure);

    bool is_open() const noexcept { return handle_ != none; }
    LANGEXPORT_DECL void write(std::string_view bytes, error_code& failure) noexcept;
    // Until it is on the disk, as far as the system can tell.
    LANGEXPORT_DECL void sync(error_code& failure) noexcept;
    LANGEXPORT_DECL std::uint64_t size(error_code& failure) const noexcept;
    LANGEXPORT_DECL void cut_to(std::uint64_t size, error_code& failure) noexcept;
    LANGEXPORT_DECL void close() noexcept;

    // Puts this file, which is at `path`, in the place of `target` in one step, with the permissions
    // that `target` had, and closes it. `sync`: the name is on the disk when this returns.
    LANGEXPORT_DECL void replace(const std::filesystem::path& path,
                                 const std::filesystem::path& target, bool sync,
                                 error_code& failure);

private:
    static constexpr std::intptr_t none = -1;
    explicit system_file(std::intptr_t handle) noexcept : handle_(handle) {}

    std::intptr_t handle_ = none;
};

// This process as people find it: "process 4711 on build-7".
LANGEXPORT_DECL std::string process_and_host();

// Columns and rows of the terminal that standard error goes to; zeros if that is none, or none that
// lines can be redrawn on.
class terminal_size {
public:
    terminal_size() noexcept {}

    std::size_t columns = 0;
    std::size_t rows = 0;
};
LANGEXPORT_DECL terminal_size terminal_of_stderr() noexcept;

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/impl/system.ipp>
#endif

#endif
