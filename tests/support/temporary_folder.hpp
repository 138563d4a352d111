#ifndef LANGEXPORT_TESTS_SUPPORT_TEMPORARY_FOLDER_HPP
#define LANGEXPORT_TESTS_SUPPORT_TEMPORARY_FOLDER_HPP

#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <set>
#include <string>

namespace langexport_tests {

/// A folder of its own, which is removed with the object.
class temporary_folder {
public:
    temporary_folder() {
        std::random_device random;
        do
            path_ = std::filesystem::temp_directory_path() /
                    ("langexport-test-" + std::to_string(random()));
        while (!std::filesystem::create_directory(path_));
    }
    temporary_folder(const temporary_folder&) = delete;
    temporary_folder& operator=(const temporary_folder&) = delete;
    ~temporary_folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
    const std::filesystem::path& path() const { return path_; }

    /// The names of all that is in it, hidden ones too.
    std::set<std::string> names() const {
        std::set<std::string> found;
        for (const auto& entry : std::filesystem::directory_iterator(path_))
            found.insert(entry.path().filename().string());
        return found;
    }

private:
    std::filesystem::path path_;
};

/// All of a file; empty if there is none.
inline std::string content_of(const std::filesystem::path& path) {
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

inline void write_content(const std::filesystem::path& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary) << bytes;
}

} // namespace langexport_tests

#endif
