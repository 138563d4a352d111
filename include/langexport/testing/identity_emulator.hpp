#ifndef LANGEXPORT_TESTING_IDENTITY_EMULATOR_HPP
#define LANGEXPORT_TESTING_IDENTITY_EMULATOR_HPP

#include <langexport/testing/certificate.hpp>
#include <langexport/testing/fault.hpp>
#include <langexport/version.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace langexport {
inline namespace v0 {
namespace testing {

namespace asio = boost::asio;

namespace detail {
class identity_state;
}

/// The kinds of requests that an issuer of tokens receives.
enum class issuer_call {
    any,           ///< Every kind; for selecting requests only.
    application,   ///< The token of an application, from the authority.
    app_service,   ///< The token of a managed identity, from the endpoint of App Service.
    machine,       ///< The token of a managed identity, from the endpoint of a virtual machine.
    configuration, ///< A document at `/.well-known/openid-configuration`.
    other          ///< Everything else.
};

/// A request that an issuer received. It contains no secret, no assertion and no header value.
class issuer_request {
public:
    /// Empty.
    issuer_request() {}

    issuer_call kind = issuer_call::other; ///< The kind of the request.
    std::string method;                    ///< The method, as received.
    std::string target;                    ///< The target, as received: path and query.
    std::string client_id;                 ///< The client id; empty if the request has none.
    std::string scope;                     ///< The requested scope or resource.
    unsigned status = 0;                   ///< The status of the response; 0: there was none.
};

/// The options of an emulated issuer: where it listens, which clients it knows, and its tokens.
class identity_emulator_options {
public:
    /// Plain HTTP on 127.0.0.1, a free port; a secret, an assertion and a header value that are generated.
    identity_emulator_options() {}

    /// IP address to listen on.
    std::string address = "127.0.0.1";
    /// Port to listen on; 0 (default) takes a free one.
    std::uint16_t port = 0;
    /// Whether to use TLS. Default: no.
    bool tls = false;
    /// The certificate that is created if `tls` is set.
    certificate_options certificate;

    /// The tenant of the application.
    std::string tenant_id = "6f1b6c0e-0000-4000-8000-0000000000aa";
    /// The application, and the user-assigned managed identity.
    std::string client_id = "2d9c7d52-0000-4000-8000-0000000000bb";
    /// The application's secret. Default: a generated one.
    std::string client_secret;
    /// The token of another issuer that the application trusts. Default: a generated one.
    std::string client_assertion;
    /// The value of `IDENTITY_HEADER`. Default: a generated one.
    std::string identity_header;

    /// The lifetime of a token. Default: one hour.
    std::chrono::seconds token_lifetime = std::chrono::hours(1);
    /// How far the issuer's clock is ahead of the system's. It affects `Date` and `expires_on`.
    std::chrono::seconds clock_offset = std::chrono::seconds(0);
    /// Whether times in responses are strings. Default: those of managed identities are, as in the service.
    std::optional<bool> times_as_text;
    /// Called with each new token before it is sent, under the issuer's lock, so it must not call the
    /// issuer. Default: empty.
    std::function<void(const std::string& token)> on_token;
};

/// The authority of Microsoft Entra ID and both endpoints for managed identities, in the caller's own
/// process. For tests and programs that run without an account.
///
/// It listens on a real socket, on the caller's executor, without a thread of its own. It knows one
/// tenant, one application and one user-assigned managed identity, and validates requests as the service
/// does. Its tokens are random text. Every member may be called on any thread.
///
/// @code
/// testing::identity_emulator issuer(context.get_executor());
/// entra_options options(issuer.options().tenant_id, issuer.options().client_id);
/// options.authority_host = issuer.authority();
/// auto source = entra_client_secret(options, issuer.options().client_secret);
/// @endcode
///
/// While it exists, `io_context::run()` does not return. Its destructor and `stop()` close the listener
/// and all connections.
class identity_emulator {
public:
    /// Starts to listen.
    ///
    /// @param executor  Runs everything.
    /// @param options   Where to listen, and which clients it knows.
    /// @throws boost::system::system_error  It cannot listen on the address, or no certificate could be created.
    /// @throws std::invalid_argument  The address is not an IP address.
    LANGEXPORT_DECL explicit identity_emulator(
        asio::any_io_executor executor,
        identity_emulator_options options = identity_emulator_options());
    /// Stops it.
    LANGEXPORT_DECL ~identity_emulator();
    /// Not copyable.
    identity_emulator(const identity_emulator&) = delete;
    /// Not copyable.
    identity_emulator& operator=(const identity_emulator&) = delete;

    /// Closes the listener and all connections. It returns at once; the executor does the work.
    LANGEXPORT_DECL void stop();

    /// The authority's address, such as `https://localhost:49152`; also the origin of a virtual machine's endpoint.
    LANGEXPORT_DECL std::string authority() const;
    /// A value for `IDENTITY_ENDPOINT`.
    LANGEXPORT_DECL std::string identity_endpoint() const;
    /// The options, including generated values.
    LANGEXPORT_DECL const identity_emulator_options& options() const noexcept;
    /// Writes the certificate of the authority that a client must trust to a file.
    ///
    /// @param path  The file.
    /// @throws boost::system::system_error  The file cannot be written.
    LANGEXPORT_DECL void write_certificate(const std::string& path) const;

    /// Replaces the assertion that the application trusts.
    LANGEXPORT_DECL void set_client_assertion(std::string assertion);
    /// Sets a rule: matching requests receive this response instead of the issuer's own. The first
    /// matching rule applies. The time scale does not apply to its waits.
    ///
    /// @param kind      The kind of request.
    /// @param selected  Which of them: a number n (the n-th from now), or a range.
    /// @param response  The response.
    LANGEXPORT_DECL void on(issuer_call kind, occurrences selected, canned_response response);
    /// Removes all rules of `on`.
    LANGEXPORT_DECL void clear_faults();

    /// The requests that were received, oldest first.
    LANGEXPORT_DECL std::vector<issuer_request> requests() const;
    /// The tokens that were issued, oldest first.
    LANGEXPORT_DECL std::vector<std::string> tokens() const;

private:
    std::shared_ptr<detail::identity_state> state_;
};

/// Creates an error in the authority's form: `error`, `error_description`, `error_codes`, `timestamp`,
/// `trace_id` and `correlation_id`. Managed identities use the first two.
///
/// @param http_status  The status.
/// @param error        The code word, such as `invalid_client`.
/// @param description  The sentence; it may begin with `AADSTS` and a number.
/// @return             The response.
LANGEXPORT_DECL canned_response issuer_error(unsigned http_status, const std::string& error,
                                             const std::string& description);

} // namespace testing
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/testing/impl/identity_emulator.ipp>
#endif

#endif
