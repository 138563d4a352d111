#ifndef LANGEXPORT_BENCHMARKS_SUPPORT_OPTIONS_HPP
#define LANGEXPORT_BENCHMARKS_SUPPORT_OPTIONS_HPP

#include <chrono>
#include <cstdint>
#include <map>
#include <string>

namespace langexport_benchmarks {

/// The command line of a benchmark: pairs of `--name value`, checked on access.
class options {
public:
    /// @throws std::invalid_argument  A name without value, or an argument that is not a name.
    options(int count, char** arguments);

    bool has(const std::string& name) const { return given_.count(name) != 0; }
    std::string text(const std::string& name, const std::string& otherwise) const;
    /// @throws std::invalid_argument  It is missing.
    std::string text(const std::string& name) const;
    /// @throws std::invalid_argument  It is not a number.
    std::uint64_t number(const std::string& name, std::uint64_t otherwise) const;
    double real(const std::string& name, double otherwise) const;
    std::chrono::nanoseconds seconds(const std::string& name, double otherwise) const;

private:
    std::map<std::string, std::string> given_;
};

/// Runs a program: if it throws, the error is printed, and the exit status is 1.
int run_program(int count, char** arguments, void (*program)(const options&));

} // namespace langexport_benchmarks

#endif
