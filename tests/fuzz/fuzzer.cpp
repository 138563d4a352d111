// The targets under libFuzzer: `--target=NAME` chooses one, `--list` prints all with the options that suit them.
// run.sh builds and runs it.

#include "fuzz/targets.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace {

const langexport_tests::fuzz::target* chosen = nullptr;

} // namespace

// libFuzzer ignores options that begin with two dashes.
extern "C" int LLVMFuzzerInitialize(int* count, char*** arguments) {
    using namespace langexport_tests::fuzz;
    constexpr std::string_view option = "--target=";
    for (int i = 1; i < *count; ++i) {
        const std::string_view argument = (*arguments)[i];
        if (argument == "--list") {
            for (const target& one : all_targets())
                std::printf("%s -max_len=%zu -timeout=%d\n", one.name, one.max_size,
                            one.has_virtual_time ? 0 : 30);
            std::exit(0);
        }
        if (argument.starts_with(option))
            chosen = find_target(argument.substr(option.size()));
    }
    if (!chosen) {
        std::fprintf(stderr, "usage: %s --target=NAME, one of --list\n", (*arguments)[0]);
        std::exit(2);
    }
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    chosen->run(std::string_view(reinterpret_cast<const char*>(data), size));
    return 0;
}
