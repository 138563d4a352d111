#ifndef LANGEXPORT_TESTS_INTEGRATION_RUNNING_ISSUER_HPP
#define LANGEXPORT_TESTS_INTEGRATION_RUNNING_ISSUER_HPP

#include <langexport/testing/identity_emulator.hpp>

#include <boost/asio/io_context.hpp>

#include <memory>
#include <thread>
#include <utility>

namespace langexport_tests {

/// An issuer on a thread of its own.
class running_issuer {
public:
    explicit running_issuer(langexport::testing::identity_emulator_options options = {})
        : issuer_(std::make_unique<langexport::testing::identity_emulator>(context_.get_executor(),
                                                                           std::move(options))),
          thread_([this] { context_.run(); }) {}
    ~running_issuer() {
        issuer_.reset();
        thread_.join();
    }
    running_issuer(const running_issuer&) = delete;
    running_issuer& operator=(const running_issuer&) = delete;

    langexport::testing::identity_emulator* operator->() { return issuer_.get(); }

private:
    boost::asio::io_context context_;
    std::unique_ptr<langexport::testing::identity_emulator> issuer_;
    std::thread thread_;
};

} // namespace langexport_tests

#endif
