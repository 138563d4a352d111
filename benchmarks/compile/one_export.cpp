// The smallest program that awaits an export: the compile time of a user's translation unit.
#include <langexport.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <cstdlib>
#include <iostream>

boost::asio::awaitable<void> run(langexport::client client) {
    langexport::export_request request("Project");
    auto result = co_await langexport::export_project(client, request);
    std::cout << result.document;
}

int main() {
    const char* endpoint = std::getenv("AZURE_LANGUAGE_ENDPOINT");
    const char* key = std::getenv("AZURE_LANGUAGE_KEY");
    if (!endpoint || !key)
        return 2;
    boost::asio::io_context context;
    langexport::client_params params(endpoint, langexport::subscription_key(key));
    langexport::client client(context.get_executor(), params);
    boost::asio::co_spawn(context, run(client), [](const std::exception_ptr& error) {
        if (error)
            std::rethrow_exception(error);
    });
    context.run();
}
