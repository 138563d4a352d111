#ifndef LANGEXPORT_TESTS_UNIT_REJECTION_HPP
#define LANGEXPORT_TESTS_UNIT_REJECTION_HPP

#include <langexport/error.hpp>

#include <string>

namespace langexport_tests {

/// The code and detail of an `export_error`; empty if none was thrown.
struct rejection {
    langexport::error_code code;
    std::string detail;
    std::string what;
};

template <class Function>
rejection rejection_of(Function&& call) {
    try {
        call();
    } catch (const langexport::export_error& error) {
        return {error.code(), error.diagnostics().detail, error.what()};
    }
    return {};
}

} // namespace langexport_tests

#endif
