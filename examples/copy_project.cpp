// Copies a project from one Azure AI Language resource to another, without a file and in little memory.
#include "tool/copy_words.hpp"
#include "tool/known_keys.hpp"
#include "tool/process.hpp"

#include <langexport.hpp>
#include <langexport/import/import_project.hpp>
#include <langexport/import/result_source.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

const char* const help =
    "usage: copy_project [--replace] SURFACE PROJECT [NEW_NAME]\n\n"
    "Copies a project between two Azure AI Language resources, or to another name.\n"
    "SURFACE is analyze-text, analyze-conversations or query-knowledgebases.\n\n"
    "  --replace   replace a project of the target that has this name\n\n"
    "The resource that has the project is AZURE_LANGUAGE_ENDPOINT with\n"
    "AZURE_LANGUAGE_KEY, the other one TARGET_LANGUAGE_ENDPOINT with\n"
    "TARGET_LANGUAGE_KEY.\n"
    "Exit status: 0 copied, 1 failed, 2 wrong usage.\n";

struct copy_order {
    langexport::project_surface surface;
    std::string project, new_name;
    bool may_replace;
};

// [region copy]
boost::asio::awaitable<void> copy(langexport::client source, langexport::client target,
                                  copy_order order) {
    const auto there = co_await langexport::list_projects(target, order.surface);
    const auto has_its_name = [&](const auto& one) { return one.name == order.new_name; };
    if (!order.may_replace && std::any_of(there.begin(), there.end(), has_its_name))
        throw std::runtime_error("the target has a project '" + order.new_name +
                                 "': use --replace, or choose another NEW_NAME");
    langexport::export_request exported(order.project);
    exported.surface = order.surface;
    const auto job = co_await langexport::submit_export(source, exported);
    const auto status = co_await langexport::wait_for_export(source, job);
    // The result streams from one service to the other: once to check it, and once for each attempt.
    langexport::import_request imported(order.new_name, langexport::result_source(source, status));
    imported.surface = order.surface;
    co_await langexport::import_project(target, imported);
}
// [end copy]

// The client of a resource, which two environment variables describe.
langexport::client client_of(boost::asio::io_context& context, const std::string& resource) {
    const std::string endpoint = langexport::environment_text(resource + "_ENDPOINT");
    const std::string key = langexport::environment_text(resource + "_KEY");
    if (endpoint.empty() || key.empty())
        throw std::invalid_argument("set " + resource + "_ENDPOINT and " + resource + "_KEY");
    langexport::client_params params(endpoint, langexport::subscription_key(key));
    params.proxy = langexport::proxy_from_environment(endpoint);
    return langexport::client(context.get_executor(), params);
}

copy_order read_arguments(std::vector<std::string> words) {
    const bool may_replace = std::erase(words, "--replace") > 0;
    for (const std::string& word : words)
        if (word.empty() || word.starts_with("-"))
            throw std::invalid_argument("'" + word + "' is no option, and no name (see --help)");
    const auto surface = langexport::project_surface_of(words.empty() ? "" : words[0]);
    if (!surface || words.size() < 2 || words.size() > 3)
        throw std::invalid_argument("name SURFACE, PROJECT and perhaps NEW_NAME (see --help)");
    return {*surface, words[1], words.back(), may_replace};
}

int main(int argc, char** argv) {
    tool::prepare_process(); // lost output is an error, not a signal
    const std::vector<std::string> words(argv + 1, argv + argc);
    try {
        if (tool::asks_for_help(argc, argv)) {
            if (std::cout << help << std::flush)
                return 0;
            throw std::runtime_error("standard output cannot be written");
        }
        const copy_order order = read_arguments(words);
        boost::asio::io_context context;
        const langexport::client from = client_of(context, "AZURE_LANGUAGE");
        const langexport::client to = client_of(context, "TARGET_LANGUAGE");
        boost::asio::co_spawn(context, copy(from, to, order), [](const std::exception_ptr& error) {
            if (error)
                std::rethrow_exception(error);
        });
        context.run();
    } catch (const std::exception& error) {
        const tool::known_keys keys(words); // that a name may be by mistake
        std::cerr << "copy_project: " << keys.hide(tool::in_words_of_copy(error.what())) << '\n';
        return dynamic_cast<const std::invalid_argument*>(&error) ? 2 : 1;
    }
}
