#ifndef LANGEXPORT_TESTS_INTEGRATION_IDENTITY_BENCH_HPP
#define LANGEXPORT_TESTS_INTEGRATION_IDENTITY_BENCH_HPP

#include <langexport/credential.hpp>
#include <langexport/identity/entra_client_secret.hpp>
#include <langexport/identity/entra_workload_identity.hpp>
#include <langexport/identity/identity_from_environment.hpp>
#include <langexport/identity/impl/identity_environment.hpp>
#include <langexport/identity/managed_identity.hpp>
#include <langexport/identity/token_chain.hpp>
#include <langexport/testing/identity_emulator.hpp>

#include "integration/client_bench.hpp"
#include "integration/running_issuer.hpp"
#include "support/temporary_folder.hpp"

#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace langexport_tests {

/// Each kind of source, for the identities that an issuer knows.
enum class source_kind { secret, workload, app_service, machine, chain };

/// No application has it.
inline constexpr const char* wrong_secret = "wrong-secret-5b1d";

/// The service with keys disabled, an issuer whose newest token alone is valid there, and sources of its tokens.
class identity_bench {
public:
    explicit identity_bench(langexport::testing::identity_emulator_options options = {},
                            langexport::testing::emulator_options service_options = {})
        : service(false, std::move(service_options)), params_(service.params()),
          issuer_(with_tokens_for(options)) {
        service->set_keys({});
        write_assertion(issuer_->options().client_assertion);
        if (options.tls)
            issuer_->write_certificate(ca_file().string());
    }

    langexport::testing::identity_emulator& issuer() { return *issuer_.operator->(); }

    langexport::entra_options options() {
        langexport::entra_options result(issuer().options().tenant_id,
                                         issuer().options().client_id);
        result.authority_host = issuer().authority();
        if (issuer().options().tls)
            result.ca_file = ca_file().string();
        return result;
    }
    langexport::bearer_token_source source(source_kind kind) {
        if (kind == source_kind::secret)
            return langexport::entra_client_secret(options(), issuer().options().client_secret);
        if (kind == source_kind::workload)
            return langexport::entra_workload_identity(options(), token_file());
        if (kind == source_kind::chain) // its first source is always rejected
            return langexport::token_chain(
                {langexport::entra_client_secret(options(), wrong_secret),
                 source(source_kind::app_service)});
        if (kind == source_kind::app_service) {
            variables["IDENTITY_ENDPOINT"] = issuer().identity_endpoint();
            variables["IDENTITY_HEADER"] = issuer().options().identity_header;
        }
        return langexport::detail::make_managed_identity(langexport::managed_identity_options(),
                                                         environment());
    }
    /// `variables`, and the issuer as the endpoint of the machine.
    langexport::detail::identity_environment environment() {
        langexport::detail::identity_environment result;
        result.variable = [this](const std::string& name) { return variables[name]; };
        result.machine_endpoint = issuer().authority();
        return result;
    }
    /// With a key that is not valid: set the credential.
    const langexport::client_params& params() const { return params_; }
    langexport::client client_with(langexport::bearer_token_source source) {
        langexport::client_params params = params_;
        params.credential = langexport::credential(std::move(source));
        return service.make_client(std::move(params));
    }

    std::filesystem::path token_file() const { return folder_.path() / "token"; }
    std::filesystem::path ca_file() const { return folder_.path() / "ca.pem"; }
    void write_assertion(const std::string& text) {
        std::ofstream(token_file(), std::ios::binary) << text << "\n";
    }

    std::map<std::string, std::string> variables;
    bool keeps_old_tokens = false; ///< They stay valid; to be set before the first request.

private:
    langexport::testing::identity_emulator_options
    with_tokens_for(langexport::testing::identity_emulator_options options) {
        options.on_token = [this](const std::string& token) {
            if (!keeps_old_tokens)
                valid_.clear();
            valid_.push_back(token);
            service->set_bearer_tokens(valid_);
        };
        return options;
    }

    temporary_folder folder_;
    std::vector<std::string> valid_; // under the issuer's lock

public:
    client_bench service;

private:
    langexport::client_params params_;
    running_issuer issuer_;
};

} // namespace langexport_tests

#endif
