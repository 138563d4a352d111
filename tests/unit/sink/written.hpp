#ifndef LANGEXPORT_TESTS_UNIT_SINK_WRITTEN_HPP
#define LANGEXPORT_TESTS_UNIT_SINK_WRITTEN_HPP

#include <langexport/result_sink.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <string>

namespace langexport_tests {

inline boost::asio::awaitable<void> write_all(langexport::result_sink& sink, std::string bytes,
                                              bool and_commit) {
    const std::size_t half = bytes.size() / 2;
    co_await sink.write(boost::asio::const_buffer(bytes.data(), half));
    co_await sink.write(boost::asio::const_buffer(bytes.data() + half, bytes.size() - half));
    if (and_commit)
        co_await sink.commit();
}

/// Writes it in two pieces; throws the exceptions of the sink.
inline void write_to(langexport::result_sink& sink, const std::string& bytes,
                     bool and_commit = true) {
    boost::asio::io_context context;
    std::exception_ptr thrown;
    boost::asio::co_spawn(context, write_all(sink, bytes, and_commit),
                          [&](std::exception_ptr error) { thrown = error; });
    context.run();
    if (thrown)
        std::rethrow_exception(thrown);
}

inline std::string failure_of(langexport::result_sink& sink, const std::string& bytes) {
    try {
        write_to(sink, bytes);
    } catch (const std::exception& error) {
        return error.what();
    }
    return "none";
}

} // namespace langexport_tests

#endif
