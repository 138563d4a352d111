#ifndef LANGEXPORT_TESTS_INTEGRATION_EMULATOR_PROCESS_HPP
#define LANGEXPORT_TESTS_INTEGRATION_EMULATOR_PROCESS_HPP

#include <langexport/testing/emulator.hpp>
#include <langexport/testing/project.hpp>

#include <boost/asio/io_context.hpp>

#include <stdexcept>
#include <string>
#include <vector>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

namespace langexport_tests {

// An emulator in a process of its own: this process allocates memory only for the client.
class emulator_process {
public:
    explicit emulator_process(const std::vector<langexport::testing::project>& projects) {
        int ends[2];
        if (pipe(ends) != 0 || (id_ = fork()) < 0)
            throw std::runtime_error("no process is to be had");
        if (id_ == 0)
            serve(ends[1], projects);
        close(ends[1]);
        char byte = 0;
        while (read(ends[0], &byte, 1) == 1 && byte != '\n')
            endpoint += byte;
        close(ends[0]);
    }
    emulator_process(const emulator_process&) = delete;
    emulator_process& operator=(const emulator_process&) = delete;
    ~emulator_process() {
        kill(id_, SIGKILL);
        waitpid(id_, nullptr, 0);
    }

    std::string endpoint;

private:
    [[noreturn]] static void serve(int descriptor,
                                   const std::vector<langexport::testing::project>& projects) {
        boost::asio::io_context context;
        langexport::testing::emulator_options options;
        options.keys = {"e58b081006f7e3dfc967a64cb14028d5"};
        langexport::testing::emulator service(context.get_executor(), options);
        for (const langexport::testing::project& project : projects)
            service.add_project(project);
        const std::string line = service.endpoint() + "\n";
        if (write(descriptor, line.data(), line.size()) != static_cast<ssize_t>(line.size()))
            _exit(1);
        context.run();
        _exit(0);
    }

    pid_t id_ = -1;
};

} // namespace langexport_tests

#endif
