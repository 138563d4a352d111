#ifndef LANGEXPORT_TESTS_SUPPORT_CERTIFICATE_GATEWAY_HPP
#define LANGEXPORT_TESTS_SUPPORT_CERTIFICATE_GATEWAY_HPP

#include "support/nginx.hpp"

#include <langexport/testing/certificate.hpp>

#include <cstdint>
#include <string>

namespace langexport_tests {

/// nginx that wants a client certificate, in front of a service that speaks plain HTTP. Its folder has ca.pem, to
/// be trusted, and client.pem, client.key and both.pem, to be presented.
class certificate_gateway {
public:
    /// `more` is added to the configuration of the server.
    explicit certificate_gateway(std::uint16_t service_port,
                                 const std::string& more = "ssl_verify_client on;\n") {
        server.write("server.pem", server_identity.certificate_pem);
        server.write("server.key", server_identity.private_key_pem);
        server.write("ca.pem", server_identity.authority_pem);
        server.write("clients.pem", client_identity.authority_pem);
        server.write("client.pem", client_identity.certificate_pem);
        server.write("client.key", client_identity.private_key_pem);
        server.write("both.pem", client_identity.certificate_pem + client_identity.private_key_pem);
        const std::string service = "http://127.0.0.1:" + std::to_string(service_port);
        // It shows itself as the service: links that lead behind it are rewritten.
        server.start("map $upstream_http_operation_location $shown_location {\n"
                     "~^http://[^/]*(/.*)$ " +
                     url() +
                     "$1;\n}\n"
                     "server {\nlisten 127.0.0.1:$PORT ssl;\nssl_certificate server.pem;\n"
                     "ssl_certificate_key server.key;\nssl_client_certificate clients.pem;\n" +
                     (more.find("ssl_protocols") == std::string::npos
                          ? "ssl_protocols TLSv1.2 TLSv1.3;\n" // of old versions not the default
                          : "") +
                     more + "location / {\nproxy_pass " + service +
                     ";\nproxy_hide_header operation-location;\n"
                     "add_header operation-location $shown_location always;\n"
                     "sub_filter " +
                     service + " " + url() +
                     ";\nsub_filter_types application/json;\nsub_filter_once off;\n}\n}\n");
    }

    std::string url() const { return "https://localhost:" + std::to_string(server.port()); }

    const langexport::testing::server_certificate server_identity =
        langexport::testing::make_certificate({});
    const langexport::testing::server_certificate client_identity =
        langexport::testing::make_certificate({});
    nginx server;
};

} // namespace langexport_tests

#endif
