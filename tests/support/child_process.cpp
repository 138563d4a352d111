#include "support/child_process.hpp"

#include <csignal>
#include <stdexcept>
#include <thread>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace langexport_tests {

child_process::child_process(const std::vector<std::string>& words,
                             const std::map<std::string, std::string>& environment, int errors) {
    std::vector<std::string> settings;
    for (char** entry = environ; *entry; ++entry) {
        const std::string text = *entry;
        if (environment.count(text.substr(0, text.find('='))) == 0)
            settings.push_back(text);
    }
    for (const auto& [name, value] : environment)
        settings.push_back(name + '=' + value);
    const auto pointers = [](const std::vector<std::string>& texts) {
        std::vector<char*> result;
        for (const std::string& text : texts)
            result.push_back(const_cast<char*>(text.c_str()));
        result.push_back(nullptr);
        return result;
    };

    const std::string out = (folder_ / "out").string();
    const std::string err = (folder_ / "err").string();
    constexpr int how = O_WRONLY | O_CREAT | O_APPEND;
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, out.c_str(), how, 0600);
    if (errors == -1)
        posix_spawn_file_actions_addopen(&actions, 2, err.c_str(), how, 0600);
    else
        posix_spawn_file_actions_adddup2(&actions, errors, 2);
    const int failure = posix_spawn(&id_, words[0].c_str(), &actions, nullptr,
                                    pointers(words).data(), pointers(settings).data());
    posix_spawn_file_actions_destroy(&actions);
    if (failure != 0)
        throw std::runtime_error("cannot start " + words[0]);
    is_running_ = true;
}

child_process::~child_process() {
    if (!has_ended()) {
        ::kill(id_, SIGKILL);
        ::waitpid(id_, nullptr, 0);
    }
}

void child_process::send(int signal) {
    if (!has_ended())
        ::kill(id_, signal);
}

bool child_process::has_ended() {
    int status = 0;
    if (is_running_ && ::waitpid(id_, &status, WNOHANG) == id_) {
        is_running_ = false;
        status_ = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    }
    return !is_running_;
}

bool child_process::wait_until(const std::function<bool()>& condition,
                               std::chrono::milliseconds most) {
    const auto end = std::chrono::steady_clock::now() + most;
    while (!condition()) {
        if (has_ended())
            return condition();
        if (std::chrono::steady_clock::now() > end)
            throw std::runtime_error("waited too long; it says: " + err());
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return true;
}

int child_process::wait(std::chrono::milliseconds most) {
    wait_until([this] { return has_ended(); }, most);
    return status_;
}

} // namespace langexport_tests
