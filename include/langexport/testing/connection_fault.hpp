#ifndef LANGEXPORT_TESTING_CONNECTION_FAULT_HPP
#define LANGEXPORT_TESTING_CONNECTION_FAULT_HPP

#include <langexport/testing/fault.hpp>
#include <langexport/version.hpp>

#include <string>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace testing {

/// What befalls a connection before a request was read from it.
class connection_fault {
public:
    /// When it happens.
    enum class moment {
        accept,   ///< As soon as the connection is there.
        handshake ///< When the first bytes have come: with TLS, those of the handshake.
    };

    /// The connection is closed, reset or left alone as soon as it is there.
    static connection_fault at_accept(early_end how) {
        return connection_fault(moment::accept, how);
    }
    /// The same when the first bytes have come. With TLS that is inside the handshake; without, inside
    /// the first request.
    static connection_fault in_handshake(early_end how) {
        return connection_fault(moment::handshake, how);
    }
    /// These bytes are sent as soon as the connection is there, whatever the client sends, and below TLS;
    /// then it is closed.
    static connection_fault greeting(std::string bytes) {
        connection_fault fault(moment::accept, early_end::close);
        fault.bytes = std::move(bytes);
        return fault;
    }

    /// When it happens.
    moment when;
    /// What happens.
    early_end ending;
    /// What is sent before. Default: nothing.
    std::string bytes;

private:
    connection_fault(moment at, early_end how) : when(at), ending(how) {}
};

} // namespace testing
} // namespace v0
} // namespace langexport

#endif
