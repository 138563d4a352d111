#include "support/options.hpp"

#include <exception>
#include <iostream>
#include <stdexcept>

namespace langexport_benchmarks {

options::options(int count, char** arguments) {
    for (int i = 1; i < count; i += 2) {
        const std::string name = arguments[i];
        if (name.substr(0, 2) != "--" || i + 1 == count)
            throw std::invalid_argument("'" + name + "' is not --name value");
        given_[name.substr(2)] = arguments[i + 1];
    }
}

std::string options::text(const std::string& name, const std::string& otherwise) const {
    const auto found = given_.find(name);
    return found == given_.end() ? otherwise : found->second;
}

std::string options::text(const std::string& name) const {
    if (!has(name))
        throw std::invalid_argument("--" + name + " is missing");
    return given_.at(name);
}

std::uint64_t options::number(const std::string& name, std::uint64_t otherwise) const {
    return has(name) ? std::stoull(given_.at(name)) : otherwise;
}

double options::real(const std::string& name, double otherwise) const {
    return has(name) ? std::stod(given_.at(name)) : otherwise;
}

std::chrono::nanoseconds options::seconds(const std::string& name, double otherwise) const {
    return std::chrono::nanoseconds(static_cast<std::int64_t>(real(name, otherwise) * 1e9));
}

int run_program(int count, char** arguments, void (*program)(const options&)) {
    try {
        program(options(count, arguments));
        return 0;
    } catch (const std::exception& error) {
        std::cerr << arguments[0] << ": " << error.what() << "\n";
        return 1;
    }
}

} // namespace langexport_benchmarks
