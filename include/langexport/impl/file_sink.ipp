#ifndef LANGEXPORT_IMPL_FILE_SINK_IPP
#define LANGEXPORT_IMPL_FILE_SINK_IPP

#include <langexport/detail/nothing_to_await.hpp>
#include <langexport/detail/shortage.hpp>
#include <langexport/file_name.hpp>
#include <langexport/file_sink.hpp>

#include <boost/system/errc.hpp>

#include <algorithm>
#include <cstring>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

LANGEXPORT_DECL void check_file(error_code failure, const char* doing,
                                const std::filesystem::path& path) {
    if (failure)
        throw file_error(failure, std::string(doing) + " '" + path.string() + "'");
}

// What is no file stays: a folder could not be replaced, and a device, also behind a link such as
// /dev/stdout, could be and then would be missed by others.
inline void check_replaceable(const std::filesystem::path& target) {
    std::error_code unknown;
    const auto old = std::filesystem::status(target, unknown);
    if (std::filesystem::is_directory(old))
        check_file(make_error_code(boost::system::errc::is_a_directory), "cannot write", target);
    // One of these may stand for a file at the moment.
    const auto link = std::filesystem::read_symlink(target, unknown);
    if (std::filesystem::is_other(old) || link.string().starts_with("/proc/"))
        throw file_error(make_error_code(boost::system::errc::not_supported),
                         "cannot replace '" + target.string() + "', which is no file");
}

LANGEXPORT_DECL std::filesystem::path part_file_of(const std::filesystem::path& target,
                                                   const std::filesystem::path& temporary_folder) {
    const std::string name = "." + target.filename().string() + ".part";
    return (temporary_folder.empty() ? target.parent_path() : temporary_folder) / name;
}

[[noreturn]] inline void throw_other_disk(const std::filesystem::path& target,
                                          const std::filesystem::path& temporary_folder) {
    throw file_error(make_error_code(boost::system::errc::cross_device_link),
                     "cannot write '" + target.string() + "': the folder for temporary files, '" +
                         temporary_folder.string() + "', is on another file system");
}

} // namespace detail

LANGEXPORT_DECL file_error::file_error(boost::system::error_code code, const std::string& what)
    : system_error(code),
      text_(what + ": " +
            (code == boost::system::errc::device_or_resource_busy ? "another process is writing it"
                                                                  : code.message())) {}

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
    detail::check_file(failure, "cannot write", target_);
}

LANGEXPORT_DECL void atomic_file::write(std::string_view bytes) {
    detail::error_code failure;
    file_.write(bytes, failure);
    detail::check_file(failure, "cannot write", target_);
    size_ += bytes.size();
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
    if (options_.sync)
        file_.sync(failure);
    detail::check_file(failure, "cannot write", target_);
    file_.replace(temporary_, target_, options_.sync, failure);
    if (failure == boost::system::errc::cross_device_link)
        detail::throw_other_disk(target_, options_.temporary_folder);
    detail::check_file(failure, "cannot put in its place", target_);
    return true;
}

// A target that cannot be read, or is no file, is another one.
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

LANGEXPORT_DECL file_sink::file_sink(std::filesystem::path target, file_options options)
    : target_(std::move(target)), options_(std::move(options)) {
    try {
        atomic_file(target_, options_).discard();
    } catch (const file_error& error) {
        if (!detail::is_shortage(error.code()))
            throw;
    }
}

LANGEXPORT_DECL atomic_file& file_sink::file() {
    if (!file_)
        file_.emplace(target_, options_);
    return *file_;
}

LANGEXPORT_DECL asio::awaitable<void> file_sink::write(asio::const_buffer bytes) {
    file().write({static_cast<const char*>(bytes.data()), bytes.size()});
    size_ += bytes.size();
    const std::size_t enough = 256;
    first_bytes_.append(static_cast<const char*>(bytes.data()),
                        (std::min)(bytes.size(), enough - (std::min)(enough, first_bytes_.size())));
    return detail::nothing_to_await();
}

LANGEXPORT_DECL asio::awaitable<void> file_sink::commit() {
    const std::string extension = extension_of_content(content_type_, first_bytes_);
    if (options_.name_after_content && !extension.empty()) {
        std::filesystem::path target = target_;
        file().set_target(target.replace_extension(extension));
        target_ = std::move(target);
    }
    try {
        is_unchanged_ = !file().commit();
    } catch (...) {
        file_.reset(); // until the next attempt, others need its descriptor
        throw;
    }
    file_.reset();
    is_committed_ = true;
    return detail::nothing_to_await();
}

LANGEXPORT_DECL void file_sink::discard() noexcept {
    file_.reset();
    first_bytes_.clear();
    size_ = 0;
}

LANGEXPORT_DECL void write_file(const std::filesystem::path& target, std::string_view bytes) {
    atomic_file file(target);
    file.write(bytes);
    file.commit();
}

LANGEXPORT_DECL void prepare_folder(const std::filesystem::path& folder) {
    detail::error_code failure;
    detail::make_folders(folder, failure);
    detail::check_file(failure, "cannot make the folder", folder);
    const std::filesystem::path probe = folder / detail::probe_name;
    detail::system_file file = detail::system_file::create_private(probe, failure);
    // Where another process tries the same at this moment, files can be written.
    if (failure != boost::system::errc::device_or_resource_busy)
        detail::check_file(failure, "cannot write in the folder", folder);
    file.remove(probe);
}

LANGEXPORT_DECL journal_file::journal_file(std::filesystem::path path) : path_(std::move(path)) {
    if (open().links <= 1)
        return;
    // The old file belongs to a snapshot from now on.
    file_.close();
    write_file(std::filesystem::canonical(path_), read_file(path_));
    open();
}

LANGEXPORT_DECL detail::file_facts journal_file::open() {
    detail::error_code failure;
    file_ = detail::system_file::open_to_append(path_, failure);
    detail::check_file(failure, "cannot write", path_);
    const detail::file_facts facts = file_.facts(path_, failure);
    detail::check_file(failure, "cannot write", path_);
    if (!facts.is_ours)
        throw file_error(make_error_code(boost::system::errc::operation_not_permitted),
                         "cannot write '" + path_.string() + "', which belongs to another user");
    return facts;
}

LANGEXPORT_DECL void journal_file::append(std::string_view bytes) {
    detail::error_code failure, ignored;
    const std::uint64_t before = file_.size(failure);
    if (!failure)
        file_.write(bytes, failure);
    if (failure)
        file_.cut_to(before, ignored);
    else
        file_.sync(failure);
    detail::check_file(failure, "cannot write", path_);
}

LANGEXPORT_DECL void journal_file::cut_to(std::uint64_t size) {
    detail::error_code failure;
    file_.cut_to(size, failure);
    detail::check_file(failure, "cannot cut", path_);
}

namespace detail {

LANGEXPORT_DECL system_file open_to_read(const std::filesystem::path& path) {
    error_code failure;
    system_file file = system_file::open_to_read(path, failure);
    check_file(failure, "cannot read", path);
    return file;
}

LANGEXPORT_DECL std::size_t read_some(system_file& file, const std::filesystem::path& path,
                                      char* to, std::size_t most) {
    error_code failure;
    const std::size_t size = file.read(to, most, failure);
    check_file(failure, "cannot read", path);
    return size;
}

} // namespace detail

LANGEXPORT_DECL std::string read_file(const std::filesystem::path& path) {
    detail::error_code failure;
    std::string bytes = detail::open_to_read(path).read_all(failure);
    detail::check_file(failure, "cannot read", path);
    return bytes;
}

} // namespace v0
} // namespace langexport

#endif
