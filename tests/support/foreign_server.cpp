#include "support/foreign_server.hpp"

#include "support/silent_listener.hpp"

#include <chrono>
#include <csignal>
#include <cstddef>
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

} // namespace

std::string foreign_server::find(std::initializer_list<const char*> paths) {
    for (const char* path : paths)
        if (access(path, X_OK) == 0)
            return path;
    return {};
}

foreign_server::foreign_server(const std::string& name) : port_(closed_port()) {
    std::string folder =
        (std::filesystem::temp_directory_path() / ("langexport-" + name + "-XXXXXX")).string();
    if (!mkdtemp(folder.data()))
        throw std::runtime_error("no folder for " + name);
    folder_ = folder;
}

foreign_server::~foreign_server() {
    stop();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

void foreign_server::write(const std::string& name, const std::string& text) {
    std::filesystem::create_directories(std::filesystem::path(path(name)).parent_path());
    std::ofstream(path(name), std::ios::binary) << text;
}

std::string foreign_server::read(const std::string& name) const {
    std::ostringstream text;
    text << std::ifstream(path(name)).rdbuf();
    return text.str();
}

void foreign_server::start(const std::vector<std::string>& arguments, const std::string& log_name,
                           const std::string& ready) {
    const std::size_t logged_before = read(log_name).size();
    std::vector<char*> words;
    for (const std::string& argument : arguments)
        words.push_back(const_cast<char*>(argument.c_str()));
    words.push_back(nullptr);
    if (posix_spawn(&child_, words.front(), nullptr, nullptr, words.data(), environ) != 0)
        throw std::runtime_error(arguments.front() + " cannot be started");
    for (int i = 0; i < 1000; ++i) {
        if (is_listening(port_) && read(log_name).find(ready, logged_before) != std::string::npos)
            return;
        if (waitpid(child_, nullptr, WNOHANG) == child_) {
            child_ = -1;
            break;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    throw std::runtime_error(arguments.front() + " does not run: " + read(log_name));
}

void foreign_server::stop() {
    if (child_ < 0)
        return;
    kill(child_, SIGTERM);
    waitpid(child_, nullptr, 0);
    child_ = -1;
}

} // namespace langexport_tests
