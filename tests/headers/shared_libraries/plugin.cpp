// The source of both shared libraries; LANGEXPORT_TESTS_THIS_PLUGIN names the function of one of them.

#include <langexport.hpp>

#include "headers/shared_libraries/plugin.hpp"

#include <exception>
#include <utility>

namespace asio = boost::asio;

namespace {

class this_plugin final : public plugin {
public:
    langexport::error_code make_code(langexport::errc code) const override { return code; }

    boost::system::error_condition make_transient() const override {
        return langexport::condition::transient;
    }

    bool is_throttled(const langexport::error_code& code) const override {
        return code == langexport::errc::throttled;
    }

    bool is_transient(const langexport::error_code& code) const override {
        return code == langexport::condition::transient;
    }

    void throw_throttled() const override {
        throw langexport::export_error(langexport::errc::throttled, langexport::diagnostics());
    }

    std::size_t left_after_export(asio::io_context& context, const std::string& endpoint,
                                  const std::string& key) const override;
};

std::size_t this_plugin::left_after_export(asio::io_context& context, const std::string& endpoint,
                                           const std::string& key) const {
    langexport::client_params params(endpoint, langexport::subscription_key(key));
    params.quota.submissions = 10;
    params.quota.window = std::chrono::hours(1);
    const langexport::client client(context.get_executor(), std::move(params));
    bool is_done = false;
    std::exception_ptr failure;
    langexport::export_project(client, langexport::export_request("Demo"),
                               [&](std::exception_ptr error, langexport::exported_project) {
                                   failure = std::move(error);
                                   is_done = true;
                               });
    while (!is_done)
        context.run_one();
    if (failure)
        std::rethrow_exception(failure);
    return client.stats().submissions.left.value_or(1000);
}

} // namespace

const plugin& LANGEXPORT_TESTS_THIS_PLUGIN() {
    static const this_plugin instance;
    return instance;
}
