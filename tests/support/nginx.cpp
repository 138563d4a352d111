#include "support/nginx.hpp"

#include "support/silent_listener.hpp"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace langexport_tests {

namespace {

std::string program() {
    for (const char* path : {"/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/sbin/nginx"})
        if (access(path, X_OK) == 0)
            return path;
    return {};
}

bool is_listening(std::uint16_t port) {
    const int s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const bool is_there = connect(s, reinterpret_cast<sockaddr*>(&to), sizeof(to)) == 0;
    close(s);
    return is_there;
}

std::string text_of(const std::string& path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
}

} // namespace

bool nginx::is_installed() {
    return !program().empty();
}

nginx::nginx() : port_(refused_port()) {
    std::string name =
        (std::filesystem::temp_directory_path() / "langexport-nginx-XXXXXX").string();
    if (!mkdtemp(name.data()))
        throw std::runtime_error("no folder for nginx");
    folder_ = name;
}

nginx::~nginx() {
    stop();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

void nginx::write(const std::string& name, const std::string& text) {
    std::filesystem::create_directories(std::filesystem::path(path(name)).parent_path());
    std::ofstream(path(name), std::ios::binary) << text;
}

void nginx::start(std::string server) {
    for (auto at = server.find("$PORT"); at != std::string::npos; at = server.find("$PORT"))
        server.replace(at, 5, std::to_string(port_));
    write("nginx.conf", "daemon off;\nmaster_process off;\npid nginx.pid;\n"
                        "error_log error.log;\nevents {}\nhttp {\n"
                        "client_body_temp_path t1;\nproxy_temp_path t2;\nfastcgi_temp_path t3;\n"
                        "uwsgi_temp_path t4;\nscgi_temp_path t5;\n"
                        "types { application/json json; }\n"
                        "log_format short '$connection $request_method $request_uri $status "
                        "$http_accept_encoding';\n"
                        "access_log access.log short;\n" +
                            server + "}\n");
    const std::string executable = program();
    const std::string prefix = folder_ + "/", configuration = path("nginx.conf"),
                      log = path("error.log");
    const char* arguments[] = {executable.c_str(),    "-p", prefix.c_str(), "-c",
                               configuration.c_str(), "-e", log.c_str(),    nullptr};
    if (posix_spawn(&child_, executable.c_str(), nullptr, nullptr,
                    const_cast<char* const*>(arguments), environ) != 0)
        throw std::runtime_error("nginx cannot be started");
    for (int i = 0; i < 1000; ++i) {
        if (is_listening(port_))
            return;
        if (waitpid(child_, nullptr, WNOHANG) == child_) {
            child_ = -1;
            break;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    throw std::runtime_error("nginx does not run: " + text_of(log));
}

void nginx::stop() {
    if (child_ < 0)
        return;
    kill(child_, SIGTERM);
    waitpid(child_, nullptr, 0);
    child_ = -1;
}

std::vector<std::string> nginx::log() const {
    std::vector<std::string> lines;
    std::istringstream text(text_of(path("access.log")));
    for (std::string line; std::getline(text, line);)
        lines.push_back(line);
    return lines;
}

} // namespace langexport_tests
