#ifndef LANGEXPORT_TESTS_SUPPORT_SCOPED_ENVIRONMENT_HPP
#define LANGEXPORT_TESTS_SUPPORT_SCOPED_ENVIRONMENT_HPP

#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace langexport_tests {

/// Removes variables from the environment and sets some of them, until the object is destroyed.
class scoped_environment {
public:
    using variables = std::map<std::string, std::string>;

    scoped_environment(const std::vector<std::string>& names, const variables& values) {
        for (const std::string& name : names) {
            const char* const before = std::getenv(name.c_str());
            before_.emplace_back(name, before ? std::optional<std::string>(before) : std::nullopt);
            unsetenv(name.c_str());
        }
        for (const auto& [name, value] : values)
            setenv(name.c_str(), value.c_str(), 1);
    }
    ~scoped_environment() {
        for (const auto& [name, value] : before_)
            value ? setenv(name.c_str(), value->c_str(), 1) : unsetenv(name.c_str());
    }
    scoped_environment(const scoped_environment&) = delete;
    scoped_environment& operator=(const scoped_environment&) = delete;

private:
    std::vector<std::pair<std::string, std::optional<std::string>>> before_;
};

} // namespace langexport_tests

#endif
