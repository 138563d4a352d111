// Runs a program and records its resource usage, children included, more finely than time(1) does.
//
//   measure CPU FILE PROGRAM ARGUMENT...     CPU: the processor to stay on, or `any`

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

#include <sched.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

double to_seconds(const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
}

void stay_on(const std::string& processor) {
    if (processor == "any")
        return;
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(static_cast<std::size_t>(std::atoi(processor.c_str())), &set);
    sched_setaffinity(0, sizeof(set), &set);
}

} // namespace

int main(int count, char** arguments) {
    if (count < 4) {
        std::fputs("usage: measure CPU FILE PROGRAM ARGUMENT...\n", stderr);
        return 2;
    }
    const auto begun = std::chrono::steady_clock::now();
    const pid_t child = fork();
    if (child == 0) {
        stay_on(arguments[1]);
        execvp(arguments[3], arguments + 3);
        std::perror(arguments[3]);
        _exit(127);
    }
    int status = 0;
    rusage used{};
    if (child < 0 || wait4(child, &status, 0, &used) < 0) {
        std::perror("measure");
        return 127;
    }
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - begun;
    std::ofstream(arguments[2]) << "{\"seconds\": " << passed.count()
                                << ", \"user\": " << to_seconds(used.ru_utime)
                                << ", \"system\": " << to_seconds(used.ru_stime)
                                << ", \"wake_ups\": " << used.ru_nvcsw
                                << ", \"peak_rss\": " << used.ru_maxrss * 1024 << "}\n";
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
