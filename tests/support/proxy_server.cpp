#include "support/proxy_server.hpp"

#include <cstdio>
#include <filesystem>
#include <stdexcept>

namespace langexport_tests {

namespace {

class tinyproxy final : public proxy_server {
public:
    tinyproxy() : proxy_server("tinyproxy") {}

    bool is_installed() const override { return !program().empty(); }

    void start(const std::string& user, const std::string& password) override {
        std::string text = "Port " + std::to_string(port()) +
                           "\nListen 127.0.0.1\nAllow 127.0.0.1\nTimeout 60\nLogLevel Connect\n"
                           "LogFile \"" +
                           path("log") + "\"\n";
        if (!user.empty())
            text += "BasicAuth " + user + " " + password + "\n";
        write("conf", text);
        foreign_server::start({program(), "-d", "-c", path("conf")}, "log");
    }
    std::string log() const override { return read("log"); }

private:
    static std::string program() {
        return find({"/usr/bin/tinyproxy", "/usr/sbin/tinyproxy", "/usr/local/bin/tinyproxy"});
    }
};

// Hashed for squid's helper; every machine that runs the tests has openssl.
std::string hash_of(const std::string& password) {
    FILE* const pipe = popen(("openssl passwd -apr1 '" + password + "'").c_str(), "r");
    if (!pipe)
        throw std::runtime_error("openssl cannot be started");
    char line[256] = "";
    const bool is_read = fgets(line, sizeof(line), pipe) != nullptr;
    pclose(pipe);
    if (!is_read)
        throw std::runtime_error("openssl made no hash");
    return line;
}

class squid final : public proxy_server {
public:
    squid() : proxy_server("squid") {
        // As root it works as another user, who writes the logs.
        std::filesystem::permissions(path(""), std::filesystem::perms::all);
    }

    bool is_installed() const override { return !program().empty() && !helper().empty(); }

    void start(const std::string& user, const std::string& password) override {
        std::string text = "http_port 127.0.0.1:" + std::to_string(port()) + "\npid_filename " +
                           path("pid") + "\naccess_log stdio:" + path("access.log") +
                           "\ncache_log " + path("cache.log") + "\ncoredump_dir " + path("") +
                           "\ncache deny all\nshutdown_lifetime 0 seconds\npinger_enable off\n"
                           "visible_hostname squid.test\nnetdb_filename none\nhosts_file " +
                           path("hosts") + "\n";
        // The servers of the tests listen on this address only, and squid 6 tries only one address of a name.
        write("hosts", "127.0.0.1 localhost\n");
        if (!user.empty()) {
            write("users", user + ":" + hash_of(password));
            std::filesystem::permissions(path("users"), std::filesystem::perms::all);
            text += "auth_param basic program " + helper() + " " + path("users") +
                    "\nauth_param basic realm test\nacl known proxy_auth REQUIRED\n"
                    "http_access allow known\nhttp_access deny all\n";
        } else
            text += "http_access allow localhost\nhttp_access deny all\n";
        write("conf", text);
        // Its segments of shared memory are named after the service: those of another squid are in the way.
        const std::string service = "langexport" + std::to_string(port());
        foreign_server::start({program(), "-N", "-n", service, "-f", path("conf")}, "cache.log");
    }
    std::string log() const override { return read("access.log"); }

private:
    static std::string program() { return find({"/usr/sbin/squid", "/usr/local/sbin/squid"}); }
    static std::string helper() {
        return find({"/usr/lib/squid/basic_ncsa_auth", "/usr/lib64/squid/basic_ncsa_auth"});
    }
};

} // namespace

std::unique_ptr<proxy_server> make_tinyproxy() {
    return std::make_unique<tinyproxy>();
}

std::unique_ptr<proxy_server> make_squid() {
    return std::make_unique<squid>();
}

} // namespace langexport_tests
