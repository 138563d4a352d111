#ifndef LANGEXPORT_TESTS_UNIT_REFUSAL_HPP
#define LANGEXPORT_TESTS_UNIT_REFUSAL_HPP

#include <langexport/error.hpp>

#include <string>

namespace langexport_tests {

/// The code and detail of an `export_error`; empty if none was thrown.
struct refusal {
    langexport::error_code code;
    std::string detail;
    std::string what;
};

template <class Function>
refusal refusal_of(Function&& call) {
    try {
        call();
    } catch (const langexport::export_error& error) {
        return {error.code(), error.diagnostics().detail, error.what()};
    }
    return {};
}

} // namespace langexport_tests

#endif
