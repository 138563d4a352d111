// Does one of the small pieces of work so many times, for counting its instructions.
//
//   --name WORKLOAD  --times N   do it
//   --list 1                     print the names
//   --machine 1                  print the machine on which the counts depend

#include "support/workloads.hpp"
#include "support/options.hpp"

#include <boost/version.hpp>

#include <iostream>
#include <stdexcept>
#include <string>

#include <gnu/libc-version.h>

using namespace langexport_benchmarks;

namespace {

std::string machine() {
#if defined(__clang__)
    const std::string compiler = "clang-" + std::to_string(__clang_major__);
#else
    const std::string compiler =
        "gcc-" + std::to_string(__GNUC__) + "." + std::to_string(__GNUC_MINOR__);
#endif
    const int boost = BOOST_VERSION / 100;
    return compiler + ",boost-" + std::to_string(boost / 1000) + "." +
           std::to_string(boost % 1000) + ",glibc-" + gnu_get_libc_version();
}

void run(const options& given) {
    if (given.has("machine")) {
        std::cout << machine() << "\n";
        return;
    }
    for (const workload& piece : make_workloads()) {
        if (given.has("list"))
            std::cout << piece.name << "\n";
        else if (piece.name == given.text("name")) {
            std::size_t sum = 0;
            for (std::uint64_t i = 0; i < given.number("times", 1); ++i)
                sum += piece.once();
            std::cout << sum << "\n";
            return;
        }
    }
    if (!given.has("list"))
        throw std::invalid_argument("there is no workload '" + given.text("name") + "'");
}

} // namespace

int main(int count, char** arguments) {
    return run_program(count, arguments, run);
}
