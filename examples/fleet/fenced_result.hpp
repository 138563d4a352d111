#ifndef LANGEXPORT_EXAMPLES_FLEET_FENCED_RESULT_HPP
#define LANGEXPORT_EXAMPLES_FLEET_FENCED_RESULT_HPP

#include "../tool/backup_folder.hpp"

#include <langexport/detail/base/text.hpp>
#include <langexport/file/atomic_file.hpp>
#include <langexport/file/file_error.hpp>
#include <langexport/file/folder.hpp>
#include <langexport/file/read_file.hpp>
#include <langexport/sink/file_sink.hpp>

#include <boost/system/error_code.hpp>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace fleet {

namespace fs = std::filesystem;

[[noreturn]] inline void throw_file_error(int number, const std::string& operation) {
    throw langexport::file_error(
        boost::system::error_code(number, boost::system::system_category()), operation);
}

// A file descriptor.
class descriptor {
public:
    descriptor(const fs::path& path, int flags)
        : number_(::open(path.c_str(), flags | O_CLOEXEC, 0600)) {
        if (number_ < 0)
            throw_file_error(errno, "cannot open '" + path.string() + "'");
    }
    descriptor(const descriptor&) = delete;
    descriptor& operator=(const descriptor&) = delete;
    ~descriptor() { ::close(number_); } // releases its lock

    int number() const noexcept { return number_; }

private:
    int number_;
};

// Creates a folder and its missing parents, for their owner only.
inline void create_private_folder(const fs::path& folder) {
    if (folder.empty() || fs::is_directory(folder))
        return;
    create_private_folder(folder.parent_path());
    if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
        throw_file_error(errno, "cannot create the folder '" + folder.string() + "'");
}

// The number in a file that ends with `.fence`; nothing if the text is not one.
inline std::optional<std::uint64_t> read_fence(std::string_view text) {
    while (text.ends_with('\n'))
        text.remove_suffix(1);
    return langexport::detail::parse_decimal(text);
}

/// The file of a result, which workers may write at the same time. The result of the newest claim remains.
///
/// Each worker downloads to a file of its own, whose name has the fencing number of the claim. `commit` compares this
/// number with that of the result in place, under a lock, and moves the file only if its number is greater. So a worker
/// that was suspended replaces no newer result. The numbers and the lock are in `.langexport/fleet` of the folder.
///
/// All workers must use the same folder, on a file system with `flock`.
class fenced_result {
public:
    /// Creates the folders, also if other workers do so at the same time. @throws file_error
    static void prepare(const fs::path& folder) {
        create_private_folder(folder);
        const descriptor lock(folder, O_RDONLY | O_DIRECTORY);
        while (::flock(lock.number(), LOCK_EX) != 0)
            if (errno != EINTR)
                throw_file_error(errno, "cannot lock '" + folder.string() + "'");
        const fs::path own = tool::prepared_own_folder(folder);
        tool::hide_from_version_control(own);
        langexport::prepare_own_folder(own / "fleet");
        langexport::prepare_own_folder(own / "fleet" / "parts");
    }

    /// @param folder      See `prepare`.
    /// @param name        The name of the file.
    /// @param extensions  Its possible extensions.
    /// @param fence       The number of the claim.
    fenced_result(const fs::path& folder, std::string name, std::vector<std::string> extensions,
                  std::uint64_t fence)
        : folder_(folder), own_(folder / ".langexport" / "fleet"), name_(std::move(name)),
          extensions_(std::move(extensions)), fence_(fence) {}

    /// A sink for the download. @throws file_error
    std::shared_ptr<langexport::file_sink> sink() const {
        langexport::file_options options;
        options.name_after_content = true;
        return std::make_shared<langexport::file_sink>(
            own_ / "parts" / (std::to_string(fence_) + '-' + name_), options);
    }

    enum class outcome {
        committed,
        superseded, ///< There is a result with a greater number.
        busy        ///< Another worker has the lock: try again.
    };
    /// Moves the download into place. @throws file_error; std::filesystem::filesystem_error
    outcome commit(const fs::path& part);

    /// The result, after `commit`.
    const fs::path& target() const noexcept { return target_; }

private:
    std::uint64_t number_in_place() const;
    void remove_older(const fs::path& part) const;

    fs::path folder_, own_, target_;
    std::string name_;
    std::vector<std::string> extensions_;
    std::uint64_t fence_;
};

inline std::uint64_t fenced_result::number_in_place() const {
    const fs::path file = own_ / (name_ + ".fence");
    if (!fs::exists(file))
        return 0;
    const auto number = read_fence(langexport::read_file(file));
    if (!number)
        throw_file_error(EINVAL, "'" + file.string() + "' has no fencing number");
    return *number;
}

// Deletes downloads of this result whose workers have ended or lost their claims, and results with another extension.
inline void fenced_result::remove_older(const fs::path& part) const {
    std::error_code ignored;
    std::vector<fs::path> older;
    const std::string stem = fs::path(name_).stem().string();
    for (const auto& entry : fs::directory_iterator(own_ / "parts", ignored)) {
        std::string name = entry.path().filename().string();
        if (name.starts_with('.')) // .NUMBER-NAME.part
            name = name.substr(1, name.size() - std::min<std::size_t>(name.size(), 6));
        const std::size_t mark = name.find('-');
        const auto number = langexport::detail::parse_decimal(name.substr(0, mark));
        if (mark != name.npos && number && *number < fence_ &&
            fs::path(name.substr(mark + 1)).stem() == stem)
            older.push_back(entry.path());
    }
    for (const std::string& extension : extensions_)
        if (const fs::path other = (folder_ / name_).replace_extension(extension); other != target_)
            older.push_back(other);
    for (const fs::path& each : older)
        if (each != part && fs::is_regular_file(fs::symlink_status(each, ignored)))
            fs::remove(each, ignored);
}

inline fenced_result::outcome fenced_result::commit(const fs::path& part) {
    const descriptor lock(own_ / "lock", O_RDWR | O_CREAT);
    if (::flock(lock.number(), LOCK_EX | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK || errno == EINTR)
            return outcome::busy;
        throw_file_error(errno, "cannot lock '" + (own_ / "lock").string() + "'");
    }
    if (number_in_place() >= fence_) {
        std::error_code ignored;
        fs::remove(part, ignored);
        return outcome::superseded;
    }
    if (!fs::exists(part))
        throw_file_error(ENOENT, "'" + part.string() + "' was deleted");
    target_ = (folder_ / name_).replace_extension(part.extension());
    std::error_code unknown;
    const fs::file_status before = fs::symlink_status(target_, unknown);
    if (fs::exists(before) && !fs::is_regular_file(before))
        throw_file_error(EEXIST, "'" + target_.string() + "' is not a regular file");
    if (fs::exists(before))
        fs::permissions(part, before.permissions());
    // The number first: if the system fails in between, no older result gets into place.
    langexport::write_file(own_ / (name_ + ".fence"), std::to_string(fence_) + '\n');
    fs::rename(part, target_);
    if (::fsync(descriptor(folder_, O_RDONLY | O_DIRECTORY).number()) != 0)
        throw_file_error(errno, "cannot flush '" + folder_.string() + "' to the disk");
    remove_older(part);
    return outcome::committed;
}

} // namespace fleet

#endif
