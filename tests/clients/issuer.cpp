// issuer CERTIFICATE: the issuer of tokens as a process, for the official clients.
//
// It writes the certificate to trust to the file CERTIFICATE, and prints one line of JSON with its settings. It runs
// until its standard input closes. Then it prints a second line: the requests that it received, and the tokens that
// it issued. As in the service, the authority uses TLS, and the endpoints for managed identities use plain HTTP.

#include <langexport/testing/identity_emulator.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/read.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <cstddef>
#include <exception>
#include <iostream>
#include <string>

#include <unistd.h>

namespace asio = boost::asio;
namespace json = boost::json;
namespace testing = langexport::testing;

namespace {

testing::identity_emulator_options with_tls() {
    testing::identity_emulator_options options;
    options.tls = true;
    return options;
}

void print(const json::object& line) {
    std::cout << json::serialize(line) << std::endl;
}

class issuer {
public:
    explicit issuer(const std::string& certificate_file) {
        authority_.write_certificate(certificate_file);
    }

    void run() {
        print_settings();
        asio::posix::stream_descriptor input(context_, dup(STDIN_FILENO));
        std::string ignored;
        asio::async_read(
            input, asio::dynamic_buffer(ignored),
            [this](const boost::system::error_code&, std::size_t) { context_.stop(); });
        context_.run();
        print_record();
    }

private:
    void print_settings() const {
        const testing::identity_emulator_options& application = authority_.options();
        print({{"authority", authority_.authority()},
               {"tenantId", application.tenant_id},
               {"clientId", application.client_id},
               {"clientSecret", application.client_secret},
               {"clientAssertion", application.client_assertion},
               {"machineEndpoint", local_.authority()},
               {"identityEndpoint", local_.identity_endpoint()},
               {"identityHeader", local_.options().identity_header}});
    }

    void print_record() const {
        json::array requests;
        json::array tokens;
        for (const testing::identity_emulator* each : {&authority_, &local_}) {
            for (const testing::issuer_request& request : each->requests())
                requests.push_back(json::object{{"method", request.method},
                                                {"target", request.target},
                                                {"clientId", request.client_id},
                                                {"scope", request.scope},
                                                {"status", request.status}});
            for (const std::string& token : each->tokens())
                tokens.emplace_back(token);
        }
        print({{"requests", requests}, {"tokens", tokens}});
    }

    asio::io_context context_{1};
    testing::identity_emulator authority_{context_.get_executor(), with_tls()};
    testing::identity_emulator local_{context_.get_executor()};
};

} // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::cerr << "usage: issuer CERTIFICATE\n";
        return 2;
    }
    try {
        issuer(argv[1]).run();
        return 0;
    } catch (const std::exception& error) {
        std::cerr << error.what() << '\n';
        return 1;
    }
}
