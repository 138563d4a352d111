#ifndef LANGEXPORT_TESTS_FLEET_REDIS_SERVER_HPP
#define LANGEXPORT_TESTS_FLEET_REDIS_SERVER_HPP

#include "support/child_process.hpp"
#include "support/foreign_server.hpp"

#include <cstdlib>
#include <stdexcept>
#include <string>
#include <vector>

namespace langexport_tests {

/// A server of Redis or Valkey from the system's packages, with a port and data of its own, as long as the object lives.
class redis_server : public foreign_server {
public:
    redis_server() : foreign_server("redis") {}

    /// Whether there is one on this machine.
    static bool is_installed() { return !program().empty(); }

    /// Starts it, with the data that it had before `stop`.
    /// @throws std::runtime_error, with the contents of its log.
    void start(const std::vector<std::string>& more = {}) {
        std::vector<std::string> words{
            program(), "--bind",        "127.0.0.1", "--port",    std::to_string(port()),
            "--dir",   path(""),        "--save",    "",          "--appendonly",
            "yes",     "--appendfsync", "always",    "--logfile", path("log")};
        words.insert(words.end(), more.begin(), more.end());
        // It listens before it has loaded its data.
        foreign_server::start(words, "log", "Ready to accept connections");
    }

    /// The program of its packages that sends commands.
    static std::string client() {
        return find({"/usr/bin/redis-cli", "/usr/bin/valkey-cli", "/usr/local/bin/redis-cli",
                     "/usr/local/bin/valkey-cli"});
    }

    /// Runs a command of Redis as another client. Returns what it prints.
    std::string command(const std::vector<std::string>& words) {
        std::vector<std::string> all{
            find({"/usr/bin/redis-cli", "/usr/bin/valkey-cli", "/usr/local/bin/redis-cli",
                  "/usr/local/bin/valkey-cli"}),
            "-p", std::to_string(port())};
        all.insert(all.end(), words.begin(), words.end());
        child_process client(all);
        if (client.wait() != 0)
            throw std::runtime_error("redis-cli: " + client.err());
        return client.out();
    }

private:
    // LANGEXPORT_REDIS_SERVER names another one.
    static std::string program() {
        if (const char* const chosen = std::getenv("LANGEXPORT_REDIS_SERVER"))
            return chosen;
        return find({"/usr/bin/redis-server", "/usr/bin/valkey-server",
                     "/usr/local/bin/redis-server", "/usr/local/bin/valkey-server"});
    }
};

} // namespace langexport_tests

#endif
