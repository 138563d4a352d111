#ifndef LANGEXPORT_TESTS_SUPPORT_ASKED_SOURCE_HPP
#define LANGEXPORT_TESTS_SUPPORT_ASKED_SOURCE_HPP

#include <langexport/credential.hpp>
#include <langexport/error.hpp>

#include <boost/asio/io_context.hpp>

#include <exception>
#include <stdexcept>
#include <string>
#include <utility>

namespace langexport_tests {

/// What a source returned for one request.
struct source_answer {
    int calls = 0; ///< How often its receiver was called.
    std::exception_ptr error;
    langexport::access_token token;

    langexport::error_code code() const { return langexport::code_of(error); }
    std::string what() const { return langexport::message_of(error); }
    bool is_permanent() const {
        const langexport::export_error* const found = langexport::get_export_error(error);
        return found && found->diagnostics().is_permanent;
    }
};

/// Asks a source for a token, and runs everything until nothing is left to do.
inline source_answer ask(const langexport::bearer_token_source& source) {
    boost::asio::io_context context;
    source_answer answer;
    source.ask(context.get_executor(),
               [&answer](std::exception_ptr error, langexport::access_token token) {
                   ++answer.calls;
                   answer.error = std::move(error);
                   answer.token = std::move(token);
               });
    if (answer.calls != 0)
        throw std::logic_error("the receiver was called inside the call");
    context.run();
    return answer;
}

} // namespace langexport_tests

#endif
