#ifndef LANGEXPORT_FILE_IMPL_ATOMIC_FILE_IPP
#define LANGEXPORT_FILE_IMPL_ATOMIC_FILE_IPP

#include <langexport/detail/base/shortage.hpp>
#include <langexport/file/atomic_file.hpp>
#include <langexport/file/read_file.hpp>

#include <boost/system/errc.hpp>

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

namespace langexport {
inline namespace v0 {

namespace detail {

// Rejects a target that is not a regular file. A folder cannot be replaced. A device (also through a
// link such as /dev/stdout) can be replaced, but other programs would lose it.
inline void check_replaceable(const std::filesystem::path& target) {
    std::error_code unknown;
    const auto old = std::filesystem::status(target, unknown);
    if (std::filesystem::is_directory(old))
        check_file(make_error_code(boost::system::errc::is_a_directory), "cannot write", target);
    // Such a device may be redirected to a regular file.
    const auto link = std::filesystem::read_symlink(target, unknown);
    if (std::filesystem::is_other(old) || link.string().starts_with("/proc/"))
        throw file_error(make_error_code(boost::system::errc::not_supported),
                         "cannot replace '" + target.string() + "', which is not a regular file");
}

LANGEXPORT_DECL std::filesystem::path part_file_of(const std::filesystem::path& target,
                                                   const std::filesystem::path& temporary_folder) {
    const std::string name = "." + target.filename().string() + ".part";
    return (temporary_folder.empty() ? target.parent_path() : temporary_folder) / name;
}

// The message names the incomplete file, because people would look at the target.
inline void check_part_file(const error_code& failure, const std::filesystem::path& part,
                            const std::filesystem::path& target) {
    std::error_code unknown;
    if (failure && std::filesystem::exists(std::filesystem::symlink_status(part, unknown)))
        throw file_error(failure, "cannot write '" + target.string() + "': its incomplete file '" +
                                      part.string() + "' cannot be created");
    check_file(failure, "cannot write", target);
}

[[noreturn]] inline void throw_other_disk(const std::filesystem::path& target,
                                          const std::filesystem::path& temporary_folder) {
    throw file_error(make_error_code(boost::system::errc::cross_device_link),
                     "cannot write '" + target.string() + "': the folder for temporary files, '" +
                         temporary_folder.string() + "', is on another file system");
}

} // namespace detail

LANGEXPORT_DECL atomic_file::atomic_file(std::filesystem::path target, file_options options)
    : target_(std::move(target)),
      temporary_(detail::part_file_of(target_, options.temporary_folder)),
      options_(std::move(options)) {
    detail::check_replaceable(target_);
    const std::filesystem::path& folder = options_.temporary_folder;
    if (!folder.empty() && !detail::are_on_one_disk(folder, detail::folder_of(target_)))
        detail::throw_other_disk(target_, folder);
    detail::error_code failure;
    file_ = detail::system_file::create_private(temporary_, failure);
    detail::check_part_file(failure, temporary_, target_);
}

LANGEXPORT_DECL void atomic_file::reserve(std::uint64_t size) noexcept {
    const std::uint64_t small_size = 1024 * 1024;
    if (size < small_size)
        return;
    file_.reserve(size);
    reserved_ = size;
}

LANGEXPORT_DECL void atomic_file::write(std::string_view bytes) {
    // Linux caches a larger write in larger blocks of memory. In fragmented memory, finding them takes several times as
    // long as the write itself.
    constexpr std::size_t most = 32 * 1024;
    detail::error_code failure;
    while (!bytes.empty() && !failure) {
        const std::string_view piece = bytes.substr(0, most);
        file_.write(piece, failure);
        bytes.remove_prefix(piece.size());
        size_ += failure ? 0 : piece.size();
    }
    detail::check_file(failure, "cannot write", target_);
    if (options_.sync)
        begin_sync();
}

// The disk works while the rest of a large file is received, so that less is left for `commit`.
inline void atomic_file::begin_sync() noexcept {
    constexpr std::uint64_t step = 4 * 1024 * 1024;
    const std::uint64_t size = (size_ - begun_) / step * step;
    if (size == 0)
        return;
    file_.begin_sync(begun_, size);
    begun_ += size;
}

LANGEXPORT_DECL void atomic_file::set_target(std::filesystem::path target) {
    detail::check_replaceable(target);
    target_ = std::move(target);
}

LANGEXPORT_DECL bool atomic_file::commit() {
    if (options_.keep_unchanged && is_unchanged()) {
        discard();
        return false;
    }
    detail::error_code failure;
    if (size_ < reserved_)
        file_.cut_to(size_, failure); // releases the rest
    detail::check_file(failure, "cannot write", target_);
    if (options_.sync)
        file_.sync(failure);
    detail::check_file(failure, "cannot write", target_);
    file_.replace(temporary_, target_, options_.sync, failure);
    if (failure == boost::system::errc::cross_device_link)
        detail::throw_other_disk(target_, options_.temporary_folder);
    detail::check_file(failure, "cannot finish replacing", target_);
    return true;
}

// A target that cannot be read, or is not a regular file, counts as changed.
LANGEXPORT_DECL bool atomic_file::is_unchanged() const {
    std::error_code failure;
    const auto old = std::filesystem::symlink_status(target_, failure);
    if (!std::filesystem::is_regular_file(old) ||
        std::filesystem::file_size(target_, failure) != size_)
        return false;
    try {
        detail::system_file before = detail::open_to_read(target_);
        detail::system_file after = detail::open_to_read(temporary_);
        std::string old_piece(64 * 1024, '\0'), new_piece = old_piece;
        for (std::uint64_t left = size_; left > 0;) {
            const auto next =
                static_cast<std::size_t>(std::min<std::uint64_t>(left, old_piece.size()));
            if (detail::read_some(before, target_, old_piece.data(), next) != next ||
                detail::read_some(after, temporary_, new_piece.data(), next) != next ||
                std::memcmp(old_piece.data(), new_piece.data(), next) != 0)
                return false;
            left -= next;
        }
        return true;
    } catch (const file_error& error) {
        if (detail::is_shortage(error.code()))
            throw;
        return false;
    }
}

LANGEXPORT_DECL void atomic_file::discard() noexcept {
    file_.remove(temporary_);
}

LANGEXPORT_DECL void write_file(const std::filesystem::path& target, std::string_view bytes) {
    atomic_file file(target);
    file.write(bytes);
    file.commit();
}

} // namespace v0
} // namespace langexport

#endif
