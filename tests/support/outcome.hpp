#ifndef LANGEXPORT_TESTS_SUPPORT_OUTCOME_HPP
#define LANGEXPORT_TESTS_SUPPORT_OUTCOME_HPP

#include <langexport/error.hpp>

#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

namespace langexport_tests {

/// How an operation ended.
template <class Result>
class outcome {
public:
    bool is_good() const { return calls == 1 && !error; }
    langexport::error_code code() const { return langexport::code_of(error); }
    /// The error; a test that requests one where there is none ends here.
    const langexport::export_error& failure() const {
        const auto* found = langexport::get_export_error(error);
        if (!found)
            throw std::runtime_error("the operation did not fail with an export_error");
        return *found;
    }
    const langexport::diagnostics& known() const { return failure().diagnostics(); }
    std::string what() const { return failure().what(); }

    int calls = 0; ///< How often its handler was called.
    std::exception_ptr error;
    Result result;
};

/// A callback that stores its arguments in an outcome.
template <class Result>
class keep_in {
public:
    explicit keep_in(std::shared_ptr<outcome<Result>> result) : where_(std::move(result)) {}

    void operator()(std::exception_ptr error, Result result) {
        ++where_->calls;
        where_->error = std::move(error);
        where_->result = std::move(result);
    }

private:
    std::shared_ptr<outcome<Result>> where_;
};

} // namespace langexport_tests

#endif
